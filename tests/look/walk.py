"""Going to a page of the catalogue in a window, as its visitor would."""

from playwright.sync_api import Page, Response
from tests.look.entry import Entry
from tests.look.houses import Visitors


def go(entry: Entry, visitors: Visitors, language: str) -> Page:
    """The page in its state.  ``AssertionError`` when it answers otherwise than the catalogue says."""
    page = visitors.window(entry.who, language)
    answers: list[Response] = []

    def note(response: Response) -> None:
        page_itself = response.headers.get("content-type", "").startswith("text/html")  # a script may have fetched it
        if page_itself and response.status // 100 != 3:
            answers.append(response)

    page.on("response", note)
    try:
        if entry.after:
            visitors.window(entry.after, language)
        page.goto(visitors.house.address(entry.shell, entry.path))
        if entry.confirms:
            visitors.confirm(page, entry.who)
        for step in entry.steps:
            step(page)
    finally:
        page.remove_listener("response", note)
    assert answers[-1].status == entry.status, f"{entry.name}: {answers[-1].status} instead of {entry.status}"
    return page
