"""The devices of a trainer in a team's project, and ending the key of this one, which is asked twice.

Shows what its owner tells; must not know collectors.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTreeWidget, QTreeWidgetItem, QWidget

from desktop.flow import why_not
from desktop.flow.device_words import DeviceRow, ending_words
from desktop.flow.shown_text import named
from desktop.flow.wording import cancelled, sentence
from desktop.flow.wording import gettext as _
from desktop.views.parts import HouseDialog, NoticeLine, name_headers, plain_label
from desktop.views.parts.rows import CellDelegate

FRAME = 4  # of the list, left and right together


class DevicesDialog(HouseDialog):
    """Opened busy; `about` says whose they are. `ending` asks that this device's key end; the dialog stays, busy, until
    it is told how that went.
    """

    ending = Signal()

    def __init__(self, about: str = "", parent: QWidget | None = None) -> None:
        super().__init__("devicesDialog", _("My devices in this project"), "", parent)
        self.leave_by_enter(_("Close"))
        self.main.clicked.connect(self._on_main)
        self.list = QTreeWidget()
        self.list.setObjectName("devicesList")
        self.list.setAccessibleName(_("My devices"))
        name_headers(self.list)
        self.list.setProperty("ring", "outside")
        self.list.setHeaderLabels([_("Key"), "", _("Since"), _("State")])
        self.list.setRootIsDecorated(False)
        self.list.setUniformRowHeights(True)
        self.list.setItemDelegate(CellDelegate(self.list))
        self.list.setAllColumnsShowFocus(True)
        self.list.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.list.header().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.list.header().setStretchLastSection(True)
        self._problem = NoticeLine("danger", name="devicesProblem")
        self._key = NoticeLine("warning", name="devicesKey")
        self._warning = NoticeLine("warning", name="endingWarning")
        words = _(
            "A device ends its own key. One that you do not know, or no longer have, is ended by the project's"
            " operator: tell them."
        )
        self.body.addWidget(self._key)
        self.body.addWidget(self.list, 1)
        self.body.addWidget(plain_label(words, role="secondary", wrap=True, name="devicesHelp"))
        whose = plain_label(about, role="secondary", wrap=True, name="devicesTrainer")
        whose.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)  # to be sent to the operator
        self.body.addWidget(whose)
        self.body.addWidget(self._warning)
        self.body.addWidget(self._problem)
        self._sure(False)
        self.show_busy(_("The collector is asked …"))

    def show_devices(self, rows: Sequence[DeviceRow]) -> None:
        """What the collector has said; the keyboard goes to this device's row."""
        self.show_idle()
        self.list.clear()
        for row in rows:
            item = QTreeWidgetItem(self.list, [row.mark, _("this device") if row.here else "", row.joined, row.state])
            item.setData(0, Qt.ItemDataRole.AccessibleTextRole, named(row.spoken))
            if row.here:
                font = item.font(0)
                font.setBold(True)
                for column in range(self.list.columnCount()):
                    item.setFont(column, font)
                self.list.setCurrentItem(item)
        first = self.list.topLevelItem(0)
        if self.list.currentItem() is None and first is not None:
            self.list.setCurrentItem(first)
        own = next((row for row in rows if row.here), None)
        self.main.allow(why_not.device_ended(listed=own is not None, ended=own is not None and own.ended))
        self._fit()
        self.list.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_key(self, words: str) -> None:
        """How this device's key stands, where something is to be done about it; "" otherwise."""
        self._key.setText(words)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "list"):
            QTimer.singleShot(0, self, self._fit)  # once the list has its new font

    def tell(self, error: BaseException, *, ends: bool = False) -> None:
        """What could not be done, and why; or that somebody cancelled it. `ends`: this device's key, whose end needs
        nobody else, can be ended all the same.
        """
        self.show_idle()
        self._sure(False)
        self.main.allow(why_not.device_ended(listed=ends or self.list.topLevelItemCount() > 0))
        if cancelled(error):
            self.say(sentence(error))
        else:
            self._problem.setText(sentence(error))

    def _fit(self) -> None:
        """As wide as the columns need side by side."""
        header = self.list.header()
        columns = range(self.list.columnCount())
        needed = sum(max(self.list.sizeHintForColumn(at), header.sectionSizeHint(at)) for at in columns)
        margins = self.body.contentsMargins()
        self.widen(needed + margins.left() + margins.right() + FRAME)

    def _sure(self, sure: bool) -> None:
        """Whether the next press ends the key."""
        self._asked = sure
        self.main.set_kind("danger" if sure else "normal")
        self.main.setText(_("End it for good") if sure else _("End this device's key …"))
        self._warning.setText(ending_words() if sure else "")

    @Slot()
    def _on_main(self) -> None:
        self._problem.setText("")
        if self._asked:
            self.show_busy(_("The collector is told …"))
            self.ending.emit()
        else:
            self._sure(True)
            self.leave.setFocus(Qt.FocusReason.OtherFocusReason)
