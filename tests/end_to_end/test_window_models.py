"""The models' room in the true window, by keys: models are found, added, downloaded, measured, used and let go."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from passing_time import live
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QMessageBox
from trainer import OpenWindow, Trainer

from desktop.app import Workbench
from desktop.profile import Profile
from desktop.theme.appearance import Appearance
from desktop.views.model_adding import OfferCard
from desktop.views.models_page import ModelsPage
from desktop.views.parts import ElidedLabel, KeyButton, StatusLine, dress

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "local_models"))
import app_homes
from gguf_files import Tensor, plausible, tiny_model
from hostile_server import Answer, Polite, serving
from openai_server import serving as answering

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)

OTHERS = (
    "HF_HOME", "HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE", "HF_ENDPOINT", "HF_TOKEN", "OLLAMA_MODELS", "JAN_DATA_FOLDER",
    "XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME",
)  # fmt: skip
COLD_S = 30  # the HTTP client is imported on a thread, and qWait gives other threads little of the interpreter


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home folder in which nobody has left models."""
    folder = tmp_path / "home"
    folder.mkdir()
    monkeypatch.setenv("HOME", str(folder))
    for name in OTHERS:
        monkeypatch.delenv(name, raising=False)
    return folder


class Visitor(Trainer):
    """Somebody in the models' room."""

    @property
    def page(self) -> ModelsPage:
        return self.workbench.rooms.models

    def enter(self) -> None:
        """Go to the room, and wait until it has looked."""
        self.control(Qt.Key.Key_2)
        self.comes_to("modelList")
        self.until(lambda: "smollm2" in self.titles, "the models are listed")

    @property
    def titles(self) -> list[str]:
        return [row.title for row in self.page.list.rows]

    def choose(self, title: str) -> None:
        """Go to a row by arrows."""
        self.until(lambda: title in self.titles, f"{title} is listed, not only {self.titles}")
        if self.page.is_adding:
            self.press(Qt.Key.Key_Escape)
        self.comes_to("modelList")
        self.press(Qt.Key.Key_Home)
        self.press(Qt.Key.Key_Down, times=self.titles.index(title))
        assert self.page.list.chosen is not None and self.page.list.chosen.title == title

    def look_up(self, word: str) -> None:
        """Type a word that names a model."""
        if not self.page.is_adding:
            self.type("a")
        self.go_to("modelWord")
        self.replace_text(word)
        self.press(Qt.Key.Key_Return)

    def said(self) -> str:
        message = self.page.message
        self.until(lambda: message.message is not None, "the window says how it went")
        return message.accessibleName()

    def facts(self) -> dict[str, str]:
        shown = self.page.detail.shown
        return {fact.label: fact.value for fact in (*shown.facts, *shown.speed)} if shown is not None else {}

    @property
    def notes(self) -> str:
        return self.page.detail.said.text

    def confirm(self, *, yes: bool) -> None:
        """Answer the question that is open; without a word of ours it is no."""
        self.until(lambda: isinstance(QApplication.activeModalWidget(), QMessageBox), "it is asked")
        box = QApplication.activeModalWidget()
        assert isinstance(box, QMessageBox) and box.textFormat() == Qt.TextFormat.PlainText
        go, keep = (next(b for b in box.buttons() if b.objectName() == n) for n in ("confirmGo", "confirmKeep"))
        assert box.defaultButton() is keep
        QTest.keyClick(go if yes else keep, Qt.Key.Key_Space)
        self.alone()


