"""Words that may not be in a password: ours, the organisation's, and those of the trade."""

import re

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.utils.translation import gettext

from meldpunt.policy import queries as policy
from meldpunt.policy.errors import NoPolicy

TRADE = frozenset({"meldpunt", "balie", "welkom", "welcome", "wachtwoord", "password", "kwetsbaarheid", "gemeente"})
SHORTEST = 5  # letters of a word of the organisation's name that counts


class OwnWords:
    """For Django's list of validators: refuses what somebody who knows the organisation tries first."""

    def validate(self, password: str, user: User | None = None) -> None:
        plain = password.lower()
        found = sorted(word for word in _words() if word in plain)
        rest = plain
        for word in found:
            rest = rest.replace(word, "")
        if found and len(rest) < 12:  # a word may be part of a long sentence
            said = gettext("“%(word)s” is among the first words that somebody tries.") % {"word": found[0]}
            raise ValidationError(said)

    def get_help_text(self) -> str:
        return gettext("Do not use the name of the organisation or of this program.")


def _words() -> frozenset[str]:
    try:
        name = policy.current().policy.organisation.name
    except NoPolicy:
        return TRADE
    said = " ".join(name.said_in(language) for language in ("nl", "en")).lower()
    return TRADE | {word for word in re.findall(r"\w+", said) if len(word) >= SHORTEST}
