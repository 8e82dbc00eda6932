"""Files with a letter to the reporter: none gets lost on the way, and none goes where the letter may not."""

import email
import email.policy
import re
from dataclasses import replace
from datetime import timedelta
from html import unescape
from pathlib import Path

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.build import HEAD, reporters_key
from tests.cast import HANNA, MONDAY_NINE
from tests.desk.conftest import hidden
from tests.vault.gnupg import a_person

from meldpunt.cases import queries as cases
from meldpunt.cases import visits
from meldpunt.cases.models import Extra
from meldpunt.cases.rules import Reporter
from meldpunt.conduct import commands as conduct
from meldpunt.conduct.rules import CONDITIONS, Finding, Judged
from meldpunt.conversation import commands as conversation
from meldpunt.conversation import enclosing, posting
from meldpunt.conversation.models import OutboxLetter
from meldpunt.conversation.rules import Enclosed
from meldpunt.ground.values import REPORTER
from meldpunt.remediation import queries as remediation
from meldpunt.triage.commands import assess
from meldpunt.triage.rules import Assessment, Severity, Verdict
from meldpunt.vault import keyring
from meldpunt.works.followers import catch_up

LATER = MONDAY_NINE + timedelta(days=1)
TEMPLATES = Path(enclosing.__file__).parents[1] / "templates" / "desk"
PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 400
SECRET = b"How to apply the canary patch: " + b"step by step " * 2000


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(LATER, tick=False) as clock:
        yield clock


def a_file(name, content):
    return SimpleUploadedFile(name, content, "application/x-odd")


def form(page, letter="See the files.", **more):
    part = page[page.index('action="/cases/') :]
    return {"once": hidden(part, "once"), "seen": hidden(part, "seen"), "letter": letter, **more}


def reply(desk, ref, **more):
    page = desk.text(f"/cases/{ref}/reply/")
    return desk.post(f"/cases/{ref}/reply/", **form(page, **more))


def on_disk(house):
    return [path for path in (house.folder / "files").glob("*/*") if path.is_file()]


def read_by_reporter(desk):
    secret = visits.open_visit(desk.house.receipts[0], by=REPORTER, now=LATER)
    visit = visits.visiting(secret, LATER + timedelta(minutes=1))
    letters = [one for one in cases.written_for(visit) if one.kind == "to-reporter"]
    whole = {}
    for file in (file for letter in letters for file in letter.files):
        found = cases.file_for_reporter(visit, file.id, desk.house.folder)
        whole[found.name] = b"".join(found.chunks)
    return whole


def test_gpg_gets_every_byte_and_the_reporters_page_too(desk):
    with a_person("uil@example.org") as uil:
        ref = desk.house.a_case(reporter=Reporter("Uil", "uil@example.org", uil.public, uil.fingerprint))
        chosen = [a_file("plan é.png", PICTURE), a_file("steps.txt", SECRET)]
        assert reply(desk, ref, enclose=chosen)["Location"] == f"/cases/{ref}/"
        row = OutboxLetter.objects.order_by("created_at").last()
        mail = posting.unqueue(row, keyring.outbox(desk.house.folder, "post"))
        outer = email.message_from_bytes(mail.raw, policy=email.policy.default)
        plain, _ = uil.reads(outer.get_payload()[1].get_payload().encode())
    inner = email.message_from_bytes(plain, policy=email.policy.default)
    got = {part.get_filename(): part.get_payload(decode=True) for part in inner.iter_attachments()}
    assert got["plan é.png"] == PICTURE and got["steps.txt"] == SECRET
    assert read_by_reporter(desk) == {"plan é.png": PICTURE, "steps.txt": SECRET}
    page = desk.text(f"/cases/{ref}/")
    assert "plan é.png</a>" in page and "PNG picture" in page
    assert not [path for path in on_disk(desk.house) if b"canary" in path.read_bytes()]
    assert not [path for path in on_disk(desk.house) if path.suffix]  # each is named by the letter, and stays
    assert not Extra.objects.filter(kind=enclosing.KIND).exists()


def test_to_whom_nothing_can_be_encrypted_no_file_goes_by_mail(desk):
    ref = desk.house.a_case()
    page = desk.text(f"/cases/{ref}/reply/")
    assert "No file goes by mail" in page and "behind the receipt" in page
    before = OutboxLetter.objects.count()
    assert reply(desk, ref, enclose=[a_file("steps.txt", SECRET)]).status_code == 302
    row = OutboxLetter.objects.order_by("created_at").last()
    mail = posting.unqueue(row, keyring.outbox(desk.house.folder, "post"))
    assert OutboxLetter.objects.count() == before + 1 and b"steps" not in mail.raw and len(mail.raw) < len(SECRET)
    assert read_by_reporter(desk) == {"steps.txt": SECRET}


