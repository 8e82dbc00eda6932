"""A real Dovecot with a configuration, folders and ports of its own; and a wire to it that can be watched and cut."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path

from imapclient import IMAPClient
from tests.ports import free_address
from tests.works.engines import until
from tests.works.outside import certificate, program

from meldpunt.ground import clock

PASSWORD = "mellon"

CONFIG = """
base_dir = {home}/run
state_dir = {home}/state
log_path = {home}/log
protocols = imap
listen = 127.0.0.1
ssl = yes
ssl_cert = <{home}/cert.pem
ssl_key = <{home}/key.pem
disable_plaintext_auth = no
default_internal_user = {internal}
default_internal_group = {internal_group}
default_login_user = {login}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
mail_max_userip_connections = 50
mail_location = maildir:~/mail
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={owner} gid={group} home={home}/users/%u
}}
{more}
"""


class Dovecot:
    """``address`` speaks plainly and STARTTLS, ``tls_address`` TLS at once; any user, one password."""

    def __init__(self, more: str = "") -> None:
        self._program = program("dovecot", "dovecot-imapd")
        self.home = Path(tempfile.mkdtemp(prefix="dovecot-"))  # short, and others may go through it
        self.home.chmod(0o755)
        certificate(self.home)
        self.address, self.tls_address = free_address(), free_address()
        (self.home / "users").mkdir()
        (self.home / "config").write_text(self._config(more))
        if os.getuid() == 0:
            shutil.chown(self.home / "users", "nobody", "nogroup")
        self.start()

    def _config(self, more: str) -> str:
        root = os.getuid() == 0
        me = pwd.getpwuid(os.getuid()).pw_name
        group = subprocess.run(["id", "-gn"], capture_output=True, text=True, check=True).stdout.strip()
        return CONFIG.format(
            home=self.home,
            port=self.address.split(":")[1],
            tls_port=self.tls_address.split(":")[1],
            password=PASSWORD,
            internal="dovecot" if root else me,
            internal_group="dovecot" if root else group,
            login="dovenull" if root else me,
            owner="nobody" if root else me,
            group="nogroup" if root else group,
            more=more,
        )

    def start(self) -> None:
        self._process = subprocess.Popen([self._program, "-F", "-c", str(self.home / "config")])
        try:
            until(self._answers)
        except AssertionError:
            self.stop()
            raise AssertionError((self.home / "log").read_text()) from None

    def _answers(self) -> bool:
        host, port = self.address.split(":")
        try:
            with socket.create_connection((host, int(port)), timeout=1) as line:
                return line.recv(100).startswith(b"* OK")
        except OSError:
            return False

    def stop(self) -> None:
        self._process.send_signal(signal.SIGTERM)
        self._process.wait(15)

    def remove(self) -> None:
        self.stop()
        shutil.rmtree(self.home)

    def client(self, user: str) -> IMAPClient:
        """A mail client of this user, with INBOX open."""
        host, port = self.address.split(":")
        one = IMAPClient(host, int(port), ssl=False, timeout=20)
        one.login(user, PASSWORD)
        one.select_folder("INBOX")
        return one

    def deliver(self, user: str, *letters: bytes) -> None:
        with self.client(user) as one:
            for letter in letters:
                one.append("INBOX", letter)

    def folder(self, user: str, name: str = "INBOX") -> dict[int, tuple[bytes, ...]]:
        """The flags of every letter in a folder, by UID."""
        with self.client(user) as one:
            one.select_folder(name)
            return {uid: flags for uid, flags in one.get_flags(one.search()).items()}

    def begin_uids_anew(self, user: str) -> tuple[int, int]:
        """As after a restore: the old and the new UIDVALIDITY."""
        mail = self.home / "users" / user / "mail"
        with self.client(user) as one:
            before = one.folder_status("INBOX", [b"UIDVALIDITY"])[b"UIDVALIDITY"]
        self.stop()
        for path in [*mail.glob("dovecot-uid*"), *mail.glob("dovecot.*index*")]:
            path.unlink()
        # a new UIDVALIDITY is the time in seconds, so it must not be the second in which the first one was given
        until(lambda: clock.now().timestamp() > before + 1)
        self.start()
        with self.client(user) as one:
            return before, one.folder_status("INBOX", [b"UIDVALIDITY"])[b"UIDVALIDITY"]


class Wire:
    """Stands between a client and a server.  ``said`` sees what the client says and returns False to stop the wire:
    nothing goes through any more (``cut`` hangs up as well).  ``heard`` may change what the server says."""

    def __init__(
        self,
        address: str,
        said: Callable[[bytes], bool] = lambda words: True,
        heard: Callable[[bytes], bytes] = lambda words: words,
        cut: bool = False,
    ) -> None:
        self._server, self._said, self._heard, self._cut = address, said, heard, cut
        self.stopped = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self._listener.getsockname()[1]}"
        self._open: list[socket.socket] = []
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            host, port = self._server.split(":")
            server = socket.create_connection((host, int(port)))
            self._open += [client, server]
            for pump in (self._to_server, self._to_client):
                self._threads.append(threading.Thread(target=pump, args=(client, server)))
                self._threads[-1].start()

    def _to_server(self, client: socket.socket, server: socket.socket) -> None:
        while words := _read(client):
            if not self._said(words):
                self.stopped.set()
                if not self._cut:
                    return
                break
            _send(server, words)
        _hang_up(client, server)

    def _to_client(self, client: socket.socket, server: socket.socket) -> None:
        while words := _read(server):
            _send(client, self._heard(words))
        _hang_up(client, server)

    def close(self) -> None:
        if self._listener.fileno() == -1:
            return
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        _hang_up(*self._open)
        for thread in self._threads:
            thread.join(10)
        for one in self._open:
            one.close()


def _read(one: socket.socket) -> bytes:
    try:
        return one.recv(1 << 16)
    except OSError:
        return b""


def _send(one: socket.socket, words: bytes) -> None:
    try:
        one.sendall(words)
    except OSError:
        return


def _hang_up(*sockets: socket.socket) -> None:
    for one in sockets:
        try:
            one.shutdown(socket.SHUT_RDWR)
        except OSError:
            continue
