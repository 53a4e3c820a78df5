"""The first start: an empty profile opens on one page where Enter is enough; by keys, on the true window."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from passing_time import live
from person import NONE, Person
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QWidget

from desktop.app import Workbench
from desktop.flow import welcome
from desktop.flow.welcome import Wishes
from desktop.flow.wording import use_language
from desktop.opening import Opening
from desktop.practising import Practising
from desktop.profile import Profile
from desktop.theme.appearance import Appearance
from desktop.views.parts import dress
from desktop.views.welcome_page import WelcomeWindow
from feedback_store import backups
from feedback_store.database import FILE
from local_models.model_files.catalog import starter_model
from local_models.scripted import ScriptedEngine

ALT = Qt.KeyboardModifier.AltModifier
ANSWERS = ("It is the light.", "Because of scattering.", "Nobody knows.", "I do not know.")
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)


@dataclass
class Counting(Person):
    """Somebody whose keys are counted."""

    keys: int = field(default=0)

    def __post_init__(self) -> None:
        super().__init__()

    @property
    def focus(self) -> QWidget:
        self.until(_active, "the window in front has the keyboard")
        return super().focus

    def type(self, text: str) -> None:
        self.keys += len(text)
        super().type(text)

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier = NONE, times: int = 1) -> None:
        self.keys += times
        super().press(key, modifier, times)


def _active() -> bool:
    """Whether the window in front has the keyboard; drawn into memory there is no window manager that gives it."""
    shown = (each for each in QApplication.topLevelWidgets() if each.isVisible())
    front = QApplication.activeModalWidget() or next(
        (each for each in shown if each.objectName() in ("mainWindow", "welcome")), None
    )
    if front is not None and QApplication.activeWindow() is not front:
        front.activateWindow()
    focus = QApplication.focusWidget()
    return front is not None and focus is not None and front.isAncestorOf(focus)


@dataclass
class Started:
    """A start of the program, as far as it is in this process."""

    opening: Opening
    person: Counting
    practising: Practising[Workbench]

    @property
    def page(self) -> WelcomeWindow:
        found = self.opening._welcome
        assert found is not None, "no welcome is shown"
        return found

    @property
    def bench(self) -> Workbench:
        self.person.until(lambda: self.opening._bench is not None, "the bench is shown")
        found = self.opening._bench
        assert isinstance(found, Workbench)
        return found

    def ask(self, name: str) -> QWidget:
        """The widget of this name on the page."""
        found = self.page.findChild(QWidget, name)
        assert isinstance(found, QWidget), name
        return found


Start = Callable[[], Started]


@pytest.fixture
def start(tmp_path: Path, qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> Iterator[Start]:
    """Starts on the profile of this test; a second start ends the first, as closing the window does."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    folder, engine = tmp_path / "profile", ScriptedEngine(lambda _prompt, count: ANSWERS[:count])
    appearance = Appearance("light")
    running: list[Opening] = []
    dress(qapp, appearance.theme)

    def end() -> None:
        while running:
            opening = running.pop()
            opening.close()
            opening.end()
            opening.deleteLater()
            for window in qapp.topLevelWidgets():
                window.close()
                window.deleteLater()
            live(0)

    def begin() -> Started:
        end()
        practising = Practising(Workbench, appearance)
        opening = Opening(
            folder,
            appearance,
            lambda: Profile.open(folder, insecure_key_file=True),
            lambda profile: Workbench(profile, engine=engine, appearance=appearance),
            practising.open,
        )
        running.append(opening)
        opening.show()
        started = Started(opening, Counting(), practising)
        _active()
        return started

    yield begin
    end()
    engine.close()
    use_language("en")
    qapp.setStyleSheet("")


def test_from_an_empty_profile_to_the_first_saved_judgement_by_keys_alone(start: Start) -> None:
    started = start()
    person = started.person
    assert started.page.isVisible()
    assert person.focus.objectName() == "welcomeName"
    person.press(Qt.Key.Key_Return)
    bench = started.bench
    assert person.focus is bench.bench.prompt.text
    person.type("Why is the sky blue?")
    person.control(Qt.Key.Key_Return)
    session = bench.session
    person.until(lambda: session.draft.finished and not session.writing, "four answers stand")
    before = person.keys
    person.type("vb>a=c>d")
    person.press(Qt.Key.Key_Return)  # the ranking
    person.press(Qt.Key.Key_1)
    person.press(Qt.Key.Key_Return)  # to the ratings
    for _ in range(60):
        if not any(notice.place == "ratings" for notice in session.missing):
            break
        person.type("3")
    person.control(Qt.Key.Key_S)
    person.until(lambda: session.saved is not None, "it is saved")
    assert bench._profile.store.records.count(bench.rooms.project.id) == 1
    assert before == 1 + len("Why is the sky blue?") + 1, "one key for the welcome, one to generate"
    assert person.keys - before <= 8 + 1 + 2 + 4 * len(session.rubric.axes) + 1, "judging takes no key too many"


