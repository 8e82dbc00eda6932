"""The stems of a word: the one door to the Snowball stemmers (PyStemmer).

Two stemmers for Dutch, because each misses forms that the other knows: one takes ``huizen`` to ``huis``, the
other ``wachtwoorden`` to ``wachtwoord``.
"""

import Stemmer

# each keeps no words behind: size 0 is no cache
_ENGLISH = Stemmer.Stemmer("english", 0)
_DUTCH = Stemmer.Stemmer("dutch", 0)
_DUTCH_TOO = Stemmer.Stemmer("dutch_porter", 0)


def english(word: str) -> str:
    """Of a lower-case word."""
    return str(_ENGLISH.stemWord(word))


def dutch(word: str) -> str:
    """Of a lower-case word without accents."""
    return str(_DUTCH.stemWord(word))


def all_stems(word: str) -> tuple[str, ...]:
    """Every stem under which a form of this word may be found; no two are equal."""
    return tuple(dict.fromkeys((english(word), dutch(word), str(_DUTCH_TOO.stemWord(word)))))
