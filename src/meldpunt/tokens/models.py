from django.db import models


class Token(models.Model):
    id = models.CharField(max_length=12, primary_key=True)  # its public name
    holder = models.CharField(max_length=150, db_index=True)  # the user name at the desk
    label = models.CharField(max_length=60)
    digest = models.CharField(max_length=64, unique=True)
    scope = models.CharField(max_length=4)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    used_on = models.DateField(null=True)

    def __str__(self) -> str:
        return f"{self.id} of {self.holder}"


class Done(models.Model):
    """What was answered to a request under an idempotency key.  Holds references, never content."""

    token = models.CharField(max_length=12)
    key = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)  # SHA-256 of the request
    answer = models.JSONField(default=dict)
    at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["token", "key"], name="tokens_done_once"),)

    def __str__(self) -> str:
        return f"{self.token} {self.key}"
