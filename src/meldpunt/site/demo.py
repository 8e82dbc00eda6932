"""The example house: a story told by the rooms' own commands, with its days counted from today.

``demo.toml`` holds the story: who reported what on which working day, and what the handlers did
about it.  Every act is done at its moment, in the order of the moments, as the engines and the desk
would have done it; only the mail server is left out, so nothing ever leaves the machine.
"""

import itertools
import os
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from importlib import resources
from typing import Any

from meldpunt.cases import commands as cases
from meldpunt.conversation import commands as conversation
from meldpunt.conversation import outgoing
from meldpunt.conversation import queries as letters
from meldpunt.ground.values import REPORTER, Actor, CaseRef, Role
from meldpunt.intake import commands as intake
from meldpunt.intake.rules import Door, Envelope, Submission, Upload
from meldpunt.policy.calendar import WorkCalendar
from meldpunt.promises import commands as promises
from meldpunt.publication import ending
from meldpunt.publication import queries as publication
from meldpunt.site.demo_acts import ACTS, Stage
from meldpunt.site.demo_letters import Writer, plain_letter
from meldpunt.triage import commands as triage
from meldpunt.triage import queries as triage_queries
from meldpunt.triage.rules import Assessment, Severity, Verdict
from meldpunt.vault import files, openpgp
from meldpunt.vault.queries import own_key
from meldpunt.vault.rules import Receipt, receipt_from_random
from meldpunt.works import followers, opener
from meldpunt.works.post import POST
from meldpunt.works.publishing import TELLER, end_embargoes
from meldpunt.works.tick import TICK

Words = Mapping[str, Any]
STORY = "demo.toml"
ONE_DAY, ONE_MINUTE = timedelta(days=1), timedelta(minutes=1)
TAKEN_OVER = timedelta(seconds=20)  # until the mail server has a letter
BEFORE = 60  # days for which the house has stood when the example ends


@dataclass(frozen=True, slots=True, order=True)
class Act:
    """One thing that somebody did.  ``number`` keeps acts of the same moment in the story's order."""

    at: datetime
    number: int
    case: Words = field(compare=False)
    words: Words = field(compare=False)


def story() -> Words:
    """The whole story, as it is written."""
    return tomllib.loads(resources.files(__package__).joinpath(STORY).read_text("utf-8"))


def acts(told: Words, calendar: WorkCalendar, now: datetime) -> list[Act]:
    """What happens, in order; never later than ``now``, and in each case every act after the one before."""
    number = itertools.count()
    found: list[Act] = []
    for case in told["case"]:
        before = None
        for words in case["act"]:
            at = moment(words, calendar, now)
            before = max(at, before + ONE_MINUTE) if before else at
            found.append(Act(before, next(number), case, words))
    return sorted(found)


def moment(words: Words, calendar: WorkCalendar, now: datetime) -> datetime:
    """When an act happens: ``ago`` minutes before now, or at the hour ``at`` of a working ``day`` before today."""
    if "ago" in words:
        return now - timedelta(minutes=words["ago"])
    day = working_day(words["day"], calendar, now)
    return datetime.combine(day, time.fromisoformat(words["at"]), calendar.zone).astimezone(now.tzinfo)


def working_day(count: int, calendar: WorkCalendar, now: datetime) -> date:
    """The working day that lies so many before (negative) or after today; 0 is today, whichever day that is."""
    day = now.astimezone(calendar.zone).date()
    step = ONE_DAY if count > 0 else -ONE_DAY
    while count:
        day += step
        if calendar.works_on(day):
            count -= 1 if count > 0 else -1
    return day


