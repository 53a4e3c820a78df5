"""Every window, room, dialog and popup of Preceptor, each reached from a new window; for tests that walk them all.

What stands in them is of `Words`, so that it can be told from what the program says, or be as hostile as a test likes.
"""

from __future__ import annotations

from collections.abc import Callable

import browser_scenes
import guideline_scenes
import judging_scenes
import msgspec
import opening_scenes
import welcome_scenes
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from visit import Visit, Words

from desktop.app import Workbench
from desktop.bridge.asking import Question
from desktop.flow import judging
from desktop.flow.device_words import device_rows
from desktop.flow.key_words import trainer_words
from desktop.flow.rubric_edits import Kind, Spot
from desktop.views.devices_dialog import DevicesDialog
from desktop.views.parts import Message
from desktop.views.rubrics import RubricDialog
from desktop.views.shared_reading import OtherKeyQuestion
from feedback_store.batches.device_list import ListedDevice
from feedback_store.errors import StoreError
from feedback_store.project_table import CollectorAddress

__all__ = ["SCENES", "Scene", "Visit", "Words"]

Scene = Callable[[Visit], None]


def _withdrawing(visit: Visit) -> None:
    visit.records()
    visit.workbench.rooms.do("withdraw_record")
    visit.trainer.dialog("confirmWithdraw")


def _releasing(visit: Visit) -> None:
    visit.outbox()
    rows = visit.workbench.outbox.model
    visit.trainer.until(lambda: all(row.undecided == 0 for row in rows.rows), "it was looked through")
    visit.trainer.comes_to("toSend")
    visit.trainer.type("a")
    visit.trainer.dialog("confirmRelease")


def _personal(keys: str) -> Scene:
    """At what was found; then these keys are pressed."""

    def scene(visit: Visit) -> None:
        visit.ask_with_personal()
        visit.trainer.control(Qt.Key.Key_D)
        visit.trainer.comes_to("personal")
        before = visit.workbench.session.draft
        visit.trainer.type(keys)
        visit.trainer.until(lambda: not keys or visit.workbench.session.draft is not before, "it is decided")

    return scene


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


def _branches(visit: Visit) -> None:
    _turns(visit)
    visit.ask()
    visit.trainer.type("t")
    visit.trainer.comes_to("promptText")
    visit.ask(visit.words.note)
    visit.trainer.control(Qt.Key.Key_T)
    visit.trainer.comes_to("turns")


def _doubts(visit: Visit) -> None:
    """Saved with personal data in it, and with a best answer that is rated worst."""
    visit.ask_with_personal()
    visit.judge()
    session = visit.workbench.session
    axis = session.rubric.axes[0]
    session.act(judging.rate(session.draft, 1, axis.id, axis.steps[0].value))
    visit.workbench.bench.save()
    visit.trainer.until(lambda: session.saved is not None, "it is saved")
    visit.trainer.go_to("way_open_personal")


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


def _other_key(visit: Visit) -> None:
    error = StoreError(visit.words.trouble, code="other_key")
    OtherKeyQuestion(error, visit.workbench.window).open()
    visit.trainer.dialog("otherKeyQuestion")


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


def _team_outbox(visit: Visit) -> None:
    """The outbox of a project that goes to a collector."""
    workbench = visit.workbench
    address = CollectorAddress("https://collector.example.org:8470", "k", visit.words.project)
    joined = msgspec.structs.replace(workbench.rooms.project, collector=address)
    workbench._profile.store.projects.update(joined).result()
    workbench._change(joined)
    visit.outbox()


def _settings(page: str) -> Scene:
    def scene(visit: Visit) -> None:
        visit.workbench._profile.store.backup()
        visit.trainer.control(Qt.Key.Key_6)
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
    visit.trainer.until(lambda: len(page.findings) > 0, "the profile is checked")


