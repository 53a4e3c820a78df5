"""An endpoint engine beside servers that do as a test says, and what is asked of it."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from asked import Asked as Heard
from asked import refused
from openai_server import Asked, Line, Server, well

from local_models import sampling
from local_models.endpoints.engine import EndpointEngine
from local_models.endpoints.kept import Endpoint, EndpointList, Limits
from local_models.endpoints.request import Answered
from local_models.errors import EngineError
from local_models.events import Finished
from local_models.requests import CandidateRequest, Message, Sampling

KEY = "sk-vErY-sEcReT-0123456789"
QUICK = Limits(connect_s=10, first_s=20, between_s=20, whole_s=60)
_numbers = itertools.count(1)

Ask = Callable[..., Heard]


class Bench:
    """An endpoint engine over a list in a folder, and the servers that are named there."""

    def __init__(self, folder: Path) -> None:
        self.list = EndpointList(folder / "endpoints.json")
        self.engine = EndpointEngine(self.list, lambda endpoint: KEY, pauses=(0.01, 0.02, 0.03))
        self.servers: list[Server] = []

    def server(self, answer: Callable[[Asked, Line], None] = well, *, name: str = "gpu", **more: Any) -> Server:
        known = {field: more.pop(field) for field in ("has_key", "server", "takes_n", "limits") if field in more}
        server = Server(answer, **more)
        self.servers.append(server)
        self.list.add(Endpoint(name, server.address, "moon", **{"limits": QUICK, **known}))
        return server

    def ask(self, *candidates: Sampling, name: str = "gpu", text: str = "How do tides work?", **more: Any) -> Heard:
        return Heard(self.engine, request(*candidates, name=name, text=text, **more))

    def answers(self, *candidates: Sampling, **more: Any) -> list[Answered]:
        """Ask, wait for the end, and the answers by candidate."""
        heard = self.ask(*candidates, **more)
        heard.job.wait(20)
        return sorted((event for event in heard.of(Finished) if isinstance(event, Answered)), key=lambda e: e.candidate)

    def refusal(self, *candidates: Sampling, **more: Any) -> tuple[EngineError, Heard]:
        return refused(self.engine, request(*candidates, **more))

    def close(self) -> None:
        self.engine.close()
        for server in self.servers:
            server.close()


def request(*candidates: Sampling, name: str = "gpu", text: str = "Why?", **more: Any) -> CandidateRequest:
    fields = {"messages": (Message("user", text),), **more}
    return CandidateRequest(
        id=f"request {next(_numbers)}", model_path=f"endpoint:{name}", candidates=candidates or one(), **fields
    )


def one() -> tuple[Sampling, ...]:
    return (Sampling(seed=5),)


def four(preset: str = "balanced") -> tuple[Sampling, ...]:
    return sampling.preset(preset, 4, 1, 64)


def telling(*pieces: dict[str, Any]) -> Callable[[Asked, Line], None]:
    def answer(asked: Asked, line: Line) -> None:
        line.head()
        for piece in pieces:
            line.piece(**piece)
        line.done()

    return answer


def endless(asked: Asked, line: Line) -> None:
    line.head()
    for _ in range(2000):
        for index in range(asked.body.get("n", 1)):
            line.piece("word ", index)
        if line.wait(0.01):
            raise ConnectionError


def silent(asked: Asked, line: Line) -> None:
    if line.wait(30):
        raise ConnectionError


def status(code: int, value: object = "", *more: str) -> Callable[[Asked, Line], None]:
    return lambda asked, line: line.reply(code, value, *more)


def raw(data: bytes) -> Callable[[Asked, Line], None]:
    return lambda asked, line: line.raw(data)


def stream(*lines: bytes) -> Callable[[Asked, Line], None]:
    def answer(asked: Asked, line: Line) -> None:
        line.head()
        for each in lines:
            line.raw(each)

    return answer


def until(true: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.005)


class Nothing:
    def __enter__(self) -> None: ...

    def __exit__(self, *_: object) -> None: ...
