"""Every theme that we give along can be read, in the light and in the dark: WCAG 2.2, 1.4.3 and 1.4.11."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
OURS = ROOT / "src" / "meldpunt" / "static" / "css" / "tokens.css"
THEMES = {"ours": (OURS,), "harbour": (OURS, ROOT / "docs" / "theme-harbour.css")}
TEXT = [(ink, on) for ink in ("ink", "ink-muted", "accent", "accent-hover", "late") for on in ("paper", "sheet")]
TEXT += [("on-accent", "accent"), ("on-accent", "accent-hover")]
TEXT += [(ink, on) for on in ("slip", "memo") for ink in ("ink", f"{on}-ink-muted")]
SHAPES = [(line, on) for line in ("control-border", "rule", "accent") for on in ("paper", "sheet")]
SHAPES += [("slip-edge", "paper"), ("memo-edge", "paper"), ("accent", "slip"), ("accent", "memo")]
NAMED = re.compile(r"--meldpunt-color-([\w-]+):\s*([^;]+);")


def colours(theme: str, scheme: str) -> dict[str, str]:
    """What each name comes to, with the theme's own values over ours."""
    found: dict[str, str] = {}
    for path in THEMES[theme]:
        light, _, dark = path.read_text().partition("@media (prefers-color-scheme: dark)")
        found |= dict(NAMED.findall(light)) | (dict(NAMED.findall(dark)) if scheme == "dark" else {})
    return {name: _value(value, found) for name, value in found.items()}


def _value(value: str, found: dict[str, str]) -> str:
    """The hexadecimal colour behind ``var(--utrecht-…, #…)`` or another name of ours."""
    ours = re.fullmatch(r"var\(--meldpunt-color-([\w-]+)\)", value)
    return _value(found[ours[1]], found) if ours else re.findall(r"#[0-9a-f]{3,6}", value)[-1]


def contrast(one: str, other: str) -> float:
    """The ratio of WCAG: from 1, no difference, to 21, black on white."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(one * 2 for one in colour[1:])
    parts = (int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4))
    red, green, blue = (one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_the_ratio_is_that_of_the_standard():
    assert round(contrast("#000000", "#ffffff"), 2) == 21 and round(contrast("#777777", "#fff"), 2) == 4.48


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("theme", THEMES)
def test_text_and_shapes_stand_out(theme, scheme):
    here = colours(theme, scheme)
    pale = [(one, on, round(contrast(here[one], here[on]), 2)) for one, on in TEXT + SHAPES]
    assert [said for said in pale if said[2] < (4.5 if said[:2] in TEXT else 3)] == []


def test_a_theme_names_only_what_there_is():
    known = set(re.findall(r"--meldpunt-[\w-]+(?=:)", OURS.read_text()))
    for _ours, *own in THEMES.values():
        assert {name for path in own for name in re.findall(r"--meldpunt-[\w-]+(?=:)", path.read_text())} <= known
