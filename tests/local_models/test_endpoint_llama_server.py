"""A real llama-server, built from the source that our pinned llama-cpp-python carries, answers the starter model.

Building it takes ten minutes the first time (benchmarks/llama_programs.py keeps it), so this is run by `just soak`.
"""

from __future__ import annotations

import contextlib
import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from asked import Asked, refused

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "benchmarks"))
import llama_programs

from local_models import sampling
from local_models.endpoints.engine import EndpointEngine
from local_models.endpoints.kept import Endpoint, EndpointList
from local_models.endpoints.request import Answered
from local_models.errors import EngineError
from local_models.events import Finished, TextDelta
from local_models.model_files.catalog import starter_model
from local_models.requests import CandidateRequest, Message, Sampling

pytestmark = [pytest.mark.soak, pytest.mark.timeout(3600)]
QUESTION = (Message("user", "Explain in three sentences why the sky is blue."),)


class LlamaServer:
    """The program on the starter model, with four slots of 1,024 tokens."""

    def __init__(self) -> None:
        model = starter_model()
        assert model is not None
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        self.address = f"http://127.0.0.1:{port}/v1"
        command = [llama_programs.programs() / "llama-server", "-m", model, "--host", "127.0.0.1", "--port", str(port)]
        command += ["-np", "4", "-c", "4096", "-t", "1"]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(600):
            with contextlib.suppress(httpx.HTTPError):
                if httpx.get(f"http://127.0.0.1:{port}/health").status_code == 200:
                    return
            time.sleep(0.1)
        self.kill()
        raise AssertionError("llama-server did not start")

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()


@pytest.fixture
def server() -> Iterator[LlamaServer]:
    started = LlamaServer()
    yield started
    started.kill()


@pytest.fixture
def endpoints(tmp_path: Path, server: LlamaServer) -> EndpointList:
    found = EndpointList(tmp_path / "endpoints.json")
    found.add(Endpoint("llama", server.address, "smollm2"))
    return found


@pytest.fixture
def engine(endpoints: EndpointList) -> Iterator[EndpointEngine]:
    made = EndpointEngine(endpoints, lambda endpoint: None)
    yield made
    made.close()


def request(name: str, *candidates: Sampling, messages: tuple[Message, ...] = QUESTION) -> CandidateRequest:
    return CandidateRequest(id=name, model_path="endpoint:llama", messages=messages, candidates=candidates)


def answered(asked: Asked) -> list[Answered]:
    found = [event for event in asked.of(Finished) if isinstance(event, Answered)]
    return sorted(found, key=lambda event: event.candidate)


def told(asked: Asked, candidate: int) -> str:
    return "".join(d.text for d in asked.of(TextDelta) if d.candidate == candidate and not d.reasoning)


def test_a_real_llama_server_answers_four_times_goes_on_obeys_and_dies_with_a_sentence(
    engine: EndpointEngine, endpoints: EndpointList, server: LlamaServer
) -> None:
    # Four at once by `n`, drawn alike: other texts, no seed of their own.
    asked = Asked(engine, request("four", *sampling.preset("balanced", 4, 1, 48)))
    asked.job.wait(180)
    answers = answered(asked)
    assert len({answer.text for answer in answers}) == 4
    assert all(told(asked, answer.candidate) == answer.text and "seed" not in answer.sent for answer in answers)
    assert (endpoints.find("llama").server, endpoints.find("llama").takes_n) == ("llama.cpp", True)

    # Each by its own request: counted, and repeated by its seed.
    texts = []
    for name in ("first", "second"):
        asked = Asked(engine, request(name, *sampling.preset("varied", 1, 7, 24)))
        done = asked.job.wait(180)
        (answer,) = answered(asked)
        assert answer.counted and (answer.completion_tokens, answer.finish) == (24, "length")
        assert done.prompt_tokens == answer.prompt_tokens > 20
        assert {"top_k", "min_p", "repeat_penalty", "repeat_last_n", "seed"} < set(answer.sent)
        texts.append(answer.text)
    assert texts[0] == texts[1]

    # More than it has slots: asked for in parallel, and it queues them.
    asked = Asked(engine, request("five", *sampling.preset("balanced", 5, 1, 8)))
    asked.job.wait(180)
    assert len(answered(asked)) == 5
    assert endpoints.find("llama").takes_n is False

    # One of four is cancelled, the others end.
    asked = Asked(engine, request("cancelled", *sampling.preset("balanced", 4, 1, 64)))
    asked.seen(TextDelta, 8)
    asked.job.cancel(1)
    first = asked.seen(Finished)
    assert (first.candidate, first.finish) == (1, "cancelled")
    asked.job.wait(180)
    assert {answer.finish for answer in answered(asked) if answer.candidate != 1} <= {"stop", "length"}
    assert len(answered(asked)) == 4

    # A stop string, a schema, an answer that goes on.
    asked = Asked(engine, request("stop", Sampling(seed=1, temperature=0, max_tokens=64, stop=(" blue",))))
    asked.job.wait(180)
    (answer,) = answered(asked)
    assert answer.finish == "stop" and answer.text and "blue" not in answer.text
    schema = {"type": "object", "properties": {"blue": {"type": "boolean"}}, "required": ["blue"]}
    schema |= {"additionalProperties": False}
    asked = Asked(engine, request("schema", Sampling(seed=1, max_tokens=64, json_schema=json.dumps(schema))))
    asked.job.wait(180)
    assert set(json.loads(answered(asked)[0].text)) == {"blue"}
    begun = (*QUESTION, Message("assistant", "The sky is blue because"))
    asked = Asked(engine, request("onward", Sampling(seed=1, temperature=0, max_tokens=12), messages=begun))
    asked.job.wait(180)
    (answer,) = answered(asked)
    assert answer.text and not answer.text.lstrip().startswith("The sky is blue because"), answer.text

    # A prompt that does not fit.
    long = (Message("user", "word " * 6000),)
    error, _ = refused(engine, request("long", Sampling(seed=1), messages=long))
    assert error.code == "endpoint_context"

    # Killed in mid-stream: what came is kept; then it is down.
    asked = Asked(engine, request("killed", *sampling.preset("varied", 4, 1, 400)))
    asked.seen(TextDelta, 20)
    server.kill()
    with pytest.raises(EngineError) as caught:
        asked.job.wait(180)
    assert caught.value.code == "endpoint_broke_off"
    assert any(answer.text for answer in answered(asked))
    assert all(answer.finish == "error" and told(asked, answer.candidate) == answer.text for answer in answered(asked))
    error, _ = refused(engine, request("down", Sampling(seed=1)))
    assert error.code == "endpoint_down"
