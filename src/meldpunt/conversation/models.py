from django.db import models


class OutboxLetter(models.Model):
    """A letter that waits to be sent: sealed to the outbox key, address and all."""

    id = models.CharField(max_length=32, primary_key=True)
    case = models.CharField(max_length=24, db_index=True)
    record = models.CharField(max_length=32, default="", db_index=True)  # the letter as it is kept with the case
    to = models.CharField(max_length=32)  # keyed token of the address: how many automatic letters went there
    automatic = models.BooleanField()
    state = models.CharField(max_length=12, default="waiting")
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    next_at = models.DateTimeField()
    sealed = models.BinaryField()  # emptied when it is sent
    code = models.CharField(max_length=12, default="")  # the last SMTP reply, or ``bounced``
    said = models.BinaryField(default=b"")  # why not, in the mail server's own words: sealed to the vault
    message = models.CharField(max_length=32, default="", db_index=True)  # keyed token of its Message-ID
    noticed = models.BooleanField(default=False)  # a handler has seen that it could not be delivered

    class Meta:
        indexes = (
            models.Index(fields=["to", "created_at"], name="outbox_to", condition=models.Q(automatic=True)),
            models.Index(fields=["next_at"], name="outbox_waiting", condition=models.Q(state="waiting")),
            models.Index(
                fields=["created_at"],
                name="outbox_undelivered",
                condition=models.Q(state="undelivered", noticed=False),
            ),
        )

    def __str__(self) -> str:
        return f"{self.id} {self.state}"
