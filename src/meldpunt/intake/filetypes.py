"""What a file really is, by its first bytes, and whether its name says something else.  Pure.

Names and content types are a sender's words.  The table knows what reports bring along and what
attackers dress up; it is no census.  What it does not know is ``text`` or ``data``.
"""

import re
from collections.abc import Mapping
from types import MappingProxyType

HEAD = 4096  # first bytes that are looked at
TEXT, DATA, EMPTY = "text", "data", "empty"
IMAGES = frozenset({"png", "jpeg", "gif", "webp"})  # a browser may show these, in a sandbox
ARCHIVES = frozenset({"zip", "office", "odf", "jar", "tar", "gzip", "bzip2", "xz"})  # what can be listed
READABLE = frozenset({TEXT, "script", "html", "svg", "pgp"})  # as the text that they are

# kind, where it begins, the bytes there; the first that fits
_MAGIC: tuple[tuple[str, int, bytes], ...] = (
    ("png", 0, b"\x89PNG\r\n\x1a\n"),
    ("jpeg", 0, b"\xff\xd8\xff"),
    ("gif", 0, b"GIF87a"),
    ("gif", 0, b"GIF89a"),
    ("webp", 8, b"WEBP"),
    ("pdf", 0, b"%PDF-"),
    ("gzip", 0, b"\x1f\x8b"),
    ("bzip2", 0, b"BZh"),
    ("xz", 0, b"\xfd7zXZ\x00"),
    ("zstd", 0, b"\x28\xb5\x2f\xfd"),
    ("7z", 0, b"7z\xbc\xaf\x27\x1c"),
    ("rar", 0, b"Rar!\x1a\x07"),
    ("tar", 257, b"ustar"),
    ("windows", 0, b"MZ"),
    ("elf", 0, b"\x7fELF"),
    ("mach-o", 0, b"\xcf\xfa\xed\xfe"),
    ("mach-o", 0, b"\xce\xfa\xed\xfe"),
    ("mach-o", 0, b"\xca\xfe\xba\xbe\x00\x00\x00\x02"),
    ("java", 0, b"\xca\xfe\xba\xbe"),
    ("wasm", 0, b"\x00asm"),
    ("shortcut", 0, b"L\x00\x00\x00\x01\x14\x02\x00"),
    ("rtf", 0, b"{\\rtf"),
    ("sqlite", 0, b"SQLite format 3\x00"),
    ("pcap", 0, b"\xd4\xc3\xb2\xa1"),
    ("pcap", 0, b"\xa1\xb2\xc3\xd4"),
    ("pcap", 0, b"\x0a\x0d\x0d\x0a"),
    ("video", 4, b"ftyp"),
    ("video", 0, b"\x1aE\xdf\xa3"),
    ("pgp", 0, b"-----BEGIN PGP "),
    ("postscript", 0, b"%!PS"),
    ("bmp", 0, b"BM"),
    ("tiff", 0, b"II*\x00"),
    ("tiff", 0, b"MM\x00*"),
)
_WORDLIKE = frozenset({"windows", "bmp", "bzip2"})  # texts begin with their letters, too
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # Office before 2007, installers, Outlook's letters
_ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_SVG = re.compile(
    rb"\s*(?:<\?xml.{0,500}?>\s*)?(?:<!--.{0,1000}?-->\s*|<!DOCTYPE svg.{0,500}?>\s*){0,3}<svg[\s>]", re.DOTALL
)
_HTML = re.compile(
    rb"\s*(?:<!--.{0,1000}?-->\s*){0,3}<(?:!doctype html|html|head|body|script|iframe)\b", re.I | re.DOTALL
)
_BINARY = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")

