"""Asking key directories of strangers' domains: a real HTTPS server on this machine, and everything it may do wrong."""

import socket
import time

import pytest
from tests.works.directory import Authority, directories, names

from meldpunt.vault import wkd
from meldpunt.vault.keysearch import Answer, Outcome
from meldpunt.works import keyfetch
from meldpunt.works.keyfetch import Fetcher
from meldpunt.works.narrow import NotPublic, is_public, resolve

ADDRESS = "Rui@reporter.example"
ADVANCED, DIRECT = wkd.places(ADDRESS)
NONE, TROUBLE = Answer(Outcome.NONE), Answer(Outcome.TROUBLE)


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def net(authority):
    """The advanced host and the direct one."""
    with directories(authority, ADVANCED.host, DIRECT.host) as known:
        yield dict(known)


@pytest.fixture
def look_up(authority, net):
    return Fetcher(names(net), authority.trusting()).look_up


def test_the_advanced_place_is_asked_and_nobody_else(net, look_up):
    net[ADVANCED.host].has(ADVANCED.path, b"a key")
    assert look_up(ADDRESS) == Answer(Outcome.FOUND, b"a key")
    assert net[DIRECT.host].asked == []
    assert net[ADVANCED.host].heard.startswith(f"GET {ADVANCED.path} HTTP/1.1\r\nHost: {ADVANCED.host}\r\n".encode())


def test_the_direct_place_only_when_the_advanced_host_does_not_exist(net, look_up):
    net[DIRECT.host].has(DIRECT.path, b"a key")
    assert look_up(ADDRESS) == NONE
    assert net[DIRECT.host].asked == []
    del net[ADVANCED.host]
    assert look_up(ADDRESS) == Answer(Outcome.FOUND, b"a key")


def test_a_domain_that_is_nowhere(net, look_up):
    net.clear()
    assert look_up(ADDRESS) == NONE
    assert look_up("rui@localhost") == NONE


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (b"HTTP/1.1 404 No\r\n\r\n", NONE),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", NONE),
        (b"HTTP/1.1 503 Later\r\n\r\n", TROUBLE),
        (b"HTTP/1.1 429 Slowly\r\n\r\n", TROUBLE),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nbroken off", TROUBLE),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", TROUBLE),
        (b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n", NONE),
        (b"SSH-2.0-hello\r\n", TROUBLE),
        (b"", TROUBLE),
        (b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 200 + b"\r\na key", TROUBLE),
        (b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * (keyfetch.MOST + 1), NONE),
        (b"HTTP/1.1 200 OK\r\nX: " + b"y" * 200_000 + b"\r\n\r\n", TROUBLE),
    ],
)
def test_answers_that_are_no_key(net, look_up, answer, said):
    net[ADVANCED.host].gives[ADVANCED.path] = answer
    assert look_up(ADDRESS) == said


def test_the_largest_key_is_taken(net, look_up):
    net[ADVANCED.host].has(ADVANCED.path, b"x" * keyfetch.MOST)
    assert len(look_up(ADDRESS).data) == keyfetch.MOST


@pytest.mark.parametrize("code", [301, 302, 307, 308])
def test_no_redirect_is_followed_not_even_to_the_same_host(net, look_up, code):
    there = net[ADVANCED.host]
    there.has("/elsewhere", b"a key")
    there.gives[ADVANCED.path] = f"HTTP/1.1 {code} There\r\nLocation: /elsewhere\r\n\r\n".encode()
    assert look_up(ADDRESS) == NONE
    assert len(there.asked) == 1


def test_a_certificate_for_another_name_or_of_nobody_known(authority, net, look_up, tmp_path):
    net[ADVANCED.host].has(ADVANCED.path, b"a key")
    net[DIRECT.host].has(ADVANCED.path, b"a key")
    swapped = {ADVANCED.host: net[DIRECT.host], DIRECT.host: net[DIRECT.host]}
    assert Fetcher(names(swapped), authority.trusting()).look_up(ADDRESS) == NONE
    assert Fetcher(names(net), Authority(tmp_path).trusting()).look_up(ADDRESS) == NONE
    assert Fetcher(names(net)).look_up(ADDRESS) == NONE
    assert net[ADVANCED.host].asked == net[DIRECT.host].asked == []


