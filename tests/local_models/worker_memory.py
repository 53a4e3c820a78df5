"""How much memory a worker took, and a worker that finds as much memory free as a test says."""

from __future__ import annotations

import itertools
import re
import sys
from pathlib import Path

import pytest

from local_models import worker_process
from local_models.client import EngineClient
from local_models.events import Done
from local_models.requests import CandidateRequest, Message, Sampling

TEMPLATE = 48  # tokens that the starter model's template adds, at most
_numbers = itertools.count(1)
STARTS = (  # only what the machine says is another; the worker is as it is
    "from local_models import fit, isolation, worker\n"
    "fit.available_memory = lambda: max(0, {bytes} - isolation.own_memory())\n"
    "worker.main()\n"
)


def peak(engine: EngineClient) -> int:
    """Bytes that the worker which was asked last held at most, at one time."""
    status = Path(f"/proc/{engine.worker_pid}/status").read_text("ascii")
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    assert found
    return int(found[1]) * 1024


def filling(model: str, context: int, *, answer: int = 8) -> CandidateRequest:
    """A request that needs a context of `context` cells of the starter model, and writes nearly all of them."""
    return CandidateRequest(
        id=f"filling {context} {next(_numbers)}",
        model_path=model,
        messages=(Message("user", "The" + " sea" * (context - TEMPLATE - answer)),),
        candidates=(Sampling(seed=1, max_tokens=answer, min_tokens=answer),),
    )


def fill(engine: EngineClient, request: CandidateRequest) -> Done:
    return engine.generate(request, lambda _event: None).wait(300)


def on_a_machine_with(monkeypatch: pytest.MonkeyPatch, memory: int) -> None:
    """From now on workers are started that find `memory` bytes for themselves, what they hold included."""
    command = [sys.executable, "-P", "-X", "utf8", "-c", STARTS.format(bytes=memory)]
    monkeypatch.setattr(worker_process, "worker_command", lambda: command)