def _restoring(visit: Visit) -> None:
    _settings("backups")(visit)
    visit.workbench.preferences.backups.restore.click()
    visit.trainer.dialog("restoreDialog")


def _changing_key(visit: Visit) -> None:
    _settings("project")(visit)
    page = visit.workbench.preferences.project
    page.show_key("", changes=True, listed=True)
    page.change_key.click()
    visit.trainer.dialog("keyDialog")


def _devices(visit: Visit) -> None:
    dialog = DevicesDialog(trainer_words(visit.workbench._profile.trainer), visit.workbench.window)
    dialog.open()
    found = (
        ListedDevice(device=f"ed25519:{7:064x}", state="active", joined_at="2026-11-22T12:34:56.789Z"),
        ListedDevice(device=f"ed25519:{8:064x}", state="retired", joined_at="2026-01-02T12:34:56.789Z"),
        ListedDevice(device=f"ed25519:{9:064x}", state="revoked", joined_at="2025-01-02T12:34:56.789Z"),
    )
    dialog.show_devices(device_rows(found, found[0].device))
    visit.trainer.dialog("devicesDialog")
    dialog.main.click()


def _dialog(name: str, open_it: Callable[[Workbench], None]) -> Scene:
    def scene(visit: Visit) -> None:
        open_it(visit.workbench)
        visit.trainer.dialog(name)

    return scene


def _opening(visit: Visit) -> None:
    visit.ask()
    visit.trainer.control(Qt.Key.Key_B)
    visit.trainer.dialog("blindQuestion")


def _practice(visit: Visit) -> None:
    visit.workbench._practising.open()
    practice = visit.workbench._practising.bench
    assert practice is not None
    visit.comes_before(practice.window)
    visit.trainer.until(lambda: visit.trainer.focus is practice.bench.prompt.text, "practice can begin")
    practice.bench.prompt.text.setPlainText(visit.words.prompt)


