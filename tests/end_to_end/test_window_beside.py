"""Two judgements of the same answers by keys: the answers with both one's flags, every difference, and a third one."""

from __future__ import annotations

import msgspec
import pytest
from every_scene import Visit
from PySide6.QtCore import Qt
from trainer import ShowWindow, Trainer

from desktop.app import Workbench
from desktop.flow import judging
from desktop.flow.judging import FlagChoice
from desktop.views.beside_dialog import BesideDialog
from feedback_store.record_parts import Flag, Judgement
from feedback_store.records import new_id, new_trainer_id
from feedback_store.spans import span_at
from feedback_store.store import StoredRecord

ANSWERS = ("It is the light.", "Because of scattering, says Rayleigh.", "Nobody knows.", "I do not know.")
Key = Qt.Key
pytestmark = [pytest.mark.qt_log_ignore("This plugin does not support", extend=True), pytest.mark.long]


def judged(workbench: Workbench) -> Trainer:
    """One's own judgement is saved, with two flags of the first answer, and read."""
    trainer = Trainer(workbench)
    trainer.comes_to("promptText")
    visit = Visit(trainer)
    visit.ask()
    session = workbench.session
    session.act(judging.best(session.draft, 1))
    for position in range(4):
        for axis in session.rubric.axes:
            session.act(judging.rate(session.draft, position, axis.id, 3))
    session.act(judging.flag(session.draft, 0, (0, 5), FlagChoice("factual", 1)))
    session.act(judging.justify(session.draft, "B says why."))
    workbench.bench.save()
    trainer.until(lambda: session.saved is not None, "it is saved")
    trainer.control(Key.Key_F)
    trainer.until(lambda: workbench.records.current is not None, "the record is read")
    return trainer


def another(workbench: Workbench) -> StoredRecord:
    """Another trainer's: other places, ratings of 1 for the first answer, its flag worse and elsewhere too."""
    mine = workbench.records.current
    assert mine is not None and isinstance(mine.record, Judgement)
    judgement = mine.record
    (verdict,) = judgement.verdicts
    assert verdict.tiers is not None
    first = judgement.shown.order[0]
    text = next(each.text for each in judgement.candidates if each.key == first)
    flags = (
        Flag(first, "factual", 3, span=span_at(text, 0, 8)),
        Flag(first, "unsafe", 2, span=span_at(text, 6, 12), note="Misleads."),
    )
    theirs = msgspec.structs.replace(
        judgement,
        id=new_id(),
        trainer=new_trainer_id(),
        verdicts=(msgspec.structs.replace(verdict, tiers=verdict.tiers[::-1]),),
        ratings=tuple(
            msgspec.structs.replace(rating, value=1) if rating.candidate == first else rating
            for rating in judgement.ratings
        ),
        flags=flags,
        justification="A misleads.",
        shown=msgspec.structs.replace(judgement.shown, order=judgement.shown.order[::-1]),
    )
    return workbench._profile.store.records.save(theirs).result()


def opened(show_window: ShowWindow, size: tuple[int, int] = (1440, 900)) -> tuple[Trainer, BesideDialog]:
    workbench = show_window(ANSWERS, size=size)
    trainer = judged(workbench)
    another(workbench)
    trainer.until(lambda: workbench.records.model.rowCount() == 2, "it is listed")
    trainer.press(Key.Key_Return)
    trainer.comes_to("recordList")
    trainer.type("b")
    dialog = trainer.dialog("besideDialog")
    assert isinstance(dialog, BesideDialog)
    return trainer, dialog


def line(dialog: BesideDialog) -> tuple[str, str, str]:
    """The row that is looked at, as it is read."""
    row = dialog.table.currentRow()
    texts = [item.text() if (item := dialog.table.item(row, column)) is not None else "" for column in range(3)]
    return texts[0], texts[1], texts[2]


def test_nothing_to_compare_with_is_said(show_window: ShowWindow) -> None:
    workbench = show_window(ANSWERS)
    trainer = judged(workbench)
    trainer.press(Key.Key_Return)
    trainer.type("b")
    message = workbench.records.message.message
    assert message is not None and message.text == "There is no other judgement of these answers here."


@pytest.mark.parametrize("size", [(1440, 900), (1024, 640)])
def test_prompt_and_answers_stand_beside_what_both_say_of_them(show_window: ShowWindow, size: tuple[int, int]) -> None:
    trainer, dialog = opened(show_window, size)
    window = trainer.workbench.window
    assert dialog.width() <= window.width() and dialog.height() <= window.height()
    assert dialog.prompt.toPlainText() == "Prompt\nWhy is the sky blue?"
    assert trainer.focus is dialog.table
    assert line(dialog)[0] == "≠ Ranking", "the first difference is looked at"
    order = trainer.workbench.session.saved
    assert order is not None and isinstance(order.stored.record, Judgement)
    judgement = order.stored.record
    texts = {each.key: each.text for each in judgement.candidates}
    for number, key in enumerate(judgement.shown.order, 1):
        trainer.type(str(number))
        assert line(dialog)[0] == f"Answer {'ABCD'[number - 1]}"
        assert dialog.answer.text() == texts[key]
        assert dialog.answer.isVisible() and dialog.answer.height() > 100
    for spoken in range(dialog.table.rowCount()):
        assert dialog.table.item(spoken, 0).data(Qt.ItemDataRole.AccessibleTextRole)


