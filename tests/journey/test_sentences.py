"""A test for each sentence of the policy: that the software does, measures or refuses what it says.

All of them in one running house, by pages without scripts, by mail and with GnuPG, as reporters and handlers
have them.  Each test reports what it needs; none leans on another.
"""

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from tests.journey.house_keeping import (
    AMSTERDAM,
    FOUND,
    HANNA,
    RUI,
    House,
    Report,
    at_the_desk,
    at_the_hour,
    by_kind,
    day_in_words,
    encrypted_letters,
    in_days,
    letters_to_the_reporter,
    mails,
    plan,
    send,
    soon,
)
from tests.journey.letters import encrypted, hand_in, read
from tests.journey.program import CONTACT, Program, answers, until
from tests.journey.seen import RECEIPT, REFERENCE, only, three_working_days
from tests.journey.sink import Sink
from tests.ports import free_ports
from tests.vault.gnupg import a_person

from meldpunt.ground import clock

pytestmark = pytest.mark.real

OWED = "//*[@aria-labelledby='owed']"  # on the reporter's page
NEXT = "//*[@class='ledger__next']"  # the first of it


@pytest.fixture(scope="module")
def sink() -> Iterator[Sink]:
    with Sink(free_ports(1)[0]) as sink:
        yield sink


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory, sink: Sink) -> Iterator[Program]:
    program = Program(tmp_path_factory.mktemp("house") / "program", sink.address)
    try:
        yield program
    finally:
        program.end()


@pytest.fixture(scope="module")
def house(program: Program, sink: Sink) -> Iterator[House]:
    hanna = program.found()
    program.start()
    with a_person(RUI, "Rui Reporter") as rui:
        desk = at_the_desk(program, hanna)
        desk.open("/colleagues/").submit("/colleagues/address/", address=HANNA, language="en")
        rui.knows(desk.file(f"{program.portal}/key.asc"))
        listed = rui.gpg("--with-colons", "--list-keys", CONTACT).decode().splitlines()
        ours = next(line.split(":")[9] for line in listed if line.startswith("fpr"))
        yield House(program, sink, desk, rui, ours)


# What is asked


def test_A1_reports_come_by_mail_and_by_form_encrypted_with_a_key_that_is_found(house: House) -> None:
    text = "On /aangifte the number can be counted up."
    hand_in(house.program.lmtp, encrypted(house.reader, "Rui", "Files of others", text), RUI)
    confirmed = read(house.reader, house.sink.wait_for(RUI).raw)
    assert confirmed.signers == [house.ours] and house.ours in confirmed.text.replace(" ", "")
    by_mail = house.show(only(RECEIPT, confirmed.text), house.stranger())
    assert only(REFERENCE, confirmed.text) == by_mail.ref and text in by_mail.case.text

    armoured = house.reader.encrypts(b"Found by form: kwartelei.", CONTACT).decode()
    by_form = house.report(description=armoured)
    assert "Found by form: kwartelei." in by_form.case.text

    visitor = house.stranger()
    assert house.ours in visitor.open("/").text.replace(" ", "")
    assert visitor.open("/").offers("/key/") and house.ours in visitor.open("/key/").text.replace(" ", "")
    hashed = house.reader.gpg("--with-wkd-hash", "--list-keys", CONTACT).decode().split(CONTACT.partition("@")[2])[-2]
    place = hashed.split()[-1].rstrip("@")
    found = visitor.file(f"/.well-known/openpgpkey/hu/{place}?l={CONTACT.partition('@')[0]}")
    assert house.reader.gpg("--with-colons", "--show-keys", given=found).decode().count(house.ours) == 1
    address = house.program.portal + "/.well-known/security.txt"
    until("security.txt to be signed", lambda: answers(address))
    signed = house.verified(visitor.file("/.well-known/security.txt"))
    assert f"Encryption: openpgp4fpr:{house.ours}" in signed and f"Contact: mailto:{CONTACT}" in signed


