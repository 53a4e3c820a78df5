"""The design tokens as typed values, read from tokens.json beside this file. No Qt.

Colours are named by role, never by hue; sizes are logical pixels at 100 %.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal, get_args

ThemeName = Literal["light", "dark", "high-contrast"]
THEME_NAMES: tuple[ThemeName, ...] = get_args(ThemeName)

Density = Literal["compact", "normal", "spacious"]
DENSITIES: tuple[Density, ...] = get_args(Density)

TypeRole = Literal["micro", "small", "body", "label", "reading", "title", "display", "code"]
Pattern = Literal["wave", "double", "dash", "dot", "dash-dot", "solid", "box"]


@dataclass(frozen=True)
class TypeSize:
    """Font size, line height and weight (100 to 900) of a type role."""

    size: int
    line: int
    weight: int
    mono: bool = False


@dataclass(frozen=True)
class FlagColours:
    """`line`: underline and border of the mark; `tint`: ground of the span; `strong`: ground of the current one."""

    line: str
    tint: str
    strong: str
    text: str


@dataclass(frozen=True)
class FlagTokens:
    """How a flag category looks: told by colour, pattern and letter together."""

    category: str
    letter: str
    pattern: Pattern
    colours: Mapping[ThemeName, FlagColours]


@dataclass(frozen=True)
class DensityTokens:
    """What a density makes of sizes, by name, and of gaps, by their usual pixels; what is not named stays."""

    size: Mapping[str, int]
    gap: Mapping[int, int]


@dataclass(frozen=True)
class Tokens:
    """Everything in tokens.json that is painted or measured."""

    colours: Mapping[ThemeName, Mapping[str, str]]
    flags: Mapping[str, FlagTokens]
    type: Mapping[str, TypeSize]
    space: Mapping[str, int]
    radius: Mapping[str, int]
    line: Mapping[str, int]
    size: Mapping[str, int]
    density: Mapping[Density, DensityTokens]
    paint: Mapping[str, Any]
    pair_below: int
    columns_from: int
    smallest: tuple[int, int]
    characters: tuple[int, int, int]
    short_ms: int


@cache
def read_tokens() -> Tokens:
    """The packaged tokens; the file is part of the program, so a fault in it is ours and raises."""
    raw = json.loads((files("desktop.theme") / "tokens.json").read_text("utf-8"))
    flags = {name: _flag(name, value) for name, value in raw["flag"].items() if name not in ("about", "paint")}
    layout, measure = raw["layout"], raw["measure"]
    return Tokens(
        colours={name: dict(raw["colour"][name]) for name in THEME_NAMES},
        flags=flags,
        type={
            name: TypeSize(value["size"], value["line"], value["weight"], bool(value.get("mono")))
            for name, value in raw["type"].items()
            if isinstance(value, dict)
        },
        space=dict(raw["space"]),
        radius=dict(raw["radius"]),
        line=dict(raw["line"]),
        size=dict(raw["size"]),
        density={name: _density(raw["density"][name]) for name in DENSITIES},
        paint=raw["flag"]["paint"],
        pair_below=layout["pair-below"],
        columns_from=layout["columns-from"],
        smallest=(layout["smallest"][0], layout["smallest"][1]),
        characters=(measure["characters-min"], measure["characters-best"], measure["characters-max"]),
        short_ms=raw["motion"]["short-ms"],
    )


def _density(value: Mapping[str, Mapping[str, int]]) -> DensityTokens:
    return DensityTokens(dict(value["size"]), {int(usual): made for usual, made in value["gap"].items()})


def _flag(category: str, value: Mapping[str, Any]) -> FlagTokens:
    colours = {
        name: FlagColours(
            line=value[name]["line"],
            tint=value[name]["tint"],
            strong=value[name]["tint-strong"],
            text=value[name]["text"],
        )
        for name in THEME_NAMES
    }
    return FlagTokens(category=category, letter=value["letter"], pattern=value["pattern"], colours=colours)
