"""What must hold however long a worker runs: memory, handles, and the same texts for the same request."""

from __future__ import annotations

import itertools
import random
from pathlib import Path

import msgspec
import pytest
from asked import Asked, ask, texts
from gguf_files import tiny_adapter, tiny_model
from test_vicuna_bench import PROMPTS

from local_models.client import EngineClient
from local_models.events import Done
from local_models.requests import Adapter, CandidateRequest, Dry, Message, Sampling

pytestmark = pytest.mark.long

replace = msgspec.structs.replace
GROWTH = 20 * 1024 * 1024
GRAMMAR = 'root ::= "yes" | "no" [a-z]*'


def memory_of(pid: int) -> int:
    """Bytes of anonymous memory: what a process holds for itself, the mapped weights apart."""
    lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("RssAnon"))


def handles_of(pid: int) -> int:
    return len(list(Path(f"/proc/{pid}/fd").iterdir()))


def requests(model: str, adapter: str, *, longest: int, most: int = 16) -> list[CandidateRequest]:
    """One of each kind of thing that is asked: many and few, long and short, drawn in every way, adapted."""
    draw = random.Random(1)
    plain = [
        ask(model, "word " * draw.randint(1, 60), n=draw.randint(1, most), max_tokens=draw.randint(1, longest))
        for _ in range(8)
    ]
    drawn = [
        Sampling(seed=1, grammar=GRAMMAR, max_tokens=8),
        Sampling(seed=1, json_schema='{"type": "object", "properties": {"a": {"type": "integer"}}}', max_tokens=8),
        Sampling(seed=1, dry=Dry(), repeat_penalty=1.2, max_tokens=8),
        Sampling(seed=1, stop=("e",), max_tokens=8),
        Sampling(seed=1, temperature=0, max_tokens=8),
    ]
    odd = [replace(ask(model), candidates=(each,) * 3) for each in drawn]
    scored = replace(ask(model, n=2, max_tokens=4), log_probabilities=True)
    fresh = replace(ask(model, n=2, max_tokens=4), reuse_prefix=False)
    adapted = replace(ask(model, n=2, max_tokens=4), adapters=(Adapter(path=adapter),))
    turns = (Message("user", "a"), Message("assistant", "b"), Message("user", "c"))
    talk = replace(ask(model, n=2, max_tokens=4), messages=turns)
    return [*plain, *odd, scored, fresh, adapted, talk]


def answer(engine: EngineClient, request: CandidateRequest, number: int) -> None:
    """Answered to its end, or cancelled on the way: every seventh one of its candidates, every eleventh all."""
    asked = Asked(engine, replace(request, id=f"lasting {number}"))
    if number % 7 == 0:
        asked.job.cancel(0)
    if number % 11 == 0:
        asked.job.cancel()
    assert isinstance(asked.job.wait(180), Done)


def growth(engine: EngineClient, kinds: list[CandidateRequest], warm: int, count: int) -> tuple[int, int]:
    """By how many bytes and handles the worker grew over `count` requests, after `warm` that fill its caches."""
    turns = itertools.cycle(kinds)
    for number in range(1, warm):
        answer(engine, next(turns), number)
    pid = engine.worker_pid
    assert pid is not None
    memory, handles = memory_of(pid), handles_of(pid)
    for number in range(count):
        answer(engine, next(turns), warm + number)
    assert engine.worker_pid == pid, "all of them in one worker"
    return memory_of(pid) - memory, handles_of(pid) - handles


def test_a_worker_does_not_grow_over_two_hundred_requests(fresh_engine: EngineClient, tmp_path: Path) -> None:
    model = str(tiny_model(tmp_path / "tiny.gguf"))
    kinds = requests(model, str(tiny_adapter(tmp_path / "adapter.gguf")), longest=24)
    memory, handles = growth(fresh_engine, kinds, warm=50, count=200)
    assert memory < GROWTH
    assert handles == 0


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_a_worker_does_not_grow_over_a_thousand_requests(
    fresh_engine: EngineClient, starter: str, capsys: pytest.CaptureFixture[str]
) -> None:
    kinds = [each for each in requests(starter, "", longest=12, most=6) if not each.adapters]
    memory, handles = growth(fresh_engine, kinds, warm=100, count=1000)
    with capsys.disabled():
        print(f"\nafter 1,000 requests: {memory / 1e6:+.1f} MB, {handles:+} handles")
    assert memory < GROWTH
    assert handles == 0


def _fresh(model: str, threads: int, request: CandidateRequest) -> list[str]:
    engine = EngineClient(threads=threads)
    try:
        asked = Asked(engine, request)
        asked.job.wait(300)
        return texts(asked)
    finally:
        engine.close()


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_twenty_prompts_are_answered_alike_in_every_fresh_worker_with_one_and_two_threads(starter: str) -> None:
    for number in range(0, 80, 4):
        request = ask(starter, PROMPTS[number], n=4, seed=number, max_tokens=64)
        first = _fresh(starter, 1, request)
        assert [_fresh(starter, threads, request) for threads in (1, 2, 2)] == [first] * 3, PROMPTS[number]


@pytest.mark.parametrize(
    "numbers", [range(0, 80, 40), pytest.param(range(0, 80, 2), marks=(pytest.mark.soak, pytest.mark.timeout(3600)))],
    ids=["2-prompts", "40-prompts"],
)  # fmt: skip
def test_greedy_answers_are_the_same_alone_and_in_a_batch(engine: EngineClient, starter: str, numbers: range) -> None:
    """For prompts under 200 tokens; llama.cpp's kernels differ by the size of a batch (benchmarks/results)."""
    for number in numbers:
        greedy = Sampling(seed=1, temperature=0, max_tokens=48)
        request = replace(ask(starter, PROMPTS[number]), candidates=(greedy,) * 4, reuse_prefix=False)
        batched = Asked(engine, request)
        done = batched.job.wait(180)
        single = Asked(engine, replace(request, id=f"single {number}", candidates=(greedy,)))
        single.job.wait(180)
        if done.prompt_tokens < 200:
            assert texts(batched) == texts(single) * 4, PROMPTS[number]
