from django.db import models
from django.db.models import Q


class Preference(models.Model):
    """How somebody at the desk wants to be told."""

    name = models.CharField(max_length=150, primary_key=True)  # the user name at the desk
    how = models.CharField(max_length=8)
    by_mail = models.BooleanField(default=True)
    quiet_since = models.TimeField(null=True)
    quiet_until = models.TimeField(null=True)
    key = models.BinaryField(default=b"")  # their OpenPGP certificate; public, like their address
    since = models.DateTimeField()  # what happened before is not told
    mailed_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.name}: {self.how}"


class Hook(models.Model):
    """Somebody's webhook.  Its address and secret are sealed to the process that calls it."""

    name = models.CharField(max_length=150, primary_key=True)  # whose
    form = models.CharField(max_length=12)
    sealed = models.BinaryField()
    set_at = models.DateTimeField()
    next_at = models.DateTimeField()
    failures = models.PositiveSmallIntegerField(default=0)  # in a row
    failing_since = models.DateTimeField(null=True)
    why = models.CharField(max_length=16, default="")  # a short code
    called_at = models.DateTimeField(null=True)  # when it last went well
    stopped_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.name}: {self.form}"


class Notice(models.Model):
    """Something that waits to be told to one person, by mail, by their webhook, or both.  Gone once it is told."""

    person = models.CharField(max_length=150)  # empty: who is responsible by the policy
    what = models.CharField(max_length=12)
    case = models.CharField(max_length=24, default="")
    promise = models.CharField(max_length=16, default="")
    due_on = models.DateField(null=True)
    late_from = models.DateTimeField(null=True)
    exact = models.BooleanField(default=False)
    at = models.DateTimeField()
    mail_at = models.DateTimeField(null=True)  # empty: nothing (more) to mail
    hook_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (
            models.Index(fields=["mail_at"], name="notices_to_mail", condition=Q(mail_at__isnull=False)),
            models.Index(fields=["person", "hook_at"], name="notices_to_call", condition=Q(hook_at__isnull=False)),
        )

    def __str__(self) -> str:
        return f"{self.what} {self.case}"
