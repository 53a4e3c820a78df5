"""Somebody in the models' room of the true window, by keys."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from trainer import Trainer

from desktop.app import Workbench
from desktop.views.model_adding import OfferCard
from desktop.views.models_page import ModelsPage

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "local_models"))
from gguf_files import Tensor, plausible

OTHERS = (
    "HF_HOME", "HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE", "HF_ENDPOINT", "HF_TOKEN", "OLLAMA_MODELS", "JAN_DATA_FOLDER",
    "XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME",
)  # fmt: skip
COLD_S = 30  # the HTTP client is imported on a thread, and qWait gives other threads little of the interpreter


def nobodys_home(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home folder in which nobody has left models."""
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
        self.dialog("confirmModel")
        if yes:
            self.push("confirmModelMain")
        else:
            self.press(Qt.Key.Key_Return)
        self.alone()


def model_bytes(folder: Path, size: int = 3_000_000) -> bytes:
    made = plausible()
    made.tensors.append(Tensor("noise", (64, size // 256), bytes(size // 256 * 256)))
    return made.write(folder / "made.gguf").read_bytes()


def choices(workbench: Workbench) -> list[str]:
    model = workbench.bench.prompt.model
    return [model.itemText(index) for index in range(model.count())]


def words(card: OfferCard) -> list[str]:
    return [label.text() for label in card.findChildren(QLabel)]
