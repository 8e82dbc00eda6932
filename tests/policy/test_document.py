import inspect
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meldpunt.policy import not_toml
from meldpunt.policy.default import prefix_from
from meldpunt.policy.document import ASKS, PROMISES, clause_words, default_text, digest_of, read
from meldpunt.policy.errors import BadPolicy
from meldpunt.policy.rules import Term, Unit

TEXT = default_text(name="Gemeente Voorbeeldstad", contact="cvd@voorbeeldstad.example", prefix="VB")
POLICY = read(TEXT)


def refused(old: str, new: str) -> tuple[BadPolicy, int]:
    """The refusal of the default policy with ``old`` replaced, and the line on which ``old`` begins."""
    assert TEXT.count(old) == 1, f"{old!r} must occur once"
    with pytest.raises(BadPolicy) as caught:
        read(TEXT.replace(old, new))
    return caught.value, TEXT[: TEXT.index(old)].count("\n") + 1


def test_the_default_policy_is_complete_in_both_languages():
    assert POLICY.languages == ("nl", "en")
    assert tuple(clause.id for clause in POLICY.asks) == ASKS
    assert tuple(clause.id for clause in POLICY.promises) == PROMISES
    wordings = [POLICY.scope, *POLICY.excluded_methods, *POLICY.non_qualifying]
    wordings += [part for clause in POLICY.asks + POLICY.promises for part in (clause.title, clause.text)]
    for words in wordings:
        assert words.said_in("nl").strip()
        assert words.said_in("en").strip()
        assert words.said_in("nl") != words.said_in("en")


def test_the_terms_of_the_default_policy():
    assert POLICY.assessment == Term(3, Unit.WORKING_DAYS)
    assert POLICY.longest_gap == Term(14, Unit.DAYS)
    assert POLICY.receipt_by_mail is True
    assert POLICY.organisation.reference_prefix == "VB"
    assert POLICY.organisation.contact == "cvd@voorbeeldstad.example"
    assert POLICY.calendar.zone.key == "Europe/Amsterdam"


def test_no_placeholder_is_left_in_any_words():
    for clause in POLICY.asks + POLICY.promises:
        for language in ("nl", "en"):
            assert "{" not in "".join(clause_words(clause, language))


def test_the_page_says_what_the_clock_does():
    slower = read(TEXT.replace('assessment = "3 working days"', 'assessment = "5 werkdagen"'))
    assert slower.assessment == Term(5, Unit.WORKING_DAYS)
    said_nl, said_en = (clause_words(slower.clause("P1"), language) for language in ("nl", "en"))
    assert said_nl.title == "Antwoord binnen vijf werkdagen"
    assert "within five working days" in said_en.title.lower()
    assert "drie" not in " ".join(said_nl)


@pytest.mark.parametrize("languages", [("nl",), ("en",), ("en", "nl")])
def test_a_policy_may_speak_one_language_or_another_order(languages):
    policy = read(default_text(name="Acme", contact="cvd@acme.example", languages=languages))
    assert policy.languages == languages
    said = clause_words(policy.clause("P1"), "en-gb").title
    assert said == ("Antwoord binnen drie werkdagen" if languages == ("nl",) else "An answer within three working days")


def test_one_language_leaves_no_line_of_the_other():
    assert "\ntitle.en" not in default_text(name="Acme", contact="cvd@acme.example", languages=("nl",))


names = st.text(st.characters(exclude_categories=["C", "Zl", "Zp"]), min_size=1, max_size=60)


@given(names.filter(str.strip))
def test_any_name_survives(name):
    policy = read(default_text(name=name, contact="cvd@acme.example"))
    assert policy.organisation.name.said_in("nl") == name.strip()


@pytest.mark.parametrize("name", ['Say "hi"', "O'Neil & Zn", "back\\slash", "@contact@", "{assessment}", "C:\\new"])
def test_names_with_signs_of_their_own_survive(name):
    assert read(default_text(name=name, contact="a@b.example")).organisation.name.said_in("en") == name


def test_a_name_with_a_sign_that_cannot_be_shown_is_refused_by_its_line_and_not_as_a_broken_file():
    with pytest.raises(BadPolicy, match=r"organisation.name contains a sign that cannot be shown"):
        read(default_text(name="Ac\x7fme", contact="a@b.example"))


