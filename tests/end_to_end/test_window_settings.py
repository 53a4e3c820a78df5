"""The Settings room by real key events: each page holds at once what is chosen, keeps it, and says what it will do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from cut_words import cut_words
from made_judgements import judgement
from one_in import one_in
from passing_time import live
from PySide6.QtCore import QObject, QPoint, Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QApplication, QLabel, QStyle, QTreeView
from trainer import OpenWindow, Trainer

from desktop import VERSION
from desktop.app import APPEARANCE, Workbench
from desktop.flow import keymap, languages, wording
from desktop.flow.keymap import Keymap
from desktop.views.parts import dress
from desktop.views.restore_dialog import RestoreDialog
from feedback_store import backups

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "guide" / "settings.md"
PAGES = ("appearance", "keys", "backups", "project", "browsers", "about")


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    yield
    keymap.use(Keymap({}))
    wording.use_language("en")


@pytest.fixture
def trainer(open_window: OpenWindow) -> Trainer:
    return Trainer(open_window(insecure=True, size=(1024, 640)))


def settings_of(workbench: Workbench, name: str) -> object:
    return workbench._profile.store.settings.get(name)


def go_to(trainer: Trainer, page: str) -> None:
    """Show a page by keys; the focus stays in the list."""
    trainer.control(Qt.Key.Key_Comma)
    trainer.comes_to("settingsList")
    trainer.press(Qt.Key.Key_Home)
    trainer.press(Qt.Key.Key_Down, times=PAGES.index(page))
    assert trainer.workbench.preferences.page.shown == page


def test_the_guide_has_the_pages_and_what_stands_on_them_in_the_order_of_the_window(trainer: Trainer) -> None:
    trainer.control(Qt.Key.Key_Comma)
    trainer.comes_to("settingsList")
    trainer.press(Qt.Key.Key_Home)
    page, shown = trainer.workbench.preferences.page, list[tuple[str, list[str]]]()
    for row in range(page.list.count()):
        labels = [each for each in page.findChildren(QLabel) if each.isVisible() and each.property("role") == "label"]
        labels.sort(key=lambda label: label.mapTo(page, QPoint()).y())
        shown.append((page.list.item(row).text(), [each.text().removesuffix(f" {VERSION}") for each in labels]))
        trainer.press(Qt.Key.Key_Down)
    told = list[tuple[str, list[str]]]()
    for indent, name in re.findall(r"^( *)- \*(.+?)\*", GUIDE.read_text(encoding="utf-8"), re.MULTILINE):
        if indent:
            told[-1][1].append(name)
        else:
            told.append((name, []))
    assert told == shown


def test_settings_stand_at_the_foot_of_the_rail_and_are_come_to_by_keys(trainer: Trainer) -> None:
    window = trainer.workbench.window
    trainer.control(Qt.Key.Key_6)
    assert window.room.name == "settings" and trainer.focus.objectName() == "settingsList"
    button, above = window._buttons[-1], window._buttons[-2]
    assert button.objectName() == "railSettings" and button.y() - above.geometry().bottom() > 100
    trainer.control(Qt.Key.Key_1)
    trainer.control(Qt.Key.Key_Comma)
    assert window.room.name == "settings"
    trainer.press(Qt.Key.Key_Return)
    assert trainer.focus.objectName() == "theme", "Enter goes into the page"
    trainer.press(Qt.Key.Key_Escape)
    assert trainer.focus.objectName() == "settingsList", "Esc comes back"


def test_what_is_chosen_of_the_appearance_holds_at_once_and_is_kept(trainer: Trainer) -> None:
    workbench, appearance = trainer.workbench, trainer.workbench._appearance
    go_to(trainer, "appearance")
    trainer.press(Qt.Key.Key_Return)
    trainer.press(Qt.Key.Key_Right, times=3)
    assert appearance.choice == "high-contrast" and appearance.theme.name == "high-contrast"
    trainer.push("largerText")
    trainer.go_to("density")
    trainer.press(Qt.Key.Key_Left)
    trainer.go_to("motion")
    trainer.press(Qt.Key.Key_Right)
    assert (appearance.theme.zoom, appearance.theme.density, appearance.theme.motion) == (1.1, "compact", False)
    kept = {"theme": "high-contrast", "zoom": 1.1, "density": "compact", "less_motion": True}
    trainer.until(lambda: settings_of(workbench, APPEARANCE) == kept, "it is kept")
    page = workbench.preferences.appearance
    trainer.press(Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    assert (appearance.density, page.density.index) == ("normal", 1), "the page follows what is changed elsewhere"


@pytest.mark.long
def test_less_motion_is_a_switch_of_our_own_whether_or_not_the_system_can_be_asked(
    trainer: Trainer, qapp: QApplication
) -> None:
    """Qt reads the system's wish from 6.12 on; with an older one the page says that it cannot be read."""
    page, appearance = trainer.workbench.preferences.appearance, trainer.workbench._appearance
    go_to(trainer, "appearance")
    words = page._motion_words.text()
    assert words.startswith("Whether this system asks") == (not appearance.follows_motion)
    assert appearance.follows_motion == hasattr(QGuiApplication.styleHints().accessibility(), "motionPreference")
    trainer.press(Qt.Key.Key_Return)
    for index, key, moves in (
        (1, Qt.Key.Key_Right, False),
        (0, Qt.Key.Key_Left, not appearance.system_wants_less_motion),
    ):
        trainer.go_to("motion")
        trainer.press(key)
        assert (page.motion.index, appearance.less_motion, appearance.theme.motion) == (index, bool(index), moves)
        dress(qapp, appearance.theme)  # as whoever starts the window does
        tree = QTreeView(trainer.window)  # of what the program shows, Qt moves branches of these
        lasts = tree.style().styleHint(QStyle.StyleHint.SH_Widget_Animation_Duration, None, tree)
        assert moves or lasts == 0, "Qt's own parts move no more either"


