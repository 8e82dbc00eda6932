"""From bytes to text: charsets, headers, HTML, versions of a text, file names."""

import base64

import pytest
from tests.intake.mailmaker import HEAD, mixed, read

from meldpunt.intake import textual

# text


def test_any_charset_and_none():
    def text(charset, data):
        return read(HEAD % b"x" + b"Content-Type: text/plain; charset=" + charset + b"\r\n\r\n" + data).text

    assert text(b"utf-8", "geïnteresseerd €".encode()) == "geïnteresseerd €"
    assert text(b"iso-8859-1", "geïnteresseerd €".encode("cp1252")) == "geïnteresseerd €"
    assert text(b"klingon", "één".encode("cp1252")) == "één"
    assert text(b"hex", b"6869") == "6869"
    assert text(b"utf-8", b"a\x00b\xe2\x80\xaec") == "abc"


def test_what_is_no_text_in_its_own_charset_is_marked_and_not_guessed():
    def text(charset, data):
        return read(HEAD % b"x" + b"Content-Type: text/plain; charset=" + charset + b"\r\n\r\n" + data).text

    assert text(b"utf-8", "één".encode() + b" \xe9\xe9n") == "één \ufffd\ufffdn"
    assert text(b"us-ascii", "één".encode("cp1252")) == "één"  # names none of the letters that are there
    assert text(b"koi8-r", "уязвимость".encode("koi8-r")) == "уязвимость"
    assert text(b"gb2312", "漏洞镕".encode("gbk")) == "漏洞镕"  # the larger set under the smaller name
    assert text(b"iso-2022-jp", "één".encode()) == "één"  # no Japanese at all, but whole UTF-8
    for odd in (b"unicode_escape", b"idna", b"punycode", b"undefined", b"rot13", b"zip", b"\xff"):
        assert text(odd, b"\\u0041 xn--a 789c") == "\\u0041 xn--a 789c"


def test_a_header_is_utf_8_or_says_otherwise():
    def subject(value):
        return read(b"From: a@example.org\r\nSubject: " + value + b"\r\n\r\nhello").subject

    assert subject("Gevonden: één lek".encode()) == "Gevonden: één lek"
    assert subject("één".encode("latin-1")) == "\ufffd\ufffdn"
    assert subject(b"=?iso-8859-1?Q?Fr=F6sche?= =?iso-8859-1?q?_\xf6?= \xf6") == "Frösche ö \ufffd"
    assert subject(b"=?utf-8?b?w6k=?= =?utf-8?b?w6k=?=") == "éé"
    assert subject(b"=?utf-8?b?ww==?= =?utf-8?b?qQ==?=") == "é"  # one letter, cut in two
    assert subject(b"x\r\n\x00\xe2\x80\xaey") == "x"
    file = b'Content-Type: text/x-log; name="Fr\xf6sche.txt"\r\nContent-Disposition: attachment\r\n\r\nx'
    assert read(mixed(file)).attachments[0].name == "Fr\ufffdsche.txt"
    name = read(b"From: J\xf6rg <j@example.org>\r\n\r\nhello").sender_name
    assert name == "J\ufffdrg"


def test_html_alone_becomes_text_with_its_links():
    html = b"<p>See <a href='https://example.org/x'>here</a></p><script>alert(1)</script><img src='http://track'>"
    letter = read(HEAD % b"x" + b"Content-Type: text/html\r\n\r\n" + html)
    assert "here" in letter.text and "https://example.org/x" in letter.text
    assert "alert" not in letter.text and "<" not in letter.text


def test_a_version_that_says_something_else_is_shown_too():
    parts = (b"Content-Type: text/plain\r\n\r\nAll is well.\r\n", b"Content-Type: text/html\r\n\r\n<p>Pay me now</p>")
    letter = read(mixed(*parts).replace(b"multipart/mixed", b"multipart/alternative"))
    assert "All is well." in letter.text and "Pay me now" in letter.text
    same = read(
        mixed(parts[0], b"Content-Type: text/html\r\n\r\n<p>All is <b>well</b>.</p>").replace(b"mixed", b"alternative")
    )
    assert same.text.strip() == "All is well."


def test_two_versions_of_one_type_are_no_versions():
    parts = [b"Content-Type: text/html\r\n\r\n<p>Pay account %d</p>" % number for number in (1, 2, 1)]
    letter = read(mixed(*parts).replace(b"multipart/mixed", b"multipart/alternative"))
    assert letter.text.split("\n\n") == ["Pay account 1", "Pay account 2"]


