"""One of a few that need a sentence each: formats, rubrics."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QRadioButton, QSizePolicy, QVBoxLayout, QWidget

from desktop.views.parts.labels import plain_label

_RING = 4  # room for the focus ring
_INSET = 24  # the sentence stands below the words, not below the dot


class ExplainedChoice(QWidget):
    """Arrows go from one to the next; the first is chosen. `choices` are an id, words, and a sentence each."""

    changed = Signal(str)  # the id

    def __init__(self, name: str, words: str, choices: Sequence[tuple[str, str, str]]) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setAccessibleName(words)
        self._radios: dict[str, QRadioButton] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(_RING, _RING, _RING, 0)
        column.setSpacing(_RING)
        for key, title, sentence in choices:
            radio = QRadioButton(title.replace("&", "&&"))
            radio.setObjectName(f"{name}_{key}")
            radio.setAccessibleName(title)
            radio.setAccessibleDescription(sentence)
            radio.setProperty("key", key)
            radio.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
            radio.toggled.connect(self._on_toggled)
            below = plain_label(sentence, role="secondary", wrap=True)
            below.setContentsMargins(_INSET, 0, 0, 8)
            column.addWidget(radio)
            column.addWidget(below)
            self._radios[key] = radio
        next(iter(self._radios.values())).setChecked(True)

    @property
    def chosen(self) -> str:
        """The id of the one that is chosen."""
        return next(key for key, radio in self._radios.items() if radio.isChecked())

    @property
    def current(self) -> QWidget:
        """The button of the one that is chosen."""
        return self._radios[self.chosen]

    def choose(self, key: str) -> None:
        self._radios[key].setChecked(True)

    def take_focus(self) -> None:
        self._radios[self.chosen].setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot(bool)
    def _on_toggled(self, on: bool) -> None:
        if not on:
            return
        for radio in self._radios.values():  # Tab comes to the chosen one; Qt sees to it only after a click
            tab = Qt.FocusPolicy.StrongFocus if radio.isChecked() else Qt.FocusPolicy.ClickFocus
            radio.setFocusPolicy(tab)
        self.changed.emit(self.sender().property("key"))