def test_another_language_is_kept_and_says_that_it_needs_a_new_start(trainer: Trainer) -> None:
    workbench = trainer.workbench
    page = workbench.preferences.appearance
    go_to(trainer, "appearance")
    assert not page.anew.isVisible()
    trainer.go_to("language")
    trainer.press(Qt.Key.Key_Right, times=2)
    trainer.until(lambda: settings_of(workbench, languages.SETTING) == "de", "it is kept")
    assert page.anew.isVisible() and "speaks Deutsch once it has started anew" in page._anew_words.text()
    trainer.press(Qt.Key.Key_Left)
    assert not page.anew.isVisible(), "English is spoken already"
    trainer.press(Qt.Key.Key_Right)
    trainer.push("startAnew")
    assert workbench.wish is not None and workbench.wish.restore is None
    assert not workbench.window.isVisible()


def test_a_key_is_changed_on_the_page_of_shortcuts(trainer: Trainer) -> None:
    workbench = trainer.workbench
    go_to(trainer, "keys")
    trainer.press(Qt.Key.Key_Return)
    trainer.comes_to("keysSearch")
    trainer.type("next density")
    trainer.press(Qt.Key.Key_Return)
    trainer.comes_to("keysList")
    trainer.press(Qt.Key.Key_F8)
    trainer.until(lambda: settings_of(workbench, keymap.SETTING) == {"density": "F8"}, "it is kept")
    trainer.press(Qt.Key.Key_F8)
    assert workbench._appearance.density == "spacious"
    trainer.push("usualKey")
    trainer.until(lambda: settings_of(workbench, keymap.SETTING) == {}, "the usual key is back")


def test_a_backup_is_made_and_listed_with_date_and_size(trainer: Trainer) -> None:
    page = trainer.workbench.preferences.backups
    go_to(trainer, "backups")
    assert page.list.topLevelItemCount() == 0 and "no backups yet" in page._words.text()
    assert not page.restore.isEnabled()
    trainer.push("makeBackup")
    trainer.until(lambda: page.list.topLevelItemCount() == 1, "it is listed")
    item = page.list.topLevelItem(0)
    assert item is not None and page.current is not None
    assert item.text(1).endswith("kB") and item.text(2) == "by hand"
    assert str(page.current.made_at.astimezone().year) in item.text(0)


def test_putting_a_backup_back_says_what_will_happen_and_asks_to_start_anew(trainer: Trainer) -> None:
    workbench = trainer.workbench
    store, project = workbench._profile.store, workbench.rooms.project.id
    store.records.save(judgement("a>b", project=project, trainer=store.trainer)).result()
    made = store.backup()
    for _ in range(2):
        store.records.save(judgement("a>b", project=project, trainer=store.trainer)).result()
    go_to(trainer, "backups")
    trainer.push("restoreBackup")
    dialog = trainer.dialog("restoreDialog")
    assert isinstance(dialog, RestoreDialog) and dialog.path == made.path
    trainer.until(dialog.main.isEnabled, "the backup was looked into")
    assert "1 judgement; now it holds 3." in dialog.becomes.text() and "kept first" in dialog.happens.text()
    trainer.press(Qt.Key.Key_Return)
    trainer.alone()
    assert workbench.wish is None, "Enter leaves everything as it is"
    trainer.push("restoreBackup")
    dialog = trainer.dialog("restoreDialog")
    assert isinstance(dialog, RestoreDialog)
    trainer.until(dialog.main.isEnabled, "the backup was looked into")
    trainer.push("restoreDialogMain")
    trainer.until(lambda: workbench.wish is not None, "a new start is asked for")
    assert workbench.wish is not None and workbench.wish.restore == made.path


