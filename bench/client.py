"""One browser, without its pictures: a connection that stays open, cookies, forms, and the sign-in of the desk."""

import base64
import hashlib
import hmac
import http.client
import re
import struct
from http.cookies import SimpleCookie
from urllib.parse import urlencode

from meldpunt.ground import clock

STEP = 30  # seconds for which a code holds


class Browser:
    """Keeps its cookies in ``cookies``, which several of them may share."""

    def __init__(self, address: str, cookies: dict[str, str] | None = None) -> None:
        self.line = http.client.HTTPConnection(address, timeout=60)
        self.cookies: dict[str, str] = {} if cookies is None else cookies

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str) -> tuple[int, bytes]:
        """The status and the page.  Follows nothing."""
        said = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()), **headers}
        try:
            self.line.request(method, path, body, said)
            answer = self.line.getresponse()
        except (http.client.RemoteDisconnected, ConnectionError):  # idle for too long; browsers ask again, too
            self.line.close()
            self.line.request(method, path, body, said)
            answer = self.line.getresponse()
        page = answer.read()
        for line in answer.headers.get_all("Set-Cookie") or ():
            for name, cookie in SimpleCookie(line).items():
                self.cookies[name] = cookie.value
        return answer.status, page

    def get(self, path: str) -> bytes:
        """A page that must be there."""
        status, page = self.ask("GET", path)
        if status != 200:
            raise RuntimeError(f"{path} answers {status}")
        return page

    def send(self, path: str, fields: dict[str, str]) -> None:
        """Fill in the form of a page; it must lead onward."""
        filled = {"csrfmiddlewaretoken": hidden(self.get(path), "csrfmiddlewaretoken"), **fields}
        kind = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Origin": f"http://{self.line.host}:{self.line.port}",
        }
        status, _ = self.ask("POST", path, urlencode(filled).encode(), **kind)
        if status != 302:
            raise RuntimeError(f"{path} was not taken: {status}")


def hidden(page: bytes, name: str) -> str:
    """The value of a hidden field."""
    found = re.search(rf'name="{name}"\s+value="([^"]*)"', page.decode())
    return found[1] if found else ""


def sign_in(desk: Browser, user: str, password: str, secret: str) -> None:
    """As a handler does: name and password, then the code of the moment."""
    desk.send("/sign-in/", {"login": user, "password": password})
    desk.send("/sign-in/code/", {"code": code(secret, clock.now().timestamp())})


def code(secret: str, at: float) -> str:
    """The six digits that hold at a moment (RFC 6238)."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    mac = hmac.digest(key, struct.pack(">Q", int(at) // STEP), hashlib.sha1)
    at_byte = mac[-1] & 15
    return f"{(int.from_bytes(mac[at_byte : at_byte + 4]) & 0x7FFFFFFF) % 1_000_000:06d}"
