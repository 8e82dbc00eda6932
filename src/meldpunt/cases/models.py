from django.db import models


class Counter(models.Model):
    """The last number given out under a name, like ``MP-2026``."""

    name = models.CharField(max_length=24, primary_key=True)
    last = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.name}: {self.last}"


class Case(models.Model):
    ref = models.CharField(max_length=24, unique=True)
    opened_at = models.DateTimeField()
    received_at = models.DateTimeField()
    door = models.CharField(max_length=8)
    language = models.CharField(max_length=2)
    policy_version = models.PositiveIntegerField()
    reach = models.CharField(max_length=4)
    protection = models.CharField(max_length=24)
    handler = models.CharField(max_length=150, default="", db_index=True)
    verdict = models.CharField(max_length=20, default="")
    severity = models.CharField(max_length=10, default="")
    expected_on = models.DateField(null=True)
    title = models.BinaryField()  # locked: lists open many at once
    who = models.BinaryField()  # locked
    has_key = models.BooleanField(default=False)
    sender = models.CharField(max_length=32, default="", db_index=True)  # keyed token of the reporter's address
    case_public = models.BinaryField()
    identity_public = models.BinaryField()
    desk_public = models.BinaryField()
    identity = models.BinaryField()  # a ``Reporter``, sealed to the identity key
    named_only = models.BooleanField(default=False)  # only for the people in ``Given``, and for leads

    class Meta:
        indexes = (
            models.Index(fields=["ref"], condition=models.Q(named_only=True), name="cases_case_named"),
            # every column that figures look at, so that no row is read
            models.Index(fields=["received_at", "door", "severity"], name="cases_figures"),
        )

    def __str__(self) -> str:
        return self.ref


class Given(models.Model):
    """A case that is for named people is for this one, by user name."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT)
    person = models.CharField(max_length=150, db_index=True)
    at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["case", "person"], name="cases_given_once"),)

    def __str__(self) -> str:
        return f"to {self.person}"


class HeldRole(models.Model):
    """A role of somebody at the desk, by user name."""

    person = models.CharField(max_length=150)
    role = models.CharField(max_length=20)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["person", "role"], name="cases_role_once"),)

    def __str__(self) -> str:
        return f"{self.person}: {self.role}"


class Seal(models.Model):
    """A private key of a case, sealed for one holder: ``vault``, or ``receipt`` with its finder."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT)
    purpose = models.CharField(max_length=8)
    holder = models.CharField(max_length=8)
    finder = models.CharField(max_length=64, default="", db_index=True)
    sealed = models.BinaryField()

    def __str__(self) -> str:
        return f"{self.purpose} for {self.holder}"


class Record(models.Model):
    """One thing that was written: a report, a letter, a note.  Plain columns hold no word of it."""

    id = models.CharField(max_length=32, primary_key=True)
    case = models.ForeignKey(Case, on_delete=models.PROTECT)
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=16)
    at = models.DateTimeField()
    by = models.CharField(max_length=120)
    door = models.CharField(max_length=8, default="")
    protection = models.CharField(max_length=24, default="")
    sealed = models.BinaryField()
    open_from = models.DateTimeField(null=True)  # a letter: until then its writer can take it back

    class Meta:
        constraints = (models.UniqueConstraint(fields=["case", "number"], name="cases_record_order"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"


class Extra(models.Model):
    """Something that another room keeps with a case: sealed, for who holds the key pair of ``purpose``."""

    id = models.CharField(max_length=32, primary_key=True)
    case = models.ForeignKey(Case, on_delete=models.PROTECT)
    kind = models.CharField(max_length=32)
    purpose = models.CharField(max_length=8)
    at = models.DateTimeField()
    by = models.CharField(max_length=120)
    sealed = models.BinaryField()

    class Meta:
        indexes = (models.Index(fields=["case", "kind", "at"], name="cases_extra_kind"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.at}"


class Thread(models.Model):
    """Keyed token of a Message-ID, of a letter from or to the reporter: where an answer belongs."""

    token = models.CharField(max_length=32, primary_key=True)
    case = models.ForeignKey(Case, on_delete=models.PROTECT)
    ours = models.BooleanField(default=False)
    digest = models.CharField(max_length=32, default="")  # keyed token of the content: the same letter again

    def __str__(self) -> str:
        return self.token


class Visit(models.Model):
    """A reporter looking at their case: the case key, locked under a cookie that only they hold."""

    token = models.CharField(max_length=64, primary_key=True)
    case = models.ForeignKey(Case, on_delete=models.CASCADE)
    locked = models.BinaryField()
    until = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"until {self.until}"


class Present(models.Model):
    """Somebody at the desk has this case open, by user name: for a few minutes, and in no log."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE)
    person = models.CharField(max_length=150)
    doing = models.CharField(max_length=8)
    at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["case", "person"], name="cases_present_once"),)

    def __str__(self) -> str:
        return f"{self.person} {self.doing}"
