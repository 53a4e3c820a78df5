"""The palette, keys that a trainer changes, text zoom and theme, by real key events; all is there after a restart."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from person import Person
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QApplication
from trainer import ShowWindow, Trainer

from desktop.app import Workbench
from desktop.flow import keymap, wording
from desktop.flow.keymap import Keymap
from desktop.profile import Profile
from desktop.theme.appearance import APPEARANCE, Appearance
from desktop.views.keys_dialog import KeysDialog
from desktop.views.palette import Palette
from desktop.views.parts import dress

ANSWERS = ("It is the light.", "Because of scattering.", "Nobody knows.", "I do not know.")
Open = Callable[[], Workbench]


@pytest.fixture
def open_window(profile: Profile, show_window: ShowWindow) -> Iterator[Open]:
    def opens() -> Workbench:
        appearance = Appearance("light")
        appearance.take(profile.store.settings.get(APPEARANCE))
        return show_window(ANSWERS, appearance=appearance)

    yield opens
    keymap.use(Keymap({}))


def _answers(workbench: Workbench, person: Person) -> None:
    person.type("Why is the sky blue?")
    person.control(Qt.Key.Key_Return)
    session = workbench.session
    person.until(lambda: session.draft.finished and not session.writing, "the answers stand")


def test_any_room_is_found_by_its_words_from_inside_a_text_field(open_window: Open) -> None:
    workbench, person = open_window(), Person()
    person.type("Half a sentence")
    person.press(Qt.Key.Key_Home)
    person.control(Qt.Key.Key_K)
    assert person.focus.objectName() == "paletteField"
    assert workbench.session.draft.prompt.text == "Half a sentence", "nothing was deleted"
    person.type("go rec")
    person.press(Qt.Key.Key_Return)
    assert workbench.window.room.name == "records"


def test_the_palette_is_left_without_a_trace(open_window: Open) -> None:
    workbench, person = open_window(), Person()
    before = person.focus
    person.control(Qt.Key.Key_K)
    person.type("no such thing at all")
    person.press(Qt.Key.Key_Return)
    person.press(Qt.Key.Key_Escape)
    assert person.focus is before and workbench.window.room.name == "bench"
    person.control(Qt.Key.Key_K)
    person.control(Qt.Key.Key_K)
    assert person.focus is before


def test_what_answers_can_be_done_to_is_in_the_palette_while_there_are_answers(open_window: Open) -> None:
    workbench, person = open_window(), Person()
    person.control(Qt.Key.Key_K)
    person.type("all good")
    person.press(Qt.Key.Key_Return)
    person.press(Qt.Key.Key_Escape)
    assert workbench.session.draft.level is None
    _answers(workbench, person)
    person.control(Qt.Key.Key_K)
    person.type("all good")
    person.press(Qt.Key.Key_Return)
    assert workbench.session.draft.level == "all_good"


def test_a_key_is_changed_where_all_keys_are_listed_and_stays_changed(open_window: Open) -> None:
    workbench = open_window()
    person = Trainer(workbench)
    _answers(workbench, person)
    person.type("?")
    person.until(lambda: isinstance(QApplication.activeModalWidget(), KeysDialog), "the list of keys is open")
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, KeysDialog)
    person.until(lambda: person.focus is dialog.keys.search, "it has the keyboard")
    person.type("all good")
    person.press(Qt.Key.Key_Down)
    assert (person.focus, dialog.keys.command) == (dialog.keys.list, "all_good")
    person.press(Qt.Key.Key_Return)
    assert "Press the new key" in dialog.words
    person.type("b")
    assert "B is taken by: Best." in dialog.words
    person.type("h")
    person.press(Qt.Key.Key_Escape)
    person.alone()
    person.type("1g")
    assert workbench.session.draft.level is None
    person.type("h")
    assert workbench.session.draft.level == "all_good"
    assert workbench.bench.verdict.good.hint == "H"
    workbench.window.close()
    keymap.use(Keymap({}))
    assert open_window().bench.verdict.good.hint == "H"


def test_text_grows_and_shrinks_and_the_theme_changes_and_both_are_kept(open_window: Open) -> None:
    workbench, person = open_window(), Person()
    appearance = workbench._appearance
    person.control(Qt.Key.Key_Plus)
    person.control(Qt.Key.Key_Plus)
    person.control(Qt.Key.Key_Minus)
    person.press(Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    assert (appearance.theme.zoom, appearance.theme.name) == (1.1, "dark")
    for _ in range(30):
        person.control(Qt.Key.Key_Plus)
    assert appearance.theme.zoom == 2.0
    settings = workbench._profile.store.settings
    person.until(lambda: settings.get(APPEARANCE, {}).get("zoom") == 2.0, "it is kept")
    assert settings.get(APPEARANCE) == {"theme": "dark", "zoom": 2.0, "density": "normal", "less_motion": False}
    workbench.window.close()
    again = open_window()._appearance
    assert (again.theme.zoom, again.theme.name) == (2.0, "dark")
    person.control(Qt.Key.Key_0)
    assert again.theme.zoom == 1.0


@pytest.mark.long
def test_the_window_comes_back_in_its_size_and_first_fits_its_screen(open_window: Open) -> None:
    workbench = open_window()
    screen = workbench.window.screen().availableGeometry()
    assert workbench.window.width() <= screen.width() and workbench.window.height() <= screen.height()
    workbench.window.resize(1111, 777)
    workbench.window.close()
    assert open_window().window.size().toTuple() == (1111, 777)


@pytest.mark.long
def test_a_german_window_calls_keys_as_a_german_keyboard_and_finds_them_by_either_name(open_window: Open) -> None:
    wording.use_language("de")
    try:
        workbench = open_window()
        person = Trainer(workbench)
        _answers(workbench, person)
        assert workbench.bench.verdict.save.hint == "Strg+S"
        assert workbench.window.findChild(QAbstractButton, "railRecords").toolTip().endswith("(Strg+3)")
        person.type("?")
        person.until(lambda: isinstance(QApplication.activeModalWidget(), KeysDialog), "the list of keys is open")
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, KeysDialog)
        person.until(lambda: person.focus is dialog.keys.search, "it has the keyboard")
        for words in ("strg+umschalt+l", "Ctrl+Shift+L"):
            dialog.keys.search.clear()
            person.type(words)
            person.press(Qt.Key.Key_Down)
            assert dialog.keys.command == "theme"
            dialog.keys.search.setFocus()
        person.press(Qt.Key.Key_Escape)
        person.alone()
    finally:
        wording.use_language("en")


@pytest.mark.long
def test_the_palette_ends_within_the_window_however_large_text_is(show_window: ShowWindow, qapp: QApplication) -> None:
    """At 200 % in the smallest window names ran under their keys, and the last rows lay below its edge."""
    workbench, person = show_window(ANSWERS, appearance=Appearance("light"), size=(1024, 640)), Person()
    dress(qapp, Appearance("light", 2.0).theme)
    person.control(Qt.Key.Key_K)
    palette = workbench.window.findChild(Palette)
    assert palette is not None and palette.list.count() > 10
    assert workbench.window.rect().contains(palette.geometry())
    assert palette.list.height() >= 6 * palette.list.sizeHintForRow(0)
    assert palette.width() > 900