def test_A2_the_conditions_stand_at_the_form_and_the_accepted_version_stays_with_the_report(house: House) -> None:
    form = house.stranger().open("/report/")
    assert "Handle what you know with care" in form.text and "placing malware" in form.text
    refused = form.submit("/report/", status=400, system="x", description="y", conditions=None)
    assert "Please confirm that you have kept to the conditions." in refused.text
    report = house.report()
    version = int(report.mine.text.partition("Policy, version ")[2].split()[0])
    written = house.program.data / "policy.toml"
    written.write_text(written.read_text("utf-8").replace("placing malware", "placing malware anywhere"), "utf-8")
    house.program.answer("policy", "publish")
    late = form.submit("/report/", status=400, system="x", description="y", conditions="yes")
    assert "The policy has changed while you were writing." in late.text
    assert f"Policy, version {version}" in report.mine.text
    assert "placing malware," in report.window.open(f"/policy/versions/{version}/").text
    assert f"Policy, version {version + 1}" in house.report().mine.text
    _reviewed(report, "A2")


def test_A3_the_embargo_is_agreed_and_its_end_is_told_and_nothing_is_published_before(house: House) -> None:
    report = house.report(address=RUI, key=house.reader.gpg("--armor", "--export", RUI).decode())
    report.case.submit("/take/")
    report.mine.submit("/my/embargo/told/", who="Colleague", kind="other")
    plan(report, clock.now() + timedelta(hours=1))
    report.mine.submit("/my/embargo/", at=at_the_hour(soon(report)), zone="UTC")
    send(report.at("embargo/agree/"))
    early = report.at("publication/").submit("/publication/publish/", status=409)
    assert "Nothing is published before it ends." in early.text
    assert "It stays between us until" in report.mine.text_of("//*[@class='lead']")

    told = "The embargo has ended: the moment that we agreed has come."
    until("the letter about its end", lambda: any(told in text for text in encrypted_letters(house, report.ref)))
    assert "You are free to speak about it." in report.mine.text_of("//*[@class='lead']")
    [mail] = until("the handler to be told", lambda: mails(house, HANNA, report.ref, "an embargo has ended"))
    assert FOUND not in mail and "Colleague" not in mail
    assert "Tell these too:" in report.case.text and "Colleague" in report.case.text
    _leaks(house.report())


def _leaks(report: Report) -> None:
    """What a reporter saw in the open ends the embargo once a person says so, who finds our plan beside it."""
    report.case.submit("/embargo/leak/plan/", leak_plan="Call the press officer.")
    report.mine.submit("/my/embargo/leak/", where="On a forum.")
    said = report.case.text_of("//*[@aria-labelledby='publication-first']")
    assert "On a forum." in said and "Call the press officer." in said
    report.case.submit("/embargo/leak/", press="theirs")
    assert "It has become known to others." in report.mine.text_of("//*[@class='lead']")


def test_A4_erasure_is_asked_when_the_fix_lands_and_attested_on_the_page(house: House) -> None:
    report = house.report(address="a4@reporter.example")
    report.case.submit("/data/", kinds=["personal"], people="3")
    assert "72" in report.case.text
    report.case.submit("/breach/", decision="none", decided_by="The privacy officer", reason="One file, not kept.")
    assert "Decided by The privacy officer" in report.case.text
    report.assess(expected_on=in_days(20))
    assert "Please erase now whatever you obtained" not in report.mine.text
    report.write("solved/", on=in_days(0))
    assert "Please erase now whatever you obtained" in report.mine.text  # asked by the fix itself
    report.write("erasure/")
    report.write("erasure/")  # a reminder
    report.mine.submit("/my/erased/", obtained="yes", what="One file", erased_on=in_days(0), how="shred")
    assert "as attested on" in report.mine.text
    assert "One file (shred)" in report.case.text
    kinds = [item.get("kind") for item in report.known()["items"]]
    assert {"erasure.asked", "erasure.reminded", "erasure.attested", "breach.assessed"} <= set(kinds)


