"""The room that a window shows: what its commands do, what can be done from it, and where something is said over it.

Made anew with the rooms of each project. Must not know how rooms are built, nor which project comes into use.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from desktop import room_acts
from desktop.flow import keymap
from desktop.flow.elsewhere import ABOUT_A_ROW, choose_first_text, not_now_text
from desktop.flow.keymap import CommandPlace
from desktop.flow.projects import USE
from desktop.preferences import Preferences
from desktop.rooms import ProjectRooms
from desktop.views.doings import Doings, do, possible
from desktop.views.main_window import MainWindow
from desktop.views.palette import Entry, everything
from desktop.views.parts import Message, MessageBar
from feedback_store.store import Project

ROOM = "room:"  # before a room's name, in the palette
SETTINGS = "settings"  # the room that is no project's


class ShownRoom:
    """Whichever of the rooms, or of the settings, `window` shows when something is asked of it."""

    def __init__(self, window: MainWindow, rooms: ProjectRooms, preferences: Preferences) -> None:
        self._window = window
        self._rooms = rooms
        self._preferences = preferences

    @property
    def name(self) -> str:
        return self._window.room.name

    @property
    def bar(self) -> MessageBar:
        """Where something is said over it."""
        return self._preferences.page.message if self.name == SETTINGS else self._rooms.bars[self.name]

    @property
    def doings(self) -> dict[CommandPlace, Doings]:
        """What all rooms can do by their own commands."""
        return {**self._rooms.doings, "settings": self._preferences.doings}

    def act(self, act: Callable[[ProjectRooms, str], None]) -> None:
        """Do one of `room_acts`, which is another thing in each room."""
        act(self._rooms, self.name)

    def say(self, message: Message) -> None:
        """Say something over it; questions that are open there stay."""
        self.bar.show_beside_points(message)

    def unsay(self, message: Message | None) -> None:
        """What was said is no longer true, in whichever room it stands."""
        for bar in (*self._rooms.bars.values(), self._preferences.page.message):
            if message is not None and bar.message is message:
                bar.clear()

    def offers(self, projects: Iterable[Project]) -> list[Entry]:
        """Everything that can be done from here: commands, rooms, and these projects but the one in use."""
        place = "settings" if self.name == SETTINGS else self._rooms.place(self.name)
        idle = room_acts.idle(self._rooms, self.name) | (set() if self.bar.has_way else {"notice_way"})
        return everything(
            [(f"{ROOM}{room.name}", room.title) for room in self._window.rooms],
            [(f"{USE}{each.id}", each.name) for each in projects if each.id != self._rooms.project.id],
            place,
            possible(self.doings[place]) if place in self.doings else None,
            idle,
            [(at, room.title) for room in self._window.rooms for at in self.doings if at == room.name != self.name],
        )

    def do(self, chosen: str) -> None:
        """Do what was chosen of the offers, unless that is a project; what another room does, there."""
        if chosen.startswith(ROOM):
            self._window.show_named(chosen.removeprefix(ROOM))
            return
        place = keymap.command(chosen).place
        if place == "everywhere":
            self._window.do(chosen)
        elif place in self.doings and place != self.name:
            self._window.show_named(place)
            self._do_on_arriving(self.doings[place], chosen)
        elif place == "settings":
            do(self._preferences.doings, chosen)
        else:
            self._rooms.do(chosen)

    def _do_on_arriving(self, doings: Doings, chosen: str) -> None:
        """What is about a row waits until that is seen; and why nothing was done is said."""
        doing = doings[chosen]
        if chosen in ABOUT_A_ROW:
            doing.show()
            self.say(Message("notice", choose_first_text(chosen)))
        elif doing.possible():
            doing.do()
        else:
            doing.show()
            self.say(Message("notice", not_now_text(chosen, doing.why_not() or doing.grey())))
