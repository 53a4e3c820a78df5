"""What the whole room of models is told, not at one model. Must not know who shows it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from desktop.flow.models.reading import damage_words
from desktop.flow.wording import gettext as _


@dataclass(frozen=True)
class News:
    """Something the whole room is told. `chosen` is the row that it is about, `in_place_of` one that it takes the place
    of; `undo` brings back what was removed, `add_again` says that adding is the way out.
    """

    kind: Literal["success", "warning", "error"]
    text: str
    chosen: str = ""
    in_place_of: str = ""
    undo: Path | None = None
    reason: str = ""
    add_again: bool = False


def damage_news(path: Path) -> News:
    """A list of models or servers that cannot be understood, and the ways out of that."""
    return News(
        "warning",
        damage_words(path),
        reason=_("Mend the file, or add again what is missing: then the damaged file is set aside, not lost."),
        add_again=True,
    )
