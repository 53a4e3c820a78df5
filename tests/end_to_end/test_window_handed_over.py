"""What a start asks for, done in the true window: the same for a first start and for a later one."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from passing_time import live
from PySide6.QtCore import Qt
from test_window_beside import judged
from test_window_shared import theirs
from trainer import ShowWindow, Trainer

from desktop.app import Workbench
from desktop.flow.start_wish import StartWish
from desktop.handed_over import HandedOver
from desktop.profile import Profile
from desktop.views.parts import Message

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "local_models"))
from gguf_files import plausible

pytestmark = [pytest.mark.qt_log_ignore("This plugin does not support", extend=True), pytest.mark.long]
Key = Qt.Key


class Started:
    """A window, and what hands wishes to it."""

    def __init__(self, show_window: ShowWindow, profile: Profile, *, first: StartWish | None = None) -> None:
        self.profile = profile
        self.handed = HandedOver()
        if first is not None:
            self.handed.take(first)
        self.workbench: Workbench = show_window(size=(1440, 900))
        self.handed.arrive(self.workbench, profile.find_project)
        self.trainer = Trainer(self.workbench)

    @property
    def room(self) -> str:
        return self.workbench.window.room.name

    @property
    def message(self) -> Message:
        bar = self.workbench.shown.bar
        self.trainer.until(lambda: bar.message is not None, "the window says something")
        assert bar.message is not None
        return bar.message

    def ask(self, wish: StartWish) -> None:
        self.handed.take(wish)

    def comes_to(self, room: str) -> None:
        self.trainer.until(lambda: self.room == room, f"the window is in {room}, not in {self.room}")


@pytest.fixture
def started(show_window: ShowWindow, profile: Profile) -> Iterator[Started]:
    made = Started(show_window, profile)
    yield made
    made.handed.deleteLater()


def test_a_first_start_goes_where_it_was_asked_to(show_window: ShowWindow, profile: Profile) -> None:
    profile.new_project("Other")
    made = Started(show_window, profile, first=StartWish("Other", "records"))
    made.comes_to("records")
    assert made.workbench.rooms.project.name == "Other"
    made.handed.deleteLater()


def test_a_project_is_changed_and_what_was_on_the_bench_is_kept(started: Started) -> None:
    other = started.profile.new_project("Other")
    trainer = started.trainer
    trainer.comes_to("promptText")
    trainer.type("Half a question")
    home = started.workbench.rooms.project
    started.ask(StartWish(other.id))
    trainer.until(lambda: started.workbench.rooms.project.id == other.id, "the project is changed")
    assert started.room == "bench"
    started.ask(StartWish(home.name))
    trainer.until(lambda: started.workbench.rooms.project.id == home.id, "and back")
    assert started.workbench.session.draft.prompt.text == "Half a question"


def test_a_project_that_is_not_there_is_a_sentence_and_changes_nothing(started: Started) -> None:
    started.ask(StartWish("Nowhere\u202e", "records"))
    assert started.message.text.startswith("There is no project") and "Nowhere" in started.message.text
    assert started.room == "bench"


def test_a_model_is_added_by_its_file(started: Started, tmp_path: Path) -> None:
    file = plausible().write(tmp_path / "brought.gguf")
    started.ask(StartWish(file=file))
    started.comes_to("models")
    catalog = started.profile.catalog
    started.trainer.until(lambda: any(card.path == file for card in catalog.list()), "the model is among the others")
    assert started.message.kind == "success"
    models = started.workbench.rooms.models
    started.trainer.until(lambda: not models.is_adding, "the model is shown, not what else could be added")
    started.trainer.until(
        lambda: models.list.chosen is not None and "brought" in models.list.chosen.key, "it is chosen"
    )


def test_a_file_that_is_no_model_is_said_where_models_are_added(started: Started, tmp_path: Path) -> None:
    file = tmp_path / "brought.gguf"
    file.write_bytes(b"nothing of the kind")
    started.ask(StartWish(file=file))
    started.comes_to("models")
    started.trainer.until(lambda: bool(started.workbench.models.shelf.finding.said.text), "it is said")
    assert started.workbench.rooms.models.is_adding
    assert not any(card.path == file for card in started.profile.catalog.list())


def test_a_colleagues_judgements_are_read(show_window: ShowWindow, profile: Profile, tmp_path: Path) -> None:
    made = Started(show_window, profile)
    judged(made.workbench)
    file = tmp_path / "ada.preceptor"
    theirs(made.workbench, file, "Ada")
    made.workbench.window.show_named("bench")
    made.ask(StartWish(file=file))
    made.comes_to("records")
    assert made.message.text.startswith("1 judgement of Ada imported")
    made.handed.deleteLater()


@pytest.mark.parametrize("data", [b"\xff\xd8\xff\xe0 JFIF", b"", b'{"a": 1}\n', b"hello there", b'{"payload":"e30'])
def test_a_file_of_judgements_that_is_none_is_named_with_what_to_do(
    started: Started, tmp_path: Path, data: bytes
) -> None:
    file = tmp_path / "brought.preceptor"
    file.write_bytes(data)
    started.ask(StartWish(file=file))
    started.comes_to("records")
    assert started.message.kind == "error"
    assert started.message.text.startswith("brought.preceptor ")
    assert not any(word in started.message.text for word in ("rule", "envelope", "JSON", "payload"))


def test_receipts_that_are_none_are_refused_in_the_outbox(started: Started, tmp_path: Path) -> None:
    file = tmp_path / "brought.receipts"
    file.write_bytes(b"nothing of the kind\n")
    started.ask(StartWish(file=file))
    started.comes_to("outbox")
    assert started.message.kind == "error"


def test_a_file_that_has_gone_meanwhile_is_a_sentence(started: Started, tmp_path: Path) -> None:
    started.ask(StartWish(file=tmp_path / "gone.gguf"))
    assert started.message.text == f"There is no file {tmp_path / 'gone.gguf'}."
    assert started.room == "bench"


def test_an_open_dialog_is_answered_first_and_the_last_wish_counts(started: Started) -> None:
    trainer = started.trainer
    trainer.comes_to("promptText")
    started.workbench.errands.projects.make_project()
    trainer.dialog("projectDialog")
    started.ask(StartWish(room="records"))
    started.ask(StartWish(room="outbox"))
    live(400)
    assert started.room == "bench"
    trainer.press(Key.Key_Escape)
    trainer.alone()
    started.comes_to("outbox")


def test_what_is_not_known_here_is_said_and_goes_nowhere(started: Started) -> None:
    started.handed.take_unknown()
    assert started.message.text == "A Preceptor of another version asked for something that is not known here."
    assert started.room == "bench"