def test_what_was_chosen_is_shown_beside_the_button_and_can_be_taken_out(desk, ref):
    answer = reply(desk, ref, letter="Half a <b>", attach="1", enclose=[a_file("a.exe", PICTURE), a_file("b", SECRET)])
    page = answer.content.decode()
    assert answer.status_code == 200 and "Half a &lt;b&gt;</textarea>" in page
    assert "a.exe</b>" in page and "The name says" in page
    out = re.search(r'name="take-out" value="([^"]+)"[^>]*>Take out<span class="visually-hidden"> a.exe', page)
    count = len(on_disk(desk.house))
    page = desk.post(f"/cases/{ref}/reply/", **form(page, **{"take-out": out[1]})).content.decode()
    assert "a.exe" not in page and '<b class="code">b</b>' in page and len(on_disk(desk.house)) == count - 1
    desk.post(f"/cases/{ref}/reply/", **form(page))
    assert read_by_reporter(desk) == {"b": SECRET}


def test_no_step_on_the_way_loses_one(clock, desk, ref):
    """A promise to look at, a case that went on, an undo: the file is there each time, and goes once."""
    answer = reply(desk, ref, letter="You hear more before 20 March 2026.", enclose=[a_file("b.txt", SECRET)])
    page = answer.content.decode()
    assert answer.status_code == 200 and "b.txt</b>" in page
    stale = form(page, letter="Without a promise.") | {"seen": "1"}
    answer = desk.post(f"/cases/{ref}/reply/", **stale)
    page = answer.content.decode()
    assert answer.status_code == 409 and "b.txt</b>" in page
    fields = form(page[page.index('enctype="multipart') :], letter="Without a promise.")
    for _ in range(2):
        again = {**fields, "enclose": [a_file("c.txt", b"c")]}
        assert desk.post(f"/cases/{ref}/reply/", **again).status_code == 302
    undo = re.search(r'action="(/cases/[^"]+/take-back/)"', desk.text(f"/cases/{ref}/"))[1]
    assert desk.post(undo)["Location"] == f"/cases/{ref}/reply/"
    page = desk.text(f"/cases/{ref}/reply/")
    assert "b.txt</b>" in page and "c.txt</b>" in page
    clock.shift(timedelta(seconds=1))
    assert reply(desk, ref, letter="Better words.").status_code == 302
    assert read_by_reporter(desk) == {"b.txt": SECRET, "c.txt": b"c"}


def test_too_many_or_too_much_is_said_and_nothing_typed_is_lost(desk, ref):
    answer = reply(desk, ref, letter="My words", enclose=[a_file(f"{n}.txt", b"x") for n in range(11)])
    page = answer.content.decode()
    assert answer.status_code == 400 and "A letter takes at most 10 files" in page and "My words</textarea>" in page
    assert not [one for one in cases.written(HANNA, ref, desk.house.keys) if one.kind == "to-reporter"]
    answer = reply(desk, ref, letter="My words", enclose=[a_file("large", bytes(21 << 20))])
    page = answer.content.decode()
    assert answer.status_code == 400 and "at most 20 MiB" in page and "My words</textarea>" in page


def test_an_empty_letter_with_files_waits_for_words(desk, ref):
    answer = reply(desk, ref, letter=" ", enclose=[a_file("b.txt", SECRET)])
    assert answer.status_code == 400 and "b.txt</b>" in answer.content.decode()
    assert desk.post(f"/cases/{ref}/reply/draft/", throw="1").status_code == 302
    assert "b.txt" not in desk.text(f"/cases/{ref}/reply/")
    assert not Extra.objects.filter(kind=enclosing.KIND).exists()


def test_a_file_that_is_laid_ready_is_its_authors_alone(desk, ref):
    reply(desk, ref, attach="1", enclose=[a_file("b.txt", SECRET)])
    row = Extra.objects.get(kind=enclosing.KIND)
    assert row.purpose == "desk" and b"b.txt" not in bytes(row.sealed)
    assert enclosing.ready(HANNA, ref, "reply", desk.house.keys)
    assert not enclosing.ready(HANNA, ref, "assessment", desk.house.keys)
    colleague = replace(HANNA, name="rui")
    assert not enclosing.ready(colleague, ref, "reply", desk.house.keys)
    assert enclosing.take_out(ref, row.id, keys=desk.house.keys, by=colleague, now=LATER) == ""
    assert Extra.objects.filter(pk=row.pk).exists()


# Every letter to a reporter takes files, not only the reply

FOUND = Assessment(Verdict.CONFIRMED, severity=Severity.HIGH, expected_on=LATER.date() + timedelta(days=20))
LETTERS = {
    "assess/": {"verdict": "confirmed", "severity": "high", "expected_on": "2026-04-10"},
    "needs-more/": {"own": "Which browser was it?"},
    "date/": {"expected_on": "2026-04-20", "reason": "The supplier needs longer."},
    "solved/": {"on": LATER.date().isoformat(), "ask_retest": "on"},
    "credit/": {},
    "consent/": {"to": "supplier", "organisation": "Acme", "scope": "name", "use": "solve"},
    "embargo/": {"at": "2026-05-01T12:00", "zone": "Europe/Amsterdam"},
    "conduct/refuse/": None,
}


