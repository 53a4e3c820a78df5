"""An export's folder: whole or not at all, and never in the place of somebody else's files."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from made_judgements import judgement

from feedback_store.datasets.export import export
from feedback_store.datasets.folder import write
from feedback_store.errors import EnvironmentTrouble, StoreError

MADE = [judgement("a>b")]


def files_of(out: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}


def test_an_earlier_export_that_nobody_touched_is_replaced_only_where_that_is_said(tmp_path: Path) -> None:
    out = tmp_path / "out"
    export([*MADE, judgement("a>b", ask="Another?")], format="preference", out=out)
    before = files_of(out)
    with pytest.raises(StoreError, match=r"holds an export already\.") as refused:
        export(MADE, format="preference", out=out)
    assert refused.value.code == "export_exists" and files_of(out) == before
    result = export(MADE, format="preference", out=out, replace=True)
    assert result.rows == 1
    assert {path for path in out.rglob("*") if path.is_file()} == {file.resolve() for file in result.files.values()}
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_missing_parents_and_an_empty_folder_are_taken(tmp_path: Path) -> None:
    out = tmp_path / "a folder" / "deep"
    export(MADE, format="preference", out=out)
    empty = tmp_path / "empty"
    empty.mkdir()
    export(MADE, format="preference", out=empty)
    assert (out / "manifest.json").read_bytes() == (empty / "manifest.json").read_bytes()


@pytest.mark.parametrize("name", ["thesis.docx", "data/notes.txt", "manifest.json"])
def test_a_folder_with_foreign_files_is_left_alone(tmp_path: Path, name: str) -> None:
    out = tmp_path / "out"
    (out / name).parent.mkdir(parents=True)
    (out / name).write_text("mine")
    with pytest.raises(StoreError, match=r"Choose an empty folder\.") as refused:
        export(MADE, format="preference", out=out)
    assert refused.value.code == "export_folder_not_empty"
    assert [path for path in out.rglob("*") if path.is_file()] == [out / name]


def test_a_file_put_beside_an_export_protects_it(tmp_path: Path) -> None:
    out = tmp_path / "out"
    export(MADE, format="preference", out=out)
    (out / "notes.txt").write_text("mine")
    with pytest.raises(StoreError, match=r"notes\.txt"):
        export(MADE, format="preference", out=out)


def test_an_export_that_was_edited_is_left_alone(tmp_path: Path) -> None:
    out = tmp_path / "out"
    export(MADE, format="preference", out=out)
    card = out / "README.md"
    card.write_text(card.read_text(encoding="utf-8") + "my words", encoding="utf-8")
    for replace in (False, True):
        with pytest.raises(StoreError, match="was changed after it was exported"):
            export(MADE, format="preference", out=out, replace=replace)
    assert card.read_text(encoding="utf-8").endswith("my words")


@pytest.mark.parametrize("manifest", [b"", b"[]", b"[" * 9999, b'{"made_by": "preceptor"}', b'{"made_by": "x"}'])
def test_a_manifest_that_is_none_protects_its_folder(tmp_path: Path, manifest: bytes) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "manifest.json").write_bytes(manifest)
    with pytest.raises(StoreError, match="Choose an empty folder"):
        export(MADE, format="preference", out=out)


def test_a_file_in_the_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("mine")
    with pytest.raises(StoreError, match=r"is a file\. Name a folder"):
        export(MADE, format="preference", out=tmp_path / "out")


def test_a_parent_that_is_a_file_is_the_environments_trouble(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    with pytest.raises(EnvironmentTrouble, match="cannot be written"):
        export(MADE, format="preference", out=tmp_path / "file" / "out")


def test_nothing_is_left_behind_when_the_disk_refuses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "out"
    export(MADE, format="preference", out=out)
    before = files_of(out)

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(EnvironmentTrouble, match="No space left on device"):
        write(out, {"data/train.jsonl": b"{}\n"}, replace=True)
    assert files_of(out) == before
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


@pytest.mark.parametrize("fails_at", [1, 2])
def test_an_earlier_export_stands_whole_where_the_new_one_cannot_take_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fails_at: int
) -> None:
    """The first rename takes the old one away, the second one puts the new one there."""
    out = tmp_path / "out"
    export([*MADE, judgement("a>b", ask="Another?")], format="preference", out=out)
    before, done, rename = files_of(out), [0], Path.rename

    def refuse(path: Path, target: Path) -> Path:
        done[0] += 1
        if done[0] == fails_at:
            raise OSError(13, "Permission denied")
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", refuse)
    with pytest.raises(EnvironmentTrouble, match="Permission denied"):
        export(MADE, format="preference", out=out, replace=True)
    assert files_of(out) == before
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
