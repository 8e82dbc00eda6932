import io
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meldpunt.vault import files, keyring, sealing
from meldpunt.vault.errors import AlreadyFounded, CannotOpen, NoSuchKey

PAIR, OTHER = sealing.new_pair(), sealing.new_pair()
KEY = bytes(32)


@given(st.binary(max_size=300), st.text(max_size=40))
def test_what_is_sealed_opens_with_its_key_and_context_only(plain, context):
    sealed = sealing.seal(PAIR.public, plain, context)

    assert sealing.unseal(PAIR.private, sealed, context) == plain
    with pytest.raises(CannotOpen):
        sealing.unseal(OTHER.private, sealed, context)
    with pytest.raises(CannotOpen):
        sealing.unseal(PAIR.private, sealed, context + "!")


@given(st.integers(0, 1300), st.integers(1, 255))
def test_a_seal_with_any_byte_changed_does_not_open(place, change):
    sealed = bytearray(sealing.seal(PAIR.public, b"x" * 200, "c"))
    sealed[place] ^= change
    with pytest.raises(CannotOpen):
        sealing.unseal(PAIR.private, bytes(sealed), "c")


@pytest.mark.parametrize("junk", [b"", b"x", b"x" * 40, b"x" * 5000])
def test_junk_is_refused_and_not_an_accident(junk):
    with pytest.raises(CannotOpen):
        sealing.unseal(PAIR.private, junk, "c")
    with pytest.raises(CannotOpen):
        sealing.unlock(KEY, junk, "c")


def sealed_file(plain):
    out = io.BytesIO()
    sealer = sealing.Sealer(out, KEY, "file")
    for at in range(0, len(plain), 1000):
        sealer.write(plain[at : at + 1000])
    sealer.finish()
    return out.getvalue()


@pytest.mark.parametrize("size", [0, 1, 65535, 65536, 65537, 131072, 200_000])
def test_a_file_comes_back_whole(size):
    plain = bytes(n % 251 for n in range(size))
    assert b"".join(sealing.unseal_stream(io.BytesIO(sealed_file(plain)), KEY, "file", size)) == plain


@pytest.mark.parametrize(
    "spoil", [lambda b: b[:-1], lambda b: b[:70_000], lambda b: b + b"x", lambda b: b[:30], lambda b: b""]
)
def test_a_file_that_was_cut_or_continued_is_refused(spoil):
    sealed = spoil(sealed_file(b"y" * 200_000))
    with pytest.raises(CannotOpen):
        b"".join(sealing.unseal_stream(io.BytesIO(sealed), KEY, "file", 200_000))


def test_a_file_whose_pieces_changed_places_is_refused():
    sealed = sealed_file(b"y" * 300_000)
    piece = sealing.CHUNK + sealing.OVERHEAD
    head = sealed[: sealing.HEADER]
    body = [sealed[at : at + piece] for at in range(sealing.HEADER, len(sealed), piece)]
    body[0], body[1] = body[1], body[0]
    with pytest.raises(CannotOpen):
        b"".join(sealing.unseal_stream(io.BytesIO(head + b"".join(body)), KEY, "file", 300_000))


@given(st.integers(0, 1 << 40))
def test_padding_adds_at_most_an_eighth_and_hides_the_size(size):
    assert size <= sealing.padded(size) <= size + size // 8 + 1
    assert sealing.padded(sealing.padded(size)) == sealing.padded(size)


def test_files_in_the_folder_are_read_back_and_say_nothing(tmp_path):
    keyring.create(tmp_path)
    sealed = files.store(tmp_path, b"a secret sentence " * 5000)

    assert b"".join(files.read(tmp_path, sealed)) == b"a secret sentence " * 5000
    [path] = [p for p in (tmp_path / "files").rglob("*") if p.is_file()]
    assert b"secret" not in path.read_bytes()
    assert path.stat().st_mode & 0o777 == 0o600
    assert files.SealedFile.from_plain(sealed.plain()) == sealed


def test_a_file_that_is_gone_is_refused(tmp_path):
    keyring.create(tmp_path)
    sealed = files.store(tmp_path, b"x")
    files.remove(tmp_path, sealed.path)
    with pytest.raises(CannotOpen):
        b"".join(files.read(tmp_path, sealed))


@pytest.mark.parametrize("role", ["portal", "mailgate", "post", "tick", ""])
def test_who_faces_the_network_never_gets_the_vaults_key(tmp_path, role):
    keyring.create(tmp_path)
    with pytest.raises(NoSuchKey):
        keyring.vault(tmp_path, role)


def test_only_the_post_gets_the_key_of_the_outbox(tmp_path):
    keyring.create(tmp_path)
    assert keyring.outbox(tmp_path, "post")
    for role in ("portal", "mailgate", "desk", "opener", "tick"):
        with pytest.raises(NoSuchKey):
            keyring.outbox(tmp_path, role)


def test_keys_are_made_once_and_are_their_owners_only(tmp_path):
    keyring.create(tmp_path)
    before = keyring.vault(tmp_path, "opener").private
    with pytest.raises(AlreadyFounded):
        keyring.create(tmp_path)
    assert keyring.vault(tmp_path, "opener").private == before
    assert {p.stat().st_mode & 0o777 for p in (tmp_path / "keys").iterdir()} == {0o600}
    assert (tmp_path / "keys").stat().st_mode & 0o777 == 0o700


def test_only_files_that_were_begun_and_never_finished_are_swept(tmp_path):
    finished = files.store(tmp_path, b"kept")
    files.create(tmp_path).write(b"of a process that was killed")
    [left] = (tmp_path / "files").glob("*/*.part")
    began = datetime.fromtimestamp(left.stat().st_mtime, UTC)
    assert files.sweep(tmp_path, began - timedelta(seconds=1)) == 0  # it may still be at it
    assert files.sweep(tmp_path, began + timedelta(seconds=1)) == 1
    assert not left.exists()
    assert b"".join(files.read(tmp_path, finished)) == b"kept"
