"""What a start asks for, as a line between two starts: what is written is read, and nothing else is."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.flow.start_wish import (
    MAX_BYTES,
    MAX_NAME,
    NOTHING,
    OPENED,
    ROOMS,
    NotUnderstoodError,
    StartWish,
    from_line,
    to_line,
)
from feedback_store.batches.body import RECEIPTS, SUFFIX

names = st.text(st.characters(exclude_characters="\0/", exclude_categories=[]), min_size=1, max_size=60)
files = st.builds(lambda name, ending: Path("/home") / (name + ending), names, st.sampled_from(list(OPENED)))


@given(
    st.builds(StartWish, project=st.text(max_size=MAX_NAME), room=st.sampled_from(["", *ROOMS]), file=st.none() | files)
)
def test_what_is_written_is_read(wish: StartWish) -> None:
    line = to_line(wish)
    assert line.endswith(b"\n") and line.count(b"\n") == 1 and len(line) <= MAX_BYTES
    assert from_line(line) == wish


def test_the_longest_path_of_a_system_in_escapes_has_room() -> None:
    wish = StartWish("\U0001f600" * MAX_NAME, "outbox", Path("/" + "\udcff" * 4090 + ".gguf"))
    assert from_line(to_line(wish)) == wish


def said(**fields: object) -> bytes:
    return json.dumps({"preceptor": 1} | fields).encode() + b"\n"


@pytest.mark.parametrize(
    "line",
    [
        said(preceptor=2),
        said(preceptor="1", room="records"),
        said(preceptor=None),
        said(export="/home/me"),
        said(room="kitchen"),
        said(room=3),
        said(room=""),
        said(project=["prj"]),
        said(project="x" * (MAX_NAME + 1)),
        said(file="model.gguf"),
        said(file="../model.gguf"),
        said(file="/etc/passwd"),
        said(file="/home/me/a\0.gguf"),
        said(file={"path": "/a.gguf"}),
    ],
)
def test_what_is_not_known_here_is_told_apart_from_what_is_none(line: bytes) -> None:
    with pytest.raises(NotUnderstoodError):
        from_line(line)


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"\n",
        b"show",
        b"quit\n",
        b"[1]\n",
        b'"preceptor"\n',
        b'{"room": "records"}\n',
        b'{"preceptor": 1, "room": "records", "room": "outbox"}\n',
        b'{"preceptor": 1',
        b"\xff\xfe\n",
        '{"preceptor": 1, "room": "reçords"}\n'.encode(),
        b"[" * 30_000,
        b'{"preceptor":' * 2_000,
        b" " * (MAX_BYTES + 1),
        said(project="x" * MAX_BYTES),
    ],
)
def test_what_is_no_wish_is_refused_before_it_does_anything(line: bytes) -> None:
    with pytest.raises(ValueError):
        from_line(line)


@given(st.binary(max_size=300))
def test_no_bytes_break_the_reader(line: bytes) -> None:
    try:
        from_line(line)
    except (ValueError, NotUnderstoodError):
        return


def test_an_empty_wish_is_nothing_to_hand_over() -> None:
    assert not NOTHING and StartWish(room="records") and StartWish(project="x")


def test_the_endings_are_those_that_the_store_writes() -> None:
    assert {ending for ending, kind in OPENED.items() if kind != "model"} == {SUFFIX, RECEIPTS}
