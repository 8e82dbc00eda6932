"""Words that somebody who knows the organisation tries first make no password."""

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError


@pytest.mark.parametrize(
    "password", ["Meldpunt2026!", "voorbeeldstad1", "Welkom-Welkom", "gemeente-12345", "BalieBalie99"]
)
def test_they_are_refused(desk_house, password):
    with pytest.raises(ValidationError, match="first words that somebody tries"):
        validate_password(password)


@pytest.mark.parametrize("password", ["drie gele fietsen zingen", "de balie staat naast een blauwe fiets"])
def test_as_part_of_a_long_sentence_they_may_be_there(desk_house, password):
    validate_password(password)
