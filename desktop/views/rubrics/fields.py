"""What a form of the rubric editor is filled in with: lines, short texts, numbers, and rows of them.

Each shows a value without telling it back, tells what was typed, and says below itself what is wrong.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, Qt, Signal, Slot
from PySide6.QtGui import QIntValidator, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from desktop.flow import keymap
from desktop.flow.wording import gettext as _
from desktop.theme.theme import current_theme
from desktop.views.parts import IconButton, KeyButton, NoticeLine, plain_label
from desktop.views.parts.key_names import key_name

LONGEST = 2000  # characters; the rubric's own limit
TEXT_LINES = 2


class _Labelled(QWidget):
    """A label, below it the field, below that what is wrong and what the field is for."""

    def __init__(self, field: QWidget, words: str, hint: str) -> None:
        super().__init__()
        self._label = plain_label(words, role="label", wrap=True)
        self._label.setBuddy(field)
        self.problem = NoticeLine("danger", name=f"{field.objectName()}Problem")
        self._hint = plain_label(hint, role="secondary", wrap=True)
        self._field = field
        self._hinted = hint
        field.setAccessibleName(words)
        field.setAccessibleDescription(hint)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self._label)
        column.addWidget(field)
        column.addWidget(self.problem)
        column.addWidget(self._hint)
        self._hint.setVisible(bool(hint))

    def take_focus(self) -> None:
        self._field.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_fault(self, text: str) -> None:
        """Say what is wrong, "" for nothing; the focus stays where it is."""
        self.problem.setText(text)
        _mark(self._field, text, self._hinted)


class LineField(_Labelled):
    """One line. `edited` carries what was typed."""

    edited = Signal(str)

    def __init__(self, name: str, words: str, hint: str = "", *, most: int = LONGEST, width: int = 0) -> None:
        self.edit = QLineEdit()
        self.edit.setObjectName(name)
        self.edit.setMaxLength(most)
        if width:
            self.edit.setFixedWidth(width)
        super().__init__(self.edit, words, hint)
        self.edit.textEdited.connect(self.edited)

    def show_text(self, text: str) -> None:
        if self.edit.text() != text:
            self.edit.setText(text)
            self.edit.setCursorPosition(0 if not self.edit.hasFocus() else len(text))


class TextField(_Labelled):
    """A text of a few lines. `edited` carries what was typed."""

    edited = Signal(str)

    def __init__(self, name: str, words: str, hint: str = "") -> None:
        self.edit = QPlainTextEdit()
        self.edit.setObjectName(name)
        self.edit.setTabChangesFocus(True)
        super().__init__(self.edit, words, hint)
        self.edit.textChanged.connect(self._on_changed)
        self._measure()

    def show_text(self, text: str) -> None:
        if self.edit.toPlainText() != text:
            self.edit.blockSignals(True)
            self.edit.setPlainText(text)
            self.edit.blockSignals(False)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "edit"):
            self._measure()

    def _measure(self) -> None:
        self.edit.setFixedHeight(current_theme().line_px("body") * TEXT_LINES + 18)

    @Slot()
    def _on_changed(self) -> None:
        text = self.edit.toPlainText()
        if len(text) > LONGEST:
            self.edit.blockSignals(True)
            self.edit.setPlainText(text[:LONGEST])
            self.edit.blockSignals(False)
        self.edited.emit(text[:LONGEST])


class NumberLine(QLineEdit):
    """A whole number: typed and settled by Enter or by leaving, so that "10" is not 1 on the way; or by ↑ and ↓."""

    settled = Signal(int)

    def __init__(self, name: str, least: int, most: int) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setValidator(QIntValidator(least, most, self))
        self.setMaxLength(len(str(-most)))
        self.setFixedWidth(88)
        self._least, self._most, self._value = least, most, least
        self.editingFinished.connect(self.settle)

    @property
    def value(self) -> int:
        """The number that was settled last."""
        return self._value

    def show_number(self, number: int) -> None:
        self._value = number
        if self.text() != str(number):
            self.setText(str(number))

    @Slot()
    def settle(self) -> None:
        """Tell the number that stands there; what is none gives way to the one before."""
        number = int(self.text()) if self.hasAcceptableInput() else self._value
        changed = number != self._value
        self.show_number(number)
        if changed:
            self.settled.emit(number)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
            return
        self.settle()
        self.setText(str(min(max(self._value + step, self._least), self._most)))
        self.settle()


class NumberField(_Labelled):
    """A whole number. `edited` carries it."""

    edited = Signal(int)

    def __init__(self, name: str, words: str, least: int, most: int, hint: str = "") -> None:
        self.line = NumberLine(name, least, most)
        super().__init__(self.line, words, hint)
        self.line.settled.connect(self.edited)

    @property
    def value(self) -> int:
        return self.line.value

    def show_number(self, number: int) -> None:
        self.line.show_number(number)


@dataclass(frozen=True)
class Column:
    """A column of rows: the words in an empty field, how wide it is beside the others, or in characters if it must."""

    words: str
    share: int = 1
    characters: int = 0


class RowsField(QWidget):
    """Rows of lines, in an order that matters. `edited` carries row, column and text; `moved` row and step.

    With `grows` rows are added and taken out; without, each has a `label` of its own (the value of a scale).
    """

    edited = Signal(int, int, str)
    added = Signal()
    removed = Signal(int)
    moved = Signal(int, int)

    def __init__(self, name: str, words: str, columns: Sequence[Column], *, one: str = "", hint: str = "") -> None:
        super().__init__()
        self._name = name
        self._columns = tuple(columns)
        self._grows = bool(one)
        self._one = one
        self._rows: list[_Row] = []
        self.problem = NoticeLine("danger", name=f"{name}Problem")
        self._column = QVBoxLayout()
        self._column.setSpacing(4)
        self.more = KeyButton(one, icon="plus", small=True, name=f"{name}Add")
        self.more.clicked.connect(self.added)
        below = QHBoxLayout()
        below.addWidget(self.more)
        below.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(plain_label(words, role="label", wrap=True))
        if hint:
            column.addWidget(plain_label(hint, role="secondary", wrap=True))
        column.addLayout(self._column)
        column.addWidget(self.problem)
        column.addLayout(below)
        self.more.setVisible(self._grows)

    def show_rows(self, rows: Sequence[Sequence[str]], labels: Sequence[str] = ()) -> None:
        """Show these rows; where their number changes the focus goes to the row that is new."""
        grown = len(rows) == len(self._rows) + 1
        while len(self._rows) > len(rows):
            gone = self._rows.pop()
            self._column.removeWidget(gone)
            if gone.isAncestorOf(self.focusWidget() or self) and self._rows:
                self._rows[-1].edits[0].setFocus(Qt.FocusReason.OtherFocusReason)
            gone.hide()
            gone.deleteLater()
        while len(self._rows) < len(rows):
            self._rows.append(self._made(len(self._rows)))
        for index, (row, texts) in enumerate(zip(self._rows, rows, strict=True)):
            row.show_texts(texts, labels[index] if labels else "")
        if grown and self.more.hasFocus():
            self._rows[-1].edits[0].setFocus(Qt.FocusReason.OtherFocusReason)

    def show_fault(self, text: str, row: int | None = None, column: int = 0) -> None:
        """Say below the rows what is wrong, and mark the line that it is about."""
        self.problem.setText(text)
        for index, each in enumerate(self._rows):
            for at, edit in enumerate(each.edits):
                _mark(edit, text if (index, at) == (row, column) else "", "")

    def go_to(self, row: int | None) -> None:
        """Put the keyboard on a row; on the button below where there is none."""
        if self._rows:
            self._rows[min(row or 0, len(self._rows) - 1)].edits[0].setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.more.setFocus(Qt.FocusReason.OtherFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The keys that move a part move a row; Enter goes to the next one, after the last to a new one."""
        if not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.KeyPress:
            return False
        place = next((at for at, row in enumerate(self._rows) if watched in row.edits), None)
        if place is None:
            return False
        column = self._rows[place].edits.index(watched)  # type: ignore[arg-type]  # one of them, as was looked up
        key = event.key()
        moved = {"part_up": -1, "part_down": 1}.get(keymap.current().at("rubric", key_name(event)) or "")
        step = moved or (None if self._grows else {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(key)))
        if step is not None:
            self._step(place, column, step, moves=moved is not None and self._grows)
            return True
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if place + 1 < len(self._rows):
                self._step(place, column, 1, moves=False)
            elif self._grows:
                self.more.setFocus(Qt.FocusReason.OtherFocusReason)
                self.added.emit()
            return True
        return False

    def _step(self, place: int, column: int, step: int, *, moves: bool) -> None:
        to = place + step
        if not 0 <= to < len(self._rows):
            return
        if moves:
            self.moved.emit(place, step)
        self._rows[to].edits[column].setFocus(Qt.FocusReason.OtherFocusReason)

    def _made(self, index: int) -> _Row:
        row = _Row(self._name, index, self._columns, grows=self._grows)
        for at, edit in enumerate(row.edits):
            edit.installEventFilter(self)
            edit.setProperty("place", (index, at))
            edit.textEdited.connect(self._on_edited)
        row.remove.clicked.connect(self._on_remove)
        row.remove.setProperty("row", index)
        self._column.addWidget(row)
        row.show()  # now, and not with the next event: the keyboard may go there at once
        return row

    @Slot(str)
    def _on_edited(self, text: str) -> None:
        row, column = self.sender().property("place")
        self.edited.emit(int(row), int(column), text)

    @Slot()
    def _on_remove(self) -> None:
        self.removed.emit(int(self.sender().property("row")))


