from django.db import models


class Standing(models.Model):
    """Where the solution and the report of one case stand: for lists.  Drawn from the ledger, which decides."""

    case = models.CharField(max_length=24, primary_key=True)
    fix = models.CharField(max_length=12, default="none")
    report = models.CharField(max_length=8, default="open")
    severity = models.CharField(max_length=10, default="")
    received_at = models.DateTimeField(null=True)
    landed_on = models.DateField(null=True)  # a local day; empty again when it was not solved after all
    closed_at = models.DateTimeField(null=True)
    why = models.CharField(max_length=24, default="")  # it was closed
    look_at = models.DateTimeField(null=True)  # from when on somebody has to look, and no promise says so
    unread = models.BooleanField(default=False)  # the reporter wrote after it was closed

    class Meta:
        indexes = (
            models.Index(
                fields=["-unread", "-closed_at", "-case"],
                name="remediation_closed",
                condition=models.Q(closed_at__isnull=False),
            ),
            models.Index(fields=["landed_on"], name="remediation_landed", condition=models.Q(landed_on__isnull=False)),
            models.Index(fields=["look_at"], name="remediation_look", condition=models.Q(look_at__isnull=False)),
        )

    def __str__(self) -> str:
        return f"{self.case}: {self.fix}, {self.report}"
