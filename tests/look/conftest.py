"""The two houses, each started once in a run."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.look import houses
from tests.look.houses import House


@pytest.fixture(scope="session")
def lively(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with houses.lively(tmp_path_factory.mktemp("lively")) as house:
        yield house


@pytest.fixture(scope="session")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with houses.empty(tmp_path_factory.mktemp("empty")) as house:
        yield house


@pytest.fixture
def unfounded(tmp_path: Path) -> Iterator[House]:
    with houses.unfounded(tmp_path) as house:
        yield house
