"""The language of the pages: Jinja2, with what every page may say without importing it.

Letters are written in Django's own language (see ``conversation.letters``), and so are the pages that other
packages bring.  What a page may call or filter with stands in the modules that the settings name: their ``TAGS``
and ``FILTERS``.
"""

import functools
import itertools
import re
from collections.abc import Callable, Iterable
from datetime import datetime
from importlib import import_module
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.template.backends.base import BaseEngine
from django.template.backends.jinja2 import Jinja2
from django.template.context_processors import i18n
from django.template.defaultfilters import date as in_format
from django.template.defaultfilters import default_if_none, truncatechars
from django.templatetags.static import static
from django.urls import NoReverseMatch, get_script_prefix, get_urlconf, reverse
from django.utils.functional import SimpleLazyObject
from django.utils.html import format_html
from django.utils.timezone import localtime
from django.utils.translation import get_language, gettext, ngettext, override
from jinja2 import ChainableUndefined, Environment
from markupsafe import Markup

from meldpunt.site.sentences import InOneLanguage

ANY = "\ue000"  # stands for a word in an address
PLAIN = re.compile(r"[A-Za-z0-9._-]+")  # words that stand in an address as they are


class Pages(BaseEngine):
    """Django's backend for Jinja2, once for each language: sentences are part of a compiled page."""

    app_dirname = "jinja2"

    def __init__(self, params: dict[str, Any]) -> None:
        super().__init__({name: one for name, one in params.items() if name != "OPTIONS"})
        self._in = {
            code: Jinja2(params | {"OPTIONS": params["OPTIONS"] | {"language": code}}) for code, _ in settings.LANGUAGES
        }

    def get_template(self, template_name: str) -> Any:
        return self._in[get_language() or settings.LANGUAGE_CODE].get_template(template_name)


def environment(language: str, vocabulary: Iterable[str] = (), **options: Any) -> Environment:
    """What the settings ask for: sentences from the catalogues, addresses by name, and our own words."""
    made = InOneLanguage(
        **options | {"undefined": ChainableUndefined},
        extensions=["jinja2.ext.i18n"],
        keep_trailing_newline=True,
        cache_size=-1,  # they are as many as they are
    )
    made.language = language
    made.policies["ext.i18n.trimmed"] = True
    made.install_gettext_callables(gettext, ngettext, newstyle=True)  # type: ignore[attr-defined]
    made.globals |= {"_": sentence, "url": url, "static": functools.cache(static), "in_language": in_language}
    for one in (capfirst, date, default_if_none, truncatechars):
        made.filters[one.__name__] = one
    for module in map(import_module, vocabulary):
        made.globals |= {one.__name__: one for one in getattr(module, "TAGS", ())}
        made.filters |= {one.__name__: one for one in getattr(module, "FILTERS", ())}
    return made


def sentence(message: str) -> Markup:
    """A sentence of ours in the active language, where it was not known before."""
    return Markup(gettext(message) % {})  # noqa: S704 - from the catalogue, which is part of the program


def url(name: str, *args: object) -> str:
    """The address of a page by its name."""
    urlconf, prefix = get_urlconf() or settings.ROOT_URLCONF, get_script_prefix()
    pieces = _pieces(urlconf, prefix, name, len(args))
    words = [one for one in args if isinstance(one, str) and PLAIN.fullmatch(one)]
    if len(pieces) - 1 == len(words) == len(args):
        return "".join(itertools.chain.from_iterable(zip(pieces, (*words, ""), strict=True)))
    return reverse(name, urlconf, args)


@functools.cache  # a page has dozens of them, and looking one up is slow
def _pieces(urlconf: str, _prefix: str, name: str, places: int) -> tuple[str, ...]:
    """What stands before, between and behind so many words in an address that takes any word; nothing for others."""
    try:
        return tuple(reverse(name, urlconf, [ANY] * places).split(quote(ANY)))
    except NoReverseMatch:
        return ()


def capfirst(text: str) -> str:
    """With a capital, for the start of a line; what is markup stays so."""
    return text[:1].upper() + text[1:]


def date(at: Any, form: str) -> str:
    """A day or moment in one of Django's formats; nothing when there is none."""
    return in_format(localtime(at) if isinstance(at, datetime) else at, form)


def in_language(code: str, caller: Callable[[], str]) -> str:
    """A part of a page in another language: ``{% call in_language("nl") %}…{% endcall %}``."""
    with override(code):
        return caller()


def of_request(request: HttpRequest) -> dict[str, object]:
    """What pages know of their request besides itself: its languages, and the proof that a form is ours."""
    proof = SimpleLazyObject(lambda: _proof(get_token(request)))
    return {**i18n(request), "csrf_input": proof}


def _proof(token: str) -> str:
    return format_html('<input type="hidden" name="csrfmiddlewaretoken" value="{}">', token)
