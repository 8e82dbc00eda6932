"""A device with passkeys, in software: it answers as a browser would, and lies when a test asks it to."""

import hashlib
import json
import struct
from dataclasses import dataclass, field

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2 import cbor
from fido2.cose import ES256
from fido2.utils import websafe_decode, websafe_encode

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


@dataclass
class Device:
    """``flags``: what it claims of its owner; ``counts``: whether it counts its uses, as security keys do."""

    origin: str = "http://localhost:8081"
    domain: str = "localhost"
    flags: int = PRESENT | VERIFIED
    counts: bool = False
    count: int = 0
    private: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    id: bytes = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1()).private_numbers().private_value.to_bytes(32)
    )
    handle: bytes = b""

    def make(self, options: dict) -> str:
        """A new passkey, as the JSON that the form carries."""
        asked = options["publicKey"]
        self.handle = websafe_decode(asked["user"]["id"])
        key = cbor.encode(ES256.from_cryptography_key(self.private.public_key()))
        attested = bytes(16) + struct.pack(">H", len(self.id)) + self.id + key
        attestation = cbor.encode({"fmt": "none", "attStmt": {}, "authData": self._data(ATTESTED) + attested})
        return self._answer("webauthn.create", asked["challenge"], attestationObject=websafe_encode(attestation))

    def show(self, options: dict) -> str:
        """The passkey's answer to a question."""
        asked = options["publicKey"]
        self.count += self.counts
        data, client = self._data(), self._client("webauthn.get", asked["challenge"])
        signature = self.private.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        return self._answer(
            "webauthn.get",
            asked["challenge"],
            authenticatorData=websafe_encode(data),
            signature=websafe_encode(signature),
            userHandle=websafe_encode(self.handle),
        )

    def _data(self, more: int = 0) -> bytes:
        return hashlib.sha256(self.domain.encode()).digest() + struct.pack(">BI", self.flags | more, self.count)

    def _client(self, kind: str, challenge: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin}).encode()

    def _answer(self, kind: str, challenge: str, **response: str) -> str:
        client = websafe_encode(self._client(kind, challenge))
        number = websafe_encode(self.id)
        response = {"clientDataJSON": client, **response}
        return json.dumps({"id": number, "rawId": number, "type": "public-key", "response": response})
