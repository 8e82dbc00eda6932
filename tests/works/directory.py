"""A small Internet on this machine: an authority for certificates, and web servers that give what they are told."""

import contextlib
import datetime
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from meldpunt.works.narrow import Endpoint, NoSuchHost

SINCE, UNTIL = datetime.datetime(2020, 1, 1), datetime.datetime(2080, 1, 1)
DRIPS = 200
PEM = serialization.Encoding.PEM


class Authority:
    """Signs certificates for any name."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Test authority")])
        own = x509.BasicConstraints(ca=True, path_length=None)
        self.pem = self._signed(self._name, self._key, own).public_bytes(PEM).decode()

    def trusting(self) -> ssl.SSLContext:
        """What somebody uses who trusts this authority alone."""
        return ssl.create_default_context(cadata=self.pem)

    def serving(self, host: str) -> ssl.SSLContext:
        """What a server uses that is called ``host``."""
        key = ec.generate_private_key(ec.SECP256R1())
        named = x509.SubjectAlternativeName([x509.DNSName(host)])
        file = self._folder / f"{host}.pem"
        form = serialization.PrivateFormat.PKCS8
        secret = key.private_bytes(PEM, form, serialization.NoEncryption())
        file.write_bytes(secret + self._signed(x509.Name([]), key, named).public_bytes(PEM))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file)
        return context

    def _signed(self, who: x509.Name, key: ec.EllipticCurvePrivateKey, more: x509.ExtensionType) -> x509.Certificate:
        made = x509.CertificateBuilder().subject_name(who).issuer_name(self._name).public_key(key.public_key())
        made = made.serial_number(x509.random_serial_number()).not_valid_before(SINCE).not_valid_after(UNTIL)
        return made.add_extension(more, critical=True).sign(self._key, hashes.SHA256())


class Directory:
    """One HTTPS server.  ``gives`` maps a path to a whole HTTP answer; ``asked`` are the first lines it heard."""

    def __init__(self, context: ssl.SSLContext) -> None:
        self.gives: dict[str, bytes] = {}
        self.drips = False  # goes on for seconds, a byte at a time
        self.asked: list[str] = []
        self.heard = b""
        self._context = context
        self._done = threading.Event()
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.endpoint: Endpoint = ("127.0.0.1", self._socket.getsockname()[1])
        threading.Thread(target=self._serve, daemon=True).start()

    def has(self, path: str, data: bytes) -> None:
        head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(data)}\r\n\r\n"
        self.gives[path] = head.encode() + data

    def close(self) -> None:
        self._done.set()
        self._socket.close()

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                threading.Thread(target=self._answer, args=self._socket.accept()[:1], daemon=True).start()

    def _answer(self, plain: socket.socket) -> None:
        with contextlib.suppress(OSError), plain, self._context.wrap_socket(plain, server_side=True) as line:
            self.heard = line.recv(4096)
            first = self.heard.partition(b"\r\n")[0].decode()
            self.asked.append(first)
            line.sendall(self.gives.get(first.split(" ")[1], b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"))
            for _ in range(DRIPS if self.drips else 0):
                if self._done.wait(0.02):
                    return
                line.sendall(b"x")


@contextlib.contextmanager
def directories(authority: Authority, *hosts: str) -> Iterator[Mapping[str, Directory]]:
    found = {host: Directory(authority.serving(host)) for host in hosts}
    try:
        yield found
    finally:
        for one in found.values():
            one.close()


def names(known: Mapping[str, Directory]) -> Callable[[str], list[Endpoint]]:
    """Tells where a host is, in this Internet."""

    def resolve(host: str) -> list[Endpoint]:
        if host not in known:
            raise NoSuchHost
        return [known[host].endpoint]

    return resolve
