"""What the enter key does in a form with several buttons: a browser presses the first one that the page has for it."""

import re
from pathlib import Path

from tests.cast import HANNA
from tests.desk.conftest import hidden

from meldpunt.cases import queries as cases
from meldpunt.conversation import drafts
from meldpunt.site import jinja

TEMPLATES = Path(jinja.__file__).parents[1] / "templates"
INCLUDED = re.compile(r'{% include "([^"]+)" %}')
FORM = re.compile(r"<form\b.*?</form>", re.DOTALL)
BUTTON = re.compile(r'<button\b(?![^>]*type="button")[^>]*>')
LINE = re.compile(r'<input\b(?![^>]*type="(?:hidden|file|submit)")')
# None of them sends or publishes anything: each shows the same form again, or what would go
HARMLESS = {
    "desk/conduct_letter.html": "attach",
    "desk/handover_form.html": "look",
    "desk/letter.html": "attach",
    "desk/owner_invite.html": "look",
    "desk/policy_edit.html": "go=preview",
    "desk/privacy_letter.html": "attach",
    "desk/privacy_share.html": "look",
    "desk/publication_letter.html": "attach",
    "desk/publication_page.html": "",  # the letter of the plan, to be read before it goes
    "desk/remediation_letter.html": "attach",
    "desk/reply.html": "attach",
    "desk/triage_letter.html": "attach",
    "portal/privacy_asked.html": "look",
}


def whole(path: Path) -> str:
    """A template with what it includes."""
    text = path.read_text()
    while found := INCLUDED.search(text):
        text = text.replace(found[0], (TEMPLATES / found[1]).read_text())
    return text


def several_buttons():
    """Of every form with a line or a tick box and more than one button: its template, and those buttons in order.

    The button that sends the same words once more stands in the place of the one that sends them.
    """
    for path in sorted(TEMPLATES.rglob("*.html")):
        for form in FORM.findall(whole(path)):
            buttons = [one for one in BUTTON.findall(form) if 'name="again"' not in one]
            if len(buttons) > 1 and LINE.search(form):
                yield path.relative_to(TEMPLATES).as_posix(), buttons


def test_enter_presses_nothing_that_goes_out():
    found = {}
    for template, buttons in several_buttons():
        name, value = (re.search(rf'{what}="([^"]*)"', buttons[0]) for what in ("name", "value"))
        found[template] = f"{name[1]}={value[1]}" if name and name[1] == "go" else name[1] if name else ""
    assert found == HARMLESS


def test_enter_at_a_tick_box_keeps_all_that_was_written(desk):
    ref = desk.house.a_case()
    path = f"/cases/{ref}/reply/"
    shown = desk.text(path)
    form = FORM.findall(shown)
    first = BUTTON.findall(next(one for one in form if 'name="letter"' in one))[0]
    pressed = {re.search(r'name="(\w+)"', first)[1]: "1"}
    before = len(cases.written(HANNA, ref, desk.house.keys))
    fields = {"once": hidden(shown, "once"), "seen": hidden(shown, "seen")}
    answer = desk.post(path, **fields, letter="Half a letter.", **pressed)
    assert answer.status_code == 200 and "Half a letter.</textarea>" in answer.content.decode()
    assert len(cases.written(HANNA, ref, desk.house.keys)) == before
    assert drafts.begun(HANNA, ref, desk.house.keys) is None
