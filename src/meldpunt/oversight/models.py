from django.db import models


class Deed(models.Model):
    """What came of a promise that has no clock (P2, P3, P5, P7).  Heard from the ledger, nothing else."""

    case = models.CharField(max_length=24)
    sentence = models.CharField(max_length=2)
    which = models.BigIntegerField(default=0)  # more than one in a case: the number of the ledger's entry
    at = models.DateTimeField()  # asked, or done
    outcome = models.CharField(max_length=12)  # empty: not counted

    class Meta:
        constraints = (models.UniqueConstraint(fields=["case", "sentence", "which"], name="oversight_one_deed"),)

    def __str__(self) -> str:
        return f"{self.case} {self.sentence}: {self.outcome}"


class Drawn(models.Model):
    """The public score as it was drawn; the newest holds.  Its digest stands in the ledger."""

    at = models.DateTimeField()
    entries = models.BigIntegerField()
    text = models.TextField()  # JSON, exactly as it is served
    digest = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d} {self.digest[:12]}"


class Counted(models.Model):
    """The exact numbers behind the public score; one row.  The portal has no business here."""

    counted_at = models.DateTimeField(null=True)
    entries = models.BigIntegerField(default=0)
    lines = models.JSONField(default=list)
    fix_times = models.JSONField(default=list)

    def __str__(self) -> str:
        return f"counted {self.counted_at}"
