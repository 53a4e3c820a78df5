"""What stands in an empty part of a room: what is missing, why that is well, and the way on."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.theme.theme import current_theme
from desktop.views.parts.buttons import KeyButton
from desktop.views.parts.labels import plain_label
from desktop.views.parts.panes import SIDE

_WIDEST = 400  # of its words, at the usual size of the text
_FRAME = 2


class EmptyState(QWidget):
    """Covers `place` while it is shown. `asked`: its button was pressed; without words for it there is none.

    `inset` is what lies between the place's edge and the words: as in rows of a list, 0 where the place has an edge of
    its own around it. With `grows` the place becomes high enough for the words, where it would have been lower.
    """

    asked = Signal()

    def __init__(
        self,
        name: str,
        place: QWidget,
        *,
        surface: bool = True,
        inset: int = SIDE,
        above: int = 24,
        grows: bool = False,
    ) -> None:
        super().__init__(place)
        self.setObjectName(name)
        self.setProperty("surface", surface)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._title = plain_label("", role="label", wrap=True, name=f"{name}Title")
        self._words = plain_label("", role="secondary", wrap=True)
        self._way = KeyButton("", name=f"{name}Way")
        self._way.clicked.connect(self.asked)
        self._inside = inside = QWidget()
        self._least = place.minimumHeight() if grows else None
        column = QVBoxLayout(inside)
        column.setContentsMargins(inset, above, inset, min(above, 16))
        column.setSpacing(6)
        column.addWidget(self._title)
        column.addWidget(self._words)
        column.addSpacing(6)
        line = QHBoxLayout()
        line.addWidget(self._way)
        line.addStretch(1)
        column.addLayout(line)
        column.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(inside, 1)
        row.addStretch(0)
        place.installEventFilter(self)
        self.hide()

    def show_words(self, title: str, words: str, way: str = "") -> None:
        """Cover the place with these words."""
        self._title.setText(title)
        self._words.setText(words)
        self._way.setText(way)
        self._way.setVisible(bool(way))
        self.setAccessibleName(title)
        self.setAccessibleDescription(words)
        self.show()
        self._cover()
        self.raise_()

    def take_focus(self) -> None:
        """The keyboard goes to the way on, where there is one."""
        self._way.setFocus(Qt.FocusReason.OtherFocusReason)

    @property
    def has_focus(self) -> bool:
        """Whether the keyboard is at the way on."""
        return self._way.hasFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._cover()
        return super().eventFilter(watched, event)

    def _cover(self) -> None:
        place = self.parentWidget()
        if place is not None:
            widest = round(_WIDEST * current_theme().zoom)
            self._inside.setMaximumWidth(widest)
            if self._least is not None and not self.isHidden():
                needed = self._inside.heightForWidth(min(widest, place.width())) + 2 * _FRAME
                place.setMinimumHeight(max(self._least, needed))
            self.setGeometry(place.rect())

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        place = self.parentWidget()
        if self._least is not None and place is not None and self.isHidden():
            place.setMinimumHeight(self._least)
