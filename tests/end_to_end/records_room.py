"""A trainer in the records' room, who has judged two prompts; and another trainer's judgement of the same answers.

`workbench` is a fixture for the tests that import it.
"""

from __future__ import annotations

import msgspec
import pytest
from person import Person
from PySide6.QtCore import Qt
from trainer import ShowWindow, Trainer

from desktop.app import Workbench
from desktop.flow import judging
from feedback_store.records import Judgement, new_id, new_trainer_id
from feedback_store.store import StoredRecord

ANSWERS = ("It is the light.", "Because of scattering.", "Nobody knows.", "I do not know.")
PROMPTS = (("Why is the sky blue?", "Physics", ("sky",)), ("How do plants eat?", "Biology", ("green", "sky")))


@pytest.fixture
def workbench(show_window: ShowWindow) -> Workbench:
    shown = show_window(ANSWERS)
    judge_both(shown)
    return shown


def judge_both(workbench: Workbench) -> None:
    """Two judgements, saved."""
    for text, domain, tags in PROMPTS:
        judge(workbench, text, domain, tags)


def judge(workbench: Workbench, text: str, domain: str, tags: tuple[str, ...]) -> None:
    session, person = workbench.session, Person()
    session.ask(msgspec.structs.replace(session.draft.prompt, text=text, domain=domain, tags=tags))
    session.generate()
    person.until(lambda: session.draft.finished and not session.writing, "the answers stand")
    for position in range(4):
        for axis in session.rubric.axes:
            session.act(judging.rate(session.draft, position, axis.id, 3))
    session.act(judging.best(session.draft, 0))
    before = session.saved
    session.save()
    person.until(lambda: session.saved is not None and session.saved is not before, "it is saved")


def records_room(workbench: Workbench) -> Trainer:
    trainer = Trainer(workbench)
    trainer.control(Qt.Key.Key_F)
    trainer.until(lambda: workbench.records.model.rowCount() == 2, "both are listed")
    return trainer


def others_judgement(workbench: Workbench) -> StoredRecord:
    """Another trainer's judgement of the answers that are read now, imported."""
    record = workbench.records.current
    assert record is not None and isinstance(record.record, Judgement)
    judged = record.record
    (verdict,) = judged.verdicts
    assert verdict.tiers is not None
    turned = msgspec.structs.replace(verdict, tiers=verdict.tiers[::-1])
    ratings = tuple(msgspec.structs.replace(rating, value=1) for rating in judged.ratings)
    theirs = msgspec.structs.replace(
        judged, id=new_id(), trainer=new_trainer_id(), verdicts=(turned,), ratings=ratings,
        shown=msgspec.structs.replace(judged.shown, order=judged.shown.order[::-1]),
    )  # fmt: skip
    return workbench._profile.store.records.save(theirs).result()
