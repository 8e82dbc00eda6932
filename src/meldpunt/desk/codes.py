"""The generator of sign-in codes: its secret, sealed; its address; its QR code."""

import functools
import io
from pathlib import Path
from urllib.parse import quote, urlencode

import segno
from django.conf import settings

from meldpunt.vault import keyring, sealing

ISSUER = "Meldpunt"
CONTEXT = "code generator"


def seal_secret(text: str) -> str:
    """A secret of the code generator, ready for the database."""
    return sealing.lock(own_key("accounts"), text.encode(), CONTEXT).hex()


def open_secret(sealed: str) -> str:
    """What ``seal_secret`` made.  ``CannotOpen`` when the vault is another one."""
    return sealing.unlock(own_key("accounts"), bytes.fromhex(sealed), CONTEXT).decode()


def otpauth_url(username: str, secret: str) -> str:
    """The address that a code generator reads from a QR code."""
    return f"otpauth://totp/{ISSUER}:{quote(username)}?{urlencode({'secret': secret, 'issuer': ISSUER})}"


def qr_code(text: str) -> str:
    """A QR code as SVG, dark on light in every theme: a camera has to read it."""
    out = io.BytesIO()
    segno.make(text, error="m", micro=False).save(out, kind="svg", border=4, dark="#000", light="#fff", scale=5)
    return out.getvalue().decode()


def own_key(purpose: str) -> bytes:
    """The desk's own key for one purpose, from the vault's.  ``NoSuchKey`` for a role that may not have it."""
    return _derived(settings.MELDPUNT_DATA, settings.MELDPUNT_ROLE, purpose)


@functools.lru_cache(maxsize=8)
def _derived(folder: Path, role: str, purpose: str) -> bytes:
    return sealing.derive(keyring.vault(folder, role).private, f"desk|{purpose}")
