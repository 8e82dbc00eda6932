from django.db import models


class Turn(models.Model):
    """One row: who links duplicates takes turns, or two of them could make a circle."""

    name = models.CharField(max_length=12, primary_key=True)

    def __str__(self) -> str:
        return self.name


class Link(models.Model):
    """A report that is a duplicate of an earlier one: always of the first of all."""

    case = models.CharField(max_length=24, primary_key=True)
    earlier = models.CharField(max_length=24, db_index=True)
    at = models.DateTimeField()
    check_state = models.CharField(max_length=10, default="shut")
    ready = models.BooleanField(default=False)  # the earlier reporter may be asked: nothing is kept still about it

    class Meta:
        indexes = (
            models.Index(
                fields=["earlier"],
                name="triage_to_ask",
                condition=models.Q(check_state="shut", ready=True),
            ),
        )

    def __str__(self) -> str:
        return f"{self.case} after {self.earlier}"


class Searchable(models.Model):
    """A case as it can be found: keyed tokens, no word.  The database keeps its full-text index true to these columns.

    One column for each kind of reader and of text, so that a question can leave out what one may not see.
    """

    ref = models.CharField(max_length=24, unique=True)
    title = models.TextField()
    words = models.TextField()  # what reporter and organisation wrote to each other
    notes = models.TextField()  # what stays at the desk
    who = models.TextField()  # names and addresses
    facts = models.TextField()  # where it stands

    def __str__(self) -> str:
        return self.ref


class View(models.Model):
    """What somebody at the desk looks at often: a name for filters or a question.  Both are locked."""

    person = models.CharField(max_length=150, db_index=True)
    name = models.BinaryField()
    shows = models.BinaryField()
    first = models.BooleanField(default=False)  # what they see when they come in

    def __str__(self) -> str:
        return f"{self.person} {self.pk}"
