"""The table of the security standard is complete, and what it names is there."""

import ast
import functools
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
TABLE = ROOT / "docs" / "asvs.md"
# Level of each requirement of ASVS 5.0.0, section by section
LEVELS = {
    "1.1": "22", "1.2": "1111122223", "1.3": "112222222223", "1.4": "222", "1.5": "123",
    "2.1": "122", "2.2": "112", "2.3": "12223", "2.4": "23",
    "3.1": "3", "3.2": "113", "3.3": "12223", "3.4": "11222233", "3.5": "11122333", "3.6": "3", "3.7": "22333",
    "4.1": "12233", "4.2": "23333", "4.3": "22", "4.4": "1222",
    "5.1": "2", "5.2": "112333", "5.3": "113", "5.4": "222",
    "6.1": "122", "6.2": "111111112222", "6.3": "11223333", "6.4": "112233", "6.5": "22222333", "6.6": "2223",
    "6.7": "33", "6.8": "2222",
    "7.1": "222", "7.2": "1111", "7.3": "22", "7.4": "11222", "7.5": "223", "7.6": "22",
    "8.1": "1233", "8.2": "1123", "8.3": "133", "8.4": "23",
    "9.1": "111", "9.2": "1222",
    "10.1": "22", "10.2": "223", "10.3": "22223", "10.4": "1111122222233333", "10.5": "22222", "10.6": "22",
    "10.7": "222",
    "11.1": "2233", "11.2": "22233", "11.3": "11233", "11.4": "1222", "11.5": "23", "11.6": "23", "11.7": "33",
    "12.1": "12233", "12.2": "11", "12.3": "22223",
    "13.1": "2333", "13.2": "222223", "13.3": "2233", "13.4": "1222233",
    "14.1": "22", "14.2": "12223333", "14.3": "122",
    "15.1": "12233", "15.2": "12233", "15.3": "1222222", "15.4": "3333",
    "16.1": "2", "16.2": "22222", "16.3": "2222", "16.4": "222", "16.5": "2223",
    "17.1": "23", "17.2": "22223333", "17.3": "22",
}  # fmt: skip
WHOLE = {"5", "8", "11", "14", "16"}  # chapters of which level 3 is wanted, too
ROW = re.compile(r"^\| (\d+\.\d+\.\d+) \| ([123]) \| ([^|]+) \| (met|not met|n/a) \| ([^|]*) \|$", re.MULTILINE)


def wanted():
    found = {}
    for section, levels in LEVELS.items():
        for place, level in enumerate(levels, 1):
            if level != "3" or section.split(".")[0] in WHOLE:
                found[f"{section}.{place}"] = level
    return found


def rows():
    return {number: (level, stands, where) for number, level, _, stands, where in ROW.findall(TABLE.read_text())}


def test_the_levels_add_up_as_the_standard_says():
    every = "".join(LEVELS.values())
    assert [every.count(level) for level in "123"] == [70, 183, 92]
    assert len(wanted()) == 253 + 25


def test_every_requirement_has_its_line():
    assert {number: level for number, (level, _, _) in rows().items()} == wanted()


def test_what_is_not_so_says_why():
    assert [number for number, (_, _, where) in rows().items() if len(where.strip()) < 6] == []


def test_the_sums_at_the_top_are_right():
    stands = [stand for _, stand, _ in rows().values()]
    text = TABLE.read_text()
    for stand in ("met", "n/a", "not met"):
        assert f"{stands.count(stand)} {stand}" in text, (stand, stands.count(stand))


@functools.cache
def functions(path):
    return {node.name for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.FunctionDef)}


def test_what_is_named_is_there():
    missing = []
    for number, (_, _, where) in rows().items():
        for named in re.findall(r"`([\w./-]+\.(?:py|md|toml|txt|html|js)(?:::\w+)?|[\w-]+/[\w/-]+/?)`", where):
            path, _, test = named.partition("::")
            place = next((base / path for base in (ROOT, ROOT / "src/meldpunt") if (base / path).exists()), None)
            if place is None or (test and test not in functions(place)):
                missing.append(f"{number}: {named}")
    assert missing == []
