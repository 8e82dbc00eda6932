"""What we say about ourselves stays fresh, and letters do not wait for it."""

from tests.cast import BASE, CONTACT, DAY, OPERATOR

from meldpunt.ground import clock
from meldpunt.vault import commands, published, queries
from meldpunt.vault.models import OrganisationKey
from meldpunt.works.renewing import Renewing


def test_the_first_look_is_at_once_and_the_next_one_later(house, django_assert_num_queries):
    renewing = Renewing(house.keys, BASE)
    renewing.turn()
    assert published.signed_security_txt()
    with django_assert_num_queries(0):
        renewing.turn()


def test_a_failure_is_said_and_tried_again_later(house, capsys):
    OrganisationKey.objects.update(sealed_secret=b"not sealed by us")
    renewing = Renewing(house.keys, BASE)
    renewing.turn()
    assert published.signed_security_txt() is None
    assert "could not be renewed" in capsys.readouterr().err
    renewing.turn()
    assert capsys.readouterr().err == ""


def test_a_look_that_finds_nothing_to_do_is_cheap(house, django_assert_max_num_queries):
    Renewing(house.keys, BASE).turn()
    with django_assert_max_num_queries(5):
        Renewing(house.keys, BASE).turn()


def test_a_key_that_ends_before_long_is_renewed(house):
    commands.make_organisation_key("Gemeente", CONTACT, keys=house.keys, by=OPERATOR, now=clock.now() - 250 * DAY)
    Renewing(house.keys, BASE).turn()
    assert published.ends_at(queries.own_key()) > clock.now() + 399 * DAY
