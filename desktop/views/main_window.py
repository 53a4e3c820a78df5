"""The window: a rail of rooms, a header, the room, and the status line that shows the keys of the place."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from desktop.flow.places import Place, everywhere, keys_of, titles
from desktop.flow.wording import gettext as _
from desktop.views.keys_dialog import KeysDialog
from desktop.views.parts import FocusRing, KeyButton, RailButton, StatusLine, plain_label

SMALLEST = (1024, 640)
RAIL = 64
NARROW_RAIL = 48
NARROW_BELOW = 1200


@dataclass(frozen=True)
class Room:
    """A page of the window: `place` names its keys, `arrive` is called when it is shown."""

    name: str
    title: str
    icon: str
    page: QWidget
    place: Place
    arrive: Callable[[], None]


class MainWindow(QMainWindow):
    """Shows one room at a time and routes the keys that mean the same everywhere."""

    closing = Signal()

    def __init__(self, project: str, rooms: Sequence[Room], commands: dict[str, Callable[[], None]]) -> None:
        super().__init__()
        self.setObjectName("mainWindow")
        self.setWindowTitle("Preceptor")
        self.setMinimumSize(*SMALLEST)
        self._rooms = tuple(rooms)
        self._buttons: list[RailButton] = []
        self._stack = QStackedWidget()
        self._status = StatusLine()
        self._status.setObjectName("statusLine")
        self._room_title = plain_label("", role="label")
        self._outbox = KeyButton(_("Nothing to send"), kind="normal", small=True)
        self._outbox.setObjectName("outboxCount")
        self._outbox.clicked.connect(self._on_outbox)
        self._ring = FocusRing(self)
        self._lay_out(project)
        self._bind(commands)
        self.show_room(0)

    @property
    def room(self) -> Room:
        """The room that is shown."""
        return self._rooms[self._stack.currentIndex()]

    def show_room(self, index: int) -> None:
        """Go to a room, and put the keyboard where work goes on there."""
        if not 0 <= index < len(self._rooms):
            return
        self._stack.setCurrentIndex(index)
        for position, button in enumerate(self._buttons):
            button.setChecked(position == index)
        self._room_title.setText(self._rooms[index].title)
        self.show_place(self._rooms[index].place)
        self._rooms[index].arrive()

    def show_named(self, name: str) -> None:
        """Go to the room of this name."""
        for index, room in enumerate(self._rooms):
            if room.name == name:
                self.show_room(index)

    @Slot(str)
    def show_place(self, place: str) -> None:
        """Show the keys of the place that has the focus."""
        self._status.show_keys([(k.keys, k.text) for k in keys_of(place) if k.always_shown])  # type: ignore[arg-type]

    def show_to_send(self, count: int) -> None:
        """How many records wait for the trainer in the outbox."""
        self._outbox.setText(_("{} to send").format(count) if count else _("Nothing to send"))

    def show_keys(self) -> None:
        """The list of all keys."""
        groups = [(_("Everywhere"), everywhere()), *((title, keys_of(place)) for place, title in titles().items())]
        dialog = KeysDialog([(title, [(k.keys, k.text) for k in keys]) for title, keys in groups], self)
        dialog.exec()
        dialog.deleteLater()

    def closeEvent(self, event: QCloseEvent) -> None:
        self.closing.emit()
        super().closeEvent(event)

    def resizeEvent(self, event: object) -> None:
        super().resizeEvent(event)  # type: ignore[arg-type]  # a QResizeEvent by Qt's contract
        narrow = self.width() < NARROW_BELOW
        self._rail.setFixedWidth(NARROW_RAIL if narrow else RAIL)
        for button in self._buttons:
            button.set_narrow(narrow)

    def _lay_out(self, project: str) -> None:
        self._rail = QWidget()
        self._rail.setObjectName("rail")
        self._rail.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._rail.setAccessibleName(_("Rooms"))
        rail = QVBoxLayout(self._rail)
        rail.setContentsMargins(0, 8, 0, 8)
        rail.setSpacing(0)
        for index, room in enumerate(self._rooms):
            button = RailButton(room.title, room.icon)
            button.setObjectName(f"rail{room.name.capitalize()}")
            button.setToolTip(f"{room.title} (Ctrl+{index + 1})")
            button.setProperty("room", index)
            button.clicked.connect(self._on_rail)
            rail.addWidget(button)
            self._buttons.append(button)
            self._stack.addWidget(room.page)
        rail.addStretch(1)
        header = QWidget()
        header.setObjectName("header")
        header.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        header.setFixedHeight(48)
        row = QHBoxLayout(header)
        row.setContentsMargins(12, 0, 12, 0)
        row.setSpacing(12)
        row.addWidget(plain_label(project, role="label"))
        row.addWidget(self._room_title)
        row.addStretch(1)
        row.addWidget(self._outbox)
        right = QVBoxLayout()
        right.setContentsMargins(0, 0, 0, 0)
        right.setSpacing(0)
        right.addWidget(header)
        right.addWidget(self._stack, 1)
        right.addWidget(self._status)
        middle = QWidget()
        layout = QHBoxLayout(middle)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._rail)
        layout.addLayout(right, 1)
        self.setCentralWidget(middle)

    def _bind(self, commands: dict[str, Callable[[], None]]) -> None:
        self._commands = commands
        for keys in commands:
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setProperty("command", keys)
            shortcut.activated.connect(self._on_shortcut)
        for index in range(len(self._rooms)):
            shortcut = QShortcut(QKeySequence(f"Ctrl+{index + 1}"), self)
            shortcut.setProperty("room", index)
            shortcut.activated.connect(self._on_rail)

    @Slot()
    def _on_shortcut(self) -> None:
        self._commands[str(self.sender().property("command"))]()

    @Slot()
    def _on_rail(self) -> None:
        self.show_room(int(self.sender().property("room")))

    @Slot()
    def _on_outbox(self) -> None:
        self.show_named("outbox")
