"""Two judgements of the same answers beside each other; what differs is marked, and a third one can be made."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QComboBox, QHeaderView, QTableWidget, QTableWidgetItem, QWidget

from desktop.flow import beside, describing
from desktop.flow.wording import gettext as _
from desktop.flow.wording import ngettext
from desktop.theme.theme import current_theme
from desktop.views.parts import HouseDialog, plain_label, plain_tooltip
from desktop.views.parts.shown_text import named
from feedback_store.record_table import StoredRecord
from feedback_store.records import Judgement


class BesideDialog(HouseDialog):
    """`anew` carries the two records that a third judgement is to name as its basis."""

    anew = Signal(object, object)

    def __init__(
        self, mine: StoredRecord, others: Sequence[StoredRecord], trainer: str, parent: QWidget | None = None
    ) -> None:
        super().__init__("besideDialog", _("Beside another judgement"), _("Judge these answers anew"), parent)
        self._mine = mine
        self._others = tuple(others)
        self.leave.setText(_("Close"))
        self.other = QComboBox()
        self.other.setObjectName("besideOther")
        self.other.setAccessibleName(_("The other judgement"))
        for each in others:
            whose = _("Yours") if each.trainer == trainer else _("Trainer {}").format(each.trainer[4:10])
            self.other.addItem(f"{whose}, {describing.when_text(each.created_at)}")
        self.other.currentIndexChanged.connect(self._show)
        self.table = QTableWidget(0, 3)
        self.table.setObjectName("besideTable")
        self.table.setAccessibleName(_("What both say"))
        self.table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.table.setSelectionBehavior(QTableWidget.SelectionBehavior.SelectRows)
        self.table.setProperty("ring", "outside")
        self.table.setTabKeyNavigation(False)
        self.table.setShowGrid(False)
        self.table.setWordWrap(True)
        self.table.verticalHeader().hide()
        self.table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.table.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.ResizeToContents)
        self.body.addWidget(plain_label(mine.title, role="label", wrap=True))
        self.body.addWidget(self.other, 0, Qt.AlignmentFlag.AlignLeft)
        self.body.addWidget(self.table, 1)
        self.main.clicked.connect(self._on_main)
        self.resize(900, 560)
        self._show()
        self.table.setFocus()

    @property
    def chosen(self) -> StoredRecord:
        """The judgement that stands at the right."""
        return self._others[max(0, self.other.currentIndex())]

    @Slot()
    def _show(self) -> None:
        mine, theirs = self._mine.record, self.chosen.record
        assert isinstance(mine, Judgement) and isinstance(theirs, Judgement)
        lines = beside.lines(mine, theirs)
        self.table.setHorizontalHeaderLabels(["", _("This one"), _("The other one")])
        self.table.setRowCount(len(lines))
        theme = current_theme()
        for row, line in enumerate(lines):
            about = f"≠ {line.about}" if line.differs else line.about
            for column, text in enumerate((about, line.mine, line.theirs)):
                item = QTableWidgetItem(named(text))
                item.setToolTip(plain_tooltip(text))
                if line.differs:
                    item.setBackground(theme.colour("accent-subtle"))
                    item.setForeground(theme.colour("text"))
                self.table.setItem(row, column, item)
        self.table.resizeRowsToContents()
        count = sum(line.differs for line in lines)
        text = ngettext("They differ in {} line.", "They differ in {} lines.", count).format(count)
        self.say(text if count else _("They say the same."))

    @Slot()
    def _on_main(self) -> None:
        self.anew.emit(self._mine, self.chosen)
        self.accept()
