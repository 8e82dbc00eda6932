"""Signing in with the accounts of an OpenID provider: a real one, and one that lies."""

import base64
import dataclasses
import http.client
import json
import re
import shutil
import subprocess
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
import time_machine
from cryptography.hazmat.primitives.asymmetric import rsa
from django.db import connection
from django.test import Client
from tests.cast import MONDAY_NINE
from tests.desk.conftest import PASSWORD, code_for, sign_in
from tests.ports import free_ports

from meldpunt.desk import accounts, links, provider
from meldpunt.ledger import log
from meldpunt.site.config import BadSetting, load

ROOT = Path(__file__).parents[2]
INSTALLED = ROOT / "var" / "provider"
SERVER = Path(__file__).parent / "provider" / "server.mjs"
SECRET = "a secret/with+signs & 32 characters"
BACK = "http://127.0.0.1:8081/sign-in/provider/back/"
ENGLISH = {"accept-language": "en"}


@pytest.fixture(scope="session")
def issuer():
    """A certified provider on a free port, for all tests of this worker."""
    if not (INSTALLED / "node_modules" / "oidc-provider").is_dir() or not shutil.which("node"):
        pytest.skip("the OpenID provider is not installed (scripts/needs.sh does it)")
    port = free_ports(1)[0]
    process = subprocess.Popen(
        ["node", SERVER, str(port), BACK],
        cwd=INSTALLED,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert process.stdout and process.stdout.readline() == "listening\n"
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(10)
        process.stdout.close()


@pytest.fixture
def trust(desk_house, settings, tmp_path):
    """Says which provider the desk trusts, and how far."""
    secret = tmp_path / "oidc-secret"
    secret.write_text(SECRET + "\n")

    def with_settings(issuer, **more):
        named = {"oidc_issuer": issuer, "oidc_client": "desk", "oidc_secret_file": str(secret), "oidc_name": "Stadsnet"}
        settings.CONFIG = dataclasses.replace(settings.CONFIG, **{**named, **more})

    return with_settings


def at_the_provider(url, sub, **said):
    """Go through the provider's pages as this person; where it sends the browser afterwards."""
    jar = {"who": base64.urlsafe_b64encode(json.dumps({"sub": sub, **said}).encode()).decode()}
    for _ in range(12):
        parts = urlsplit(url)
        wire = http.client.HTTPConnection(parts.hostname, parts.port, timeout=20)
        cookies = "; ".join(f"{name}={value}" for name, value in jar.items())
        wire.request("GET", f"{parts.path}?{parts.query}", headers={"Cookie": cookies})
        answer = wire.getresponse()
        answer.read()
        wire.close()
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                key, _, rest = value.partition("=")
                jar[key] = rest.partition(";")[0]
        where = answer.getheader("Location")
        assert where, (answer.status, url)
        url = where if where.startswith("http") else f"{parts.scheme}://{parts.netloc}{where}"
        if url.startswith(BACK):
            return url
    raise AssertionError("the provider sends the browser round in circles")


def onward(page):
    """The address that a page of ours sends the browser to."""
    found = re.search(r'http-equiv="refresh" content="0;url=([^"]+)"', page.content.decode())
    assert found, page.content.decode()
    return found[1].replace("&amp;", "&")


def come_back(client, url):
    """The browser arrives, without strict cookies first; then with them."""
    parts = urlsplit(url)
    path = f"{parts.path}?{parts.query}"
    assert onward(Client().get(path)) == onward(client.get(path))
    return client.get(onward(client.get(path)))


def enter(client, sub, start="/sign-in/provider/", fields=None, **said):
    return come_back(client, at_the_provider(onward(client.post(start, fields or {})), sub, **said))


def connect(client, sub="c-1"):
    """Hanna, signed in, connects the account that she has at the provider."""
    client.post("/account/once-more/", {"password": PASSWORD})
    return enter(client, sub, "/account/provider/")


def kinds():
    return [entry.kind for entry in log.read(log.HOUSE) if entry.kind.startswith("handler.")]


@pytest.mark.real
def test_a_connected_account_signs_in_and_our_second_factor_is_asked(issuer, trust, desk, hanna):
    trust(issuer)
    assert "Sign in with Stadsnet" in Client(headers=ENGLISH).get("/sign-in/").content.decode()
    assert connect(desk.client)["Location"] == "/account/"
    assert kinds()[-1] == "handler.provider-bound"
    client = Client(headers=ENGLISH)
    answer = enter(client, "c-1", amr=["mfa"], fields={"next": "/held/"})
    assert answer["Location"] == "/sign-in/code/"  # its word for a second factor is not taken
    assert client.get("/").status_code == 302
    with time_machine.travel(time.time() + 60):  # noqa: TID251 - a code that was not used yet
        assert client.post("/sign-in/code/", {"code": code_for(hanna.secret)})["Location"] == "/held/"
        assert client.get("/").status_code == 200
    dump = "\n".join(connection.connection.iterdump())
    assert '"c-1"' not in dump and "'c-1'" not in dump and SECRET not in dump


@pytest.mark.real
def test_the_providers_word_for_a_second_factor_is_taken_when_we_are_told_so(issuer, trust, desk, hanna):
    trust(issuer, oidc_second_factor="provider")
    connect(desk.client)
    client = Client(headers=ENGLISH)
    assert enter(client, "c-1", amr=["pwd", "mfa"])["Location"] == "/"
    assert client.get("/").status_code == 200
    assert [entry.facts["way"] for entry in log.read(log.HOUSE) if entry.kind == "handler.signed-in"][-1] == "provider"
    assert enter(Client(), "c-1", amr=["pwd"])["Location"] == "/sign-in/code/"  # it has not seen one
    trust(issuer, oidc_second_factor="provider", oidc_acr="two")
    assert enter(Client(), "c-1", amr=["mfa"], acr="one")["Location"] == "/sign-in/code/"
    assert enter(Client(), "c-1", acr="two")["Location"] == "/"


@pytest.mark.real
def test_signing_out_says_that_the_provider_is_another_matter(issuer, trust, desk):
    trust(issuer, oidc_second_factor="provider")
    connect(desk.client)
    client = Client(headers=ENGLISH)
    enter(client, "c-1", amr=["mfa"])
    assert client.post("/sign-out/")["Location"] == "/sign-out/provider/"
    page = client.get("/sign-out/provider/").content.decode()
    assert f'href="{issuer}/session/end?client_id=desk&amp;post_logout_redirect_uri=' in page
    assert client.get("/").status_code == 302
    assert desk.post("/sign-out/")["Location"] == "/sign-in/"  # she came in by password


@pytest.mark.real
def test_nobody_comes_in_who_was_not_invited(issuer, trust, hanna):
    trust(issuer, oidc_second_factor="provider")
    client = Client(headers=ENGLISH)
    answer = enter(client, "hanna", amr=["mfa"])  # a name binds nobody
    assert answer.status_code == 403 and "belongs to nobody at the desk" in answer.content.decode()
    assert client.get("/").status_code == 302


@pytest.mark.real
def test_an_invitation_is_taken_up_with_it(issuer, trust):
    trust(issuer)
    accounts.create_handler("rui", "Rui", now=MONDAY_NINE)
    with time_machine.travel(MONDAY_NINE):
        path = urlsplit(links.one_time_link("rui", now=MONDAY_NINE)).path
    client = Client(headers=ENGLISH)
    with time_machine.travel(MONDAY_NINE, tick=False):
        assert "Sign in with Stadsnet" in client.get(path).content.decode()
    real = links.one_time_link("rui", now=provider_now())
    path = urlsplit(real).path
    assert enter(client, "r-1", f"{path}provider/")["Location"] == "/"
    assert client.get("/")["Location"] == "/account/codes/"  # ours is the second factor
    assert Client().get(path).status_code == 404
    assert "handler.provider-bound" in kinds()
    other = Client(headers=ENGLISH)
    accounts.create_handler("piet", "Piet", now=MONDAY_NINE)
    path = urlsplit(links.one_time_link("piet", now=provider_now())).path
    refused = enter(other, "r-1", f"{path}provider/")
    assert refused.status_code == 403 and "somebody else" in refused.content.decode()
    assert Client().get(path).status_code == 200  # the invitation is still open


def provider_now():
    from meldpunt.ground import clock

    return clock.now()


@pytest.mark.real
def test_an_account_that_is_let_go_opens_nothing(issuer, trust, desk):
    trust(issuer)
    connect(desk.client)
    desk.post("/account/provider/", release="yes")
    assert kinds()[-1] == "handler.provider-released"
    assert enter(Client(), "c-1").status_code == 403


@pytest.mark.real
def test_an_answer_belongs_to_the_browser_that_asked_once(issuer, trust, desk):
    """Somebody else's code, our own twice, or another state: nothing."""
    trust(issuer, oidc_second_factor="provider")
    connect(desk.client)
    thief, owner = Client(), Client()
    theirs = at_the_provider(onward(thief.post("/sign-in/provider/")), "c-1", amr=["mfa"])
    owner.post("/sign-in/provider/")
    assert come_back(owner, theirs).status_code == 403  # a planted answer
    assert come_back(thief, theirs)["Location"] == "/"
    assert come_back(thief, theirs).status_code == 403
    assert come_back(Client(), theirs).status_code == 403
    late = Client()
    url = at_the_provider(onward(late.post("/sign-in/provider/")), "c-1", amr=["mfa"])
    with time_machine.travel(time.time() + 601):  # noqa: TID251
        assert come_back(late, url).status_code == 403


class Liar(BaseHTTPRequestHandler):
    """A provider that says what a test wants it to say."""

    def do_GET(self):
        self._say(self.server.pages.get(self.path, b""))

    def do_POST(self):
        self.server.asked = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self._say(self.server.pages["/token"])

    def _say(self, body):
        status, body = body if isinstance(body, tuple) else (200, body)
        self.send_response(status)
        self.send_header("Location", "http://127.0.0.1:1/")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        """Quiet."""


@pytest.fixture
def liar():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Liar)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    server.issuer = f"http://127.0.0.1:{server.server_port}"
    server.key = rsa.generate_private_key(65537, 2048)
    public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(server.key.public_key()))
    description = {"issuer": server.issuer} | {
        f"{what}": f"{server.issuer}/{path}"
        for what, path in (("authorization_endpoint", "go"), ("token_endpoint", "token"), ("jwks_uri", "keys"))
    }
    server.pages = {
        "/.well-known/openid-configuration": json.dumps(description).encode(),
        "/keys": json.dumps({"keys": [{**public, "kid": "1", "use": "sig"}]}).encode(),
    }
    server.description = description
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def hear(liar, key=None, algorithm="RS256", kid="1", **changes):
    """Ask, and let it answer with a token like this."""
    url, asked = provider.ask(now=provider_now())
    query = parse_qs(urlsplit(url).query)
    assert query["code_challenge_method"] == ["S256"] and query["scope"] == ["openid"]
    now = int(time.time())  # noqa: TID251
    claims = {"iss": liar.issuer, "aud": "desk", "sub": "c-1", "exp": now + 300, "iat": now, "nonce": asked["nonce"]}
    claims = {name: value for name, value in {**claims, **changes}.items() if value is not None}
    token = jwt.encode(claims, key if key is not None else liar.key, algorithm, headers={"kid": kid} if kid else {})
    liar.pages["/token"] = json.dumps({"id_token": token}).encode()
    return provider.hear(asked, {"state": asked["state"], "code": "x"}, now=provider_now())


