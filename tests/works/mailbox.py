"""A mailbox of its own for each test, in a real Dovecot."""

import itertools

import pytest
from tests.works.dovecot import PASSWORD, Dovecot, Wire

LARGE = b"Subject: large\r\n\r\n" + (b"x" * 998 + b"\r\n") * 400
NUMBERS = itertools.count(1)


def letter(number: int) -> bytes:
    return f"From: rui@reporter.example\r\nSubject: {number}\r\n\r\nthe canary sings {number}\r\n".encode()


@pytest.fixture(scope="module")
def dovecot():
    one = Dovecot()
    yield one
    one.remove()


@pytest.fixture
def user() -> str:
    return f"user{next(NUMBERS)}"


@pytest.fixture
def password(tmp_path) -> str:
    (tmp_path / "password").write_text(PASSWORD + "\n")
    return str(tmp_path / "password")


@pytest.fixture
def wire():
    wires: list[Wire] = []

    def wire(*about, **options) -> Wire:
        wires.append(Wire(*about, **options))
        return wires[-1]

    yield wire
    for one in wires:
        one.close()
