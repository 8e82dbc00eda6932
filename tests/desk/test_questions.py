"""What pages of the desk ask of the database: little, and no more when there are more cases."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

LISTS = ("/", "/closed/", "/held/", "/score/", "/figures/", "/audit/", "/colleagues/", "/people/", "/invitations/")
OTHERS = (
    "/policy/",
    "/policy/change/",
    "/notices/",
    "/keys/",
    "/search/",
    "/account/",
    "/account/sessions/",
)
MOST = 30


def questions(desk, path):
    with CaptureQueriesContext(connection) as asked:
        assert desk.get(path).status_code == 200
    return len(asked)


@pytest.mark.parametrize("path", [*LISTS, *OTHERS])
def test_more_cases_are_no_more_questions(desk, path):
    desk.house.a_case()
    questions(desk, path)  # what is read once in a process
    before = questions(desk, path)
    for _ in range(3):
        desk.house.a_case()
    questions(desk, path)  # figures read on from where they were, once
    assert questions(desk, path) <= before <= MOST