@dataclass
class Teller:
    """Does the acts.  ``receipts`` and ``refs`` are by the names of the cases in the story."""

    house: opener.House
    outbox_key: bytes = field(repr=False)
    calendar: WorkCalendar
    now: datetime
    writer: Writer = field(default_factory=Writer)
    refs: dict[str, CaseRef] = field(default_factory=dict)
    receipts: dict[str, Receipt] = field(default_factory=dict)
    links: dict[str, Receipt] = field(default_factory=dict)  # of owners of systems, by the same names

    def tell(self, told: Words) -> None:
        """Everything up to now, with what each midnight brings."""
        midnight = self._midnights(self.now - BEFORE * ONE_DAY)
        following = next(midnight)
        for act in acts(told, self.calendar, self.now):
            while following <= act.at:
                self._tick(following)
                following = next(midnight)
            self._do(act)
            self._post(act)
        while following <= self.now:
            self._tick(following)
            following = next(midnight)
        self._tick(self.now)

    def _midnights(self, since: datetime) -> Iterator[datetime]:
        day = since.astimezone(self.calendar.zone).date()
        while True:
            day += ONE_DAY
            yield datetime.combine(day, time(0, 0, 1), self.calendar.zone).astimezone(self.now.tzinfo)

    def _tick(self, now: datetime) -> None:
        followers.catch_up()
        promises.note_missed(by=TICK, now=now)
        end_embargoes(TICK, now)
        for ref in publication.untold():
            ending.tell(ref, self._letterhead(), "", keys=self.house.keys, by=TELLER, now=now)

    def _do(self, act: Act) -> None:
        doing: dict[str, Callable[[Act], None]] = {
            "report": self._report,
            "letter": self._letter,
            "message": self._message,
            "take": self._take,
            "note": self._note,
            "reply": self._reply,
            "assess": self._assess,
        }
        if act.words["do"] in ACTS:
            ACTS[act.words["do"]](self._stage(act))
        else:
            doing[act.words["do"]](act)
        followers.catch_up()

    def _post(self, act: Act) -> None:
        """The mail server takes every letter, but for those that the story calls undelivered."""
        gone = act.at + TAKEN_OVER
        for letter in letters.due_letters(gone, limit=100):
            outgoing.sending(letter, outbox_key=self.outbox_key, by=POST, now=gone)
            if code := act.words.get("undelivered"):
                outgoing.failed(letter, True, code, by=POST, now=gone)
            else:
                outgoing.sent(letter, by=POST, now=gone)

    def _report(self, act: Act) -> None:
        if act.case["door"] == "letter":
            self._letter(act)
        else:
            self._form(act)

    def _letter(self, act: Act) -> None:
        """A letter by mail, as the mail server hands it in.  An answer has our reference in its subject."""
        who, words = act.case["from"], act.words
        if ref := self.refs.get(act.case["name"]):
            words = {**words, "subject": f"{words['subject']} [{ref}]"}
        if who.get("key"):
            raw = self.writer.encrypted(who, words, act.at, own_key().public)
        else:
            raw = plain_letter(who, words, act.at)
        token = intake.receive(
            raw,
            door=Door.LMTP,
            envelope=Envelope(who["address"]),
            keys=self.house.keys.public,
            folder=self.house.folder,
            by=Actor(Role.MACHINE, "mailgate"),
            now=act.at,
        )
        self._open(act, token)

    def _form(self, act: Act) -> None:
        who, words = act.case.get("from", {}), act.words
        receipt = receipt_from_random(os.urandom(17))
        report = Submission(
            system=words["system"],
            description=words["text"],
            impact=words.get("impact", ""),
            name=who.get("name", ""),
            address=who.get("address", ""),
            key=openpgp.armor(self.writer.public(who)) if who.get("key") else "",
            language=act.case["language"],
            policy_version=1,
            files=self._uploads(words),
        )
        token = intake.receive_submission(report, receipt, keys=self.house.keys.public, by=REPORTER, now=act.at)
        self.receipts[act.case["name"]] = receipt
        self._open(act, token)

    def _message(self, act: Act) -> None:
        """What the reporter writes on the page of their case."""
        ref, uploads = self._ref(act), self._uploads(act.words)
        public = self.house.keys.public
        token = intake.receive_message(act.words["text"], uploads, ref, keys=public, by=REPORTER, now=act.at)
        self._open(act, token)

    def _uploads(self, words: Words) -> tuple[Upload, ...]:
        return tuple(
            Upload(file["name"], "text/plain", files.store(self.house.folder, file["text"].encode()).plain())
            for file in words.get("files", ())
        )

    def _open(self, act: Act, token: str) -> None:
        done = opener.open_one(token, self.house, now=act.at + timedelta(seconds=1))
        if done.case:
            self.refs.setdefault(act.case["name"], CaseRef(done.case))

    def _take(self, act: Act) -> None:
        cases.take(self._ref(act), by=_handler(act), now=act.at)

    def _note(self, act: Act) -> None:
        cases.note(self._ref(act), act.words["text"], keys=self.house.keys, by=_handler(act), now=act.at)

    def _reply(self, act: Act) -> None:
        ref, by = self._ref(act), _handler(act)
        begun = letters.draft_reply(by, ref, self._letterhead(), keys=self.house.keys)
        greeting, _, closing = begun.partition("\n\n")
        text = "\n\n".join((greeting, act.words["text"].strip(), closing))
        conversation.write(ref, text, "reply", self._letterhead(), keys=self.house.keys, by=by, now=act.at)

    def _assess(self, act: Act) -> None:
        """The letter is the one that the desk proposes, with a paragraph of the handler's own."""
        ref, by, words, keys = self._ref(act), _handler(act), act.words, self.house.keys
        expected = working_day(words["expected"], self.calendar, self.now) if "expected" in words else None
        found = Assessment(
            Verdict(words["verdict"]),
            Severity(words["severity"]) if "severity" in words else None,
            words.get("vector", ""),
            expected,
            words.get("why_no_date", ""),
        )
        letter = triage_queries.draft(by, ref, found, self._letterhead(), keys=keys)
        paragraphs = letter.strip().split("\n\n")
        paragraphs.insert(-2, words["text"].strip())
        text = "\n\n".join(paragraphs) + "\n"
        triage.assess(ref, found, text, self._letterhead(), keys=keys, by=by, now=act.at)

    def _stage(self, act: Act) -> Stage:
        link = receipt_from_random(os.urandom(17))
        if act.words["do"] == "invite":
            self.links[act.case["name"]] = link
        return Stage(
            self._ref(act),
            act.words,
            act.case.get("language", ""),
            _handler(act) if "by" in act.words else REPORTER,
            act.at,
            self.calendar.zone,
            self._letterhead(),
            self.house.keys,
            self.receipts.get(act.case["name"]),
            lambda count: working_day(count, self.calendar, self.now),
            self.refs,
            self.house.folder,
            link,
        )

    def _letterhead(self) -> Any:
        return letters.letterhead(self.house.base_url)

    def _ref(self, act: Act) -> CaseRef:
        return self.refs[act.case["name"]]


def _handler(act: Act) -> Actor:
    return Actor(Role.HANDLER, act.words["by"])
