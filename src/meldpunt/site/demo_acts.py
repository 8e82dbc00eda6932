"""What comes after an assessment in the story of the example house: asked, solved, named, published, closed.

Each act is done by the commands that the desk and the portal use, with the letter that the desk proposes.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from meldpunt.cases import visits
from meldpunt.cases.errors import NoSuchCase
from meldpunt.cases.visits import Visiting
from meldpunt.conduct import commands as conduct
from meldpunt.conduct import queries as conduct_queries
from meldpunt.conduct.rules import CONDITIONS, Finding, Judged
from meldpunt.conversation.rules import Letterhead
from meldpunt.ground.values import REPORTER, Actor, CaseRef
from meldpunt.owners import commands as owners
from meldpunt.owners.outgoing import Going
from meldpunt.owners.rules import Invited
from meldpunt.privacy import commands as privacy
from meldpunt.privacy import crediting, erasing, forgetting
from meldpunt.privacy.credit import Wish
from meldpunt.privacy.drafts import draft
from meldpunt.privacy.erasure import Data, Touched
from meldpunt.privacy.rules import Kind as Whom
from meldpunt.privacy.rules import Recipient, Scope, Use
from meldpunt.publication import commands as publication
from meldpunt.publication import going, hall, publishing, queries
from meldpunt.publication.errors import NotNow
from meldpunt.publication.rules import Act as Answer
from meldpunt.publication.rules import Kind, Moment
from meldpunt.remediation import commands as remediation
from meldpunt.remediation import queries as remediation_queries
from meldpunt.remediation.rules import Why
from meldpunt.triage import commands as triage
from meldpunt.triage import duplicates
from meldpunt.triage import queries as triage_queries
from meldpunt.triage.asking import chosen, kind_of
from meldpunt.vault.keyring import VaultKeys
from meldpunt.vault.rules import Receipt

NOON = time(12)


@dataclass(frozen=True, slots=True)
class Stage:
    """Where an act is done: on which case, by whom (or by its reporter), when, and with what letterhead.

    ``day`` is a working day counted from today, ``refs`` the cases by their names in the story.
    """

    ref: CaseRef
    words: Mapping[str, Any]
    language: str
    by: Actor
    at: datetime
    zone: ZoneInfo
    head: Letterhead
    keys: VaultKeys = field(repr=False)
    receipt: Receipt | None = field(repr=False)  # of a report that came by the form
    day: Callable[[int], date] = field(repr=False)
    refs: Mapping[str, CaseRef] = field(repr=False)
    folder: Path = field(repr=False)
    link: Receipt = field(repr=False)  # for the owner of a system who is invited

    @property
    def desk(self) -> dict[str, Any]:
        return {"keys": self.keys, "by": self.by, "now": self.at}

    @property
    def them(self) -> dict[str, Any]:
        return {"by": REPORTER, "now": self.at}

    def visit(self) -> Visiting:
        """The reporter shows their receipt."""
        if self.receipt is None:
            raise NoSuchCase("No report belongs to this receipt.")
        return visits.visiting(visits.open_visit(self.receipt, **self.them), self.at)

    def moment(self) -> Moment:
        """Noon of the act's ``until``, in the organisation's zone."""
        noon = datetime.combine(self.day(self.words["until"]), NOON, self.zone)
        return Moment(noon.astimezone(self.at.tzinfo), self.zone)

    def said(self, moment: Moment | None) -> str:
        return queries.said(moment, self.zone, self.language) if moment else ""

    def draft(self, about: str, **facts: object) -> str:
        return draft(self.by, self.ref, about, self.head, keys=self.keys, **facts)


def ask(here: Stage) -> None:
    ids = here.words["questions"]
    questions = chosen(ids, here.words.get("own", ""), here.language)
    text = triage_queries.draft_letter(here.by, here.ref, "needs-more", here.head, keys=here.keys, questions=questions)
    triage.ask_more(here.ref, kind_of(ids), text, here.head, **here.desk)


def duplicate(here: Stage) -> None:
    earlier = here.refs[here.words["of"]]
    text, _known, root = triage_queries.draft_duplicate(
        here.by, here.ref, earlier, here.head, keys=here.keys, now=here.at
    )
    duplicates.link(here.ref, root, text, here.head, **here.desk)


def may_check(here: Stage) -> None:
    """Ask the earlier reporter whether the later one may read the report."""
    text = triage_queries.draft_letter(here.by, here.ref, "duplicate-check", here.head, keys=here.keys)
    duplicates.ask(here.ref, text, here.head, **here.desk)


def move(here: Stage) -> None:
    to, why = here.day(here.words["expected"]), here.words["why"]
    was = remediation_queries.standing_of(here.ref).expected_on
    text = remediation_queries.draft(
        here.by, here.ref, "date-moved", here.head, keys=here.keys, expected_on=to, was=was, reason=why
    )
    remediation.move_date(here.ref, to, why, text, here.head, **here.desk)


def solve(here: Stage) -> None:
    """It is solved; the reporter is asked to try again."""
    on = here.at.astimezone(here.zone).date()
    text = remediation_queries.draft(here.by, here.ref, "fixed", here.head, keys=here.keys, on=on, ask_retest=True)
    remediation.landed(here.ref, on, text, here.head, ask_retest=True, **here.desk)


def confirm(here: Stage) -> None:
    remediation.say_solved(here.visit(), **here.them)


def dispute(here: Stage) -> None:
    text = here.words["text"]
    remediation.say_still_there(here.visit(), text, here.at.isoformat(), keys=here.keys.public, **here.them)


def close(here: Stage) -> None:
    why = Why(here.words.get("why", Why.SOLVED))
    text = remediation_queries.draft(here.by, here.ref, "closed", here.head, keys=here.keys, why=why)
    remediation.close(here.ref, why, text, here.head, **here.desk)


def embargo(here: Stage) -> None:
    """We propose to keep it between us."""
    until = here.moment()
    text = here.draft("embargo-proposal", until=here.said(until))
    publication.propose(here.ref, until, text, here.head, **here.desk)


def agree(here: Stage) -> None:
    until = queries.standing_of(here.ref).proposed
    publication.answer_for(here.visit(), Answer.AGREE, until.at if until else None, **here.them)


def party(here: Stage) -> None:
    publication.note_party(here.ref, Kind(here.words["kind"]), here.words["who"], by=here.by, now=here.at)


def leak(here: Stage) -> None:
    """The reporter saw it in the open."""
    publication.report_leak_for(here.visit(), here.words["text"], **here.them)


def plan(here: Stage) -> None:
    planned, shown = here.moment(), going.checked_draft(here.words["title"], here.words["text"], here.language)
    text = here.draft("publication-plan", planned=here.said(planned), before_fix=False, changed=True)
    publishing.plan(here.ref, shown, planned, False, text, here.head, **here.desk)


def agree_plan(here: Stage) -> None:
    planned = queries.standing_of(here.ref).plan_proposed
    publishing.answer_for(here.visit(), Answer.AGREE, planned.at if planned else None, **here.them)


def publish(here: Stage) -> None:
    shown = queries.papers_of(here.by, here.ref, here.keys).draft
    if shown is None:
        raise NotNow("No publication is being planned.")
    text = here.draft("publication-done", advisories=f"{here.head.base_url}/advisories/", shown="")
    publishing.publish(here.ref, shown, "", "", text, here.head, **here.desk)
    if here.words.get("thank"):
        hall.enter(here.ref, **here.desk)


def name(here: Stage) -> None:
    link = here.words.get("link", "")
    crediting.wish(here.visit(), Wish.LINK if link else Wish.NAME, here.words["shown"], link, **here.them)


def ask_name(here: Stage) -> None:
    crediting.ask(here.ref, here.draft("credit"), here.head, **here.desk)


def confirm_name(here: Stage) -> None:
    crediting.confirm(here.visit(), **here.them)


def consent(here: Stage) -> None:
    """We ask whether somebody may know who reported."""
    to, scope, use = Recipient(Whom(here.words["to"]), here.words["who"]), Scope.CONTACT, Use.SOLVE
    text = here.draft("consent", recipient=to.kind, recipient_name=to.name, scope=scope, use=use)
    privacy.ask_consent(here.ref, to, scope, use, text, here.head, **here.desk)


def forget_me(here: Stage) -> None:
    """The reporter asks that it is erased who they are."""
    forgetting.ask(here.visit(), here.words["text"], **here.them)


def touched(here: Stage) -> None:
    kinds = tuple(Data(kind) for kind in here.words["kinds"])
    erasing.note_touched(here.ref, Touched(kinds, here.words.get("people")), here.at, **here.desk)


def ask_statement(here: Stage) -> None:
    conduct.ask(here.visit(), **here.them)


def review(here: Stage) -> None:
    """All conditions were kept."""
    conduct.review(here.ref, {one: Judged(Finding.KEPT, "") for one in CONDITIONS}, **here.desk)


def give_statement(here: Stage) -> None:
    text = conduct_queries.draft_letter(here.by, here.ref, "safe-harbour", here.head, keys=here.keys)
    conduct.give(here.ref, text, here.head, **here.desk)


def invite(here: Stage) -> None:
    """Somebody who solves it gets the technical part, with a link of their own."""
    whom = Invited(Whom(here.words["to"]), here.words["who"], here.words["address"], here.words["language"])
    going = Going(here.words["text"].strip())
    owners.invite(here.ref, whom, going, here.link, here.head, folder=here.folder, **here.desk)


ACTS: Mapping[str, Callable[[Stage], None]] = MappingProxyType(
    {
        act.__name__.replace("_", "-"): act
        for act in (
            ask, duplicate, may_check, move, solve, confirm, dispute, close, embargo, agree, party, leak, plan,
            agree_plan, publish, name, ask_name, confirm_name, consent, touched, ask_statement, review, give_statement,
            invite, forget_me,
        )
    }
)  # fmt: skip
