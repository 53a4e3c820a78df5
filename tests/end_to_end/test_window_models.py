"""The models' room in the true window, by keys: models are added, measured, used and let go."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from model_visitor import COLD_S, Visitor, choices, nobodys_home
from passing_time import live
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel
from trainer import OpenWindow

from desktop.app import Workbench
from desktop.profile import Profile
from desktop.theme.appearance import Appearance
from desktop.views.parts import ElidedLabel, KeyButton, StatusLine, dress

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "local_models"))
import app_homes
from gguf_files import tiny_model
from openai_server import serving as answering

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return nobodys_home(tmp_path / "home", monkeypatch)


def test_a_file_is_added_used_on_the_bench_removed_and_brought_back(tmp_path: Path, open_window: OpenWindow) -> None:
    workbench = open_window(size=(1024, 640))
    visitor = Visitor(workbench)
    tiny = tiny_model(tmp_path / "tiny.gguf")
    visitor.enter()
    assert "Yes, with its whole context" in visitor.facts()["Fits here"]
    visitor.look_up(str(tiny))
    assert visitor.said() == "Added 1 model: tiny"
    visitor.until(lambda: choices(workbench) == ["smollm2", "tiny"], "the bench offers it at once")
    visitor.choose("tiny")
    visitor.press(Qt.Key.Key_Return)
    visitor.until(lambda: workbench.window.room.name == "bench", "the bench is shown")
    assert workbench.session.draft.prompt.model == "tiny" == workbench.bench.prompt.model.currentText()

    visitor.enter()
    visitor.choose("tiny")
    visitor.press(Qt.Key.Key_Delete)
    visitor.until(lambda: "tiny" not in visitor.titles, "it is forgotten")
    visitor.until(lambda: workbench.session.draft.prompt.model == "smollm2", "the bench takes another")
    assert tiny.exists() and choices(workbench) == ["smollm2"]
    visitor.push("way_undo_remove")
    visitor.until(lambda: choices(workbench) == ["smollm2", "tiny"], "it is back")


@pytest.mark.long
def test_ctrl_z_undoes_what_was_done_in_the_room_that_is_shown(tmp_path: Path, open_window: OpenWindow) -> None:
    """In the models' room it took the judgement on the bench back, unseen."""
    workbench = open_window()
    visitor, session = Visitor(workbench), workbench.session
    visitor.type("Which one?")
    visitor.control(Qt.Key.Key_Return)
    visitor.until(lambda: bool(session.draft.answers) and all(a.ready for a in session.draft.answers), "answers come")
    visitor.type("v")
    visitor.control(Qt.Key.Key_A)
    visitor.type("b>a=c=d")
    visitor.press(Qt.Key.Key_Return)
    judged = session.draft.tiers
    assert judged is not None
    visitor.enter()
    visitor.look_up(str(tiny_model(tmp_path / "tiny.gguf")))
    visitor.choose("tiny")
    visitor.press(Qt.Key.Key_Delete)
    visitor.until(lambda: "tiny" not in visitor.titles, "it is forgotten")
    visitor.until(lambda: "Forgotten" in visitor.said(), "that is said")
    visitor.control(Qt.Key.Key_Z)
    visitor.until(lambda: "tiny" in visitor.titles, "it is back")
    visitor.control(Qt.Key.Key_Z)
    assert session.draft.tiers == judged
    visitor.control(Qt.Key.Key_1)
    line = workbench.window.findChild(StatusLine)
    assert line is not None
    assert "best" in line.accessibleName().lower(), "the keys are those of the answer that has the keyboard"


@pytest.mark.long
def test_models_of_other_apps_are_shown_on_a_word_and_hidden_again(home: Path, open_window: OpenWindow) -> None:
    app_homes.lm_studio(home)
    visitor = Visitor(open_window())
    visitor.enter()
    visitor.type("a")
    visitor.until(lambda: bool(visitor.page.adding._apps), "the app is found")
    visitor.push("app_lmstudio")
    visitor.until(lambda: "Studio-Q8" in visitor.titles, "its model is listed")
    visitor.choose("Studio-Q8")
    assert visitor.facts()["From"] == "LM Studio: publisher/model"
    visitor.press(Qt.Key.Key_Delete)
    visitor.until(lambda: "Studio-Q8" not in visitor.titles, "it is hidden")


