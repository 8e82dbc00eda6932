"""The cast of the great tests: the program, a mail server, people with gpg, and a browser."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from tests.journey.browser import Chromium, chromium
from tests.journey.program import Program
from tests.journey.sink import Sink
from tests.ports import free_ports
from tests.vault.gnupg import Person, a_person


@pytest.fixture
def sink() -> Iterator[Sink]:
    with Sink(free_ports(1)[0]) as sink:
        yield sink


@pytest.fixture
def program(tmp_path: Path, sink: Sink) -> Iterator[Program]:
    """Not founded and not started yet; nothing of it runs after the test."""
    program = Program(tmp_path / "program", sink.address)
    try:
        yield program
    finally:
        program.end()


@pytest.fixture
def person() -> Iterator[Callable[[str, str], Person]]:
    """Makes people: ``person(address, name)``."""
    with ExitStack() as stack:
        yield lambda address, name: stack.enter_context(a_person(address, name))


@pytest.fixture
def browser_window(tmp_path: Path) -> Iterator[Chromium]:
    with chromium(tmp_path / "pictures") as browser:
        yield browser


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: "pytest.CallInfo[None]"):  # type: ignore[no-untyped-def]
    """When a test fails: a picture of every page, and what the program said."""
    report = yield
    if report.when == "call" and report.failed:
        cast = getattr(item, "funcargs", {})
        if browser := cast.get("browser_window"):
            pictures = browser.take_pictures()
            report.sections.append(("pictures", "\n".join(str(path) for path in pictures)))
        if program := cast.get("program"):
            report.sections.append(("what the program printed", program.said))
    return report