def test_a_right_token_is_believed(liar, trust):
    trust(liar.issuer)
    assert hear(liar).subject == "c-1"
    assert "code_verifier=" in liar.asked
    assert hear(liar, aud=["desk", "other"], azp="desk").subject == "c-1"


@pytest.mark.filterwarnings("ignore:.*key:jwt.warnings.InsecureKeyLengthWarning")
@pytest.mark.parametrize(
    "lie",
    [
        {"iss": "https://other.example"},
        {"aud": "other"},
        {"aud": ["desk", "other"]},
        {"aud": ["desk", "other"], "azp": "other"},
        {"azp": "other"},
        {"exp": 1},
        {"exp": None},
        {"iat": None},
        {"nonce": "other"},
        {"nonce": None},
        {"sub": None},
        {"key": "", "algorithm": "none"},
        {"key": SECRET, "algorithm": "HS256"},
        {"kid": "2"},
        {"key": rsa.generate_private_key(65537, 2048)},
    ],
    ids=lambda lie: (
        " ".join(f"{name}={value}" for name, value in lie.items() if isinstance(value, str | list)) or "other"
    ),
)
def test_a_token_that_is_not_for_us_now_is_not(liar, trust, lie):
    trust(liar.issuer)
    with pytest.raises(provider.NotProven):
        hear(liar, **lie)


