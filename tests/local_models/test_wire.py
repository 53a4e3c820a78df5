"""The lines between client and worker: what is written is read, what is not a request is refused."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from local_models import wire
from local_models.errors import FitError, ModelFileError, RequestError, WorkerError
from local_models.events import Failed, TextDelta
from local_models.failures import error_of, failed
from local_models.requests import Cancel, CandidateRequest, Message, Sampling

SAMPLINGS = st.builds(
    Sampling,
    seed=st.integers(0, 4294967294),
    max_tokens=st.integers(1, 1_000_000),
    temperature=st.floats(0, 100),
    top_p=st.floats(0, 1),
    stop=st.lists(st.text(min_size=1, max_size=20), max_size=3).map(tuple),
)
REQUESTS = st.builds(
    CandidateRequest,
    id=st.text(),
    model_path=st.text(),
    messages=st.lists(st.builds(Message, role=st.sampled_from(["system", "user"]), content=st.text())).map(tuple),
    candidates=st.lists(SAMPLINGS, min_size=1, max_size=16).map(tuple),
    context=st.none() | st.integers(1, 1 << 30),
)


@given(REQUESTS)
def test_a_request_comes_back_as_it_was_from_one_line(request: CandidateRequest) -> None:
    line = wire.to_line(request)
    assert line.count(b"\n") == 1
    assert line.endswith(b"\n")
    assert wire.read_request(line) == request


@given(st.text(alphabet=st.characters(codec=None)))
def test_text_with_halves_of_characters_is_written_without_them(text: str) -> None:
    event = TextDelta(request="r", candidate=0, text=text)
    read = wire.read_event(wire.to_line(event))
    assert isinstance(read, TextDelta)
    assert read.text == text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


@given(st.binary(max_size=200))
@example(b'{"do":"\xff"}')
@example(b'{"do":"cancel","id":"\xff"}')
@example(b'{"event":"\xff"}')
@example(b'{"event":"text","request":"\xff","candidate":0,"text":"a"}')
def test_noise_is_a_protocol_error_and_nothing_worse(line: bytes) -> None:
    for read in (wire.read_request, wire.read_event):
        with pytest.raises(WorkerError) as caught:
            read(line)
        assert caught.value.code == "protocol"


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"null",
        b"[]",
        b'{"do":"dance"}',
        b'{"do":"cancel"}',
        b'{"do":"cancel","id":"r","more":1}',
        b'{"do":"generate","id":"r","model_path":"m","messages":[],"candidates":[]}',
        b'{"do":"generate","id":"r","model_path":"m","messages":[],"candidates":[{"seed":4294967295}]}',
        b"[" * 100_000,
    ],
)
def test_what_is_not_exactly_a_request_is_refused(line: bytes) -> None:
    with pytest.raises(WorkerError):
        wire.read_request(line)


def test_a_cancel_of_one_and_of_all_are_told_apart() -> None:
    assert wire.read_request(wire.to_line(Cancel(id="r"))) == Cancel(id="r", candidate=None)
    assert wire.read_request(wire.to_line(Cancel(id="r", candidate=0))) == Cancel(id="r", candidate=0)


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        (ModelFileError, "truncated"),
        (FitError, "does_not_fit"),
        (RequestError, "prompt_too_long"),
        (WorkerError, "worker_died"),
    ],
)
def test_an_error_survives_the_way_as_what_it_is(kind: type[ModelFileError], code: str) -> None:
    event = failed("r", kind("A sentence.", code=code, tokens=5, path="p"))
    read = wire.read_event(wire.to_line(event))
    assert isinstance(read, Failed)
    error = error_of(read)
    assert type(error) is kind
    assert (str(error), error.code, error.values) == ("A sentence.", code, {"tokens": 5, "path": "p"})
