"""JSON over the same commands: with a token, as its holder, once, and with problems that a program can read."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.conf import settings as live
from django.test import Client
from tests.cast import DAY, HANNA, MONDAY_NINE, OPERATOR

from meldpunt.api import bearer
from meldpunt.api.pace import Pace
from meldpunt.cases import people
from meldpunt.cases.models import Case
from meldpunt.conversation import queries as conversation
from meldpunt.ground.values import Role
from meldpunt.ledger import log
from meldpunt.policy import queries as policy
from meldpunt.tokens import commands
from meldpunt.tokens.models import Done, Token
from meldpunt.tokens.rules import Scope

pytestmark = pytest.mark.django_db
CANARY = "A canary sings in this report."


def is_problem(answer, status):
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/problem+json" and answer["Cache-Control"] == "no-store"
    said = answer.json()
    assert said["status"] == status and said["title"]
    return said


def page_of(house, ref):
    calendar = policy.current().policy.calendar
    return conversation.case_page(HANNA, ref, keys=house.keys, calendar=calendar, now=MONDAY_NINE + DAY)


def texts(page):
    return [item.text for item in page.items if hasattr(item, "text")]


def test_what_is_owed(program):
    ref = program.house.a_case(CANARY)
    said = program.get("/owed").json()
    [row] = said["owed"]
    assert (row["case"]["ref"], row["case"]["title"], row["promise"]["kind"]) == (ref, CANARY, "assessment")
    assert row["promise"]["due_on"] == "2026-03-05" and row["promise"]["sentence"] == "P1"
    assert said["counts"]["nobodys"] == 1 and not said["more"]
    assert program.get("/owed", show="mine").json()["owed"] == []
    assert len(program.get("/owed", show=["nobodys", "unrated"]).json()["owed"]) == 1
    is_problem(program.get("/owed", show="nonsense"), 422)
    assert [one["case"] for one in program.get("/promises").json()["promises"]] == [ref]


def test_one_case_whole_as_the_command_line_has_it(program):
    ref = program.house.a_case(CANARY)
    said = program.get(f"/cases/{ref.lower()}").json()
    assert said["case"]["title"] == CANARY and said["reporter"]["address"] == "nachtuil@example.org"
    assert said["items"][0]["item"] == "letter" and said["items"][0]["text"] == CANARY
    assert said["entries"] == len(log.read(ref)) and said["head"] == log.head(ref)


def test_take_note_and_write(program):
    house, ref = program.house, program.house.a_case(CANARY)
    assert program.post(f"/cases/{ref}/take").json()["case"] == ref
    assert program.post(f"/cases/{ref}/notes", text="Seen on the test machine, too.").status_code == 201
    answer = program.post(f"/cases/{ref}/replies", text="Thank you, we are looking.")
    assert answer.status_code == 201 and answer.json()["head"] == log.head(ref)
    page = page_of(house, ref)
    assert page.case.handler == "hanna" and "Thank you, we are looking." in texts(page)
    kinds = [(one.kind, one.by) for one in log.read(ref)][-6:]
    assert ("letter.written", "handler:hanna") in kinds
    acts = [one.facts for one in log.read(ref) if one.kind == "token.acted"]
    assert acts == [{"token": program.token, "act": act} for act in ("take", "note", "reply")]


def test_what_a_program_writes_keeps_no_promise(program):
    ref = program.house.a_case(CANARY)
    before = page_of(program.house, ref).promises
    assert program.post(f"/cases/{ref}/replies", text="We are looking into it.").status_code == 201
    assert "We are looking into it." in texts(page_of(program.house, ref))
    assert [one.due_on for one in page_of(program.house, ref).promises] == [one.due_on for one in before]
    assert not any(one.kept_at for one in page_of(program.house, ref).promises)


def test_a_letter_that_sets_a_clock_is_sent_at_the_desk(program):
    ref = program.house.a_case(CANARY)
    answer = program.post(f"/cases/{ref}/replies", text="You will hear from us before Friday 12:00.")
    assert "sets a clock" in is_problem(answer, 409)["detail"]
    assert texts(page_of(program.house, ref)) == [CANARY]


def test_under_the_same_key_it_happens_once(program):
    ref = program.house.a_case(CANARY)
    first = program.post(f"/cases/{ref}/notes", key="k-1", text="Once.")
    again = program.post(f"/cases/{ref}/notes", key="k-1", text="Once.")
    assert first.status_code == again.status_code == 201 and first.json() == again.json()
    assert texts(page_of(program.house, ref)).count("Once.") == 1
    is_problem(program.post(f"/cases/{ref}/notes", key="k-1", text="Something else."), 409)
    assert program.post(f"/cases/{ref}/notes", key="k-2", text="Once.").status_code == 201
    assert "Once" not in str(list(Done.objects.values_list("answer", flat=True)))


def test_what_was_refused_leaves_its_key_unspent(program):
    ref = program.house.a_case(CANARY)
    text = "You will hear from us before Friday 12:00."
    is_problem(program.post(f"/cases/{ref}/replies", key="k", text=text), 409)
    assert not Done.objects.exists()


def test_a_token_that_reads_only_reads(program_of):
    program = program_of(Scope.READ)
    ref = program.house.a_case(CANARY)
    assert program.get(f"/cases/{ref}").status_code == 200
    before = log.length()
    for path, body in (("take", {}), ("notes", {"text": "x"}), ("replies", {"text": "x"})):
        is_problem(program.post(f"/cases/{ref}/{path}", **body), 403)
    assert log.length() == before


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer x", "Basic aGFubmE6eA==", "Bearer mpt_" + "x" * 5000])
def test_without_a_token_nobody_learns_anything(api_house, header):
    ref = api_house.a_case(CANARY)
    headers = {} if header is None else {"authorization": header}
    for path in ("/v1/owed", f"/v1/cases/{ref}", "/v1/cases/VB-2026-9999", "/v1/score"):
        answer = Client().get(path, headers=headers)
        assert ref not in str(is_problem(answer, 401)) and answer["WWW-Authenticate"] == "Bearer"


def test_a_token_dies(program_of, clock):
    program = program_of(days=30)
    assert program.get("/owed").status_code == 200
    clock.shift(timedelta(days=30))
    expired = is_problem(program.get("/owed"), 401)
    clock.shift(timedelta(days=-30))
    commands.revoke(program.token, by=HANNA, now=MONDAY_NINE + DAY)
    assert is_problem(program.get("/owed"), 401) == expired, "expired, revoked and unknown look the same"


def test_absent_and_forbidden_look_the_same(program):
    assert is_problem(program.get("/cases/VB-2026-0999"), 404)["detail"] == "There is no case VB-2026-0999."
    is_problem(program.post("/cases/VB-2026-0999/notes", text="x"), 404)


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("notes", {}),
        ("notes", {"text": ""}),
        ("notes", {"text": "   "}),
        ("notes", {"text": 7}),
    ],
)
def test_what_has_another_shape_is_told_without_repeating_it(program, path, body):
    ref = program.house.a_case(CANARY)
    said = is_problem(program.post(f"/cases/{ref}/{path}", secret_of_mine="canary-value", **body), 422)
    assert said["errors"] and "canary-value" not in str(said)


def test_a_nul_and_half_a_character_are_kept_as_signs(program):
    ref = program.house.a_case(CANARY)
    answer = program.client.post(
        f"/v1/cases/{ref}/notes",
        r'{"text": "a\u0000b\ud800c"}',
        content_type="application/json",
        headers=program._headers(),
    )
    assert answer.status_code in (201, 422)


def test_what_the_framework_says_is_a_problem_document_too(program):
    is_problem(program.get("/nowhere"), 404)
    is_problem(program.client.put("/v1/owed", headers=program._headers()), 405)
    for body in ("{", "[" * 3000, b"\xff"):
        answer = program.client.post(
            "/v1/cases/VB-2026-0001/notes", body, content_type="application/json", headers=program._headers()
        )
        is_problem(answer, 400)


def test_who_asks_too_often_waits(program, settings):
    settings.CONFIG = replace(live.CONFIG, api_per_minute="1")
    bearer.pace.cache_clear()
    codes = [program.get("/score").status_code for _ in range(60)]
    answer = next(one for _ in range(60) if (one := program.get("/score")).status_code != 200)
    assert codes == [200] * 60
    assert int(answer["Retry-After"]) >= 1
    is_problem(answer, 429)


def test_a_bucket_fills_again():
    at = [0.0]
    pace = Pace(60, tick=lambda: at[0])
    assert [pace.wait("a") for _ in range(60)] == [0] * 60 and pace.wait("a") == 1 and pace.wait("b") == 0
    at[0] = 1.1
    assert pace.wait("a") == 0 and pace.wait("a") >= 1


def test_the_ledger_hears_of_the_token_and_the_disk_holds_no_secret(program):
    program.get("/owed")
    program.get("/owed")
    told = [one for one in log.read(log.HOUSE) if one.kind.startswith("token.")]
    assert [one.kind for one in told] == ["token.made", "token.used"]
    assert program.secret not in str([one.facts for one in told])
    assert program.secret not in str(Token.objects.values())


def test_the_score_by_quarter(program):
    program.house.a_case(CANARY)
    [one] = [q for q in program.get("/score").json()["quarters"] if q["promise"] == "P1"]
    assert (one["quarter"], one["open"]) == ("2026-Q1", 1)


def test_the_schema_names_every_problem(api_house):
    drawn = Client().get("/v1/openapi.json").json()
    assert drawn["openapi"].startswith("3.1")
    replies = drawn["paths"]["/v1/cases/{ref}/replies"]["post"]["responses"]
    assert set(replies) == {"201", "400", "401", "403", "404", "409", "422", "429", "503"}
    assert list(replies["404"]["content"]) == ["application/problem+json"]
    assert Client().get("/v1/health").json() == {"status": "ok"}


def test_queries_do_not_grow(program, django_assert_max_num_queries):
    for n in range(6):
        program.house.a_case(f"Case {n}")
    program.get("/owed")
    with django_assert_max_num_queries(12):
        program.get("/owed")


def test_an_auditor_reads_the_score_and_no_case(program_of):
    program = program_of(roles=[Role.AUDITOR])
    ref = program.house.a_case(CANARY)
    assert program.get("/score").status_code == 200
    absent = is_problem(program.get("/cases/VB-2026-0999"), 404)
    hidden = is_problem(program.get(f"/cases/{ref}"), 404)
    assert str(hidden).replace(ref, "X") == str(absent).replace("VB-2026-0999", "X")
    is_problem(program.get("/owed"), 403)
    is_problem(program.post(f"/cases/{ref}/notes", text="x"), 404)


def test_a_role_that_was_taken_is_gone_at_once(program):
    program.house.a_case(CANARY)
    assert program.get("/owed").status_code == 200
    people.set_roles("hanna", [Role.ADMINISTRATOR], by=OPERATOR, now=MONDAY_NINE)
    is_problem(program.get("/owed"), 403)


def test_a_case_for_named_people_is_not_there_for_others(program):
    ref, other = program.house.a_case(CANARY), program.house.a_case("Another.")
    Case.objects.filter(ref=ref).update(named_only=True)
    assert [row["case"]["ref"] for row in program.get("/owed").json()["owed"]] == [other]
    is_problem(program.get(f"/cases/{ref}"), 404)
    before = log.length()
    for path, body in (("take", {}), ("notes", {"text": "x"}), ("replies", {"text": "x"})):
        is_problem(program.post(f"/cases/{ref}/{path}", **body), 404)
    assert log.length() == before
