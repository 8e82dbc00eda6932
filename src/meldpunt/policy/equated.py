"""The decreed days, from the data file in this package.  The only file here that reads one."""

import functools
import tomllib
from dataclasses import dataclass
from datetime import date
from importlib import resources


@dataclass(frozen=True, slots=True)
class Decree:
    """One decree: the days it names, for the years (both included) for which it speaks."""

    country: str
    source: str
    first_year: int
    last_year: int
    days: frozenset[date]


@functools.cache
def decrees(country: str) -> tuple[Decree, ...]:
    """The decrees of a country, oldest first."""
    text = resources.files(__package__).joinpath("equated_days.toml").read_text("utf-8")
    found = (
        Decree(one["country"], one["source"], one["first_year"], one["last_year"], frozenset(one["days"]))
        for one in tomllib.loads(text)["decree"]
    )
    return tuple(sorted((one for one in found if one.country == country), key=lambda one: one.first_year))


@functools.cache
def equated_days(country: str) -> frozenset[date]:
    return frozenset().union(*(one.days for one in decrees(country)))
