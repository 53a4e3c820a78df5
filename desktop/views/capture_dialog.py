"""The turns of a capture put right before it is judged: the list of them, and the one that is edited."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QPainter, QTextCursor
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from desktop.flow import keymap, why_not
from desktop.flow.capture_turns import (
    ROLES,
    Turns,
    changed,
    joined_with_next,
    parted,
    problem,
    role_name,
    without,
)
from desktop.flow.quantities import count_text
from desktop.flow.text_offsets import to_utf16
from desktop.flow.wording import gettext as _
from desktop.flow.wording import ngettext
from desktop.theme.theme import current_theme
from desktop.views.guidelines.editor import MarkdownField
from desktop.views.parts import ChoiceBox, HouseDialog, KeyButton, NoticeLine, WrappingRow, plain_label, split
from desktop.views.parts.key_names import key_name
from desktop.views.parts.row_list import RowList, paint_words

MOST_ROWS = 14
FIRST_WORDS = 120


@dataclass(frozen=True)
class TurnRow:
    """Who said what, as the list has it."""

    lead: str
    words: str

    @property
    def spoken(self) -> str:
        return f"{self.lead}: {self.words}"


class TurnList(RowList[TurnRow]):
    """`stood_at` carries the turn that is edited from now on."""

    stood_at = Signal(int)

    def __init__(self) -> None:
        super().__init__("captureTurns", _("The turns, the answer last"), MOST_ROWS)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.selectionModel().currentChanged.connect(self._on_stood)

    def paint_row(self, painter: QPainter, row: TurnRow, rect: QRectF) -> None:
        theme = current_theme()
        inside = rect.adjusted(6, 0, -6, 0)
        painter.setPen(theme.colour("text-secondary"))
        lead = QRectF(inside.left(), rect.top(), self.lead_width + 2, rect.height())
        paint_words(painter, row.lead, theme.font("body"), lead, rect)
        painter.setPen(theme.colour("text"))
        left = inside.left() + self.lead_width + 10
        place = QRectF(left, rect.top(), max(0.0, inside.right() - left), rect.height())
        paint_words(painter, row.words, theme.font("body"), place, rect)

    @Slot(QModelIndex, QModelIndex)
    def _on_stood(self, now: QModelIndex, _before: QModelIndex) -> None:
        if now.isValid():
            self.stood_at.emit(now.row())


class CaptureDialog(HouseDialog):
    """`kept` carries the turns as they are to be judged; `original` are those that the browser handed over."""

    kept = Signal(object)  # Turns

    def __init__(self, turns: Turns, original: Turns, parent: QWidget | None = None) -> None:
        super().__init__("captureDialog", _("Edit the turns"), _("Keep the turns"), parent)
        self.turns, self._original, self._at = turns, original, len(turns) - 1
        self._showing = False
        self.leave.setText(_("Cancel"))
        self.main.setDefault(False)  # Enter is a line of the text
        self.main.set_hint(keymap.current().shown("save"))
        self.main.clicked.connect(self._on_main)
        self.list = TurnList()
        self.role = ChoiceBox()
        self.role.setObjectName("captureRole")
        self.role.setAccessibleName(_("Who said it"))
        for each in ROLES:
            self.role.addItem(role_name(each), each)
        self.text = MarkdownField("captureText", _("What was said"))
        self.join = KeyButton(_("Join with the next"), hint="Alt+J", small=True, name="captureJoin")
        self.part = KeyButton(_("Part at the cursor"), hint="Alt+P", small=True, name="capturePart")
        self.remove = KeyButton(_("Remove"), hint="Alt+R", small=True, name="captureRemove")
        self.back = KeyButton(_("Back to what came"), hint="Alt+B", small=True, name="captureBack")
        self.problem = NoticeLine("danger", name="captureProblem")
        for button, act in (
            (self.join, self._on_join),
            (self.part, self._on_part),
            (self.remove, self._on_remove),
            (self.back, self._on_back),
        ):
            button.clicked.connect(act)
        self._acts = {"Alt+J": self.join, "Alt+P": self.part, "Alt+R": self.remove, "Alt+B": self.back}
        self._lay_out()
        self.list.stood_at.connect(self._on_stood)
        self.list.activated_row.connect(lambda _row: self.text.setFocus(Qt.FocusReason.OtherFocusReason))
        self.list.left.connect(self.reject)
        self.role.activated.connect(self._on_role)
        self.text.textChanged.connect(self._on_text)
        self.begin_as(900, 520)
        self._show(self._at)
        self.list.setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        name = key_name(event)
        button = self._acts.get(name)
        if keymap.current().at("everywhere", name) == "save":
            button = self.main
        if button is None:
            super().keyPressEvent(event)
        elif button.isEnabled():
            button.click()

    def _lay_out(self) -> None:
        left, right = QWidget(), QWidget()
        first = QVBoxLayout(left)
        first.setContentsMargins(0, 0, 8, 0)
        first.addWidget(plain_label(_("Turns"), role="label", field=self.list))
        first.addWidget(self.list, 1)
        first.addWidget(self.back, 0, Qt.AlignmentFlag.AlignLeft)
        second = QVBoxLayout(right)
        second.setContentsMargins(8, 0, 0, 0)
        second.addWidget(WrappingRow(self.role, self.join, self.part, self.remove))
        second.addWidget(self.text, 1)
        self.body.addWidget(split(Qt.Orientation.Horizontal, left, right, sizes=(320, 560)), 1)
        self.body.addWidget(self.problem)

    def _show(self, at: int) -> None:
        """Show the turns as they are now, and the one at a place in the fields."""
        self._showing = True
        self._at = min(at, len(self.turns) - 1)
        turn = self.turns[self._at]
        self._show_rows()
        self.list.stand_at(self._at)
        self.role.setCurrentIndex(ROLES.index(turn.role))
        if self.text.text() != turn.text:
            self.text.setPlainText(turn.text)
        self._showing = False
        self._show_standing()

    def _show_rows(self) -> None:
        rows = [TurnRow(role_name(each.role), " ".join(each.text[:FIRST_WORDS].split())) for each in self.turns]
        self.list.show_rows(rows)

    def _show_standing(self) -> None:
        self.join.allow(why_not.turn_joined(last=self._at == len(self.turns) - 1))
        self.remove.allow(why_not.turn_removed(only=len(self.turns) == 1))
        self.back.allow(why_not.turns_put_back(changed=self.turns != self._original))
        wrong = problem(self.turns)
        self.problem.setText(wrong)
        self.main.allow(wrong)
        count = len(self.turns)
        if not wrong:
            self.say(ngettext("{} turn", "{} turns", count).format(count_text(count)))

    def _take(self, turns: Turns, at: int) -> None:
        self.turns = turns
        self._show(at)

    @Slot(int)
    def _on_stood(self, row: int) -> None:
        if not self._showing:
            self._show(row)

    @Slot(int)
    def _on_role(self, index: int) -> None:
        self._take(changed(self.turns, self._at, role=ROLES[index]), self._at)

    @Slot()
    def _on_text(self) -> None:
        """What was typed; a turn that nobody typed in keeps its characters, whatever a field makes of them."""
        if not self._showing:
            self.turns = changed(self.turns, self._at, text=self.text.text())
            self._show_rows()
            self._show_standing()

    @Slot()
    def _on_join(self) -> None:
        self._take(joined_with_next(self.turns, self._at), self._at)

    @Slot()
    def _on_part(self) -> None:
        place = self.text.textCursor().position()
        text = self.text.text()
        points = len(text.encode("utf-16-le")[: 2 * place].decode("utf-16-le", "ignore"))
        made = parted(self.turns, self._at, points)
        if made == self.turns:
            self.say(_("Put the cursor where the next turn begins, then part the turn there."), "danger")
            return
        self._take(made, self._at + 1)

    @Slot()
    def _on_remove(self) -> None:
        self._take(without(self.turns, self._at), max(0, self._at - 1))

    @Slot()
    def _on_back(self) -> None:
        self._take(self._original, len(self._original) - 1)

    @Slot()
    def _on_main(self) -> None:
        self.kept.emit(self.turns)
        self.accept()

    def stand_in_text(self, code_points: int) -> None:
        """Put the cursor at a place of the turn that is edited."""
        cursor = QTextCursor(self.text.document())
        cursor.setPosition(to_utf16(self.text.text(), code_points))
        self.text.setTextCursor(cursor)
