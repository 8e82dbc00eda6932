"""The two houses, each started once in a run."""

from collections.abc import Iterator

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
