"""No address without an entry in the catalogue, and no entry without an address."""

import importlib
from collections import Counter

import pytest
from tests.look.catalogue import NO_PAGE, PAGES

SHELLS = {"portal": "meldpunt.site.urls_portal", "desk": "meldpunt.site.urls_desk", "setup": "meldpunt.site.urls_setup"}


def names_of(shell):
    """The names of a shell's addresses, those of included ones too."""
    found = set()
    look = list(importlib.import_module(SHELLS[shell]).urlpatterns)
    while look:
        one = look.pop()
        if hasattr(one, "url_patterns"):
            look += one.url_patterns
        elif one.name:
            found.add(one.name)
    return found


def shown_in(shell):
    return {name for entry in PAGES if entry.shell == shell for name in entry.views}


@pytest.mark.parametrize("shell", SHELLS)
def test_every_address_is_a_page_of_the_catalogue_or_none_at_all(shell):
    told = shown_in(shell) | {name.partition("/")[2] for name in NO_PAGE if name.startswith(f"{shell}/")}
    assert "\n".join(sorted(names_of(shell) - told)) == "", "add a line to tests/look/catalogue.py, which says how"


@pytest.mark.parametrize("shell", SHELLS)
def test_the_catalogue_names_no_address_that_is_gone(shell):
    told = shown_in(shell) | {name.partition("/")[2] for name in NO_PAGE if name.startswith(f"{shell}/")}
    assert "\n".join(sorted(told - names_of(shell))) == ""


def test_every_entry_has_a_name_of_its_own():
    assert [name for name, count in Counter(entry.name for entry in PAGES).items() if count > 1] == []
