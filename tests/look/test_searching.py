"""Finding a case again at the desk, and going through what is owed by single keys.

Of what was searched for, the disk holds no word.
"""

import pytest
from playwright.sync_api import Page, expect
from tests.journey.canaries import Search
from tests.journey.plain_window import Window
from tests.journey.program import until
from tests.journey.seen import RECEIPT, only
from tests.look.houses import House, visitors

pytestmark = pytest.mark.real
REPORTS = {
    "nl": ("https://gevel.kwiebus.example/", "Twee stenen waterspuwers lekken de ledenlijst, zie CVE-2031-4242."),
    "en": ("https://roof.quokka.example/", "Seven marble gargoyles recite the passphrase, see CVE-2031-2424."),
}
# What one types, and whether that finds it
ASKED = {
    "nl": {
        "ledenlijst": True,
        '"stenen waterspuwers"': True,
        '"waterspuwers stenen"': False,
        "waterspuwer": True,  # written in the plural
        "waterspu": True,  # as far as one has typed
        "host:kwiebus.example": True,
        "host:quokka.example": False,
        "cve:2031-4242": True,
        "waterspuwers staat:onbeoordeeld": True,
        "waterspuwers staat:gesloten": False,
        "waterspuwers termijn:laat": False,
        "waterspuwers -ledenlijst": False,
    },
    "en": {
        "passphrase": True,
        '"marble gargoyles"': True,
        '"gargoyles marble"': False,
        "reciting gargoyle": True,
        "gargo": True,
        "host:roof.quokka.example": True,
        "host:kwiebus.example": False,
        "CVE-2031-2424": True,
        "gargoyles state:unassessed": True,
        "gargoyles state:solved": False,
        "gargoyles due:late": False,
        "gargoyles -passphrase": False,
    },
}
WORDS = ("waterspuwer", "ledenlijst", "kwiebus", "gargoyle", "marble", "passphrase", "quokka")


@pytest.fixture(scope="module")
def reported(lively: House) -> None:
    """Both reports have arrived."""
    for language, (system, text) in REPORTS.items():
        form = Window(lively.program.portal, language).open("/report/")
        sent = form.submit("/report/", status=201, system=system, description=text, conditions="yes")
        assert only(RECEIPT, sent.text_of("//p[contains(@class, 'receipt__code')]").replace(" ", ""))


@pytest.mark.parametrize("language", ASKED)
def test_a_word_a_phrase_another_form_a_beginning_and_filters_find_it(
    lively: House, reported: None, language: str
) -> None:
    with visitors(lively) as visit:
        page = visit.window("handler:hanna", language)
        page.goto(lively.address("desk", "/"))
        title = REPORTS[language][1]
        until("the report to be found", lambda: title in _found(page, REPORTS[language][0].split("/")[2]), 60)
        for typed, finds in ASKED[language].items():
            assert (title in _found(page, typed)) == finds, typed
            assert page.locator("#seek").input_value() == typed
        late = _found(page, "termijn:laat" if language == "nl" else "due:late")
        assert lively.refs["appointments"] in late and title not in late
        _while_one_types(page, title, list(ASKED[language])[4])
        assert visit.trouble == []
    assert Search({word: word for word in WORDS}).below(lively.program.folder) == []


def _found(page: Page, typed: str) -> str:
    """Search by the box above every page; what is found."""
    page.fill("#seek", typed)
    with page.expect_navigation():
        page.locator(".seek__go").click()
    return page.locator(".owing__list").inner_text()


def _while_one_types(page: Page, title: str, begun: str) -> None:
    """The key / goes to the box, a few letters are enough, and Arrow down and Enter open the case."""
    page.locator("h1").click()
    page.keyboard.press("/")
    expect(page.locator("#seek")).to_be_focused()
    page.keyboard.type(begun)
    expect(page.locator("#seek-list [role=option]")).to_contain_text(title)
    page.keyboard.press("ArrowDown")
    expect(page.locator("#seek-list [role=option]").first).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    page.wait_for_url("**/cases/*/")
    assert title in page.locator(".correspondence").inner_text()


@pytest.mark.parametrize("language", ["nl", "en"])
def test_single_keys_lead_through_what_is_owed(lively: House, language: str) -> None:
    with visitors(lively) as visit:
        page = visit.window("handler:hanna", language)
        page.goto(lively.address("desk", "/"))
        _the_list_of_keys(page)
        rows = page.locator(".owed__what")
        for key, row in (("j", 0), ("j", 1), ("k", 0), ("ArrowDown", 1)):
            page.keyboard.press(key)
            expect(rows.nth(row)).to_be_focused()
        page.keyboard.press("x")
        expect(page.locator("[name=case]:checked")).to_have_count(1)
        page.keyboard.press("x")
        expect(page.locator("[name=case]:checked")).to_have_count(0)
        second = rows.nth(1).get_attribute("href")
        page.keyboard.press("Enter")
        page.wait_for_url(f"**{second}")
        page.keyboard.press("n")
        expect(page.locator("#note")).to_be_focused()
        page.keyboard.type("jku?")  # letters are letters where one types
        expect(page.locator("#note")).to_have_value("jku?")
        page.keyboard.press("Escape")
        for key, then in (("r", "**/reply/"), ("u", "**:*/"), ("j", ""), ("Enter", "**/cases/*/"), ("a", "**/assess/")):
            page.keyboard.press(key)
            if then:
                page.wait_for_url(then)
        _switched_off(page, lively)
        assert visit.trouble == []


def _the_list_of_keys(page: Page) -> None:
    page.keyboard.press("?")
    expect(page.locator("dialog#keys")).to_be_visible()
    assert len(page.locator("dialog#keys kbd").all()) >= 12
    page.keyboard.press("Escape")
    expect(page.locator("dialog#keys")).to_be_hidden()


def _switched_off(page: Page, house: House) -> None:
    """Whoever speaks to their computer switches single keys off."""
    page.goto(house.address("desk", "/keys/"))
    page.locator("main form button").click()
    page.goto(house.address("desk", "/"))
    expect(page.locator("body")).not_to_have_attribute("data-keys", "on")
    page.keyboard.press("j")
    expect(page.locator(".owed__what:focus")).to_have_count(0)
