"""The Settings room of a window: its pages built, and joined to the profile, the appearance and the project in use.

What is chosen holds at once and is kept. What needs the profile closed is only asked for: `anew_asked`.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QUrl, Signal, Slot
from PySide6.QtGui import QDesktopServices

from desktop.bridge.work import Work
from desktop.flow import backing_up, health, key_words, languages
from desktop.flow.device_words import DeviceRow, device_rows
from desktop.flow.project_words import words_of
from desktop.flow.projects import name_problem
from desktop.flow.quantities import size_text
from desktop.flow.wording import gettext as _
from desktop.flow.wording import sentence
from desktop.profile import Profile
from desktop.theme.appearance import Appearance
from desktop.views.devices_dialog import DevicesDialog
from desktop.views.doings import Doing, Doings, RoomKeys, by_button
from desktop.views.guidelines import Guiding
from desktop.views.key_dialog import KeyDialog
from desktop.views.main_window import Room
from desktop.views.parts import KeyButton, Message
from desktop.views.restore_dialog import RestoreDialog
from desktop.views.settings.about_page import AboutPage
from desktop.views.settings.appearance_page import AppearancePage
from desktop.views.settings.backups_page import BackupsPage
from desktop.views.settings.browsers_page import BrowsersPage
from desktop.views.settings.keys_page import KeysPage
from desktop.views.settings.page import Part, SettingsPage
from desktop.views.settings.project_page import ProjectPage
from feedback_store import backups, secrets
from feedback_store.backups import Backup
from feedback_store.errors import DeliveryError, StoreError
from feedback_store.store import Project

Listed = tuple[tuple[DeviceRow, ...], str]  # the trainer's devices, and what is to be said of this one's key


@dataclass(frozen=True)
class Anew:
    """The wish that the window starts anew, with a backup put in the profile's place before that, or none."""

    restore: Path | None = None


