from meldpunt.policy.lines import Lines

TEXT = '''# a comment with [a.table] and x = 1
top = "a # b"
list = [
  "one ] ", # two ]
  'three"',
]
[a]
text = """
[not.a.table]
no = "key"
"""
b.c = { d = 1, e = "}" }
"quoted key" = 1

[[many]]
x = 1
[[many]]
x = 2
[many.inner]
y = 3
'''


def test_every_key_is_found_on_its_line():
    lines = Lines(TEXT)
    assert lines.of(("top",)) == 2
    assert lines.of(("list",)) == 3
    assert lines.of(("a",)) == 7
    assert lines.of(("a", "text")) == 8
    assert lines.of(("a", "b", "c")) == 12
    assert lines.of(("a", "quoted key")) == 13
    assert lines.of(("many", 0, "x")) == 16
    assert lines.of(("many", 1, "x")) == 18
    assert lines.of(("many", 1, "inner", "y")) == 20


def test_what_is_not_there_is_placed_at_what_is_around_it():
    lines = Lines(TEXT)
    assert lines.of(("a", "absent")) == 7
    assert lines.of(("a", "b", "c", "e")) == 12
    assert lines.of(("no", "key")) == 1
    assert lines.of(("many", 7)) == 15


def test_windows_line_ends_count_once():
    assert Lines("a = 1\r\n\r\nb = 2\r\n").of(("b",)) == 3
