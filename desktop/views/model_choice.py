"""A choice of models. While one of them wrote the blind answers that are seen, its name does not stand on it.

Opened, it lists every model, since another may be chosen; which of them wrote the answers it does not say.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from PySide6.QtCore import QEvent, QObject, QSignalBlocker, QTimer, Signal, Slot
from PySide6.QtWidgets import QComboBox, QWidget

from desktop.flow.wording import gettext as _
from desktop.views.parts import plain_tooltip


class ModelChoice(QComboBox):
    """`chosen` is a model's name, "" for none; `changed` tells that the trainer chose."""

    changed = Signal()

    def __init__(self, name: str, label: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(label)
        self.setProperty("quiet", True)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)  # names come and go
        self._names: tuple[str, ...] = ()
        self._away: frozenset[str] = frozenset()
        self._chosen = ""
        self._covered = self._listing = False
        self._closed = QTimer(self, interval=0, singleShot=True)
        self._closed.timeout.connect(self._on_closed)
        self.currentIndexChanged.connect(self._on_index)
        self.view().installEventFilter(self)
        self._fill()

    @property
    def chosen(self) -> str:
        """The model's name, also while it is covered."""
        return self._chosen

    def show_models(self, names: Sequence[str], away: Collection[str], chosen: str) -> None:
        """Offer these models; what is asked of those in `away` leaves this computer, which stands beside their names.

        Where `chosen` is not among them, the first is.
        """
        self._names, self._away = tuple(names), frozenset(away)
        self._chosen = chosen if chosen in names or not chosen else next(iter(names), "")
        self._fill()

    def choose(self, name: str) -> None:
        """Show this model as chosen, if it is offered."""
        if name != self._chosen and (name in self._names or not name):
            self._chosen = name
            self._fill()

    def cover(self, covered: bool) -> None:
        """Whether the name of the chosen model must not be seen."""
        if covered != self._covered:
            self._covered = covered
            self._fill()

    def showPopup(self) -> None:
        self._listing = True
        if self._covered:
            self._fill()
        super().showPopup()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Hide:  # Qt does not call hidePopup for every key that closes the list
            self._closed.start()  # what was picked is told after this
        return super().eventFilter(watched, event)

    def _fill(self) -> None:
        blocker = QSignalBlocker(self)
        self.clear()
        if self._covered:
            self.addItem(_("Hidden"), "")
        elif not self._names or not self._chosen:
            self.addItem(_("No model"), "")
        for name in self._names if self._listing or not self._covered else ():
            label = _("{model}, leaves this computer").format(model=name) if name in self._away else name
            self.addItem(label, name)
        self.setCurrentIndex(0 if self._covered else max(0, self.findData(self._chosen)))
        self.setToolTip(
            plain_tooltip(_("Named after saving. Opened, it lists the models to choose from.")) if self._covered else ""
        )
        blocker.unblock()

    @Slot(int)
    def _on_index(self, index: int) -> None:
        name = str(self.itemData(index) or "")
        if index >= 0 and (name or not self._covered):
            self._chosen = name
            self.changed.emit()

    @Slot()
    def _on_closed(self) -> None:
        self._listing = False
        if self._covered:
            self._fill()
