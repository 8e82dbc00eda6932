"""Somebody's chat server on this machine: takes calls to webhooks over HTTPS and answers as it is told."""

import contextlib
import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.works.directory import Authority


class Receiver:
    """``answers``: the status to give next, the last one for ever; ``calls``: (path, headers, body) of each call."""

    def __init__(self, authority: Authority, host: str) -> None:
        self.answers, self.calls, self.waits = [204], [], 0.0
        self._done = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._server.socket = authority.serving(host).wrap_socket(self._server.socket, server_side=True)
        self.endpoint = ("127.0.0.1", self._server.server_address[1])
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    @property
    def said(self) -> list[Any]:
        """The bodies, read as JSON."""
        return [json.loads(body) for _, _, body in self.calls]

    def close(self) -> None:
        self._done.set()
        self._server.shutdown()
        self._server.server_close()

    def _handler(receiver: "Receiver") -> type[BaseHTTPRequestHandler]:
        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.calls.append((self.path, dict(self.headers), body))
                receiver._done.wait(receiver.waits)
                status = receiver.answers.pop(0) if len(receiver.answers) > 1 else receiver.answers[0]
                self.send_response(status)
                self.send_header("Location", "https://elsewhere.example/")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *args: object) -> None:
                """Nothing."""

        return Handler


@contextlib.contextmanager
def receiver(authority: Authority, host: str = "chat.example") -> Iterator[Receiver]:
    one = Receiver(authority, host)
    try:
        yield one
    finally:
        one.close()


def until_called(one: Receiver, times: int = 1, seconds: float = 30.0) -> None:
    end = time.monotonic() + seconds
    while len(one.calls) < times:
        assert time.monotonic() < end, "nobody called"
        time.sleep(0.01)
