from tests.works.house import founded, house, start  # noqa: F401  fixtures
