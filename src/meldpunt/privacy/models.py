from django.db import models


class Standing(models.Model):
    """Where a case stands in this room.  No row: nothing has happened yet.  It is also what commands hold."""

    case = models.CharField(max_length=24, primary_key=True)
    credit = models.CharField(max_length=10, default="open")
    wish = models.CharField(max_length=6, default="")
    wished_at = models.DateTimeField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    erasure = models.CharField(max_length=16, default="unknown", db_index=True)
    asked_at = models.DateTimeField(null=True)  # the reporter is to erase from then on
    letters = models.PositiveSmallIntegerField(default=0)  # of a person, that asked or reminded
    attested_at = models.DateTimeField(null=True)
    aware_at = models.DateTimeField(null=True)  # of a data breach: the 72 hours
    decision = models.CharField(max_length=24, default="")
    decided_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.case


class Forgetting(models.Model):
    """The reporter asked to be forgotten.  What they wrote about it, and our reason, are sealed extras."""

    case = models.CharField(max_length=24, primary_key=True)
    asked_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    granted = models.BooleanField(default=False)

    class Meta:
        indexes = (
            models.Index(
                fields=["asked_at"], name="privacy_forget_waiting", condition=models.Q(decided_at__isnull=True)
            ),
        )

    def __str__(self) -> str:
        return self.case


class Consent(models.Model):
    """One consent.  Who the recipient is by name stands in the sealed extra of the same id."""

    id = models.CharField(max_length=32, primary_key=True)
    case = models.CharField(max_length=24, db_index=True)
    recipient = models.CharField(max_length=24)
    scope = models.CharField(max_length=8)
    use = models.CharField(max_length=12)
    state = models.CharField(max_length=10)
    at = models.DateTimeField()
    until = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.recipient} {self.state}"


class Share(models.Model):
    """Something that left.  Names and sources stand in the sealed extra of the same id."""

    id = models.CharField(max_length=32, primary_key=True)
    case = models.CharField(max_length=24, db_index=True)
    what = models.CharField(max_length=10)
    scope = models.CharField(max_length=8, default="")
    recipient = models.CharField(max_length=24)
    use = models.CharField(max_length=12)
    ground = models.CharField(max_length=16)
    consent = models.CharField(max_length=32, default="", db_index=True)
    at = models.DateTimeField()
    until = models.DateTimeField(null=True)  # the recipient may keep it until then
    by = models.CharField(max_length=120)
    letter = models.CharField(max_length=32, default="")  # in the outbox
    called_back_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.what} {self.recipient}"
