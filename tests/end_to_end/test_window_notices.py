"""Notices: they end with what they are about, and their way out has a key and stands in the palette."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QAccessibleEvent
from PySide6.QtWidgets import QListWidget
from trainer import OpenWindow, ShowWindow, Trainer
from visit import Visit, Words

from desktop.flow import judging
from desktop.views.parts.status_line import StatusLine

Key = Qt.Key


def test_what_is_said_of_one_record_ends_when_another_one_is_read(show_window: ShowWindow) -> None:
    trainer = Trainer(show_window(size=(1440, 900)))
    visit = Visit(trainer)
    visit.save()
    first = visit.workbench.session.saved
    visit.ask("Again?")
    visit.judge()
    visit.workbench.bench.save()
    visit.trainer.until(lambda: visit.workbench.session.saved is not first, "two are saved")
    trainer.control(Key.Key_3)
    records = visit.workbench.records
    trainer.until(lambda: records.model.rowCount() == 2, "both are listed")
    trainer.press(Key.Key_Down)
    trainer.type("b")
    assert records.message.message is not None
    assert records.message.message.text.startswith("There is no other judgement")
    records.look()
    assert records.message.message is not None, "the same record is still read"
    trainer.press(Key.Key_Up)
    assert records.message.message is None


def test_what_was_said_in_the_outbox_ends_with_the_next_act(open_window: OpenWindow) -> None:
    trainer = Trainer(open_window(insecure=True))
    visit = Visit(trainer, Words())
    visit.ask_with_personal()
    visit.judge()
    visit.workbench.bench.save()
    visit.trainer.until(lambda: visit.workbench.session.saved is not None, "it is saved")
    trainer.control(Key.Key_4)
    outbox = visit.workbench.outbox
    trainer.until(lambda: outbox.model.rowCount() == 1, "it waits")
    trainer.until(lambda: bool(outbox.leaving.personal.list.rows), "a place is found in it")
    trainer.press(Key.Key_Return)
    trainer.until(lambda: trainer.focus is outbox.leaving.personal.list, "at the places that were found")
    trainer.type("r")
    bar = outbox.message
    trainer.until(lambda: bar.message is not None, "it is said")
    assert bar.message is not None
    assert bar.message.text == "Blacked out in all of this record, and erased from the disk."
    assert bar.message.reason == "Only Undo still has the words, until you send or close Preceptor."
    trainer.until(lambda: trainer.focus is outbox.list, "back at the list")
    trainer.type(" ")
    trainer.until(lambda: bar.message is None, "something else was done")


def test_a_message_of_the_bench_ends_with_its_draft(show_window: ShowWindow) -> None:
    trainer = Trainer(show_window(size=(1440, 900)))
    visit = Visit(trainer)
    visit.ask()
    session, bench = visit.workbench.session, visit.workbench.bench
    trainer.type("l")
    assert bench.message.message is not None and "says something" in bench.message.message.text
    trainer.type("b")
    assert bench.message.message is not None
    trainer.type("m")
    trainer.until(lambda: not session.draft.answers, "the next turn lies on the bench")
    assert bench.message.message is None


def test_the_way_out_of_a_doubt_has_a_key_and_stands_in_the_palette(show_window: ShowWindow) -> None:
    trainer = Trainer(show_window(size=(1440, 900)))
    visit = Visit(trainer)
    visit.ask()
    visit.judge()
    session, bench = visit.workbench.session, visit.workbench.bench
    axis = session.rubric.axes[0]
    session.act(judging.rate(session.draft, 1, axis.id, axis.steps[0].value))
    assert "The first way out of the notice that is shown" not in offered(trainer)
    bench.save()
    trainer.until(lambda: session.saved is not None, "it is saved")
    assert "The first way out of the notice that is shown" in offered(trainer)
    trainer.control(Key.Key_O)
    trainer.until(lambda: session.draft.supersedes is not None, "it is opened, where the doubt is")


def test_the_palette_of_the_outbox_offers_nothing_that_does_nothing_there(show_window: ShowWindow) -> None:
    workbench = show_window(size=(1440, 900))
    trainer = Trainer(workbench)
    visit = Visit(trainer)
    visit.ask()
    visit.judge()
    assert "Save and next" in offered(trainer)
    trainer.control(Key.Key_4)
    there = offered(trainer)
    assert not {"Save and next", "Redo", "Stop writing", "Blind, or with the models' names"} & set(there)
    before = workbench.session.draft
    trainer.control(Key.Key_S)
    trainer.control(Key.Key_B)
    assert workbench.session.saved is None and workbench.session.draft == before, "what is not seen is not changed"


def offered(trainer: Trainer) -> list[str]:
    """What the palette lists."""
    trainer.control(Key.Key_K)
    trainer.comes_to("paletteField")
    palette = trainer.window.findChildren(QListWidget, "paletteList")[-1]  # one before may not be gone yet
    found = [palette.item(row).text() for row in range(palette.count())]
    trainer.press(Key.Key_Escape)
    trainer.until(lambda: trainer.focus.objectName() != "paletteField", "the palette is closed")
    return found


@pytest.mark.parametrize("size", [(1440, 900), (1024, 640)])
def test_a_digit_beyond_the_scale_is_answered_in_the_status_line_and_the_keyboard_stays(
    show_window: ShowWindow, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[str] = []
    monkeypatch.setattr(QAccessible, "updateAccessibility", lambda event: heard.append(_announced(event)))
    trainer = Trainer(show_window(size=size))
    visit = Visit(trainer)
    visit.ask("How long is a fever normal?")
    trainer.workbench.bench.ratings.start_at(0)
    focus = trainer.focus
    trainer.type("7")
    line = trainer.workbench.window.findChild(StatusLine)
    assert line is not None
    assert line.notice == "Helpfulness: 0 to 4"
    assert line.notice in heard
    assert trainer.focus is focus
    assert not trainer.workbench.session.draft.ratings
    line.show_words("Models idle")
    assert line.notice, "what is said of the models meanwhile does not take it away"


def _announced(event: QAccessibleEvent) -> str:
    return event.message() if isinstance(event, QAccessibleAnnouncementEvent) else ""
