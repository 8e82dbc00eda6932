"""A browser at the portal, and a reporter who sends something."""

import re
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from meldpunt.portal import visit
from meldpunt.portal.throttle import WrongTries
from meldpunt.site import settings as house_settings

TEXT = "The check on the booking number can be skipped: zebrapad."


class Reporter:
    """Somebody with a browser.  ``client`` checks the secret of every form, as a browser's server would."""

    def __init__(self, house, language="en"):
        self.house = house
        self.client = Client(enforce_csrf_checks=True, headers={"accept-language": language})

    def form(self, path="/report/"):
        """The hidden fields of the page's form."""
        page = self.client.get(path).content.decode()
        return dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page))

    def send(self, path="/report/", files=(), form=None, **fields):
        """Fill in the form and send it; returns the answer."""
        if path == "/report/":
            fields = {"system": "https://www.example.org", "description": TEXT, "conditions": "yes"} | fields
        uploads = [SimpleUploadedFile(name, content) for name, content in files]
        data = (form or self.form(path)) | {"files": uploads} | fields
        return self.client.post(path, {name: value for name, value in data.items() if value is not None})

    def show(self, code):
        return self.client.post("/my/", {"receipt": code, **self.form("/my/")})


def receipt_in(answer) -> str:
    """The receipt on the page, as somebody would copy it by hand."""
    shown = re.search(r'class="receipt__code"[^>]*>(.*?)</p>', answer.content.decode(), re.DOTALL)
    assert shown, answer.status_code
    return unescape(re.sub(r"<[^>]+>|\s", "", shown[1]))


def words_in(answer) -> str:
    """The page's text without its markup, spaces made one."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())


@pytest.fixture
def portal(house, settings, monkeypatch):
    settings.ROOT_URLCONF = "meldpunt.site.urls_portal"
    settings.MIDDLEWARE = house_settings._common + house_settings._portal
    settings.MELDPUNT_DATA = house.folder
    settings.FILE_UPLOAD_HANDLERS = ["meldpunt.portal.uploads.SealingHandler"]
    # No mock: the same throttle, fresh for each test and with a wait that takes no time
    monkeypatch.setattr(visit, "wrong_tries", WrongTries(wait=lambda _seconds: None))
    return house


@pytest.fixture
def reporter(portal):
    return Reporter(portal)
