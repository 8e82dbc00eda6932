"""One value of a policy's text is changed, and every other value, every comment and every line stays."""

import copy
import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meldpunt.policy.amending import amend, value_at, without_language
from meldpunt.policy.default import default_text
from meldpunt.policy.document import read

TEXT = default_text(name="Gemeente Voorbeeldstad", contact="cvd@voorbeeldstad.example", languages=("nl", "en"))
SHAPES = '''languages = ["nl"] # one
reward = { kind = "thanks", text = { nl = "Dank." } }
credit.offered = true
[a]
x = "1 # no comment" # a comment

# y = "..."
z = [ # first
  "one", # two ]
]
[a.b]
"quoted key" = """
two
lines"""
[[many]]
nl = "een"
[[many]]
nl = "twee"
en = "two"'''


def with_value(values, path, value):
    values = copy.deepcopy(values)
    inner = values
    for part in path[:-1]:
        inner = inner[part] if isinstance(part, int) else inner.setdefault(part, {})
    inner[path[-1]] = value
    return values


PATHS = [
    ("languages",),
    ("reward", "kind"),
    ("reward", "text", "nl"),
    ("reward", "text", "en"),
    ("credit", "offered"),
    ("credit", "alias"),
    ("a", "x"),
    ("a", "y"),
    ("a", "z"),
    ("a", "new"),
    ("a", "b", "quoted key"),
    ("a", "b", "c", "d"),
    ("many", 0, "en"),
    ("many", 1, "en"),
    ("new", "table", "key"),
]


@pytest.mark.parametrize("path", PATHS, ids=lambda path: ".".join(map(str, path)))
@given(value=st.one_of(st.text(st.characters(exclude_categories=["Cs"])), st.booleans(), st.lists(st.dates())))
def test_the_value_is_there_and_nothing_else_changed(path, value):
    changed = amend(SHAPES, path, value)
    assert tomllib.loads(changed) == with_value(tomllib.loads(SHAPES), path, value)
    assert value_at(changed, path) == value


def test_comments_and_order_stay():
    changed = amend(TEXT, ("promises", "P1", "assessment"), "5 working days")
    before, after = TEXT.splitlines(), changed.splitlines()
    assert [(one, other) for one, other in zip(before, after, strict=True) if one != other] == [
        ('assessment = "3 working days"', 'assessment = "5 working days"')
    ]
    assert '"1 # no comment" # a comment' not in amend(SHAPES, ("a", "x"), "2")
    assert 'x = "2" # a comment' in amend(SHAPES, ("a", "x"), "2")


def test_what_is_new_stands_below_the_comment_that_shows_it():
    changed = amend(TEXT, ("calendar", "cut_off"), "17:00")
    assert '# cut_off = "17:00"\ncut_off = "17:00"\n' in changed
    changed = amend(TEXT, ("privacy", "retention"), "12 months")
    assert changed.endswith('\n[privacy]\nretention = "12 months"\n') and read(changed).retention


def test_a_value_is_taken_away():
    assert amend(amend(TEXT, ("calendar", "cut_off"), "17:00"), ("calendar", "cut_off"), None) == TEXT
    assert "text" not in tomllib.loads(amend(SHAPES, ("reward", "text", "nl"), None))["reward"].get("kind", "")
    assert tomllib.loads(amend(SHAPES, ("reward", "text"), None))["reward"] == {"kind": "thanks"}
    assert amend(SHAPES, ("absent",), None) == SHAPES


def test_a_language_leaves_with_all_its_sentences():
    changed = amend(without_language(TEXT, "en"), ("languages",), ["nl"])
    assert read(changed).languages == ("nl",)
    assert without_language(SHAPES, "en").endswith('nl = "twee"\n')


def test_line_ends_of_a_browser_do_no_harm():
    assert amend(SHAPES.replace("\n", "\r\n"), ("a", "x"), "2") == amend(SHAPES, ("a", "x"), "2")
