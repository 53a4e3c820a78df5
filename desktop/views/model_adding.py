"""Adding models: a field for what is known by name, models worth having, those of other apps, servers.

Nothing is downloaded but by the button that says how much.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from desktop.flow.models.rows import AppLine, Offer, Said
from desktop.flow.wording import gettext as _
from desktop.theme.theme import current_theme
from desktop.views.model_detail import Notes
from desktop.views.parts import ElidedLabel, KeyButton, WaitBar, WrappingRow, in_one_line, plain_label, plain_tooltip
from desktop.views.parts.whole_end import whole_labels

TWO_COLUMNS_FROM = 760
_LONGEST = 4000
_FIELD_SIDE = 14  # from the edge of a field to its words


class _WordLine(QLineEdit):
    """Never shorter than what it says may be typed, and as long as there is room."""

    def minimumSizeHint(self) -> QSize:
        words = self.fontMetrics().horizontalAdvance(self.placeholderText())
        return QSize(words + 2 * _FIELD_SIDE, super().minimumSizeHint().height())

    def sizeHint(self) -> QSize:
        return QSize(_LONGEST, super().sizeHint().height())


class ModelAdding(QScrollArea):
    """`word_asked` is what was typed; `download_asked` an offer's key; `app_asked` an app, and whether to show it."""

    word_asked = Signal(str)
    file_asked = Signal()
    folder_asked = Signal()
    download_asked = Signal(str)
    app_asked = Signal(str, bool)
    server_asked = Signal()
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("addModels")
        self.setAccessibleName(_("Add models"))
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.word = _WordLine()
        self.word.setObjectName("modelWord")
        self.word.setAccessibleName(_("Address, repository or path"))
        self.word.setPlaceholderText(_("https://…, owner/name/file.gguf, a path"))
        self.word.setMaxLength(4096)
        self.word.returnPressed.connect(self._on_look)
        self.look_up = KeyButton(_("Look up"), hint="↵", name="modelLook")
        self.look_up.clicked.connect(self._on_look)
        self.file = KeyButton(_("File …"), name="modelFile", command="add_model_file")
        self.file.setToolTip(_("A GGUF file of this computer; it stays where it is."))
        self.file.clicked.connect(self.file_asked)
        self.folder = KeyButton(_("Folder …"), name="modelFolder", command="add_model_folder")
        self.folder.setToolTip(_("A folder with GGUF files; they stay where they are."))
        self.folder.clicked.connect(self.folder_asked)
        self.word.setClearButtonEnabled(True)
        self.close_button = KeyButton(_("Back to the list"), hint="Esc", kind="quiet", name="addClose")
        self.close_button.clicked.connect(self.left)
        self.said = Notes("modelWordSaid")
        self._bar = WaitBar()
        self._bar.setObjectName("modelLooking")
        self._bar.setAccessibleName(_("Looking"))
        self._bar.setTextVisible(False)
        self._bar.setRange(0, 0)
        self._bar.hide()
        self.found = Offers("found")
        self.found.asked.connect(self.download_asked)
        self._place = plain_label("", role="secondary", wrap=True, name="modelPlace")
        self.recommended = Offers("recommended")
        self.recommended.asked.connect(self.download_asked)
        self._apps_head = plain_label(_("Models of other apps"), role="label")
        self._apps_about = plain_label(
            _("None of them is opened before you say so, and nothing of theirs is ever changed."),
            role="secondary",
            wrap=True,
        )
        self._app_column = QVBoxLayout()
        self._app_column.setSpacing(4)
        self._apps: tuple[AppLine, ...] = ()
        self._app_rows: list[QWidget] = []
        self.server = KeyButton(_("Add a server …"), name="addServer", command="add_server")
        self.server.clicked.connect(self.server_asked)
        self._lay_out()

    def show_word(self, asking: str, said: Said) -> None:
        """What is looked up now, and what became of the last word."""
        self._bar.setVisible(bool(asking))
        self.said.show_said((said,))
        self.word.setProperty("problem", said.tone == "danger")
        self.word.style().unpolish(self.word)
        self.word.style().polish(self.word)

    def show_place(self, place: str) -> None:
        """Where downloads go."""
        self._place.setText(_("{place} Nothing is downloaded before you press a button.").format(place=place))

    def show_apps(self, apps: Sequence[AppLine]) -> None:
        """One line for each app that has models."""
        if tuple(apps) == self._apps:
            return
        self._apps = tuple(apps)
        for row in self._app_rows:
            self._app_column.removeWidget(row)
            row.hide()
            row.deleteLater()
        self._app_rows = [self._app_row(each) for each in apps]
        for row in self._app_rows:
            self._app_column.addWidget(row)
        self._apps_head.setVisible(bool(apps))
        self._apps_about.setVisible(bool(apps))

    def take_focus(self) -> None:
        self.word.setFocus(Qt.FocusReason.OtherFocusReason)
        self.word.selectAll()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def _app_row(self, line: AppLine) -> QWidget:
        row = QWidget()
        layout = QHBoxLayout(row)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(12)
        title = plain_label(line.title)
        title.setMinimumWidth(104)
        words = ElidedLabel(in_one_line(line.words), "secondary", Qt.TextElideMode.ElideMiddle)
        button = KeyButton(_("Hide") if line.added else _("Show these models"), small=True, name=f"app_{line.app}")
        button.setAccessibleName(f"{line.title}: {button.text()}")
        button.setProperty("app", line.app)
        button.setProperty("show", not line.added)
        button.clicked.connect(self._on_app)
        layout.addWidget(title)
        layout.addWidget(words, 1)
        layout.addWidget(button)
        return row

    def _lay_out(self) -> None:
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(16, 8, 16, 20)
        column.setSpacing(8)
        column.addWidget(WrappingRow(plain_label(_("Add models"), role="title"), right=(self.close_button,)))
        column.addWidget(WrappingRow(self.word, right=(self.look_up, self.file, self.folder)))
        column.addWidget(self._bar)
        column.addWidget(self.said)
        column.addWidget(self.found)
        column.addSpacing(8)
        column.addWidget(plain_label(_("Models worth having"), role="label"))
        column.addWidget(self._place)
        column.addWidget(self.recommended)
        column.addSpacing(12)
        column.addWidget(self._apps_head)
        column.addWidget(self._apps_about)
        column.addLayout(self._app_column)
        column.addSpacing(12)
        column.addWidget(plain_label(_("Models of a server"), role="label"))
        about = _(
            "llama-server, vLLM, Ollama, LM Studio and others. "
            "What you ask leaves this computer, unless the server runs on it."
        )
        column.addWidget(plain_label(about, role="secondary", wrap=True))
        row = QHBoxLayout()
        row.addWidget(self.server)
        row.addStretch(1)
        column.addLayout(row)
        column.addStretch(1)
        self._apps_head.hide()
        self._apps_about.hide()
        self.setWidget(inside)
        self._whole = whole_labels(self, inside)

    @Slot()
    def _on_look(self) -> None:
        self.word_asked.emit(self.word.text())

    @Slot()
    def _on_app(self) -> None:
        button = self.sender()
        self.app_asked.emit(str(button.property("app")), bool(button.property("show")))


