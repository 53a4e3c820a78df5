"""Makes the style sheet of a theme out of window.qss: colour roles after @, sizes after $."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

from desktop.theme.theme import Theme

_STILL = "QTreeView, QLineEdit QToolButton { widget-animation-duration: 0; }\n"  # what Qt would move by itself
_NAME = re.compile(r"([@$])([a-z][a-z0-9-]*)")


@cache
def _source() -> str:
    return (files("desktop.theme") / "window.qss").read_text("utf-8")


def make_stylesheet(theme: Theme) -> str:
    """The sheet with every name filled in; KeyError for a name that neither tokens nor sizes have."""
    sizes = _sizes(theme)
    colours = {**theme.tokens.colours[theme.name], "scroll": theme.hex("pip-empty")}

    def value(match: re.Match[str]) -> str:
        return colours[match[2]] if match[1] == "@" else sizes[match[2]]

    return _NAME.sub(value, _source()) + ("" if theme.motion else _STILL)


def _sizes(theme: Theme) -> dict[str, str]:
    body = theme.line_px("body")
    padding = (theme.grown("control") - body) // 2 - 1
    return {
        "micro": f"{theme.font_px('micro')}px",
        "small": f"{theme.font_px('small')}px",
        "reading": f"{theme.font_px('reading')}px",
        "title": f"{theme.font_px('title')}px",
        "display": f"{theme.font_px('display')}px",
        "mono": theme.mono or "monospace",
        "control-radius": f"{theme.tokens.radius['control']}px",
        "card-radius": f"{theme.tokens.radius['card']}px",
        "field-padding": f"{padding}px",
        "field-padding-focus": f"{padding - 1}px",
        "line": f"{body}px",
        "button-text": f"{body}px",
        "button-padding": f"{padding}px",
        "menu-text": f"{body}px",
        "menu-padding": f"{(theme.grown('row') - body) // 2}px",
        "row": f"{theme.grown('row')}px",
    }
