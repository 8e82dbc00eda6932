"""Markup in every field of every form at the desk, right and wrong: it is text wherever it stands afterwards."""

import re

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from tests.cast import HANNA, MONDAY_NINE
from tests.markup import ADDRESS, MARKUP, Sweep, planted

from meldpunt.cases import commands as cases
from meldpunt.cases.rules import Reporter
from meldpunt.desk import accounts
from meldpunt.ground.values import AT_THE_DESK
from meldpunt.site.urls_desk import desk as addresses
from meldpunt.works import searching

PARTS = re.compile(r"<(?:\w+:)?(\w+)>")
ACCOUNT = ("/account/", "/account/passkeys/new/", "/account/once-more/", "/account/sessions/", "/account/kept/")


@pytest.fixture
def somebody(desk_house):
    """Who may everything, under a name that is markup."""
    accounts.create_handler("hanna", MARKUP[:99], "drie gele fietsen zingen", now=MONDAY_NINE, as_what=AT_THE_DESK)
    accounts.enrol_totp("hanna", now=MONDAY_NINE)
    client = Client(headers={"accept-language": "en"})
    client.force_login(User.objects.get(username="hanna"))
    return client


@pytest.fixture
def ref(desk_house):
    """A report that is markup in every part, from somebody who is called so, with a note."""
    reporter = Reporter(MARKUP, ADDRESS)
    found = desk_house.a_case(f"{MARKUP}\n\n{MARKUP}", reporter=reporter, title=MARKUP)
    cases.note(found, MARKUP, keys=desk_house.keys, by=HANNA, now=MONDAY_NINE)
    return found


def pages(ref):
    """Every page of the desk that needs no more than a case to be named."""
    for one in addresses:
        parts = PARTS.findall(str(one.pattern))
        if "?P<" not in str(one.pattern) and parts in ([], ["ref"], ["number"]):
            known = {"ref": ref, "number": 1}
            yield reverse(f"desk:{one.name}", kwargs={name: known[name] for name in parts})


def test_markup_in_every_field_stays_text(somebody, ref, desk_house):
    sweep = Sweep(somebody)
    sweep.through([*pages(ref), *ACCOUNT])
    searching.catch_up(desk_house.keys, MONDAY_NINE, 60)
    for path in [*pages(ref), *ACCOUNT]:  # and wherever it all stands now
        sweep.look(somebody.get(path, follow=True), path)
    assert sweep.wrong == []
    assert len(sweep.seen) > 40 and len(sweep.sent) > 50, (len(sweep.seen), len(sweep.sent))


def test_what_was_planted_is_found():
    """As text it is none; as it is, in a field and in an attribute, it is found."""
    assert planted(f"<p>{MARKUP.replace('<', '&lt;')}</p>".encode()) == []
    assert {one.partition(":")[0] for one in planted(f"<p>{MARKUP}</p>".encode())} == {"script", "img", "b", "handler"}
    assert planted(f'<input value="{MARKUP[0]} onfocus=alert(1) autofocus {MARKUP[1:]}">'.encode())
    assert planted(b"<a href=' javascript:alert(1)'>x</a>") and planted(b"<b>62615533</b>")


def test_a_strange_form_number_harms_nobody(somebody, ref):
    for once in ("", "x" * 600, "a b\r\nc", "\0", "é", "' OR 1=1"):
        assert somebody.post(f"/cases/{ref}/note/", {"once": once, "note": f"With {once!r}."}).status_code == 302, once
    page = somebody.get(f"/cases/{ref}/").content.decode()
    assert page.count('class="slip__text"') >= 6
