"""Closed and opened again, the window is as large as it was, maximised or not, in sight, and shows the bench."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QGuiApplication
from trainer import ShowWindow, Trainer

from desktop.app import Workbench
from desktop.profile import Profile


def close(workbench: Workbench) -> None:
    trainer = Trainer(workbench)
    workbench.window.close()
    trainer.until(lambda: not workbench.window.isVisible(), "the window is closed")


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


@pytest.mark.parametrize("kept", ["", "nonsense", 7, None, "AdnQywADAAA="])
def test_a_place_that_cannot_be_read_opens_the_window_in_a_size_that_the_screen_holds(
    kept: object, profile: Profile, show_window: ShowWindow
) -> None:
    profile.store.settings.set("window", kept).result()
    window = show_window().window
    assert any(screen.contains(window.geometry()) for screen in screens())


def test_whatever_room_was_left_it_opens_at_the_bench_with_the_work_of_before(show_window: ShowWindow) -> None:
    first = show_window(size=(1100, 700))
    trainer = Trainer(first)
    trainer.comes_to("promptText")
    trainer.type("Why is the sky blue?")
    trainer.control(Qt.Key.Key_3)
    trainer.until(lambda: first.window.room.name == "records", "the records are shown")
    close(first)
    second = show_window()
    Trainer(second).comes_to("promptText")
    assert second.window.room.name == "bench"
    assert second.session.draft.prompt.text == "Why is the sky blue?"
