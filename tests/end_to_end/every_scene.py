"""Every window, room, dialog and popup of Preceptor, each reached from a new window; for tests that walk them all.

What stands in them is of `Words`, so that it can be told from what the program says, or be as hostile as a test likes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import msgspec
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from trainer import Trainer

from desktop.app import Workbench
from desktop.bridge.asking import Question
from desktop.flow import judging
from desktop.flow.judging import FlagChoice
from desktop.flow.rubric_edits import Kind, Spot
from desktop.views.parts import Message
from desktop.views.rubrics import RubricDialog
from feedback_store.record_parts import Judgement
from feedback_store.records import new_id, new_trainer_id


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


@dataclass
class Visit:
    """A window that was opened for one scene, and who sits before it."""

    trainer: Trainer
    words: Words = field(default_factory=Words)

    @property
    def workbench(self) -> Workbench:
        return self.trainer.workbench

    @property
    def shown(self) -> QWidget:
        """What the scene is about: the dialog in front, else the window."""
        return QApplication.activeModalWidget() or self.workbench.window

    def ask(self) -> None:
        """Have four answers stand on the bench."""
        session, prompt = self.workbench.session, self.workbench.session.draft.prompt
        session.ask(
            msgspec.structs.replace(prompt, text=self.words.prompt, domain=self.words.domain, tags=(self.words.tag,))
        )
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

    def judge(self) -> None:
        """Rank, rate, flag and explain."""
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
        """The same answers, judged by somebody else."""
        store = self.workbench._profile.store
        (mine,) = [each.record for each in store.records.iter_newest(self.workbench.rooms.project.id)]
        assert isinstance(mine, Judgement)
        theirs = msgspec.structs.replace(mine, id=new_id(), trainer=new_trainer_id(), justification=self.words.note)
        store.records.save(theirs).result()
        self.trainer.until(lambda: self.workbench.records.model.rowCount() == 2, "it is listed")

    def models(self) -> None:
        self.trainer.control(Qt.Key.Key_2)
        shelf = self.workbench.models.shelf
        self.trainer.until(lambda: shelf.loaded and self.workbench.rooms.models.list.count() > 0, "models are listed")

    def outbox(self) -> None:
        self.save()
        self.trainer.control(Qt.Key.Key_4)
        self.trainer.until(lambda: self.workbench.outbox.model.rowCount() == 1, "the record is shown")

    def open_keys(self, keys: str) -> None:
        """Answers stand, and then these single keys are pressed at the first."""
        self.ask()
        self.trainer.type(keys)


Scene = Callable[[Visit], None]


def _flag_popup(visit: Visit) -> None:
    visit.ask()
    visit.select()
    visit.trainer.type("fb")


def _flags(visit: Visit) -> None:
    visit.judge()
    visit.workbench.bench.open_part(visit.workbench.bench.panel.flags)


def _rating(visit: Visit) -> None:
    visit.ask()
    visit.rank()
    visit.trainer.type("1")
    visit.trainer.press(Qt.Key.Key_Return)
    visit.trainer.type("3")


def _revision(visit: Visit) -> None:
    visit.open_keys("1e")
    visit.trainer.comes_to("revisionText")
    visit.trainer.type("Zz, ")
    QTest.qWait(200)  # the diff comes after a rest


def _rendered(visit: Visit) -> None:
    visit.ask()
    visit.trainer.control(Qt.Key.Key_M)


def _turns(visit: Visit) -> None:
    visit.open_keys("1m")
    visit.trainer.comes_to("promptText")


def _all_turns(visit: Visit) -> None:
    _turns(visit)
    visit.trainer.control(Qt.Key.Key_T)
    visit.trainer.comes_to("turns")


def _turns_here(visit: Visit) -> None:
    _turns(visit)
    visit.trainer.push("showTurns")
    visit.trainer.comes_to("turnsHere")


def _said(visit: Visit) -> None:
    visit.ask()
    visit.workbench.bench.message.show_message(
        Message("error", visit.words.trouble, visit.words.trouble, ways=(("generate", visit.words.note),))
    )


def _adding(visit: Visit) -> None:
    visit.models()
    visit.trainer.type("a")


def _versions(visit: Visit) -> None:
    visit.records()
    session = visit.workbench.session
    visit.trainer.press(Qt.Key.Key_Return, times=2)
    visit.trainer.until(lambda: session.draft.supersedes is not None, "it is on the bench")
    session.act(judging.justify(session.draft, visit.words.note + visit.words.note))
    visit.workbench.bench.save()
    visit.trainer.until(lambda: not session.saving and session.draft.supersedes is None, "the next version is saved")
    visit.trainer.control(Qt.Key.Key_3)
    reader = visit.workbench.records.reader
    visit.trainer.until(lambda: reader.version.isVisible(), "there are versions to choose from")
    reader.changes.click()
    visit.trainer.dialog("recordChangesDialog")


def _tags(visit: Visit) -> None:
    visit.records()
    visit.workbench.rooms.do("record_tags")
    visit.trainer.dialog("tagsDialog")


def _beside(visit: Visit) -> None:
    visit.records()
    visit.others_judgement()
    visit.workbench.rooms.do("record_beside")
    visit.trainer.dialog("besideDialog")


def _erasing(visit: Visit) -> None:
    visit.records()
    visit.others_judgement()
    visit.workbench.rooms.do("erase_record")
    visit.trainer.dialog("eraseDialog")


def _guideline_changes(visit: Visit) -> None:
    visit.ask()
    part = visit.workbench.bench.panel.guideline
    part.mark.click()
    visit.trainer.until(lambda: not part.mark.isVisibleTo(part), "it is known to be read")
    profile = visit.workbench._profile
    profile.store.projects.set_guideline(visit.workbench.rooms.project, visit.words.guideline + "\n\n7 8 9").result()
    changed = next(each for each in profile.store.projects.list() if each.id == visit.workbench.rooms.project.id)
    visit.workbench._change(changed)
    part = visit.workbench.bench.panel.guideline
    visit.trainer.until(lambda: part.what_changed.isVisibleTo(part), "something is new in it")
    part.what_changed.click()
    visit.trainer.until(lambda: QApplication.activeModalWidget() is not None, "it is shown")


def _palette(visit: Visit) -> None:
    visit.ask()
    visit.trainer.control(Qt.Key.Key_K)
    visit.trainer.comes_to("paletteField")


def _settings(page: str) -> Scene:
    def scene(visit: Visit) -> None:
        visit.workbench._profile.store.backup()
        visit.trainer.control(Qt.Key.Key_5)
        visit.workbench.preferences.page.show_part(page)

    return scene


def _rubrics(visit: Visit) -> None:
    visit.ask()
    visit.trainer.control(Qt.Key.Key_R)
    visit.trainer.comes_to("rubricList")


def _edited_rubric(kind: Kind) -> Scene:
    def scene(visit: Visit) -> None:
        _rubrics(visit)
        visit.trainer.type("c")
        visit.trainer.comes_to("rubricName")
        dialog = visit.shown
        assert isinstance(dialog, RubricDialog)
        editor = dialog.page.editor
        if kind == "questions":
            editor.outline.add_asked.emit(kind)
            visit.trainer.type("?")
        else:
            editor.outline.list.turned.emit(Spot(kind))

    return scene


def _checked(visit: Visit) -> None:
    _settings("about")(visit)
    page = visit.workbench.preferences.about
    page.check.click()
    visit.trainer.until(lambda: len(page.findings) > 0, "the profile is checked", 20)


def _restoring(visit: Visit) -> None:
    _settings("backups")(visit)
    visit.workbench.preferences.backups.restore.click()
    visit.trainer.dialog("restoreDialog")


def _dialog(name: str, open_it: Callable[[Workbench], None]) -> Scene:
    def scene(visit: Visit) -> None:
        open_it(visit.workbench)
        visit.trainer.dialog(name)

    return scene


SCENES: dict[str, Scene] = {
    "bench, empty": lambda visit: None,
    "bench, answered": Visit.ask,
    "bench, judged": Visit.judge,
    "bench, rating": _rating,
    "bench, flag popup": _flag_popup,
    "bench, flags": _flags,
    "bench, rewriting": _revision,
    "bench, an answer of one's own": lambda visit: visit.open_keys("w"),
    "bench, laid out": _rendered,
    "bench, the next turn": _turns,
    "bench, all turns": _all_turns,
    "bench, turns below their line": _turns_here,
    "bench, saved": Visit.save,
    "bench, trouble": _said,
    "command palette": _palette,
    "models": Visit.models,
    "models, adding": _adding,
    "records, empty": lambda visit: visit.trainer.control(Qt.Key.Key_3),
    "records": Visit.records,
    "outbox, empty": lambda visit: visit.trainer.control(Qt.Key.Key_4),
    "outbox": Visit.outbox,
    "settings, appearance": _settings("appearance"),
    "settings, shortcuts": _settings("keys"),
    "settings, backups": _settings("backups"),
    "settings, this project": _settings("project"),
    "settings, about": _checked,
    "restoreDialog": _restoring,
    "recordChangesDialog": _versions,
    "tagsDialog": _tags,
    "besideDialog": _beside,
    "eraseDialog": _erasing,
    "guidelineChanges": _guideline_changes,
    "rubrics": _rubrics,
    "rubric, a rating": _edited_rubric("axes"),
    "rubric, a question": _edited_rubric("questions"),
    "rubric, flags": _edited_rubric("flags"),
    "rubric, a flag": _edited_rubric("categories"),
    "joinDialog": _dialog("joinDialog", lambda workbench: workbench.errands.join()),
    "projectDialog": _dialog("projectDialog", lambda workbench: workbench.errands.make_project()),
    "exportDialog": _dialog("exportDialog", lambda workbench: workbench.errands.export(workbench.rooms.project)),
    "serverDialog": _dialog("serverDialog", lambda workbench: workbench.rooms.models._on_server()),
    "passphraseDialog": _dialog(
        "passphraseDialog", lambda workbench: workbench.errands._on_question(Question(new=True))
    ),
    "keysDialog": _dialog("keysDialog", lambda workbench: workbench.window.show_keys()),
}
