"""What both sides do around a publication, in the shortest words."""

from email import message_from_bytes
from email.policy import default
from zoneinfo import ZoneInfo

from tests.build import HEAD
from tests.cast import DAY, HANNA, HOUR, MONDAY_NINE

from meldpunt.cases import visits
from meldpunt.conversation import posting
from meldpunt.conversation.models import OutboxLetter
from meldpunt.ground.values import REPORTER, Actor, Role
from meldpunt.ledger import log
from meldpunt.privacy import crediting
from meldpunt.privacy.credit import Wish
from meldpunt.publication import commands, ending, going, publishing
from meldpunt.publication.rules import Act, Moment
from meldpunt.remediation import commands as remediation
from meldpunt.triage import commands as triage
from meldpunt.triage.rules import Assessment, Severity, Verdict
from meldpunt.vault import keyring
from meldpunt.works.followers import catch_up

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
TICK, OPENER = Actor(Role.MACHINE, "tick"), Actor(Role.MACHINE, "opener")
DESK = "https://desk.voorbeeldstad.example"
UNTIL = Moment(MONDAY_NINE + 10 * DAY, AMSTERDAM)
DRAFT = going.checked_draft("The lock of the tax page", "It opened for anyone.\nIt does not any more.", "en")


def visit(house, now=MONDAY_NINE):
    return visits.visiting(visits.open_visit(house.receipts[-1], by=REPORTER, now=now), now)


def desk(house, now=MONDAY_NINE, by=HANNA):
    return {"keys": house.keys, "by": by, "now": now}


def them(now=MONDAY_NINE):
    return {"by": REPORTER, "now": now}


def kinds(ref):
    return [told.kind for told in log.read(ref)]


def agree(house, ref, until=UNTIL, now=MONDAY_NINE):
    commands.propose(ref, until, "May we?", HEAD, **desk(house, now))
    commands.answer_for(visit(house, now), Act.AGREE, until.at if until else None, **them(now))


def solve(house, ref, now=MONDAY_NINE + 2 * DAY):
    assessed = Assessment(Verdict.CONFIRMED, Severity.HIGH, expected_on=(now + 5 * DAY).date())
    triage.assess(ref, assessed, "Our assessment.", HEAD, **desk(house, now))
    remediation.landed(ref, now.date(), "It is solved.", HEAD, ask_retest=False, **desk(house, now))
    catch_up()


def name(house, now=MONDAY_NINE + 3 * DAY, shown="Nachtuil", link="https://uil.example/"):
    crediting.wish(visit(house, now), Wish.LINK, shown, link, **them(now))
    catch_up()


def ask_and_confirm(house, ref, now=MONDAY_NINE + 3 * DAY):
    name(house, now)
    crediting.ask(ref, "How?", HEAD, **desk(house, now))
    crediting.confirm(visit(house, now), **them(now))


def plan(house, ref, draft=DRAFT, at=UNTIL, before_fix=False, now=MONDAY_NINE + 3 * DAY):
    publishing.plan(ref, draft, at, before_fix, "Please read.", HEAD, **desk(house, now))


def publish(house, ref, draft=DRAFT, changed="", now=UNTIL.at + HOUR):
    return publishing.publish(ref, draft, "", changed, "It is out.", HEAD, **desk(house, now))


def ready(house, ref):
    """Solved, drafted, agreed, asked; the moment is UNTIL."""
    solve(house, ref)
    plan(house, ref)
    now = MONDAY_NINE + 4 * DAY
    publishing.answer_for(visit(house, now), Act.AGREE, UNTIL.at, **them(now))
    ask_and_confirm(house, ref)


def mails(house):
    key = keyring.outbox(house.folder, "operator")
    rows = OutboxLetter.objects.order_by("created_at", "id")
    return [message_from_bytes(posting.unqueue(row, key).raw, policy=default) for row in rows]


def tell(house, ref, now):
    OutboxLetter.objects.all().delete()
    ending.tell(ref, HEAD, DESK, keys=house.keys, by=OPENER, now=now)
    return mails(house)
