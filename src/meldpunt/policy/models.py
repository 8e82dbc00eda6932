from django.db import models


class Version(models.Model):
    number = models.PositiveIntegerField(primary_key=True)  # 1, 2, 3 …
    text = models.TextField()
    digest = models.CharField(max_length=64)  # SHA-256 of the text, in hex
    published_at = models.DateTimeField()
    by = models.CharField(max_length=120)
    summary = models.CharField(max_length=2000, default="", blank=True)  # what changed, for the public
    proposed_by = models.CharField(max_length=120, default="", blank=True)  # when two people were needed

    def __str__(self) -> str:
        return f"version {self.number}"


class Proposal(models.Model):
    text = models.TextField()
    digest = models.CharField(max_length=64)
    summary = models.CharField(max_length=2000)
    base = models.PositiveIntegerField()  # the version that held when it was proposed; 0 for none
    proposed_by = models.CharField(max_length=120)
    proposed_at = models.DateTimeField()
    state = models.CharField(max_length=12, default="open")  # rules: policy.proposing
    decided_by = models.CharField(max_length=120, default="", blank=True)
    decided_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(null=True)  # what it became

    class Meta:
        indexes = [models.Index(fields=["state", "id"])]

    def __str__(self) -> str:
        return f"proposal {self.pk}"
