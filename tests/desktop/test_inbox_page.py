"""The inbox's room by keys: read, judged, discarded and brought back; nothing of a page's text is more than text."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec import structs
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices
from pytestqt.qtbot import QtBot

from desktop.bridge.courier import Courier
from desktop.flow.capture_turns import changed, turns_of
from desktop.flow.draft import PromptDraft
from desktop.flow.inbox_desk import InboxDesk, parts_of
from desktop.flow.outcome import Frame, to_judgement
from desktop.qt_models.inbox_list import ROW
from desktop.views.capture_dialog import CaptureDialog
from desktop.views.inbox_page import InboxPage
from desktop.views.link_question import LinkQuestion
from desktop.views.parts.focus_ring import ring_target
from desktop.views.record_reader import RecordReader
from feedback_store import rubrics
from feedback_store.records import App, Verdict, Versioned
from feedback_store.store import Store
from tests.desktop.test_inbox_desk import PAIRING, PROJECT, capture


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(tmp_path, app=App("preceptor", "test"))
    yield opened
    opened.close()


@pytest.fixture
def page(qtbot: QtBot, store: Store) -> Iterator[InboxPage]:
    courier = Courier()
    made = InboxPage(InboxDesk(store, PROJECT), lambda: PromptDraft(model="mine"), courier)
    qtbot.addWidget(made)
    made.resize(1000, 600)
    made.show()
    yield made
    courier.stop()


def put(store: Store, *answers: str, **changes: object) -> None:
    for answer in answers:
        store.inbox.put(capture(response=answer, **changes), PAIRING).result()


def test_an_empty_inbox_says_what_comes_here_and_how(qtbot: QtBot, page: InboxPage) -> None:
    page.look()
    assert page.empty.isVisible()
    assert not page.judge.isEnabled()
    with qtbot.waitSignal(page.connect_asked):
        page.empty.asked.emit()


def test_enter_puts_the_answer_on_the_bench_and_the_next_one_is_read(
    qtbot: QtBot, page: InboxPage, store: Store
) -> None:
    put(store, "First answer.", "Second answer.")
    page.look()
    page.take_focus()
    read = page.current
    assert read is not None
    assert read.capture.response in page.text.toPlainText()
    with qtbot.waitSignal(page.judge_asked, timeout=60_000) as asked:
        qtbot.keyClick(page.list, Qt.Key.Key_Return)
    assert asked.args is not None
    assert asked.args[0].answers[0].text == read.capture.response
    assert asked.args[0].prompt.model == "mine"
    qtbot.waitUntil(lambda: page.model.rowCount() == 1, timeout=60_000)
    left = page.current
    assert left is not None
    assert left.id != read.id


@pytest.mark.parametrize("key", [Qt.Key.Key_Delete, Qt.Key.Key_D])
def test_what_is_discarded_comes_back_by_undo(qtbot: QtBot, page: InboxPage, store: Store, key: Qt.Key) -> None:
    put(store, "Only answer.")
    page.look()
    page.take_focus()
    qtbot.keyClick(page.list, key)
    qtbot.waitUntil(page.empty.isVisible, timeout=60_000)
    page.undo()
    qtbot.waitUntil(lambda: page.model.rowCount() == 1, timeout=60_000)
    page.undo()
    assert page.message.isVisible()


def test_the_one_that_is_read_stays_so_while_others_come(page: InboxPage, store: Store) -> None:
    put(store, "First answer.")
    page.look()
    before = page.current
    put(store, "Second answer.", "Third answer.")
    page.look()
    now = page.current
    assert before is not None
    assert now is not None
    assert now.id == before.id


def test_a_row_is_spoken_with_everything_that_it_shows(page: InboxPage, store: Store) -> None:
    put(store, "An answer.", page={"origin": "https://chat.example", "title": "A chat", "complete": False})
    page.look()
    index = page.model.index(0)
    spoken = str(index.data(Qt.ItemDataRole.AccessibleTextRole))
    for part in ("Why is the sky blue?", "An answer.", "A chat", "Not all of the conversation"):
        assert part in spoken
    assert index.data(ROW).id == page.model.rows[0].id


def test_t15_what_cannot_be_seen_in_a_page_is_named_where_it_is_read(page: InboxPage, store: Store) -> None:
    put(store, "a\u202eb <img src=x>")
    page.look()
    shown = page.text.toPlainText()
    assert "\u202e" not in shown
    assert "<img src=x>" in shown


def test_the_focus_is_shown_by_the_row_alone_and_with_nothing_there_by_the_way_on(
    qtbot: QtBot, page: InboxPage, store: Store
) -> None:
    put(store, "Only answer.")
    page.look()
    page.take_focus()
    assert page.list.hasFocus()
    assert ring_target(page.list) is None, "a ring around row and list at once"
    page.discard_current()
    qtbot.waitUntil(page.empty.isVisible, timeout=60_000)
    focused = page.focusWidget()
    assert focused is not None
    assert page.empty.isAncestorOf(focused)
    assert page.list.focusPolicy() == Qt.FocusPolicy.NoFocus, "Tab would put a ring around nothing"


def test_what_can_be_done_stands_beside_what_is_read_however_wide_the_window(page: InboxPage, store: Store) -> None:
    put(store, "An answer.", page={"origin": "https://chat.example", "title": "A chat " * 60, "complete": True})
    page.resize(1920, 1000)
    page.look()
    for button in (page.judge, page.discard):
        text = page.text.viewport()
        right = button.mapTo(page, button.rect().topRight()).x()
        assert right <= text.mapTo(page, text.rect().topRight()).x() + 1
        assert button.mapTo(page, button.rect().bottomLeft()).y() < text.mapTo(page, text.rect().topLeft()).y()


def test_all_that_are_shown_go_onto_the_bench_and_come_back_by_undo(
    qtbot: QtBot, page: InboxPage, store: Store
) -> None:
    put(store, "First answer.", "Second answer.", "Third answer.")
    page.look()
    page.take_focus()
    first = page.model.rows[0].id
    with qtbot.waitSignal(page.accepted, timeout=60_000) as told:
        qtbot.keyClick(page.list, Qt.Key.Key_A)
    assert told.args is not None
    assert told.args[0].answers[0].text == store.inbox.get(first).capture.response
    assert page.empty.isVisible()
    assert page.line.isHidden()
    assert page.message.message is not None
    assert page.message.message.text.startswith("3 answers wait on the bench")
    page.undo()
    qtbot.waitUntil(lambda: page.model.rowCount() == 3, timeout=60_000)


def test_escape_stops_what_goes_onto_the_bench(qtbot: QtBot, page: InboxPage, store: Store) -> None:
    put(store, *(f"Answer {number}." for number in range(30)))
    page.look()
    page.take_focus()
    page.accept_all()
    qtbot.waitUntil(page.line.isVisible, timeout=60_000)
    qtbot.keyClick(page.list, Qt.Key.Key_Escape)
    qtbot.waitUntil(page.line.isHidden, timeout=60_000)
    left = page.model.rowCount()
    assert 0 < left < 30
    page.undo()
    qtbot.waitUntil(lambda: page.model.rowCount() == 30, timeout=60_000)


def test_turns_are_edited_by_keys_and_the_row_says_so(qtbot: QtBot, page: InboxPage, store: Store) -> None:
    put(store, "Half an answer.")
    page.look()
    page.take_focus()
    qtbot.keyClick(page.list, Qt.Key.Key_E)
    dialog = page.window().findChild(CaptureDialog)
    assert isinstance(dialog, CaptureDialog)
    qtbot.keyClick(dialog.list, Qt.Key.Key_Return)
    dialog.text.setFocus()
    dialog.text.replace_all("A whole answer.")
    qtbot.keyClick(dialog.text, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: "Edited here" in page.model.rows[0].note, timeout=60_000)
    assert "A whole answer." in page.text.toPlainText()
    page.undo()
    qtbot.waitUntil(lambda: page.model.rows[0].note == "", timeout=60_000)


def test_a_turn_is_joined_parted_and_removed_by_keys(qtbot: QtBot, page: InboxPage, store: Store) -> None:
    put(store, "An answer.")
    page.look()
    page.edit_current()
    dialog = page.window().findChild(CaptureDialog)
    assert isinstance(dialog, CaptureDialog)
    alt = Qt.KeyboardModifier.AltModifier
    turns = dialog.turns
    assert len(turns) == 5
    dialog.list.setCurrentIndex(dialog.list.model().index(1, 0))
    qtbot.keyClick(dialog, Qt.Key.Key_J, alt)
    assert dialog.turns[1].text == "Hello\n\nHi."
    dialog.stand_in_text(5)
    qtbot.keyClick(dialog, Qt.Key.Key_P, alt)
    assert [each.text for each in dialog.turns] == [each.text for each in turns]
    qtbot.keyClick(dialog, Qt.Key.Key_R, alt)
    assert len(dialog.turns) == 4
    qtbot.keyClick(dialog, Qt.Key.Key_B, alt)
    assert dialog.turns == turns
    dialog.text.replace_all("")
    assert not dialog.main.isEnabled()
    assert dialog.problem.text()


def test_two_marked_parts_become_one(qtbot: QtBot, page: InboxPage, store: Store) -> None:
    put(store, "First answer.", "Second answer.")
    page.look()
    page.take_focus()
    page.join_marked()
    assert page.message.isVisible(), "one is no two"
    page.list.selectAll()
    qtbot.keyClick(page.list, Qt.Key.Key_J)
    qtbot.waitUntil(lambda: page.model.rowCount() == 1, timeout=60_000)
    shown = page.text.toPlainText()
    assert "First answer." in shown
    assert "Second answer." in shown
    page.undo()
    qtbot.waitUntil(lambda: page.model.rowCount() == 2, timeout=60_000)


def test_the_page_is_opened_again_only_by_a_word_and_its_address_is_seen_whole(
    qtbot: QtBot, page: InboxPage, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toString()))
    where = "https://chat.example/" + "a/" * 900
    quote = {"type": "TextQuoteSelector", "exact": "An answer.", "prefix": "", "suffix": ""}
    put(store, "An answer.", page={"origin": "https://chat.example", "title": "", "complete": True, "url": where},
        selectors=[quote])  # fmt: skip
    page.look()
    page.take_focus()
    qtbot.keyClick(page.list, Qt.Key.Key_I)
    question = page.window().findChild(LinkQuestion)
    assert isinstance(question, LinkQuestion)
    assert question.address.toPlainText() == f"{where}#:~:text=An%20answer."
    assert not opened
    assert question.leave.isDefault(), "Enter keeps away from it"
    question.main.click()
    assert opened == [QUrl(f"{where}#:~:text=An%20answer.").toString()]


def test_where_no_address_was_kept_nothing_is_opened(qtbot: QtBot, page: InboxPage, store: Store) -> None:
    put(store, "An answer.", page={"origin": "https://chat.example", "title": "", "complete": True})
    page.look()
    page.take_focus()
    qtbot.keyClick(page.list, Qt.Key.Key_I)
    assert page.window().findChild(LinkQuestion) is None
    assert not page.doings["open_capture"].possible()


def test_what_an_edited_one_was_stands_below_it_in_the_inbox_and_in_its_record(
    qtbot: QtBot, page: InboxPage, store: Store
) -> None:
    put(store, "Because of scattering.")
    desk = InboxDesk(store, PROJECT)
    (found,) = desk.waiting()
    assert "As it came" not in [title for title, _words in parts_of(found)]
    desk.edit(found, changed(turns_of(found.capture), 3, text="Why is it blue?")).result()
    page.look()
    assert "As it came" in page.text.toPlainText()
    assert "Why is the sky blue?" in page.text.toPlainText()
    (edited,) = desk.waiting()
    draft, done = desk.take(edited, PromptDraft())
    done.result()
    rubric = rubrics.load("overall_only")
    frame = Frame(PROJECT, store.trainer, App("preceptor", "1"), Versioned(rubric.id, rubric.version, rubric.sha256))
    verdict = Verdict(axis="overall", tiers=(("a",),), level="all_good")
    record = to_judgement(structs.replace(draft, verdicts=(verdict,)), frame)
    store.records.save(record).result()
    stored = store.records.newest(record.id)
    assert stored is not None
    reader = RecordReader(store.trainer, store.inbox.as_it_came)
    qtbot.addWidget(reader)
    reader.show_record([stored])
    told = reader.text.toPlainText()
    assert "Edited before it was judged." in told
    assert "Captured: " in told
    assert told.index("Why is it blue?") < told.index("As it came") < told.index("Prompt: Why is the sky blue?")