@pytest.mark.parametrize(
    "change",
    [
        {"issuer": "https://other.example"},
        {"token_endpoint": "http://169.254.169.254/latest"},
        {"token_endpoint": "file:///etc/passwd"},
        {"jwks_uri": "https://127.0.0.1/keys"},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"token_endpoint": None},
    ],
    ids=str,
)
def test_it_leads_us_nowhere_else(liar, trust, change):
    trust(liar.issuer)
    liar.pages["/.well-known/openid-configuration"] = json.dumps({**liar.description, **change}).encode()
    with pytest.raises(provider.ProviderSilent):
        hear(liar)


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"<html>", b"\xff", b"[" * 100_000, b" " * (provider.MOST + 1), (302, b"{}"), (500, b"{}")],
    ids=["empty", "list", "html", "bytes", "deep", "long", "redirect", "broken"],
)
def test_rubbish_is_one_sentence_and_not_more(liar, trust, body):
    trust(liar.issuer)
    liar.pages["/.well-known/openid-configuration"] = body
    with pytest.raises(provider.ProviderSilent):
        provider.ask(now=MONDAY_NINE)
    assert Client().post("/sign-in/provider/").status_code == 503


def test_without_a_provider_there_is_no_door(desk_house):
    client = Client(headers=ENGLISH)
    assert "sign-in/provider" not in client.get("/sign-in/").content.decode()
    assert client.post("/sign-in/provider/").status_code == 404
    assert client.get("/sign-in/provider/back/").status_code == 404
    assert client.get("/sign-out/provider/").status_code == 404


