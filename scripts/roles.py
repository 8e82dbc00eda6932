"""Write docs/roles.md anew: which role may what, from the rules themselves.

Run it after a change of ground/rights.py, or of the words in desk/people.py.
"""

import os
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "meldpunt.site.settings")

from meldpunt.ground.rights import TABLE, Right
from meldpunt.ground.values import AT_THE_DESK, Role

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "roles.md"
HEAD = """\
# Who may what

Somebody at the desk has one role or several; each adds what it may. A case is for everybody who works on reports, or
for named people and the leads. Who has no right to something, or to whom a case was not given, gets the answer of
something that does not exist. Whoever is signed in and tries to change it all the same stands in the log
(`desk.refused`, once an hour for each act).

The operator, who has the command line, may everything. Reporters and owners of systems have no role here: a receipt
or an invitation opens the one case that is theirs. This page is written by `scripts/roles.py` from `ground/rights.py`.

"""


def page() -> str:
    """The whole page."""
    from meldpunt.desk.people import RIGHTS, ROLES

    names = [str(ROLES[role]) for role in AT_THE_DESK]
    head = f"| May | {' | '.join(names)} |\n|---|{'---|' * len(names)}\n"
    lines = [f"| {RIGHTS[one]} (`{one}`) | {' | '.join(_cell(role, one) for role in AT_THE_DESK)} |" for one in Right]
    return HEAD + head + "\n".join(lines) + "\n"


def _cell(role: Role, right: Right) -> str:
    return "yes" if right in TABLE[role] else ""


if __name__ == "__main__":
    import django

    django.setup()
    PAGE.write_text(page(), "utf-8")