def test_A5_physical_security_is_excluded_at_the_form_and_asked_about_in_the_conduct_review(house: House) -> None:
    assert "attacks on buildings, locks and other physical security" in house.stranger().open("/report/").text
    _reviewed(house.report(), "A5")


def test_A6_deceit_and_denial_of_service_are_excluded_and_asked_about_in_the_conduct_review(house: House) -> None:
    form = house.stranger().open("/report/").text
    assert "social engineering: deceiving people" in form and "denial of service" in form
    _reviewed(house.report(), "A6")


KEPT = {f"finding-A{number}": "kept" for number in range(2, 7)}


def _reviewed(report: Report, condition: str) -> None:
    """A review cannot leave this condition out; one that was not kept is said, and then there is no statement."""
    without = report.at("conduct/").submit(status=400, **{**KEPT, f"finding-{condition}": None})
    assert f"whether it was kept: {condition}" in without.text
    broken = {**KEPT, f"finding-{condition}": "not-kept", f"why-{condition}": "It says so itself."}
    report.at("conduct/").submit(**broken)
    assert "Not all conditions were kept." in report.case.text
    assert not report.case.offers("/conduct/statement/")


def test_A7_system_and_description_come_first_and_a_question_leaves_the_clock_alone(house: House) -> None:
    form = house.stranger().open("/report/")
    asked = [field.name for field in form.tree.forms[-1].inputs if field.get("type") != "hidden"]
    required = [field.name for field in form.tree.forms[-1].inputs if field.get("required") is not None]
    assert asked[:2] == ["system", "description"] and set(required) == {"system", "description", "conditions"}
    report = house.report(address="a7@reporter.example")
    before = report.mine.text_of(NEXT)
    assert "Our assessment and an expected date Due" in before
    report.write("needs-more/", questions=["steps"], own="Which account did you use?")
    page = report.mine
    assert "Which account did you use?" in page.text and "Which steps did you take" in page.text
    assert page.text_of(NEXT) == before
    assert "What we owe you stays due on the same day." in page.text


# What is promised


def test_P1_only_a_persons_assessment_with_a_date_keeps_the_answer(house: House) -> None:
    report = house.report(address="p1@reporter.example")
    house.sink.wait_for("p1@reporter.example")  # the automatic confirmation
    known = report.known()
    [promise] = [one for one in known["promises"] if one["kind"] == "assessment"]
    due_on = three_working_days(house.program, known["case"]["received_at"])
    assert (promise["state"], promise["kept_at"], promise["due_on"]) == ("open", None, due_on.isoformat())
    report.write("reply/", lambda text: text + "\nWe are looking into it.")
    assert not report.mine.tree.xpath("//*[contains(@class, 'state--kept')]")  # by a letter without a verdict
    no_reason = report.at("assess/").submit(verdict="confirmed", severity="high", status=400)
    assert "/send/" not in no_reason.url
    report.assess(expected_on=in_days(30))
    promises = report.promises()
    assert (promises["assessment"]["state"], promises["assessment"]["kept_by"]) == ("kept", "handler:hanna")
    assert (promises["fix"]["state"], promises["fix"]["due_on"]) == ("open", in_days(30))

    later = house.report()
    later.assess(why_no_date="The supplier is still looking.", date_by=in_days(7))
    promises = later.promises()
    assert promises["assessment"]["state"] == "kept-in-part"
    assert (promises["date"]["state"], promises["date"]["due_on"]) == ("open", in_days(7))


def test_P2_a_kept_review_gives_a_signed_statement_that_nobody_takes_back(house: House) -> None:
    report = house.report(address="p2@reporter.example")
    report.mine.submit("/my/conduct/ask/")
    assert "asks to have it in writing: no legal consequences" in report.case.text
    report.at("conduct/").submit(**KEPT)
    report.write("conduct/statement/")

    page = report.mine
    assert page.offers("/my/safe-harbour.txt.asc") and "We cannot take it back." in page.text
    said = house.verified(report.window.file("/my/safe-harbour.txt.asc"))
    assert f"Reference: {report.ref}" in said and "We attach no legal consequences to this report" in said
    paper = report.window.file("/my/safe-harbour.pdf")
    assert paper.startswith(b"%PDF-") and hashlib.sha256(paper).hexdigest() in said

    broken = {**KEPT, "finding-A2": "not-kept", "why-A2": "On second thoughts."}
    refused = report.at("conduct/").submit(status=409, **broken)
    assert "cannot be taken back" in refused.text
    assert not report.case.offers("/conduct/refuse/")
    report.mine.submit("/my/conduct/dispute/", dispute="The date in it is wrong.")
    assert "The date in it is wrong." in report.case.text
    assert house.verified(report.window.file("/my/safe-harbour.txt.asc")) == said