class Preferences(QObject):
    """Lives as long as the rooms of a project, and shows that project."""

    anew_asked = Signal(object)  # Anew
    keys_changed = Signal(object)  # Keymap
    renamed = Signal(object)  # Project
    rubric_asked = Signal()
    guideline_asked = Signal()
    new_asked = Signal()
    join_asked = Signal()
    move_asked = Signal()

    def __init__(
        self,
        profile: Profile,
        project: Project,
        appearance: Appearance,
        work: Work,
        guiding: Guiding,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._profile = profile
        self._project = project
        self._work = work
        folder = profile.folder
        self.appearance = AppearancePage(appearance, languages.chosen(profile.store.settings.get(languages.SETTING)))
        self.keys = KeysPage()
        self.backups = BackupsPage(folder / backups.FOLDER)
        self.project = ProjectPage(words_of(project, profile.rubric(project)), folder, self._name_problem)
        self.browsers = BrowsersPage()
        self.about = AboutPage(folder)
        self.page = SettingsPage(
            (
                Part("appearance", _("Appearance"), self.appearance),
                Part("keys", _("Shortcuts"), self.keys),
                Part("backups", _("Backups"), self.backups),
                Part("project", _("This project"), self.project),
                Part("browsers", _("Browsers"), self.browsers),
                Part("about", _("About"), self.about),
            )
        )
        self.doings: Doings = {
            "start_anew": self._on_part("appearance", self.appearance.anew),
            "change_key": self._on_part("keys", self.keys.change),
            "usual_key": self._on_part("keys", self.keys.keys.usual),
            "make_backup": self._on_part("backups", self.backups.make),
            "restore_backup": self._on_part("backups", self.backups.restore),
            "open_backups": self._on_part("backups", self.backups.open),
            "read_guideline": self._on_part("project", self.project.guideline),
            "write_guideline": self._on_part("project", self.project.write),
            "move_collector": self._on_part("project", self.project.move_collector),
            "my_devices": self._on_part("project", self.project.devices),
            "change_signing_key": self._on_part("project", self.project.change_key),
            "connect_browser": self._on_part("browsers", self.browsers.connect_one),
            "disconnect_browser": self._on_part("browsers", self.browsers.leave),
            "rename_browser": self._on_part("browsers", self.browsers.rename),
            "repair_browsers": self._on_part("browsers", self.browsers.repair),
            "look_for_browsers": self._on_part("browsers", self.browsers.again),
            "check_profile": self._on_part("about", self.about.check),
            "open_profile": self._on_part("about", self.about.open),
        }
        RoomKeys("settings", self.doings, self.page, self.page.list)
        self.appearance.language_chosen.connect(self._on_language)
        self.appearance.anew_asked.connect(self._on_anew)
        self.keys.changed.connect(self.keys_changed)
        self.backups.make_asked.connect(self._on_make)
        self.backups.restore_asked.connect(self._on_restore)
        self.backups.folder_asked.connect(self._on_backups_folder)
        self.project.named.connect(self._on_named)
        self.project.rubric_asked.connect(self.rubric_asked)
        self.project.guideline_asked.connect(self.guideline_asked)
        self.project.versions_asked.connect(lambda: guiding.show_versions(self._project))
        self.project.write_asked.connect(lambda: guiding.write(self._project))
        guiding.changed.connect(self._on_guided)
        self.project.key_asked.connect(self._on_key)
        self.project.devices_asked.connect(self._on_devices)
        self.project.move_asked.connect(self.move_asked)
        self.project.new_asked.connect(self.new_asked)
        self.project.join_asked.connect(self.join_asked)
        self.about.check_asked.connect(self._on_check)
        self.about.folder_asked.connect(self._on_folder)

    def _on_part(self, part: str, button: KeyButton) -> Doing:
        """What a button of a page does; the page is shown first, since what it says stands there."""
        pressed, show = by_button(button), partial(self.page.show_part, part)

        def show_and_do() -> None:
            show()
            pressed.do()

        return Doing(show_and_do, pressed.possible, grey=pressed.grey, show=show)

    def show_project(self, project: Project) -> None:
        """The same project, which is judged otherwise now."""
        self._project = project
        words = words_of(project, self._profile.rubric(project))
        self.project.show_rubric(words)
        self.project.show_guideline(words)

    @property
    def room(self) -> Room:
        """At the foot of the rail."""
        page = self.page
        return Room(
            "settings", _("Settings"), "settings-2", page, "settings", self._arrive, page.list, "setting", foot=True
        )

    def _arrive(self) -> None:
        self.keys.keys.show_keys()
        self.backups.show_backups(backups.all_of(self._profile.store.path))
        self._show_key()
        self.page.take_focus()

    def _show_key(self) -> None:
        try:
            kept = secrets.protection_of(self._profile.folder) or ""
        except StoreError as error:
            self.project.show_key(sentence(error), changes=False, listed=False)
            return
        state, team = self._key_state(made=bool(kept)), self._project.collector is not None
        trainer = self._profile.trainer
        told = [key_words.protection_words(kept), self._profile.keys.words(self._project.id, state)]
        if team and trainer not in told[1]:
            told.append(key_words.trainer_words(trainer))
        changes, listed = state in ("active", "waiting"), state != "none"
        self.project.show_key(" ".join(filter(None, told)), changes=changes, listed=listed)

    def _key_state(self, *, made: bool = True) -> key_words.KeyState:
        if made:
            return self._profile.keys.signing_state(self._project.id)
        return key_words.key_state(self._profile.store.keys.newest(self._project.id), made=False)

    def _name_problem(self, name: str) -> str:
        others = [each for each in self._profile.store.projects.list() if each.id != self._project.id]
        return name_problem(name, others)

    def _say(self, error: BaseException) -> None:
        self.page.message.show_message(Message("error", sentence(error)))

    @Slot(object)
    def _on_guided(self, project: Project) -> None:
        if project.id == self._project.id:
            self.show_project(project)

    @Slot(str)
    def _on_language(self, language: str) -> None:
        self._profile.store.settings.set(languages.SETTING, language)

    @Slot()
    def _on_anew(self) -> None:
        self.anew_asked.emit(Anew())

    @Slot()
    def _on_make(self) -> None:
        self.backups.show_busy(True)
        self._work.start("backup", self._profile.store.backup, self._made)

    def _made(self, future: Future[Backup]) -> None:
        self.backups.show_backups(backups.all_of(self._profile.store.path))
        self.backups.show_busy(False)
        error = future.exception()
        if error is not None:
            self._say(error)
        else:
            text = _("A backup was made and checked ({size}).").format(size=size_text(future.result().size))
            self.page.message.show_message(Message("success", text))

    @Slot(object)
    def _on_restore(self, backup: Backup) -> None:
        look = partial(backing_up.what_happens, self._profile.folder)
        found = backups.all_of(self._profile.store.path)
        dialog = RestoreDialog(found, self._work, look, first=backup, parent=self.page)
        dialog.chosen.connect(lambda file: self._put_back(dialog, file))
        dialog.open()

    def _put_back(self, dialog: RestoreDialog, file: Path) -> None:
        dialog.accept()
        self.anew_asked.emit(Anew(restore=file))

    @Slot(str)
    def _on_named(self, name: str) -> None:
        self._project = self._profile.store.projects.rename(self._project.id, name).result()
        self.renamed.emit(self._project)

    @Slot()
    def _on_key(self) -> None:
        """Ask before the key is changed. The passphrase is asked for beside it, where one protects the keys."""
        kept = secrets.protection_of(self._profile.folder) or ""
        project = self._project
        team = project.collector is not None
        dialog = KeyDialog(key_words.protection_words(kept), team=team, parent=self.page)
        dialog.chosen.connect(
            lambda: self._work.start(
                "key",
                lambda: self._profile.collectors.rotate_key(project),
                lambda done: self._key_told(dialog, self._rotated_words, done),
            )
        )
        dialog.open()

    def _rotated_words(self, told: bool) -> str:
        return key_words.rotated_words(told, self._profile.trainer, self._key_state())

    def _revoked_words(self, told: bool) -> str:
        return key_words.revoked_words(told, self._profile.trainer)

    def _key_told(
        self, dialog: KeyDialog | DevicesDialog, words: Callable[[bool], str], done: Future[DeliveryError | None]
    ) -> None:
        """A change of the key is over: `words` say it, knowing whether the collector was told; or it failed."""
        error = done.exception()
        if error is not None:
            dialog.tell(error)
            return
        problem = done.result()
        dialog.accept()
        self._show_key()
        more = sentence(problem) if problem else ""
        self.page.message.show_message(Message("warning" if problem else "success", words(problem is None), more))

    @Slot()
    def _on_devices(self) -> None:
        """Ask the collector for this trainer's devices, and end the key of this one where that is wished."""
        project, dialog = self._project, DevicesDialog(key_words.trainer_words(self._profile.trainer), self.page)

        def ask() -> Listed:
            listed, keys = self._profile.collectors.ask_devices(project).devices, self._profile.keys
            words = keys.words(project.id, keys.state_beside_devices(project.id))
            return device_rows(listed, keys.id_at_the_collector(project.id)), words

        dialog.ending.connect(
            lambda: self._work.start(
                "key",
                lambda: self._profile.collectors.revoke_key(project),
                lambda done: self._key_told(dialog, self._revoked_words, done),
            )
        )
        dialog.open()
        self._work.start("devices", ask, lambda done: self._asked_devices(dialog, done))

    def _asked_devices(self, dialog: DevicesDialog, done: Future[Listed]) -> None:
        self._show_key()  # the collector has heard of it meanwhile
        error, state = done.exception(), self._key_state()
        if error is not None:
            dialog.show_key(key_words.beside_devices(self._profile.keys.words(self._project.id, state)))
            dialog.tell(error, ends=state in ("active", "waiting"))
        else:
            rows, words = done.result()
            dialog.show_key(key_words.beside_devices(words))
            dialog.show_devices(rows)

    @Slot()
    def _on_check(self) -> None:
        self.about.check.setEnabled(False)
        folder = self._profile.folder
        self._work.start("check", lambda: health.all_of(folder), self._checked)

    def _checked(self, future: Future[list[health.Finding]]) -> None:
        self.about.check.setEnabled(True)
        error = future.exception()
        if error is not None:
            self._say(error)
        else:
            self.about.show_findings(future.result())

    @Slot()
    def _on_folder(self) -> None:
        _open(self._profile.folder)

    @Slot()
    def _on_backups_folder(self) -> None:
        folder = self._profile.folder / backups.FOLDER
        _open(folder if folder.exists() else self._profile.folder)


def _open(folder: Path) -> None:
    """Show a folder of this profile in the system's program for files."""
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))
