from tests.works.engines import folder, founded, start  # noqa: F401  fixtures
