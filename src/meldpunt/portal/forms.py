"""What one may type at the portal, and what is wrong with it, in words."""

import secrets
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from meldpunt.intake.rules import LIMIT_TEXT, Submission, Upload

PUBLIC_KEY = "-----BEGIN PGP PUBLIC KEY BLOCK-----"
PRIVATE_KEY = "-----BEGIN PGP PRIVATE KEY BLOCK-----"
ANONYMOUS, MAIL = "anonymous", "mail"


def fresh() -> str:
    """A random value for a form, by which the same form is known when it is posted twice."""
    return secrets.token_urlsafe(16)


class Typed(forms.CharField):
    """Text as somebody typed or pasted it.  A NUL, which no database keeps, becomes the sign for one."""

    def to_python(self, value: Any) -> str:
        return str(super().to_python(value)).replace("\x00", "\N{SYMBOL FOR NULL}")


def _text(required: bool = False, most: int = LIMIT_TEXT // 4, missing: Any = "") -> Typed:
    too_long = _("This text is too long. Please send it as a file.")
    messages = {"required": missing, "max_length": too_long}
    return Typed(required=required, max_length=most, strip=True, error_messages=messages)


class ReportForm(forms.Form):
    """A report.  The files are not a field: they were sealed before the form is looked at."""

    system = _text(True, 2000, _("Please tell us where it is."))
    description = _text(True, missing=_("Please describe what you found."))
    impact = _text()
    contact = forms.ChoiceField(choices=[(ANONYMOUS, ANONYMOUS), (MAIL, MAIL)], initial=ANONYMOUS, required=False)
    address = forms.EmailField(
        required=False,
        max_length=254,
        error_messages={"invalid": _("This is not an e-mail address that we can write to.")},
    )
    name = _text(most=150)
    key = _text(most=64 << 10)
    conditions = forms.BooleanField(
        error_messages={"required": _("Please confirm that you have kept to the conditions.")}
    )
    policy_version = forms.IntegerField(required=False)
    once = Typed(required=False, max_length=64)

    def __init__(self, *args: Any, current_version: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.current_version = current_version

    def clean_key(self) -> str:
        """Only its outside is looked at; the opener reads keys, where nothing faces the Internet."""
        key: str = self.cleaned_data["key"]
        if PRIVATE_KEY in key:
            raise ValidationError(
                _("That is your private key. Keep it to yourself, and paste the public one. Nothing was stored.")
            )
        if key and not (key.startswith(PUBLIC_KEY) and key.endswith("-----END PGP PUBLIC KEY BLOCK-----")):
            raise ValidationError(
                _("This is not a public OpenPGP key. It starts with %(line)s."), params={"line": PUBLIC_KEY}
            )
        return key

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if data.get("contact") == MAIL and not data.get("address") and "address" not in self.errors:
            self.add_error("address", _("Please give the address that we may write to, or choose to stay anonymous."))
        if data.get("conditions") and data.get("policy_version") != self.current_version:
            self.add_error(
                "conditions",
                _("The policy has changed while you were writing. Please read the conditions and confirm again."),
            )
        return data

    def submission(self, language: str, files: tuple[Upload, ...]) -> Submission:
        """What was typed, as a report.  Whoever chose to stay anonymous leaves no address, even when one was typed."""
        data = self.cleaned_data
        return Submission(
            system=data["system"],
            description=data["description"],
            impact=data["impact"],
            name=data["name"],
            address=data["address"] if data["contact"] == MAIL else "",
            key=data["key"],
            language=language,
            policy_version=self.current_version,
            files=files,
        )


class MessageForm(forms.Form):
    """What a reporter writes on the page of their case.  Files may come without a word."""

    text = _text()
    once = Typed(required=False, max_length=64)


class ReceiptForm(forms.Form):
    receipt = Typed(max_length=200, error_messages={"required": _("Please type your receipt, or paste it.")})
