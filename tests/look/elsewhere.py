"""A sign-in provider as far as its name is needed: it says where its pages are, and shows none."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@contextmanager
def provider() -> Iterator[str]:
    """Its address.  A browser that is sent there stays on the page where it is: the answer has no content."""

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if not self.path.startswith("/.well-known/"):
                self.send_response(204)
                self.end_headers()
                return
            places = {name: f"{address}/{name}" for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")}
            said = json.dumps({"issuer": address, "end_session_endpoint": f"{address}/out", **places}).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        address = f"http://127.0.0.1:{server.server_port}"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield address
        finally:
            server.shutdown()
