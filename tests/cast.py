"""Who acts in the tests, and when."""

from datetime import UTC, datetime, timedelta

from meldpunt.ground.values import Actor, Role

MONDAY_NINE = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)  # 09:00 in Amsterdam
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
HANNA = Actor(Role.HANDLER, "hanna", frozenset({Role.LEAD}))  # works the desk, and leads it
OPENER = Actor(Role.MACHINE, "opener")
OPERATOR = Actor(Role.OPERATOR, "operator")
BASE = "https://meld.voorbeeldstad.example"
CONTACT = "cvd@voorbeeldstad.example"
