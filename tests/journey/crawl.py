"""Every page that somebody can reach by links, in the real browser: markup that others wrote is text on each."""

from urllib.parse import urljoin, urlsplit

from playwright.sync_api import Page
from tests.markup import planted

NO_PAGE = (
    "/files/",
    "/raw/",
    "/static/",
    "/feed/",
    ".csv",
    ".json",
    ".jsonl",
    ".txt",
    ".asc",
    ".pdf",
    ".zip",
    "/look/",
)
MOST = 80  # pages


def looked_at(page: Page, start: str) -> dict[str, list[str]]:
    """The paths of the pages that were looked at, each with what ran or became an element there."""
    waits, found = [start], {}
    host = urlsplit(start).netloc
    while waits and len(found) < MOST:
        address = waits.pop(0)
        path = urlsplit(address).path
        if path in found:
            continue
        answer = page.goto(address)
        if answer is None or not answer.headers.get("content-type", "").startswith("text/html"):
            continue
        found[path] = planted(page.content().encode())
        if answer.status >= 400:
            found[path].append(f"a link leads to {answer.status}")
        waits += [link for link in _links(page) if urlsplit(link).netloc == host]
    return found


def _links(page: Page) -> list[str]:
    links = page.evaluate(
        "[...document.querySelectorAll('a[href]:not([download])')].map(one => one.getAttribute('href'))"
    )
    whole = [urljoin(page.url, link).partition("#")[0] for link in links]
    return [link for link in whole if not any(part in urlsplit(link).path for part in NO_PAGE)]
