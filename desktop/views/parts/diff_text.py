"""One side of a comparison: struck words at the left, inserted words at the right, each side readable."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from desktop.theme.theme import current_theme
from desktop.views.parts.sealed_text import SealedText
from desktop.views.parts.text_ink import Stroke
from desktop.views.parts.text_offsets import to_utf16


@dataclass(frozen=True)
class DiffRun:
    """A run that differs, in code points, end exclusive."""

    start: int
    end: int


class DiffText(SealedText):
    """Read-only text with its differing runs painted."""

    def __init__(self, side: Literal["deleted", "inserted"]) -> None:
        super().__init__()
        self._side = side

    def show_runs(self, runs: Sequence[DiffRun]) -> None:
        """Paint these runs; empty ones are left out."""
        theme, text = current_theme(), self.text()
        ground, line = theme.colour(self._side), theme.colour(f"{self._side}-line")
        pattern: Literal["through", "solid"] = "through" if self._side == "deleted" else "solid"
        self.ink.set_strokes(
            [
                Stroke(to_utf16(text, run.start), to_utf16(text, run.end), ground, line, pattern)
                for run in runs
                if run.end > run.start
            ]
        )
