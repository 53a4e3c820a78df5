"""Ratings as an item model: axes and questions are rows, answers are columns.

Shows a frozen value and changes nothing by itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from desktop.flow.shown_text import in_one_line, named
from desktop.flow.wording import gettext as _
from desktop.qt_models.tooltips import plain_tooltip

Value = int | str | tuple[str, ...] | None
Index = QModelIndex | QPersistentModelIndex

LINE_ROLE = Qt.ItemDataRole.UserRole + 1
VALUE_ROLE = Qt.ItemDataRole.UserRole + 2

NOT_APPLICABLE = "na"
SHOWN_CHOICES = 3  # more than so many of a question with several are counted in a cell


@dataclass(frozen=True)
class Mark:
    """A value that a question takes: the key that gives it, how a cell shows it, its name, and what that means."""

    key: str
    value: str
    shown: str
    name: str
    gloss: str = ""

    @property
    def full_name(self) -> str:
        """The name with its gloss."""
        return f"{self.name} ({self.gloss})" if self.gloss else self.name


@dataclass(frozen=True)
class RatingLine:
    """A row: an axis from `lowest` to `highest` (with `na`: "not applicable" too), or a question with its marks.

    `several`: any number of marks, none of them too. `steps` names values of an axis, `help` explains the row, and
    `gloss` says what a published name means.
    """

    name: str
    lowest: int = 0
    highest: int = 0
    na: bool = False
    marks: tuple[Mark, ...] = ()
    several: bool = False
    steps: tuple[tuple[int, str], ...] = ()
    help: str = ""
    gloss: str = ""

    @property
    def full_name(self) -> str:
        """The name with its gloss."""
        return f"{self.name} ({self.gloss})" if self.gloss else self.name

    def mark(self, value: str) -> Mark:
        """The mark of a value that stands in a record."""
        return next((mark for mark in self.marks if mark.value == value), Mark("", value, value, value))

    def shown(self, value: Value, *, short: bool = False) -> str:
        """A value as a cell has room for it; `short` is one letter of a word, and how many of several choices."""
        if value is None:
            return "?"
        if isinstance(value, tuple):
            chosen = [self.mark(each).shown for each in value]
            most = 1 if short else SHOWN_CHOICES
            return "–" if not chosen else " ".join(chosen) if len(chosen) <= most else f"{len(chosen)}×"
        if value == NOT_APPLICABLE and not self.marks:
            return "–"
        if not isinstance(value, str):
            return str(value)
        word = self.mark(value).shown
        return word[:1] if short else word

    def spoken(self, value: Value) -> str:
        """A value in words."""
        if value is None:
            return _("missing")
        if isinstance(value, tuple):
            return ", ".join(self.mark(each).full_name for each in value) or _("none of them")
        if isinstance(value, int):
            name = dict(self.steps).get(value, "")
            told = _("{value} of {highest}").format(value=value, highest=self.highest)
            return f"{told}, {name}" if name else told
        return _("not applicable") if value == NOT_APPLICABLE and not self.marks else self.mark(value).full_name


@dataclass(frozen=True)
class RatingGrid:
    """What is rated: the rows, how many answers, and values by (position, row).

    `closed` are positions of which nothing is asked: an answer that came to nothing.
    """

    lines: tuple[RatingLine, ...] = ()
    answers: int = 0
    values: Mapping[tuple[int, int], Value] = field(default_factory=dict)
    closed: frozenset[int] = frozenset()

    def short_name(self, row: int) -> str:
        """A row's name without the words with which another row begins too: questions begin alike."""
        words = in_one_line(self.lines[row].name).split(" ")
        others = (in_one_line(line.name).split(" ") for at, line in enumerate(self.lines) if at != row)
        alike = max((_alike(words, other) for other in others), default=0)
        return f"…{' '.join(words[alike:])}" if 0 < alike < len(words) else " ".join(words)

    def is_open(self, position: int, row: int) -> bool:
        """Whether a cell waits for a value."""
        return position not in self.closed and self.value(position, row) is None

    def next_open(self, position: int, row: int) -> tuple[int, int] | None:
        """The first place that waits after this one, answer by answer, and round again; None where none does."""
        places = [(p, r) for p in range(self.answers) for r in range(len(self.lines))]
        later = [place for place in places if place > (position, row)]
        return next((place for place in (*later, *places) if self.is_open(*place)), None)

    def value(self, position: int, row: int) -> Value:
        """The value of a cell, None where it is missing."""
        return self.values.get((position, row))


def _alike(words: Sequence[str], others: Sequence[str]) -> int:
    """With how many words both begin."""
    pairs = zip(words, others, strict=False)
    return next((at for at, (one, other) in enumerate(pairs) if one != other), min(len(words), len(others)))


class RatingsModel(QAbstractTableModel):
    """Rows are axes and questions, columns are answers by position."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._grid = RatingGrid()

    @property
    def grid(self) -> RatingGrid:
        return self._grid

    def show_grid(self, grid: RatingGrid) -> None:
        """Show another grid; where the shape is the same, only values are told as changed."""
        if grid == self._grid:
            return
        same = grid.lines == self._grid.lines and grid.answers == self._grid.answers
        if same:
            self._grid = grid
            if grid.lines and grid.answers:
                self.dataChanged.emit(self.index(0, 0), self.index(len(grid.lines) - 1, grid.answers - 1))
        else:
            self.beginResetModel()
            self._grid = grid
            self.endResetModel()

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._grid.lines)

    def columnCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else self._grid.answers

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        line = self._grid.lines[index.row()]
        value = self._grid.value(index.column(), index.row())
        if role == Qt.ItemDataRole.DisplayRole:
            return line.shown(value)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            place = _("{axis}, answer {letter}").format(axis=line.full_name, letter=letter_of(index.column()))
            asked = index.column() not in self._grid.closed
            return named(f"{place}, {line.spoken(value) if asked or value is not None else _('not asked')}")
        if role == VALUE_ROLE:
            return value
        return line if role == LINE_ROLE else None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation == Qt.Orientation.Horizontal:
            return letter_of(section) if role == Qt.ItemDataRole.DisplayRole else None
        if section >= len(self._grid.lines):
            return None
        line = self._grid.lines[section]
        if role == Qt.ItemDataRole.ToolTipRole:  # the name is cut where it has no room
            return plain_tooltip(line.full_name)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return named(line.full_name)
        return line.name if role == Qt.ItemDataRole.DisplayRole else None


def letter_of(position: int) -> str:
    """The letter on the screen of the answer at a position."""
    return chr(ord("A") + position)
