"""``meldpunt up`` as it runs: started, refused, interrupted, killed."""

import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import urllib.request
from contextlib import closing
from pathlib import Path

import pytest
from tests.ports import free_address
from tests.works.engines import Engine, environ_for, until

from meldpunt.works import listening

pytestmark = pytest.mark.real
PARTS = ("portal", "mailgate", "desk", "opener", "post", "tick")


@pytest.fixture(scope="module")
def addresses():
    """For one house that runs at a time."""
    return {what: free_address() for what in ("web", "desk", "lmtp")}


def descendants(pid: int) -> list[int]:
    """Every process below this one."""
    found = subprocess.run(["ps", "-eo", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
    parents = {int(child): int(parent) for child, parent in (line.split() for line in found.splitlines())}
    below, wanted = [], {pid}
    while new := [child for child, parent in parents.items() if parent in wanted and child not in below]:
        below += new
        wanted = set(new)
    return below


def alive(pid: int) -> bool:
    try:
        return "State:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return False


def started(start, data: Path, addresses: dict[str, str], **settings: str) -> Engine:
    engine = start(environ_for(data, **addresses, **settings), "meldpunt.site.cli", "up")
    until(lambda: "Ready after" in engine.said or engine.process.poll() is not None, 60)
    assert engine.process.poll() is None, engine.said
    return engine


@pytest.fixture(scope="module")
def running(founded, tmp_path_factory):
    """A running house that several tests look at: (engine, data folder, addresses)."""
    place = tmp_path_factory.mktemp("running")
    data = Path(shutil.copytree(founded, place / "data"))
    addresses = {what: free_address() for what in ("web", "desk", "lmtp")}
    engines = []

    def start(environ: dict[str, str], *module: str) -> Engine:
        engines.append(Engine(place / "engine.log", environ, *module))
        return engines[0]

    yield started(start, data, addresses), data, addresses
    engines[0].process.terminate()
    engines[0].process.wait(15)


def test_it_says_where_everything_is_and_all_of_it_answers(running):
    engine, data, addresses = running
    for line in (f"Portal  http://{addresses['web']}/", f"Desk    http://{addresses['desk']}/", f"Data    {data}"):
        assert line in engine.said
    assert listening.speaks_lmtp(addresses["lmtp"])
    with urllib.request.urlopen(f"http://{addresses['web']}/healthz", timeout=10) as answer:
        assert answer.status == 200
    until(lambda: listening.speaks_http(addresses["desk"], "/"))


def test_a_process_that_dies_is_started_again(running):
    engine, _, addresses = running
    for pid in descendants(engine.process.pid):
        words = Path(f"/proc/{pid}/cmdline").read_bytes() if alive(pid) else b""
        if b"meldpunt.works.mailgate" in words:
            os.kill(pid, signal.SIGKILL)
    until(lambda: "mailgate stopped (SIGKILL); it starts again in 0.5 s." in engine.said)
    until(lambda: listening.speaks_lmtp(addresses["lmtp"]))


def test_a_web_server_that_dies_leaves_no_worker_on_the_port(running):
    engine, _, addresses = running
    for pid in descendants(engine.process.pid):
        words = Path(f"/proc/{pid}/cmdline").read_bytes() if alive(pid) else b""
        if b"meldpunt.works.web" in words and addresses["web"].split(":")[1].encode() in words:
            os.kill(pid, signal.SIGKILL)
            break  # the server; its worker comes later in the list
    until(lambda: "portal stopped (SIGKILL)" in engine.said)
    until(lambda: listening.speaks_http(addresses["web"], "/healthz"))


def test_a_second_one_on_the_same_folder_is_refused(running, start):
    engine, data, _ = running
    others = {what: free_address() for what in ("web", "desk", "lmtp")}
    second = start(environ_for(data, **others), "meldpunt.site.cli", "up")
    assert second.ends() == 1
    assert second.said == (
        f"meldpunt: Meldpunt is running on the data folder {data} already (process {engine.process.pid}).\n"
    )


def test_interrupted_it_ends_cleanly_and_leaves_nobody_behind(folder, start, addresses):
    engine = started(start, folder, addresses)
    below = descendants(engine.process.pid)
    assert len(below) >= len(PARTS)
    engine.hears(signal.SIGINT)
    assert engine.ends(12) == 0
    assert [pid for pid in below if alive(pid)] == []
    assert "Meldpunt has stopped." in engine.said and "by force" not in engine.said
    for address in addresses.values():
        listening.check_free("web", address)


def test_killed_it_leaves_nobody_behind_either(folder, start, addresses):
    engine = started(start, folder, addresses)
    below = descendants(engine.process.pid)
    engine.hears(signal.SIGKILL)
    engine.ends()
    until(lambda: not any(alive(pid) for pid in below), 15)
    for address in addresses.values():
        listening.check_free("web", address)


def refused(start, data: Path, **settings: str) -> str:
    engine = start(environ_for(data, **settings), "meldpunt.site.cli", "up")
    assert engine.ends() == 1
    assert engine.said.count("\n") == 1
    return engine.said


def test_a_port_in_use_is_one_sentence(folder, start, addresses):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        addresses["desk"] = f"127.0.0.1:{taken.getsockname()[1]}"
        said = refused(start, folder, **addresses)
    assert f"desk cannot listen on {addresses['desk']}: address already in use." in said
    assert "--desk or MELDPUNT_DESK" in said


def test_two_services_on_one_port_is_one_sentence(folder, start, addresses):
    said = refused(start, folder, **{**addresses, "lmtp": addresses["web"]})
    assert said == "meldpunt: web and lmtp cannot have the same address.\n"


def test_a_broken_policy_is_one_sentence_with_its_line(folder, start, addresses):
    path = folder / "policy.toml"
    lines = path.read_text().splitlines()
    place = next(n for n, line in enumerate(lines) if line.startswith("assessment"))
    lines[place] = 'assessment = "soon"'
    path.write_text("\n".join(lines))
    said = refused(start, folder, **addresses)
    assert f"{path}: Line {place + 1}:" in said and "soon" in said


def test_an_unknown_setting_is_one_sentence(folder, start, addresses):
    assert "no setting called MELDPUNT_COLOUR" in refused(start, folder, **addresses, colour="red")


def test_a_folder_that_cannot_be_written_to_is_one_sentence(tmp_path, start, addresses):
    (tmp_path / "file").write_text("")
    said = refused(start, tmp_path / "file", **addresses)
    assert "cannot be written to: file exists" in said


def test_a_new_folder_begins_with_the_first_run_page(tmp_path, start, addresses):
    data = tmp_path / "new"
    engine = start(environ_for(data, **addresses), "meldpunt.site.cli", "up")
    until(lambda: "/setup/" in engine.said, 30)
    link = next(word for word in engine.said.split() if "/setup/" in word)
    with urllib.request.urlopen(link, timeout=10) as page:
        assert page.status == 200
    assert not listening.speaks_lmtp(addresses["lmtp"])
    subprocess.run(
        [*engine.process.args[:2], "meldpunt.site.cli", "init", "--name", "N", "--contact", "a@a.example"],
        env=environ_for(data),
        check=True,
        capture_output=True,
    )
    until(lambda: "Ready after" in engine.said, 60)
    assert listening.speaks_lmtp(addresses["lmtp"])
    engine.hears(signal.SIGTERM)
    assert engine.ends(12) == 0


def test_the_environment_can_found_it(tmp_path, start, addresses):
    data = tmp_path / "new"
    engine = started(start, data, addresses, init_name="Voorbeeldstad", init_contact="a@a.example")
    with closing(sqlite3.connect(data / "meldpunt.sqlite3")) as database:
        assert database.execute("SELECT count(*) FROM policy_version").fetchone() == (1,)
    engine.hears(signal.SIGTERM)
    assert engine.ends(12) == 0
