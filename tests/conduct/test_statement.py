"""The safe-harbour statement: gpg checks it with our public key alone, and the PDF is one that can be read aloud."""

import hashlib
import io
import json

import pytest
from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject
from tests.build import HEAD, organisation_key, reporters_key
from tests.cast import DAY, HANNA, HOUR, MONDAY_NINE, OPENER, OPERATOR
from tests.conduct.outsider import Outsider

from meldpunt.cases import commands as cases
from meldpunt.cases import queries as case_queries
from meldpunt.cases import visits
from meldpunt.cases.errors import NoSuchCase, NotYours
from meldpunt.cases.models import Extra
from meldpunt.cases.rules import Reporter
from meldpunt.conduct import commands, pdf, queries
from meldpunt.conduct.errors import EnoughSaid, NotGiven, NotNow, SecondPerson
from meldpunt.conduct.models import Conduct
from meldpunt.conduct.rules import CONDITIONS, Finding, Judged, State
from meldpunt.conversation import proving
from meldpunt.conversation.errors import EmptyLetter
from meldpunt.conversation.models import OutboxLetter
from meldpunt.conversation.rules import Draft
from meldpunt.ground.values import REPORTER, Actor, CaseRef, Role
from meldpunt.ledger import log
from meldpunt.policy import commands as policy
from meldpunt.policy import queries as policies
from meldpunt.vault import openpgp

JORIS = Actor(Role.HANDLER, "joris")
LATER = MONDAY_NINE + DAY
KEPT = {id: Judged(Finding.KEPT) for id in CONDITIONS}
COPIED = {**KEPT, "A2": Judged(Finding.NOT_KEPT, "They copied the zilvermeeuw table.")}


def visit(house, at=LATER):
    return visits.visiting(visits.open_visit(house.receipts[-1], by=REPORTER, now=at), at)


def review(house, ref, found=None, by=HANNA, now=LATER):
    commands.review(ref, found or KEPT, keys=house.keys, by=by, now=now)


def give(house, ref, by=HANNA, now=LATER):
    letter = queries.draft_letter(by, ref, "safe-harbour", HEAD, keys=house.keys)
    commands.give(ref, letter, HEAD, keys=house.keys, by=by, now=now)


def kinds(ref):
    return [told.kind for told in log.read(ref) if told.kind.startswith(("conduct.", "safe-harbour."))]


def tags(node, depth=0):
    """The structure tree, flattened: the tag of each element in reading order."""
    node = node.get_object() if hasattr(node, "get_object") else node
    if isinstance(node, ArrayObject):
        return [tag for kid in node for tag in tags(kid, depth)]
    if not isinstance(node, DictionaryObject) or depth > 30:
        return []
    own = [node["/S"]] if "/S" in node else []
    return own + (tags(node["/K"], depth + 1) if "/K" in node else [])


def fonts(reader):
    for page in reader.pages:
        for font in page["/Resources"]["/Font"].values():
            found = font.get_object()
            yield found, found["/DescendantFonts"][0].get_object()["/FontDescriptor"]


def check_accessible(content, language, title):
    """What PDF/UA-1 asks and can be read from the file."""
    reader = PdfReader(io.BytesIO(content))
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"].value is True and root["/Lang"] == language
    assert root["/ViewerPreferences"]["/DisplayDocTitle"].value is True
    assert reader.metadata.title == title
    assert b"pdfuaid:part" in root["/Metadata"].get_object().get_data()
    assert all(page["/Tabs"] == "/S" for page in reader.pages)
    found = list(fonts(reader))
    assert found
    for font, described in found:
        assert "/ToUnicode" in font and {"/FontFile2", "/FontFile3"} & set(described)
    return reader, tags(root["/StructTreeRoot"])


