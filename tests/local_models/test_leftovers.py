"""What stopped downloads left: found by model, with all its parts; nothing else in the folder is touched."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from local_models.downloads.leftovers import Leftover, discard, leftovers
from local_models.downloads.part_file import Note, held, note_of, part_of
from local_models.errors import DownloadError


def left(folder: Path, name: str, size: int, **note: object) -> Path:
    """A part of `size` bytes with a note beside it."""
    target = folder / name
    part_of(target).write_bytes(bytes(size))
    known = {"address": f"https://example.org/{name}", "total": 10 * size, "sha256": "a" * 64} | note
    note_of(target).write_bytes(msgspec.json.encode(Note(**known)))  # type: ignore[arg-type]
    return target


def test_a_part_is_found_with_how_much_has_come_of_how_much(tmp_path: Path) -> None:
    target = left(tmp_path, "model.gguf", 7)
    (tmp_path / "whole.gguf").write_bytes(b"GGUF")
    assert leftovers(tmp_path) == (Leftover(target, "https://example.org/model.gguf", 7, 70, "a" * 64),)


def test_the_parts_of_a_split_model_are_one_download(tmp_path: Path) -> None:
    first = left(tmp_path, "big-00001-of-00003.gguf", 5)
    left(tmp_path, "big-00002-of-00003.gguf", 6)
    assert leftovers(tmp_path) == (Leftover(first, "https://example.org/big-00001-of-00003.gguf", 11, None),)


@pytest.mark.parametrize("first_is_there", [True, False])
def test_a_split_model_is_known_by_any_of_its_parts(tmp_path: Path, first_is_there: bool) -> None:
    if first_is_there:
        left(tmp_path, "big-00001-of-00002.gguf", 5)
    left(tmp_path, "big-00002-of-00002.gguf", 6)
    (found,) = leftovers(tmp_path)
    assert found.path.name == "big-00001-of-00002.gguf" and found.done == (11 if first_is_there else 6)


def test_what_cannot_be_understood_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "a.gguf.part.json").write_text("not JSON")
    (tmp_path / "a.gguf.part").write_bytes(b"x")
    note_of(tmp_path / "d.gguf").write_bytes(b'{"address": "\xff"}')
    (tmp_path / "d.gguf.part").write_bytes(b"x")
    note_of(tmp_path / "b.gguf").write_bytes(msgspec.json.encode(Note(address="https://example.org/b.gguf")))
    left(tmp_path, "c.gguf", 3, address="")
    assert leftovers(tmp_path) == ()
    assert leftovers(tmp_path / "nowhere") == ()


def test_deleting_takes_all_parts_of_that_model_and_nothing_else(tmp_path: Path) -> None:
    left(tmp_path, "big-00001-of-00002.gguf", 5)
    left(tmp_path, "big-00002-of-00002.gguf", 6)
    other = left(tmp_path, "other.gguf", 6)
    (tmp_path / "whole.gguf").write_bytes(b"GGUF")
    discard(next(each for each in leftovers(tmp_path) if each.path.name.startswith("big")))
    assert {path.name for path in tmp_path.iterdir()} == {"other.gguf.part", "other.gguf.part.json", "whole.gguf"}
    assert [each.path for each in leftovers(tmp_path)] == [other]


def test_what_is_being_downloaded_is_not_deleted(tmp_path: Path) -> None:
    target = left(tmp_path, "model.gguf", 7)
    (found,) = leftovers(tmp_path)
    with held(target), pytest.raises(DownloadError) as refused:
        discard(found)
    assert refused.value.code == "downloading" and part_of(target).exists()
