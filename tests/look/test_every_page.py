"""Every page of the catalogue, in the real program and a real browser: what WCAG 2.2 AA asks of it, and that it fits.

Each page is looked at in Dutch and light, and in English and dark; in one of these in a second theme too.
"""

import pytest
from tests.look.catalogue import PAGES
from tests.look.statement import WAYS, findings

ONE_WAY, THE_OTHER = WAYS
pytestmark = pytest.mark.real


@pytest.mark.long
@pytest.mark.parametrize(("language", "theme"), WAYS)
@pytest.mark.parametrize("shell", ["portal", "desk"])
def test_every_page_of_the_example(lively, shell, language, theme):
    pages = [one for one in PAGES if one.shell == shell and one.house == "lively"]
    assert findings(pages, lively, language, theme) == []


def test_every_page_of_an_empty_house_with_a_theme_of_its_own(empty):
    pages = [one for one in PAGES if one.house == "empty"]
    assert [*findings(pages, empty, *ONE_WAY), *findings(pages, empty, *THE_OTHER)] == []


def test_the_first_run(unfounded):
    pages = [one for one in PAGES if one.house == "unfounded"]
    assert [*findings(pages, unfounded, *ONE_WAY), *findings(pages, unfounded, *THE_OTHER)] == []
