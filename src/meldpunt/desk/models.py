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
