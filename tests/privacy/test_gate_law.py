"""Whatever a reporter allows and takes back, in any order: who they are never leaves without a consent in force."""

import contextlib
from dataclasses import replace

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from tests.build import HEAD
from tests.cast import DAY, HANNA, HOUR, MONDAY_NINE
from tests.privacy.test_gate import CANARIES, IDENTITY, OWNER, give, leave, visit_to

from meldpunt.cases.rules import Reporter
from meldpunt.ground.errors import Refusal
from meldpunt.ground.values import REPORTER
from meldpunt.privacy import commands, queries, rules
from meldpunt.privacy.errors import NoGround
from meldpunt.privacy.models import Share
from meldpunt.privacy.rules import Kind, Recipient, Scope, Use


class Play:
    """A case, and beside it a list of what its reporter allows, kept by hand."""

    def __init__(self, house):
        self.house, self.now = house, MONDAY_NINE
        self.ref = house.a_case(reporter=Reporter(*CANARIES[:2]))
        self.visit = visit_to(house, self.ref)
        self.known, self.allowed = [], {}  # ids; id -> [recipient, scope, last moment]

    def act(self, name, to, which):
        self.now += HOUR
        chosen = self.known[which % len(self.known)] if self.known else ""
        with contextlib.suppress(Refusal):
            getattr(self, name)(to, chosen)

    def give(self, to, _chosen, scope=Scope.CONTACT, until=None):
        self.known.append(give(self.visit, to, scope, until=until, now=self.now))
        self.allowed[self.known[-1]] = [to, scope, until]

    def give_name(self, to, chosen):
        self.give(to, chosen, Scope.NAME)

    def give_day(self, to, chosen):
        self.give(to, chosen, until=self.now + DAY)

    def ask(self, to, _chosen):
        written = ("May we?", HEAD)
        wanted = (self.ref, to, Scope.NAME, Use.SOLVE, *written)
        self.known.append(commands.ask_consent(*wanted, keys=self.house.keys, by=HANNA, now=self.now))

    def agree(self, _to, chosen):
        commands.agree(self.visit, chosen, Scope.NAME, None, by=REPORTER, now=self.now)
        [mine] = [one for one in queries.consents_for(self.visit) if one.id == chosen]
        self.allowed[chosen] = [mine.recipient, Scope.NAME, None]

    def decline(self, _to, chosen):
        commands.decline(self.visit, chosen, by=REPORTER, now=self.now)

    def narrow(self, _to, chosen):
        until = self.allowed[chosen][2] if chosen in self.allowed else None
        commands.narrow(self.visit, chosen, Scope.NAME, until, by=REPORTER, now=self.now)
        self.allowed[chosen][1] = Scope.NAME

    def shorten(self, _to, chosen):
        until = self.now + 2 * HOUR
        scope = self.allowed[chosen][1] if chosen in self.allowed else Scope.NAME
        commands.narrow(self.visit, chosen, scope, until, by=REPORTER, now=self.now)
        self.allowed[chosen][2] = until

    def withdraw(self, _to, chosen):
        commands.withdraw(self.visit, chosen, by=REPORTER, now=self.now)
        del self.allowed[chosen]

    def wait(self, _to, _chosen):
        self.now += DAY

    def may(self, scope):
        return any(
            to in (OWNER, Recipient(Kind.OWNER)) and rules.holds(how, scope) and (end is None or self.now < end)
            for to, how, end in self.allowed.values()
        )

    def leaves(self, scope):
        before = Share.objects.count()
        try:
            leave(self.house, self.ref, replace(IDENTITY, scope=scope), now=self.now)
        except NoGround:
            assert Share.objects.count() == before
            return False
        return True


ACTS = ["give", "give_name", "give_day", "ask", "agree", "decline", "narrow", "shorten", "withdraw", "wait"]
TO = [OWNER, Recipient(Kind.OWNER), Recipient(Kind.SUPPLIER, "Leverancier BV")]
STEPS = st.lists(st.tuples(st.sampled_from(ACTS), st.sampled_from(TO), st.integers(0, 3)), min_size=2, max_size=8)


@settings(max_examples=10, suppress_health_check=list(HealthCheck))
@given(steps=STEPS)
@example(steps=[("give", OWNER, 0), ("narrow", OWNER, 0), ("shorten", OWNER, 0), ("wait", OWNER, 0)])
@example(steps=[("give", TO[1], 0), ("give_day", TO[2], 0), ("withdraw", OWNER, 0)])
@example(steps=[("ask", OWNER, 0), ("agree", OWNER, 0), ("withdraw", OWNER, 0), ("give_name", OWNER, 0)])
def test_whatever_was_given_narrowed_or_withdrawn_nothing_leaves_without_one_in_force(house, steps):
    play = Play(house)
    for step in steps:
        play.act(*step)
        for scope in Scope:
            assert play.leaves(scope) is play.may(scope), (step, scope)
