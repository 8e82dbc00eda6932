"""What a page weighs on its way to a browser, everything that it loads included; and that it need not come twice."""

import re
from posixpath import join, normpath

import pytest
from django.test import Client
from tests.portal.conftest import Reporter, receipt_in
from tests.portal.test_visit import open_all

KB = 1000
FIRST_LOADED = re.compile(r'<link rel="(?:icon|stylesheet)" href="(/static/[^"]+)"')
SCRIPTS = re.compile(r"/static/[\w./-]+\.m?js")
NAMED = re.compile(r'url\("([^"]+)"\)')


class Browser:
    """Counts bytes of bodies, as they travel: compressed where the portal does so."""

    def __init__(self, client: Client) -> None:
        self.client, self.seen = client, {}

    def fetch(self, path: str, **post: str) -> str:
        """The text of a page or file; nothing is fetched twice."""
        if path not in self.seen:
            answer = self.client.get(path, headers={"accept-encoding": "gzip"})
            body = b"".join(answer.streaming_content) if answer.streaming else answer.content
            assert answer.status_code == 200, path
            self.seen[path] = len(body)
            if answer.get("Content-Encoding") == "gzip":
                import gzip

                body = gzip.decompress(body)
            return body.decode("utf-8", "replace")
        return ""

    def weight(self) -> int:
        return sum(self.seen.values())


def weigh(client: Client, path: str) -> tuple[int, int]:
    """Without scripts and fonts, as in a browser that is set to be safest; and with everything."""
    browser = Browser(client)
    page = browser.fetch(path)
    styles = {place: browser.fetch(place) for place in FIRST_LOADED.findall(page)}
    bare = browser.weight()
    for place, text in styles.items():
        for named in NAMED.findall(text):
            browser.fetch(normpath(join(place.rpartition("/")[0], named)))
    for place in SCRIPTS.findall(page):  # those that it loads later, too
        browser.fetch(place)
    return bare, browser.weight()


@pytest.mark.parametrize("path", ["/", "/report/", "/my/", "/key/", "/thanks/", "/score/", "/advisories/"])
def test_a_page_is_light(portal, path):
    bare, whole = weigh(Client(), path)
    assert bare < 60 * KB
    assert whole < 350 * KB


def test_the_page_of_a_case_is_light(reporter):
    code = receipt_in(reporter.send())
    open_all(reporter.house)
    reporter.show(code)
    bare, whole = weigh(reporter.client, "/my/report/")
    assert bare < 60 * KB
    assert whole < 350 * KB


def test_files_are_compressed_and_kept_for_ever(portal):
    page = Client().get("/").content.decode()
    [place, *_] = [one for one in FIRST_LOADED.findall(page) if one.endswith(".css")]
    packed = Client().get(place, headers={"accept-encoding": "gzip, br"})
    plain = Client().get(place)
    assert packed["Content-Encoding"] == "gzip" and "Accept-Encoding" in packed["Vary"]
    assert int(packed["Content-Length"]) == len(packed.content) < int(plain["Content-Length"]) / 2
    assert "immutable" in packed["Cache-Control"] and "max-age=315360000" in packed["Cache-Control"]
    assert Client().get(place.replace(place.split("/")[2], "0123456789ab")).status_code == 404


def test_a_public_page_is_compressed_and_a_private_one_is_not(reporter):
    code = receipt_in(reporter.send())
    open_all(reporter.house)
    reporter.show(code)
    asks = {"accept-encoding": "gzip"}
    assert reporter.client.get("/", headers=asks)["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in reporter.client.get("/my/report/", headers=asks)


def test_a_browser_of_a_stranger_is_told_nothing_else(portal):
    """No cookie before somebody sends something or asks for another language."""
    reporter = Reporter(portal)
    for path in ("/", "/report/", "/key/"):
        assert not reporter.client.get(path).cookies
