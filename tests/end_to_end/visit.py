"""A trainer who brings a window to a scene, and the words that stand in it.

Which scenes there are is said in every_scene.py. Must not know what is looked at in them.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import msgspec
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget
from trainer import Trainer

from desktop.app import Workbench
from desktop.flow import judging, sharing
from desktop.flow.judging import FlagChoice
from desktop.flow.models.servers import ServerWish, listed_words
from feedback_store import records
from feedback_store.batches.keys import DeviceKey
from feedback_store.batches.shared import write_shared
from feedback_store.record_parts import App, Judgement
from feedback_store.records import new_id

COLLEAGUES_KEY = DeviceKey.from_seed(bytes([3]) * 32)  # its fingerprint, which is shown, holds no word


@dataclass(frozen=True)
class Words:
    """What people, models and files say in a scene."""

    prompt: str = "Why is the sky blue?"
    answers: tuple[str, ...] = ("Old people never listen.", "It is the light.", "Scattering.", "I do not know.")
    domain: str = "Physics"
    tag: str = "sky"
    note: str = "Not so."
    guideline: str = "# How we judge\n\nTruth first.\n\n- one\n- two"
    project: str = "Patient answers"
    trouble: str = "The disk is full."
    personal: str = "+49 30 5550 142"
    address: str = "https://example.org/why"
    colleague: str = "Anna Berg"


@dataclass
class Visit:
    """A workbench that was opened for one scene, and who sits before it."""

    trainer: Trainer
    words: Words = field(default_factory=Words)

    @property
    def workbench(self) -> Workbench:
        return self.trainer.workbench

    @property
    def shown(self) -> QWidget:
        """What the scene is about: the menu or the dialog in front, else the window."""
        return QApplication.activePopupWidget() or QApplication.activeModalWidget() or self.trainer.window

    def comes_before(self, window: QWidget) -> None:
        """Sit before another window from now on; it closes with the workbench."""
        self.trainer.window = window
        self.workbench.window.closing.connect(window.close)
        window.activateWindow()

    def ask(self, more: str = "") -> None:
        """Have four answers stand on the bench; `more` stands at the end of the prompt."""
        session, prompt = self.workbench.session, self.workbench.session.draft.prompt
        text = f"{self.words.prompt} {more}" if more else self.words.prompt
        session.ask(msgspec.structs.replace(prompt, text=text, domain=self.words.domain, tags=(self.words.tag,)))
        session.generate()
        self.trainer.until(lambda: bool(session.draft.answers) and not session.writing, "the answers stand")
        self.workbench.bench.answers.choose(0)
        self.trainer.comes_to("answerTextA")

    def rank(self) -> None:
        self.trainer.type("v")
        self.trainer.type("b>a=c>d")
        self.trainer.press(Qt.Key.Key_Return)

    def select(self) -> None:
        """Select the first characters of answer A."""
        self.trainer.type("1")
        self.trainer.press(Qt.Key.Key_Home, Qt.KeyboardModifier.ControlModifier)
        self.trainer.press(Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier, times=3)

    def ask_with_personal(self) -> None:
        """Personal data stands in the prompt, and is found."""
        self.ask(self.words.personal)
        rows = self.workbench.bench.panel.personal.list
        self.trainer.until(lambda: bool(rows.rows), "personal data is found")

    def judge(self) -> None:
        """Rank, rate, flag and explain; whoever has asked already has those answers judged."""
        session = self.workbench.session
        if not session.draft.answers:
            self.ask()
        session = self.workbench.session
        session.act(judging.best(session.draft, 1))
        for position in range(4):
            for axis in session.rubric.axes:
                session.act(judging.rate(session.draft, position, axis.id, 3))
        session.act(judging.flag(session.draft, 0, (0, 5), FlagChoice("bias", 3, "age", note=self.words.note)))
        session.act(judging.justify(session.draft, self.words.note))

    def save(self) -> None:
        self.judge()
        session = self.workbench.session
        self.workbench.bench.save()
        self.trainer.until(lambda: session.saved is not None, "it is saved")

    def records(self) -> None:
        self.save()
        self.trainer.control(Qt.Key.Key_3)
        self.trainer.until(lambda: self.workbench.records.current is not None, "the record is read")

    def others_judgement(self) -> None:
        """The same answers, judged by a colleague whose signed file was read."""
        profile, project, trainer = self.workbench._profile, self.workbench.rooms.project.id, f"trn_{7:032x}"
        (mine,) = [each.record for each in profile.store.records.iter_newest(project)]
        assert isinstance(mine, Judgement)
        theirs = msgspec.structs.replace(mine, id=new_id(), trainer=trainer, justification=self.words.note)
        bodies = write_shared(
            COLLEAGUES_KEY,
            [records.encode(theirs)],
            project=project,
            trainer=trainer,
            name=self.words.colleague,
            created_at=records.now(),
            app=App("preceptor", "0.1.0"),
        )
        file = profile.folder / "colleague"
        file.write_bytes(b"".join(bodies))
        sharing.take(profile.store, file)
        self.trainer.until(lambda: self.workbench.records.model.rowCount() == 2, "it is listed")

    def models(self) -> None:
        self.trainer.control(Qt.Key.Key_2)
        shelf = self.workbench.models.shelf
        self.trainer.until(lambda: shelf.loaded and self.workbench.rooms.models.list.count() > 0, "models are listed")

    def server(self) -> None:
        """A server was tried that does not list its model, and says what it has."""
        self.models()
        shelf, rows = self.workbench.models.shelf, self.workbench.rooms.models.list
        shelf.add_server(ServerWish("office", "http://127.0.0.1:9/v1", "smollm2"))
        shelf.look()
        self.trainer.until(lambda: "office" in shelf.names, "it is listed")
        key = next(row.key for row in shelf.rows if row.title == "office")
        self.trainer.until(lambda: rows.choose(key), "it is chosen")
        shelf._tasks.say(key, listed_words(self.words.answers, "smollm2"))

    def outbox(self) -> None:
        self.save()
        self.trainer.control(Qt.Key.Key_4)
        self.trainer.until(lambda: self.workbench.outbox.model.rowCount() == 1, "the record is shown")

    def open_keys(self, keys: str) -> None:
        """Answers stand, and then these single keys are pressed at the first."""
        self.ask()
        self.trainer.type(keys)
