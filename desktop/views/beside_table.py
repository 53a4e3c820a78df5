"""What two judgements say of the same answers, line by line under each answer; what differs is marked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFont, QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem, QWidget

from desktop.flow import keymap
from desktop.flow.beside import Group, Line
from desktop.flow.quantities import count_text
from desktop.flow.shown_text import in_one_line, named
from desktop.flow.wording import gettext as _
from desktop.flow.wording import ngettext
from desktop.theme.theme import current_theme
from desktop.views.parts import name_headers, plain_tooltip
from desktop.views.parts.key_names import key_name
from desktop.views.parts.whole_end import whole_rows

DIFFERS = "≠"
LONGEST = 140  # characters of a long text that a cell shows; the whole stands beside the table
ROW = 24
AIR = 8  # above and below the words of a row together
_ABOUT_SHARE = 0.3  # of the width


@dataclass(frozen=True)
class Spot:
    """A row: a line of a group, or the group's heading."""

    group: Group
    line: Line | None = None


class BesideTable(QTableWidget):
    """`turned` carries the Spot of the row that is looked at, `commanded` a command whose key was pressed."""

    turned = Signal(object)
    commanded = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(0, 3, parent)
        self._groups: tuple[Group, ...] = ()
        self._titles: tuple[str, ...] = ()
        self._spots: tuple[Spot, ...] = ()
        self._only_differences = False
        self.setObjectName("besideTable")
        self.setAccessibleName(_("What both say"))
        name_headers(self)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setProperty("ring", "outside")
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setWordWrap(True)
        self._whole = whole_rows(self)
        self.verticalHeader().hide()
        self.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.horizontalHeader().setHighlightSections(False)
        self.currentCellChanged.connect(self._on_current)

    @property
    def spot(self) -> Spot | None:
        """What is looked at."""
        row = self.currentRow()
        return self._spots[row] if 0 <= row < len(self._spots) else None

    @property
    def spots(self) -> tuple[Spot, ...]:
        """The rows from above."""
        return self._spots

    @property
    def only_differences(self) -> bool:
        return self._only_differences

    def show_groups(self, groups: Sequence[Group], titles: tuple[str, str]) -> None:
        """Show what both say; `titles` name the two. The first difference is looked at."""
        self._groups, self._titles = tuple(groups), ("", *map(in_one_line, titles))
        self.setHorizontalHeaderItem(0, QTableWidgetItem(""))
        for column, title in enumerate(titles, 1):
            head = QTableWidgetItem()
            head.setData(Qt.ItemDataRole.AccessibleTextRole, in_one_line(title))
            head.setToolTip(plain_tooltip(title))
            self.setHorizontalHeaderItem(column, head)
        self._fill()
        self.setCurrentCell(-1, -1)
        self.next_difference()

    def show_only_differences(self, only: bool) -> None:
        """Leave out the lines in which both say the same, or show them again; the same answer is looked at."""
        before = self.spot
        self._only_differences = only
        self._fill()
        wanted = [row for row, spot in enumerate(self._spots) if spot == before]
        if wanted:
            self.setCurrentCell(wanted[0], 0)
        elif before is not None:
            self.go_to(before.group.key)

    def next_difference(self) -> None:
        """Look at the next line that differs; after the last one at the first."""
        rows = [row for row, spot in enumerate(self._spots) if spot.line is not None and spot.line.differs]
        after = [row for row in rows if row > self.currentRow()]
        if rows or self._spots:
            self.setCurrentCell((after or rows or [0])[0], 0)

    def go_to(self, key: str) -> None:
        """Look at an answer."""
        for row, spot in enumerate(self._spots):
            if spot.group.key == key and spot.line is None:
                self.setCurrentCell(row, 0)
                self.scrollTo(self.model().index(row, 0), QAbstractItemView.ScrollHint.PositionAtTop)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        command = keymap.current().at("beside", key_name(event))
        answers = [group.key for group in self._groups if group.key]
        if command is not None:
            self.commanded.emit(command)
        elif event.text().isdecimal() and 0 < int(event.text()) <= len(answers):
            self.go_to(answers[int(event.text()) - 1])
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QEvent) -> None:
        super().resizeEvent(event)  # type: ignore[arg-type]  # a QResizeEvent by Qt's contract
        self._measure()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.StyleChange, QEvent.Type.FontChange) and hasattr(self, "_spots"):
            self._fill()

    def _measure(self) -> None:
        """A third for what it is about, the rest for both alike; as high as the words need."""
        width = self.viewport().width()
        about = round(width * _ABOUT_SHARE)
        for column, share in enumerate((about, (width - about) // 2, width - about - (width - about) // 2)):
            self.setColumnWidth(column, share)
        self._fit_titles()
        for row in range(self.rowCount()):
            self.setRowHeight(row, max(ROW, self.sizeHintForRow(row) + AIR))

    def _fit_titles(self) -> None:
        """A name that is too long gives up its middle: whose it is, and how the key begins that it came with, stay."""
        head = self.horizontalHeader()
        for column, title in enumerate(self._titles):
            item, letters = self.horizontalHeaderItem(column), head.fontMetrics()
            if item is None:
                continue
            item.setText(title)
            over = head.sectionSizeFromContents(column).width() - head.sectionSize(column)
            if over > 0:
                room = letters.horizontalAdvance(title) - over
                item.setText(letters.elidedText(title, Qt.TextElideMode.ElideMiddle, max(0, room)))

    def _fill(self) -> None:
        at, blocked = self.currentRow(), self.blockSignals(True)
        self._spots = tuple(
            spot
            for group in self._groups
            for spot in (Spot(group), *(Spot(group, line) for line in group.lines))
            if spot.line is None or spot.line.differs or not self._only_differences
        )
        self.clearSpans()
        self.setRowCount(len(self._spots))
        for row, spot in enumerate(self._spots):
            if spot.line is None:
                self._show_heading(row, spot.group)
            else:
                self._show_line(row, spot.group, spot.line)
        self.setCurrentCell(min(at, len(self._spots) - 1), 0)
        self.blockSignals(blocked)
        self._measure()

    def _show_heading(self, row: int, group: Group) -> None:
        count = group.differences
        words = ngettext("{} differs", "{} differ", count).format(count_text(count)) if count else _("the same")
        title, said = QTableWidgetItem(group.title), QTableWidgetItem(words)
        font = QFont(self.font())
        font.setBold(True)
        title.setFont(font)
        said.setForeground(current_theme().colour("text-secondary"))
        for item in (title, said):
            item.setBackground(current_theme().colour("surface-sunken"))
            item.setData(Qt.ItemDataRole.AccessibleTextRole, named(f"{group.title}: {words}"))
        self.setItem(row, 0, title)
        self.setItem(row, 1, said)
        self.setItem(row, 2, QTableWidgetItem())
        self.setSpan(row, 1, 1, 2)

    def _show_line(self, row: int, group: Group, line: Line) -> None:
        theme = current_theme()
        spoken = named(_spoken(group, line))
        about = in_one_line(line.about)
        texts = (f"{DIFFERS} {about}" if line.differs else about, _cell(line.mine), _cell(line.theirs))
        for column, text in enumerate(texts):
            item = QTableWidgetItem(text)
            item.setToolTip(plain_tooltip((line.about, line.mine, line.theirs)[column]))
            item.setData(Qt.ItemDataRole.AccessibleTextRole, spoken)
            if line.differs and not self._only_differences:  # where everything differs, nothing stands out
                item.setBackground(theme.colour("warning-subtle"))
            if column == 0:
                item.setForeground(theme.colour("text" if line.differs else "text-secondary"))
            self.setItem(row, column, item)

    def _on_current(self, row: int, _column: int, before: int, _before_column: int) -> None:
        if row != before and self.spot is not None:
            self.turned.emit(self.spot)


def _cell(text: str) -> str:
    """A text as a cell shows it: its beginning, with a dash for nothing."""
    shown = named(text)
    if not shown:
        return "–"
    return f"{' '.join(shown[:LONGEST].split())} …" if len(shown) > LONGEST else shown


def _spoken(group: Group, line: Line) -> str:
    """A line for a screen reader."""
    nothing = _("nothing")
    words = _("{answer}, {about}: this one {mine}; the other one {theirs}; {differs}").format(
        answer=group.title,
        about=line.about,
        mine=line.mine or nothing,
        theirs=line.theirs or nothing,
        differs=_("they differ") if line.differs else _("the same"),
    )
    return in_one_line(words)
