"""What one may type at the portal, and what is wrong with it, in words."""

import secrets
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from meldpunt.intake.kinds import KINDS, QUESTIONS, TITLES, Kind, Question
from meldpunt.intake.rules import LIMIT_TEXT, Submission, Upload

PUBLIC_KEY = "-----BEGIN PGP PUBLIC KEY BLOCK-----"
PRIVATE_KEY = "-----BEGIN PGP PRIVATE KEY BLOCK-----"
ANONYMOUS, MAIL = "anonymous", "mail"


def fresh() -> str:
    """A random value for a form, by which the same form is known when it is posted twice."""
    return secrets.token_urlsafe(16)


MESSAGE = "-----BEGIN PGP MESSAGE-----"


class Typed(forms.CharField):
    """Text as somebody typed or pasted it, or as their browser encrypted it to us.

    A NUL, which no database keeps, becomes the sign for one.  ``most`` characters, but of armour as many as a
    text may have at all: what is in it is looked at where it can be opened.
    """

    def __init__(self, *, most: int = 64, **more: Any) -> None:
        super().__init__(**more)
        self.most = most

    def to_python(self, value: Any) -> str:
        return str(super().to_python(value)).replace("\x00", "\N{SYMBOL FOR NULL}")

    def validate(self, value: str) -> None:
        super().validate(value)
        if len(value) > (LIMIT_TEXT if is_armour(value) else self.most):
            raise ValidationError(_("This text is too long. Please send it as a file."), code="max_length")


class Address(Typed):
    """An e-mail address."""

    def run_validators(self, value: str) -> None:
        if value and not is_armour(value):
            try:
                validate_email(value)
            except ValidationError:
                raise ValidationError(_("This is not an e-mail address that we can write to.")) from None


def is_armour(text: str) -> bool:
    """Whether it is an encrypted message, by its outside."""
    return text.startswith(MESSAGE)


def _text(required: bool = False, most: int = LIMIT_TEXT // 4, missing: Any = "") -> Typed:
    return Typed(required=required, most=most, error_messages={"required": missing})


class ReportForm(forms.Form):
    """A report.  The files are not a field: they were sealed before the form is looked at."""

    system = _text(True, 2000, _("Please tell us where it is."))
    description = _text(True, missing=_("Please describe what you found."))
    impact = _text()
    contact = forms.ChoiceField(choices=[(ANONYMOUS, ANONYMOUS), (MAIL, MAIL)], initial=ANONYMOUS, required=False)
    address = Address(required=False, most=254)
    name = _text(most=150)
    key = _text(most=64 << 10)
    kind = Typed(required=False)
    conditions = forms.BooleanField(
        error_messages={"required": _("Please confirm that you have kept to the conditions.")}
    )
    policy_version = forms.IntegerField(required=False)
    once = Typed(required=False, most=64)
    ticket = Typed(required=False, most=300)
    work = Typed(required=False, most=20)

    def __init__(self, *args: Any, current_version: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.current_version = current_version
        self.fields.update({name: _text() for name in QUESTIONS})

    def asked(self) -> list[tuple[Kind, list[tuple[Question, forms.BoundField]]]]:
        """The kinds of weakness, each with its questions and what was typed there."""
        return [(kind, [(one, self[one.id]) for one in kind.questions]) for kind in KINDS]

    def clean_kind(self) -> str:
        """What is no kind of ours is no reason to refuse a report."""
        kind: str = self.cleaned_data["kind"]
        return kind if kind in TITLES else ""

    def clean_key(self) -> str:
        """Only its outside is looked at; the opener reads keys, where nothing faces the Internet."""
        key: str = self.cleaned_data["key"]
        if PRIVATE_KEY in key:
            raise ValidationError(
                _("That is your private key. Keep it to yourself, and paste the public one. Nothing was stored.")
            )
        if (
            key
            and not is_armour(key)
            and not (key.startswith(PUBLIC_KEY) and key.endswith("-----END PGP PUBLIC KEY BLOCK-----"))
        ):
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
            kind=data["kind"],
            answers=tuple((name, data[name]) for name in QUESTIONS if data[name]),
        )


class MessageForm(forms.Form):
    """What a reporter writes on the page of their case.  Files may come without a word."""

    text = _text()
    once = Typed(required=False, most=64)


class ReceiptForm(forms.Form):
    receipt = Typed(most=200, error_messages={"required": _("Please type your receipt, or paste it.")})
