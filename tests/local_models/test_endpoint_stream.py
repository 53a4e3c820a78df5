"""A stream of answers, however its bytes are cut; and the endpoints that are remembered."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from local_models.endpoints.kept import Endpoint, EndpointList, check_name
from local_models.endpoints.stream import End, EventStream, Piece, Refused, Usage
from local_models.errors import EndpointError

# The stream, byte by byte

EVENTS = [
    b": keep alive\n\n",
    b"event: message\ndata: {}\n\n",
    b'data: {"choices":[{"index":0,"delta":{"role":"assistant","content":null}}]}\n\n',
    'data: {"choices":[{"index":0,"delta":{"content":"Bär 😀\\n"}}]}\r\n\r\n'.encode(),
    b'data:{"choices":[{"index":1,"delta":{"reasoning_content":"Hm"},"finish_reason":"length"}]}\n',
    b'data: {"choices":[],"usage":{"prompt_tokens":3,"completion_tokens":4},"more":[{"deep":[1]}]}\n\n',
    b"data: [DONE]\n\n",
]
MEANT = [Piece(0), Piece(0, "Bär 😀\n"), Piece(1, "", "Hm", "length"), Usage(3, 4), End()]


def taken(pieces: list[bytes]) -> list[object]:
    stream, found = EventStream("gpu", 2), []
    try:
        for piece in pieces:
            found += list(stream.take(piece))
    except (EndpointError, Refused) as error:
        found.append(type(error).__name__ + getattr(error, "code", ""))
    return found


def split(data: bytes, places: list[int]) -> list[bytes]:
    ends = sorted({place % (len(data) + 1) for place in places})
    return [data[start:end] for start, end in zip([0, *ends], [*ends, len(data)], strict=True)]


@given(st.lists(st.integers(0, 10_000)))
@example(list(range(2000)))
def test_any_split_of_the_bytes_tells_the_same(places: list[int]) -> None:
    assert taken(split(b"\xef\xbb\xbf" + b"".join(EVENTS), places)) == MEANT


@given(st.lists(st.one_of(st.sampled_from(EVENTS[:-1]), st.binary(max_size=40)), max_size=8), st.lists(st.integers(0)))
def test_any_bytes_tell_the_same_however_they_are_split(parts: list[bytes], places: list[int]) -> None:
    data = b"".join(parts)
    assert taken(split(data, places)) == taken([data])


def test_nothing_is_taken_after_the_end() -> None:
    assert taken([b"data: [DONE]\ndata: <html>\n", b"data: <html>\n"]) == [End()]


# What is remembered


def test_endpoints_are_remembered_without_their_keys_and_forgotten(tmp_path: Path) -> None:
    kept = EndpointList(tmp_path / "new" / "endpoints.json")
    first = Endpoint("office", "http://10.0.0.1:8000/v1", "big", has_key=True)
    kept.add(first)
    kept.add(Endpoint("home", "http://127.0.0.1:8080/v1", "small"))
    again = EndpointList(tmp_path / "new" / "endpoints.json")
    assert [each.name for each in again.list()] == ["office", "home"]
    assert again.find("OFFICE") == first
    assert (tmp_path / "new" / "endpoints.json").stat().st_mode & 0o077 == 0
    with pytest.raises(EndpointError, match="There is an endpoint Office already"):
        again.add(msgspec.structs.replace(first, name="Office"))
    assert again.remember(first, takes_n=True).takes_n is True
    elsewhere = msgspec.structs.replace(first, address="http://10.0.0.2/v1")
    assert again.remember(elsewhere, takes_n=False) == elsewhere
    assert kept.find("office").takes_n is True
    assert again.remove("office").name == "office"
    assert kept.get("office") is None


def test_a_damaged_list_is_kept_aside_when_something_is_added(tmp_path: Path) -> None:
    (tmp_path / "endpoints.json").write_text("{not json")
    kept = EndpointList(tmp_path / "endpoints.json")
    assert kept.list() == ()
    kept.add(Endpoint("home", "http://127.0.0.1:8080/v1", "small"))
    assert (tmp_path / "endpoints.json.damaged").read_text() == "{not json"
    assert len(kept.list()) == 1


@pytest.mark.parametrize("name", ["", "-a", "a b", "a/b", "../a", "a.gguf", "ä", "a" * 61, "a\n"])
def test_names_that_no_endpoint_can_have(name: str) -> None:
    with pytest.raises(EndpointError):
        check_name(name)