def test_a_name_may_differ_by_language():
    both = TEXT.replace('name = "Gemeente Voorbeeldstad"', 'name = { nl = "Gemeente X", en = "Town of X" }')
    assert read(both).organisation.name.said_in("en") == "Town of X"


@pytest.mark.parametrize(
    ("name", "prefix"),
    [
        ("Gemeente Voorbeeldstad", "VOO"),
        ("Stichting Zorg en Welzijn", "ZW"),
        ("Élan Vital Übersicht", "EVU"),
        ("X", "MP"),
        ("東京", "MP"),
        ("3M", "MP"),
        ("Gemeente", "GEM"),
    ],
)
def test_a_prefix_is_made_from_the_name(name, prefix):
    assert prefix_from(name) == prefix
    assert read(default_text(name=name, contact="a@b.example")).organisation.reference_prefix == prefix


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ('contact = "cvd@voorbeeldstad.example"', 'contact = "nonsense"', "is not a mail address"),
        ('contact = "cvd@voorbeeldstad.example"', 'contact = "a@b\\nBcc: c@d"', "is not a mail address"),
        ('contact = "cvd@voorbeeldstad.example"', "contact = 7", "organisation.contact must be a text"),
        ('reference_prefix = "VB"', 'reference_prefix = "v b"', "two to eight capitals"),
        ('name = "Gemeente Voorbeeldstad"', 'name = "two\\nlines"', "one line"),
        ('name = "Gemeente Voorbeeldstad"', 'name = " "', "organisation.name is empty"),
        ('name = "Gemeente Voorbeeldstad"', 'name = "a\\u0007b"', "a sign that cannot be shown"),
        ('# url = "https://..."', 'url = "javascript:alert(1)"', "is not a web address"),
        ('languages = ["nl", "en"]', 'languages = ["nl", "fr"]', 'no language called "fr"'),
        ('languages = ["nl", "en"]', "languages = []", "at least one language"),
        ('languages = ["nl", "en"]', 'languages = ["nl", "nl"]', "each of them once"),
        ('languages = ["nl", "en"]', 'languages = [["nl"]]', "no language called"),
        ('zone = "Europe/Amsterdam"', 'zone = "Europe/Voorbeeldstad"', "No such time zone"),
        ('country = "NL"', 'country = "XX"', 'holidays of "XX"'),
        ("five_may = true", 'five_may = "yes"', "calendar.five_may must be true or false"),
        ("closing_days = []", 'closing_days = ["2026-12-24"]', "dates without quotes"),
        ("closing_days = []", "closing_days = [2026-12-24T10:00:00]", "dates without quotes"),
        ('# cut_off = "17:00"', 'cut_off = "five"', "a time of day"),
        ("receipt_by_mail = true", "receipt_by_post = true", "nothing called settings.receipt_by_post"),
        ('assessment = "3 working days"', 'assessment = "soon"', 'No such term: "soon"'),
        ('longest_gap = "14 days"', "longest_gap = 14", "promises.P4.longest_gap must be a text"),
        ('title.nl = "Samen naar buiten"', 'title.nl = ""', "promises.P7.title.nl is empty"),
        ('title.nl = "Samen naar buiten"', 'title.nl = "Binnen {week}"', "P7 has no term called {week}"),
        ('title.nl = "Samen naar buiten"', 'title.nl = "Samen }"', "P7 has no term called }"),
        ('title.en = "In confidence"', 'title.en = "In three days"', 'P3 says "three days" in its words'),
    ],
)
def test_what_is_wrong_is_refused_with_its_line_and_the_reason(old, new, why):
    refusal, line = refused(old, new)
    assert refusal.line == line
    assert str(refusal).startswith(f"Line {line}: ")
    assert why in str(refusal)


def test_a_missing_translation_is_named_at_its_clause():
    refusal, line = refused('title.en = "In confidence"\n', "")
    assert str(refusal) == f"Line {line - 1}: promises.P3.title.en is missing."


@pytest.mark.parametrize(("id", "line_of"), [("A4", "[asks.A1]"), ("P6", "[promises.P1]")])
def test_a_missing_clause_is_named(id, line_of):
    group = "asks" if id[0] == "A" else "promises"
    start = TEXT.index(f"[{group}.{id}]")
    text = TEXT[:start] + TEXT[TEXT.index("\n\n", start) :]
    with pytest.raises(
        BadPolicy, match=rf"^Line {TEXT[: TEXT.index(line_of)].count(chr(10)) + 1}: {group}.{id} is missing"
    ):
        read(text)


