"""What we build on may be used in a program under the EUPL."""

import re
from importlib import metadata
from pathlib import Path

LOCK = Path(__file__).parents[2] / "requirements" / "runtime.txt"
MAY = re.compile(
    r"\b(MIT|BSD|Apache|ISC|PSF|Python Software Foundation|MPL|Mozilla|LGPL\w*|Lesser|ZPL|Unlicense|0BSD|HPND)\b"
)
# what their own metadata does not say in a word
BY_HAND = {
    "atpublic": "Apache-2.0",
    "colorama": "BSD-3-Clause",
    "cryptography": "Apache-2.0 OR BSD-3-Clause",
    "imapclient": "BSD-3-Clause",
    "tzdata": "Apache-2.0",
}


def stated(name):
    """The licence as the package states it, in whichever of the three places."""
    about = metadata.metadata(name)
    classifiers = [text for text in about.get_all("Classifier") or [] if text.startswith("License ::")]
    return " ".join([about.get("License-Expression") or "", (about.get("License") or "")[:200], *classifiers])


def test_every_package_that_we_ship_with_may_be_used():
    names = re.findall(r"^([A-Za-z0-9._-]+)==[^ ]+(?! ; )", LOCK.read_text(), re.MULTILINE)
    here = [name for name in names if _installed(name)]
    assert len(here) > 20
    refused = {name: stated(name) for name in here if not MAY.search(BY_HAND.get(name, stated(name)))}
    assert refused == {}


def _installed(name):
    """A package for another system is in the lock and not here."""
    try:
        metadata.distribution(name)
    except metadata.PackageNotFoundError:
        return False
    return True