class _Row(QWidget):
    def __init__(self, name: str, index: int, columns: Sequence[Column], *, grows: bool) -> None:
        super().__init__()
        self.label = QLabel()
        self.label.setTextFormat(Qt.TextFormat.PlainText)
        self.label.setMinimumWidth(28)
        self.label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.edits: list[QLineEdit] = []
        self._words = [column.words for column in columns]
        self.remove = IconButton("trash-2", _("Take out line {number}").format(number=index + 1), small=True)
        self.remove.setObjectName(f"{name}{index}Remove")
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(6)
        line.addWidget(self.label)
        for at, column in enumerate(columns):
            edit = QLineEdit()
            edit.setObjectName(f"{name}{index}Column{at}")
            edit.setPlaceholderText(column.words)
            edit.setMaxLength(LONGEST)
            if column.characters:
                edit.setFixedWidth(edit.fontMetrics().averageCharWidth() * column.characters + 24)
            line.addWidget(edit, 0 if column.characters else column.share)
            self.edits.append(edit)
        line.addWidget(self.remove)
        self.label.setVisible(not grows)
        self.remove.setVisible(grows)
        self._number = index + 1

    def show_texts(self, texts: Sequence[str], label: str) -> None:
        self.label.setText(label)
        for edit, text, words in zip(self.edits, texts, self._words, strict=True):
            edit.setAccessibleName(f"{words} {label or self._number}")
            if edit.text() != text:
                edit.setText(text)
                edit.setCursorPosition(0 if not edit.hasFocus() else len(text))


def _mark(field: QWidget, problem: str, hint: str) -> None:
    field.setAccessibleDescription(problem or hint)
    if bool(field.property("problem")) != bool(problem):
        field.setProperty("problem", bool(problem))
        field.style().unpolish(field)
        field.style().polish(field)
