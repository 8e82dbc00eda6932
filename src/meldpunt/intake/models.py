from django.db import models


class Item(models.Model):
    """One thing that came in.  ``sealed`` opens with the vault's private key only."""

    token = models.CharField(max_length=32, unique=True)
    received_at = models.DateTimeField()
    door = models.CharField(max_length=8)
    outcome = models.CharField(max_length=8, default="waiting")
    sealed = models.BinaryField()  # emptied when a case has taken the content over
    finder = models.CharField(max_length=64, default="", db_index=True)  # of the receipt, when the form made one
    case = models.CharField(max_length=24, default="", db_index=True)  # known beforehand for a message by the page
    once = models.CharField(max_length=64, null=True, unique=True)  # a form that is posted twice is one  # noqa: DJ001
    why = models.CharField(max_length=40, default="")
    settled_at = models.DateTimeField(null=True)
    safe = models.BinaryField(default=b"")  # of a held letter: what no key was needed for, sealed
    held_for = models.CharField(max_length=40, default="")  # why a letter that is now spam was held
    looked_by = models.CharField(max_length=150, default="")  # the handler who looks at a held letter
    look_until = models.DateField(null=True)
    asked = models.PositiveSmallIntegerField(default=0)  # how often a person asked for it once more
    asked_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)  # how often the machine kept us from opening it
    hindrance = models.CharField(max_length=40, default="")  # what by, the last time: the name of the trouble

    class Meta:
        indexes = (
            models.Index(fields=["id"], name="intake_waiting", condition=models.Q(outcome="waiting")),
            models.Index(fields=["id"], name="intake_held", condition=models.Q(outcome="held")),
            models.Index(fields=["id"], name="intake_spam", condition=models.Q(outcome="ignored", why="spam")),
        )

    def __str__(self) -> str:
        return self.token