# what a name's ending may rightly be; an ending that is not here says nothing
_FITS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        ending: frozenset(kinds)
        for endings, kinds in (
            (("png",), ("png",)),
            (("jpg", "jpeg", "jpe"), ("jpeg",)),
            (("gif",), ("gif",)),
            (("webp",), ("webp",)),
            (("bmp",), ("bmp",)),
            (("tif", "tiff"), ("tiff",)),
            (("svg",), ("svg",)),
            (("pdf",), ("pdf",)),
            (("doc", "xls", "ppt"), ("ole", "rtf", "office", "html")),
            (("docx", "xlsx", "pptx", "docm", "xlsm", "pptm"), ("office", "ole")),
            (("odt", "ods", "odp", "odg"), ("odf",)),
            (("rtf",), ("rtf",)),
            (("zip",), ("zip", "jar", "office", "odf")),
            (("jar", "apk", "war"), ("jar", "zip")),
            (("gz", "tgz"), ("gzip",)),
            (("bz2",), ("bzip2",)),
            (("xz",), ("xz",)),
            (("zst",), ("zstd",)),
            (("7z",), ("7z",)),
            (("rar",), ("rar",)),
            (("tar",), ("tar",)),
            (("exe", "dll", "scr", "com", "sys"), ("windows",)),
            (("msi", "msg"), ("ole",)),
            (("class",), ("java",)),
            (("lnk",), ("shortcut",)),
            (("html", "htm"), ("html", TEXT)),
            (
                ("txt", "log", "md", "csv", "json", "xml", "yaml", "yml", "har", "ini"),
                (TEXT, "html", "svg", "pgp", "script"),
            ),
            (("sh", "py", "pl", "rb", "js", "ps1", "bat", "php"), (TEXT, "script", "html")),
            (("asc", "sig", "pgp", "gpg", "key"), ("pgp", TEXT, DATA)),
            (("eml",), (TEXT, "html", DATA)),
            (("mp4", "mov", "m4v", "mkv", "webm"), ("video",)),
            (("pcap", "pcapng", "cap"), ("pcap",)),
            (("sqlite", "sqlite3"), ("sqlite",)),
        )
        for ending in endings
    }
)


def kind_of(head: bytes) -> str:
    """The kind of a file that begins with these bytes (at least ``HEAD`` of them, or all)."""
    head = head[:HEAD]
    if not head:
        return EMPTY
    for kind, at, magic in _MAGIC:
        if head.startswith(magic, at) and (kind not in _WORDLIKE or _BINARY.search(head)):
            return kind
    if head.startswith(_ZIP):
        return _zip(head)
    if head.startswith(_OLE):
        return "ole"
    return _textual(head)


def _zip(head: bytes) -> str:
    """Many things are zip files; the name of the first file inside tells."""
    if b"[Content_Types].xml" in head or b"_rels/.rels" in head:
        return "office"
    if head[30:].startswith(b"mimetypeapplication/vnd.oasis.opendocument"):
        return "odf"
    return "jar" if b"META-INF/" in head or b"AndroidManifest.xml" in head else "zip"


def _textual(head: bytes) -> str:
    if b"%PDF-" in head[:1024]:
        return "pdf"  # readers of PDF allow for something before it
    wide = head.startswith((b"\xff\xfe", b"\xfe\xff"))
    if _BINARY.search(head) and not wide:
        return DATA
    head = head.removeprefix(b"\xef\xbb\xbf")
    if head.startswith(b"#!"):
        return "script"
    if _SVG.match(head):
        return "svg"
    return "html" if _HTML.match(head) else TEXT


def says_otherwise(name: str, kind: str) -> str:
    """The ending of a name that does not fit what the file is, like ``.pdf``; empty when nothing is wrong.

    Only what is known is held against a name: an unknown kind, or an unknown ending, is no lie.
    """
    stem, dot, ending = name.strip(". ").rpartition(".")
    fitting = _FITS.get(ending.lower())
    if not dot or not stem or fitting is None or kind in ("", EMPTY) or kind in fitting:
        return ""
    harmless = kind == DATA and fitting & {TEXT}
    return "" if harmless else f".{ending.lower()}"
