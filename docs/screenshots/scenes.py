"""What is on the screen in each picture, reached by keys from a new start."""

from __future__ import annotations

import example
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from scene import Scene

from desktop.flow import judging
from desktop.flow.device_words import device_rows
from desktop.views.devices_dialog import DevicesDialog
from feedback_store.batches.device_list import ListedDevice

Key = Qt.Key

# These begin with an empty profile, the others where work was done.
FIRST_START = frozenset({"welcome", "bench_empty", "records_empty", "outbox_empty", "models_first", "practice"})


def welcome(_scene: Scene) -> None:
    """The first start."""


def bench_empty(scene: Scene) -> None:
    """The first bench."""
    scene.start()


def bench_judged(scene: Scene) -> None:
    """Four answers, ranked, flagged, explained; three ratings are missing."""
    scene.workbench.bench.panel.guideline.mark.click()
    scene.ask()
    scene.rank()
    for marked in example.FLAGS:
        scene.flag(marked)
    scene.rate()
    scene.say_why()
    scene.person.type("4")
    scene.person.press(Key.Key_Return)


def bench_flagging(scene: Scene) -> None:
    """A span is chosen, and what is wrong with it is asked."""
    bench_judged(scene)
    scene.person.press(Key.Key_Escape)
    scene.select(example.FLAGGING)
    scene.person.type("f" + example.FLAGGING.keys)


def bench_rewriting(scene: Scene) -> None:
    """Answer C beside the trainer's version of it."""
    bench_judged(scene)
    scene.person.press(Key.Key_Escape)
    scene.rewrite()


def bench_rewriting_with_a_model(scene: Scene) -> None:
    """A model drafted another version of D, and the physician changed a sentence of it."""
    scene.ask()
    scene.rank()
    scene.person.type("4e")
    scene.person.comes_to("revisionText")
    for point in example.DRAFT_POINTS:
        scene.point(point)
    scene.person.go_to("revisionText")
    scene.person.alt("m")
    scene.person.until(lambda: not scene.session.writing, "the model has drafted")
    scene.person.until(lambda: _revised(scene) == example.DRAFTED, "its draft stands there")
    old, new = example.CORRECTED
    scene.person.press(Key.Key_Home, Qt.KeyboardModifier.ControlModifier)
    scene.person.press(Key.Key_Right, times=example.DRAFTED.index(old))
    scene.person.press(Key.Key_Right, Qt.KeyboardModifier.ShiftModifier, times=len(old))
    scene.person.type(new)
    for point in "12":
        scene.person.alt(point)


def _revised(scene: Scene) -> str:
    revision = scene.session.draft.revision
    return revision.text if revision is not None else ""


def bench_personal_data(scene: Scene) -> None:
    """A telephone number and an address were found; the number is blacked out."""
    scene.ask(example.MOTHER)
    personal = scene.workbench.bench.panel.personal.list
    scene.person.until(lambda: len(personal.rows) == 2, "both are found")
    scene.person.control(Key.Key_D)
    scene.person.comes_to("personal")
    scene.person.type("r")


def bench_two_answers(scene: Scene) -> None:
    """Two answers, and how much better one is."""
    scene.change_project(example.LETTERS)
    scene.person.comes_to("promptText")
    scene.person.go_to("answerCount")
    scene.person.type("2")
    scene.ask(example.LETTER, 2)
    scene.rank(example.LETTER_RANKING)
    scene.say_why(example.LETTER_WHY, back="answerTextB")
    scene.person.type("1")


def bench_guideline(scene: Scene) -> None:
    """The guideline is read beside the answers."""
    scene.ask()
    scene.rank()
    scene.workbench.bench.open_part(scene.workbench.bench.panel.guideline.text)


def bench_next_turn(scene: Scene) -> None:
    """The conversation went on from B."""
    scene.ask()
    scene.rank()
    scene.person.type("2m")
    scene.ask_on(example.FOLLOW_UP.prompt)
    scene.rank("a=d>c>b")


def bench_turns(scene: Scene) -> None:
    """The same turn asked otherwise, and all turns shown."""
    bench_next_turn(scene)
    scene.person.type("t")
    scene.ask_on(example.OTHERWISE.prompt)
    scene.person.control(Key.Key_T)
    scene.person.comes_to("turns")


def bench_error(scene: Scene) -> None:
    """The model's process ended in the midst of four answers."""
    scene.model.stops_early = True
    scene.ask()


def bench_german(scene: Scene) -> None:
    """The window in German."""
    scene.ask(example.GERMAN)
    scene.rank()
    scene.rate(example.ALL_RATINGS)
    scene.say_why(example.GERMAN_WHY)
    scene.person.type("2")


