from django.db import models

OPEN = models.Q(kept_at__isnull=True, ended_at__isnull=True)


class Promise(models.Model):
    """Drawn from policy and ledger; can be thrown away and drawn again."""

    case = models.CharField(max_length=24)  # a reference: the table must not hold up its own rebuilding
    kind = models.CharField(max_length=16)
    number = models.PositiveSmallIntegerField(default=1)  # which of its kind in this case
    handler = models.CharField(max_length=150, default="")
    severity = models.CharField(max_length=10, default="")  # of the case, as its newest assessment has it
    verdict = models.CharField(max_length=20, default="")
    policy_version = models.PositiveIntegerField(default=1)
    started_at = models.DateTimeField()
    due_on = models.DateField()
    late_from = models.DateTimeField()
    moved = models.PositiveSmallIntegerField(default=0)
    listed = models.BooleanField(default=True)  # false: another promise of the case is due before it
    reminded = models.PositiveSmallIntegerField(default=0)  # how far up: see ``guard.To``
    miss_told = models.BooleanField(default=False)  # the ledger has been told that it is late
    kept_at = models.DateTimeField(null=True)
    kept_by = models.CharField(max_length=120, default="")
    partly = models.BooleanField(default=False)  # answered, without the date that belongs to it
    ended_at = models.DateTimeField(null=True)  # nothing is owed any more, and it was not kept

    class Meta:
        constraints = (models.UniqueConstraint(fields=["case", "kind", "number"], name="promises_one_of_a_number"),)
        indexes = (
            models.Index(fields=["late_from", "id"], name="promises_open", condition=OPEN & models.Q(listed=True)),
            models.Index(fields=["late_from"], name="promises_to_tell", condition=OPEN & models.Q(miss_told=False)),
            models.Index(
                fields=["handler", "late_from", "id"], name="promises_whose", condition=OPEN & models.Q(listed=True)
            ),
            models.Index(fields=["kept_at"], name="promises_kept", condition=models.Q(kept_at__isnull=False)),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.case}"


class Sort(models.Model):
    """Open and listed promises that are alike, and how many there are.  See ``tally``."""

    handler = models.CharField(max_length=150)
    kind = models.CharField(max_length=16)
    severity = models.CharField(max_length=10)
    verdict = models.CharField(max_length=20)
    number = models.BigIntegerField()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"


class Alike(Sort):
    """Of each sort, whenever they end."""

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["handler", "kind", "severity", "verdict"], name="promises_alike_once"),
        )
        indexes = (models.Index(fields=["number"], name="promises_alike_none", condition=models.Q(number=0)),)


class Ending(Sort):
    """Of each sort, those that end at a moment."""

    late_from = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["late_from", "handler", "kind", "severity", "verdict"], name="promises_ending_once"
            ),
        )
        indexes = (
            models.Index(fields=["number"], name="promises_ending_none", condition=models.Q(number=0)),
            models.Index(  # holds all that is asked, in the order in which it is added up
                fields=["handler", "kind", "severity", "verdict", "late_from", "number"], name="promises_ending_sums"
            ),
        )


class Colleague(models.Model):
    """Somebody at the desk, as the guard against silence knows them."""

    name = models.CharField(max_length=150, primary_key=True)  # the user name at the desk
    address = models.EmailField(max_length=254, default="")
    language = models.CharField(max_length=2, default="nl")
    absent_until = models.DateField(null=True)  # the last local day away
    cover = models.CharField(max_length=150, default="")

    def __str__(self) -> str:
        return self.name
