"""A browser without scripts and pictures: pages, links to files, cookies, and forms as their pages offer them.

What is sent is what stood in the form, with what was typed over it; a field or a choice that the
page does not offer cannot be sent.  So whoever works through this can do what a person can do, and no more.
"""

import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from http.cookiejar import CookieJar
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode, urljoin, urlsplit
from urllib.request import HTTPCookieProcessor, Request, build_opener

from lxml import html

Typed = str | Iterable[str] | None
INLINE = ("a", "b", "strong", "em", "span", "mark", "svg", "abbr")
FORM, FORM_WITH_FILES = "application/x-www-form-urlencoded", "multipart/form-data"


class Window:
    """Somebody's browser at one site.  Answers other than those expected (200) fail with what the page says."""

    def __init__(self, site: str, language: str = "en") -> None:
        self.site = site
        self._opener = build_opener(HTTPCookieProcessor(CookieJar()))
        self._opener.addheaders = [("Accept-Language", language), ("User-Agent", "a plain window")]

    def open(self, path: str, status: int = 200) -> "Page":
        page = self._page(Request(urljoin(self.site, path)))
        assert page.status == status, f"{path}: {page.status}\n{page.text[:600]}"
        return page

    def file(self, path: str) -> bytes:
        """The bytes behind a link."""
        with self._opener.open(urljoin(self.site, path), timeout=30) as answer:
            return bytes(answer.read())

    def send(self, url: str, fields: list[tuple[str, str]], kind: str) -> "Page":
        """Post; whatever the answer is."""
        data = urlencode(fields).encode()
        if kind == FORM_WITH_FILES:
            data, kind = _parts(fields)
        return self._page(Request(url, data, {"Content-Type": kind}))

    def _page(self, request: Request) -> "Page":
        try:
            answer = self._opener.open(request, timeout=30)
        except HTTPError as no:
            answer = no
        with answer:
            return Page(self, answer.status, answer.url, html.fromstring(answer.read().decode() or "<html/>"))


@dataclass(frozen=True)
class Page:
    """What stands in a window."""

    window: Window
    status: int
    url: str
    tree: Any

    @property
    def path(self) -> str:
        return urlsplit(self.url).path

    @property
    def text(self) -> str:
        """What a reader sees, with runs of white space as one space."""
        return self.text_of("//body")

    def text_of(self, where: str) -> str:
        """The same of the parts at an XPath; empty when there is none."""
        return " ".join("".join(piece for part in self.tree.xpath(where) for piece in _said(part)).split())

    def offers(self, address: str) -> bool:
        """Whether a form or a link leads to an address with this end."""
        places = self.tree.xpath("//form/@action | //button/@formaction | //a/@href")
        return any(urlsplit(urljoin(self.url, place)).path.endswith(address) for place in places)

    def typed(self, name: str) -> str:
        """What stands in a field."""
        [value] = {value for form in self.tree.forms for field, value in form.form_values() if field == name}
        return value.strip()

    def submit(self, address: str = "", /, press: str = "", status: int = 200, **typed: Typed) -> "Page":
        """Fill in the form that leads to an address with this end, send it, and follow where it leads.

        Without ``address``: to the page itself.  ``press``: the name of the button, when there are several.
        A field is typed over by its name (``_`` for ``-``); ``None`` leaves a choice out; ``status`` 0 is any.
        """
        form, action = self._form(address or self.path, press, typed)
        fields = _filled(form, press, {_named(form, name): value for name, value in typed.items()})
        page = self.window.send(action, fields, form.get("enctype", FORM))
        assert status in (0, page.status), f"{action}: {page.status}\n{page.text[:900]}"
        return page

    def _form(self, address: str, press: str, typed: Iterable[str]) -> tuple[Any, str]:
        """The first form that will do, and where it leads."""
        for form in self.tree.forms:
            buttons = [one for one in form.xpath(".//button") if one.get("name", "") == press]
            for place in [one.get("formaction") or form.get("action") or "" for one in buttons]:
                action = urljoin(self.url, place)
                if urlsplit(action).path.endswith(address) and all(_named(form, name) for name in typed):
                    return form, action
        raise AssertionError(f"no form on {self.path} leads to {address} with {press or 'a button'} and {[*typed]}")


def _said(part: Any) -> Iterator[str]:
    """The texts of an element, with a space where a browser begins a new line."""
    if isinstance(part.tag, str) and part.tag not in ("script", "style"):
        between = "" if part.tag in INLINE else " "
        yield between + (part.text or "")
        for inner in part:
            yield from _said(inner)
            yield inner.tail or ""
        yield between


def _named(form: Any, name: str) -> str:
    names = {control.name for control in form.inputs if control.name}
    return next((one for one in (name, name.replace("_", "-")) if one in names), "")


def _filled(form: Any, press: str, typed: dict[str, Typed]) -> list[tuple[str, str]]:
    """All that a browser would send."""
    fields = [(name, value) for name, value in form.form_values() if name not in typed]
    for name, value in typed.items():
        values = [] if value is None else [value] if isinstance(value, str) else list(value)
        offered = _choices(form, name)
        assert offered is None or set(values) <= offered, f"{name}: {values} are not among {offered}"
        fields += [(name, one) for one in values]
    if press:
        fields += [(press, form.xpath("string(.//button[@name=$name]/@value)", name=press))]
    return [(name, "\r\n".join((value or "").splitlines())) for name, value in fields]


def _choices(form: Any, name: str) -> set[str] | None:
    """What may be chosen; None where one types."""
    found = form.xpath(
        ".//input[@name=$name and (@type='radio' or @type='checkbox')]/@value | .//select[@name=$name]/option/@value",
        name=name,
    )
    return {str(value) for value in found} or None


def _parts(fields: list[tuple[str, str]]) -> tuple[bytes, str]:
    """As ``multipart/form-data``."""
    border = secrets.token_hex(16)
    part = '--{}\r\nContent-Disposition: form-data; name="{}"\r\n\r\n{}\r\n'
    body = "".join(part.format(border, name, value) for name, value in fields)
    return f"{body}--{border}--\r\n".encode(), f"{FORM_WITH_FILES}; boundary={border}"
