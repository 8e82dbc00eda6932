"""The mail doors together: their settings, and letters by all three that become one case each."""

import smtplib
import sqlite3
from contextlib import closing

import pytest
from tests.ports import free_address
from tests.works.dovecot import PASSWORD, Dovecot
from tests.works.engines import CONTACT, environ_for, until
from tests.works.outside import replaced, snippet

from meldpunt.site.config import BadSetting, load

BOX = {"imap": "mail.example:993", "imap_user": "m", "imap_password_file": "/f"}


def settings(tmp_path, **changes: str):
    return load(
        {"MELDPUNT_DATA": str(tmp_path), **{f"MELDPUNT_{name.upper()}": text for name, text in changes.items()}}
    )


def test_both_doors_are_shut_unless_they_are_set(tmp_path):
    assert (settings(tmp_path).smtp_in, settings(tmp_path).imap) == ("", "")
    assert settings(tmp_path, smtp_in="0.0.0.0:25").smtp_in == "0.0.0.0:25"
    assert settings(tmp_path, **BOX).imap_security == "tls"
    settings(tmp_path, **{**BOX, "imap": "127.0.0.1:143"}, imap_security="none")


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"smtp_in": "25"}, "smtp_in must be host:port"),
        ({"smtp_in": "127.0.0.1:8024"}, "lmtp and smtp_in cannot have the same address"),
        ({"smtp_in_cert": "/c"}, "smtp_in_cert and smtp_in_key go together"),
        ({"smtp_in_per_sender": "0"}, "smtp_in_per_sender must be a number of letters, not 0"),
        ({"smtp_in_overall": "many"}, "smtp_in_overall must be a number of letters, not many"),
        ({"smtp_in_per_host": "-3"}, "smtp_in_per_host must be a number"),
        ({"imap": "mail.example"}, "imap must be host:port"),
        ({"imap": "mail.example:993"}, "imap_user and imap_password_file are needed"),
        ({**BOX, "imap_security": "ssl"}, "imap_security must be none, starttls or tls"),
        ({**BOX, "imap_security": "none"}, "the password would be readable"),
        ({**BOX, "imap_done_folder": "INBOX"}, "imap_done_folder must be another folder"),
    ],
)
def test_what_cannot_be_is_a_sentence(tmp_path, changes, sentence):
    with pytest.raises(BadSetting) as refused:
        settings(tmp_path, **changes)
    assert sentence in str(refused.value)


@pytest.mark.real
def test_a_letter_by_each_door_becomes_a_case_and_the_same_letter_by_two_doors_is_one(folder, start, tmp_path):
    dovecot = Dovecot()
    try:
        (tmp_path / "password").write_text(PASSWORD)
        box = {"imap": dovecot.tls_address, "imap_user": "all", "imap_password_file": str(tmp_path / "password")}
        (folder / "meldpunt.toml").write_text(replaced(snippet("imap"), **box))
        ports = {name: free_address() for name in ("web", "desk", "lmtp", "smtp_in")}
        environ = {**environ_for(folder, **ports), "SSL_CERT_FILE": str(dovecot.home / "cert.pem")}
        engine = start(environ, "tests.works.everything")
        until(lambda: "Ready after" in engine.said or engine.process.poll() is not None, 60)
        where = f"in: LMTP {ports['lmtp']}, SMTP {ports['smtp_in']}, IMAP from {dovecot.tls_address}; out: nowhere yet"
        assert where in engine.said
        for kind, name in ((smtplib.LMTP, "lmtp"), (smtplib.SMTP, "smtp_in")):
            host, port = ports[name].split(":")
            with kind(host, int(port), timeout=20) as line:
                line.sendmail("rui@reporter.example", [CONTACT], letter(name))
        dovecot.deliver("all", letter("imap"), letter("lmtp"))
        until(lambda: settled(folder) == 4, 30)
        assert cases(folder) == 3
        until(lambda: dovecot.folder("all") == {} and len(dovecot.folder("all", "Taken")) == 2)
        engine.process.terminate()
        assert engine.ends(15) == 0
        assert "by force" not in engine.said and "stopped (" not in engine.said
    finally:
        dovecot.remove()


def letter(name: str) -> bytes:
    return (
        f"From: Rui <rui@reporter.example>\r\nTo: {CONTACT}\r\nSubject: by {name}\r\n"
        f"Message-ID: <{name}@reporter.example>\r\n\r\nThe lock of the tax page opens for anyone ({name}).\r\n"
    ).encode()


def number(data, question: str) -> int:
    with closing(sqlite3.connect(data / "meldpunt.sqlite3")) as database:
        return int(database.execute(question).fetchone()[0])


def settled(data) -> int:
    return number(data, "SELECT count(*) FROM intake_item WHERE outcome <> 'waiting'")


def cases(data) -> int:
    return number(data, "SELECT count(*) FROM cases_case")
