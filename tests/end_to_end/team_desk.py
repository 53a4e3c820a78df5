"""A trainer before a window in a team's project, with a judgement to send, and the collector that it goes to.

What the tests of sending stand on: the fixture `desk`, and `sit_down` for a desk whose line to the collector is not
the straight one.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import msgspec
from kept_copies import FileCopies
from made_judgements import judgement
from PySide6.QtCore import Qt
from running_collector import Running, Team, running
from trainer import OpenWindow, Trainer

from desktop.app import Workbench
from desktop.profile import Profile


def release(profile: Profile, project: str, **fields: Any) -> str:
    """A judgement that is saved and released; its id."""
    made = judgement("a>b", project=project, trainer=profile.trainer, **fields)
    saved = profile.store.records.save(made).result()
    profile.store.outbox.release([saved.id]).result()
    return saved.id


def states(workbench: Workbench, project: str = "") -> list[str]:
    """What has become of each batch of the project that is shown, or of another."""
    outbox = workbench._profile.store.outbox
    return [batch.state for batch in outbox.batches(project or workbench.rooms.project.id)]


def sign_and_send(trainer: Trainer) -> None:
    """By keys, from whichever room."""
    trainer.control(Qt.Key.Key_4)
    trainer.control(Qt.Key.Key_Return)


@dataclass(frozen=True)
class TeamDesk:
    team: Team
    collector: Running
    trainer: Trainer

    @property
    def workbench(self) -> Workbench:
        return self.trainer.workbench

    @property
    def profile(self) -> Profile:
        return self.workbench._profile

    def release(self, **fields: Any) -> str:
        """One more judgement to send; its id."""
        return release(self.profile, self.team.project, **fields)

    def states(self) -> list[str]:
        return states(self.workbench, self.team.project)

    def deliver(self) -> None:
        """Sign and send, until it has arrived."""
        sign_and_send(self.trainer)
        self.trainer.until(lambda: self.states() == ["delivered"], "it has arrived")

    def join_again(self, code: str) -> None:
        """As the window asks for it, and back to the outbox."""
        self.trainer.control(Qt.Key.Key_O)
        self.trainer.dialog("joinDialog")
        for name, text in (("joinAddress", self.collector.address), ("joinCode", code)):
            self.trainer.go_to(name)
            self.trainer.replace_text(text)
        self.trainer.press(Qt.Key.Key_Return)
        self.trainer.comes_to("joinDialogMain")
        self.trainer.press(Qt.Key.Key_Escape)
        self.trainer.alone()
        self.trainer.control(Qt.Key.Key_4)

    def copy_collector(self) -> bytes:
        return FileCopies().take(self.team.folder)

    @contextmanager
    def collector_put_back(self, copy: bytes) -> Iterator[None]:
        """It ends, and answers again in the block, at the same address, with what it had when the copy was taken."""
        assert self.collector.end() == 0
        FileCopies().put_back(self.team.folder, copy)
        with self.collector_again():
            yield

    @contextmanager
    def collector_again(self) -> Iterator[None]:
        """It has ended, and answers again in the block, at the same address."""
        with running(self.team.folder, port=self.collector.port):
            yield


def sit_down(open_window: OpenWindow, team: Team, collector: Running, through: str = "") -> TeamDesk:
    """Join, and come before the window with a judgement released; what is sent goes `through` another address."""

    def begin(profile: Profile) -> None:
        project = profile.collectors.join(collector.address, team.invite()).project
        assert project.collector is not None
        if through:
            other = msgspec.structs.replace(project.collector, address=through)
            profile.store.projects.update(msgspec.structs.replace(project, collector=other)).result()
        profile.store.projects.use(project.id).result()
        release(profile, project.id)

    return TeamDesk(team, collector, Trainer(open_window(insecure=True, begin=begin)))