def test_a_backup_that_is_damaged_is_told_and_nothing_changes(trainer: Trainer) -> None:
    workbench = trainer.workbench
    made = workbench._profile.store.backup()
    made.path.write_bytes(b"no database" * 100)
    go_to(trainer, "backups")
    trainer.push("restoreBackup")
    dialog = trainer.dialog("restoreDialog")
    assert isinstance(dialog, RestoreDialog)
    trainer.until(lambda: made.path.name in dialog.file.problem, "it is told")
    assert not dialog.main.isEnabled() and workbench.wish is None


def test_a_project_of_ones_own_is_named_otherwise_and_a_taken_name_is_refused(trainer: Trainer) -> None:
    workbench = trainer.workbench
    workbench._profile.new_project("Taken")
    go_to(trainer, "project")
    trainer.press(Qt.Key.Key_Return)
    trainer.comes_to("projectNameNow")
    trainer.replace_text("Taken")
    trainer.press(Qt.Key.Key_Return)
    page = workbench.preferences.project
    assert "already" in page.name.problem and workbench.rooms.project.name == "My project"
    trainer.replace_text("Chemistry")
    trainer.press(Qt.Key.Key_Return)
    assert workbench.rooms.project.name == "Chemistry" and "Chemistry" in workbench.window.project.text()
    assert workbench._profile.project.name == "Chemistry"
    said = [label.text() for label in page.findChildren(QObject) if hasattr(label, "wordWrap")]
    assert "HelpSteer2, version 1" in said and any("There is none yet" in text for text in said)


@pytest.mark.long
def test_a_projects_name_that_is_deleted_is_refused_where_it_is_typed_and_stands_there_again(trainer: Trainer) -> None:
    """It was refused once the page was left, where nobody saw it, and the field stayed empty."""
    page = trainer.workbench.preferences.project
    go_to(trainer, "project")
    trainer.press(Qt.Key.Key_Return)
    trainer.comes_to("projectNameNow")
    trainer.replace_text("x")
    trainer.press(Qt.Key.Key_Backspace)
    assert page.name.problem == "Type a name for the project."
    trainer.type(" ")
    assert page.name.problem == "Type a name for the project."
    trainer.workbench.preferences.page.show_part("about")
    trainer.workbench.preferences.page.show_part("project")
    assert (page.name.text, page.name.problem) == ("My project", "")
    assert trainer.workbench.rooms.project.name == "My project"


@pytest.mark.long
def test_the_projects_rubric_is_looked_at_from_its_page(trainer: Trainer) -> None:
    go_to(trainer, "project")
    trainer.press(Qt.Key.Key_Return)
    trainer.go_to("editRubric")
    trainer.press(Qt.Key.Key_Space)
    dialog = trainer.dialog("rubricDialog")
    trainer.press(Qt.Key.Key_Escape)
    trainer.until(lambda: not dialog.isVisible(), "it is left again")
    trainer.alone()


class Opened(QObject):
    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[str] = []

    @Slot(QUrl)
    def take(self, url: QUrl) -> None:
        self.addresses.append(url.toLocalFile())


def test_about_opens_the_folder_names_licences_and_checks_the_profile(trainer: Trainer) -> None:
    workbench = trainer.workbench
    opened = Opened()
    QDesktopServices.setUrlHandler("file", opened, "take")
    go_to(trainer, "about")
    trainer.push("openProfile")
    QDesktopServices.unsetUrlHandler("file")
    assert [Path(each) for each in opened.addresses] == [workbench._profile.folder]
    page = workbench.preferences.about
    trainer.push("checkProfile")
    trainer.until(lambda: len(page.findings) == 3, "it is checked")
    assert any("The database is whole" in line for line in page.findings)
    live(0)
    said = [label.text() for label in page.findChildren(QObject) if hasattr(label, "wordWrap")]
    assert "click" in said and "BSD-3-Clause" in said and "Lucide" in said and "ISC" in said


@pytest.mark.long
@pytest.mark.parametrize("page", one_in(3, PAGES))
@pytest.mark.parametrize("code", one_in(2, languages.SPOKEN, first=1))
def test_no_word_is_cut_at_the_smallest_size_with_larger_text(page: str, code: str, open_window: OpenWindow) -> None:
    wording.use_language(code)
    workbench = open_window(insecure=True, size=(1024, 640))
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    workbench._appearance.changed.connect(lambda theme: dress(application, theme))
    workbench._appearance.zoom_to(1.5)
    backups.make(workbench._profile.store.path, "before-restore")
    trainer = Trainer(workbench)
    go_to(trainer, page)
    for _ in range(50):
        if not cut_words(workbench.window):
            break
        live(10)
    found = [each for each in cut_words(workbench.window) if not each.startswith("StatusLine")]
    assert found == []
