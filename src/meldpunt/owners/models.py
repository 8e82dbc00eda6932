from django.db import models


class Invitation(models.Model):
    """An owner of a system who was invited to one case.  Who that is, is sealed to their own key pair."""

    id = models.CharField(max_length=32, primary_key=True)
    case = models.CharField(max_length=24, db_index=True)
    kind = models.CharField(max_length=24)
    state = models.CharField(max_length=10, default="invited")
    finder = models.CharField(max_length=64, db_index=True)  # derived from the link; empty when it was withdrawn
    public = models.BinaryField()
    who = models.BinaryField()  # organisation, address, language: sealed to ``public``
    by = models.CharField(max_length=120)
    invited_at = models.DateTimeField()
    letter = models.CharField(max_length=32, default="")  # the newest mail with a link, in the outbox
    arrived_at = models.DateTimeField(null=True)
    looked_at = models.DateTimeField(null=True)
    due_on = models.DateField(null=True)  # a local day
    proposed_on = models.DateField(null=True)  # waits for an answer
    solved_on = models.DateField(null=True)
    remind_at = models.DateTimeField(null=True)
    asks = models.CharField(max_length=10, default="")  # what of it a handler has to look at
    asked_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (
            models.Index(fields=["asked_at"], name="owners_asks", condition=~models.Q(asks="")),
            models.Index(fields=["remind_at"], name="owners_remind", condition=models.Q(remind_at__isnull=False)),
        )

    def __str__(self) -> str:
        return f"{self.case}: {self.state}"


class Entry(models.Model):
    """One thing in the thread of an owner, sealed to their key pair; the vault has a seal of that."""

    id = models.CharField(max_length=32, primary_key=True)
    invitation = models.ForeignKey(Invitation, on_delete=models.PROTECT)
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=12)
    at = models.DateTimeField()
    by = models.CharField(max_length=120)
    sealed = models.BinaryField()
    unseen = models.BooleanField(default=False)  # has files for which the virus scanner is still to be asked

    class Meta:
        constraints = (models.UniqueConstraint(fields=["invitation", "number"], name="owners_entry_order"),)
        indexes = (models.Index(fields=["at"], name="owners_unseen", condition=models.Q(unseen=True)),)

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"


class Pass(models.Model):
    """What a browser shows.  ``door``: a code is waited for; ``visit``: they are in; ``browser``: known.

    The token is a hash of what the browser holds; the private key is locked under that, and ``proof`` is of a code.
    """

    DOOR, VISIT, BROWSER = "door", "visit", "browser"

    token = models.CharField(max_length=64, primary_key=True)
    invitation = models.ForeignKey(Invitation, on_delete=models.CASCADE)
    kind = models.CharField(max_length=8)
    locked = models.BinaryField(default=b"")
    proof = models.CharField(max_length=64, default="")
    tries = models.PositiveSmallIntegerField(default=0)
    made_at = models.DateTimeField()
    until = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.kind} until {self.until}"


class Reminder(models.Model):
    """A mail to an owner that lies ready: sealed to the outbox key by who could, for the clock, which holds no key."""

    id = models.CharField(max_length=32, primary_key=True)
    invitation = models.ForeignKey(Invitation, on_delete=models.CASCADE)
    sealed = models.BinaryField()

    def __str__(self) -> str:
        return self.id
