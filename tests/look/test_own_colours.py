"""Where the colours are not ours (``own_colours.py``), and what a receipt says on paper."""

import pytest
from playwright.sync_api import Page
from tests.look import own_colours
from tests.look.catalogue import PAGES
from tests.look.houses import Visitors, visitors
from tests.look.walk import go

pytestmark = pytest.mark.real


@pytest.mark.parametrize("way", own_colours.WAYS)
def test_what_says_something_is_seen(lively, way):
    assert "\n".join(own_colours.not_seen(lively, way)) == ""


def test_what_a_receipt_says_on_paper(lively):
    """The code, its link in letters, the picture of it and what is owed; nothing that one would press."""
    with visitors(lively) as visit:
        page = _receipt(visit)
        page.emulate_media(media="print")
        for selector in (".receipt__code", ".receipt__qr", ".not-on-screen", ".ledger__due"):
            assert page.locator(selector).first.is_visible(), selector
        assert "/my/#" in page.locator(".not-on-screen").inner_text()
        for selector in ("button", ".masthead nav", ".skip-link", ".not-on-paper"):
            assert not any(one.is_visible() for one in page.locator(selector).all()), selector


def _receipt(visit: Visitors) -> Page:
    return go(next(one for one in PAGES if one.name == "portal/receipt"), visit, "nl")