# Of the window itself, in each of its rooms and with what stands in it.
ROOMS: dict[str, Scene] = {
    "bench, empty": lambda visit: None,
    "bench, answered": Visit.ask,
    "bench, judged": Visit.judge,
    "bench, eight answers": judging_scenes.eight,
    "bench, two answers and how much better": judging_scenes.judged_by("helpsteer2", 2),
    "bench, several models, blind": judging_scenes.waiting_together,
    "bench, a model's process died": judging_scenes.died_blind,
    "bench, a vote": judging_scenes.judged_by("arena", 2),
    "bench, questions": judging_scenes.judged_by("dices_bias"),
    "bench, two rankings": judging_scenes.judged_by("safe_rlhf", 2),
    "bench, error spans": judging_scenes.judged_by("error_spans"),
    "bench, hazards": judging_scenes.judged_by("hazards"),
    "bench, rating": judging_scenes.rating,
    "bench, flag popup": judging_scenes.flag_popup,
    "bench, flags": judging_scenes.flags,
    "bench, rewriting": judging_scenes.revision,
    "bench, a model's rewriting": judging_scenes.assisted,
    "bench, personal data": _personal(""),
    "bench, blacked out": _personal("r"),
    "bench, an answer of one's own": lambda visit: visit.open_keys("w"),
    "bench, laid out": judging_scenes.laid_out,
    "bench, the next turn": _turns,
    "bench, all turns": _all_turns,
    "bench, turns below their line": _turns_here,
    "bench, branches": _branches,
    "bench, saved": Visit.save,
    "bench, doubts": _doubts,
    "bench, trouble": _said,
    "command palette": _palette,
    "models": Visit.models,
    "models, adding": _adding,
    "models, a server": Visit.server,
    "records, empty": lambda visit: visit.trainer.control(Qt.Key.Key_3),
    "records": Visit.records,
    "outbox, empty": lambda visit: visit.trainer.control(Qt.Key.Key_4),
    "outbox": Visit.outbox,
    "outbox, a team's": _team_outbox,
    "settings, appearance": _settings("appearance"),
    "settings, shortcuts": _settings("keys"),
    "settings, backups": _settings("backups"),
    "settings, this project": _settings("project"),
    "settings, about": _checked,
    "practice": _practice,
    **guideline_scenes.ROOMS,
    **browser_scenes.ROOMS,
}
# Dialogs, each called by its name.
DIALOGS: dict[str, Scene] = {
    "restoreDialog": _restoring,
    "keyDialog": _changing_key,
    "recordChangesDialog": _versions,
    "tagsDialog": _tags,
    "confirmWithdraw": _withdrawing,
    "confirmRelease": _releasing,
    "notRankableDialog": judging_scenes.not_rankable,
    "besideDialog": _beside,
    "eraseDialog": _erasing,
    "otherKeyQuestion": _other_key,
    "guidelineChanges": _guideline_changes,
    "guidelineLeave": guideline_scenes.left,
    "devicesDialog": _devices,
    "joinDialog": _dialog("joinDialog", lambda workbench: workbench.errands.projects.join()),
    "projectDialog": _dialog("projectDialog", lambda workbench: workbench.errands.projects.make_project()),
    "exportDialog": _dialog("exportDialog", lambda workbench: workbench.errands.export(workbench.rooms.project)),
    "statementDialog": _dialog(
        "statementDialog", lambda workbench: workbench.errands.state_work(workbench.rooms.project)
    ),
    "serverDialog": _dialog("serverDialog", lambda workbench: workbench.rooms.models._on_server()),
    "passphraseDialog": _dialog(
        "passphraseDialog", lambda workbench: workbench.errands._on_question(Question(new=True))
    ),
    "linkQuestion": judging_scenes.link,
    "modelsDialog": _dialog("modelsDialog", lambda workbench: workbench.bench.compare_models()),
    "blindQuestion": _opening,
    "keysDialog": _dialog("keysDialog", lambda workbench: workbench.window.show_keys()),
    "termsDialog": opening_scenes.terms,
    "moveDialog": opening_scenes.moving,
    "receiptDialog": opening_scenes.receipt,
    "confirmModel": opening_scenes.trashing,
    "confirmReplace": opening_scenes.replacing,
    **browser_scenes.DIALOGS,
}
# What has several scenes: the name of what is opened, and how.
OPENED: dict[str, tuple[str, Scene]] = {
    "rubrics": ("rubricDialog", _rubrics),
    "rubric, a rating": ("rubricDialog", _edited_rubric("axes")),
    "rubric, a question": ("rubricDialog", _edited_rubric("questions")),
    "rubric, flags": ("rubricDialog", _edited_rubric("flags")),
    "rubric, a flag": ("rubricDialog", _edited_rubric("categories")),
    "joining, its terms": ("joinDialog", opening_scenes.joining),
    "welcome, a name": ("welcome", welcome_scenes.welcome(1)),
    "welcome, a model": ("welcome", welcome_scenes.welcome(2)),
    "welcome, a model of one's own": ("welcome", welcome_scenes.welcome(2, "own")),
    "welcome, no model": ("welcome", welcome_scenes.welcome(2, "none")),
    "welcome, what leaves": ("welcome", welcome_scenes.welcome(3)),
    **guideline_scenes.OPENED,
    **browser_scenes.OPENED,
    **opening_scenes.MENUS,
    "menu, parts of a rubric": ("rubricAddMenu", opening_scenes.added(_edited_rubric("axes"))),
    "menu, where a model is": ("welcomeModelMenu", opening_scenes.model_ways(welcome_scenes.welcome(2))),
}
SCENES = ROOMS | DIALOGS | {name: scene for name, (_opened, scene) in OPENED.items()}
WINDOW = "mainWindow"


def opened(scene: str) -> str:
    """The name of what a scene is about: of a menu, a dialog or a window."""
    return OPENED[scene][0] if scene in OPENED else scene if scene in DIALOGS else WINDOW