class Letter:
    """The page of a letter, read before it goes, and what its form sends."""

    def __init__(self, desk, path, answer):
        self.desk, self.path, self.page = desk, path, answer.content.decode()
        form = re.search(
            r'<form class="narrow" method="post" enctype="multipart/form-data"(.*?)</form>', self.page, re.S
        )
        self.form = form[1]
        self.text = unescape(re.search(r"<textarea[^>]*>(.*?)</textarea>", self.form, re.S)[1])
        to = re.match(r' action="([^"]+)"', self.form)
        self.to = to[1] if to else path
        self.fields = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', self.form))

    def send(self, **more):
        return self.desk.post(self.to, **{**self.fields, "letter": self.text, **more})

    def again(self, **more):
        answer = self.send(**more)
        assert answer.status_code == 200
        return Letter(self.desk, self.path, answer)


@pytest.fixture
def assessed(desk, ref):
    """Assessed, and not all conditions kept."""
    keys = desk.house.keys
    assess(ref, FOUND, "It is real.", HEAD, keys=keys, by=HANNA, now=MONDAY_NINE)
    review = {name: Judged(Finding.NOT_KEPT if name == "A5" else Finding.KEPT, "x") for name in CONDITIONS}
    conduct.review(ref, review, keys=keys, by=HANNA, now=MONDAY_NINE)
    catch_up()
    return ref


@pytest.mark.parametrize("act", LETTERS)
def test_every_letter_takes_files_and_loses_none_on_the_way(desk, assessed, act):
    path, chosen = f"/cases/{assessed}/{act}", LETTERS[act]
    letter = Letter(desk, path, desk.get(path) if chosen is None else desk.post(path, **chosen))
    before = OutboxLetter.objects.count()
    typed = letter.text + "See the <files>."
    letter = letter.again(letter=typed, attach="1", enclose=[a_file("a.exe", PICTURE), a_file("b.txt", SECRET)])
    assert letter.text.split() == typed.split() and "The name says" in letter.form
    out = re.search(r'name="take-out" value="([^"]+)"[^>]*>Take out<span class="visually-hidden"> a.exe', letter.form)
    letter = letter.again(**{"take-out": out[1]})
    assert "a.exe" not in letter.page and '<b class="code">b.txt</b>' in letter.form
    assert OutboxLetter.objects.count() == before  # nothing has gone by now
    for _ in range(2):  # a double click, with one more file
        assert letter.send(enclose=[a_file("c.txt", b"c")]).status_code == 302
    assert OutboxLetter.objects.count() == before + 1
    assert read_by_reporter(desk) == {"b.txt": SECRET, "c.txt": b"c"}
    assert not Extra.objects.filter(kind=enclosing.KIND).exists()
    assert not [path for path in on_disk(desk.house) if b"canary" in path.read_bytes()]
    row = OutboxLetter.objects.order_by("created_at").last()
    mail = posting.unqueue(row, keyring.outbox(desk.house.folder, "post"))
    assert b"PGP MESSAGE" in mail.raw and len(mail.raw) > len(SECRET) / 40 and b"b.txt" not in mail.raw


def test_of_files_that_are_too_many_every_letter_says_so(desk, assessed):
    path = f"/cases/{assessed}/solved/"
    letter = Letter(desk, path, desk.post(path, **LETTERS["solved/"]))
    answer = letter.send(enclose=[a_file(f"{n}.txt", b"x") for n in range(11)])
    shown = Letter(desk, path, answer)
    assert answer.status_code == 400 and "A letter takes at most 10 files" in shown.page
    assert shown.text.split() == letter.text.split()
    assert remediation.standing_of(assessed).landed_on is None


def test_files_for_one_kind_of_letter_or_one_case_go_with_no_other(desk, assessed):
    reply(desk, assessed, attach="1", enclose=[a_file("b.txt", SECRET)])
    path = f"/cases/{assessed}/credit/"
    letter = Letter(desk, path, desk.post(path))
    assert "b.txt" not in letter.page and letter.send().status_code == 302
    assert read_by_reporter(desk) == {} and "b.txt" in desk.text(f"/cases/{assessed}/reply/")
    [ready] = enclosing.ready(HANNA, assessed, "reply", desk.house.keys)
    other = desk.house.a_case(reporter=Reporter("Uil", "uil@example.org", reporters_key(), "AB" * 20))
    wrong = replace(HEAD, enclosed=Enclosed(assessed, (ready.file,), desk.house.folder))
    conversation.write(other, "Thanks.", "reply", wrong, keys=desk.house.keys, by=HANNA, now=LATER)
    [written] = [one for one in cases.written(HANNA, other, desk.house.keys) if one.kind == "to-reporter"]
    assert written.files == ()


def test_where_a_letter_is_sent_files_are_chosen():
    pages = [(path.name, path.read_text("utf-8")) for path in TEMPLATES.glob("*.html")]
    sending = {name: page for name, page in pages if '"desk/before_sending.html"' in page}
    assert len(sending) == 7
    silent = [name for name, page in sending.items() if '"desk/enclose.html"' not in page or "multipart" not in page]
    assert silent == []
