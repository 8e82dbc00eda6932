"""The SMTP listener, spoken to over real sockets by whoever comes along."""

import asyncio
import smtplib
import socket
import ssl
import threading
import time
from collections.abc import Iterator

import pytest
from tests.ports import free_address
from tests.works.engines import CONTACT, environ_for, until
from tests.works.outside import certificate, count, letters, replaced, snippet
from tests.works.test_lmtp import LIMIT, Client, Memory

from meldpunt.works import lmtp, smtpin
from meldpunt.works.allowance import Limits

LETTER = b"From: rui@reporter.example\r\nSubject: a weakness\r\n\r\nthe canary sings\r\n"
PLENTY = Limits(1000, 1000, 1000)


class Service:
    """A listener in a thread of its own."""

    def __init__(self, limits: Limits = PLENTY, certificate: smtpin.Certificate | None = None) -> None:
        self.memory, self.said, self.port = Memory(), [], 0
        self._ready, self._loop, self._leave = threading.Event(), asyncio.new_event_loop(), asyncio.Event()
        self._about = limits, certificate
        self._thread = threading.Thread(target=self._loop.run_until_complete, args=(self._serve(),))
        self._thread.start()
        assert self._ready.wait(10)

    async def _serve(self) -> None:
        self.reception = smtpin.Reception(self.memory, LIMIT, self.said.append, *self._about)
        server = await self.reception.listen("127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        await self._leave.wait()
        await self.reception.leave(server)
        await asyncio.gather(*asyncio.all_tasks() - {asyncio.current_task()}, return_exceptions=True)

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._leave.set)
        self._thread.join(15)
        self._loop.close()


@pytest.fixture
def serve() -> Iterator:
    services: list[Service] = []

    def serve(*about) -> Service:
        services.append(Service(*about))
        return services[-1]

    yield serve
    for service in services:
        service.memory.gate.set()
        service.stop()


@pytest.fixture
def service(serve) -> Service:
    return serve()


@pytest.fixture
def client(service) -> Iterator[Client]:
    one = Client(service.port)
    yield one
    one.close()


def hands_in(client: Client, letter: bytes, *recipients: str, sender: str = "rui@reporter.example") -> str:
    assert client.says(f"MAIL FROM:<{sender}>").startswith("250")
    for recipient in recipients or ("a@b.example",):
        assert client.says(f"RCPT TO:<{recipient}>").startswith("250")
    assert client.says("DATA").startswith("354")
    client.raw(letter.replace(b"\r\n.", b"\r\n..") + b".\r\n")
    return client.line()


@pytest.mark.parametrize("hello", ["HELO", "EHLO"])
def test_a_letter_arrives_byte_for_byte_with_one_reply_for_all_recipients(service, client, hello):
    letter = b"Subject: x\r\n\r\n..two dots\r\n\xff\xfe caf\xc3\xa9\r\n" + b"long" * 50_000 + b"\r\n\r\nend\r\n"
    assert client.says(f"{hello} test.example").startswith("250")
    assert hands_in(client, letter, "a@b.example", "b@b.example") == "250 2.0.0 stored"
    assert client.says("NOOP").startswith("250")  # so there was one reply only
    assert service.memory.letters == [(letter, "rui@reporter.example", ("a@b.example", "b@b.example"))]


def test_what_is_offered(client):
    client.raw(b"EHLO x\r\n")
    offered = []
    while not offered or offered[-1][3] == "-":
        offered.append(client.line())
    assert [line[4:] for line in offered[1:]] == [f"SIZE {LIMIT}", "8BITMIME", "SMTPUTF8", "PIPELINING"]
    assert client.says(f"MAIL FROM:<r@r.example> SIZE={LIMIT + 1}").startswith("552 5.3.4 This letter")


def test_nobody_else_is_written_to_through_us(service, client):
    client.says("EHLO x")
    client.says("MAIL FROM:<r@r.example>")
    assert client.says("RCPT TO:<nobody@b.example>").startswith("550")
    assert client.says("RCPT TO:<@a.example,@c.example:nobody@b.example>").startswith("550")
    assert client.says("DATA").startswith("503")
    assert service.memory.letters == []


