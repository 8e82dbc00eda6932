from meldpunt.ground.errors import Conflict, Invalid, NotAllowed, NotFound


class NoSuchCase(NotFound):
    """There is no case by that reference or receipt, or none that you may see."""


class NoSuchFile(NotFound):
    """There is no such file, or none that you may see."""


class NoSuchVisit(NotFound):
    """The visit is over, or there never was one."""


class NoSuchGuest(NotFound):
    """That secret opens nothing, or nothing any more."""


class NotYetOpened(Conflict):
    """The report has arrived and is being opened."""


class NotYours(NotAllowed):
    """Only handlers do this."""


class Moved(Conflict):
    """Somebody else wrote in this case after you opened the page."""


class BadAddress(Invalid):
    """That is no mail address."""


class EmptyNote(Invalid):
    """There is nothing in the note."""


class BadRole(Invalid):
    """Those cannot be somebody's roles."""


class BadPerson(Invalid):
    """That person cannot be given the case, or it cannot be taken from them."""


class NotForNamed(Conflict):
    """The case is for everybody."""


class TooLate(Conflict):
    """The letter has gone."""