def test_an_answer_that_never_ends_is_left(net, look_up, monkeypatch):
    monkeypatch.setattr(keyfetch, "TOTAL", 0.3)
    net[ADVANCED.host].gives[ADVANCED.path] = b"HTTP/1.1 200 OK\r\n\r\n"
    net[ADVANCED.host].drips = True
    began = time.monotonic()
    assert look_up(ADDRESS) == TROUBLE
    assert time.monotonic() - began < 2


@pytest.mark.parametrize("accepts", [True, False])
def test_a_server_that_says_nothing_is_left(authority, monkeypatch, accepts):
    monkeypatch.setattr(keyfetch, "TOTAL", 0.3)
    monkeypatch.setattr(keyfetch, "CONNECT", 0.3)
    with socket.create_server(("127.0.0.1", 0), backlog=0) as silent:
        where = silent.getsockname()
        crowd = [] if accepts else [_hopeful(where) for _ in range(4)]
        began = time.monotonic()
        assert Fetcher(lambda host: [where], authority.trusting()).look_up(ADDRESS) == TROUBLE
        assert time.monotonic() - began < 2
        for one in crowd:
            one.close()


def _hopeful(where):
    one = socket.socket()
    one.setblocking(False)
    one.connect_ex(where)
    return one


def test_the_next_address_of_a_host_is_tried(authority, net):
    net[ADVANCED.host].has(ADVANCED.path, b"a key")
    with socket.create_server(("127.0.0.1", 0)) as gone:
        nobody = gone.getsockname()
    both = Fetcher(lambda host: [nobody, net[host].endpoint], authority.trusting())
    assert both.look_up(ADDRESS) == Answer(Outcome.FOUND, b"a key")


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1"),
        *("100.100.100.200", "168.63.129.16", "192.0.0.192", "192.0.2.1", "198.18.0.1", "224.0.0.1", "240.0.0.1"),
        *("255.255.255.255", "::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fd00:ec2::254", "ff02::1"),
        *("::ffff:127.0.0.1", "::ffff:169.254.169.254", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::1"),
        *("2002:7f00:1::", "2001:0:1::1", "2001:db8::1", "fec0::1", "::127.0.0.1", "localhost"),
    ],
)
def test_what_is_not_the_public_internet(address):
    assert not is_public(address)


@pytest.mark.parametrize("address", ["1.1.1.1", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"])
def test_what_is(address):
    assert is_public(address)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "::1", "0"])
def test_the_real_resolver_refuses_this_machine(host):
    with pytest.raises(NotPublic):
        resolve(host)


def test_one_private_address_among_public_ones_is_enough_to_refuse(monkeypatch):
    both = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, 443)) for ip in ("1.1.1.1", "10.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: both)
    with pytest.raises(NotPublic):
        resolve("two-faced.example")
    assert Fetcher().look_up("rui@two-faced.example") == NONE


def test_a_directory_on_a_private_address_does_not_lead_to_the_direct_place(authority, net):
    net[DIRECT.host].has(DIRECT.path, b"a key")

    def private(host):
        if host == ADVANCED.host:
            raise NotPublic
        return [net[host].endpoint]

    assert Fetcher(private, authority.trusting()).look_up(ADDRESS) == NONE
    assert net[DIRECT.host].asked == []


def test_a_host_is_looked_up_once_and_that_address_is_connected_to(monkeypatch, authority, net):
    """Between looking and connecting nobody gets to say another address."""
    real, asked = socket.getaddrinfo, []

    def watched(host, *more, **words):
        asked.append(host)
        return real(host, *more, **words)

    monkeypatch.setattr(socket, "getaddrinfo", watched)
    net[ADVANCED.host].has(ADVANCED.path, b"a key")
    assert Fetcher(names(net), authority.trusting()).look_up(ADDRESS).outcome is Outcome.FOUND
    assert set(asked) <= {"127.0.0.1"}