def test_flags_of_both_are_drawn_on_the_answer_and_told_apart_by_mark_and_place(show_window: ShowWindow) -> None:
    trainer, dialog = opened(show_window)
    trainer.type("1")
    spans = dialog.answer.spans
    assert {(span.by, span.above, span.category, span.severity) for span in spans} == {
        ("I", False, "factual", 1),
        ("II", True, "factual", 3),
        ("II", True, "unsafe", 2),
    }
    assert not any(span.current for span in spans)
    while not line(dialog)[0].startswith("≠ “"):
        trainer.press(Key.Key_Down)
    about, mine, theirs = line(dialog)
    text = dialog.answer.text()
    assert about == f"≠ “{text[:5].strip()}”"
    assert mine.startswith("Factual error") and f"“{text[:8].strip()}”" in theirs, (
        "one line, with the other one's own quote"
    )
    assert [(span.by, span.category) for span in dialog.answer.spans if span.current] == [
        ("I", "factual"),
        ("II", "factual"),
    ]
    index = next(index for index, span in enumerate(dialog.answer.spans) if span.category == "unsafe")
    dialog.answer.span_activated.emit(index)
    assert line(dialog)[1:] == ("–", "Unsafe advice, moderate – Misleads."), "a mark leads to its line"


def test_differences_are_walked_through_and_the_rest_can_be_left_out(show_window: ShowWindow) -> None:
    trainer, dialog = opened(show_window)
    table = dialog.table
    everything = table.rowCount()
    assert dialog.words == "They differ in 13 lines."
    seen = set()
    for _ in range(13):
        assert line(dialog)[0].startswith("≠")
        seen.add(table.currentRow())
        trainer.type("n")
    assert len(seen) == 13 and table.currentRow() == min(seen), "after the last one comes the first"
    trainer.type("d")
    lines = [spot.line for spot in table.spots if spot.line is not None]
    assert len(lines) == 13 and all(each.differs for each in lines)
    assert dialog.only.isChecked()
    trainer.type("d")
    assert table.rowCount() == everything


def test_reasons_are_read_in_full_beside_the_table(show_window: ShowWindow) -> None:
    trainer, dialog = opened(show_window)
    while line(dialog)[0] != "≠ Why":
        trainer.press(Key.Key_Down)
    said = dialog.whole.toPlainText()
    assert dialog.whole.isVisible() and "B says why." in said and "A misleads." in said
    trainer.type("2")
    assert dialog.answer.isVisible()


@pytest.mark.parametrize("key", ["j", "enter"])
def test_a_third_judgement_begins_by_a_key_and_names_both(show_window: ShowWindow, key: str) -> None:
    trainer, dialog = opened(show_window)
    workbench = trainer.workbench
    session, pair = workbench.session, {dialog._mine.sha256, dialog.chosen.sha256}
    if key == "enter":
        trainer.press(Key.Key_Return)
    else:
        trainer.type(key)
    trainer.alone()
    trainer.until(lambda: workbench.window.room.name == "bench", "the bench is shown")
    message = workbench.bench.message.message
    assert message is not None and "will name the two" in message.text
    draft = session.draft
    assert draft.answers and not draft.judged and draft.supersedes is None
    for position in range(4):
        for axis in session.rubric.axes:
            session.act(judging.rate(session.draft, position, axis.id, 2))
    session.act(judging.best(session.draft, 1))
    before = session.saved
    session.save()
    trainer.until(lambda: session.saved is not None and session.saved is not before, "it is saved")
    assert session.saved is not None
    third = session.saved.stored.record
    assert isinstance(third, Judgement) and third.basis is not None
    assert set(third.basis) == pair and third.rev == 1
    assert third.comparison.id == draft.comparison


def test_another_trainers_judgement_is_not_opened_but_its_answers_are_judged_too(show_window: ShowWindow) -> None:
    workbench = show_window(ANSWERS)
    trainer = judged(workbench)
    theirs = another(workbench)
    trainer.until(lambda: workbench.records.model.rowCount() == 2, "it is listed")
    trainer.type("trainer:others")
    trainer.until(lambda: workbench.records.model.rowCount() == 1, "only theirs")
    assert workbench.records.reader.open_button.text() == "Judge it too"
    trainer.press(Key.Key_Return, times=2)
    trainer.until(lambda: workbench.window.room.name == "bench", "the bench is shown")
    draft = workbench.session.draft
    assert draft.supersedes is None and draft.basis is not None and draft.basis.hashes == (theirs.sha256,)
