"""Every text role can be read on every surface it may stand on, in every theme."""

import pytest

from desktop.theme.tokens import THEME_NAMES, ThemeName, read_tokens

SURFACES = ("window", "rail", "surface", "surface-sunken", "surface-raised", "hover")
TEXTS = ("text", "text-secondary", "text-tertiary", "accent-text", "success", "warning", "danger")
PAIRS = (
    ("on-accent", "accent"),
    ("on-accent", "accent-hover"),
    ("on-accent", "accent-pressed"),
    ("on-selection", "selection"),
    ("on-danger", "danger"),
    ("accent-text", "accent-subtle"),
    *((text, "accent-subtle") for text in ("text", "text-secondary", "success", "warning", "danger")),
    ("text", "pressed"),
    ("text", "inserted"),
    ("text", "deleted"),
    ("success", "success-subtle"),
    ("warning", "warning-subtle"),
    ("danger", "danger-subtle"),
    ("text", "success-subtle"),
    ("text", "warning-subtle"),
    ("text", "danger-subtle"),
    ("text-secondary", "success-subtle"),
    ("text-secondary", "warning-subtle"),
    ("text-secondary", "danger-subtle"),
)
# Rings and bars stand anywhere; outlines of controls and axes of charts stand on these grounds only.
GROUNDS = ("window", "surface", "surface-sunken", "surface-raised")
LINES = [(line, surface) for line in ("focus", "accent", "pip") for surface in SURFACES]
LINES += [(line, ground) for line in ("border-strong", "chart-axis") for ground in GROUNDS]


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """WCAG 2.2, relative luminance."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def least(theme: ThemeName) -> float:
    return 7.0 if theme == "high-contrast" else 4.5


def test_contrast_is_measured_as_published() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("theme", THEME_NAMES)
def test_every_text_is_readable_on_every_surface(theme: ThemeName) -> None:
    colours = read_tokens().colours[theme]
    pairs = [(text, surface) for text in TEXTS for surface in SURFACES] + list(PAIRS)
    low = {(a, b): round(contrast(colours[a], colours[b]), 2) for a, b in pairs}
    assert {pair: value for pair, value in low.items() if value < least(theme)} == {}


@pytest.mark.parametrize("theme", THEME_NAMES)
def test_ring_and_strong_lines_are_seen_on_every_surface(theme: ThemeName) -> None:
    colours = read_tokens().colours[theme]
    low = {(a, b): round(contrast(colours[a], colours[b]), 2) for a, b in LINES}
    assert {pair: value for pair, value in low.items() if value < 3} == {}


@pytest.mark.parametrize("theme", THEME_NAMES)
def test_flagged_text_and_marks_are_readable(theme: ThemeName) -> None:
    tokens = read_tokens()
    text = tokens.colours[theme]["text"]
    low = {}
    for flag in tokens.flags.values():
        look = flag.colours[theme]
        low[flag.category, "text on tint"] = contrast(text, look.tint)
        low[flag.category, "letter on tint"] = contrast(look.text, look.tint)
        low[flag.category, "text on current"] = contrast(text, look.strong)
        low[flag.category, "line on tint"] = contrast(look.line, look.tint) / 3 * least(theme)
    assert {pair: round(value, 2) for pair, value in low.items() if value < least(theme)} == {}


def test_categories_differ_without_colour() -> None:
    flags = list(read_tokens().flags.values())
    assert len({flag.letter for flag in flags}) == len({flag.pattern for flag in flags}) == len(flags) == 7
