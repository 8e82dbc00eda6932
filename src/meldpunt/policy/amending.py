"""Changing one value in the text of a policy, and nothing else: its comments and its order stay.  Pure.

Whether the changed text is a policy is for ``document.read`` to say.
"""

import json
import re
import tomllib
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from meldpunt.policy.lines import PIECE, Lines, Path, Span

Value = str | bool | date | Sequence[str] | Sequence[date]
BARE = re.compile(r"[A-Za-z0-9_-]+")


def value_at(text: str, path: Path) -> Any:
    """What stands at ``path`` in a text that is TOML; None when there is nothing."""
    return within(tomllib.loads(text), path)


def amend(text: str, path: Path, value: Value | None) -> str:
    """``text`` (which is TOML) with ``value`` at ``path``; without anything there when it is None."""
    lines = Lines(text)
    if path in lines.spans:
        return _replaced(lines, lines.spans[path], value)
    outer = next((path[:n] for n in range(len(path) - 1, 0, -1) if path[:n] in lines.spans), None)
    if outer is not None:  # it stands within { } somewhere above
        inner = _changed(value_at(text, outer), path[len(outer) :], value)
        return _replaced(lines, lines.spans[outer], inner)
    if value is None:
        return _without(lines, path)
    return _added(lines, path, value)


def without_language(text: str, language: str) -> str:
    """``text`` with every sentence in that language taken out."""
    for path in reversed(_spoken(tomllib.loads(text), language)):
        text = amend(text, path, None)
    return text


def within(values: Any, path: Path) -> Any:
    """What stands at ``path`` among ``values``; None when there is nothing."""
    for part in path:
        if isinstance(values, list):
            values = values[part] if isinstance(part, int) and part < len(values) else None
        elif isinstance(values, dict):
            values = values.get(part)
        else:
            return None
    return values


def _replaced(lines: Lines, span: Span, value: Any) -> str:
    text = lines.text
    if value is None:
        return text[: span.start] + text[span.end :]
    end = _end_of_value(text, span)
    return f"{text[: span.value]} {literal(value)}{text[end:]}"


def _end_of_value(text: str, span: Span) -> int:
    """Before the comment that may follow it on its line, and the space before that."""
    depth, end = 0, span.end
    for piece in PIECE.finditer(text, span.value, span.end):
        if depth <= 0 and (piece[0] == "\n" or piece[0].startswith("#")):
            end = piece.start()
            break
        depth += (piece[0] in "[{") - (piece[0] in "]}")
    return span.value + len(text[span.value : end].rstrip())


def _added(lines: Lines, path: Path, value: Value) -> str:
    """A new line at the end of the table where it belongs, beside a comment that names it, or in a table of its own."""
    text = lines.text if lines.text.endswith("\n") or not lines.text else f"{lines.text}\n"
    table = next(path[:n] for n in range(len(path) - 1, -1, -1) if path[:n] in lines.tables)
    if not table and len(path) > 1:
        kin = [span.end for found, span in lines.spans.items() if not span.table and found[0] == path[0]]
        if not kin:
            return f"{text}\n[{_dotted(path[:-1])}]\n{_dotted(path[-1:])} = {literal(value)}\n"
        at = max(kin)
    else:
        at = _place(lines, table, path[len(table) :])
    return f"{text[:at]}{_dotted(path[len(table) :])} = {literal(value)}\n{text[at:]}"


def _place(lines: Lines, table: Path, key: Path) -> int:
    """After the comment in the table that shows how to write it; else after the table's last line."""
    after = min((at for at in lines.tables.values() if at > lines.tables[table]), default=len(lines.text))
    example = re.compile(rf"^#[ \t]*{re.escape(_dotted(key))}[ \t]*=.*\n", re.MULTILINE)
    found = example.search(lines.text, lines.tables[table], after)
    return found.end() if found else lines.ends[table]


def _without(lines: Lines, path: Path) -> str:
    """All assignments within ``path``; a header that is left empty harms nobody."""
    text = lines.text
    for found, span in sorted(lines.spans.items(), key=lambda one: one[1].start, reverse=True):
        if found[: len(path)] == path:
            text = text[: span.start] + text[span.end :]
    return text


def _changed(values: Any, path: Path, value: Any) -> Any:
    """A copy of ``values`` with ``value`` at ``path`` within it."""
    if not path:
        return value
    first, rest = path[0], path[1:]
    if isinstance(values, list) and isinstance(first, int):
        return [_changed(one, rest, value) if n == first else one for n, one in enumerate(values)]
    changed = dict(values) if isinstance(values, dict) else {}
    inner = _changed(changed.get(first), rest, value)
    return {**changed, first: inner} if inner is not None else {k: v for k, v in changed.items() if k != first}


def _spoken(values: Any, language: str, path: Path = ()) -> list[Path]:
    """Where sentences in ``language`` stand."""
    found: list[Path] = []
    inside = values.items() if isinstance(values, Mapping) else enumerate(values) if isinstance(values, list) else ()
    for key, value in inside:
        if key == language and isinstance(value, str):
            found.append((*path, key))
        else:
            found += _spoken(value, language, (*path, key))
    return found


def literal(value: Any) -> str:
    """A value as TOML."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{_dotted((key,))} = {literal(inner)}" for key, inner in value.items()) + " }"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(literal(one) for one in value) + "]"
    return value.isoformat() if hasattr(value, "isoformat") else str(value)  # a day, a time, a number


def _dotted(path: Path) -> str:
    return ".".join(str(part) if BARE.fullmatch(str(part)) else literal(str(part)) for part in path)
