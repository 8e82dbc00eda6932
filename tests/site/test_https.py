"""Behind a proxy that takes off the https: forms work, cookies insist on it, and no header is believed."""

import json
import os
import subprocess
import sys

import pytest

ASK = """
import json, sys
from django.test.client import RequestFactory
from meldpunt.site.wsgi import application
from django.conf import settings
seen = {}
def begin(status, headers):
    seen["status"], seen["headers"] = status, headers
request = RequestFactory().get("/healthz", headers={"host": sys.argv[1], "x-forwarded-proto": "https"})
list(application(request.environ, begin))
print(json.dumps({
    "scheme": request.environ["wsgi.url_scheme"],
    "hsts": dict(seen["headers"]).get("Strict-Transport-Security", ""),
    "cookies": [settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME, settings.SESSION_COOKIE_SECURE],
}))
"""


def ask(tmp_path, role, host, **environ):
    named = {f"MELDPUNT_{name.upper()}": value for name, value in environ.items()}
    clean = {name: value for name, value in os.environ.items() if not name.startswith("MELDPUNT_")}
    done = subprocess.run(
        [sys.executable, "-c", ASK, host],
        env={**clean, "MELDPUNT_DATA": str(tmp_path), "MELDPUNT_ROLE": role, **named},
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout)


@pytest.mark.real
def test_who_came_by_our_https_address_came_by_https(tmp_path):
    both = {"desk_url": "https://desk.example", "public_url": "http://127.0.0.1:8080"}
    found = ask(tmp_path, "desk", "desk.example", **both)
    assert found["scheme"] == "https"
    assert found["hsts"] == "max-age=31536000; includeSubDomains"
    assert found["cookies"] == ["__Host-meldpunt-desk", "__Host-meldpunt-form", True]
    assert ask(tmp_path, "desk", "127.0.0.1:8081", **both)["scheme"] == "http"
    assert ask(tmp_path, "portal", "127.0.0.1:8080", **both)["cookies"][2] is False
