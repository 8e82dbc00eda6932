"""With the keyboard alone: a report from the top of the form to its receipt, an answer from sign-in to sent letter.

At every stop on the way the focus shows, and nothing lies over it.
"""

import pytest
from playwright.sync_api import Page
from tests.journey.browser import totp
from tests.look import checks
from tests.look.houses import visitors

pytestmark = pytest.mark.real
MOST = 150  # stops before something is called out of reach
TWICE_THE_SAME = "04042027"  # the fourth of April, whether the browser asks for the day or the month first


def tab_to(page: Page, goal: str) -> None:
    """Press Tab until the focus is there."""
    for _ in range(MOST):
        page.keyboard.press("Tab")
        assert page.evaluate(checks.STOP) == []
        if page.evaluate("goal => document.activeElement.matches(goal)", goal):
            return
    raise AssertionError(f"{goal} cannot be reached with Tab")


def type_into(page: Page, goal: str, text: str) -> None:
    tab_to(page, goal)
    page.keyboard.type(text)


def enter(page: Page, goal: str, then: str) -> None:
    """Go there, press Enter, and wait for what follows."""
    tab_to(page, goal)
    page.keyboard.press("Enter")
    page.locator(then).first.wait_for()


@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_report_from_the_top_of_the_form_to_its_receipt(lively, language):
    with visitors(lively) as visit:
        page = visit.fresh(language)
        page.goto(lively.address("portal", "/report/"))
        enter(page, ".skip-link", "main")
        type_into(page, "#system", "https://www.voorbeeldstad.example/zoeken")
        type_into(page, "#description", "Een pagina laat meer zien dan zij hoort te doen.")
        tab_to(page, "#conditions")
        page.keyboard.press("Space")
        enter(page, "main button[type=submit]", ".receipt")
        assert page.evaluate(checks.STOP) == []
        assert visit.trouble == []


def test_a_mistake_in_the_form_is_reached_from_its_summary(lively):
    with visitors(lively) as visit:
        page = visit.fresh("nl")
        page.goto(lively.address("portal", "/report/"))
        enter(page, "main button[type=submit]", "#mistakes")
        enter(page, "#mistakes a", "#system")
        assert page.evaluate("document.activeElement.id") == "system"


def test_an_answer_from_sign_in_to_the_letter_that_is_sent(lively):
    account = lively.people["joris"]
    with visitors(lively) as visit:
        page = visit.fresh("nl")
        page.goto(lively.address("desk", "/"))
        page.keyboard.type("joris")  # the first field has the focus
        type_into(page, "input[name=password]", account["password"])
        page.keyboard.press("Enter")
        page.locator("input[name=code]").wait_for()
        page.keyboard.type(totp(account["totp_secret"]))
        page.keyboard.press("Enter")
        page.locator(".owing").wait_for()
        enter(page, f"a[href='/cases/{lively.refs['redirect']}/']", ".owing-now")
        enter(page, "a[href$='/assess/']", "input[name=verdict]")
        tab_to(page, "input[name=verdict]")
        page.keyboard.press("Space")
        tab_to(page, "#id_severity")
        page.keyboard.press("ArrowDown")
        type_into(page, "#id_expected_on", TWICE_THE_SAME)
        enter(page, "main form.narrow button[type=submit]", "textarea[name=letter]")
        enter(page, "main .before-sending button[type=submit]", ".correspondence")
        assert page.url == lively.address("desk", "/cases/{redirect}/")
        assert page.locator("a[href$='/date/']").count()  # there is an expected date now
        assert visit.trouble == []
