"""What is done with one row of the models' list: what each kind of row can, and that nothing else comes of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest
from gguf_files import tiny_model
from shelf_desk import GIGABYTES, STARTER, Desk

from desktop.flow.models.rows import ActName
from desktop.flow.models.servers import ServerWish
from local_models.scripted import ScriptedEngine

EVERY: tuple[ActName, ...] = get_args(ActName)
SERVER = ServerWish("House", "http://127.0.0.1:9/v1", "small")


@pytest.fixture
def desk(home: Path, tmp_path: Path) -> Iterator[Desk]:
    engine = ScriptedEngine(lambda _prompt, count: ["one two"] * count)
    made = Desk(tmp_path / "profile", engine, 8 * GIGABYTES)
    yield made
    made.shelf.close()
    engine.close()


def offered(desk: Desk, title: str) -> set[ActName]:
    return {act.name for act in desk.detail(title).acts}


@pytest.mark.parametrize("name", [name for name in EVERY if name not in ("measure", "digest", "remove", "trash")])
def test_an_act_that_a_model_does_not_have_does_nothing(desk: Desk, name: ActName) -> None:
    desk.look()
    desk.act(STARTER, name)
    assert desk.shelf._tasks.doing(desk.row(STARTER).key).share is None
    assert (desk.told, desk.said(STARTER)) == ([], "")


def test_a_server_is_forgotten_by_its_name_and_cannot_be_measured(desk: Desk) -> None:
    desk.shelf.add_server(SERVER)
    desk.look()
    assert offered(desk, "House") >= {"test", "remove"} and not offered(desk, "House") & {"measure", "digest", "trash"}
    for name in ("measure", "digest", "trash"):
        desk.act("House", name)
    assert desk.told == [] and desk.said("House") == ""
    desk.act("House", "remove")
    desk.until(lambda: not desk.endpoints.list(), "it is forgotten")
    desk.until(lambda: bool(desk.told), "the room is told")
    assert (desk.told[0].text, desk.told[0].undo) == ("Forgotten: House.", None)


def test_what_became_of_asking_a_server_is_told_at_it(desk: Desk) -> None:
    desk.shelf.add_server(SERVER)
    desk.look()
    desk.act("House", "test")
    assert desk.detail("House").doing == "asking the server …"
    desk.until(lambda: desk.said("House") != "", "it is told")
    assert desk.told == []


def test_a_row_that_has_gone_meanwhile_is_forgotten_all_the_same_and_done_nothing_else_with(
    desk: Desk, tmp_path: Path
) -> None:
    file = tiny_model(tmp_path / "tiny.gguf")
    desk.catalog.add(file)
    desk.look()
    key = desk.row("tiny").key
    file.unlink()
    desk.look()
    for name in ("measure", "digest", "trash"):
        desk.shelf.act(key, name)
    assert desk.told == []
    desk.shelf.act(key, "remove")
    desk.until(lambda: bool(desk.told), "the room is told")
    assert desk.told[0].undo == file
