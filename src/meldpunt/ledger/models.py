from django.db import models


class Entry(models.Model):
    number = models.BigIntegerField(primary_key=True)  # 1, 2, 3 … without a gap: the leaf's place
    stream = models.CharField(max_length=40)  # a case's reference, or "house"
    step = models.PositiveIntegerField()
    at = models.DateTimeField()
    by = models.CharField(max_length=120)
    kind = models.CharField(max_length=60)
    facts = models.JSONField()
    before = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["stream", "step"], name="ledger_one_entry_per_step"),)

    def __str__(self) -> str:
        return f"{self.stream}#{self.step} {self.kind}"


class Bookmark(models.Model):
    """How far a follower has read."""

    name = models.CharField(max_length=60, primary_key=True)
    upto = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.name}@{self.upto}"