def bench_right_to_left(scene: Scene) -> None:
    """Answers that are read from right to left."""
    scene.ask(example.ARABIC)
    scene.rank("a>d>b>c")
    scene.person.type("1")


def bench_compact(scene: Scene) -> None:
    """The densest of the three densities."""
    _dense(scene, "compact")


def bench_spacious(scene: Scene) -> None:
    """The widest of the three densities."""
    _dense(scene, "spacious")


def _dense(scene: Scene, density: str) -> None:
    bench_judged(scene)
    scene.person.press(Key.Key_Escape)
    shift = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    while scene.density != density:
        scene.person.press(Key.Key_D, shift)


def records_empty(scene: Scene) -> None:
    """Nothing was saved yet."""
    scene.start()
    scene.person.control(Key.Key_3)


def records(scene: Scene) -> None:
    """The judgement is saved, and found beside earlier ones."""
    bench_rewriting(scene)
    scene.person.control(Key.Key_Return)
    scene.rate(("", "", "", "10311"))
    scene.save()
    scene.person.control(Key.Key_F)
    scene.person.type(example.SEARCHED)
    scene.person.press(Key.Key_Return)
    scene.person.press(Key.Key_Home)
    scene.person.control(Key.Key_F)


def outbox_empty(scene: Scene) -> None:
    """A project of one's own has nothing on its way."""
    scene.start()
    scene.person.control(Key.Key_4)


def outbox(scene: Scene) -> None:
    """Some judgements wait, others have left; one of those that wait is let go."""
    scene.person.control(Key.Key_4)
    rows = scene.workbench.outbox.model
    scene.person.until(lambda: all(row.undecided is not None for row in rows.rows), "each was looked through")
    scene.person.go_to("release")
    scene.person.press(Key.Key_Space)


def models_first(scene: Scene) -> None:
    """The starter model alone."""
    scene.start()
    _models(scene)


def models(scene: Scene) -> None:
    """A server's model beside the starter model."""
    _models(scene)


def models_adding(scene: Scene) -> None:
    """What is at hand beside what could be added."""
    _models(scene)
    scene.person.type("a")


def _models(scene: Scene) -> None:
    scene.person.control(Key.Key_2)
    scene.person.until(lambda: scene.workbench.models.shelf.loaded, "the models are listed")


def rubrics(scene: Scene) -> None:
    """All rubrics, and what the project's one asks."""
    scene.person.control(Key.Key_R)
    scene.person.comes_to("rubricList")


def rubric_editing(scene: Scene) -> None:
    """A copy of it, with a rating open."""
    rubrics(scene)
    scene.person.type("c")
    scene.person.comes_to("rubricName")
    scene.person.control(Key.Key_A)
    scene.person.type(example.RUBRIC)
    scene.person.press(Key.Key_Escape)
    scene.person.comes_to("rubricParts")
    scene.person.press(Key.Key_Down, times=2)


def settings_appearance(scene: Scene) -> None:
    """How it looks."""
    _settings(scene, 0)


def settings_shortcuts(scene: Scene) -> None:
    """All keys, to be changed."""
    _settings(scene, 1)


def settings_backups(scene: Scene) -> None:
    """Some backups."""
    _settings(scene, 2)


def settings_project(scene: Scene) -> None:
    """A team's project."""
    _settings(scene, 3)


def settings_about(scene: Scene) -> None:
    """Version, licences, the profile's folder."""
    _settings(scene, 4)


def _settings(scene: Scene, page: int) -> None:
    scene.person.control(Key.Key_Comma)
    scene.person.comes_to("settingsList")
    scene.person.press(Key.Key_Home)
    scene.person.press(Key.Key_Down, times=page)


def practice(scene: Scene) -> None:
    """The practice window, at its third step."""
    scene.start()
    scene.practise()
    scene.person.comes_to("promptText")
    scene.person.control(Key.Key_Return)
    session = scene.practice.session
    scene.person.until(lambda: session.draft.finished and not session.writing, "the practice's answers stand")
    scene.person.type("3b")


def palette(scene: Scene) -> None:
    """Commands that begin alike, for the answers that stand there."""
    scene.ask()
    scene.person.control(Key.Key_K)
    scene.person.comes_to("paletteField")
    scene.person.type("re")


def keys(scene: Scene) -> None:
    """All keys."""
    scene.ask()
    scene.person.type("?")
    scene.person.until(lambda: QApplication.activeModalWidget() is not None, "the keys are shown")


def projects(scene: Scene) -> None:
    """The list of projects."""
    scene.person.control(Key.Key_P)


def join(scene: Scene) -> None:
    """A team is joined."""
    _chosen(scene, "joinProject")
    scene.person.comes_to("joinAddress")
    scene.person.type(example.TEAM)


