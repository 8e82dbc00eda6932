"""Prints every case of a data folder with all that its reporter wrote, as JSON.

A program of its own, run beside the tests: ``meldpunt case`` once for each of a hundred cases
would take a minute.  MELDPUNT_DATA says where; the cases are the arguments.
"""

import hashlib
import json
import os
import sys

from meldpunt.works import process

os.environ["MELDPUNT_ROLE"] = "operator"
process.open_house()

from django.conf import settings  # noqa: E402  tables exist in an open house only

from meldpunt.cases.queries import file_for_handler  # noqa: E402
from meldpunt.conversation.queries import Letter, case_page  # noqa: E402
from meldpunt.ground import clock  # noqa: E402
from meldpunt.ground.values import Actor, CaseRef, Role  # noqa: E402
from meldpunt.policy.queries import current  # noqa: E402
from meldpunt.vault import keyring  # noqa: E402


def main(refs: list[str]) -> None:
    keys = keyring.vault(settings.MELDPUNT_DATA, "operator")
    operator = Actor(Role.OPERATOR, "operator")
    calendar = current().policy.calendar
    found = {}
    for ref in map(CaseRef, refs):
        page = case_page(operator, ref, keys=keys, calendar=calendar, now=clock.now())
        letters = [item for item in page.items if isinstance(item, Letter) and item.kind != "to-reporter"]
        files = [
            file_for_handler(operator, ref, file.id, keys, settings.MELDPUNT_DATA)
            for one in letters
            for file in one.files
        ]
        found[ref] = {
            "address": page.reporter.address,
            "texts": [letter.text for letter in letters],
            "files": [hashlib.sha256(b"".join(file.chunks)).hexdigest() for file in files],
        }
    print(json.dumps(found))


main(sys.argv[1:])