def test_a_server_is_added_tested_used_and_removed_and_its_key_is_never_seen(open_window: OpenWindow) -> None:
    workbench = open_window(insecure=True)
    visitor = Visitor(workbench)
    visitor.enter()
    with answering() as server:
        visitor.type("a")
        visitor.push("addServer")
        dialog = visitor.dialog("serverDialog")
        visitor.press(Qt.Key.Key_Return)
        assert "cannot be an endpoint's name" in dialog.name.problem  # type: ignore[attr-defined]
        for field, text in (("serverName", "office"), ("serverAddress", server.address), ("serverModel", "moon")):
            visitor.go_to(field)
            visitor.replace_text(text)
        assert "stays on this computer" in dialog.words  # type: ignore[attr-defined]
        visitor.go_to("serverKey")
        visitor.type("sk-very-secret")
        assert dialog.key.edit.displayText() == "●" * 14  # type: ignore[attr-defined]
        visitor.press(Qt.Key.Key_Return)
        visitor.alone()
        visitor.choose("office")
        assert visitor.facts()["Key"] == "Kept with this device's keys"
        visitor.press(Qt.Key.Key_T)
        visitor.until(lambda: "It answered in" in visitor.notes, "it was tested", COLD_S)
        assert any(asked.headers.get("authorization") == "Bearer sk-very-secret" for asked in server.asked)
        visitor.press(Qt.Key.Key_Return)
        assert workbench.session.draft.prompt.model == "office"
    visitor.enter()
    visitor.choose("office")
    visitor.press(Qt.Key.Key_T)
    visitor.until(lambda: bool(visitor.notes) and "answered" not in visitor.notes, "it is down")
    assert "secret" not in visitor.notes
    visitor.press(Qt.Key.Key_Delete)
    visitor.confirm(yes=False)
    assert "office" in visitor.titles, "a server cannot be brought back, so it is asked first"
    visitor.press(Qt.Key.Key_Delete)
    visitor.confirm(yes=True)
    visitor.until(lambda: "office" not in visitor.titles, "it is forgotten")
    assert "office" not in choices(workbench)


def test_the_trash_asks_first_and_keeps_what_is_not_confirmed(home: Path, open_window: OpenWindow) -> None:
    visitor = Visitor(open_window())
    mine = tiny_model(home / "mine.gguf")
    visitor.enter()
    visitor.look_up(str(mine))
    visitor.choose("mine")
    visitor.push("model_trash")
    visitor.confirm(yes=False)
    assert mine.exists() and "mine" in visitor.titles
    visitor.push("model_trash")
    visitor.confirm(yes=True)
    visitor.until(lambda: "mine" not in visitor.titles, "it is gone")
    assert not mine.exists() and visitor.said() == "mine: 1 file is in the trash now."


@pytest.fixture
def real_window(tmp_path: Path, qapp: QApplication) -> Iterator[Workbench]:
    """The window with the engine that it has in the program."""
    dress(qapp, Appearance("light").theme)
    profile = Profile.open(tmp_path / "profile")
    workbench = Workbench(profile)
    workbench.show()
    QTest.qWaitForWindowActive(workbench.window)
    yield workbench
    workbench.window.close()
    profile.close()
    workbench.window.deleteLater()
    live(0)
    qapp.setStyleSheet("")


@pytest.mark.long
def test_a_model_is_measured_beside_everything_else_and_the_result_stays(real_window: Workbench) -> None:
    visitor = Visitor(real_window)
    visitor.enter()
    visitor.press(Qt.Key.Key_M)
    visitor.until(lambda: visitor.page.list.rows[0].state == "Measuring …", "it is measured")
    visitor.press(Qt.Key.Key_M)
    visitor.until(lambda: "stopped" in visitor.notes, "the same key stops it")
    visitor.press(Qt.Key.Key_M)
    visitor.until(lambda: "Writing" in visitor.facts(), "it has been measured", 90)
    assert visitor.facts()["Writing"].endswith("tokens a second, 4 answers at once")
    visitor.control(Qt.Key.Key_1)
    visitor.control(Qt.Key.Key_2)
    assert "Writing" in visitor.facts()


@pytest.mark.long
def test_where_there_is_no_model_the_room_shows_what_could_be_had(
    tmp_path: Path, open_window: OpenWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("local_models.model_files.catalog.starter_model", lambda: None)
    workbench = open_window()
    visitor = Visitor(workbench)
    assert choices(workbench) == ["No model"]
    visitor.until(lambda: workbench.models.shelf.loaded, "it is known what there is")
    visitor.control(Qt.Key.Key_2)
    visitor.comes_to("modelWord")
    assert visitor.page.is_adding
    visitor.replace_text(str(tiny_model(tmp_path / "tiny.gguf")))
    visitor.press(Qt.Key.Key_Return)
    visitor.until(lambda: workbench.session.draft.prompt.model == "tiny", "the bench has a model now")
    assert choices(workbench) == ["tiny"]


@pytest.mark.long
@pytest.mark.parametrize("adding", [False, True])
def test_no_word_is_cut_off_at_the_smallest_size(adding: bool, home: Path, open_window: OpenWindow) -> None:
    app_homes.lm_studio(home)
    visitor = Visitor(open_window(size=(1024, 640)))
    mine = tiny_model(home / "mine.gguf")
    visitor.enter()
    visitor.look_up(str(mine))
    visitor.choose("mine")
    if adding:
        visitor.type("a")
    live(0)  # a label whose words have just changed gets its room then
    window = visitor.workbench.window
    plain = [w for w in window.findChildren(QLabel) if w.isVisible() and not w.wordWrap()]
    labels = [w for w in plain if not isinstance(w, ElidedLabel)]
    cut = [w.text() for w in labels if w.fontMetrics().horizontalAdvance(w.text()) > w.contentsRect().width()]
    buttons = [w for w in window.findChildren(KeyButton) if w.isVisible()]
    cut += [w.text() for w in buttons if w.width() < w.minimumSizeHint().width()]
    assert cut == []
    assert (window.width(), window.height()) == (1024, 640), "nothing makes the window larger"
