"""Personal data beside the answers: what was found, what is to be decided, and what no pattern finds."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QWidget

from desktop.flow import keymap
from desktop.flow.wording import gettext as _
from desktop.qt_models.personal_rows import PersonalRow
from desktop.views.parts import Badge, NoticeLine, plain_label
from desktop.views.parts.personal_list import PersonalList

GAP = 8  # between its name and what is said beside it
COMMANDS = ("black_out", "keep_found")


class PersonalPart(QWidget):
    """Takes one quiet line with its name where nothing was found, and no room before anything was looked at.

    `side` is how far its words are from the edges, in pixels. Without `says_none` it takes no room where nothing was
    found either: whoever shows one record after the other says it once for all of them.
    """

    def __init__(self, *, side: int = 16, says_none: bool = True) -> None:
        super().__init__()
        self._says_none, self._listed = says_none, False
        self.list = PersonalList()
        self._title = plain_label(_("Personal data"), role="label", field=self.list)
        self._keys = [Badge("", kind="key") for _command in COMMANDS]
        self._warning = NoticeLine("warning", name="personalWarning")
        self._quiet = plain_label("", role="secondary", wrap=True, name="personalQuiet")
        head = self._head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self._title)
        head.addStretch(1)
        for badge in self._keys:
            head.addWidget(badge)
        layout = self._column = QBoxLayout(QBoxLayout.Direction.TopToBottom, self)
        layout.setContentsMargins(side, 8, side, 12)
        layout.setSpacing(4)
        layout.addLayout(head)
        for widget in (self.list, self._warning, self._quiet):
            layout.addWidget(widget)

    def show_found(self, rows: Sequence[PersonalRow], warning: str, *, searched: bool, gone: bool) -> None:
        """The rows with what is still to be decided; `gone`: saving removes what was blacked out for good."""
        self.list.show_rows(rows)
        self.list.setVisible(bool(rows))
        self._listed = bool(rows or warning or gone)
        self._arrange()
        for badge, command in zip(self._keys, COMMANDS, strict=True):
            badge.setText(keymap.current().shown(command))
            badge.setVisible(bool(rows))
        self._warning.setText(warning)
        if gone:
            words = _("Saving erases what is blacked out. Names are not looked for.")
        elif rows:
            words = _("Names are not found: read the texts for them.")
        elif self._says_none:
            words = _("No numbers or addresses found. Names are not looked for.")
        else:
            words = ""
        self._quiet.setText(words)
        self._quiet.setVisible(bool(words))
        self.setVisible(bool(rows) or (searched and bool(words or warning)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        """Nothing found is said beside the name: alone it would seem to belong to what stands above.

        Where half of the width is not left beside it, it is said below it.
        """
        sides = self._column.contentsMargins()
        room = self.width() - sides.left() - sides.right() - self._title.sizeHint().width() - GAP
        beside = not self._listed and room >= self.width() // 2
        top = Qt.AlignmentFlag.AlignTop if beside else Qt.AlignmentFlag(0)  # its first line stands at the name
        self._column.setDirection(QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom)
        self._column.setSpacing(GAP if beside else 4)
        self._column.setStretchFactor(self._quiet, int(beside))
        self._column.setAlignment(self._head, top)
        self._column.setAlignment(self._quiet, top)