@pytest.fixture
def second_person(house):
    """The policy asks a second person for the review."""
    rule = "second_person_for_conduct = {}"
    text = policies.text_of(1).replace(rule.format("false"), rule.format("true"))
    policy.publish(text, by=OPERATOR, now=MONDAY_NINE)
    return 2


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "title"), [("nl", "Verklaring: geen juridische gevolgen"), ("en", "Safe-harbour statement")]
)
def test_gpg_checks_the_statement_and_the_pdf_says_the_same(house, language, title):
    ref = house.a_case(language=language)
    review(house, ref)
    give(house, ref)
    kept = queries.statement_for(visit(house))
    with Outsider() as outsider:
        said = outsider.verified(kept.signed, openpgp.public_copy(organisation_key(), expires=None))
        outsider.refuses(kept.signed.replace(b"2026", b"2025", 1))
    assert said.startswith(title) and ref in said and "2026-03-03T08:00:00Z" in said
    assert policies.current().digest in said and proving.commitment_of(ref) in said
    assert all(f"* {id}: " in said for id in CONDITIONS) and "* A1" not in said
    assert "Nachtuil" not in said and "hanna" not in said
    assert hashlib.sha256(kept.pdf).hexdigest() in said

    reader, found = check_accessible(kept.pdf, language, title)
    assert found.count("/H1") == 1 and found.count("/H2") == 3 and found.index("/H1") < found.index("/H2")
    assert found.count("/LI") >= len(CONDITIONS) and "/P" in found and "/Document" in found
    paper = " ".join(" ".join(page.extract_text() for page in reader.pages).split())
    assert ref in paper and title in paper and proving.commitment_of(ref) in paper.replace(" ", "")
    assert len(reader.pages) <= 2


@pytest.mark.django_db
def test_given_is_for_ever(house):
    ref = house.a_case()
    review(house, ref)
    give(house, ref)
    signed = queries.statement_for(visit(house)).signed
    given = [told for told in log.read(ref) if told.kind == "safe-harbour.given"]
    assert [told.facts for told in given] == [{"digest": hashlib.sha256(signed).hexdigest()}]
    for again in (
        lambda: review(house, ref, COPIED),
        lambda: give(house, ref),
        lambda: commands.refuse(ref, "No.", HEAD, keys=house.keys, by=HANNA, now=LATER),
        lambda: commands.ask(visit(house), by=REPORTER, now=LATER),
    ):
        with pytest.raises(NotNow):
            again()
    commands.dispute(ref, "We learnt that data were copied.", by=HANNA, now=LATER + HOUR)
    assert queries.statement_for(visit(house)).signed == signed
    assert queries.standing_of(ref).state is State.GIVEN
    assert kinds(ref) == ["conduct.reviewed", "safe-harbour.given", "conduct.disputed"]
    assert not [name for name in vars(commands) if "withdraw" in name or "revoke" in name]


@pytest.mark.django_db
def test_what_was_found_rests_sealed_for_the_desk(house):
    ref = house.a_case()
    review(house, ref, COPIED)
    page = queries.page_of(HANNA, ref, house.keys)
    assert page.review["A2"].why == "They copied the zilvermeeuw table." and page.standing.state is State.NOT_KEPT
    [row] = Extra.objects.filter(kind="conduct.review")
    assert row.purpose == "desk" and b"zilvermeeuw" not in bytes(row.sealed)
    told = log.read(ref)[-1]
    assert told.facts == {"kept": False, "which": 1} and "zilvermeeuw" not in json.dumps(told.facts)
    review(house, ref)  # looked at again
    assert log.read(ref)[-1].facts == {"kept": True, "which": 2}


@pytest.mark.django_db
def test_the_statement_is_only_given_when_all_was_kept(house):
    ref = house.a_case()
    for found in (None, COPIED, {**KEPT, "A4": Judged(Finding.UNCLEAR, "They have not said.")}):
        if found:
            review(house, ref, found)
        with pytest.raises(NotNow):
            give(house, ref)
    with pytest.raises(NotGiven):
        queries.statement_for(visit(house))
    review(house, ref)
    before = log.head(ref)
    with pytest.raises(EmptyLetter):
        commands.give(ref, "  ", HEAD, keys=house.keys, by=HANNA, now=LATER)
    assert (log.head(ref), queries.standing_of(ref).state) == (before, State.KEPT)  # nothing half done
    with pytest.raises(NotYours):
        give(house, ref, by=OPENER)
    with pytest.raises(NoSuchCase):
        commands.review(CaseRef("VB-2026-9999"), KEPT, keys=house.keys, by=HANNA, now=LATER)
    with pytest.raises(NoSuchCase):
        commands.dispute(CaseRef("VB-2026-9999"), "no", by=HANNA, now=LATER)
    assert Conduct.objects.count() == 1