@pytest.mark.parametrize(
    ("command", "reply"),
    [
        ("VRFY meldpunt", smtpin.WILL_NOT_SAY),
        ("VRFY nobody@b.example", smtpin.WILL_NOT_SAY),
        ("VRFY <<<", smtpin.WILL_NOT_SAY),
        ("EXPN staff", smtpin.NOT_HERE),
        ("AUTH PLAIN AGEAYg==", smtpin.NOT_HERE),
        ("HELP", smtpin.NOT_HERE),
        ("LHLO x", smtpin.NOT_HERE),
        ("STARTTLS", "454 TLS not available"),
    ],
)
def test_what_we_do_not_do(client, command, reply):
    client.says("EHLO x")
    assert client.says(command) == reply


def test_mail_before_a_greeting_is_refused(client):
    assert client.says("MAIL FROM:<r@r.example>").startswith("503")


@pytest.mark.parametrize("end", [b"\n.\n", b"\r\n.\n", b"\n.\r\n", b"\r.\r", b"\r\n.\r"])
def test_nothing_is_smuggled(service, client, end):
    smuggled = b"one" + end + b"MAIL FROM:<evil@evil.example>\r\nRCPT TO:<a@b.example>\r\nDATA\r\ntwo\r\n"
    client.says("EHLO x")
    client.says("MAIL FROM:<rui@reporter.example>")
    client.says("RCPT TO:<a@b.example>")
    client.says("DATA")
    client.raw(smuggled + b".\r\n")
    assert client.line().startswith("250")
    assert client.says("NOOP").startswith("250")
    assert [letter for letter, _, _ in service.memory.letters] == [smuggled.replace(b"\r\n.", b"\r\n")]


