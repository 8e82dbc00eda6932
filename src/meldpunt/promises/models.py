from django.db import models


class Promise(models.Model):
    """Drawn from policy and ledger; can be thrown away and drawn again."""

    case = models.CharField(max_length=24)  # a reference: the table must not hold up its own rebuilding
    kind = models.CharField(max_length=12)
    handler = models.CharField(max_length=150, default="")
    started_at = models.DateTimeField()
    due_on = models.DateField()
    late_from = models.DateTimeField()
    moved = models.PositiveSmallIntegerField(default=0)
    miss_told = models.BooleanField(default=False)  # the ledger has been told that it is late
    kept_at = models.DateTimeField(null=True)
    kept_by = models.CharField(max_length=120, default="")

    class Meta:
        constraints = (models.UniqueConstraint(fields=["case", "kind"], name="promises_one_of_a_kind"),)
        indexes = (
            models.Index(fields=["late_from", "id"], name="promises_open", condition=models.Q(kept_at__isnull=True)),
            models.Index(
                fields=["late_from"],
                name="promises_to_tell",
                condition=models.Q(kept_at__isnull=True, miss_told=False),
            ),
            models.Index(fields=["kept_at"], name="promises_kept", condition=models.Q(kept_at__isnull=False)),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.case}"
