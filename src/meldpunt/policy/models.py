from django.db import models


class Version(models.Model):
    number = models.PositiveIntegerField(primary_key=True)  # 1, 2, 3 …
    text = models.TextField()
    digest = models.CharField(max_length=64)  # SHA-256 of the text, in hex
    published_at = models.DateTimeField()
    by = models.CharField(max_length=120)

    def __str__(self) -> str:
        return f"version {self.number}"