@pytest.mark.django_db
def test_a_second_person_reviews_where_the_policy_asks(house, second_person):
    ref = house.a_case(policy_version=second_person)
    with pytest.raises(SecondPerson, match="Nobody"):
        review(house, ref)
    cases.take(ref, by=HANNA, now=LATER)
    with pytest.raises(SecondPerson):
        review(house, ref, by=HANNA)
    review(house, ref, by=JORIS)
    cases.take(ref, by=JORIS, now=LATER)  # the reviewer becomes the handler
    with pytest.raises(SecondPerson):
        give(house, ref, by=JORIS)
    review(house, ref, by=HANNA)
    give(house, ref, by=JORIS)
    assert queries.page_of(HANNA, ref, house.keys).second
    older = house.a_case(message_id="<older@example.org>", policy_version=1)  # under the policy of its own time
    review(house, older)


@pytest.mark.django_db
def test_the_letter_goes_with_both_files_when_it_is_encrypted(house):
    public = openpgp.public_copy(reporters_key(), expires=None)
    reporter = Reporter("Nachtuil", "n@example.org", public, openpgp.read_keys(public)[0].fingerprint, "")
    ref = house.a_case(reporter=reporter, protection="confidential")
    review(house, ref)
    give(house, ref)
    from tests.conversation.test_proving import files_in, letter_in

    files = files_in(letter_in(house, OutboxLetter.objects.filter(case=ref).order_by("-created_at").first()))
    kept = queries.statement_of(HANNA, ref, house.keys)
    assert files[f"safe-harbour-{ref}.txt.asc"].encode() == kept.signed
    assert files[f"safe-harbour-{ref}.pdf"] == kept.pdf
    assert "Dear Nachtuil" in case_queries.written(HANNA, ref, house.keys)[-1].text


@pytest.mark.django_db
def test_the_reporter_asks_and_is_answered(house):
    ref = house.a_case()
    commands.ask(visit(house), by=REPORTER, now=LATER)
    assert queries.for_reporter(visit(house)).waiting and queries.standing_of(ref).waiting
    with pytest.raises(NotNow, match="already"):
        commands.ask(visit(house), by=REPORTER, now=LATER)
    review(house, ref, COPIED)
    commands.refuse(ref, "Because data were copied.", HEAD, keys=house.keys, by=HANNA, now=LATER + HOUR)
    seen = queries.for_reporter(visit(house, LATER + HOUR))
    assert (seen.waiting, seen.refused_at, seen.given_at) == (False, LATER + HOUR, None)
    commands.dispute(ref, "I copied nothing: zilvermeeuw.", by=REPORTER, now=LATER + 2 * HOUR)
    commands.ask(visit(house, LATER + 2 * HOUR), by=REPORTER, now=LATER + 2 * HOUR)
    [dispute] = queries.page_of(HANNA, ref, house.keys).disputes
    assert (dispute.side, dispute.text) == ("reporter", "I copied nothing: zilvermeeuw.")
    review(house, ref, now=LATER + 3 * HOUR)
    give(house, ref, now=LATER + 3 * HOUR)
    assert queries.for_reporter(visit(house, LATER + 3 * HOUR)).given_at == LATER + 3 * HOUR
    assert kinds(ref) == [
        "safe-harbour.asked",
        "conduct.reviewed",
        "safe-harbour.refused",
        "conduct.disputed",
        "safe-harbour.asked",
        "conduct.reviewed",
        "safe-harbour.given",
    ]


@pytest.mark.django_db
def test_so_much_on_record_and_then_a_letter(house):
    ref = house.a_case()
    for _ in range(20):
        commands.dispute(ref, "No.", by=REPORTER, now=LATER)
    with pytest.raises(EnoughSaid):
        commands.dispute(ref, "No.", by=REPORTER, now=LATER)
    commands.dispute(ref, "We do not agree either.", by=HANNA, now=LATER)  # the other side has its own
    with pytest.raises(NotYours):
        commands.dispute(ref, "Nor I.", by=OPENER, now=LATER)


def test_words_are_never_markup_and_no_file_is_read():
    hostile = '#read("/etc/passwd") #panic() *b* $x$ @y <z> \\ `c` // d'
    body = f"Name: {hostile}\nOther: {hostile}\n\n* {hostile}\n\n$ {hostile}\n\n{hostile}."
    content = pdf.drawn(Draft(hostile, body), hostile, "en")
    reader, _ = check_accessible(content, "en", hostile)
    text = "".join(page.extract_text() for page in reader.pages)
    assert "root:" not in text and text.count("#panic()") >= 4
