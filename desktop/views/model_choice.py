"""A choice of models. While one of them wrote the blind answers that are seen, its name does not stand on it.

Opened, it lists every model, since another may be chosen; which of them wrote the answers it does not say. Where
several are chosen (`ModelsDialog` does that) they stand in its first line, and one of the list takes the place of all.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from PySide6.QtCore import QEvent, QObject, QSignalBlocker, QSize, QTimer, Signal, Slot
from PySide6.QtWidgets import QComboBox, QWidget

from desktop.flow.wording import gettext as _
from desktop.flow.wording import ngettext
from desktop.views.parts import ChoiceBox, in_one_line, plain_tooltip


class ModelChoice(ChoiceBox):
    """`chosen` is a model's name, "" for none, `beside` those chosen with it; `changed` tells that somebody chose."""

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
        self.beside: tuple[str, ...] = ()
        self._covered = self._listing = False
        self._kept_width = 0
        self._closed = QTimer(self, interval=0, singleShot=True)
        self._closed.timeout.connect(self._on_closed)
        self.currentIndexChanged.connect(self._on_index)
        self.currentTextChanged.connect(self.updateGeometry)
        self.view().installEventFilter(self)
        self._fill()

    @property
    def chosen(self) -> str:
        """The model's name, also while it is covered."""
        return self._chosen

    @property
    def cover_width(self) -> int:
        """What the words over a covered name take, in pixels; 0 while it is not covered."""
        return self.sizeHint().width() if self._covered else 0

    @property
    def offered(self) -> tuple[tuple[str, ...], frozenset[str]]:
        """All models that can be chosen, and those whose prompts leave this computer."""
        return self._names, self._away

    def show_models(self, names: Sequence[str], away: Collection[str], chosen: str) -> None:
        """Offer these models; what is asked of those in `away` leaves this computer, which stands beside their names.

        Where `chosen` is not among them, the first is.
        """
        self._names, self._away = tuple(names), frozenset(away)
        self._chosen = chosen if chosen in names or not chosen else next(iter(names), "")
        self._fill()

    def choose(self, name: str, beside: Sequence[str] = ()) -> None:
        """Show this model as chosen, if it is offered, and those beside it."""
        if (name, tuple(beside)) != (self._chosen, self.beside) and (name in self._names or not name):
            self._chosen, self.beside = name, tuple(beside)
            self._fill()

    def cover(self, covered: bool) -> None:
        """Whether the name of the chosen model must not be seen.

        It stays as wide as it was seen: the line of the prompt does not move when answers begin. Of a name that was not
        seen before, this says nothing.
        """
        if covered != self._covered:
            self._kept_width = self.width() if covered and self.isVisible() else 0
            self._covered = covered
            self._fill()

    def sizeHint(self) -> QSize:
        """As wide as what is chosen, or as what covers it: the line of the prompt has no room for every long name."""
        hint, width = super().sizeHint(), self.fontMetrics().horizontalAdvance
        widest = max((width(self.itemText(at)) for at in range(self.count())), default=0)
        words = max(width(self.currentText()), width(self._cover_words()))
        return QSize(max(hint.width() - widest + words, self._kept_width), hint.height())

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.StyleChange, QEvent.Type.FontChange):
            self._kept_width = 0  # other letters
            self.updateGeometry()

    def showPopup(self) -> None:
        self._listing = True
        if self._covered:
            self._fill()
        self.view().setMinimumWidth(super().sizeHint().width())  # as wide as the longest name
        super().showPopup()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Hide:  # Qt does not call hidePopup for every key that closes the list
            self._closed.start()  # what was picked is told after this
        return super().eventFilter(watched, event)

    def _fill(self) -> None:
        blocker = QSignalBlocker(self)
        self.clear()
        if self._covered:
            self.addItem(self._cover_words(), "")
        elif self.beside:
            self.addItem(self._together(), "")
        elif not self._names or not self._chosen:
            self.addItem(_("No model"), "")
        for name in self._names if self._listing or not self._covered else ():
            shown = in_one_line(name)
            label = _("{model}, leaves this computer").format(model=shown) if name in self._away else shown
            self.addItem(label, name)
        several = bool(self.beside)
        self.setCurrentIndex(0 if self._covered or several else max(0, self.findData(self._chosen)))
        words = "\n".join(in_one_line(name) for name in (self._chosen, *self.beside)) if several else ""
        hidden = _("Blind: which model wrote is told after saving. Opened, this lists the models to choose from.")
        self.setToolTip(plain_tooltip(hidden if self._covered else words))
        blocker.unblock()
        self.updateGeometry()

    def _cover_words(self) -> str:
        """What stands in place of the name."""
        if self.beside:
            return _("{} models, hidden").format(1 + len(self.beside))
        return _("Hidden until saved")

    def _together(self) -> str:
        """Several models in a few words; whether anything leaves this computer is always said."""
        more = ngettext("{model} and {count} more", "{model} and {count} more", len(self.beside))
        words = more.format(model=self._chosen, count=len(self.beside))
        away = self._away.intersection((self._chosen, *self.beside))
        return _("{model}, leaves this computer").format(model=words) if away else words

    @Slot(int)
    def _on_index(self, index: int) -> None:
        name = str(self.itemData(index) or "")
        if index >= 0 and (name or not (self._covered or self.beside)):
            several, self._chosen, self.beside = bool(self.beside), name, ()
            if several:
                self._fill()
            self.changed.emit()

    @Slot()
    def _on_closed(self) -> None:
        self._listing = False
        if self._covered:
            self._fill()