def model_bytes(folder: Path, size: int = 3_000_000) -> bytes:
    made = plausible()
    made.tensors.append(Tensor("noise", (64, size // 256), bytes(size // 256 * 256)))
    return made.write(folder / "made.gguf").read_bytes()


def choices(workbench: Workbench) -> list[str]:
    model = workbench.bench.prompt.model
    return [model.itemText(index) for index in range(model.count())]


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


def test_a_model_is_looked_up_downloaded_stopped_and_gone_on_with_after_the_window_was_closed(
    tmp_path: Path, open_window: OpenWindow
) -> None:
    data = model_bytes(tmp_path)
    with serving(Polite(data, cuts=(None, 1_500_000), hang=True)) as server:
        visitor = Visitor(open_window(size=(1024, 640)))
        visitor.enter()
        visitor.look_up(server.address("/new-model.gguf"))
        visitor.until(lambda: len(visitor.page.adding.found.cards) == 1, "it was found", COLD_S)
        card = visitor.page.adding.found.cards[0]
        assert card.button.text() == f"Download, {len(data) / 1e6:.1f} MB" and "licence" in card.offer.line
        assert len(server.requests) == 1, "asked for its size, nothing more"
        visitor.push("found0Get")
        visitor.comes_to("modelList")  # on the button's place another one may stand
        assert visitor.page.list.chosen is not None and visitor.page.list.chosen.title == "new-model.gguf"
        part = tmp_path / "profile" / "models" / "new-model.gguf.part"
        visitor.until(lambda: part.exists() and part.stat().st_size == 1_500_000, "half of it has come", COLD_S)
        visitor.choose("new-model.gguf")
        assert [act.words for act in visitor.page.detail.shown.acts] == ["Stop"]  # type: ignore[union-attr]
        assert "You can close the window" in visitor.notes
        visitor.workbench.window.close()

        server.script = Polite(data)
        visitor = Visitor(open_window(size=(1024, 640)))
        visitor.enter()
        visitor.choose("new-model.gguf")
        assert visitor.page.detail.shown is not None and visitor.page.detail.shown.doing == "1.5 MB of 3.0 MB"
        visitor.press(Qt.Key.Key_Return)
        visitor.until(lambda: "new-model" in visitor.titles, "the rest has come", COLD_S)
        assert server.requests[-1].start > 1_400_000
    visitor.until(lambda: visitor.facts().get("File SHA-256") == hashlib.sha256(data).hexdigest(), "it is chosen")
    assert "new-model.gguf has come, whole and checked." in visitor.said()
    assert "new-model" in choices(visitor.workbench)


def test_what_goes_wrong_is_said_where_it_happened(tmp_path: Path, open_window: OpenWindow) -> None:
    visitor = Visitor(open_window())
    visitor.enter()
    visitor.look_up("http://example.org/model.gguf")
    said = visitor.page.adding.said
    visitor.until(lambda: "not encrypted" in said.text, "the word is refused at the field")
    assert said.isVisible() and visitor.page.adding.word.hasFocus(), "the keyboard is where it can be mended"
    with serving(lambda request: Answer(200 if request.number == 0 else 404, {"Content-Length": "9"}, b"")) as server:
        visitor.look_up(server.address("/gone.gguf"))
        visitor.until(lambda: bool(visitor.page.adding.found.cards), "it was found", COLD_S)
        visitor.push("found0Get")
        visitor.choose("gone.gguf")
        visitor.until(lambda: "127.0.0.1" in visitor.notes, "its row says why", COLD_S)
    assert [act.words for act in visitor.page.detail.shown.acts] == ["Try again", "Dismiss"]  # type: ignore[union-attr]
    visitor.press(Qt.Key.Key_Delete)
    visitor.until(lambda: "gone.gguf" not in visitor.titles, "it is dismissed")


def test_recommended_models_say_licence_and_size_and_those_too_large_are_quiet(
    open_window: OpenWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("local_models.fit.available_memory", lambda: 3_000_000_000)
    visitor = Visitor(open_window())
    visitor.enter()
    visitor.type("a")
    cards = {card.offer.title: card for card in visitor.page.adding.recommended.cards}
    fits, too_large = cards["Qwen2.5 1.5B Instruct"], cards["Qwen3 8B"]
    assert (fits.button.text(), fits.offer.line.split(" · ")[0]) == ("Download, 1.1 GB", "Apache-2.0")
    assert not too_large.button.isVisible() and "Does not fit now: 3.0 GB of memory are free." in words(too_large)
    assert "Here as smollm2" in words(cards["SmolLM2 135M Instruct"])
    visitor.go_to(fits.button.objectName())
    visitor.press(Qt.Key.Key_Escape)
    visitor.comes_to("modelList")


def words(card: OfferCard) -> list[str]:
    return [label.text() for label in card.findChildren(QLabel)]


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
    visitor.until(lambda: bool(visitor.notes) and "answered" not in visitor.notes, "it is down", 40)
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


def test_a_model_is_measured_beside_everything_else_and_the_result_stays(real_window: Workbench) -> None:
    visitor = Visitor(real_window)
    visitor.enter()
    visitor.press(Qt.Key.Key_M)
    visitor.until(lambda: visitor.page.list.rows[0].state == "Measuring …", "it is measured")
    visitor.press(Qt.Key.Key_M)
    visitor.until(lambda: "stopped" in visitor.notes, "the same key stops it", 30)
    visitor.press(Qt.Key.Key_M)
    visitor.until(lambda: "Writing" in visitor.facts(), "it has been measured", 90)
    assert visitor.facts()["Writing"].endswith("tokens a second, 4 answers at once")
    visitor.control(Qt.Key.Key_1)
    visitor.control(Qt.Key.Key_2)
    assert "Writing" in visitor.facts()


def test_a_download_goes_on_while_the_project_is_changed(tmp_path: Path, open_window: OpenWindow) -> None:
    data = model_bytes(tmp_path)
    with serving(Polite(data, cuts=(None, 1_500_000), hang=True)) as server:
        workbench = open_window()
        workbench._profile.new_project("Another")
        visitor = Visitor(workbench)
        visitor.enter()
        visitor.look_up(server.address("/new-model.gguf"))
        visitor.until(lambda: len(visitor.page.adding.found.cards) == 1, "it was found", COLD_S)
        visitor.push("found0Get")
        visitor.until(lambda: "new-model.gguf" in visitor.titles, "it is coming")
        before = visitor.page
        visitor.choose_in_menu("Another")
        visitor.until(lambda: workbench.rooms.project.name == "Another", "the project is changed")
        visitor.enter()
        assert visitor.page is not before and visitor.titles[0] == "new-model.gguf"
        visitor.choose("new-model.gguf")
        visitor.press(Qt.Key.Key_Delete)
        visitor.until(lambda: visitor.page.list.rows[0].state == "Stopped", "it is stopped")


def test_where_there_is_no_model_the_room_shows_what_could_be_had(
    tmp_path: Path, open_window: OpenWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("local_models.model_files.catalog.starter_model", lambda: None)
    workbench = open_window()
    visitor = Visitor(workbench)
    assert choices(workbench) == ["No model"]
    visitor.until(lambda: visitor.page.is_adding, "adding is shown")
    visitor.control(Qt.Key.Key_2)
    visitor.comes_to("modelWord")
    visitor.replace_text(str(tiny_model(tmp_path / "tiny.gguf")))
    visitor.press(Qt.Key.Key_Return)
    visitor.until(lambda: workbench.session.draft.prompt.model == "tiny", "the bench has a model now")
    assert choices(workbench) == ["tiny"]


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
