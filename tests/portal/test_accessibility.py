"""The accessibility statement says what was measured, and whom to write to."""

import pytest
from tests.cast import CONTACT
from tests.look.catalogue import PAGES
from tests.portal.conftest import words_in

from meldpunt.portal.accessibility import CHECKS, measured


def test_it_is_drawn_from_a_run_without_findings_over_pages_that_there_are():
    found = measured()
    assert found["findings"] == []
    assert set(found["checks"]) == set(CHECKS)
    assert len(found["pages"]) > 100
    assert set(found["pages"]) <= {entry.name for entry in PAGES}, "make statement"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "title"), [("nl", "Toegankelijkheidsverklaring"), ("en", "Accessibility statement")]
)
def test_it_names_the_organisation_its_address_and_the_status(reporter, language, title):
    answer = reporter.client.get(f"/accessibility/?lang={language}")
    words = words_in(answer)
    assert answer.status_code == 200
    assert title in words and CONTACT in words and "WCAG 2.2" in words and "Status C" in words
    assert "Voorbeeldstad" in words
    assert 'href="/accessibility/"' in reporter.client.get("/key/").content.decode()
