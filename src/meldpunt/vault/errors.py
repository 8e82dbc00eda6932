from meldpunt.ground.errors import Conflict, Invalid, NotFound, OutsideFailure


class CannotOpen(Invalid):
    """The seal is broken, or was made for another key, place or purpose."""


class BadReceipt(Invalid):
    """That is not a receipt: a symbol is wrong, missing or too much."""


class UnusableKey(Invalid):
    """That is not an OpenPGP key we could use."""


class NoSuchKey(NotFound):
    """This process does not hold that key."""


class AlreadyFounded(Conflict):
    """There is a vault already."""


class EngineFailed(OutsideFailure):
    """The OpenPGP engine died or took too long."""


class NotForUs(CannotOpen):
    """The message is encrypted, and not to any key that we hold."""


class BrokenIntegrity(CannotOpen):
    """The message is damaged, changed on its way, or carries no proof that it was not."""


class TooLarge(CannotOpen):
    """Reading this would take more memory or time than one message may have."""


class WrongPassphrase(Invalid):
    """The passphrase does not unlock that key."""


class GnuPGMissing(OutsideFailure):
    """A key can only be made or unlocked where GnuPG is installed."""


class NoDirectory(Invalid):
    """For such an address there can be no Web Key Directory."""


class NotSought(NotFound):
    """Nobody asked for that key, or the question is answered."""
