"""The estimate of memory beside what real workers take, and what happens where memory is short."""

from __future__ import annotations

import os
import resource
from pathlib import Path

import msgspec
import pytest
from asked import Asked, ask, refused
from gguf_files import tiny_model
from worker_memory import fill, filling, on_a_machine_with, peak

from local_models import fit
from local_models.client import EngineClient
from local_models.errors import FitError
from local_models.events import TextDelta
from local_models.model_files.gguf import ModelHeader, read_header
from local_models.requests import CandidateRequest, Message

CLOSE = 0.15


@pytest.fixture(scope="module")
def header(starter: str) -> ModelHeader:
    return read_header(Path(starter))


# The estimate


def _compare(engine: EngineClient, header: ModelHeader, starter: str, context: int) -> str:
    """A context filled in a real worker; the line of the table that says how close the estimate is."""
    done = fill(engine, filling(starter, context))
    assert context - 64 < done.prompt_tokens + done.completion_tokens <= context
    measured, estimated = peak(engine), fit.estimate(header, context).total
    assert estimated == pytest.approx(measured, rel=CLOSE)
    return f"{context:>7} {estimated / 1e6:>9.1f} {measured / 1e6:>9.1f} {estimated / measured:>6.3f}"


def test_the_estimate_is_within_15_percent_of_what_a_worker_takes(
    fresh_engine: EngineClient, header: ModelHeader, starter: str
) -> None:
    _compare(fresh_engine, header, starter, 512)


@pytest.mark.soak
def test_the_estimate_is_within_15_percent_of_what_a_worker_takes_at_every_size(
    header: ModelHeader, starter: str, capsys: pytest.CaptureFixture[str]
) -> None:
    table = ["context  estimate  measured  ratio   (MB, starter model, context filled)"]
    for context in (512, 1024, 2048, 4096, 8192):
        engine = EngineClient()
        try:
            table.append(_compare(engine, header, starter, context))
        finally:
            engine.close()
    with capsys.disabled():
        print("\n" + "\n".join(table))


# A context that grows


def _next_turn(first: CandidateRequest, max_tokens: int) -> CandidateRequest:
    """The next turn of a conversation, whose answer may have so many tokens."""
    turns = (*first.messages, Message("assistant", "Yes."), Message("user", "Go on."))
    candidates = tuple(msgspec.structs.replace(each, max_tokens=max_tokens) for each in first.candidates)
    return msgspec.structs.replace(first, id="next turn", messages=turns, candidates=candidates)


def _grown(engine: EngineClient, starter: str) -> int:
    """A context of 1,024 cells filled, then one of 2,048 for the next turn; tokens that were evaluated before."""
    first = filling(starter, 1024)
    fill(engine, first)
    asked = Asked(engine, _next_turn(first, 900))
    asked.seen(TextDelta)
    asked.job.cancel()
    return asked.job.wait(180).reused_tokens


@pytest.mark.long
def test_the_estimate_counts_what_is_carried_over_into_a_larger_context(
    fresh_engine: EngineClient, header: ModelHeader, starter: str
) -> None:
    assert _grown(fresh_engine, starter) > 900
    measured = peak(fresh_engine)
    assert fit.estimate(header, 2048, carried=1024).total == pytest.approx(measured, rel=0.05)
    assert fit.estimate(header, 2048).total < measured


@pytest.mark.long
def test_where_memory_is_short_the_next_turn_is_evaluated_anew_before_it_is_refused(
    fresh_engine: EngineClient, header: ModelHeader, starter: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    need, with_state = (fit.estimate(header, 2048, carried=carried).total for carried in (0, 1024))
    memory = fit.KEEP_FREE + (need + with_state) // 2
    on_a_machine_with(monkeypatch, memory)
    assert _grown(fresh_engine, starter) == 0
    assert peak(fresh_engine) + fit.KEEP_FREE <= memory


# Refusals


def test_the_context_that_is_named_as_fitting_does_and_the_next_larger_one_does_not(
    fresh_engine: EngineClient, header: ModelHeader, starter: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    memory = fit.KEEP_FREE + fit.estimate(header, 1024 + 300).total
    on_a_machine_with(monkeypatch, memory)
    error, _ = refused(fresh_engine, filling(starter, 8192))
    assert isinstance(error, FitError) and error.code == "does_not_fit"
    named = error.values["fits"]
    assert named == 1024
    assert "1,024 tokens would fit" in str(error)
    fill(fresh_engine, filling(starter, 1024))
    assert peak(fresh_engine) + fit.KEEP_FREE <= memory
    worker = fresh_engine.worker_pid
    error, _ = refused(fresh_engine, filling(starter, 1024 + fit.CONTEXT_STEP))
    assert error.code == "does_not_fit" and error.values["fits"] == named
    fill(fresh_engine, filling(starter, 1024))
    assert fresh_engine.worker_pid == worker, "a refused growth leaves the worker as it was"


@pytest.mark.long
def test_a_growth_that_llama_cpp_gets_no_memory_for_leaves_the_worker_usable(
    fresh_engine: EngineClient, starter: str
) -> None:
    fill(fresh_engine, filling(starter, 512))
    worker = fresh_engine.worker_pid
    assert worker is not None
    taken = int(Path(f"/proc/{worker}/statm").read_text("ascii").split()[0]) * os.sysconf("SC_PAGE_SIZE")
    resource.prlimit(worker, resource.RLIMIT_AS, (taken + 40_000_000,) * 2)  # a hard limit is never raised again
    error, _ = refused(fresh_engine, filling(starter, 8192))
    assert (type(error), error.code) == (FitError, "no_memory")
    fill(fresh_engine, filling(starter, 512))
    assert fresh_engine.worker_pid == worker


def _limit(engine: EngineClient) -> int:
    return resource.prlimit(engine.worker_pid or 0, resource.RLIMIT_AS)[0]


def test_the_limit_on_address_space_is_set_anew_for_each_context(fresh_engine: EngineClient, tmp_path: Path) -> None:
    path = tiny_model(tmp_path / "long.gguf", context=1 << 20)
    fresh_engine.inspect(path)
    limits = [_limit(fresh_engine)]
    for max_tokens in (100, 10_000, 100_000):
        asked = Asked(fresh_engine, ask(str(path), n=1, max_tokens=max_tokens))
        asked.seen(TextDelta)
        asked.job.cancel()
        asked.job.wait(180)
        limits.append(_limit(fresh_engine))
        assert limits[-1] >= fit.address_space(read_header(path), max_tokens, fresh_engine.threads)
    assert len(set(limits)) == len(limits)
    assert max(limits) < 8 * 1024**3
