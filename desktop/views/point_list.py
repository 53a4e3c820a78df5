"""The points that a revision should follow: each with its tick, changed and removed where it stands.

Space ticks, Enter or F2 changes the words, Delete removes; what is typed is told letter by letter, so that a crash
takes nothing. Must not know the session.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import msgspec
from PySide6.QtCore import QEvent, QObject, Qt, Signal, Slot
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from desktop.flow import keymap
from desktop.flow.draft import FeedbackPoint
from desktop.flow.point_flags import PointFlag
from desktop.flow.shown_text import named
from desktop.flow.wording import gettext as _
from desktop.views.parts import FlagMark, IconButton, plain_label
from desktop.views.parts.key_names import HELD, key_name

ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


def lets_go(event: QKeyEvent) -> bool:
    """Leave undo and redo to the bench, which is told every letter; True for these keys."""
    if keymap.current().at("everywhere", key_name(event)) not in ("undo", "redo"):
        return False
    event.ignore()
    return True


class PointList(QWidget):
    """`edited` carries all points, and the name of what is being typed ("" for a step of its own); `left` is Esc.

    `emptied`: the keyboard was at a point, and there is none any more. Rows are kept for the points that come next: a
    new one costs a millisecond, and an answer may have many.
    """

    edited = Signal(object, str)
    emptied = Signal()
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("points")
        self.rows: list[PointRow] = []  # that are shown
        self._spare: list[PointRow] = []  # of points that were shown before; the lowest number is the last
        self._points: tuple[FeedbackPoint, ...] = ()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(4)

    def show_points(self, points: tuple[FeedbackPoint, ...], flags: Sequence[PointFlag | None]) -> None:
        """Show these points, each with the flag that it came from; the keyboard stays at the place that it was at."""
        self._points = points
        shown = [(row.words, row.flag) for row in self.rows]
        if shown == [(point.text, flag) for point, flag in zip(points, flags, strict=True)]:
            for row, point in zip(self.rows, points, strict=True):
                row.show_done(point.done)
            return
        focus = self.window().focusWidget()
        at = next((number for number, row in enumerate(self.rows) if focus and row.isAncestorOf(focus)), None)
        for row in self.rows[len(points) :]:
            row.hide()
        self._spare += reversed(self.rows[len(points) :])
        del self.rows[len(points) :]
        while len(self.rows) < len(points):
            self.rows.append(self._spare.pop() if self._spare else self._made_row(len(self.rows)))
        for row, point, flag in zip(self.rows, points, flags, strict=True):
            row.show_point(point, flag)
            row.show()  # now, not once the layout comes to it: the keyboard may be wanted here
        if at is not None and self.rows:
            self.rows[min(at, len(self.rows) - 1)].box.setFocus(Qt.FocusReason.OtherFocusReason)
        elif at is not None:
            self.emptied.emit()

    def make_ready(self, count: int) -> None:
        """Have so many rows made while nobody waits for them."""
        while len(self.rows) + len(self._spare) < count:
            row = self._made_row(len(self.rows) + len(self._spare))
            row.hide()
            self._spare.insert(0, row)

    def tick(self, number: int) -> bool:
        """Tick a point, counted from 1, or take its tick away; False where there is none."""
        if not 0 < number <= len(self.rows):
            return False
        self.rows[number - 1].box.click()
        return True

    def settle(self) -> None:
        """Take the words that are being typed as they stand."""
        for row in self.rows:
            row.settle()

    def _made_row(self, number: int) -> PointRow:
        row = PointRow(number + 1)
        row.ticked.connect(partial(self._change, number, ""))
        row.reworded.connect(partial(self._change, number, f"point {number}"))
        row.removed.connect(partial(self._remove, number))
        row.stepped.connect(partial(self._step, number))
        row.left.connect(self.left)
        self._column.addWidget(row)
        return row

    def _change(self, number: int, step: str, point: FeedbackPoint) -> None:
        self._points = (*self._points[:number], point, *self._points[number + 1 :])
        self.edited.emit(self._points, step)

    def _remove(self, number: int) -> None:
        self.edited.emit((*self._points[:number], *self._points[number + 1 :]), "")

    def _step(self, number: int, step: int) -> None:
        to = number + step
        if 0 <= to < len(self.rows):
            self.rows[to].box.setFocus(Qt.FocusReason.OtherFocusReason)


class PointRow(QWidget):
    """A point with its tick. A check box cannot break its words into lines, so they stand beside it.

    `ticked` and `reworded` carry the FeedbackPoint as it is now; `stepped` is 1 or -1, towards another point.
    """

    ticked = Signal(object)
    reworded = Signal(object)
    removed = Signal()
    stepped = Signal(int)
    left = Signal()

    def __init__(self, number: int) -> None:
        super().__init__()
        self._point = self._before = FeedbackPoint("")
        self.flag: PointFlag | None = None
        self.box = QCheckBox()
        self.box.setObjectName(f"point{number}")
        self._number = number
        self._show_key()
        self.box.clicked.connect(self._on_clicked)
        self.box.installEventFilter(self)
        self._words = plain_label("", wrap=True)
        self._words.setCursor(Qt.CursorShape.IBeamCursor)
        self.field = QLineEdit()
        self.field.setObjectName(f"pointText{number}")
        self.field.setAccessibleName(_("Point {number}").format(number=number))
        self.field.textEdited.connect(self._on_text)
        self.field.installEventFilter(self)
        self.field.hide()
        remove = IconButton("x", _("Remove this point"), small=True)
        remove.setObjectName(f"removePoint{number}")
        remove.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # by keys it is Delete
        remove.clicked.connect(self.removed)
        self._mark = FlagMark("")
        self._category = plain_label("", role="secondary", wrap=True, name=f"pointFlag{number}")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self.box, 0, Qt.AlignmentFlag.AlignTop)
        said = QVBoxLayout()
        said.setContentsMargins(0, 4, 0, 0)  # the first line of the words beside the tick
        said.setSpacing(4)
        said.addWidget(self._words)
        said.addWidget(self.field)
        self._from = QWidget()  # below the words; a layout whose parts are all hidden would keep them narrow
        line = QHBoxLayout(self._from)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        line.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignTop)
        line.addWidget(self._category, 1)
        said.addWidget(self._from)
        layout.addLayout(said, 1)
        layout.addWidget(remove, 0, Qt.AlignmentFlag.AlignTop)

    @property
    def words(self) -> str:
        return self._point.text

    def show_point(self, point: FeedbackPoint, flag: PointFlag | None) -> None:
        """Show a point, and the flag that it came from; what was being typed at this place is over."""
        self._point = self._before = point
        self.flag = flag
        self.field.hide()
        self._words.setText(point.text.strip())  # a quote may begin with an empty line
        self._words.show()
        self.box.setChecked(point.done)
        keys = _("Enter changes it, Delete removes it")
        self.box.setAccessibleDescription(f"{flag.spoken}. {keys}" if flag is not None else keys)
        if flag is not None:
            self._mark.show_flag(flag.category, flag.severity, flag.sign)
            self._category.setText(flag.name)
        self._from.setVisible(flag is not None)
        self._name()

    def show_done(self, done: bool) -> None:
        self._point = msgspec.structs.replace(self._point, done=done)
        self.box.setChecked(done)

    def edit(self) -> None:
        """Have the words changed in place."""
        self._before = self._point
        self.field.setText(self.words)
        self._words.hide()
        self.field.show()
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)
        self.field.selectAll()

    def settle(self) -> None:
        """Take the words as they stand; none at all is no point."""
        if self.field.isHidden():
            return
        self._words.setText(self.words.strip())
        self._words.show()
        self.field.hide()
        self._name()
        if not self.words.strip():
            self.removed.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.box and event.type() == QEvent.Type.ToolTip:
            self._show_key()
        if watched is self.field and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride:
            return lets_go(event)
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and not event.modifiers() & HELD:
            return self._field_key(event) if watched is self.field else self._box_key(event)
        if watched is self.field and isinstance(event, QFocusEvent) and event.lostFocus() and not _passing(event):
            self.settle()
        return False

    def _show_key(self) -> None:
        """The key that ticks it as it is now."""
        self.box.setToolTip(keymap.current().in_row("tick_point", self._number) if self._number < 10 else "")

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self.field.isHidden():
            self.edit()
        event.accept()

    def _field_key(self, event: QKeyEvent) -> bool:
        if event.key() == Qt.Key.Key_Escape and self._point != self._before:
            self._point = self._before
            self.reworded.emit(self._point)
        elif event.key() not in (Qt.Key.Key_Escape, *ENTER):
            return False
        self.box.setFocus(Qt.FocusReason.OtherFocusReason)  # the field settles as it is left
        return True

    def _box_key(self, event: QKeyEvent) -> bool:
        if event.key() in (Qt.Key.Key_F2, *ENTER):
            self.edit()
        elif event.key() == Qt.Key.Key_Delete:
            self.removed.emit()
        elif event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.stepped.emit(1 if event.key() == Qt.Key.Key_Down else -1)
        elif event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            return False
        return True

    def _name(self) -> None:
        self.box.setAccessibleName(named(self.words))

    @Slot()
    def _on_clicked(self) -> None:
        self._point = msgspec.structs.replace(self._point, done=self.box.isChecked())
        self.ticked.emit(self._point)

    @Slot(str)
    def _on_text(self, text: str) -> None:
        self._point = msgspec.structs.replace(self._point, text=text, from_flag=False)
        self.reworded.emit(self._point)


def _passing(event: QFocusEvent) -> bool:
    """Whether the focus goes for a moment: to another window, or a menu."""
    return event.reason() in (Qt.FocusReason.ActiveWindowFocusReason, Qt.FocusReason.PopupFocusReason)