def test_an_unknown_clause_and_an_unknown_key_are_refused_where_they_stand():
    for extra, name in (("[asks.A8]\nenforced = true\n", "asks.A8"), ("[colours]\nred = 1\n", "colours")):
        with pytest.raises(BadPolicy) as caught:
            read(TEXT + "\n" + extra)
        assert caught.value.line == TEXT.count("\n") + 2
        assert f"nothing called {name} in a policy" in str(caught.value)


def test_a_term_that_the_sentences_do_not_say_is_refused():
    with pytest.raises(BadPolicy, match=r"P4 does not say its term: put \{longest_gap\}"):
        read(TEXT.replace("meer dan {longest_gap}.", "te veel tijd."))


def test_only_a_sentence_that_is_not_enforced_may_name_a_term_in_words():
    text = TEXT.replace('title.en = "Made public together"', 'title.en = "After 60 days"')
    with pytest.raises(BadPolicy, match=r'P7 says "60 days" in its words, where no clock finds it'):
        read(text)
    assert read(text.replace("[promises.P7]\nenforced = true", "[promises.P7]\nenforced = false"))


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a = 1\nb = = 2\n", 2),
        ("a = 1\n\n[x\n", 3),
        ('a = """\n1\n2\n', 3),
        ("a = 1\na = 2\n", 2),
        ("x = [\n1,\n", 2),
    ],
)
def test_what_is_not_toml_is_refused_with_its_line(text, line):
    with pytest.raises(BadPolicy, match="not valid TOML") as caught:
        read(text)
    assert caught.value.line == line


@pytest.mark.parametrize("text", ["", "asks = 3\n", "x = " + "[" * 5000, "x = " + "9" * 5000, "\ufeffx = 1"])
def test_strange_texts_are_refused_and_nothing_else_happens(text):
    with pytest.raises(BadPolicy, match=r"^Line \d+(, column \d+)?: "):
        read(text)


@given(st.data())
def test_a_policy_with_a_piece_cut_out_is_read_or_refused(data):
    start = data.draw(st.integers(0, len(TEXT)))
    end = data.draw(st.integers(start, min(len(TEXT), start + 300)))
    try:
        read(TEXT[:start] + TEXT[end:])
    except BadPolicy as refusal:
        assert refusal.line is not None
        assert 1 <= refusal.line <= TEXT.count("\n") + 1


def test_a_digest_is_of_the_text():
    assert digest_of(TEXT) != digest_of(TEXT + " ")
    assert len(digest_of(TEXT)) == 64


@pytest.mark.parametrize(
    ("text", "where", "sentence"),
    [
        ("a = 1\n[x\n", (2, 3), not_toml.BRACKET),
        ("a = 1\na = 2\n", (2, 6), not_toml.TWICE),
        ("[a]\n[a]\n", (2, 3), not_toml.TWICE),
        ('a = "x\n', (1, 7), not_toml.QUOTE),
        ("a = \n", (1, 5), not_toml.VALUE),
        ("a = 2026-02-30x\n", (1, 5), not_toml.VALUE),
        ("a = 1 b = 2\n", (1, 7), not_toml.MORE),
        ("some words\n", (1, 6), not_toml.LINE),
        (r'a = "\q"' + "\n", (1, 8), not_toml.BACKSLASH),
        ("x = [1, 2\n", (1, 10), not_toml.BRACKET),
        ("x = " + "[" * 5000, (1, 5005), not_toml.PLAIN),
    ],
)
def test_what_is_not_toml_is_said_in_a_sentence_of_ours(text, where, sentence):
    with pytest.raises(BadPolicy) as caught:
        read(text)
    line, column = where
    assert str(caught.value) == f"Line {line}, column {column}: {sentence}"


def test_the_sentences_are_known_by_what_the_parser_says():
    """A newer Python may say it otherwise: then these beginnings are looked at again."""
    said = Path(inspect.getsourcefile(tomllib.loads)).read_text()
    assert [begin for begin in not_toml.MEANT if f'"{begin[:17]}' not in said] == []
