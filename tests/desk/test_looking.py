"""Files at the desk: what they really are, what speaks against them, and a look inside that runs nothing."""

import gzip
import io
import re
import zipfile
from dataclasses import replace

import pytest
from tests.build import BASE, HEAD
from tests.cast import MONDAY_NINE, OPENER

from meldpunt.cases.rules import Content, FileRef
from meldpunt.conversation import commands as conversation
from meldpunt.vault import files
from meldpunt.works.opener import House, open_one

PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x00\x00\x00\x00:~\x9bU"
    b"\x00\x00\x00\nIDATx\x9cc`\x00\x00\x00\x02\x00\x01H\xaf\xa4q\x00\x00\x00\x00IEND\xaeB`\x82"
)


def mail(*attached):
    """A plain letter with files, as (name, content)."""
    parts = [b"--b\r\nContent-Type: text/plain\r\n\r\nSee the files.\r\n"]
    for name, content in attached:
        head = f'--b\r\nContent-Type: application/pdf; name="{name}"\r\nContent-Disposition: attachment\r\n'
        parts.append(head.encode() + b"Content-Transfer-Encoding: 8bit\r\n\r\n" + content + b"\r\n")
    return (
        b"From: Rui <rui@example.org>\r\nSubject: Files\r\nMessage-ID: <f@example.org>\r\nMIME-Version: 1.0\r\n"
        b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n' + b"".join(parts) + b"--b--\r\n"
    )


def zipped(*names):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names:
            archive.writestr(name, b"x" * 100)
    return out.getvalue()


@pytest.fixture
def case_with(desk):
    """A case from a letter with these files; gives its page and the address of each file by name."""

    def case_with(*attached):
        token = desk.house.receive(mail(*attached))
        done = open_one(token, House(desk.house.keys, desk.house.folder, BASE), now=MONDAY_NINE)
        page = desk.text(f"/cases/{done.case}/")
        return page, {
            name: link for link, name in re.findall(r'<a href="(/cases/[^"]*?/files/[^"]+)"[^>]*>([^<]+)<', page)
        }

    return case_with


def words(page):
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_each_file_says_what_it_is_and_a_lie_is_named(case_with):
    page, _ = case_with(("invoice.pdf", b"MZ\x90\x00\x03\x00"), ("shot.png", PNG), ("notes.txt", b"hello"))
    assert "invoice.pdf , 6 bytes, a Windows program" in words(page)
    assert "The name says .pdf, the file is a Windows program." in words(page)
    assert "a PNG picture" in words(page)
    assert words(page).count("The name says") == 1


def test_in_dutch(desk, case_with, dutch):
    case_with(("invoice.pdf", b"MZ\x90\x00\x03\x00"))
    page = desk.text("/cases/VB-2026-0001/", lang="nl")
    assert "De naam zegt .pdf, het bestand is een Windows-programma." in words(page)


def assert_sandboxed(answer):
    policy = answer["Content-Security-Policy"]
    assert policy.startswith("sandbox;") and "default-src 'none'" in policy and "allow-" not in policy
    assert "script" not in policy and "unsafe" not in policy
    assert answer["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    "content",
    [b"<script>alert(1)</script>", b"<svg onload='alert(1)'>", b"<!doctype html><h1>x</h1>", b"#!/bin/sh\nls"],
)
def test_texts_of_every_kind_are_shown_as_the_text_they_are(desk, case_with, content):
    _, links = case_with(("page.html", content))
    answer = desk.get(links["page.html"] + "look/")
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.content == content
    assert_sandboxed(answer)


def test_a_long_text_is_cut_and_a_wide_one_is_read(desk, case_with):
    _, links = case_with(("long.log", b"line\n" * 50_000), ("wide.txt", "één".encode("utf-16")))
    assert len(desk.get(links["long.log"] + "look/").content) == 64 << 10
    assert desk.get(links["wide.txt"] + "look/").content.decode() == "één"


def test_a_picture_is_shown_as_what_its_bytes_are(desk, case_with):
    _, links = case_with(("shot.html", PNG), ("huge.png", PNG[:16] + b"\x00\x01\x00\x00" * 2 + PNG[24:]))
    answer = desk.get(links["shot.html"] + "look/")
    assert (answer["Content-Type"], answer.content) == ("image/png", PNG)
    assert_sandboxed(answer)
    huge = desk.get(links["huge.png"] + "look/")
    assert huge["Content-Type"].startswith("text/html") and b"It is too large, or not of a kind" in huge.content


def test_an_archive_is_listed_and_not_unpacked(desk, case_with):
    before = sorted(path for path in desk.house.folder.rglob("*"))
    _, links = case_with(
        ("poc.zip", zipped("a/<b>.txt", "../../etc/passwd")), ("log.gz", gzip.compress(b"x" * 99, mtime=0))
    )
    count = len(sorted(desk.house.folder.rglob("*")))
    listed = desk.text(links["poc.zip"] + "look/")
    assert "a/&lt;b&gt;.txt" in listed and "2 files in it." in listed
    assert "would be unpacked outside its folder" in listed
    assert "99 bytes" in desk.text(links["log.gz"] + "look/")
    assert len(sorted(desk.house.folder.rglob("*"))) == count > len(before)


def test_a_bomb_is_called_one(desk, case_with):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("zeros", b"\0" * (120 << 20))
    _, links = case_with(("poc.zip", out.getvalue()))
    listed = desk.text(links["poc.zip"] + "look/")
    assert "Do not unpack this without care" in listed and "a bomb" in listed


def test_what_is_neither_is_offered_to_be_saved(desk, case_with):
    page, links = case_with(("tool.exe", b"MZ\x90\x00\x03\x00"))
    assert links["tool.exe"] + "look/" not in page
    answer = desk.get(links["tool.exe"] + "look/")
    assert answer.status_code == 200 and b"Save the file" in answer.content
    for absent in ("/cases/VB-2026-0099/files/x-0/look/", "/cases/VB-2026-0001/files/x-0/look/"):
        assert desk.get(absent).status_code == 404


def with_scan(desk, scan):
    sealed = files.store(desk.house.folder, b"hello")
    file = FileRef("notes.txt", "text/plain", sealed.plain(), "text", scan)
    arrival = replace(desk.house.arrival(), content=Content("See.", files=(file,)))
    _, ref = conversation.take_in(
        arrival, None, desk.house.receipt(), HEAD, keys=desk.house.keys, by=OPENER, now=MONDAY_NINE
    )
    page = desk.text(f"/cases/{ref}/")
    link = re.search(rf'href="(/cases/{ref}/files/[^"]+)"', page)
    assert link
    return page, link[1]


def test_where_the_scanner_found_something_the_desk_asks_first(desk):
    page, link = with_scan(desk, "found Eicar-Test")
    assert "The virus scanner found Eicar-Test." in page
    for path in ("", "look/"):
        asked = desk.text(link + path)
        assert "A dangerous file" in asked and "hello" not in asked
    assert b"".join(desk.get(link, sure=1).streaming_content) == b"hello"


def test_clean_and_not_checked_are_told_apart(desk):
    assert "The virus scanner found nothing." in with_scan(desk, "clean")[0]


def test_a_record_from_before_kinds_were_kept_still_opens(desk):
    page, link = with_scan(desk, "")
    assert "virus" not in page
    sealed = files.store(desk.house.folder, b"old")
    old = {"name": "old.bin", "content_type": "x/y", "sealed": sealed.plain()}
    file = FileRef(**old)
    assert (file.kind, file.scan) == ("", "")
    assert b"".join(desk.get(link).streaming_content) == b"hello"
