"""Every page of the catalogue, in the real program and a real browser: what WCAG 2.2 AA asks of it, and that it fits.

Each page is looked at in Dutch and light, and in English and dark: the words do not depend on the colours.
"""

import pytest
from tests.look import checks
from tests.look.catalogue import PAGES
from tests.look.houses import visitors
from tests.look.walk import go

ONE_WAY, THE_OTHER = ("nl", "light"), ("en", "dark")


def findings(pages, house, language, theme):
    """What is wrong on these pages, each with the page's name."""
    found = []
    with visitors(house, theme) as visit:
        for entry in pages:
            try:
                page = go(entry, visit, language)
            except AssertionError as otherwise:
                found.append(str(otherwise))
                continue
            wrong = [*checks.language(page, language), *checks.axe(page), *checks.larger_text(page)]
            wrong += checks.focus(page)
            page.set_viewport_size(checks.NARROWEST)
            wrong += [*checks.sideways(page), *checks.targets(page), *checks.focus(page)]
            page.set_viewport_size(checks.USUAL)
            wrong += visit.trouble
            visit.trouble.clear()
            found += [f"{entry.name}: {one}" for one in wrong]
    return found


@pytest.mark.real
@pytest.mark.parametrize(("language", "theme"), [ONE_WAY, THE_OTHER])
@pytest.mark.parametrize("shell", ["portal", "desk"])
def test_every_page_of_the_example(lively, shell, language, theme):
    pages = [one for one in PAGES if one.shell == shell and one.house == "lively"]
    assert findings(pages, lively, language, theme) == []


@pytest.mark.real
def test_every_page_of_an_empty_house(empty):
    pages = [one for one in PAGES if one.house == "empty"]
    assert [*findings(pages, empty, *ONE_WAY), *findings(pages, empty, *THE_OTHER)] == []
