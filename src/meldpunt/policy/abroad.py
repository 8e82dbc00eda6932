"""Holidays of other countries, through the library ``holidays``.  The only file here that loads it.

It is loaded when a policy first names another country: that takes a tenth of a second, which
nobody else should wait for.  It knows the rules of each country, computes them, and reads nothing.
"""

import functools
import importlib
from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Any

ENGLISH = "en_US"


def is_known(country: str) -> bool:
    return country in _countries()


def regions(country: str) -> tuple[str, ...]:
    """The parts of a country that have holidays of their own, by the codes of ISO 3166-2."""
    return tuple(_countries().get(country, ()))


@functools.lru_cache(maxsize=256)
def holidays(country: str, region: str, year: int) -> Mapping[date, str]:
    """The public holidays of one year, with English names where the library has them."""
    return MappingProxyType({day: name.split(";")[0] for day, name in _of(country, region, year).items()})


@functools.cache
def rest_days(country: str) -> frozenset[int]:
    """The weekend, as numbers from Monday = 0."""
    return frozenset(_of(country, "", 2026).weekend)


@functools.cache
def last_year(country: str) -> int:
    """The last year for which the library knows the holidays."""
    return int(_of(country, "", 2026).end_year)


@functools.cache
def _countries() -> Mapping[str, list[str]]:
    found: Mapping[str, list[str]] = _library().list_supported_countries(include_aliases=False)
    return found


def _of(country: str, region: str, year: int) -> Any:
    make = functools.partial(_library().country_holidays, country, subdiv=region or None, years=year)
    found = make()
    return make(language=ENGLISH) if ENGLISH in (found.supported_languages or ()) else found


def _library() -> Any:
    return importlib.import_module("holidays")
