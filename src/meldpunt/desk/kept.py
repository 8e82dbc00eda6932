"""A form that comes when its session has ended: its words are kept, sealed, for the same person.

They lie in the session of that browser, which is signed in no more, under a key of the desk and bound to the
account.  Whoever signs in there as the same person finds them, and sends them again with one button.  Files are
not kept: they have to be chosen again.
"""

import json
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.http import HttpRequest, QueryDict

from meldpunt.desk.codes import own_key
from meldpunt.vault import sealing

WAS = "meldpunt.was"  # in the session: whose it was
KEPT = "meldpunt_kept"  # a name that a template can ask for
MOST, MOST_FORMS = 1_000_000, 5  # characters of one; forms in one browser
NOT_WORDS = frozenset({"csrfmiddlewaretoken"})
KEYS = frozenset({"once", "seen"})  # go along, and say nothing to a reader
MUST_READ = 20  # shorter values are buttons, choices and references: nothing that one would miss


@dataclass(frozen=True, slots=True)
class Form:
    """A form as it was sent.  ``words``: what its author wrote in it."""

    id: int
    path: str
    fields: tuple[tuple[str, str], ...]
    files: int

    @property
    def words(self) -> tuple[str, ...]:
        return tuple(value for name, value in self.fields if len(value) >= MUST_READ and name not in KEYS)


def end(session: Any) -> None:
    """Sign this browser out, and remember whose it was."""
    was = session.get(SESSION_KEY)
    session.flush()
    if was:
        session[WAS] = was


def keep(request: HttpRequest) -> bool:
    """Keep what this form holds.  ``False``: nobody's session, or too much."""
    session = request.session
    if WAS not in session or request.method != "POST":
        return False
    fields = [(name, value) for name, values in request.POST.lists() for value in values if name not in NOT_WORDS]
    text = json.dumps([request.get_full_path(), fields, len(request.FILES)])
    if len(text) > MOST or len(session.get(KEPT, ())) >= MOST_FORMS:
        return False
    sealed = sealing.lock(own_key("kept forms"), text.encode("utf-8", "surrogatepass"), _context(session[WAS]))
    session[KEPT] = [*session.get(KEPT, ()), sealed.hex()]
    return True


def claim(session: MutableMapping[str, Any], user_id: int) -> bool:
    """Somebody has signed in: whether forms of theirs wait.  Another's are thrown away."""
    theirs = session.pop(WAS, None) == str(user_id)
    if not theirs:
        session.pop(KEPT, None)
    return bool(session.get(KEPT))


def forms(session: Mapping[str, Any], user_id: int) -> tuple[Form, ...]:
    """The forms that wait for their author."""
    return tuple(_opened(place, sealed, user_id) for place, sealed in enumerate(session.get(KEPT, ())))


def drop(session: MutableMapping[str, Any], user_id: int, path: str) -> None:
    """The form for this address is sent again, or thrown away."""
    left = [session[KEPT][form.id] for form in forms(session, user_id) if form.path != path]
    if left:
        session[KEPT] = left
    else:
        session.pop(KEPT, None)


def as_form(path: str, posted: QueryDict, files: int) -> Form:
    """What was just posted, to be shown once more."""
    fields = tuple((name, str(v)) for name, values in posted.lists() for v in values if name not in NOT_WORDS)
    return Form(0, path, fields, files)


def _opened(place: int, sealed: str, user_id: int) -> Form:
    text = sealing.unlock(own_key("kept forms"), bytes.fromhex(sealed), _context(str(user_id)))
    path, fields, files = json.loads(text.decode("utf-8", "surrogatepass"))
    return Form(place, path, tuple((name, value) for name, value in fields), files)


def _context(user_id: str) -> str:
    return f"form of account {user_id}"
