from django.db import models


class Standing(models.Model):
    """Where embargo and publication of one case stand.  No words: those rest sealed.  It is what commands hold."""

    case = models.CharField(max_length=24, primary_key=True)
    embargo = models.CharField(max_length=8, default="none")
    until = models.DateTimeField(null=True)
    until_zone = models.CharField(max_length=64, default="")  # in which it was said
    how = models.CharField(max_length=10, default="")  # it ended
    ended_at = models.DateTimeField(null=True)
    told_at = models.DateTimeField(null=True)  # the reporter was told that it ended
    talk = models.CharField(max_length=8, default="quiet")
    proposed = models.DateTimeField(null=True)  # nothing, while a proposal is open: to end it at once
    proposed_zone = models.CharField(max_length=64, default="")
    leak_seen_at = models.DateTimeField(null=True)  # by the reporter; empty again when we answered
    publication = models.CharField(max_length=10, default="open")
    plan = models.CharField(max_length=8, default="quiet")
    planned = models.DateTimeField(null=True)
    planned_zone = models.CharField(max_length=64, default="")
    before_fix = models.BooleanField(default=False)  # agreed: also when it is not solved
    agreed = models.BooleanField(default=False)  # the planned moment
    plan_proposed = models.DateTimeField(null=True)
    plan_proposed_zone = models.CharField(max_length=64, default="")
    asks_before_fix = models.BooleanField(default=False)
    drafts = models.PositiveSmallIntegerField(default=0)
    shown = models.CharField(max_length=64, default="")  # digest of the draft that the reporter could read last
    commented_at = models.DateTimeField(null=True)  # the newest comment that we have not answered
    renamed_at = models.DateTimeField(null=True)  # a public name was taken away since another is wished

    class Meta:
        indexes = (
            models.Index(fields=["until"], name="publication_until", condition=models.Q(embargo="running")),
            models.Index(
                fields=["ended_at"],
                name="publication_untold",
                condition=models.Q(ended_at__isnull=False, told_at__isnull=True),
            ),
        )

    def __str__(self) -> str:
        return f"{self.case}: {self.embargo}, {self.publication}"


class Party(models.Model):
    """Somebody who knows.  Who, stands in the sealed extra of the same id."""

    id = models.CharField(max_length=32, primary_key=True)
    case = models.CharField(max_length=24, db_index=True)
    kind = models.CharField(max_length=12)
    side = models.CharField(max_length=4)  # who told them
    since = models.DateTimeField()
    informed_at = models.DateTimeField(null=True)  # that the embargo ended

    def __str__(self) -> str:
        return f"{self.case}: {self.kind}"


class Advisory(models.Model):
    """What was published: from then on for everybody.  ``shown`` and ``link`` name the discoverer, while they wish."""

    name = models.CharField(max_length=32, primary_key=True)
    case = models.CharField(max_length=24, unique=True)
    title = models.CharField(max_length=200)
    text = models.TextField()
    language = models.CharField(max_length=5)
    address = models.CharField(max_length=300, default="")
    published_at = models.DateTimeField(db_index=True)
    updated_at = models.DateTimeField()
    shown = models.CharField(max_length=100, default="")
    link = models.CharField(max_length=220, default="")

    def __str__(self) -> str:
        return self.name


class Thanked(models.Model):
    """A line of the hall of fame.  Nothing that the public reads of it tells the case: not its id, and no day."""

    id = models.CharField(max_length=32, primary_key=True)
    case = models.CharField(max_length=24, unique=True)
    shown = models.CharField(max_length=100)
    link = models.CharField(max_length=220, default="")
    month = models.DateField(db_index=True)  # its first day

    def __str__(self) -> str:
        return self.id