def test_P3_nothing_personal_leaves_without_consent_and_the_reporter_reads_the_register(house: House) -> None:
    report = house.report(address="p3@reporter.example", name="Petra Patrijs")
    assert "We have told nobody who you are." in report.mine.text
    supplier = {"to": "supplier", "organisation": "Bouwer B.V.", "use": "solve"}
    refused = report.at("share/").submit(press="", status=409, **supplier, scope="contact", source="", ground="consent")
    assert "Nothing has left" in refused.text and "Petra" not in refused.text_of("//*[@role='alert']")

    technical = report.at("share/").submit(text="The number can be counted up.", **supplier)
    assert "Petra" not in technical.text_of("//*[@class='letter']") and "p3@" not in technical.text
    assert "Bouwer B.V." in report.mine.text and "We have told nobody who you are." in report.mine.text

    report.mine.submit("/my/consent/", **supplier, scope="contact")
    shared = report.at("share/").submit(**supplier, scope="contact", source="", ground="consent")
    assert "Petra Patrijs p3@reporter.example" in shared.text
    register = report.mine.text
    assert "We have told nobody who you are." not in register and "You gave your consent." in register

    report.mine.submit(_consent(report), press="withdraw")
    report.at("share/").submit(status=409, **supplier, scope="contact", source="", ground="consent")
    court = {"source": "Ruling of the court of Voorbeeldstad, 2026", "decided_by": "Counsel", "ground": "court"}
    report.at("share/").submit(**{**supplier, "to": "authority", "organisation": "Police"}, scope="name", **court)
    assert "Ruling of the court of Voorbeeldstad, 2026" in report.mine.text


def _consent(report: Report) -> str:
    """Where the first consent on the page can be taken back."""
    return str(report.mine.tree.xpath("string(//form[.//button[@name='withdraw']]/@action)"))


def test_P4_no_silence_goes_unguarded_and_a_persons_word_becomes_a_clock(house: House) -> None:
    report = house.report(address="p4@reporter.example")
    report.case.submit("/take/")
    report.assess(expected_on=in_days(60))
    assert day_in_words(14) in report.case.text_of("//*[@class='owing-now']")  # never a longer silence
    too_long = report.case.submit("/no-news/", status=400, next_by=in_days(15))
    assert "That is a longer silence than the policy allows." in too_long.text
    report.case.submit("/no-news/", next_by=in_days(10))
    known = report.known()
    assert "There is no news of your report yet." in letters_to_the_reporter(known)[-1]
    assert by_kind(known)["word"]["due_on"] == in_days(10)

    hour = (clock.now() + timedelta(minutes=9)).astimezone(AMSTERDAM)
    words = f"before {hour:%Y-%m-%d %H:%M}"
    draft = report.at("reply/")
    shown = draft.submit(letter=f"{draft.typed('letter')}\nYou hear from us {words}.")
    assert "Nothing was sent yet." in shown.text and words in shown.text
    send(shown)

    house.program.kill_engine("tick")  # the one that follows looks around at once, not only within the minute
    [reminder] = until("the reminder", lambda: mails(house, HANNA, report.ref, "what a letter promised"))
    assert FOUND not in reminder
    promised = report.promises()["word"]
    assert datetime.fromisoformat(promised["late_from"]) == hour.replace(second=0, microsecond=0).astimezone(UTC)
    assert promised["state"] in ("open", "due-today") and promised["kept_at"] is None  # to be reminded keeps nothing


