"""Writes a reply to the reporter of the newest case, as a handler does at the desk.

A program of its own, run beside the tests, where signing in with a browser is not what matters.
MELDPUNT_DATA says where; the words of the letter are the argument.
"""

import os
import sys

from meldpunt.works import process

os.environ["MELDPUNT_ROLE"] = "operator"
process.open_house()

from django.conf import settings  # noqa: E402  tables exist in an open house only

from meldpunt.cases.queries import references  # noqa: E402
from meldpunt.conversation.commands import write  # noqa: E402
from meldpunt.conversation.queries import letterhead  # noqa: E402
from meldpunt.ground import clock  # noqa: E402
from meldpunt.ground.values import Actor, Role  # noqa: E402
from meldpunt.vault import keyring  # noqa: E402

write(
    references()[-1],
    sys.argv[1],
    "reply",
    letterhead(settings.CONFIG.portal_address, tagged=settings.CONFIG.tagged),
    keys=keyring.vault(settings.MELDPUNT_DATA, "operator"),
    by=Actor(Role.HANDLER, "hanna"),
    now=clock.now(),
)
