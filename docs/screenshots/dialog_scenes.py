"""What is on the screen in each picture of a dialog, over a room that scenes.py reaches."""

from __future__ import annotations

from hashlib import sha256

import example
import scenes
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from scene import Scene

from desktop.browser.channel.pairing import OPEN_S
from desktop.flow import judging
from desktop.flow.connecting import Connecting
from desktop.flow.device_words import device_rows
from desktop.flow.key_words import trainer_words
from desktop.views.connect_dialog import ConnectDialog
from desktop.views.devices_dialog import DevicesDialog
from feedback_store.batches.device_list import ListedDevice
from feedback_store.store import Project

Key = Qt.Key


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
    scenes.models_adding(scene)
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
    scenes.settings(scene, 2)
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
    scenes.records(scene)
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


def guideline_versions(scene: Scene) -> None:
    """Two versions of the guideline beside each other."""
    _guideline(scene, example.GUIDELINE, example.GUIDELINE + example.GUIDELINE_MORE)
    scene.person.control(Key.Key_G)
    scene.person.until(lambda: QApplication.activeModalWidget() is not None, "they are shown")


def guideline_editor(scene: Scene) -> None:
    """The next version of the guideline is written."""
    project = _guideline(scene, example.GUIDELINE)
    scene.workbench._guiding.write(project)
    scene.person.until(lambda: QApplication.activeModalWidget() is not None, "it is shown")


def _guideline(scene: Scene, *versions: str) -> Project:
    """A project of this computer with these versions of a guideline."""
    scene.change_project(example.LETTERS)
    store, project = scene.workbench._profile.store, scene.workbench.rooms.project
    for text in versions:
        project = store.projects.set_guideline(project, text).result()
    scene.workbench._guiding.changed.emit(project)
    return project


def connect(scene: Scene) -> None:
    """A browser asks to be connected."""
    scenes.settings_browsers(scene)
    dialog = ConnectDialog(OPEN_S, scene.workbench.window)
    dialog.open()
    dialog.show_standing(Connecting().asked(1, "Google Chrome"))
    dialog.show_time(102)
    scene.person.comes_to("connectCode")
    scene.person.type("418 3")


def key(scene: Scene) -> None:
    """The key of this device is changed."""
    scenes.settings_project(scene)
    page = scene.workbench.preferences.project
    page.show_key("", changes=True, listed=True)
    page.change_key.click()
    scene.person.until(lambda: QApplication.activeModalWidget() is not None, "it is asked")


def devices(scene: Scene) -> None:
    """The devices of a trainer."""
    scenes.settings_project(scene)
    dialog = DevicesDialog(trainer_words(scene.workbench._profile.trainer), scene.workbench.window)
    dialog.open()
    listed = tuple(
        ListedDevice(
            device=f"ed25519:{sha256(str(number).encode()).hexdigest()}", state=state, joined_at=f"{when}T12:34:56.789Z"
        )
        for number, state, when in example.DEVICES
    )
    dialog.show_devices(device_rows(listed, listed[0].device))
    scene.person.until(lambda: QApplication.activeModalWidget() is not None, "they are listed")


def statement(scene: Scene) -> None:
    """The statement of the work that was delivered."""
    scene.person.control(Key.Key_4)
    scene.workbench.errands.state_work(scene.workbench.rooms.project)
    scene.person.until(lambda: QApplication.activeModalWidget() is not None, "it is asked")
