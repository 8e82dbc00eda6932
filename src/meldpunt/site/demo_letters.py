"""Letters of the example, as the mail programs of their senders would have written them."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from hashlib import sha256
from typing import Any

from meldpunt.vault import openpgp

Words = Mapping[str, Any]
BOUNDARY = "encrypted-part"
LINE = 72  # signs of base64 on a line


@dataclass
class Writer:
    """Holds the reporters' keys, which are made when they are first needed."""

    _secrets: dict[str, bytes] = field(default_factory=dict, repr=False)

    def secret(self, who: Words) -> bytes:
        address = who["address"]
        if address not in self._secrets:
            self._secrets[address] = openpgp.make_key(who["name"], address)
        return self._secrets[address]

    def public(self, who: Words) -> bytes:
        return openpgp.public_copy(self.secret(who), expires=None)

    def encrypted(self, who: Words, words: Words, at: datetime, to: bytes) -> bytes:
        """PGP/MIME, signed inside, with the subject inside and the key in the Autocrypt header.

        With ``stranger`` in the words the letter is encrypted to somebody else's key.
        """
        inside = _content(words)
        inside["Subject"] = words["subject"]
        inside.set_param("protected-headers", "v1")
        readers = [self.public(who)] if words.get("stranger") else [to, self.public(who)]
        armour = openpgp.encrypt(inside.as_bytes(policy=SMTP), readers, self.secret(who)).decode()
        key = base64.b64encode(self.public(who)).decode()
        head = [
            *(f"{name}: {value}" for name, value in _head(who, {**words, "subject": "..."}, at).items()),
            f"Autocrypt: addr={who['address']}; keydata=",
            *(f" {key[place : place + LINE]}" for place in range(0, len(key), LINE)),
            "MIME-Version: 1.0",
            'Content-Type: multipart/encrypted; protocol="application/pgp-encrypted";',
            f' boundary="{BOUNDARY}"',
        ]
        body = [
            f"--{BOUNDARY}",
            "Content-Type: application/pgp-encrypted",
            "",
            "Version: 1",
            "",
            f"--{BOUNDARY}",
            'Content-Type: application/octet-stream; name="encrypted.asc"',
            "",
            *armour.splitlines(),
            f"--{BOUNDARY}--",
            "",
        ]
        return "\r\n".join([*head, "", *body]).encode()


def plain_letter(who: Words, words: Words, at: datetime) -> bytes:
    """A letter in the clear."""
    letter = _content(words)
    for name, value in _head(who, words, at).items():
        letter[name] = value
    return letter.as_bytes(policy=SMTP)


def _head(who: Words, words: Words, at: datetime) -> dict[str, str]:
    unique = sha256(f"{who['address']} {words['subject']} {at.isoformat()} {words['text']}".encode()).hexdigest()[:24]
    head = {
        "From": f"{who['name']} <{who['address']}>" if who.get("name") else who["address"],
        "Subject": words["subject"],
        "Date": format_datetime(at),
        "Message-ID": f"<{unique}@{who['address'].partition('@')[2]}>",
    }
    return head | ({"Auto-Submitted": "auto-replied"} if words.get("automatic") else {})


def _content(words: Words) -> EmailMessage:
    content = EmailMessage(policy=SMTP)
    content.set_content(words["text"].strip() + "\n")
    for file in words.get("files", ()):
        content.add_attachment(file["text"], filename=file["name"])
    return content
