import logging
import sys

from meldpunt.site.logs import Places


def line(name, message, *words, fault=None, **more):
    record = logging.LogRecord(name, logging.ERROR, "x.py", 1, message, words, fault)
    record.__dict__.update(more)
    return Places("%(levelname)s %(message)s").format(record)


def test_a_fault_is_told_by_its_kind_and_place_without_its_words():
    try:
        raise ValueError("the secret is Zilvermeeuw")
    except ValueError:
        told = line("meldpunt.opener", "A letter failed.", fault=sys.exc_info())

    assert "Zilvermeeuw" not in told
    assert "(ValueError at test_logs.py:" in told
    assert "\n" not in told


def test_the_path_of_a_request_is_not_repeated():
    told = line("django.request", "Internal Server Error: %s", "/welcome/one-time-token/", status_code=500)
    assert told == "ERROR a request failed with status 500"


def test_other_lines_stay_as_they_are():
    assert line("meldpunt.works", "Letters wait: %s.", "disk full") == "ERROR Letters wait: disk full."
