"""Below the answers of a narrow window: the ratings of the current answer in one line."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout, QWidget

from desktop.flow.ranking import letter
from desktop.flow.wording import gettext as _
from desktop.views.parts import Badge, Fitted, RatingRow, plain_label

LEFT, GAP, RIGHT = 12, 8, 16


class RatingBar(Fitted):
    """The letter of the answer that is rated, its ratings, and the scale."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("ratingBar")
        self.setProperty("surface", True)
        self.row = RatingRow()
        self.row.setObjectName("ratingRow")
        self._letter = Badge(letter(0), kind="letter")
        self._letter.set_highlighted(True)
        self.row.turned.connect(self._on_turned)
        self._scale = plain_label("", role="secondary")
        self._place = plain_label("", role="secondary", name="ratingPlace")
        self._place.hide()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(LEFT, 4, RIGHT, 4)
        layout.setSpacing(GAP)
        layout.addWidget(self._letter)
        layout.addWidget(self.row, 1)
        layout.addWidget(self._scale)
        layout.addWidget(self._place)

    @property
    def letter(self) -> str:
        """The letter of the answer that is named."""
        return self._letter.text()

    @Slot(int)
    def show_current(self, position: int) -> None:
        """The answer whose ratings stand here."""
        self._letter.setText(letter(position))
        self.row.show_current(position)

    def show_scale(self, scale: str) -> None:
        self._scale.setText(scale)
        self._scale.setToolTip(_("The scale of these ratings"))
        self.fit()

    def fit(self) -> None:
        """The scale gives way to the last rating; it stands in the menu of values too.

        Where not all ratings are in sight, its place says which of how many is the current one.
        """
        parts = (self._letter, self.row, self._scale)
        needed = sum(each.sizeHint().width() for each in parts) + 2 * GAP + LEFT + RIGHT
        self._scale.setVisible(needed <= self.width())
        self._place.setVisible(needed - self._scale.sizeHint().width() - GAP > self.width())
        self._on_turned()

    @Slot()
    def _on_turned(self) -> None:
        if not self._place.isHidden():
            self._place.setText(f"{self.row.current_axis + 1}/{len(self.row.grid.lines)}")
