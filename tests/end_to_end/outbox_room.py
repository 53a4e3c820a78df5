"""A trainer in the outbox, with records that wait there; and how what the room shows is read."""

from __future__ import annotations

from typing import Any

from made_judgements import candidate, judgement
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from trainer import ShowWindow, Trainer

from desktop.app import Workbench
from desktop.profile import Profile
from desktop.qt_models.outbox_list import STANDING
from desktop.views.parts import KeyButton
from feedback_store.store import StoredRecord

PHONE, MAIL = "+49 30 5550 142", "jane.doe@uni-mainz.de"


def save(profile: Profile, ask: str = "Why?", answer: str = "text of a", **changes: Any) -> StoredRecord:
    fields = {"project": profile.project.id, "trainer": profile.trainer, **changes}
    return profile.store.records.save(
        judgement("a>b", candidate("a", answer), candidate("b"), ask=ask, **fields)
    ).result()


def standings(workbench: Workbench) -> list[str]:
    model = workbench.outbox.model
    return [model.index(row).data(STANDING).words for row in range(model.rowCount())]


def arrive(show_window: ShowWindow, count: int, size: tuple[int, int] = (1440, 900)) -> Trainer:
    workbench = show_window(size=size)
    trainer = Trainer(workbench)
    trainer.control(Qt.Key.Key_4)
    trainer.until(lambda: len(standings(workbench)) == count, "they are listed")
    trainer.until(lambda: not any("being looked at" in each for each in standings(workbench)), "they were looked at")
    return trainer


def said(workbench: Workbench) -> str:
    return " ".join(
        label.text() for label in workbench.outbox.message.findChildren(QLabel) if label.isVisible() and label.text()
    )


def said_by_buttons(workbench: Workbench) -> list[str]:
    return [button.text() for button in workbench.outbox.message.findChildren(KeyButton) if button.isVisible()]
