"""Handing letters over, to a real server on a socket that sometimes says no."""

from collections.abc import Iterator

import pytest
from aiosmtpd.smtp import AuthResult
from tests.works.engines import free_address
from tests.works.sink import Sink

from meldpunt.works.smtp import Line, NotTaken, Server, Unreachable, server_from

LETTER = b"From: a@a.example\r\nSubject: x\r\n\r\n.dot\r\nend\r\n"


@pytest.fixture
def sink() -> Iterator[Sink]:
    one = Sink()
    yield one
    one.stop()


def server(sink: Sink) -> Server:
    return server_from(sink.address, "none", "", "")


def test_letters_go_byte_for_byte_over_one_connection(sink):
    with Line(server(sink)) as line:
        line.send("meldpunt@v.example", "rui@r.example", LETTER)
        line.send("", "rui@r.example", LETTER)
    assert sink.letters == [
        ("meldpunt@v.example", ["rui@r.example"], LETTER),
        ("", ["rui@r.example"], LETTER),
    ]
    assert sink.connections == 1


@pytest.mark.parametrize(
    ("answer", "permanent", "code"),
    [
        ("550 5.1.1 rui@r.example is unknown", True, "5.1.1"),
        ("550 who is that", True, "550"),
        ("450 4.2.0 greylisted", False, "4.2.0"),
        ("452 full", False, "452"),
    ],
)
def test_no_for_ever_and_no_for_now_are_told_apart(sink, answer, permanent, code):
    sink.answers["rui@r.example"] = answer
    with Line(server(sink)) as line:
        with pytest.raises(NotTaken) as no:
            line.send("a@a.example", "rui@r.example", LETTER)
        assert (no.value.permanent, no.value.code) == (permanent, code)
        assert "rui" not in str(no.value)
        line.send("a@a.example", "other@r.example", LETTER)  # the connection goes on
    assert len(sink.letters) == 1


def test_a_no_after_the_letter_counts_too(sink):
    sink.after_data = "554 5.7.1 this looks like spam"
    with Line(server(sink)) as line, pytest.raises(NotTaken) as no:
        line.send("a@a.example", "rui@r.example", LETTER)
    assert (no.value.permanent, no.value.code) == (True, "5.7.1")


def test_421_is_about_the_connection(sink):
    sink.answers["rui@r.example"] = "421 4.3.2 going down"
    with Line(server(sink)) as line, pytest.raises(Unreachable):
        line.send("a@a.example", "rui@r.example", LETTER)


def test_nobody_there_is_unreachable():
    host, _, port = free_address().rpartition(":")
    with pytest.raises(Unreachable, match="connection refused"), Line(Server(host, int(port))):
        pass


def test_a_server_without_starttls_gets_nothing(sink):
    starttls = Server("127.0.0.1", server(sink).port, "starttls")
    with pytest.raises(Unreachable), Line(starttls):
        pass
    assert sink.letters == []


def test_a_server_without_utf8_does_not_get_a_mangled_address():
    sink = Sink(enable_SMTPUTF8=False)
    try:
        with Line(server(sink)) as line, pytest.raises(NotTaken) as no:
            line.send("a@a.example", "ruí@r.example", LETTER)
        assert (no.value.permanent, no.value.code) == (True, "5.6.7")
    finally:
        sink.stop()


def test_an_address_beyond_ascii_arrives(sink):
    with Line(server(sink)) as line:
        line.send("a@a.example", "ruí@r.example", LETTER)
    assert sink.letters[0][1] == ["ruí@r.example"]


def test_it_signs_in_with_the_password_from_the_file(tmp_path):
    seen = []

    def judge(smtp, session, envelope, mechanism, data):
        seen.append((data.login, data.password))
        return AuthResult(success=data.password == b"right", handled=False)

    sink = Sink(authenticator=judge, auth_require_tls=False)
    try:
        for password, fails in (("right", False), ("wrong", True)):
            (tmp_path / "password").write_text(password + "\n")
            found = server_from(sink.address, "none", "meldpunt", str(tmp_path / "password"))
            assert password not in repr(found)
            if fails:
                with pytest.raises(Unreachable, match="535"), Line(found):
                    pass
            else:
                with Line(found) as line:
                    line.send("a@a.example", "rui@r.example", LETTER)
    finally:
        sink.stop()
    assert (b"meldpunt", b"right") in seen
    assert len(sink.letters) == 1


def test_a_password_file_that_cannot_be_read(tmp_path):
    with pytest.raises(Unreachable, match="smtp_password_file"):
        server_from("127.0.0.1:25", "tls", "meldpunt", str(tmp_path / "nowhere"))
