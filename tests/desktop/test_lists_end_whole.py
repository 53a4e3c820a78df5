"""The lists of the rooms end with a whole row, however high the window is and wherever they are scrolled to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from made_judgements import RUBRIC, judgement
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QAbstractItemView, QApplication
from pytestqt.qtbot import QtBot

from desktop.bridge.courier import Courier
from desktop.flow import describing
from desktop.flow.draft import PromptDraft
from desktop.flow.inbox_desk import InboxDesk
from desktop.flow.models.rows import Row
from desktop.flow.waiting import Waiting, waiting
from desktop.qt_models.outbox_list import OutboxList
from desktop.theme.appearance import Appearance
from desktop.views.inbox_page import InboxPage
from desktop.views.model_list import ModelList
from desktop.views.parts import dress
from desktop.views.unsent_list import UnsentList
from feedback_store.records import App
from feedback_store.store import Store
from tests.desktop.test_inbox_desk import PAIRING, PROJECT, capture
from tests.end_to_end.passing_time import live

ROWS = 12
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)


@pytest.fixture(autouse=True)
def _dressed(qapp: QApplication) -> Iterator[None]:
    dress(qapp, Appearance("light").theme)
    yield
    qapp.setStyleSheet("")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(tmp_path, app=App("preceptor", "test"))
    yield opened
    opened.close()


def inbox(store: Store, qtbot: QtBot) -> QAbstractItemView:
    for number in range(ROWS):
        store.inbox.put(capture(response=f"Answer {number}."), PAIRING).result()
    page = InboxPage(InboxDesk(store, PROJECT), lambda: PromptDraft(model="mine"), Courier())
    page.look()
    qtbot.addWidget(page)
    return page.list


def outbox(store: Store, qtbot: QtBot) -> QAbstractItemView:
    project = store.projects.create("Ours", rubric=RUBRIC).result()
    for _ in range(ROWS):
        store.records.save(judgement("a>b", project=project.id, trainer=store.trainer)).result()
    model = OutboxList(store, describing.one_line)
    shown = UnsentList(model, store.trainer, "To send")
    model.setParent(shown)
    model.show_waiting(waiting(store.outbox.unsent(project.id), Waiting()))
    qtbot.addWidget(shown)
    return shown


def models(_store: Store, qtbot: QtBot) -> QAbstractItemView:
    shown = ModelList()
    names = [f"m{number}" for number in range(ROWS)]
    shown.show_rows([Row(f"model:/{name}", "model", name, "98 MB", "135M", "your file", "fits") for name in names])
    qtbot.addWidget(shown)
    return shown


@pytest.mark.parametrize("made", [inbox, outbox, models])
def test_the_list_of_a_room_ends_with_a_whole_row(
    qtbot: QtBot, store: Store, made: Callable[[Store, QtBot], QAbstractItemView]
) -> None:
    view = made(store, qtbot)
    view.window().show()
    port, bar = view.viewport(), view.verticalScrollBar()
    cut, shortened = [], 0
    for height in range(150, 260, 23):
        view.setFixedSize(320, height)
        live(5)
        for value in range(0, bar.maximum() + 1, 11):
            bar.setValue(value)
            end = port.height() if port.mask().isEmpty() else port.mask().boundingRect().height()
            shortened += end < port.height()
            last = view.visualRect(view.indexAt(QPoint(5, end - 1)))
            cut += [(height, value)] if last.bottom() >= end else []
    assert view.model().rowCount() == ROWS and bar.maximum() > 0
    assert cut == [] and shortened
