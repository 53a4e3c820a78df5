"""The question before a judgement is erased for good, with the others that hold the same text, to be erased with it.

Keeping is the default: Enter leaves the dialog unless the erasing button has the focus.
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QWidget

from desktop.flow import describing
from desktop.flow.quantities import count_text
from desktop.flow.wording import gettext as _
from desktop.flow.wording import ngettext
from desktop.theme.theme import current_theme
from desktop.views.parts import HouseDialog, KeyButton, in_one_line, plain_label, plain_tooltip
from feedback_store.record_table import StoredRecord

LONGEST_TITLE = 90
MOST_ROWS = 8  # before the list scrolls
_ID = Qt.ItemDataRole.UserRole


class EraseDialog(HouseDialog):
    """`chosen` carries the ids of what is to be erased: the record's, and those that were ticked."""

    chosen = Signal(object)

    def __init__(
        self, record: StoredRecord, same: Sequence[StoredRecord], trainer: str, parent: QWidget | None = None
    ) -> None:
        super().__init__("eraseDialog", _("Erase for good"), "", parent)
        self._record = record
        self.leave_by_enter(_("Keep"))
        self.main.set_kind("danger")
        self.main.clicked.connect(self._on_main)
        self.list = QListWidget()
        self.list.setObjectName("sameText")
        self.list.setAccessibleName(_("Judgements that hold the same text"))
        self.list.setProperty("ring", "outside")
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        for each in same:
            item = QListWidgetItem(_row(each, trainer), self.list)
            item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Unchecked)
            item.setData(_ID, each.id)
            item.setToolTip(plain_tooltip(item.text()))
        self.list.setCurrentRow(0)
        self.list.itemChanged.connect(self._show)
        self.all = KeyButton(_("Tick all"), small=True, name="tickAll", parent=self)
        self.all.clicked.connect(self._on_all)
        self.body.addWidget(plain_label(in_one_line(_row(record, trainer)), role="label", wrap=True))
        words = _(
            "The text of all its versions is removed from this computer and nothing brings it back. If it was "
            "delivered, the next delivery asks the collector to erase it too."
        )
        self.body.addWidget(plain_label(words, wrap=True))
        if same:
            text = ngettext(
                "{} other judgement holds the same text. Tick it to erase it too.",
                "{} other judgements hold the same text. Tick those that are to be erased too.",
                len(same),
            )
            self.body.addWidget(plain_label(text.format(count_text(len(same))), wrap=True))
            rows = min(max(len(same), 2), MOST_ROWS)
            self.list.setFixedHeight(rows * current_theme().grown("row") + 4)
            self.body.addWidget(self.list)
            self.body.addWidget(self.all, 0, Qt.AlignmentFlag.AlignLeading)
        else:
            self.list.hide()
            self.all.hide()
        self.body.addStretch(1)
        self._show()
        (self.list if same else self.leave).setFocus()

    @property
    def ids(self) -> tuple[str, ...]:
        """What would be erased now."""
        items = (self.list.item(row) for row in range(self.list.count()))
        ticked = (str(item.data(_ID)) for item in items if item.checkState() == Qt.CheckState.Checked)
        return (self._record.id, *ticked)

    @Slot()
    def _show(self) -> None:
        count = len(self.ids)
        text = ngettext("Erase {} judgement", "Erase {} judgements", count)
        self.main.setText(text.format(count_text(count)) if count > 1 else _("Erase"))
        everything = count == self.list.count() + 1
        self.all.setText(_("Tick none") if everything else _("Tick all"))

    @Slot()
    def _on_all(self) -> None:
        everything = len(self.ids) == self.list.count() + 1
        state = Qt.CheckState.Unchecked if everything else Qt.CheckState.Checked
        for row in range(self.list.count()):
            self.list.item(row).setCheckState(state)

    @Slot()
    def _on_main(self) -> None:
        self.chosen.emit(self.ids)
        self.accept()


def _row(record: StoredRecord, trainer: str) -> str:
    """One judgement in one line; what was asked comes last, for it is the same in most."""
    words = (
        describing.whose(record, trainer),
        describing.when_text(record.created_at),
        *((describing.state_text(record.state),) if record.trainer == trainer else ()),
        describing.summary(record),
        textwrap.shorten(record.title, LONGEST_TITLE, placeholder=" …"),
    )
    return in_one_line(" · ".join(word for word in words if word))