def test_P5_who_wishes_is_thanked_by_name_and_the_name_goes_when_it_is_withdrawn(house: House) -> None:
    report = house.report(address="p5@reporter.example")
    looked = report.window.open("/my/name/").submit("/my/name/", wish="alias", shown="Gierzwaluw")
    assert "This is how the hall of fame would show it:" in looked.text
    looked.submit("/my/name/", press="keep")
    report.assess(verdict="known", severity="", why_no_date="It is solved already.")
    report.write("close/", why="known")
    assert not report.case.offers("/thanks/")  # a wish is asked about again before anybody reads it
    report.write("credit/")
    assert "May we name you?" in report.mine.text
    report.mine.submit("/my/name/confirm/")
    report.case.submit("/thanks/")

    visitor = house.stranger()
    assert "Gierzwaluw" in visitor.open("/thanks/").text and b"Gierzwaluw" in visitor.file("/thanks/feed/")
    report.mine.submit("/my/name/withdraw/")
    assert "Gierzwaluw" not in visitor.open("/thanks/").text and b"Gierzwaluw" not in visitor.file("/thanks/feed/")
    assert not report.case.offers("/thanks/")


def test_P6_the_expected_date_moves_with_a_reason_and_the_fix_is_tried_again(house: House) -> None:
    report = house.report(address="p6@reporter.example")
    report.assess(expected_on=in_days(20))
    silent = report.at("date/").submit(status=400, expected_on=in_days(40), reason="")
    assert "Please say why: the reporter is told the reason." in silent.text
    letter = report.write("date/", expected_on=in_days(40), reason="The supplier needs longer.")
    assert "The reason: The supplier needs longer." in letter
    page = report.mine
    assert "The supplier needs longer." in page.text and "The date was moved once." in page.text
    assert f"Due {day_in_words(40)}" in page.text_of(OWED)

    report.write("solved/", on=in_days(0))
    report.mine.submit("/my/still-there/", seen="The old number still works.")
    assert "tried again: it is still there" in report.case.text
    report.write("not-solved/", expected_on=in_days(5), reason="It works on the second server.")
    assert day_in_words(5) in report.mine.text_of(NEXT)
    report.write("solved/", on=in_days(0))
    report.mine.submit("/my/solved/")
    known = report.known()
    assert by_kind(known)["fix"]["state"] == "kept"
    [confirmed] = [item for item in known["items"] if item.get("kind") == "retest.confirmed"]
    assert confirmed["facts"]["how"] == "reporter"
    report.write("close/", why="solved")
    assert house.program.answer("score")["median_days_to_fix"]["high"] == 0


def test_P7_a_publication_is_planned_and_read_by_both_sides_and_comes_at_its_hour(house: House) -> None:
    report = house.report(address="p7@reporter.example")
    report.assess(expected_on=in_days(20))
    report.write("solved/", on=in_days(0))
    moment = soon(report)
    letter = plan(report, moment)
    assert "On the page of your report you can read a draft" in letter
    page = report.mine
    assert "Files could be read by others" in page.text and "We propose to publish on" in page.text
    page.submit("/my/publication/comment/", comment="Name the version, please.")
    page.submit("/my/publication/", press="agree")
    desk = report.at("publication/")
    assert "Name the version, please." in desk.text and "The reporter agrees." in desk.text
    early = desk.submit("/publication/publish/", status=409)
    assert "Nothing is published before." in early.text

    until("the moment to come", lambda: clock.now() > moment)
    unasked = report.at("publication/").submit("/publication/publish/", status=409)
    assert "Ask the reporter first how they wish to be named." in unasked.text
    report.window.open("/my/name/").submit("/my/name/", wish="none").submit("/my/name/", press="keep")
    visitor = house.stranger()
    assert "Files could be read by others" not in visitor.open("/advisories/").text
    send(report.at("publication/").submit("/publication/publish/"))
    assert "Files could be read by others" in visitor.open("/advisories/").text
    assert "It is published." in report.mine.text
