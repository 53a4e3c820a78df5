"""What the hand is at stays where it is while a room says what was done: rows, texts and buttons."""

from __future__ import annotations

import pytest
from browser_scenes import ROOMS
from made_judgements import candidate, judgement
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QWidget
from trainer import OpenWindow, ShowWindow, Trainer
from visit import Visit

from desktop.profile import Profile
from desktop.views.parts import KeyButton

pytestmark = [pytest.mark.qt_log_ignore("This plugin does not support", extend=True), pytest.mark.long]


def places(trainer: Trainer, parts: tuple[QWidget, ...]) -> list[QRect]:
    window = trainer.workbench.window
    return [QRect(part.mapTo(window, QPoint(0, 0)), part.size()) for part in parts]


@pytest.mark.parametrize("size", [(1440, 900), (1280, 720), (1024, 640)], ids=lambda size: f"{size[0]}x{size[1]}")
def test_nothing_in_the_outbox_moves_when_a_record_is_released_and_when_that_was_said(
    size: tuple[int, int], show_window: ShowWindow, profile: Profile
) -> None:
    for ask in ("Why?", "Where?"):
        profile.store.records.save(
            judgement(
                "a>b",
                candidate("a", "text of a"),
                candidate("b"),
                ask=ask,
                project=profile.project.id,
                trainer=profile.trainer,
            )
        ).result()
    trainer = Trainer(show_window(size=size))
    trainer.control(Qt.Key.Key_4)
    page = trainer.workbench.outbox
    trainer.until(lambda: page.model.rowCount() == 2, "they are listed")
    trainer.until(lambda: all(row.undecided == 0 for row in page.model.rows), "they were looked at")
    parts = (page.list, page.leaving.text, page.leaving.release, page.release_all, page.send, page.sent.statement)
    before = places(trainer, parts)
    trainer.press(Qt.Key.Key_Space)
    trainer.until(lambda: page.message.findChild(KeyButton, "way_undo") is not None, "it is said, with its undo")
    assert page.message.isVisible() and places(trainer, parts) == before
    window = trainer.workbench.window
    ends = page.message.mapTo(window, QPoint(0, page.message.height())).y()
    assert ends <= page.mapTo(window, QPoint(0, page.height())).y(), "all of it is in the window"
    assert page.message.visibleRegion().boundingRect() == page.message.rect()
    page.message.clear()
    trainer.until(lambda: not page.message.isVisible(), "that was said")
    assert places(trainer, parts) == before


@pytest.mark.parametrize("size", [(1440, 900), (1024, 640)], ids=lambda size: f"{size[0]}x{size[1]}")
def test_the_button_that_discards_one_capture_is_under_the_hand_for_the_next(
    size: tuple[int, int], open_window: OpenWindow
) -> None:
    trainer = Trainer(open_window(insecure=True, size=size))
    ROOMS["inbox"](Visit(trainer))
    inbox = trainer.workbench.rooms.inbox
    parts = (inbox.discard, inbox.judge)
    before = [rect.topLeft() for rect in places(trainer, parts)]
    inbox.discard.click()
    trainer.until(lambda: inbox.model.rowCount() == 1 and inbox.message.isVisible(), "one is discarded, and said")
    assert [rect.topLeft() for rect in places(trainer, parts)] == before
    assert inbox.message.visibleRegion().boundingRect() == inbox.message.rect()
