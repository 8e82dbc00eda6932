"""What every template may say of a file without loading it: what it is, and what speaks against it."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from meldpunt.intake import filetypes

KINDS: Mapping[str, Promise] = MappingProxyType(
    {
        "text": _("text"),
        "data": _("of an unknown kind"),
        "empty": _("empty"),
        "png": _("a PNG picture"),
        "jpeg": _("a JPEG picture"),
        "gif": _("a GIF picture"),
        "webp": _("a WebP picture"),
        "bmp": _("a BMP picture"),
        "tiff": _("a TIFF picture"),
        "svg": _("an SVG drawing"),
        "pdf": _("a PDF document"),
        "office": _("an Office document"),
        "odf": _("an OpenDocument document"),
        "ole": _("an old Office document, installer or Outlook message"),
        "rtf": _("an RTF document"),
        "postscript": _("a PostScript document"),
        "zip": _("a ZIP archive"),
        "tar": _("a TAR archive"),
        "gzip": _("a GZIP archive"),
        "bzip2": _("a BZIP2 archive"),
        "xz": _("an XZ archive"),
        "zstd": _("a Zstandard archive"),
        "7z": _("a 7z archive"),
        "rar": _("a RAR archive"),
        "jar": _("a Java or Android program"),
        "java": _("a Java program"),
        "windows": _("a Windows program"),
        "elf": _("a Linux program"),
        "mach-o": _("a macOS program"),
        "wasm": _("a WebAssembly program"),
        "script": _("a script"),
        "shortcut": _("a Windows shortcut"),
        "html": _("a web page"),
        "sqlite": _("an SQLite database"),
        "pcap": _("a network capture"),
        "video": _("video, or a picture of a phone"),
        "pgp": _("OpenPGP text"),
    }
)


def kind_words(kind: str) -> str:
    """What a file really is, in words with their article."""
    return str(KINDS.get(kind, kind))


def says_otherwise(file: Any) -> str:
    """The ending of a file's name that does not fit what it is; empty when nothing is wrong."""
    return filetypes.says_otherwise(file.name, file.kind)


def virus(file: Any) -> str:
    """What the virus scanner calls a file; empty when it found nothing, or was not asked."""
    return str(file.scan).removeprefix("found ") if file.scan.startswith("found ") else ""


def may_be_looked_at(kind: str) -> bool:
    """Whether the desk can show what is in a file without opening it anywhere else."""
    return kind in filetypes.ARCHIVES or kind in filetypes.IMAGES or kind in filetypes.READABLE


FILTERS = (kind_words, says_otherwise, virus, may_be_looked_at)