def test_nothing_of_html_is_run_fetched_or_hidden_in_a_link():
    html = (
        b"<base href=http://evil.example/><link rel=stylesheet href=http://evil.example/a.css>"
        b"<img src=http://evil.example/pixel><iframe src=http://evil.example/></iframe><svg onload=alert(1)>"
        b"<form action=http://evil.example><input value=secret></form><style>@import 'http://evil.example/b'</style>"
        b"<a href='https://evil.example/login'>https://bank.example</a>"
    )
    text = read(HEAD % b"x" + b"Content-Type: text/html\r\n\r\n" + html).text
    assert "https://bank.example" in text and "https://evil.example/login" in text
    assert "alert" not in text and "pixel" not in text and "@import" not in text


def test_winmail_dat_is_kept_as_the_file_that_it_is():
    data = bytes.fromhex("789f3e22") + b"tnef"
    head = b'Content-Type: application/ms-tnef; name="winmail.dat"\r\nContent-Transfer-Encoding: base64\r\n\r\n'
    letter = read(mixed(b"Content-Type: text/plain\r\n\r\nsee\r\n", head + base64.b64encode(data)))
    assert [(file.name, file.data) for file in letter.attachments] == [("winmail.dat", data)]
    assert (letter.text.strip(), letter.trouble) == ("see", None)


@pytest.mark.parametrize(
    ("given", "safe"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\\\temp\\\\x.exe", "x.exe"),
        (".bashrc", "bashrc"),
        ("a\x01b\u202egnp.exe", "abgnp.exe"),
        ("..", "file"),
        ("x" * 500 + ".tar.gz", "x" * 108 + ".gz"),
    ],
)
def test_file_names_are_only_names(given, safe):
    head = f'Content-Type: application/x-data\r\nContent-Disposition: attachment; filename="{given}"\r\n\r\nx'
    [file] = read(mixed(head.encode())).attachments
    assert file.name == safe


def test_the_language_is_guessed():
    assert read(HEAD % b"x" + b"\r\nIk heb een lek gevonden in de site van jullie gemeente.").language == "nl"
    assert read(HEAD % b"x" + b"\r\nI found a weakness in the site of your city.").language == "en"


@pytest.mark.parametrize(
    ("name", "codec"),
    [
        ("cp-850", "cp850"),
        ("IBM437", "cp437"),
        ("x-windows-1251", "cp1251"),
        ("x-mac-ce", "mac_latin2"),
        ("x-mac-cyrillic", "mac_cyrillic"),
        ("'iso-8859-2';", "iso-8859-2"),
    ],
)
def test_charsets_by_the_names_that_programs_give_them(name, codec):
    word = {"mac_cyrillic": "лист", "cp1251": "лист"}.get(codec, "é")
    assert textual.decoded(word.encode(codec), name) == word


@pytest.mark.parametrize(
    "head", ['<meta charset="windows-1251">', "<meta http-equiv=x content='text/html; charset=windows-1251'>"]
)
def test_a_page_names_its_charset_itself(head):
    html = f"<html><head>{head}</head><p>Уязвимость".encode("cp1251")
    assert read(HEAD % b"x" + b"Content-Type: text/html\r\n\r\n" + html).text == "Уязвимость"


@pytest.mark.parametrize(
    "change",
    [
        lambda raw: raw.replace(b"\r\n", b"\r"),
        lambda raw: b"\xef\xbb\xbf" + raw,
        lambda raw: b"\r\n\r\n" + raw,
        lambda raw: raw.replace(b"8bit", b"8bit (as it is)"),
    ],
)
def test_a_letter_that_an_editor_or_an_old_machine_has_saved(change):
    letter = read(change(HEAD % b"Leak" + b"Content-Transfer-Encoding: 8bit\r\n\r\nhello\r\nthere"))
    assert (letter.subject, letter.sender, letter.text) == ("Leak", "rui@example.org", "hello\nthere")


@pytest.mark.parametrize("kind", [b"text/enriched", b"text/markdown", b"text/x-unheard-of"])
def test_a_text_of_another_kind_is_shown_when_there_is_no_other(kind):
    letter = read(HEAD % b"x" + b"Content-Type: " + kind + b"\r\n\r\nhello")
    assert (letter.text, letter.trouble) == ("hello", None)
