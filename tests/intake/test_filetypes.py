"""What a file really is, and whether its name lies."""

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meldpunt.intake.filetypes import kind_of, says_otherwise
from meldpunt.intake.pictures import may_be_drawn


def zipped(*names, **options):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", **options) as archive:
        for name in names:
            archive.writestr(name, "x")
    return out.getvalue()


def tarred(*names):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name in names:
            archive.addfile(tarfile.TarInfo(name), io.BytesIO())
    return out.getvalue()


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"", "empty"),
        (b"hello\n", "text"),
        ("één regel\n".encode(), "text"),
        ("één".encode("utf-16"), "text"),
        (b"\x00\x01\x02", "data"),
        (b"\x89PNG\r\n\x1a\n\x00", "png"),
        (b"\xff\xd8\xff\xe0\x00", "jpeg"),
        (b"GIF89a\x01", "gif"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "webp"),
        (b"%PDF-1.7\n", "pdf"),
        (b"\x00junk\n%PDF-1.7\n", "pdf"),
        (b"MZ\x90\x00\x03", "windows"),
        (b"MZ is short for Mark Zbikowski\n", "text"),
        (b"BMW has a hole\n", "text"),
        (b"\x7fELF\x02", "elf"),
        (b"\xca\xfe\xba\xbe\x00\x00\x00\x34", "java"),
        (b"\xca\xfe\xba\xbe\x00\x00\x00\x02", "mach-o"),
        (b"#!/bin/sh\nrm -rf /\n", "script"),
        (b"<svg xmlns='x'>", "svg"),
        (b"<?xml version='1.0'?>\n<!-- c --><svg>", "svg"),
        (b"\xef\xbb\xbf <!DOCTYPE html><p>", "html"),
        (b"<!-- x --><script>", "html"),
        (b"<b>not a page</b>", "text"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole"),
        (b"-----BEGIN PGP MESSAGE-----\n", "pgp"),
        (zipped("a.txt"), "zip"),
        (zipped("[Content_Types].xml", "word/document.xml"), "office"),
        (zipped("META-INF/MANIFEST.MF"), "jar"),
        (zipped("mimetype").replace(b"mimetypex", b"mimetypeapplication/vnd.oasis.opendocument.text"), "odf"),
        (tarred("a"), "tar"),
        (gzip.compress(b"x", mtime=0), "gzip"),
        (bz2.compress(b"x"), "bzip2"),
        (lzma.compress(b"x"), "xz"),
        (b"L\x00\x00\x00\x01\x14\x02\x00", "shortcut"),
    ],
)
def test_kinds_by_their_first_bytes(head, kind):
    assert kind_of(head) == kind


@pytest.mark.parametrize(
    ("name", "kind", "ending"),
    [
        ("invoice.pdf", "windows", ".pdf"),
        ("invoice.PDF", "html", ".pdf"),
        ("invoice.pdf", "data", ".pdf"),
        ("photo.jpg", "png", ".jpg"),
        ("photo.png", "zip", ".png"),
        ("notes.txt", "windows", ".txt"),
        ("notes.txt ", "elf", ".txt"),
        ("report.docx", "zip", ".docx"),
        ("invoice.pdf", "pdf", ""),
        ("invoice.pdf.exe", "windows", ""),
        ("dump.log", "data", ""),
        ("script.py", "script", ""),
        ("page.html", "text", ""),
        ("report.docx", "office", ""),
        ("key.asc", "pgp", ""),
        ("README", "windows", ""),
        ("poc.bin", "windows", ""),
        (".pdf", "windows", ""),
        ("old.pdf", "", ""),
        ("nothing.pdf", "empty", ""),
    ],
)
def test_a_name_that_says_something_else_is_told(name, kind, ending):
    assert says_otherwise(name, kind) == ending


@given(st.binary(max_size=5000), st.text(max_size=40))
def test_any_bytes_and_any_name_will_do(head, name):
    assert isinstance(says_otherwise(name, kind_of(head)), str)


PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + (640).to_bytes(4, "big") + (480).to_bytes(4, "big")
JPEG = b"\xff\xd8\xff\xe0\x00\x04ab\xff\xc0\x00\x11\x08\x01\xe0\x02\x80\x03"


@pytest.mark.parametrize(
    ("data", "kind", "drawn"),
    [
        (PNG, "png", True),
        (JPEG, "jpeg", True),
        (b"GIF89a\x10\x00\x10\x00", "gif", True),
        (b"RIFF....WEBPVP8X\x0a\x00\x00\x00\x00\x00\x00\x00\x3f\x00\x00\x3f\x00\x00", "webp", True),
        (PNG[:16] + b"\x00\x01\x00\x00" * 2, "png", False),  # 65536 by 65536
        (PNG[:18], "png", False),
        (b"\xff\xd8\xff" + b"\xff\xe0\x00\x02" * 5000, "jpeg", False),
        (b"\xff\xd8", "jpeg", False),
        (b"GIF89a\x00\x00\x00\x00", "gif", False),
        (b"<svg>", "svg", False),
    ],
)
def test_a_picture_is_drawn_when_it_says_a_bearable_size(data, kind, drawn):
    assert may_be_drawn(data, kind) is drawn


@given(st.binary(max_size=200), st.sampled_from(["png", "jpeg", "gif", "webp"]))
def test_any_bytes_will_do_for_a_picture(data, kind):
    assert may_be_drawn(data, kind) in (True, False)
