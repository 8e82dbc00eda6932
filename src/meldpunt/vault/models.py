from django.db import models


class OrganisationKey(models.Model):
    """An OpenPGP key of ours.  The secret half is sealed to the vault."""

    fingerprint = models.CharField(max_length=64, primary_key=True)
    public = models.BinaryField()  # the published copy, with its expiry
    sealed_secret = models.BinaryField()
    added_at = models.DateTimeField()
    in_use = models.BooleanField()  # signs our letters and is what we are written to

    def __str__(self) -> str:
        return self.fingerprint


class KnownKey(models.Model):
    """A correspondent's public key.  It carries a name and an address, so it is locked."""

    address = models.CharField(max_length=32, db_index=True)  # keyed token of the address
    fingerprint = models.CharField(max_length=32)  # keyed token of the fingerprint
    locked = models.BinaryField()
    imported = models.BooleanField(default=False)  # by the operator: may have signed for another address too
    added_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["address", "fingerprint"], name="vault_one_known_key"),)

    def __str__(self) -> str:
        return self.address


class SignedText(models.Model):
    """A text for the public, signed beforehand, so that who hands it out needs no key.  Not secret."""

    name = models.CharField(max_length=32, primary_key=True)
    content = models.BinaryField()
    drawn_from = models.CharField(max_length=64)  # SHA-256 of what it was made of, in hex
    signer = models.CharField(max_length=64)  # fingerprint; empty when nobody could sign it
    signed_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class KeySearch(models.Model):
    """Somebody whose key is looked up: see ``keysearch``.  No address is in here while it rests."""

    RESTING, WANTED, ANSWERED = "resting", "wanted", "answered"

    address = models.CharField(max_length=32, primary_key=True)  # keyed token of the address
    state = models.CharField(max_length=8, default=RESTING)
    sealed = models.BinaryField(default=b"")  # wanted: the address; answered: what was found, for the vault
    next_at = models.DateTimeField()
    failures = models.PositiveSmallIntegerField(default=0)  # in a row
    found = models.BooleanField(default=False)  # the last answer was a key
    told = models.CharField(max_length=32, default="")  # keyed token of a differing key that was shown

    class Meta:
        indexes = (models.Index(fields=["state", "next_at"], name="vault_key_search"),)

    def __str__(self) -> str:
        return f"{self.address} {self.state}"
