"""Which language is spoken: the trainer's choice, else the first one of the system's that there is."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from command_line import preceptor
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QCoreApplication, QLocale
from PySide6.QtWidgets import QApplication, QLineEdit

from desktop.bridge.qt_words import QtWords
from desktop.flow import languages, wording
from feedback_store.records import App
from feedback_store.store import Store


@pytest.fixture(autouse=True)
def _english_after() -> Iterator[None]:
    yield
    wording.use_language("en")


@pytest.mark.parametrize(
    ("wished", "code"),
    [
        ((), "en"),
        (("de_DE.UTF-8",), "de"),
        (("de-CH", "fr-CH"), "de"),
        (("fr_FR", "de"), "de"),
        (("en_GB", "de"), "en"),  # gettext would have looked on for a catalogue, and found the German one
        (("C",), "en"),
        (("sr@latin", "DE"), "de"),
    ],
)
def test_the_first_language_that_is_spoken_is_taken(wished: tuple[str, ...], code: str) -> None:
    assert languages.spoken(wished) == code


@given(st.lists(st.text(max_size=12), max_size=4))
def test_whatever_a_system_says_some_language_is_spoken(wished: list[str]) -> None:
    assert languages.spoken(wished) in languages.SPOKEN


def test_the_environment_is_asked_as_gettext_asks_it() -> None:
    said = {"LANG": "fr_FR.UTF-8", "LC_MESSAGES": "de_DE.UTF-8"}
    assert languages.system_languages(said) == ("de_DE.UTF-8",)
    assert languages.system_languages({**said, "LANGUAGE": "de_AT:en"}) == ("de_AT", "en")
    assert languages.system_languages({**said, "LC_ALL": "", "LANGUAGE": ""}) == ("de_DE.UTF-8",)


def test_the_list_that_macos_prints_is_read() -> None:
    assert languages.listed('(\n    "de-DE",\n    "zh-Hans-CN",\n    en\n)\n') == ("de-DE", "zh-Hans-CN", "en")
    assert languages.listed("") == ()


@pytest.mark.parametrize("kept", [None, 3, "xx", "system", ["de"]])
def test_a_kept_choice_that_is_not_known_is_the_systems(kept: object) -> None:
    assert languages.chosen(kept) == languages.SYSTEM


def test_a_choice_holds_against_the_system(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANGUAGE", "de")
    assert (wording.use_language("en"), wording.gettext("Save and next")) == ("en", "Save and next")
    assert (wording.use_language(languages.chosen("system")), wording.language()) == ("de", "de")
    assert wording.gettext("Save and next") != "Save and next"


def test_qt_speaks_the_same_language_and_english_again(qapp: QApplication) -> None:
    before = QLocale()
    words = QtWords()
    words.speak("de")
    assert QCoreApplication.translate("QPlatformTheme", "Cancel") == "Abbrechen"
    assert QLocale().language() == QLocale.Language.German
    field = QLineEdit("text")
    menu = field.createStandardContextMenu()
    assert any("Ausschneiden" in action.text() for action in menu.actions())
    words.speak("en")
    assert QCoreApplication.translate("QPlatformTheme", "Cancel") == "Cancel"
    QLocale.setDefault(before)


def speak(folder: Path, language: str) -> None:
    store = Store.open(folder, app=App("preceptor", "test"))
    store.settings.set(languages.SETTING, language).result()
    store.close()


def test_commands_speak_the_language_that_their_profile_is_set_to(tmp_path: Path) -> None:
    assert preceptor("project", "new", "Some", profile=tmp_path).status == 0
    refused = preceptor("records", "show", "none", profile=tmp_path)
    assert refused.sentence.startswith("There is no judgement none.")
    speak(tmp_path, "de")
    assert not preceptor("records", "show", "none", profile=tmp_path).sentence.startswith("There is no judgement")
    speak(tmp_path, "en")
    german = preceptor("records", "show", "none", profile=tmp_path, env={"LANGUAGE": "de"})
    assert german.sentence.startswith("There is no judgement none.")


def test_no_window_code_is_loaded_for_it(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "desktop", "--profile", str(tmp_path), "project", "new", "Some"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "desktop.commands.asking" in done.stderr and "PySide6" not in done.stderr
