from meldpunt.ground.errors import Conflict, Invalid, NotAllowed, NotFound


class BadTerm(Invalid):
    """That is not a length of time that we can count."""


class BadMoment(Invalid):
    """That is not one certain point in time, or not one that we can count from."""


class BadPolicy(Invalid):
    """The policy cannot be used.  ``line`` is where, counted from 1; None when it is not about a file."""

    def __init__(self, sentence: str, *, line: int | None = None, **words: object) -> None:
        self.line = line
        if line is not None and "column" in words:
            sentence, words = "Line %(line)d, column %(column)d: " + sentence, {"line": line, **words}
        elif line is not None:
            sentence, words = "Line %(line)d: " + sentence, {"line": line, **words}
        super().__init__(sentence, **words)


class NoPolicy(NotFound):
    """Nothing has been published yet."""


class NoSuchVersion(NotFound):
    """There is no version with that number."""


class Unchanged(Conflict):
    """The current version says exactly this already."""


class PublishedMeanwhile(Conflict):
    """Somebody else was a moment earlier."""


class MayNotPublish(NotAllowed):
    """Only the organisation publishes its policy."""


class BadProposal(Invalid):
    """Nobody could decide about that."""


class NoSuchProposal(NotFound):
    """There is no proposal with that number."""


class DecidedAlready(Conflict):
    """A proposal is decided about once."""


class NeedsSecondPerson(NotAllowed):
    """The policy asks for two people here."""


class NeedsAnother(Conflict):
    """The policy asks for two people here, and this is the one who handles the case."""
