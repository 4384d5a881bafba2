"""The four colour schemes: every pair of text and ground at 7:1, every border at 3:1."""

import re
from pathlib import Path

import pytest

import madoguchi

CSS = (Path(madoguchi.__file__).parent / "web/kit/static/kit.css").read_text("utf-8")
BLOCK = re.compile(r"(:root|\[data-scheme=(\w+)\]) \{([^}]*--bg[^}]*)\}")
GROUNDS = ("bg", "surface", "tint")
TEXTS = ("text", "muted", "link", "visited")
ON_GROUND = ("bad", "good", "warn")


def schemes() -> dict[str, dict[str, str]]:
    """The tokens of each scheme, read from the style sheet."""
    screen = CSS.split("@media print")[0].split("@media (prefers-color-scheme")[0]
    return {
        hit[2] or "standard": dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{3,6})", hit[3]))
        for hit in BLOCK.finditer(screen)
    }


def luminance(colour: str) -> float:
    """Relative luminance as WCAG defines it."""
    digits = colour[1:] if len(colour) == 7 else "".join(c * 2 for c in colour[1:])
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """The contrast of two colours, 1 to 21."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_there_are_four() -> None:
    assert set(schemes()) == {"standard", "blue", "yellow", "black"}


@pytest.mark.parametrize("scheme", schemes())
def test_text_is_readable_on_every_background(scheme: str) -> None:
    tokens = schemes()[scheme]
    pairs = [(text, reason) for text in TEXTS for reason in GROUNDS]
    pairs += [(text, reason) for text in ON_GROUND for reason in ("bg", "surface")]
    pairs += [("on-act", "act"), ("on-act", "act-over"), ("bg", "text")]
    assert not [p for p in pairs if contrast(tokens[p[0]], tokens[p[1]]) < 7]


@pytest.mark.parametrize("scheme", schemes())
def test_borders_and_focus_are_seen(scheme: str) -> None:
    tokens = schemes()[scheme]
    pairs = [("line", "bg"), ("line", "surface"), ("act", "bg"), ("focus", "bg"), ("focus", "ring")]
    assert not [p for p in pairs if contrast(tokens[p[0]], tokens[p[1]]) < 3]


def test_no_size_is_fixed_in_pixels() -> None:
    assert not re.findall(r"font-size:\s*\d+px", CSS)


def test_black_and_white_are_as_far_apart_as_can_be() -> None:
    assert round(contrast("#fff", "#000000"), 2) == 21.0
