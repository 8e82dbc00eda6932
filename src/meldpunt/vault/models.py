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
