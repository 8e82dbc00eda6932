"""Where a key directory keeps a key: the draft's example, and addresses that have no directory."""

import pytest

from meldpunt.vault import wkd
from meldpunt.vault.errors import NoDirectory


@pytest.mark.parametrize(
    ("local", "name"),
    [
        ("Joe.Doe", "iy9q119eutrkn8s1mk4r39qejnbu3n5q"),  # the example of the draft
        ("joe.doe", "iy9q119eutrkn8s1mk4r39qejnbu3n5q"),
        ("security", "t5s8ztdbon8yzntexy6oz5y48etqsnbb"),
        ("cvd", "7hgdodio1b9uo85hxp1nokdgbow79ozj"),
    ],
)
def test_the_name_of_a_key(local, name):
    assert wkd.hashed(local) == name


def test_only_ascii_letters_have_two_cases():
    assert wkd.hashed("ÉLISE") != wkd.hashed("élise")
    assert wkd.hashed("ÉLISE") == wkd.hashed("Élise")


def test_the_two_places():
    assert wkd.urls("Joe.Doe@Example.ORG") == (
        "https://openpgpkey.example.org/.well-known/openpgpkey/example.org/hu/"
        "iy9q119eutrkn8s1mk4r39qejnbu3n5q?l=Joe.Doe",
        "https://example.org/.well-known/openpgpkey/hu/iy9q119eutrkn8s1mk4r39qejnbu3n5q?l=Joe.Doe",
    )


def test_what_a_stranger_chose_stays_within_its_place():
    advanced, direct = wkd.places("a&b=c#/../é \r\nHost: x@bücher.example")
    assert advanced.host == "openpgpkey.xn--bcher-kva.example" and direct.host == "xn--bcher-kva.example"
    assert direct.path.partition("?l=")[2] == "a%26b%3Dc%23%2F..%2F%C3%A9%20%0D%0AHost%3A%20x"


@pytest.mark.parametrize(
    "address",
    [
        *("x", "@example.org", "a@", "a@localhost", "a@127.0.0.1", "a@[127.0.0.1]", "a@[::1]", "a@0x7f.1"),
        *("a@example.org:80", "a@example.org/x", "a@ex_ample.org", "a@-x.org", "a@x..org", "a@" + "x." * 126 + "org"),
    ],
)
def test_no_directory_for_what_is_no_mail_domain(address):
    with pytest.raises(NoDirectory):
        wkd.urls(address)