def _chosen(scene: Scene, name: str) -> None:
    scene.person.control(Key.Key_P)
    scene.person.choose(name)
    scene.person.until(lambda: QApplication.activeModalWidget() is not None, "the dialog is shown")


def export(scene: Scene) -> None:
    """Training data is written."""
    scene.person.control(Key.Key_3)
    scene.person.go_to("export")
    scene.person.press(Key.Key_Space)
    scene.person.until(lambda: QApplication.activeModalWidget() is not None, "the dialog is shown")


def server(scene: Scene) -> None:
    """A server's model is added."""
    models_adding(scene)
    scene.person.go_to("addServer")
    scene.person.press(Key.Key_Space)
    scene.person.comes_to("serverName")
    for name, text in zip(("serverName", "serverAddress", "serverModel"), example.SECOND_SERVER, strict=True):
        scene.person.go_to(name)
        scene.person.type(text)


def beside(scene: Scene) -> None:
    """Two judgements of the same answers."""
    scene.person.control(Key.Key_F)
    scene.person.type("ear infection")
    scene.person.until(lambda: scene.workbench.records.model.rowCount() == 2, "both are found")
    scene.person.press(Key.Key_Return)
    scene.person.press(Key.Key_End)
    scene.workbench.rooms.do("record_beside")
    scene.person.until(lambda: QApplication.activeModalWidget() is not None, "both are shown")


def restore(scene: Scene) -> None:
    """What putting back a backup does is said first."""
    _settings(scene, 2)
    scene.person.press(Key.Key_Return)
    scene.person.go_to("makeBackup")
    scene.person.press(Key.Key_Space)
    backups = scene.workbench.preferences.backups
    scene.person.until(backups.restore.isEnabled, "one can be put back")
    scene.person.go_to("restoreBackup")
    scene.person.press(Key.Key_Space)
    scene.person.until(lambda: QApplication.activeModalWidget() is not None, "it is asked")


def _asked_of_a_record(scene: Scene, command: str) -> None:
    """What a command asks about a record that was found."""
    scene.person.control(Key.Key_F)
    scene.person.type("ear infection")
    scene.person.until(lambda: scene.workbench.records.current is not None, "one is read")
    scene.person.press(Key.Key_Return)
    scene.person.press(Key.Key_Home)
    scene.workbench.rooms.do(command)
    scene.person.until(lambda: QApplication.activeModalWidget() is not None, "it is asked")


def tags(scene: Scene) -> None:
    """Tags of a record."""
    _asked_of_a_record(scene, "record_tags")


def erase(scene: Scene) -> None:
    """What erasing reaches is said first."""
    _asked_of_a_record(scene, "erase_record")


def withdraw(scene: Scene) -> None:
    """Withdrawing is asked about."""
    _asked_of_a_record(scene, "withdraw_record")


def changes(scene: Scene) -> None:
    """What a later version of a judgement changed."""
    records(scene)
    scene.person.press(Key.Key_Return, times=2)
    session = scene.workbench.session
    scene.person.until(lambda: session.draft.supersedes is not None, "it is on the bench")
    session.act(judging.justify(session.draft, session.draft.justification + example.ADDED))
    scene.workbench.bench.save()
    scene.person.until(lambda: not session.saving and session.draft.supersedes is None, "it is saved")
    scene.person.control(Key.Key_3)
    reader = scene.workbench.records.reader
    scene.person.until(reader.version.isVisible, "there are two versions")
    reader.changes.click()
    scene.person.until(lambda: QApplication.activeModalWidget() is not None, "both are shown")


def key(scene: Scene) -> None:
    """The key of this device is changed."""
    settings_project(scene)
    page = scene.workbench.preferences.project
    page.show_key("", changes=True)
    page.change_key.click()
    scene.person.until(lambda: QApplication.activeModalWidget() is not None, "it is asked")


def devices(scene: Scene) -> None:
    """The devices of a trainer."""
    settings_project(scene)
    dialog = DevicesDialog(scene.workbench.window)
    dialog.open()
    listed = tuple(
        ListedDevice(device=f"ed25519:{number:064x}", state=state, joined_at=f"{when}T12:34:56.789Z")
        for number, state, when in example.DEVICES
    )
    dialog.show_devices(device_rows(listed, listed[0].device))
    scene.person.until(lambda: QApplication.activeModalWidget() is not None, "they are listed")


def statement(scene: Scene) -> None:
    """The statement of the work that was delivered."""
    scene.person.control(Key.Key_4)
    scene.workbench.errands.state_work(scene.workbench.rooms.project)
    scene.person.until(lambda: QApplication.activeModalWidget() is not None, "it is asked")
