from tests.works.engines import folder, founded, start  # noqa: F401  fixtures
from tests.works.mailbox import dovecot, password, user, wire  # noqa: F401  fixtures
