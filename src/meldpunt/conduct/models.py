from django.db import models


class Conduct(models.Model):
    """Where the review of one case stands.  What was found, and why, rests sealed with the case."""

    case = models.CharField(max_length=24, primary_key=True)
    state = models.CharField(max_length=16, default="not-reviewed")
    reviews = models.PositiveSmallIntegerField(default=0)
    reviewer = models.CharField(max_length=150, default="")
    reviewed_at = models.DateTimeField(null=True)
    asked_at = models.DateTimeField(null=True)  # when the reporter last asked for the statement
    answered_at = models.DateTimeField(null=True)  # when it was last given or refused
    digest = models.CharField(max_length=64, default="")  # of the statement that was given

    def __str__(self) -> str:
        return f"{self.case}: {self.state}"