def test_too_large_is_refused_while_it_is_read_and_the_connection_goes_on(service, client):
    client.says("HELO x")
    assert hands_in(client, (b"y" * 1000 + b"\r\n") * (LIMIT // 1000 + 1)).startswith("552 5.3.4 This letter")
    assert hands_in(client, b"small\r\n").startswith("250")
    assert [letter for letter, _, _ in service.memory.letters] == [b"small\r\n"]


def test_a_small_letter_gets_through_while_others_fill_the_memory(serve, monkeypatch):
    monkeypatch.setattr(lmtp, "MOST_IN_MEMORY", 200_000)
    monkeypatch.setattr(smtpin, "SMALL", 500)
    service = serve()
    hog, other = Client(service.port), Client(service.port)
    for one in (hog, other):
        one.says("HELO x")
    hog.says("MAIL FROM:<hog@h.example>")
    hog.says("RCPT TO:<a@b.example>")
    hog.says("DATA")
    hog.raw(b"x" * 150_000)
    until(lambda: service.reception.in_memory > 60_000)
    assert hands_in(other, b"y" * 190_000 + b"\r\n").startswith("451 4.3.1")
    assert hands_in(other, b"small\r\n").startswith("250")
    hog.close()
    other.close()


def test_over_the_limit_is_try_again_with_a_sentence(serve):
    service = serve(Limits(sender=2, host=3, overall=50))
    client = Client(service.port)
    client.says("HELO x")
    for _ in range(2):
        assert hands_in(client, b"x\r\n").startswith("250")
    assert client.says("MAIL FROM:<rui@reporter.example>") == smtpin.TOO_MANY["sender"]
    assert hands_in(client, b"x\r\n", sender="ann@reporter.example").startswith("250")
    assert client.says("MAIL FROM:<>") == smtpin.TOO_MANY["host"]
    client.close()
    assert len(service.memory.letters) == 3


def test_one_machine_holds_a_few_connections_only(service):
    first = [Client(service.port) for _ in range(smtpin.MOST_PER_HOST)]
    with socket.create_connection(("127.0.0.1", service.port), timeout=10) as more, more.makefile("rb") as lines:
        assert lines.readline().decode().startswith(smtpin.TOO_MANY_CALLS)
        assert lines.readline() == b""
    first.pop().close()
    until(lambda: len(service.reception.connections) < smtpin.MOST_PER_HOST)
    first.append(Client(service.port))
    for one in first:
        assert one.says("NOOP").startswith("250")
        one.close()


def test_too_many_recipients_and_too_many_commands(service, client):
    client.says("EHLO x")
    client.says("MAIL FROM:<r@r.example>")
    for _ in range(smtpin.MOST_RECIPIENTS):
        assert client.says("RCPT TO:<a@b.example>").startswith("250")
    assert client.says("RCPT TO:<a@b.example>") == smtpin.TOO_MANY_RECIPIENTS
    for _ in range(smtpin.MOST_COMMANDS["NOOP"]):
        assert client.says("NOOP").startswith("250")
    assert client.says("NOOP").startswith("421")
    assert client.line() == ""


def test_a_letter_that_takes_too_long_is_cut_off(serve, monkeypatch):
    monkeypatch.setattr(smtpin, "WHOLE_LETTER", 0.2)
    service = serve()
    client = Client(service.port)
    client.says("HELO x")
    client.says("MAIL FROM:<r@r.example>")
    client.says("RCPT TO:<a@b.example>")
    client.says("DATA")
    client.raw(b"slowly\r\nRSET\r\n")
    assert client.line() == smtpin.TOO_SLOW
    assert client.line() == ""
    client.close()
    until(lambda: not service.reception.connections)
    assert service.memory.letters == [] and service.reception.in_memory == 0 and service.said == []


@pytest.fixture
def secure(serve, tmp_path) -> Service:
    cert, key = certificate(tmp_path)
    return serve(PLENTY, smtpin.Certificate(str(cert), str(key)))


def test_a_letter_under_tls(secure, tmp_path):
    with smtplib.SMTP("127.0.0.1", secure.port, timeout=10) as line:
        line.ehlo()
        assert line.has_extn("starttls")
        line.starttls(context=ssl.create_default_context(cafile=tmp_path / "cert.pem"))
        line.ehlo()
        assert not line.has_extn("starttls") and not line.has_extn("auth")
        line.sendmail("rui@r.example", ["a@b.example"], LETTER)
        line.sendmail("rui@r.example", ["a@b.example"], LETTER)
    assert [letter for letter, _, _ in secure.memory.letters] == [LETTER] * 2
    until(lambda: not secure.reception.connections)
    assert secure.said == []


def test_words_slipped_in_before_tls_are_forgotten(secure, tmp_path):
    with socket.create_connection(("127.0.0.1", secure.port), timeout=10) as bare:
        bare.recv(1000)
        bare.sendall(b"EHLO x\r\n")
        until(lambda: b"PIPELINING" in bare.recv(1000))
        bare.sendall(b"STARTTLS\r\nEHLO evil\r\nMAIL FROM:<evil@evil.example>\r\nRCPT TO:<a@b.example>\r\n")
        assert bare.recv(1000).startswith(b"220")
        context = ssl.create_default_context(cafile=tmp_path / "cert.pem")
        with context.wrap_socket(bare, server_hostname="127.0.0.1") as line:
            line.sendall(b"DATA\r\n")
            assert line.recv(1000).startswith(b"503")  # it knows of no greeting, sender or recipient


def test_a_caller_whose_tls_fails_is_let_go_without_a_word(secure):
    with socket.create_connection(("127.0.0.1", secure.port), timeout=10) as bare, bare.makefile("rb") as lines:
        lines.readline()
        bare.sendall(b"EHLO x\r\nSTARTTLS\r\n")
        while not lines.readline().startswith(b"220"):
            pass
        bare.sendall(b"this is not TLS\r\n")
        while lines.read(100):
            pass
    until(lambda: not secure.reception.connections)
    assert secure.said == []
    other = Client(secure.port)
    assert other.says("HELO x").startswith("250")
    other.close()


def test_a_renewed_certificate_is_taken_up_and_a_broken_one_is_not(secure, tmp_path):
    def shown() -> str:
        with smtplib.SMTP("127.0.0.1", secure.port, timeout=10) as line:
            line.starttls(context=ssl._create_unverified_context())
            return ssl.DER_cert_to_PEM_cert(line.sock.getpeercert(True)).strip()

    first = (tmp_path / "cert.pem").read_text().strip()
    assert shown() == first
    (tmp_path / "key.pem").write_text("half a fi")
    assert shown() == first
    cert, _ = certificate(tmp_path)
    assert shown() == cert.read_text().strip() != first


def test_a_certificate_that_cannot_be_used_is_a_sentence(tmp_path):
    with pytest.raises(smtpin.BadCertificate, match="no such file"):
        smtpin.Certificate(str(tmp_path / "none"), str(tmp_path / "none"))
    cert, key = certificate(tmp_path)
    with pytest.raises(smtpin.BadCertificate, match="do not hold"):
        smtpin.Certificate(str(key), str(cert))


# the process


@pytest.fixture
def gate(folder, start, tmp_path):
    """A mailgate with both listeners, set up as the manual says: (SMTP address, LMTP address, engine, data)."""
    smtp, lmtp_address = free_address(), free_address()
    cert, key = certificate(tmp_path)
    settings = replaced(snippet("smtp"), smtp_in=smtp, smtp_in_cert=str(cert), smtp_in_key=str(key))
    (folder / "meldpunt.toml").write_text(settings)
    engine = start(environ_for(folder, lmtp=lmtp_address), "meldpunt.works.mailgate")
    until(lambda: engine.said.count("listens") == 2)
    return smtp, lmtp_address, engine, folder


def calls(kind, address: str):
    host, port = address.split(":")
    return kind(host, int(port), timeout=20)


@pytest.mark.real
def test_both_listeners_take_letters_into_the_spool(gate):
    smtp, lmtp_address, engine, data = gate
    with calls(smtplib.SMTP, smtp) as line:
        line.starttls(context=ssl._create_unverified_context())
        line.sendmail("rui@reporter.example", [CONTACT], LETTER)
        with pytest.raises(smtplib.SMTPRecipientsRefused):
            line.sendmail("rui@reporter.example", ["someone@else.example"], LETTER)
    with calls(smtplib.LMTP, lmtp_address) as line:
        line.sendmail("rui@reporter.example", [CONTACT], LETTER)
    assert letters(data) == [b"Return-Path: <rui@reporter.example>\r\n" + LETTER] * 2
    assert engine.said == f"LMTP listens on {lmtp_address}.\nSMTP listens on {smtp}.\n"
    engine.process.terminate()
    assert engine.ends(5) == 0


@pytest.mark.real
@pytest.mark.parametrize(("door", "kind", "taken"), [(0, smtplib.SMTP, 30), (1, smtplib.LMTP, 200)])
def test_a_flood_from_one_sender_delays_nobody_else(gate, door, kind, taken):
    address, data = gate[door], gate[3]
    begun, flood = threading.Event(), []

    def floods(letters: int) -> None:
        with calls(kind, address) as line:
            for _ in range(letters):
                try:
                    line.sendmail("flood@a.example", [CONTACT], LETTER)
                    flood.append(250)
                except smtplib.SMTPSenderRefused as no:
                    flood.append(no.smtp_code)
                    assert b"please try again later" in no.smtp_error
                    line.rset()
                begun.set()

    threads = [threading.Thread(target=floods, args=(50,)) for _ in range(4)]
    for thread in threads:
        thread.start()
    assert begun.wait(10)
    began = time.monotonic()
    with calls(kind, address) as line:
        line.sendmail("rui@reporter.example", [CONTACT], LETTER)
    assert time.monotonic() - began < 1
    for thread in threads:
        thread.join(30)
    assert len(flood) == 200 and flood.count(250) == taken and flood.count(450) == 200 - taken
    assert count(data) == taken + 1


@pytest.mark.real
def test_a_bad_certificate_stops_the_start_with_a_sentence(folder, start):
    environ = environ_for(folder, smtp_in=free_address(), smtp_in_cert="/none", smtp_in_key="/none")
    engine = start({**environ, "MELDPUNT_LMTP": free_address()}, "meldpunt.works.mailgate")
    assert engine.ends() == 1
    assert engine.said == "smtp_in_cert or smtp_in_key: no such file or directory.\n"