@pytest.mark.long
def test_a_field_without_a_name_says_how_the_project_will_be_called(start: Start) -> None:
    started = start()
    person = started.person
    person.press(Qt.Key.Key_Delete)
    assert started.page.name.text() == ""
    assert started.page.name.placeholderText() == "Left empty, it is called My project"
    person.press(Qt.Key.Key_Return)
    assert started.bench.window.project.text() == "My project"


@pytest.mark.long
def test_the_name_and_the_model_hold_from_the_first_task_on(start: Start) -> None:
    started = start()
    person = started.person
    person.type("Night shift")
    person.press(Qt.Key.Key_2, ALT)
    assert person.focus.objectName() == "welcomeStarter"
    person.press(Qt.Key.Key_Down, times=2)
    assert person.focus.objectName() == "welcomeNone"
    person.press(Qt.Key.Key_3, ALT)
    assert person.focus.objectName() == "welcomeLeaves"
    person.press(Qt.Key.Key_1, ALT)
    assert person.focus.objectName() == "welcomeName"
    person.press(Qt.Key.Key_Return)
    bench = started.bench
    assert bench.window.project.text() == "Night shift"
    assert bench.session.draft.prompt.model == ""
    assert bench.bench.prompt.model.currentText() == "No model"
    again = start()
    assert again.opening._welcome is None, "a finished welcome is shown again"
    assert again.bench.session.draft.prompt.model == "", "the choice of no model does not last"
    assert again.bench.window.project.text() == "Night shift"


def test_closing_loses_nothing_and_the_next_start_shows_it_again(start: Start) -> None:
    started = start()
    started.person.type("Half a")
    started.person.press(Qt.Key.Key_2, ALT)
    started.person.press(Qt.Key.Key_Down, times=2)
    again = start()
    assert again.page.name.text() == "Half a"
    assert again.page.step.chosen == "none"
    again.person.press(Qt.Key.Key_Escape)
    bench = again.bench
    assert bench.rooms.project.name == "My project", "a name holds only once the page is finished"
    assert start().page.name.text() == "Half a"


def test_a_profile_with_work_never_sees_it(start: Start, tmp_path: Path) -> None:
    started = start()
    started.person.press(Qt.Key.Key_Escape)
    started.person.until(lambda: started.person.focus is started.bench.bench.prompt.text, "the prompt has the keyboard")
    started.person.type("Why?")
    again = start()
    assert again.opening._welcome is None, "a draft is work"
    assert again.bench.session.draft.prompt.text == "Why?"


@pytest.mark.long
def test_what_makes_a_profile_worked_in(tmp_path: Path) -> None:
    profile = Profile.open(tmp_path / "profile", insecure_key_file=True)
    store = profile.store
    assert welcome.is_due(store)
    store.settings.set(welcome.WELCOME, {"model": 7}).result()
    assert (welcome.is_due(store), welcome.wishes(store)) == (True, Wishes()), "what cannot be read is the default"
    profile.new_project("Another")
    assert not welcome.is_due(store)
    profile.close()


def test_no_model_is_said_on_the_bench_with_a_way_to_one(start: Start) -> None:
    started = start()
    started.page.step.choose_model("none")
    started.person.press(Qt.Key.Key_Return)
    bench = started.bench
    empty = bench.bench.empty
    assert "nothing answers yet" in _all_words(empty)
    way = empty.findChild(QWidget, "toModels")
    assert isinstance(way, QWidget) and way.isVisible()
    way.setFocus()
    started.person.press(Qt.Key.Key_Space)
    assert bench.window.room.name == "models"
    bench.rooms.models.use_asked.emit("smollm2")
    assert bench.window.room.name == "bench"
    assert not way.isVisible()


def test_each_empty_room_says_what_belongs_there_and_leads_on(start: Start) -> None:
    started = start()
    started.person.press(Qt.Key.Key_Return)
    window = started.bench.window
    for room, place in (("records", "noRecords"), ("outbox", "nothingToSend")):
        window.show_named(room)
        shown = window.room.page.findChild(QWidget, place)
        assert isinstance(shown, QWidget) and shown.isVisible()
        way = shown.findChild(QWidget, f"{place}Way")
        assert isinstance(way, QWidget) and way.isVisible()
        way.setFocus()
        started.person.press(Qt.Key.Key_Space)
        assert window.room.name == "bench"


def test_no_command_and_no_reader_of_a_profile_makes_the_welcome_done(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "desktop", "--profile", str(tmp_path / "profile"), "models", "list"]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    profile = Profile.open(tmp_path / "profile", insecure_key_file=True)
    assert welcome.is_due(profile.store)
    profile.close()


