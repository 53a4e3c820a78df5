"""The models' room in plain Python: what is listed, added, let go and measured; the window is a queue here."""

from __future__ import annotations

import hashlib
import shutil
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import app_homes
import pytest
from gguf_files import tiny_model
from shelf_desk import GIGABYTES, STARTER, Desk, model_bytes

from desktop.flow.models.rows import Row
from local_models import fit
from local_models.client import EngineClient
from local_models.scripted import ScriptedEngine


@pytest.fixture
def desk(home: Path, tmp_path: Path) -> Iterator[Desk]:
    engine = ScriptedEngine(lambda _prompt, count: ["one two"] * count)
    made = Desk(tmp_path / "profile", engine, 8 * GIGABYTES)
    yield made
    made.shelf.close()
    engine.close()


def test_a_model_says_what_it_is_whether_it_fits_and_where_it_is_from(desk: Desk) -> None:
    desk.look()
    row = desk.row(STARTER)
    assert (row.line, row.source, row.state, row.tone) == (
        "135M · Q4_1 · 8,192 tokens · apache-2.0", "Comes with Preceptor", "Fits", "success",
    )  # fmt: skip
    detail = desk.detail(STARTER)
    assert detail.about == "Smollm2 135M 8k Lc100K Mix1 Ep2" and "im_start" in detail.template
    assert desk.fact(STARTER, "Fits here") == "Yes, with its whole context of 8,192 tokens"
    assert desk.fact(STARTER, "File SHA-256") == "Not computed yet"
    assert [act.name for act in detail.acts] == ["use", "measure", "digest"], "nobody deletes the starter model"


def test_what_does_not_fit_names_the_context_that_would(desk: Desk) -> None:
    header = desk.catalog.find(STARTER).header

    def with_room_for(context: int) -> Row:
        desk.free = fit.estimate(header, context).total + fit.KEEP_FREE
        desk.look()
        return desk.row(STARTER)

    assert (with_room_for(4096).state, with_room_for(4096).tone) == ("Fits with 4,096 tokens", "success")
    assert (with_room_for(1024).state, with_room_for(1024).tone) == ("Only 1,024 tokens would fit", "warning")
    assert "Close other programs" in desk.fact(STARTER, "Fits here")
    desk.free = 100_000_000
    desk.look()
    assert (desk.row(STARTER).state, desk.row(STARTER).tone) == ("Does not fit now", "warning")
    assert not desk.offer("Qwen3 8B").button and "Does not fit now" in desk.offer("Qwen3 8B").why


def test_a_file_is_added_removed_and_brought_back(desk: Desk, tmp_path: Path) -> None:
    tiny = tiny_model(tmp_path / "tiny.gguf")
    desk.look()
    desk.shelf.ask(f" {tiny} ")
    desk.until(lambda: bool(desk.told), "it is said to be added")
    assert (desk.told[0].kind, desk.told[0].text) == ("success", "Added 1 model: tiny")
    desk.until(lambda: any(row.key == desk.told[0].chosen for row in desk.shelf.rows), "its row is there")
    assert desk.shelf.names == (STARTER, "tiny")
    assert desk.row("tiny").source == "Your file"
    desk.act("tiny", "remove")
    desk.until(lambda: "tiny" not in desk.shelf.names, "it is gone from the list")
    assert tiny.exists() and desk.told[-1].undo == tiny
    desk.shelf.ask(str(desk.told[-1].undo))
    desk.until(lambda: "tiny" in desk.shelf.names, "it is back")


def test_a_model_of_a_folder_is_removed_with_its_folder(desk: Desk, tmp_path: Path) -> None:
    deep = tmp_path / "all" / "of" / "them"
    deep.mkdir(parents=True)
    for name in ("one", "two"):
        tiny_model(deep / f"{name}.gguf")
    desk.shelf.ask(str(tmp_path / "all"))
    desk.until(lambda: desk.shelf.names == (STARTER, "one", "two"), "both are listed")
    assert "Remove its folder" in [act.words for act in desk.detail("one").acts]
    desk.act("one", "remove")
    desk.until(lambda: desk.shelf.names == (STARTER,), "both are gone")
    assert desk.told[-1].undo == tmp_path / "all" and (deep / "one.gguf").exists()


def test_words_that_name_nothing_are_sentences_at_the_field(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "letter.gguf").write_text("Dear Sir")
    (tmp_path / "empty").mkdir()
    for word, words in (
        ("", "Type an address"),
        (str(tmp_path / "nothing.gguf"), "nothing.gguf"),
        (str(tmp_path / "letter.gguf"), "letter.gguf"),
        (str(tmp_path / "empty"), "holds no .gguf files"),
        ("http://example.org/model.gguf", "not encrypted"),
        ("https://me:secret@example.org/model.gguf", "password"),
        ("http://127.0.0.1:1/model.gguf", "cannot be reached"),
    ):
        desk.shelf.ask(word)
        desk.until(lambda: not desk.shelf.finding.asking, f"{word!r} has been looked up")
        said = desk.shelf.finding.said
        assert words in said.text and said.tone == "danger", word
        assert "secret" not in said.text
    assert desk.shelf.found == () and desk.told == []


