"""Markup in every field of every form: what a page offers is filled in with it, and sent.  It stays text."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin, urlsplit

from django.test import Client
from lxml import html

MARKUP = "\"'></textarea></title><script>alert(1)</script><img src=x onerror=alert(1)><b class=planted>{{ 7919*7907 }}"
ADDRESS = '"<b/class=planted>"@example.org'


def planted(page: bytes) -> list[str]:
    """What would run, or has become an element.  Our own pages have no script, handler or style in them."""
    if not page.lstrip().startswith(b"<"):
        return []
    tree = html.fromstring(page.decode())
    wrong = [f"script: {one.text_content()[:60]}" for one in tree.xpath("//script[not(@src)]")]
    theirs = tree.xpath("//img[@src='x'] | //*[@class='planted']")
    wrong += [f"{one.tag}: {html.tostring(one)[:80]!r}" for one in theirs]
    wrong += [f"handler: {name}" for one in tree.iter() for name in one.attrib if str(name).lower().startswith("on")]
    urls = tree.xpath("//@href | //@src | //@action | //@formaction")
    wrong += [f"address: {url[:60]}" for url in urls if urlsplit(url.strip()).scheme in ("javascript", "vbscript")]
    return wrong + (["a template was run"] if b"62615533" in page else [])


def forms(page: bytes, path: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Where each form leads, and what is sent: markup wherever one can type, the first choice elsewhere.

    A form with several buttons is sent by each.
    """
    for form in html.fromstring(page.decode()).forms:
        if form.method != "POST":
            continue
        fields = _filled(form)
        buttons = form.xpath(".//button[not(@type='button')]") or [{}]
        for button in buttons:
            name = button.get("name")
            more = {name: button.get("value", "")} if name else {}
            where = urljoin(path, button.get("formaction") or form.action or "")
            if not where.endswith("/sign-out/"):
                yield where, {**fields, **more}


def _filled(form: Any) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for one in form.inputs:
        name, kind = one.name, one.get("type", one.tag)
        if not name or kind in ("submit", "button", "file"):
            continue
        if kind in ("radio", "checkbox"):
            fields.setdefault(name, one.get("value", "on"))
        elif one.tag == "select":
            fields[name] = next((value for value in one.value_options if value), "")
        else:
            fields[name] = _typed(one, kind)
    return fields


def _typed(one: Any, kind: str) -> str:
    """What somebody types there who means no good."""
    kinds: dict[str, Callable[[], str]] = {
        "date": lambda: "2031-01-01",
        "datetime-local": lambda: "2031-01-01T12:00",
        "number": lambda: "1",
        "hidden": lambda: one.value or "",
        "email": lambda: ADDRESS,
        "password": lambda: MARKUP,
    }
    return kinds.get(kind, lambda: MARKUP[: int(one.get("maxlength") or 300)])()


@dataclass
class Sweep:
    """Somebody who means no good, with a browser.  ``wrong``: what became more than text."""

    client: Client
    wrong: list[str] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)
    sent: set[tuple[str, ...]] = field(default_factory=set)

    def through(self, paths: Iterable[str]) -> None:
        """Each page, what comes of each of its forms, and of the forms on what comes."""
        for path in paths:
            page = self.look(self.client.get(path, follow=True), path)
            if page:
                self.seen.add(path)
                self._send(page, path, deeper=2)

    def look(self, answer: Any, where: str) -> bytes:
        """The page, when it is one that can be filled in."""
        assert answer.status_code < 500, where
        if "html" not in answer.get("Content-Type", ""):
            return b""
        page = bytes(answer.getvalue())
        self.wrong += [f"{where}: {one}" for one in planted(page)]
        return page if answer.status_code in (200, 201) else b""

    def _send(self, page: bytes, path: str, deeper: int) -> None:
        for where, fields in forms(page, path):
            names = (re.sub(r"[0-9a-f]{16,}", "", where), *sorted(fields))
            if names not in self.sent:
                self.sent.add(names)
                after = self.client.post(where, fields, follow=True)
                follows = self.look(after, where)
                if deeper and follows:
                    self._send(follows, after.request["PATH_INFO"], deeper - 1)
