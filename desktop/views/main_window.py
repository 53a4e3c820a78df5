"""The window: a rail of rooms, a header, the room, and the status line that shows the keys of the place."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import QByteArray, QEvent, QObject, QSize, Qt, Signal, Slot
from PySide6.QtGui import QCloseEvent, QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QLineEdit,
    QMainWindow,
    QPlainTextEdit,
    QStackedWidget,
    QTextEdit,
    QVBoxLayout,
    QWidget,
)

from desktop.flow import keymap, pause_words
from desktop.flow.keymap import Keymap
from desktop.flow.leaving import NotSent
from desktop.flow.place_names import Place, title_of
from desktop.flow.places import GENERAL, FlagKeys, all_keys, keys_of
from desktop.flow.room_left import RoomLeft
from desktop.flow.wording import gettext as _
from desktop.theme.theme import current_theme
from desktop.views.dialog_places import belongs_to, place_of
from desktop.views.keys_dialog import KeysDialog
from desktop.views.palette import Entry, Palette
from desktop.views.parts import CountPill, FocusRing, Header, KeyButton, MenuButton, RailButton, StatusLine, in_one_line
from desktop.views.parts.field_history import FieldHistory
from desktop.views.parts.key_names import key_name
from desktop.views.parts.painting_turn import PaintingTurn
from desktop.views.parts.screen_room import screen_room
from desktop.views.parts.status_line import BETWEEN
from desktop.views.parts.tab_order import tab_on
from desktop.views.project_menu import ProjectMenu

SMALLEST = (1024, 640)
USUAL_SIZE = (1440, 900)
RAIL = 64
WIDEST_RAIL = 96  # at the usual size of text, for languages and fonts whose words are wide
NARROW_RAIL = 48
NARROW_BELOW = 1200


@dataclass(frozen=True)
class Room:
    """A page of the window: `place` names its keys, `arrive` is called when it is shown.

    With `keyed` they are those of this one part, and elsewhere on the page those of `aside` hold; a page without it
    tells its places itself.
    """

    name: str
    title: str
    icon: str
    page: QWidget
    place: Place
    arrive: Callable[[], None]
    keyed: QWidget | None = None
    aside: Place = "aside"
    foot: bool = False  # its button stands at the foot of the rail


class MainWindow(QMainWindow):
    """Shows one room at a time and routes the keys that mean the same everywhere.

    `commands` does those of the keymap's table that are for everywhere, by their ids. `keys_changed` carries the Keymap
    that holds from now on. `withheld` says why a command is not done here, "" where it is; `refused` carries that.
    """

    closing = Signal()
    refused = Signal(str)
    keys_changed = Signal(object)

    def __init__(self, commands: Mapping[str, Callable[[], None]], withheld: Callable[[str], str]) -> None:
        super().__init__()
        self._withheld = withheld
        self.setObjectName("mainWindow")
        self.setWindowTitle("Preceptor")
        self.setMinimumSize(*SMALLEST)
        self._rooms: tuple[Room, ...] = ()
        self._changing = False  # one page goes, another one comes
        self.left = RoomLeft()
        self._buttons: list[RailButton] = []
        self._stack = QStackedWidget()
        self._status = StatusLine()
        self._status.setObjectName("statusLine")
        self._said: tuple[str, ...] = ()
        self._pause: tuple[str, ...] = ()
        self.projects = ProjectMenu()
        self.projects.rubric_asked.connect(lambda: self.do("rubric"))
        self.projects.guideline_asked.connect(lambda: self.do("guideline"))
        self.project = MenuButton(self.projects, name="project")
        self._outbox = CountPill(name="outboxCount")
        self._outbox.clicked.connect(self._on_outbox)
        self._header = Header(self.project, self._outbox)
        self.show_to_send(NotSent(0, joined=False))
        self._ring = FocusRing(self)
        self.painting = PaintingTurn(self)
        self._history = FieldHistory(self)
        self._place: Place = "none"
        self._flags = GENERAL
        self._shortcuts: list[QShortcut] = []
        self._palette: Palette | None = None
        self._commands = {"project": self.project.open_menu, "keys": self.show_keys, **commands}
        self._lay_out()
        self._bind()
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        application.focusChanged.connect(self._on_focus)

    @property
    def place(self) -> str:
        """Where the window stands and how large it is, for `stand_at`."""
        return bytes(self.saveGeometry().toBase64().data()).decode("ascii")

    def stand_at(self, place: object) -> None:
        """Stand where it was; where that is not known, in a size that this screen holds."""
        known = QByteArray.fromBase64(place.encode("ascii", "replace")) if isinstance(place, str) else QByteArray()
        if not self.restoreGeometry(known):
            self.resize(QSize(*USUAL_SIZE).boundedTo(screen_room(self)))

    @property
    def room(self) -> Room:
        """The room that is shown."""
        return self._rooms[self._stack.currentIndex()]

    def show_project(self, name: str, rooms: Sequence[Room]) -> None:
        """Show the rooms of a project in place of those before, whose pages are thrown away; the first one is shown."""
        self.show_name(name)
        before = self._rooms
        self._rooms = tuple(rooms)
        for room in self._rooms:
            self._stack.addWidget(room.page)
        for old in before:
            self._stack.removeWidget(old.page)
            old.page.deleteLater()
        self._fill_rail()
        self._bind()
        self.show_room(0)

    def show_name(self, name: str) -> None:
        """What the project is called."""
        self.project.show_name(name, _("Project: {name}").format(name=in_one_line(name)))

    def show_room(self, index: int) -> None:
        """Go to a room, and put the keyboard where work goes on there."""
        if not 0 <= index < len(self._rooms) or (index > 0 and self.refuse("room")):
            return
        held = QApplication.focusWidget()
        if held is None or not self._rooms[index].page.isAncestorOf(held):  # else its page has told where that is
            self.show_place(self._rooms[index].place)  # first: a page gives the keyboard back, and says where to
        self._changing = True
        self._stack.setCurrentIndex(index)
        self._changing = False
        for position, button in enumerate(self._buttons):
            button.setChecked(position == index)
        self._header.show_title(self._rooms[index].title)
        self.left.show(self._rooms[index].name)
        self._rooms[index].arrive()

    def show_named(self, name: str) -> None:
        """Go to the room of this name."""
        for index, room in enumerate(self._rooms):
            if room.name == name:
                self.show_room(index)

    @Slot(str)
    def show_place(self, place: str) -> None:
        """Show the keys of the place that has the focus."""
        self._place = place  # type: ignore[assignment]  # a Place
        self._status.show_keys([(k.keys, k.text) for k in keys_of(self._place, self._flags) if k.always_shown])

    @Slot(object)
    def show_flags(self, flags: FlagKeys) -> None:
        """By what keys is flagged and chosen in the rooms that are shown."""
        if flags != self._flags:
            self._flags = flags
            self.show_place(self._place)

    @Slot(object)
    def show_status(self, words: Sequence[str]) -> None:
        """How draft and models stand, at the right of the status line."""
        self._said = tuple(words)
        self._status.show_words(BETWEEN.join((*self._pause, *self._said)))

    @Slot(object)
    def show_pause(self, until: datetime | None) -> None:
        """Until when the project's collector is left alone, before these words."""
        self._pause = () if until is None else (pause_words.status_text(until),)
        self.show_status(self._said)

    @Slot(object)
    def show_to_send(self, unsent: NotSent) -> None:
        """How many records wait for the trainer in the outbox."""
        self._outbox.show_count(unsent.count if unsent.joined else 0, unsent.words)

    def stay_at_bench(self) -> None:
        """Offer neither rooms nor projects, and say nothing of what waits to be sent: here nothing ever leaves."""
        self._outbox.hide()
        self._rail.hide()
        self.project.setEnabled(False)

    def show_keys(self) -> None:
        """The list of all keys, where they can be changed too."""
        dialog = KeysDialog(all_keys, self, held=self._withheld("change_key"))
        dialog.changed.connect(self.take_keys)
        dialog.keys.show_group(title_of(self._place))
        dialog.open()

    def use_keys(self, keys: Keymap) -> None:
        """Let these keys hold, wherever one is shown."""
        keymap.use(keys)
        self._bind()
        for button in self.findChildren(KeyButton):
            button.follow_keys()
        self.show_place(self._place)

    def open_palette(self, entries: Sequence[Entry], do: Callable[[str], None]) -> None:
        """Let a command be found among `entries`; the same again closes it."""
        if self._palette is not None:
            self._palette.close_palette()
            return
        self._palette = Palette(entries, self)
        self._palette.chosen.connect(do)
        self._palette.closed.connect(self._on_palette_closed)

    def show_above(self, part: QWidget) -> None:
        """Put something between the header and the rooms, to stay."""
        self._above.addWidget(part)

    @property
    def rooms(self) -> tuple[Room, ...]:
        """The rooms in the order of the rail."""
        return self._rooms

    def do(self, command: str) -> None:
        """Do a command that is for everywhere."""
        if not self.refuse(command):
            self._commands[command]()

    def refuse(self, command: str) -> bool:
        """Whether a command is not done in this window, which is said then."""
        why = self._withheld(command)
        if why:
            self.refused.emit(why)
        return bool(why)

    def can(self, command: str) -> bool:
        """Whether a command may be done in this window at all."""
        return not self._withheld(command)

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Qt asks this of a page that goes, too: the next one takes the keyboard, and nothing is looked for."""
        return self._changing or tab_on(self, forward=forward)

    def closeEvent(self, event: QCloseEvent) -> None:
        self.closing.emit()
        super().closeEvent(event)

    def resizeEvent(self, event: object) -> None:
        super().resizeEvent(event)  # type: ignore[arg-type]  # a QResizeEvent by Qt's contract
        narrow = self.width() < NARROW_BELOW
        for button in self._buttons:
            button.set_narrow(narrow)
        self._fit_rail()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "_rail"):
            self._fit_rail()  # the font may be another

    def _fit_rail(self) -> None:
        """As wide as the names of the rooms, within bounds; only icons in a narrow window."""
        if self.width() < NARROW_BELOW:
            self._rail.setFixedWidth(NARROW_RAIL)
        else:
            wanted = max((button.sizeHint().width() for button in self._buttons), default=RAIL)
            widest = round(WIDEST_RAIL * current_theme().zoom)
            self._rail.setFixedWidth(min(max(RAIL, wanted), widest))

    def _lay_out(self) -> None:
        self._rail = QWidget()
        self._rail.setObjectName("rail")
        self._rail.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._rail.setAccessibleName(_("Rooms"))
        self._rail_column = QVBoxLayout(self._rail)
        self._rail_column.setContentsMargins(0, 8, 0, 8)
        self._rail_column.setSpacing(0)
        self._rail_column.addStretch(1)
        right = QVBoxLayout()
        right.setContentsMargins(0, 0, 0, 0)
        right.setSpacing(0)
        right.addWidget(self._header)
        self._above = QVBoxLayout()
        right.addLayout(self._above)
        right.addWidget(self._stack, 1)
        right.addWidget(self._status)
        middle = QWidget()
        layout = QHBoxLayout(middle)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._rail)
        layout.addLayout(right, 1)
        self.setCentralWidget(middle)

    def _fill_rail(self) -> None:
        for button in self._buttons:
            self._rail_column.removeWidget(button)
            button.deleteLater()
        self._buttons = []
        for index, room in enumerate(self._rooms):
            button = RailButton(room.title, room.icon)
            button.setObjectName(f"rail{room.name.capitalize()}")
            button.setToolTip(f"{room.title} ({keymap.current().in_row('room', index + 1)})")
            button.setProperty("room", index)
            button.set_narrow(self.width() < NARROW_BELOW)
            button.clicked.connect(self._on_rail)
            if room.foot:
                self._rail_column.addWidget(button)
            else:
                self._rail_column.insertWidget(index, button)
            self._buttons.append(button)
        self._fit_rail()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The palette's key opens it from a text field too, which would take Ctrl+K to delete the rest of the line."""
        key = key_name(event) if isinstance(event, QKeyEvent) else ""
        if event.type() == QEvent.Type.ShortcutOverride and keymap.current().at("everywhere", key) == "palette":
            event.ignore()
            return True
        return super().eventFilter(watched, event)

    @Slot(QWidget, QWidget)
    def _on_focus(self, _old: QWidget | None, now: QWidget | None) -> None:
        if isinstance(now, QLineEdit | QPlainTextEdit | QTextEdit):
            now.installEventFilter(self)  # a second time does nothing
        if now is None or not self._rooms:
            return
        if belongs_to(now.window(), self):
            self.show_place(place_of(now))
        if not self.isAncestorOf(now):
            return
        room = self.room
        if not room.page.isAncestorOf(now):
            self.show_place("none")  # the rooms at the left, or the header
        elif room.keyed is not None:
            self.show_place(room.place if now is room.keyed else room.aside)

    def _bind(self) -> None:
        for shortcut in self._shortcuts:
            shortcut.setEnabled(False)
            shortcut.deleteLater()
        self._shortcuts = []
        for command in self._commands:
            for key in keymap.current().keys(command):
                shortcut = QShortcut(QKeySequence(key), self)
                shortcut.setProperty("command", command)
                shortcut.activated.connect(self._on_shortcut)
                self._shortcuts.append(shortcut)
        for index, room in enumerate(self._rooms):
            key = keymap.current().in_row("room", index + 1)
            shortcut = QShortcut(QKeySequence(keymap.in_english(key)), self)
            shortcut.setProperty("room", index)
            shortcut.activated.connect(self._on_rail)
            self._shortcuts.append(shortcut)
            self._buttons[index].setToolTip(f"{room.title} ({key})")

    @Slot()
    def _on_shortcut(self) -> None:
        self.do(str(self.sender().property("command")))

    @Slot(object)
    def take_keys(self, keys: Keymap) -> None:
        """Let these keys hold, and tell it."""
        self.use_keys(keys)
        self.keys_changed.emit(keys)

    @Slot()
    def _on_palette_closed(self) -> None:
        self._palette = None

    @Slot()
    def _on_rail(self) -> None:
        self.show_room(int(self.sender().property("room")))

    @Slot()
    def _on_outbox(self) -> None:
        self.show_named("outbox")