def test_other_apps_are_one_line_each_and_opened_on_a_word_only(home: Path, desk: Desk) -> None:
    app_homes.everything(home)
    desk.look()
    lines = {line.app: line for line in desk.shelf.apps}
    assert {"huggingface", "lmstudio", "ollama", "jan", "gpt4all"} <= set(lines)
    assert lines["lmstudio"].words.startswith("1 model · ") and not lines["lmstudio"].added
    assert desk.shelf.names == (STARTER,)
    desk.shelf.show_app("lmstudio", shown=True)
    desk.until(lambda: "Studio-Q8" in desk.shelf.names, "its model is listed")
    assert desk.row("Studio-Q8").source == "LM Studio: publisher/model"
    assert [act.name for act in desk.detail("Studio-Q8").acts] == ["use", "measure", "digest", "remove"]
    desk.act("Studio-Q8", "remove")
    desk.until(lambda: desk.shelf.names == (STARTER,), "they are hidden")


def test_a_digest_is_computed_with_progress_and_copied_whole(desk: Desk, tmp_path: Path) -> None:
    data = model_bytes(tmp_path)
    desk.shelf.ask(str(tmp_path / "made.gguf"))
    desk.until(lambda: "made" in desk.shelf.names, "it is listed")
    desk.act("made", "digest")
    assert desk.detail("made").doing.startswith("computing") and desk.detail("made").share is not None
    digest = hashlib.sha256(data).hexdigest()
    desk.until(lambda: desk.fact("made", "File SHA-256") == digest, "the digest is there")
    assert "digest" not in [act.name for act in desk.detail("made").acts]


def test_the_trash_takes_the_file_and_leaves_what_is_not_ours(
    home: Path, desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = home / "mine.gguf"
    tiny_model(mine)
    desk.shelf.ask(str(mine))
    desk.until(lambda: "mine" in desk.shelf.names, "it is listed")
    desk.act("mine", "trash")
    desk.until(lambda: "mine" not in desk.shelf.names, "it is gone")
    assert not mine.exists() and desk.told[-1].text == "mine: 1 file is in the trash now."
    desk.act(STARTER, "trash")
    desk.until(lambda: bool(desk.said(STARTER)), "it is refused")
    assert "installed package" in desk.said(STARTER)


def test_a_file_that_is_no_model_any_more_is_said_and_can_be_forgotten(desk: Desk, tmp_path: Path) -> None:
    broken = tiny_model(tmp_path / "later.gguf")
    desk.catalog.add(broken)
    broken.write_bytes(b"GGUF and then nothing")
    desk.look()
    row = desk.row("later.gguf")
    assert (row.kind, row.tone, row.state) == ("broken", "danger", "Cannot be used")
    assert "later.gguf" in desk.said("later.gguf")
    desk.act("later.gguf", "remove")
    desk.until(lambda: all(row.kind != "broken" for row in desk.shelf.rows), "it is forgotten")


def test_a_measurement_is_told_at_its_model_stays_there_and_can_be_stopped(home: Path, tmp_path: Path) -> None:
    engine = EngineClient(threads=1)
    desk = Desk(tmp_path / "profile", engine, 8 * GIGABYTES)
    tiny_model(tmp_path / "tiny.gguf")
    desk.catalog.add(tmp_path / "tiny.gguf")
    try:
        desk.look()
        desk.act(STARTER, "measure")
        assert desk.row(STARTER).state == "Measuring …"
        desk.act("tiny", "measure")
        assert "Another model is being measured" in desk.said("tiny")
        desk.until(lambda: bool(desk.detail(STARTER).speed), "it is measured", 300)
        facts = {fact.label: fact.value for fact in desk.detail(STARTER).speed}
        assert facts["Writing"].endswith("tokens a second, 4 answers at once") and facts["Threads"] == "1"
        desk.look()
        assert desk.detail(STARTER).speed, "as long as the window lives"

        desk.act(STARTER, "measure")
        time.sleep(0.3)
        desk.act(STARTER, "stop_measuring")
        desk.until(lambda: desk.detail(STARTER).doing == "", "it is stopped")
        assert "stopped" in desk.said(STARTER)
        assert desk.detail(STARTER).speed, "the last one stays"
    finally:
        desk.shelf.close()
        engine.close()


def test_reading_two_hundred_files_never_holds_the_window(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "many"
    folder.mkdir()
    first = tiny_model(folder / "m000.gguf")
    for number in range(1, 200):
        shutil.copy(first, folder / f"m{number:03}.gguf")
    desk.catalog.add(folder)
    desk.look()
    assert len(desk.shelf.names) == 201
    readers: list[threading.Thread] = []

    def available() -> int:
        readers.append(threading.current_thread())
        return desk.free

    monkeypatch.setattr(desk.shelf, "_available", available)
    desk.shelf.look()
    assert len(desk.shelf.rows) == 201, "those of before, while they are read anew"
    desk.look()
    assert readers and threading.main_thread() not in readers
