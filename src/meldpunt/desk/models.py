from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models


class Session(AbstractBaseSession):
    """A browser that is signed in, or is about to be.  No address of it is kept, and only the family of it."""

    user_id = models.PositiveBigIntegerField(null=True, db_index=True)
    since = models.DateTimeField()
    seen = models.DateTimeField()
    browser = models.CharField(max_length=40)

    class Meta:
        db_table = "desk_session"

    @classmethod
    def get_session_store_class(cls) -> type[SessionBase]:
        from meldpunt.desk.sessions import SessionStore

        return SessionStore


class Invitation(models.Model):
    """A one-time link that is open: for whom, until when, from whom.  The link itself is kept nowhere."""

    username = models.CharField(max_length=40, primary_key=True)
    until = models.PositiveBigIntegerField()
    at = models.DateTimeField()
    by = models.CharField(max_length=80)

    class Meta:
        db_table = "desk_invitation"

    def __str__(self) -> str:
        return self.username


class Binding(models.Model):
    """Which account of the sign-in provider is whose.  ``subject``: a keyed token."""

    user_id = models.PositiveBigIntegerField(primary_key=True)
    subject = models.CharField(max_length=32, unique=True)
    since = models.DateTimeField()

    class Meta:
        db_table = "desk_binding"

    def __str__(self) -> str:
        return str(self.user_id)
