"""What is in an archive, without unpacking it; bombs are named, and nothing a stranger makes takes long."""

import bz2
import gzip
import io
import lzma
import struct
import tarfile
import time
import tracemalloc
import zipfile
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meldpunt.intake.archives import MOST, SHOWN, Trouble, listing

FILES = {"docs/a.txt": b"x" * 1000, "é.log": b"", "b/c.bin": b"\0" * 70_000}


def zipped(files=FILES, **options):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, **options) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def tarred(files=FILES, form=tarfile.PAX_FORMAT):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=form) as archive:
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return out.getvalue()


def plain(value):
    """Names of cases that are the same in every run: what packs things writes the time into them."""
    return type(value).__name__ if isinstance(value, bytes) else str(value)


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (zipped(), "zip"),
        (b"#! self extracting\n" + zipped(), "zip"),
        (tarred(), "tar"),
        (tarred(form=tarfile.GNU_FORMAT), "tar"),
        (gzip.compress(tarred()), "gzip"),
        (bz2.compress(tarred()), "bzip2"),
        (lzma.compress(tarred()), "xz"),
    ],
    ids=plain,
)
def test_names_and_sizes(data, kind):
    found = listing(data, kind)
    assert {entry.name: entry.size for entry in found.entries} == {name: len(one) for name, one in FILES.items()}
    assert (found.count, found.total, found.trouble) == (3, 71_000, None)


def test_one_file_in_gzip_has_no_name_and_is_measured():
    found = listing(gzip.compress(b"log line\n" * 1000), "gzip")
    assert [(entry.name, entry.size) for entry in found.entries] == [("", 9000)]


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd", "..\\x.exe", "C:\\x.exe"])
def test_a_name_that_leads_out_is_marked(name):
    # a name with a backslash is written as it is by the attacker's tools
    data = zipped({"A" * len(name): b""}).replace(b"A" * len(name), name.encode())
    [entry] = listing(data, "zip").entries
    assert entry.leaves
    assert not listing(zipped({"a/b..c": b""}), "zip").entries[0].leaves


def test_a_password_is_told():
    data = bytearray(zipped({"a": b"x"}))
    at = data.rfind(b"PK\x01\x02")
    data[at + 8] |= 1
    assert listing(bytes(data), "zip").entries[0].encrypted


def test_names_are_clean():
    data = zipped({"Ax\u202eb": b""}).replace(b"Ax", b"\x1b\x07")
    assert listing(data, "zip").entries[0].name.isprintable()


def test_a_bomb_that_declares_itself():
    found = listing(zipped({"zeros": b"\0" * (110 << 20)}), "zip")
    assert found.trouble is Trouble.BOMB


def test_a_bomb_whose_files_share_their_bytes():
    """Many entries of the directory point at one compressed stream."""
    inner = zlib.compressobj(9, zlib.DEFLATED, -15)
    body = inner.compress(b"\0" * 1_000_000) + inner.flush()
    local = struct.pack("<4s5H3L2H", b"PK\x03\x04", 20, 0, 8, 0, 0, 0, len(body), 1_000_000, 1, 0) + b"a" + body
    entry = struct.pack("<4s6H3L5H2L", b"PK\x01\x02", 20, 20, 0, 8, 0, 0, 0, len(body), 1_000_000, 1, 0, 0, 0, 0, 0, 0)
    directory = (entry + b"a") * 900
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 900, 900, len(directory), len(local), 0)
    assert listing(local + directory + end, "zip").trouble is Trouble.BOMB


@pytest.mark.parametrize(("pack", "kind"), [(gzip.compress, "gzip"), (bz2.compress, "bzip2"), (lzma.compress, "xz")])
def test_a_bomb_in_a_stream_is_named_in_bounded_time_and_memory(pack, kind):
    data = pack(b"\0" * ((80 if kind == "gzip" else 30) << 20))
    tracemalloc.start()
    start = time.process_time()
    found = listing(data, kind)
    seconds, (_, peak) = time.process_time() - start, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert found.trouble is Trouble.BOMB
    assert seconds < 5 and peak < 16 << 20


def test_more_entries_than_are_looked_at():
    found = listing(zipped({str(n): b"" for n in range(MOST + 5)}), "zip")
    assert (found.trouble, found.count, len(found.entries)) == (Trouble.TOO_MANY, MOST, SHOWN)
    found = listing(tarred({str(n): b"" for n in range(MOST + 5)}), "tar")
    assert found.trouble is Trouble.TOO_MANY


def test_a_large_plain_tar_takes_no_time():
    data = tarred({f"{n}": b"x" * 4000 for n in range(9000)})
    start = time.process_time()
    assert listing(data, "tar").count == 9000
    assert time.process_time() - start < 2


@pytest.mark.parametrize("data", [zipped()[:-30], zipped()[:60], b"PK\x03\x04", b"PK\x05\x06" + b"\0" * 18], ids=plain)
def test_a_damaged_zip_says_so_or_is_empty(data):
    found = listing(data, "zip")
    assert found.trouble is Trouble.BROKEN or found.count == 0


KINDS = st.sampled_from(["zip", "tar", "gzip", "bzip2", "xz", "office"])
REAL = st.sampled_from([zipped(), tarred(), gzip.compress(tarred()), bz2.compress(b"x"), lzma.compress(b"x")])


@given(st.binary(max_size=3000), KINDS)
def test_any_bytes_will_do(data, kind):
    listing(data, kind)


@given(REAL, st.integers(0, 2000), st.binary(max_size=20), KINDS)
def test_any_damage_will_do(data, at, damage, kind):
    listing(data[:at] + damage + data[at + len(damage) :], kind)
