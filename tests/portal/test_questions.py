"""What public pages ask of the database: next to nothing, however often they are asked for."""

import pytest
from django.test import Client

PAGES = ("/", "/report/", "/my/", "/key/", "/thanks/", "/score/", "/advisories/", "/accessibility/", "/owner/")


@pytest.mark.parametrize("path", PAGES)
def test_a_public_page_asks_little(portal, path, django_assert_max_num_queries):
    client = Client()
    assert client.get(path).status_code == 200  # what is read once in a process
    with django_assert_max_num_queries(5):
        client.get(path)
