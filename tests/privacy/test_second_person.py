"""What cannot be undone needs somebody else than the handler of the case, where the policy says so."""

import pytest
from tests.cast import HANNA, HOUR, MONDAY_NINE, OPERATOR

from meldpunt.cases import commands as cases
from meldpunt.ground.values import Actor, Role
from meldpunt.ledger import log
from meldpunt.policy import commands as policy
from meldpunt.policy import queries as policies
from meldpunt.policy.errors import NeedsAnother
from meldpunt.privacy import commands, forgetting
from meldpunt.privacy.errors import NoGround
from meldpunt.privacy.rules import Ground, Kind, Leaving, Recipient, Scope, Use, What

JORIS = Actor(Role.HANDLER, "joris")
LATER = MONDAY_NINE + HOUR


@pytest.fixture
def ref(house):
    text = policies.text_of(1)
    for act in ("erasure", "identity", "publication"):
        text = text.replace(f"second_person_for_{act} = false", f"second_person_for_{act} = true")
    policy.publish(text, by=OPERATOR, now=MONDAY_NINE)
    ref = house.a_case(now=LATER)
    cases.take(ref, by=HANNA, now=LATER)
    return ref


def test_the_handler_alone_neither_erases_nor_tells_who_reported(house, ref):
    who = Leaving(What.IDENTITY, Recipient(Kind.OWNER, "Beheer"), Use.SOLVE, Ground.CONSENT, Scope.NAME)
    before = log.head(ref)
    with pytest.raises(NeedsAnother, match="You handle the case"):
        commands.share(ref, who, keys=house.keys, by=HANNA, now=LATER)
    with pytest.raises(NeedsAnother):
        forgetting.grant(ref, keys=house.keys, by=HANNA, now=LATER)
    assert log.head(ref) == before
    with pytest.raises(NoGround):  # a second person comes as far as the gate, which wants a consent
        commands.share(ref, who, keys=house.keys, by=JORIS, now=LATER)
