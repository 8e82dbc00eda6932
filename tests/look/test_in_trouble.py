"""Pages that a whole house does not show: a report that is being opened, an owner's code, and what broke.

They are answered in this process, with a view beside ours that breaks, and looked at in the browser like all others.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from urllib.parse import urlsplit

import pytest
from django.conf import settings as its
from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import path
from playwright.sync_api import Browser, Page, Route, sync_playwright
from tests.desk.conftest import desk, desk_house, hanna  # noqa: F401  # fixtures
from tests.journey.browser import FLAGS
from tests.look import checks
from tests.look.houses import LOCALES, PATIENCE
from tests.look.statement import WAYS
from tests.owners.conftest import invite, ref  # noqa: F401  # fixture
from tests.owners.test_portal import Browser as Owner
from tests.portal.conftest import Reporter, portal, receipt_in  # noqa: F401  # fixture

from meldpunt.ground import clock
from meldpunt.ground.errors import OutsideFailure
from meldpunt.site import urls_desk, urls_portal

pytestmark = [pytest.mark.real, pytest.mark.parametrize(("language", "theme"), WAYS)]
HERE = "http://meldpunt.example"
ASKS_AGAIN = "js/my.js"  # a page that is being opened looks again by itself: not while it is looked at


def breaks(_request):
    raise RuntimeError("on purpose")


def waits(_request):
    raise OutsideFailure


def with_trouble(settings, urls):
    """The addresses of a shell, and two at which something is wrong."""
    more = ModuleType("addresses_with_trouble")
    vars(more).update({name: found for name, found in vars(urls).items() if not name.startswith("__")})
    more.urlpatterns = [path("breaks/", breaks), path("waits/", waits), *urls.urlpatterns]
    settings.ROOT_URLCONF = more


def findings(answers, language, theme):
    """What is wrong on these answers, each with its address."""
    found = []
    with _browser() as browser:
        for where, answer in answers.items():
            page = _page(browser, where, answer, language, theme)
            found += [f"{where} ({language}, {theme}): {one}" for one in checks.everything(page, language)]
    return found


@contextmanager
def _browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=list(FLAGS))
        try:
            yield browser
        finally:
            browser.close()


def _page(browser: Browser, where: str, answer, language: str, theme: str) -> Page:
    context = browser.new_context(locale=LOCALES[language], color_scheme=theme, reduced_motion="reduce")
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    headers = {name: value for name, value in answer.headers.items() if name != "Content-Length"}

    def give(route: Route) -> None:
        asked = urlsplit(route.request.url).path
        if asked == where:
            route.fulfill(status=answer.status_code, headers=headers, body=answer.content)
            return
        found = finders.find(asked.removeprefix(its.STATIC_URL)) if not asked.endswith(ASKS_AGAIN) else None
        route.fulfill(path=found) if found else route.fulfill(status=404)

    page.route("**/*", give)
    page.goto(HERE + where)
    return page


def answers_of(client, expected):
    found = {where: client.get(where) for where in expected}
    assert {where: answer.status_code for where, answer in found.items()} == expected
    return found


def test_what_broke_in_the_portal_and_a_report_that_is_being_opened(portal, settings, language, theme):  # noqa: F811
    reporter = Reporter(portal, language)
    receipt = receipt_in(reporter.send())
    opening = reporter.show(receipt)
    assert opening.status_code == 409
    with_trouble(settings, urls_portal)
    client = Client(headers={"accept-language": language}, raise_request_exception=False)
    answers = answers_of(client, {"/nothing/": 404, "/breaks/": 500, "/waits/": 503})
    assert findings({**answers, "/my/": opening}, language, theme) == []


def test_the_code_of_an_owner(portal, ref, language, theme):  # noqa: F811
    guest, owner = invite(portal, ref, now=clock.now()), Owner(language)
    assert owner.post("/owner/", "/owner/", receipt=guest.link.code)["Location"] == "/owner/code/"
    asked = owner.get("/owner/code/")
    wrong = owner.post("/owner/code/", "/owner/code/", code="12345678")
    assert (asked.status_code, wrong.status_code) == (200, 400)
    assert findings({"/owner/code/": asked, "/owner/code/wrong/": wrong}, language, theme) == []


def test_what_broke_at_the_desk(desk, settings, language, theme):  # noqa: F811
    with_trouble(settings, urls_desk)
    desk.client.raise_request_exception = False
    desk.client.defaults["HTTP_ACCEPT_LANGUAGE"] = language
    answers = answers_of(desk.client, {"/nothing/": 404, "/breaks/": 500, "/waits/": 503})
    assert findings(answers, language, theme) == []
