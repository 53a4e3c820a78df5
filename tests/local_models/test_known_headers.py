"""Headers that were read before: a start reads none again, and a file that changed is read anew."""

from __future__ import annotations

import json
import os
import stat
import time
from pathlib import Path

import pytest
from gguf_files import GgufFile, Tensor, plausible, tiny_model

from local_models.model_files.catalog import HEADERS, Catalog

LONG_AGO = 1_700_000_000_000_000_000  # nanoseconds


class Home:
    """A profile with models, and starts of the program on it."""

    def __init__(self, folder: Path) -> None:
        self.state = folder / "profile" / "models.json"
        self.known = self.state.with_name(HEADERS)
        self.folder = folder / "models"
        self.folder.mkdir()

    def start(self) -> dict[str, str]:
        """What a start lists: what each file's header calls its model, by the file's name."""
        return {card.path.name: card.header.name for card in Catalog(self.state, starter=False).list()}

    def add(self) -> None:
        Catalog(self.state, starter=False).add(self.folder)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


def model(path: Path, name: str, *, written: int = LONG_AGO) -> Path:
    """A model that calls itself `name`; two with names of one length have one size."""
    made = plausible()
    made.keys = [key for key in made.keys if key[0] != "general.name"]
    made.add("general.name", name).write(path)
    os.utime(path, ns=(written, written))
    return path


def written_over(path: Path, name: str, *, written: int) -> None:
    """The same file, inode and size, with another header."""
    other = model(path.with_name("other"), name).read_bytes()
    path.with_name("other").unlink()
    with path.open("r+b") as file:
        assert len(other) == os.fstat(file.fileno()).st_size
        file.write(other)
    os.utime(path, ns=(written, written))


def test_a_start_reads_no_file_again_that_has_its_stamp(home: Home) -> None:
    path = model(home.folder / "a.gguf", "First")
    home.add()
    written_over(path, "Other", written=LONG_AGO)  # nobody can tell, unless it is read
    assert home.start() == {"a.gguf": "First"}


def test_a_file_that_changed_is_read_anew_and_known_from_then_on(home: Home) -> None:
    path = model(home.folder / "a.gguf", "First")
    home.add()
    written_over(path, "Other", written=LONG_AGO + 1)
    assert home.start() == {"a.gguf": "Other"}
    written_over(path, "Third", written=LONG_AGO + 1)
    assert home.start() == {"a.gguf": "Other"}


def test_another_file_in_its_place_is_read_though_size_and_time_are_the_same(home: Home) -> None:
    path = model(home.folder / "a.gguf", "First")
    home.add()
    model(home.folder / "b", "Other").replace(path)
    assert home.start() == {"a.gguf": "Other"}


def test_a_part_that_changed_has_the_model_read_anew(home: Home) -> None:
    first = model(home.folder / "two-00001-of-00002.gguf", "First")
    second = home.folder / "two-00002-of-00002.gguf"
    GgufFile(tensors=[Tensor("b", (64, 3), bytes(768))]).write(second)
    os.utime(second, ns=(LONG_AGO, LONG_AGO))
    home.add()
    written_over(first, "Other", written=LONG_AGO)
    assert list(home.start().values()) == ["First"]
    os.utime(second, ns=(LONG_AGO + 1, LONG_AGO + 1))
    assert list(home.start().values()) == ["Other"]


@pytest.mark.parametrize("ahead_s", [0, 3600])
def test_what_was_only_just_written_may_change_unseen_and_is_read_each_time(home: Home, ahead_s: int) -> None:
    now = time.time_ns() + ahead_s * 10**9
    path = model(home.folder / "a.gguf", "First", written=now)
    home.add()
    written_over(path, "Other", written=now)
    assert home.start() == {"a.gguf": "Other"}


def test_a_file_that_is_no_model_is_looked_at_each_time(home: Home) -> None:
    path = home.folder / "a.gguf"
    path.write_bytes(b"no model")
    os.utime(path, ns=(LONG_AGO, LONG_AGO))
    home.add()
    assert home.start() == {}
    model(path, "First")
    assert home.start() == {"a.gguf": "First"}


def test_a_model_that_this_program_cannot_run_is_left_out_though_its_header_is_known(home: Home) -> None:
    model(home.folder / "a.gguf", "First")
    home.add()
    home.known.write_bytes(home.known.read_bytes().replace(b'"architecture":"llama"', b'"architecture":"later"'))
    assert home.start() == {}


def test_what_is_gone_is_forgotten_and_only_the_owner_reads_the_rest(home: Home) -> None:
    gone, stays = (model(home.folder / name, "First") for name in ("a.gguf", "b.gguf"))
    home.add()
    assert home.start().keys() == {"a.gguf", "b.gguf"}
    gone.unlink()
    assert home.start().keys() == {"b.gguf"}
    assert json.loads(home.known.read_bytes())["headers"].keys() == {str(stays)}
    assert stat.S_IMODE(home.known.stat().st_mode) == 0o600
    assert {each.name for each in home.state.parent.iterdir()} == {"models.json", "models.json.lock", HEADERS}


@pytest.mark.parametrize(
    "found",
    [
        b"",
        b"\xff\xfe",
        b'{"reader": 1, "headers": {"\xff": 3}}',
        b"[]",
        b"[" * 100_000,
        b'{"reader": 1, "headers": {"x": 3}}',
        b'{"reader": 1, "headers": {"x": {"stamp": "", "header": {"name": "x"}}}}',
        "another reader",
        "without a field",
        "cut",
    ],
)
def test_whatever_lies_there_models_are_read_and_listed(home: Home, found: bytes | str) -> None:
    path = model(home.folder / "a.gguf", "First")
    home.add()
    kept = home.known.read_bytes()
    if found == "another reader":
        found = kept.replace(b'"reader":1', b'"reader":0')
    elif found == "without a field":
        found = kept.replace(b'"layers"', b'"sheets"')
    elif found == "cut":
        found = kept[:-5]
    assert isinstance(found, bytes) and found != kept
    home.known.write_bytes(found)
    written_over(path, "Other", written=LONG_AGO)
    assert home.start() == {"a.gguf": "Other"}
    assert json.loads(home.known.read_bytes())["reader"] == 1, "and it is kept well again"


def test_where_nothing_can_be_kept_models_are_listed_all_the_same(home: Home) -> None:
    model(home.folder / "a.gguf", "First")
    home.add()
    home.known.unlink()
    home.known.mkdir()
    assert home.start() == {"a.gguf": "First"}
    assert {each.name for each in home.state.parent.iterdir()} == {"models.json", "models.json.lock", HEADERS}


def test_looking_makes_no_profile_where_there_is_none(home: Home) -> None:
    assert home.start() == {}
    assert not home.state.parent.exists()


def test_the_first_listing_and_the_next_say_the_same_of_every_field(home: Home) -> None:
    os.utime(tiny_model(home.folder / "tiny.gguf"), ns=(LONG_AGO, LONG_AGO))
    home.add()
    home.known.unlink()
    read = Catalog(home.state, starter=False).list()
    assert home.known.exists()
    assert Catalog(home.state, starter=False).list() == read
