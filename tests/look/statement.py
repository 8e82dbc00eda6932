"""``make statement``: every page in both languages and both themes; what was found goes into the statement.

Each page is looked at in Dutch and light, and in English and dark.

It writes ``src/meldpunt/portal/accessibility.json``, from which the portal draws its page.  Commit it with a release.
"""

import json
import sys
import tempfile
from pathlib import Path

import axe_playwright_python
from tests.look import checks, houses, own_colours
from tests.look.catalogue import PAGES
from tests.look.entry import Entry
from tests.look.houses import House, visitors
from tests.look.walk import go

from meldpunt.ground import clock

PLACE = Path(__file__).parents[2] / "src" / "meldpunt" / "portal" / "accessibility.json"
CHECKED = ("axe", "focus", "targets", "sideways", "larger_text", "language", "keyboard", "motion", "own_colours")
WAYS = (("nl", "light"), ("en", "dark"))  # the words do not depend on the colours, nor the colours on the words
OPENERS = {"lively": houses.lively, "empty": houses.empty, "unfounded": houses.unfounded}


def findings(pages: list[Entry], house: House, language: str, theme: str) -> list[str]:
    """What is wrong on these pages, each with the page's name.  In one of the ways each wears the other theme too."""
    found = []
    with visitors(house, theme) as visit:
        for count, entry in enumerate(pages):
            try:
                page = go(entry, visit, language)
                wrong = checks.everything(page, language)
                wrong += checks.other_theme(page) if WAYS[count % 2] == (language, theme) else []
            except AssertionError as otherwise:
                wrong = [str(otherwise)]
            found += [f"{entry.name} ({language}, {theme}): {one}" for one in [*wrong, *visit.trouble]]
            visit.trouble.clear()
    return found


def main() -> int:
    found, browser = [], ""
    for which, open_house in OPENERS.items():
        pages = [one for one in PAGES if one.house == which]
        with tempfile.TemporaryDirectory(prefix="meldpunt-statement-") as folder, open_house(Path(folder)) as house:
            for language, theme in WAYS:
                print(f"{which}: {len(pages)} pages, {language}, {theme}", file=sys.stderr, flush=True)
                found += findings(pages, house, language, theme)
            if which == "lively":
                found += [one for way in own_colours.WAYS for one in own_colours.not_seen(house, way)]
            with visitors(house) as visit:
                browser = visit.browser
    for one in found:
        print(one)
    if found:
        return 1
    PLACE.write_text(json.dumps(told(browser), indent=1) + "\n")
    return 0


def told(browser: str) -> dict[str, object]:
    """What the statement is drawn from."""
    version = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()[:40].split()[2].lstrip("v")
    return {
        "tested_on": clock.now().date().isoformat(),
        "browser": browser,
        "axe": version,
        "checks": CHECKED,
        "pages": sorted(one.name for one in PAGES),
        "findings": [],
    }


if __name__ == "__main__":
    sys.exit(main())