class Offers(QWidget):
    """Cards of models that could be had, in one or two columns; `asked` carries a key."""

    asked = Signal(str)

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name
        self._cards: list[OfferCard] = []
        self._columns = 1
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(8)

    @property
    def cards(self) -> tuple[OfferCard, ...]:
        """The cards, as they stand."""
        return tuple(self._cards)

    def show_offers(self, offers: Sequence[Offer]) -> None:
        """Show these; cards that stay keep the keyboard."""
        if [card.offer.key for card in self._cards] != [offer.key for offer in offers]:
            for card in self._cards:
                self._grid.removeWidget(card)
                card.hide()
                card.deleteLater()
            self._cards = [OfferCard(offer, f"{self._name}{number}") for number, offer in enumerate(offers)]
            for card in self._cards:
                card.asked.connect(self.asked)
            self._place()
        for card, offer in zip(self._cards, offers, strict=True):
            card.show_offer(offer)
        self.setVisible(bool(offers))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        columns = 2 if self.width() >= TWO_COLUMNS_FROM else 1
        if columns != self._columns:
            self._columns = columns
            self._place()

    def _place(self) -> None:
        for card in self._cards:
            self._grid.removeWidget(card)
        for number, card in enumerate(self._cards):
            self._grid.addWidget(card, number // self._columns, number % self._columns)
        for column in range(2):
            self._grid.setColumnStretch(column, int(column < self._columns))


class OfferCard(QFrame):
    """A model that could be had: what it is for, what it takes, and the button; without one it is quiet."""

    asked = Signal(str)

    def __init__(self, offer: Offer, name: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setProperty("card", True)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.offer = offer
        self._title = ElidedLabel("", "label")
        self._title.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._use = ElidedLabel("", "secondary")
        self._line = plain_label("", role="secondary", wrap=True)  # licence and memory are what one chooses by
        self._line.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)  # beside one of two lines
        self._why = ElidedLabel("", "secondary", Qt.TextElideMode.ElideRight)
        self._bar = WaitBar()
        self._bar.setObjectName(f"{name}Bar")
        self._bar.setTextVisible(False)
        self._bar.hide()
        self.button = KeyButton("", icon="download", small=True, name=f"{name}Get")
        self.button.clicked.connect(self._on_button)
        above, below = QHBoxLayout(), QHBoxLayout()
        above.setSpacing(8)
        above.addWidget(self._title)
        above.addWidget(self._use, 1)
        below.setSpacing(8)
        below.addWidget(self._why, 1)
        below.addWidget(self.button)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 8, 8)
        column.setSpacing(4)
        column.addLayout(above)
        column.addWidget(self._line)
        column.addLayout(below)
        column.addWidget(self._bar)
        below.addStrut(current_theme().grown("control-small"))

    def show_offer(self, offer: Offer) -> None:
        """Show how it stands now."""
        self.offer = offer
        quiet = not offer.button
        _say(self._title, offer.title, "secondary" if quiet else "label")
        _say(self._use, offer.use, "tertiary" if quiet else "secondary")
        _say(self._line, offer.line, "tertiary" if quiet else "secondary")
        self._line.setToolTip(plain_tooltip(offer.line))  # an address has no place to be broken at
        _say(self._why, offer.why, "secondary")
        self.button.setText(offer.button)
        self.button.setAccessibleName(f"{offer.title}: {offer.button}")
        self.button.setVisible(bool(offer.button))
        self._bar.setVisible(offer.share is not None)
        self._bar.setAccessibleName(offer.why or offer.title)
        if offer.share is not None:
            self._bar.setRange(0, 0 if offer.share < 0 else 1000)
            self._bar.setValue(round(1000 * max(0.0, offer.share)))
        self.setAccessibleName(in_one_line(", ".join(w for w in (offer.title, offer.use, offer.line, offer.why) if w)))

    @Slot()
    def _on_button(self) -> None:
        self.asked.emit(self.offer.key)


def _say(label: QLabel, text: str, role: str) -> None:
    if label.property("role") != role:
        label.setProperty("role", role)
        label.style().unpolish(label)
        label.style().polish(label)
    shown = in_one_line(text)
    if label.text() != shown:
        label.setText(shown)
