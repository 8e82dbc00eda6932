"""Handing letters over, to a real server on a socket that sometimes says no."""

import ssl
import threading
from collections.abc import Iterator

import pytest
from aiosmtpd.smtp import AuthResult
from tests.ports import free_address
from tests.works.outside import certificate
from tests.works.sink import Sink

from meldpunt.works import smtp
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


@pytest.fixture
def certified(tmp_path, monkeypatch):
    """A mail server with STARTTLS, its certificate (for 127.0.0.1) one that this machine trusts."""
    cert, key = certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(cert))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(cert, key)
    one = Sink(tls_context=context)
    yield one
    one.stop()


def secured(sink: Sink, security: str, host: str = "127.0.0.1") -> Server:
    return Server(host, server(sink).port, security)


@pytest.mark.parametrize("security", ["starttls", "opportunistic"])
def test_letters_go_through_tls(certified, security):
    with Line(secured(certified, security)) as line:
        line.send("a@a.example", "rui@r.example", LETTER)
    assert certified.encrypted == [True]


def test_a_certificate_with_another_name_is_refused_before_a_letter_goes(certified):
    with (
        pytest.raises(Unreachable, match="certificate is not valid"),
        Line(secured(certified, "starttls", "localhost")),
    ):
        pass
    assert certified.letters == []


def test_a_certificate_that_nobody_vouches_for_is_refused_but_helps_against_listening(certified, monkeypatch):
    monkeypatch.delenv("SSL_CERT_FILE")
    with pytest.raises(Unreachable, match="certificate is not valid"), Line(secured(certified, "starttls")):
        pass
    with Line(secured(certified, "opportunistic")) as line:
        line.send("a@a.example", "rui@r.example", LETTER)
    assert certified.encrypted == [True]


def test_opportunistic_goes_without_tls_where_there_is_none(sink):
    with Line(secured(sink, "opportunistic")) as line:
        line.send("a@a.example", "rui@r.example", LETTER)
    assert sink.encrypted == [False]


@pytest.mark.parametrize(
    "answer", ["530 5.7.0 Must issue a STARTTLS command first", "530 5.7.1 Authentication required"]
)
def test_who_must_sign_in_first_blames_no_letter(sink, answer):
    sink.answers["rui@r.example"] = answer
    with pytest.raises(Unreachable, match="530"), Line(server(sink)) as line:
        line.send("a@a.example", "rui@r.example", LETTER)


def test_the_servers_words_come_along_on_one_line_and_not_in_the_error_itself(sink):
    sink.answers["rui@r.example"] = "550-5.1.1 The account rui@r.example\r\n550 5.1.1 does not exist\x07"
    with Line(server(sink)) as line, pytest.raises(NotTaken) as no:
        line.send("a@a.example", "rui@r.example", LETTER)
    assert no.value.words == "550 5.1.1 The account rui@r.example 5.1.1 does not exist"
    assert "rui" not in str(no.value)


@pytest.mark.parametrize(
    "bad",
    [
        "x\r\nRCPT TO:<all@r.example>@r.example",
        "Rui <rui@r.example>",
        "rui",
        "",
        "a@b, c@d",
        "a@b,c@d",
        "a@b@c",
        "x:a@b",
        "r\udcff@r.example",
    ],
)
def test_what_is_no_address_is_the_letters_own_fault(sink, bad):
    with Line(server(sink)) as line:
        with pytest.raises(NotTaken) as no:
            line.send("a@a.example", bad, LETTER)
        assert (no.value.permanent, no.value.code) == (True, "5.1.3")
        line.send("a@a.example", "rui@r.example", LETTER)
    assert [to for _, to, _ in sink.letters] == [["rui@r.example"]]


def test_a_server_may_take_its_time_over_a_letter(sink, monkeypatch):
    """Longer than any other step: who goes away meanwhile sends it twice."""
    monkeypatch.setattr(smtp, "TIMEOUT", 0.5)
    slow = threading.Event()
    sink.keeps = lambda raw: slow.wait(1.5)
    with Line(server(sink)) as line:
        line.send("a@a.example", "rui@r.example", LETTER)
    assert len(sink.letters) == 1
