"""A small Internet of our own: names, port 443 and an authority that everybody in it trusts.

``Network.run`` starts a program in namespaces of its own (``unshare``): there the names given lead to
127.0.0.1, port 443 has a certificate for them, and what arrives is handed to the portal.  Nothing outside
changes, nothing in there can reach anybody else, and no root is needed where the system allows namespaces.
"""

import contextlib
import shutil
import socket
import socketserver
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

SEPARATE = ("unshare", "--user", "--map-root-user", "--mount", "--net", "--pid", "--fork", "--kill-child")
INSIDE = Path(__file__).with_name("network_inside.py")


def why_not() -> str:
    """Why there can be no network here; empty when there can."""
    if shutil.which("unshare") is None:
        return "unshare is not installed"
    trial = ("mount", "--bind", "/etc/hosts", "/etc/hosts")
    tried = subprocess.run([*SEPARATE, *trial], capture_output=True, text=True, check=False, timeout=20)
    return "" if tried.returncode == 0 else f"the system allows no namespaces: {tried.stderr.strip()}"


class Network:
    """``hosts`` lead to whoever listens on ``port`` of the outside 127.0.0.1, by HTTPS."""

    def __init__(self, folder: Path, hosts: tuple[str, ...], port: int) -> None:
        self.folder, self.hosts, self.port = folder, hosts, port
        folder.mkdir(parents=True)
        self.door = folder / "door"  # a file one can connect to, which knows no networks
        (folder / "hosts").write_text("".join(f"127.0.0.1 {host}\n" for host in ("localhost", *hosts)))
        _certificates(folder, hosts)

    def run(self, *command: str, **environ: str) -> "subprocess.CompletedProcess[str]":
        """Run a program in there until it ends, and everything that it has started with it."""
        words = [*SEPARATE, sys.executable, str(INSIDE), str(self.folder), *command]
        clean = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8", "HOME": str(self.folder)}
        return subprocess.run(
            words, env=clean | environ, capture_output=True, text=True, check=False, timeout=60, cwd=self.folder
        )


@contextlib.contextmanager
def network(folder: Path, hosts: tuple[str, ...], port: int) -> Iterator[Network]:
    """The network, and the way out of it to that one port."""
    net = Network(folder, hosts, port)

    class Through(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            with socket.create_connection(("127.0.0.1", port), timeout=20) as portal:
                relay(self.request, portal)

    class Door(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
        daemon_threads = True

    with Door(str(net.door), Through) as door:
        threading.Thread(target=door.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        try:
            yield net
        finally:
            door.shutdown()


def relay(one: socket.socket, other: socket.socket) -> None:
    """Bytes both ways, until both have said everything."""

    def pour(source: socket.socket, into: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                into.sendall(data)
        with contextlib.suppress(OSError):
            into.shutdown(socket.SHUT_WR)

    there = threading.Thread(target=pour, args=(one, other), daemon=True)
    there.start()
    pour(other, one)
    there.join(20)


def _certificates(folder: Path, hosts: tuple[str, ...]) -> None:
    """``ca.pem``: whom everybody trusts in there; ``server.pem``: key and certificate for the hosts."""
    ca_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    ca_name = _name("The authority of this test")
    ca = _begun(ca_name, ca_name, ca_key).add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    of_hosts = x509.SubjectAlternativeName([x509.DNSName(host) for host in hosts])
    server = _begun(_name(hosts[0]), ca_name, key).add_extension(of_hosts, critical=False)
    ca_made, made = ca.sign(ca_key, hashes.SHA256()), server.sign(ca_key, hashes.SHA256())
    pem = serialization.Encoding.PEM
    raw = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "ca.pem").write_bytes(ca_made.public_bytes(pem))
    (folder / "server.pem").write_bytes(raw + made.public_bytes(pem))


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _begun(whose: x509.Name, by: x509.Name, key: ec.EllipticCurvePrivateKey) -> x509.CertificateBuilder:
    now = datetime.now(UTC)  # noqa: TID251  # the clock that the programs in there go by
    return (
        x509.CertificateBuilder()
        .subject_name(whose)
        .issuer_name(by)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=30))
    )
