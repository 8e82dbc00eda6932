"""``up`` with all mail doors that the settings name.  ``python -m tests.works.everything``"""

import os
import sys

from meldpunt.site import config
from meldpunt.works.up import Plan, up


def main() -> int:
    settings = config.load()
    os.environ["MELDPUNT_DATA"] = str(settings.data)
    names = ("data", "web", "desk", "lmtp", "smtp", "smtp_in", "imap", "database", "portal_address", "desk_address")
    return up(Plan(**{name: getattr(settings, name) for name in names}), lambda line: print(line, flush=True))


if __name__ == "__main__":
    sys.exit(main())
