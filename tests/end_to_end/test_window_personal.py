"""Personal data in the true window, by keys: found, kept, blacked out, marked by hand, and gone from the disk."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from trainer import ShowWindow, Trainer

from desktop.app import Workbench
from desktop.flow import judging
from feedback_store.records import Judgement

PHONE, MAIL = "+49 30 5550 142", "jane.doe@uni-mainz.de"
ANSWERS = (f"Call {PHONE} now.", f"Write to {MAIL}.", "Ask Xaver.", "I do not know.")
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)


@pytest.fixture
def trainer(show_window: ShowWindow) -> Trainer:
    workbench = show_window(ANSWERS, size=(1440, 900))
    trainer = Trainer(workbench)
    trainer.type(f"Whom do I call? Xaver has {PHONE}.")
    trainer.control(Qt.Key.Key_Return)
    session = workbench.session
    trainer.until(lambda: session.draft.finished and not session.writing, "the answers stand")
    trainer.until(lambda: len(_rows(workbench)) == 2, "phone and e-mail are found")
    return trainer


def _rows(workbench: Workbench) -> list[tuple[str, str]]:
    return [(row.quote, row.decided) for row in workbench.bench.panel.personal.list.rows]


def _said(workbench: Workbench, name: str) -> str:
    label = workbench.bench.panel.findChild(QLabel, name)
    assert label is not None
    return label.text()


def test_what_is_found_is_decided_by_two_keys_and_no_byte_stays_on_disk(trainer: Trainer, tmp_path: Path) -> None:
    workbench, session = trainer.workbench, trainer.workbench.session
    assert _said(workbench, "personalWarning") == "2 numbers and addresses are found. Black them out, or keep them."
    workbench.bench.answers.choose(0)
    trainer.control(Qt.Key.Key_D)
    trainer.comes_to("personal")
    trainer.type("r")
    trainer.until(lambda: "[phone]" in session.draft.prompt.text, "the prompt has lost the number")
    assert f"Call {PHONE} now." not in [answer.text for answer in session.draft.answers]
    trainer.until(lambda: _rows(workbench)[0] == (MAIL, ""), "the e-mail is next")
    trainer.press(Qt.Key.Key_Home)
    trainer.type("k")
    assert _rows(workbench)[0] == (MAIL, "kept")
    assert _said(workbench, "personalWarning") == ""
    _judge(workbench)
    trainer.control(Qt.Key.Key_S)
    trainer.until(lambda: session.saved is not None, "it is saved")
    assert session.saved is not None and isinstance(session.saved.stored.record, Judgement)
    assert session.saved.stored.record.redactions is not None
    data = b"".join(file.read_bytes() for file in (tmp_path / "profile").rglob("*") if file.is_file())
    assert PHONE.encode() not in data and MAIL.encode() in data


def test_a_name_is_marked_by_its_selection_and_undone_at_once(trainer: Trainer) -> None:
    workbench, session = trainer.workbench, trainer.workbench.session
    position = next(i for i, key in enumerate(session.draft.order) if session.draft.answer(key).text == "Ask Xaver.")
    workbench.bench.answers.choose(position)
    workbench.bench.answers.cards[position].text.select(4, 9)
    trainer.type("p")
    trainer.choose_entry("Name")
    trainer.until(lambda: session.draft.at(position).text == "Ask [name].", "the name is blacked out")
    assert session.draft.prompt.text == f"Whom do I call? [name] has {PHONE}."
    assert ("■", "2 places blacked out") in _rows(workbench)
    assert workbench.bench.answers.cards[position].text.document().toPlainText().count("\ufffc") == len("[name]")
    trainer.control(Qt.Key.Key_Z)
    assert session.draft.at(position).text == "Ask Xaver."


def test_a_stored_judgement_is_blacked_out_from_the_records_room(trainer: Trainer, tmp_path: Path) -> None:
    workbench, session = trainer.workbench, trainer.workbench.session
    _judge(workbench)
    session.save()
    trainer.until(lambda: session.saved is not None, "it is saved")
    assert session.saved is not None
    record = session.saved.stored.id
    trainer.control(Qt.Key.Key_F)
    trainer.until(lambda: workbench.records.model.rowCount() == 1, "it is listed")
    trainer.go_to("moreRecord")
    trainer.press(Qt.Key.Key_Space)
    trainer.choose_entry("Black out personal data …")
    trainer.until(lambda: session.draft.supersedes is not None, "it is on the bench")
    trainer.until(lambda: len(_rows(workbench)) == 2, "its places are found")
    trainer.control(Qt.Key.Key_D)
    trainer.comes_to("personal")
    trainer.type("r")
    trainer.until(lambda: "[phone]" in session.draft.prompt.text, "the number is gone")
    before = session.saved
    trainer.control(Qt.Key.Key_S)
    trainer.until(lambda: session.saved is not before, "the new version is saved")
    states = [each.state for each in workbench.rooms._store.records.history(record)]
    assert states == ["erased", "saved"]
    data = b"".join(file.read_bytes() for file in (tmp_path / "profile").rglob("*") if file.is_file())
    assert PHONE.encode() not in data


def test_where_nothing_is_found_one_quiet_line_says_what_was_not_looked_for(show_window: ShowWindow) -> None:
    workbench = show_window(("Yes.", "No."), size=(1440, 900))
    trainer = Trainer(workbench)
    trainer.type("Is it so?")
    trainer.control(Qt.Key.Key_Return)
    words = "No numbers or addresses found. Names are not looked for."
    trainer.until(lambda: _said(workbench, "personalQuiet") == words, "it is said")
    trainer.until(workbench.bench.panel.personal.isVisible, "it is seen")
    assert not workbench.bench.panel.personal.list.isVisible()


@pytest.mark.parametrize("found", [True, False])
def test_asked_for_before_the_search_has_ended_it_says_so_and_answers_once_it_has(
    show_window: ShowWindow, found: bool
) -> None:
    """It said that no numbers were found, before anything was looked for."""
    workbench = show_window(("Yes.", "No."), size=(1440, 900))
    trainer, message = Trainer(workbench), workbench.bench.message
    trainer.type(f"Is it {PHONE}?" if found else "Is it so?")
    trainer.control(Qt.Key.Key_D)
    assert message.message is not None
    assert message.message.text == "Numbers and addresses are still being looked for."
    if found:
        trainer.comes_to("personal")
        assert message.message is None
    else:
        words = "No numbers or addresses found. Names are not looked for."
        trainer.until(lambda: message.message is not None and message.message.text == words, "it is said then")


def test_who_goes_on_with_something_else_is_not_taken_to_what_was_found(show_window: ShowWindow) -> None:
    workbench = show_window(("Yes.", "No."), size=(1440, 900))
    trainer = Trainer(workbench)
    trainer.type(f"Is it {PHONE}?")
    trainer.control(Qt.Key.Key_D)
    trainer.type(" Or not?")
    trainer.until(lambda: _rows(workbench) == [(PHONE, "")], "it is found")
    assert trainer.focus is workbench.bench.prompt.text


def test_a_number_is_marked_in_a_prompt_of_one_line_or_where_that_is_cut(show_window: ShowWindow) -> None:
    """With large text, and in a narrow window, the prompt is one line, in which nothing was marked."""
    workbench = show_window(("Yes.", "No."), size=(1024, 640))
    trainer, line = Trainer(workbench), workbench.bench.prompt_line._text
    trainer.type(f"Is it {PHONE}?")
    trainer.control(Qt.Key.Key_Return)
    session = workbench.session
    trainer.until(lambda: session.draft.finished and not session.writing, "the answers stand")
    trainer.until(lambda: len(line.marks()) == 1, "the number is marked")
    (box, current) = line.marks()[0]
    before, words = (line.fontMetrics().horizontalAdvance(text) for text in ("Is it ", PHONE))
    assert abs(box.left() + 2 - before) <= 3 and abs(box.width() - 4 - words) <= 3 and not current
    trainer.control(Qt.Key.Key_D)
    trainer.comes_to("personal")
    trainer.press(Qt.Key.Key_Return)
    trainer.until(lambda: line.marks()[0][1], "the one that is decided on is told from others")
    trainer.type("k")
    trainer.press(Qt.Key.Key_Escape)
    session.ask(judging.replace(session.draft.prompt, text=f"{'Once more: ' * 30}{PHONE}"))
    workbench.bench.prompt_line.show_text(session.draft.prompt.text)
    line.set_found([(PHONE, False)])
    (cut, _current) = line.marks()[0]
    assert cut.right() <= line.width() + 4 and cut.width() < words, "beside the dots, which hide it"


def _judge(workbench: Workbench) -> None:
    session = workbench.session
    for position in range(len(session.draft.order)):
        for axis in session.rubric.axes:
            session.act(judging.rate(session.draft, position, axis.id, 3))
    session.act(judging.best(session.draft, 0))
