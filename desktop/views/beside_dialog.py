"""Two judgements of the same answers beside each other, with the answers: for whoever is to decide between them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from desktop.flow import beside, describing, keymap, why_not
from desktop.flow.beside import Group
from desktop.flow.quantities import count_text
from desktop.flow.wording import gettext as _
from desktop.flow.wording import ngettext
from desktop.views.beside_table import BesideTable, Spot
from desktop.views.parts import (
    AnswerText,
    ChoiceBox,
    HouseDialog,
    KeyButton,
    PaintedSpan,
    ReadText,
    WrappingRow,
    in_one_line,
    plain_label,
    split,
)
from desktop.views.parts.key_names import key_name
from feedback_store.record_table import StoredRecord
from feedback_store.records import Judgement

BY = {"mine": "I", "theirs": "II"}  # on marks and over the columns
SIZE = (1360, 860)
AROUND = (24, 40)  # at least this much of the window stays in sight


class BesideDialog(HouseDialog):
    """At the left line by line what both say, at the right the answer that the line is about, with both one's flags.

    `anew` carries the two records that a third judgement is to name as its basis.
    """

    anew = Signal(object, object)

    def __init__(
        self,
        mine: StoredRecord,
        others: Sequence[StoredRecord],
        trainer: str,
        parent: QWidget | None = None,
        *,
        names: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__("besideDialog", _("Beside another judgement"), _("Judge these answers anew"), parent)
        self._mine = mine
        self._others = tuple(others)
        self._trainer = trainer
        self._names = names
        self._groups: tuple[Group, ...] = ()
        self.leave.setText(_("Close"))
        self.main.set_command("judge_anew")
        self.setProperty("keysPlace", "beside")
        self.other = ChoiceBox()
        self.other.setObjectName("besideOther")
        self.other.setAccessibleName(_("The other judgement"))
        for each in others:
            self.other.addItem(in_one_line(self._title(each)))
        self.other.currentIndexChanged.connect(self._show)
        self.next = KeyButton(_("Next difference"), small=True, name="nextDifference", command="next_difference")
        self.next.clicked.connect(self._on_next)
        self.only = KeyButton(_("Only differences"), small=True, name="onlyDifferences", command="only_differences")
        self.only.setCheckable(True)
        self.only.clicked.connect(self._on_only)
        self.table = BesideTable()
        self.table.turned.connect(self._on_turned)
        self.table.commanded.connect(self._on_commanded)
        self.prompt = ReadText("besidePrompt", _("What was asked"))
        self._answer_title = plain_label("", role="label", name="besideAnswerTitle")
        self.answer = AnswerText()
        self.answer.setObjectName("besideAnswer")
        self.answer.setAccessibleName(_("The answer"))
        self.answer.span_activated.connect(self._on_span)
        self.answer.list_asked.connect(self._on_span)
        self.whole = ReadText("besideWhole", _("Both texts in full"))
        self._stack = QStackedWidget()
        self._stack.addWidget(self.answer)
        self._stack.addWidget(self.whole)
        self._lay_out()
        self.main.clicked.connect(self._on_main)
        room = parent.window().size() if parent is not None else None
        width, height = SIZE
        if room is not None:
            width, height = min(width, room.width() - AROUND[0]), min(height, room.height() - AROUND[1])
        self.resize(width, height)
        self._show()
        self.table.setFocus()

    @property
    def chosen(self) -> StoredRecord:
        """The judgement that stands at the right."""
        return self._others[max(0, self.other.currentIndex())]

    def keyPressEvent(self, event: QKeyEvent) -> None:
        command = keymap.current().at("beside", key_name(event))
        if command is not None:
            self._on_commanded(command)
        else:
            super().keyPressEvent(event)

    def _lay_out(self) -> None:
        self.body.setContentsMargins(12, 12, 12, 12)
        self.body.setSpacing(8)
        words = plain_label(_("Compare with"), role="secondary")
        self.body.addWidget(WrappingRow(words, self.other, right=(self.next, self.only)))
        upper, lower = (_beside_the_table(*parts) for parts in ((self.prompt,), (self._answer_title, self._stack)))
        texts = split(Qt.Orientation.Vertical, upper, lower, sizes=(100, 360))
        self.body.addWidget(split(Qt.Orientation.Horizontal, self.table, texts, sizes=(500, 480)), 1)

    def _title(self, record: StoredRecord) -> str:
        return f"{describing.whose(record, self._trainer, self._names)}, {describing.when_text(record.created_at)}"

    @Slot()
    def _show(self) -> None:
        mine, theirs = self._mine.record, self.chosen.record
        assert isinstance(mine, Judgement) and isinstance(theirs, Judgement)
        self._groups = beside.groups(mine, theirs)
        self.prompt.show_parts(beside.asked(mine))
        self.table.show_groups(self._groups, self._heads())
        count = sum(group.differences for group in self._groups)
        self.next.allow(why_not.next_difference(count))
        text = ngettext("They differ in {} line.", "They differ in {} lines.", count).format(count_text(count))
        self.say(text if count else _("They say the same."))

    @Slot(object)
    def _on_turned(self, spot: Spot) -> None:
        """Show what the line is about: its answer with the places that were flagged, or both texts in full."""
        if spot.line is not None and spot.line.long:
            self._answer_title.setText(f"{spot.group.title} · {spot.line.about}")
            mine, theirs = (f"{BY[side]} · {self._title(record)}" for side, record in self._sides())
            self.whole.show_parts([(mine, spot.line.mine or "–"), (theirs, spot.line.theirs or "–")])
            self._stack.setCurrentWidget(self.whole)
            return
        group = spot.group if spot.group.key else self._groups[1]
        self._answer_title.setText(group.title)
        if self.answer.text() != group.text:
            self.answer.set_text(group.text)
        current = spot.line.marks if spot.line is not None else ()
        self.answer.set_spans(
            [
                PaintedSpan(
                    mark.start,
                    mark.end,
                    mark.category,
                    mark.severity,
                    current=index in current,
                    by=BY[mark.side],
                    above=mark.side == "theirs",
                    sign=mark.sign,
                )
                for index, mark in enumerate(group.marks)
            ]
        )
        if current:
            self.answer.show_place(group.marks[current[0]].start)
        self._stack.setCurrentWidget(self.answer)

    def _heads(self) -> tuple[str, str]:
        """Over the columns who judged; when, where both are of one person."""
        pair = (self._mine, self.chosen)
        same = self._mine.trainer == self.chosen.trainer
        words = [self._title(each) if same else describing.whose(each, self._trainer, self._names) for each in pair]
        return f"{BY['mine']} · {words[0]}", f"{BY['theirs']} · {words[1]}"

    def _sides(self) -> tuple[tuple[str, StoredRecord], ...]:
        return (("mine", self._mine), ("theirs", self.chosen))

    @Slot(int)
    def _on_span(self, index: int) -> None:
        """A mark beside the text: its line is looked at."""
        key = self._groups[1].key if self.table.spot is None else self.table.spot.group.key or self._groups[1].key
        for row, spot in enumerate(self.table.spots):
            if spot.group.key == key and spot.line is not None and index in spot.line.marks:
                self.table.setCurrentCell(row, 0)

    @Slot(str)
    def _on_commanded(self, command: str) -> None:
        button = {"next_difference": self.next, "only_differences": self.only, "judge_anew": self.main}[command]
        button.click()

    @Slot()
    def _on_next(self) -> None:
        self.table.next_difference()

    @Slot()
    def _on_only(self) -> None:
        self.table.show_only_differences(self.only.isChecked())

    @Slot()
    def _on_main(self) -> None:
        self.anew.emit(self._mine, self.chosen)
        self.accept()


def _beside_the_table(*parts: QWidget) -> QWidget:
    """Texts below each other, the last one as high as there is room."""
    found = QWidget()
    column = QVBoxLayout(found)
    column.setContentsMargins(12, 4, 0, 4)
    column.setSpacing(4)
    for part in parts:
        column.addWidget(part)
    column.setStretch(len(parts) - 1, 1)
    return found
