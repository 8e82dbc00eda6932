"""``make pictures``: every page of the catalogue in Chromium, at several widths, light and dark, in both languages.

``python -m tests.look.pictures [PART OF A NAME …]`` writes to ``var/pictures`` and makes an ``index.html`` there.
"""

import sys
import tempfile
from contextlib import ExitStack
from html import escape
from pathlib import Path

from tests.look.catalogue import PAGES
from tests.look.entry import Entry
from tests.look.houses import Visitors, empty, lively, visitors
from tests.look.walk import go

FOLDER = Path(__file__).parents[2] / "var" / "pictures"
# 320 and 768: the narrowest, and a tablet; 1440: a screen; 2560: a wide one
WIDTHS = {320: 720, 768: 1024, 1440: 900, 2560: 1440}
THEMES = ("light", "dark")
LANGUAGES = ("nl", "en")


def picture(entry: Entry, visit: Visitors, language: str, widths: dict[int, int] = WIDTHS) -> list[Path]:
    """One page in one language, at every width and in both themes."""
    page = go(entry, visit, language)
    taken = []
    for width, height in widths.items():
        page.set_viewport_size({"width": width, "height": height})
        for theme in THEMES:
            page.emulate_media(color_scheme=theme)
            place = FOLDER / f"{entry.name.replace('/', '-')}.{width}.{theme}.{language}.png"
            page.screenshot(path=place, full_page=True, animations="disabled")
            taken.append(place)
    page.set_viewport_size({"width": 1280, "height": 900})
    page.emulate_media(color_scheme="light")
    return taken


def index(taken: dict[str, list[Path]]) -> str:
    """A page with all pictures on it, small; each leads to itself, large."""
    rows = "".join(f"<h2>{escape(name)}</h2><p>{''.join(map(_small, places))}</p>" for name, places in taken.items())
    head = "<!doctype html><meta charset=utf-8><title>Every page</title><style>body{font:16px sans-serif}</style>"
    return head + rows


def _small(place: Path) -> str:
    return f'<a href="{place.name}"><img loading=lazy height=240 alt="{place.stem}" src="{place.name}"></a> '


def main(wanted: list[str]) -> int:
    pages = [one for one in PAGES if not wanted or any(part in one.name for part in wanted)]
    FOLDER.mkdir(parents=True, exist_ok=True)
    taken: dict[str, list[Path]] = {}
    with ExitStack() as stack:
        for which, open_house in (("lively", lively), ("empty", empty)):
            some = [one for one in pages if one.house == which]
            if not some:
                continue
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="meldpunt-pictures-")))
            visit = stack.enter_context(visitors(stack.enter_context(open_house(folder))))
            _walk(some, visit, taken)
            stack.close()
    (FOLDER / "index.html").write_text(index(taken))
    print(f"{sum(map(len, taken.values()))} pictures of {len(taken)} pages: {FOLDER / 'index.html'}")
    return 0


def _walk(pages: list[Entry], visit: Visitors, taken: dict[str, list[Path]]) -> None:
    for count, entry in enumerate(pages, 1):
        print(f"{count}/{len(pages)} {entry.name}", file=sys.stderr, flush=True)
        for language in LANGUAGES:
            taken.setdefault(entry.name, []).extend(picture(entry, visit, language))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
