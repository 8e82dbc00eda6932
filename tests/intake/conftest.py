"""Our key, and a reporter with a real GnuPG who knows it."""

import pytest
from tests.intake.mailmaker import US
from tests.vault.gnupg import a_person

from meldpunt.vault import openpgp


@pytest.fixture(scope="session")
def ours():
    return openpgp.make_key("Gemeente Voorbeeld", US)


@pytest.fixture(scope="session")
def rui(ours):
    with a_person("rui@example.org") as person:
        person.knows(openpgp.public_copy(ours, expires=None))
        yield person
