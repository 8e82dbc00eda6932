"""Every way in which this product says no.

    Refusal                 expected; the person asking deserves a sentence
      Invalid               what was sent makes no sense
      NotFound              no such thing, or none that you may know of
      NotAllowed            it exists, and you may not do that to it
      Conflict              sensible, allowed, but not in the present state
    OutsideFailure          something beyond our walls let us down

Anything else that is raised is a bug and must surface as one.  Rooms subclass
these in their own ``errors.py``; only the shells turn them into status codes
and exit codes.

The sentence is English and stands in the catalogue too, so that a shell can
show it in the reader's language: ``gettext(refusal.sentence) % refusal.words``.
"""


class Refusal(Exception):
    """An answer, not an accident.  ``str(refusal)`` is safe to show to anyone."""

    def __init__(self, sentence: str, **words: object) -> None:
        self.sentence = sentence
        self.words = words
        super().__init__(sentence % words if words else sentence)


class Invalid(Refusal):
    """What was sent makes no sense."""


class NotFound(Refusal):
    """No such thing, or none that you may know of."""


class NotAllowed(Refusal):
    """It exists, and you may not do that to it."""


class Conflict(Refusal):
    """Sensible and allowed, but not in the present state."""


class OutsideFailure(Exception):
    """Something beyond our walls let us down; the caller may try again."""
