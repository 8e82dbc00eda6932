"""The inside of ``network``: its first process.  ``python network_inside.py FOLDER COMMAND…``

Sets up names, trust and port 443, runs the command, and ends with its exit code; whatever the command
has started ends then, too.  Uses nothing but Python's own library and no package of ours.
"""

import fcntl
import os
import socket
import ssl
import struct
import subprocess
import sys
import threading
from pathlib import Path

SIOCSIFFLAGS, IFF_UP = 0x8914, 0x1
TRUST = ("/etc/ssl/certs/ca-certificates.crt", "/etc/ssl/cert.pem", "/etc/pki/tls/certs/ca-bundle.crt")


def main(folder: Path, *command: str) -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", IFF_UP))
    instead("/etc/hosts", folder / "hosts")
    (folder / "nobody").write_text("")
    instead("/etc/resolv.conf", folder / "nobody")
    for place in TRUST:
        instead(place, folder / "ca.pem")
    ready = threading.Event()
    threading.Thread(target=serve, args=(folder, ready), daemon=True).start()
    ready.wait(10)
    return subprocess.run(command, check=False).returncode


def instead(place: str, file: Path) -> None:
    """Lay one file over another, for whoever is in here."""
    if os.path.exists(place):
        subprocess.run(["mount", "--bind", str(file), os.path.realpath(place)], check=True)


def serve(folder: Path, ready: threading.Event) -> None:
    """Port 443: TLS off, and the rest through the door."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(folder / "server.pem")
    with socket.create_server(("127.0.0.1", 443)) as listener:
        ready.set()
        while True:
            bare, _ = listener.accept()
            threading.Thread(target=through, args=(context, bare, folder / "door"), daemon=True).start()


def through(context: ssl.SSLContext, bare: socket.socket, door: Path) -> None:
    try:
        with context.wrap_socket(bare, server_side=True) as client, socket.socket(socket.AF_UNIX) as portal:
            portal.connect(str(door))
            portal.sendall(request_of(client))
            while data := portal.recv(65536):
                client.sendall(data)
    except OSError:
        return


def request_of(client: ssl.SSLSocket) -> bytes:
    """The head of one request, to be answered and the connection closed: it asks for pages only."""
    head = b""
    while b"\r\n\r\n" not in head and (data := client.recv(65536)):
        head += data
    lines = [line for line in head.split(b"\r\n") if not line.lower().startswith(b"connection:")]
    return b"\r\n".join([lines[0], b"Connection: close", *lines[1:]])


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), *sys.argv[2:]))
