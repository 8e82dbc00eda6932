"""For what the policy may ask two people."""

import pytest

from meldpunt.ground.values import Actor, Role
from meldpunt.policy.default import default_text
from meldpunt.policy.document import read
from meldpunt.policy.errors import NeedsAnother
from meldpunt.policy.second import Grave, check, is_asked
from meldpunt.policy.values import ReviewRules

TEXT = default_text(name="Voorbeeldstad", contact="cvd@voorbeeldstad.example", languages=("nl",))
JORIS = Actor(Role.HANDLER, "joris")


@pytest.mark.parametrize("act", Grave)
def test_each_act_has_a_setting_of_its_own(act):
    asked = read(TEXT.replace(f"second_person_for_{act} = false", f"second_person_for_{act} = true")).review
    assert not is_asked(act, read(TEXT).review)
    assert [one for one in Grave if is_asked(one, asked)] == [act]


def test_one_person_is_not_two():
    asked = ReviewRules(second_person_for_publication=True)
    check(Grave.PUBLICATION, asked, "hanna", JORIS)
    check(Grave.ERASURE, asked, "joris", JORIS)
    refused = (("joris", "somebody else has to do it"), ("Joris", "somebody else"), ("", "take it first"))
    for handler, why in refused:
        with pytest.raises(NeedsAnother, match=why):
            check(Grave.PUBLICATION, asked, handler, JORIS)
