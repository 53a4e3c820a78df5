"""Closed and opened again, the window is as large as it was, maximised or not, in sight, and shows the same room."""

from __future__ import annotations

from pathlib import Path

import pytest
from one_in import one_in
from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QGuiApplication
from trainer import ShowWindow, Trainer

from desktop.app import Workbench
from desktop.flow.start_wish import NOTHING, ROOMS, StartWish, first_room
from desktop.preferences import Anew
from desktop.profile import Profile
from desktop.views.parts import Message

pytestmark = pytest.mark.long


def close(workbench: Workbench) -> None:
    trainer = Trainer(workbench)
    workbench.window.close()
    trainer.until(lambda: not workbench.window.isVisible(), "the window is closed")
    kept(workbench, workbench.window.room.name)


def kept(workbench: Workbench, room: str) -> None:
    settings = workbench._profile.store.settings
    until = Trainer(workbench).until
    until(lambda: settings.get("room") == room, "the room is kept: the profile, which stays open, writes later")


def screens() -> list[QRect]:
    return [screen.availableGeometry() for screen in QGuiApplication.screens()]


def test_a_window_comes_back_in_its_size_at_its_place(show_window: ShowWindow) -> None:
    first = show_window(size=(1100, 700))
    first.window.move(40, 30)
    Trainer(first).until(lambda: first.window.pos() == QPoint(40, 30), "it is moved")
    size = first.window.size()
    close(first)
    second = show_window()
    assert (second.window.size(), second.window.pos()) == (size, QPoint(40, 30))
    assert not second.window.isMaximized()


def test_a_maximised_window_comes_back_maximised_and_has_its_size_when_it_is_made_smaller(
    show_window: ShowWindow,
) -> None:
    first = show_window(size=(1100, 700))
    usual = first.window.size()
    first.window.showMaximized()
    Trainer(first).until(first.window.isMaximized, "it is maximised")
    close(first)
    second = show_window()
    Trainer(second).until(second.window.isMaximized, "it is maximised again")
    second.window.showNormal()
    Trainer(second).until(lambda: second.window.size() == usual, "it has the size of before")


@pytest.mark.parametrize("at", [(9000, 5000), (-5000, -3000)])
def test_a_window_that_stood_where_no_screen_is_any_more_is_brought_back(
    at: tuple[int, int], show_window: ShowWindow
) -> None:
    first = show_window(size=(1100, 700))
    first.window.move(*at)
    Trainer(first).until(lambda: first.window.pos() == QPoint(*at), "it is where there is no screen")
    close(first)
    second = show_window().window
    assert any(screen.contains(second.frameGeometry().center()) for screen in screens())
    assert any(screen.contains(second.frameGeometry().topLeft()) for screen in screens()), (
        "it can be taken by its title"
    )


@pytest.mark.parametrize("kept", one_in(5, ["", "nonsense", 7, None, "AdnQywADAAA="], first=1))
def test_a_place_that_cannot_be_read_opens_the_window_in_a_size_that_the_screen_holds(
    kept: object, profile: Profile, show_window: ShowWindow
) -> None:
    profile.store.settings.set("window", kept).result()
    window = show_window().window
    assert any(screen.contains(window.geometry()) for screen in screens())


@pytest.mark.parametrize("room", one_in(3, ROOMS))
def test_it_opens_in_the_room_that_was_left_with_the_work_of_before_at_the_bench(
    show_window: ShowWindow, room: str
) -> None:
    first = show_window(size=(1100, 700))
    trainer = Trainer(first)
    trainer.comes_to("promptText")
    trainer.type("Why is the sky blue?")
    first.window.show_named(room)
    close(first)
    second = show_window()
    assert second.window.room.name == room
    page = second.window.room.page
    Trainer(second).until(lambda: page.isAncestorOf(Trainer(second).focus), "the keyboard is in the room")
    second.window.show_named("bench")
    Trainer(second).comes_to("promptText")
    assert second.session.draft.prompt.text == "Why is the sky blue?"


def test_a_first_start_and_one_after_a_crash_open_at_the_bench(show_window: ShowWindow, profile: Profile) -> None:
    assert show_window(size=(1100, 700)).window.room.name == "bench"
    assert not profile.store.settings.get("room"), "nothing is known of a room while the window is open"


def test_a_room_left_is_known_for_one_start(show_window: ShowWindow, profile: Profile) -> None:
    first = show_window(size=(1100, 700))
    first.window.show_named("records")
    close(first)
    assert profile.store.settings.get("room") == "records"
    second = show_window()
    assert second.window.room.name == "records"  # and is killed there
    Trainer(second).until(lambda: profile.store.settings.get("room") == "", "the room is forgotten")
    assert show_window().window.room.name == "bench"


def test_settings_that_say_what_was_done_are_not_the_room_that_was_left(show_window: ShowWindow) -> None:
    """The day after the language was changed, the window opened in its settings."""
    first = show_window(size=(1100, 700))
    for room in ("records", "settings"):
        first.window.show_named(room)
    first.preferences.anew_asked.emit(Anew())
    kept(first, "records")
    second = show_window()
    second.show_settings(Message("success", "Preceptor speaks German now."))
    assert second.window.room.name == "settings"
    second.window.close()
    kept(second, "records")
    third = show_window()
    assert third.window.room.name == "records", "where it was worked before"
    third.show_settings(Message("success", "Again."))
    for room in ("bench", "settings"):
        third.window.show_named(room)
    close(third)
    assert show_window().window.room.name == "settings", "who goes there by themselves comes back there"


@pytest.mark.parametrize("kept", one_in(5, ["", "attic", 7, None, ["records"]], first=1))
def test_a_room_that_is_not_known_any_more_leads_to_the_bench(
    kept: object, profile: Profile, show_window: ShowWindow
) -> None:
    profile.store.settings.set("room", kept).result()
    workbench = show_window()
    Trainer(workbench).comes_to("promptText")
    assert workbench.window.room.name == "bench"


@pytest.mark.parametrize("wish", [StartWish(project="My project"), StartWish(file=Path("/gone.gguf"))])
def test_a_start_that_asks_for_something_does_not_open_in_the_room_that_was_left(wish: StartWish) -> None:
    assert first_room("records", wish) == "bench"
    assert first_room("records", NOTHING) == "records"