ALL = {"oidc_issuer": "https://id.example", "oidc_client": "desk", "oidc_secret_file": __file__}


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"oidc_issuer": "https://id.example"}, "go together"),
        ({"oidc_client": "desk"}, "go together"),
        ({**ALL, "oidc_issuer": "http://id.example"}, "must be an https:// address"),
        ({**ALL, "oidc_issuer": "https://me@id.example"}, "must be an https:// address"),
        ({**ALL, "oidc_issuer": "https://id.example?x=1"}, "must be an https:// address"),
        ({**ALL, "oidc_secret_file": "/nowhere"}, "there is no file"),
        ({**ALL, "oidc_second_factor": "none"}, "must be ours or provider"),
        ({**ALL, "oidc_acr": "two"}, "nobody would look at it"),
        ({"oidc_second_factor": "provider"}, "oidc_issuer is not set"),
        ({"oidc_name": "Stadsnet"}, "oidc_issuer is not set"),
    ],
)
def test_half_a_provider_stops_the_start(tmp_path, given, sentence):
    named = {f"MELDPUNT_{name.upper()}": value for name, value in given.items()}
    with pytest.raises(BadSetting, match=sentence):
        load({"MELDPUNT_DATA": str(tmp_path), **named})
    load({"MELDPUNT_DATA": str(tmp_path), **{f"MELDPUNT_{name.upper()}": value for name, value in ALL.items()}})


def test_signing_in_by_password_is_whole_beside_it(liar, trust, hanna):
    trust(liar.issuer)
    client = Client()
    sign_in(client, "hanna", hanna.secret)
    assert client.get("/").status_code == 200
