"""What the flag popup offers, and where it stands. Must not know the popup's widgets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from PySide6.QtCore import QRect, QSize

EDGE, GAP = 8, 8  # from the page's edges, and from what is flagged


class Named(Protocol):
    """Something that is picked by name and kept by id; a rubric's Choice is one."""

    @property
    def id(self) -> str: ...

    @property
    def name(self) -> str: ...


Category = tuple[str, str, str, bool, Sequence[Named]]


@dataclass(frozen=True)
class FlagChoices:
    """Categories as (id, letter, name, asks for a target group, kinds), severities mildest first, target groups.

    By a category's id: what its published name means, and what it is for.
    """

    categories: tuple[Category, ...]
    severities: tuple[str, ...]
    target_groups: Sequence[Named] = field(default_factory=tuple)
    glosses: Mapping[str, str] = field(default_factory=dict)
    helps: Mapping[str, str] = field(default_factory=dict)


def beside(here: QRect, page: QSize, size: QSize, least: int) -> QRect:
    """Beside what is flagged, at the side that has most room; in the page, as small as its lists allow (`least`)."""
    height = min(size.height(), page.height() - 2 * EDGE)
    room = max(here.left(), page.width() - here.right() - 1) - EDGE - GAP
    width = min(max(least, min(size.width(), room)), page.width() - 2 * EDGE)
    right = page.width() - here.right() - 1 >= here.left()
    x = here.right() + 1 + GAP if right else here.left() - GAP - width
    x = min(max(x, EDGE), page.width() - width - EDGE)
    y = min(max(here.center().y() - height // 2, EDGE), page.height() - height - EDGE)
    return QRect(x, max(y, EDGE), width, height)