def test_a_broken_model_file_is_a_sentence_at_its_place(start: Start, tmp_path: Path) -> None:
    broken = tmp_path / "broken.gguf"
    broken.write_bytes(b"not a model at all")
    started = start()
    person = started.person
    person.until(lambda: started.page._models.loaded, "models were looked for")
    person.press(Qt.Key.Key_2, ALT)
    person.press(Qt.Key.Key_Down)
    person.press(Qt.Key.Key_Return)
    assert started.page.step.problem.text() == "No model is chosen yet. Choose one, or take another of these three."
    assert person.focus.objectName() == "welcomeChoose"
    person.press(Qt.Key.Key_Return)
    _choose_file(person, "welcomeFileDialog", broken)
    person.until(lambda: "broken.gguf" in started.page.step.problem.text(), "the broken file is named")
    assert started.page.isVisible()
    assert started.page.step.own_name == ""


@pytest.mark.long
def test_a_file_of_ones_own_is_checked_and_used(start: Start, tmp_path: Path) -> None:
    whole = starter_model()
    assert whole is not None, "the starter model is part of the development environment"
    mine = tmp_path / "mine.gguf"
    shutil.copyfile(whole, mine)
    started = start()
    person = started.person
    person.until(lambda: started.page._models.loaded, "models were looked for")
    person.press(Qt.Key.Key_2, ALT)
    person.press(Qt.Key.Key_Tab)
    assert person.focus.objectName() == "welcomeChoose"
    person.press(Qt.Key.Key_Space)
    _choose_file(person, "welcomeFileDialog", mine)
    person.until(lambda: started.page.step.chosen == "own", "the new model is chosen")
    name = started.page.step.own_name
    assert name
    assert started.page.step.fit.text() == "fits"
    person.press(Qt.Key.Key_Return)
    assert started.bench.session.draft.prompt.model == name


@pytest.mark.long
def test_language_and_theme_change_at_once_and_stay(start: Start) -> None:
    started = start()
    person = started.person
    started.page.language.setFocus()
    person.type("D")
    person.until(lambda: "Willkommen" in _all_words(started.page), "the page speaks German")
    assert started.page.name.text() == "Mein Projekt"
    started.page.theme.setFocus()
    person.type("Dunkel")
    assert started.opening._appearance.theme.name == "dark"
    assert "Willkommen" in _all_words(start().page)


@pytest.mark.long
def test_practising_comes_before_and_leads_back(start: Start) -> None:
    started = start()
    person = started.person
    started.page.practise.setFocus()
    person.press(Qt.Key.Key_Return)
    practice = started.practising.bench
    assert isinstance(practice, Workbench)
    assert practice.window.isVisible()
    practice.window.close()
    live(0)
    assert started.practising.bench is None
    assert started.page.isVisible()


@pytest.mark.long
def test_a_backup_is_restored_in_place_of_the_empty_profile(start: Start, tmp_path: Path) -> None:
    other = Profile.open(tmp_path / "other", insecure_key_file=True)
    other.new_project("Of another computer")
    other.store.projects.use(other.store.projects.find("Of another computer").id).result()
    other.close()
    made = backups.make(tmp_path / "other" / FILE)
    started = start()
    person = started.person
    started.page.restore.setFocus()
    person.press(Qt.Key.Key_Return)
    person.until(lambda: _modal() == "restoreDialog", "a backup is asked for")
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, QDialog)
    nonsense = tmp_path / "nonsense.sqlite3"
    nonsense.write_bytes(b"SQLite format 3\0" + bytes(200))
    person.type(str(nonsense))
    person.until(lambda: "nonsense.sqlite3" in _all_words(dialog), "what is wrong is said in the dialog")
    person.control(Qt.Key.Key_A)
    person.type(str(made.path))
    person.until(lambda: "is kept first" in _all_words(dialog), "what will happen is said")
    while person.focus.objectName() != "restoreDialogMain":
        person.press(Qt.Key.Key_Tab)
    person.press(Qt.Key.Key_Space)
    assert started.bench.rooms.project.name == "Of another computer"
    (kept,) = backups.all_of(tmp_path / "profile" / FILE)
    assert kept.name.endswith("before-restore")


def _choose_file(person: Person, dialog: str, file: Path) -> None:
    person.until(lambda: _modal() == dialog, "a file is asked for")
    person.type(str(file))
    person.press(Qt.Key.Key_Return)
    person.until(lambda: _modal() != dialog, "the file is chosen")


def _modal() -> str:
    modal = QApplication.activeModalWidget()
    return modal.objectName() if modal is not None else ""


def _all_words(window: QWidget) -> str:
    return "\n".join(label.text() for label in window.findChildren(QLabel))
