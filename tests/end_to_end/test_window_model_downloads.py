"""Models that are had from elsewhere, in the true window, by keys: looked up, downloaded, stopped, gone on with."""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

import pytest
from model_visitor import COLD_S, Visitor, choices, model_bytes, nobodys_home, words
from PySide6.QtCore import Qt
from trainer import OpenWindow

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "local_models"))
from hostile_server import Answer, Polite, serving

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return nobodys_home(tmp_path / "home", monkeypatch)


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
        assert card.button.text() == f"Download, {len(data) / 1e6:.1f}\u00a0MB" and "licence" in card.offer.line
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
        assert visitor.page.detail.shown is not None and visitor.page.detail.shown.doing == "1.5\u00a0MB of 3.0\u00a0MB"
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


@pytest.mark.long
def test_recommended_models_say_licence_and_size_and_those_too_large_are_quiet(
    open_window: OpenWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("local_models.fit.available_memory", lambda: 3_000_000_000)
    visitor = Visitor(open_window())
    visitor.enter()
    visitor.type("a")
    cards = {card.offer.title: card for card in visitor.page.adding.recommended.cards}
    fits, too_large = cards["Qwen2.5 1.5B Instruct"], cards["Qwen3 8B"]
    assert (fits.button.text(), fits.offer.line.split(" · ")[0]) == ("Download, 1.1\u00a0GB", "Apache-2.0")
    assert not too_large.button.isVisible() and "Does not fit now: 3.0 GB of memory are free." in words(too_large)
    assert "Here as smollm2" in words(cards["SmolLM2 135M Instruct"])
    visitor.go_to(fits.button.objectName())
    visitor.press(Qt.Key.Key_Escape)
    visitor.comes_to("modelList")


@pytest.mark.long
def test_what_a_model_takes_is_read_whole_whatever_its_licence_is_called(open_window: OpenWindow) -> None:
    """Beside a long licence it was "2.4 GB of…"."""
    visitor = Visitor(open_window(size=(1366, 768)))
    visitor.enter()
    visitor.type("a")
    card = next(card for card in visitor.page.adding.recommended.cards if "Llama" in card.offer.title)
    line = card._line
    visitor.until(lambda: line.height() >= line.heightForWidth(line.width()) > 0, "there is room for all of it")
    assert line.text().endswith("GB of memory") and line.wordWrap()


@pytest.mark.long
def test_looking_without_a_network_promises_nothing_of_what_has_come(open_window: OpenWindow) -> None:
    """It said that it goes on from what has come, though nothing was being loaded."""
    with serving(lambda _request: Answer(404)) as server:
        gone = server.address("/model.gguf")
    visitor = Visitor(open_window())
    visitor.enter()
    visitor.look_up(gone)
    said = visitor.page.adding.said
    visitor.until(lambda: "cannot be reached" in said.text, "it is said", COLD_S)
    assert said.text.endswith("Check the address and the network, then try again.")


@pytest.mark.long
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
