"""What is not evaluated twice, and what must not be reused."""

from __future__ import annotations

from pathlib import Path

import pytest
from asked import LONG, STORY, Asked, ask, greedy, refused, replace, texts, turn
from gguf_files import tiny_adapter, tiny_model, tiny_recurrent

from local_models.client import EngineClient
from local_models.events import Finished, TextDelta
from local_models.requests import Adapter, Message, Sampling

# What is evaluated once


def test_the_same_prompt_again_is_not_evaluated_and_gives_the_same_texts(engine: EngineClient, starter: str) -> None:
    first = Asked(engine, ask(starter, STORY))
    first.job.wait(180)
    again = Asked(engine, ask(starter, STORY))
    done = again.job.wait(180)
    assert (done.evaluated_tokens, done.reused_prefix) == (0, True)
    assert texts(again) == texts(first)
    anew = Asked(engine, replace(ask(starter, STORY), reuse_prefix=False))
    done = anew.job.wait(180)
    assert (done.evaluated_tokens, done.reused_prefix) == (done.prompt_tokens, False)
    assert texts(anew) == texts(first)


def test_the_next_turn_evaluates_only_what_is_new(fresh_engine: EngineClient, starter: str) -> None:
    """From each of three answers at a high temperature: some of them are not tokenized in the usual way."""
    engine = fresh_engine
    request = ask(starter, LONG, n=3, max_tokens=32)
    wild = tuple(replace(each, temperature=1.6, top_k=200, min_p=0) for each in request.candidates)
    for candidate in range(3):  # asked anew each time: behind another turn the last bits, and so the words, may differ
        asked = Asked(engine, replace(request, id=f"asked {candidate}", candidates=wild))
        before = asked.job.wait(180)
        (answer,) = (each for each in asked.of(Finished) if each.candidate == candidate)
        followed = turn(asked.job.request, Message("assistant", answer.text), Message("user", "Go on."))
        followed = replace(followed, id=f"next {candidate}", candidates=(Sampling(seed=1, max_tokens=1),))
        done = Asked(engine, followed).job.wait(180)
        held = before.prompt_tokens + answer.completion_tokens
        cut = answer.finish == "length"  # then nothing was decoded after its last token
        assert done.evaluated_tokens == done.prompt_tokens - held + cut, answer.text
        assert done.reused_tokens + done.evaluated_tokens == done.prompt_tokens


@pytest.mark.long
def test_a_conversation_goes_on_in_a_larger_context_without_evaluating_it_anew(
    fresh_engine: EngineClient, starter: str
) -> None:
    engine = fresh_engine
    asked = Asked(engine, ask(starter, LONG, n=1, max_tokens=20))
    before = asked.job.wait(180)
    followed = turn(asked.job.request, Message("assistant", texts(asked)[0]), Message("user", "And then?"))
    larger = Asked(engine, replace(followed, candidates=tuple(Sampling(seed=s, max_tokens=300) for s in range(4))))
    larger.seen(TextDelta)
    larger.job.cancel()
    done = larger.job.wait(180)
    assert done.reused_tokens >= before.prompt_tokens


@pytest.mark.long
def test_what_follows_a_reused_beginning_is_what_follows_it_fresh(fresh_engine: EngineClient, starter: str) -> None:
    """Greedy, so that only the last bits of the logits can make a difference: the first words must not."""
    engine = fresh_engine
    asked = Asked(engine, greedy(ask(starter, LONG)))
    asked.job.wait(180)
    followed = greedy(turn(asked.job.request, Message("assistant", texts(asked)[0]), Message("user", "Why?")), 12)
    reused, anew = Asked(engine, followed), None
    assert reused.job.wait(180).reused_prefix
    anew = Asked(engine, replace(followed, reuse_prefix=False))
    assert not anew.job.wait(180).reused_prefix
    assert texts(reused)[0].split()[:3] == texts(anew)[0].split()[:3]


def test_a_short_common_beginning_is_not_reused(fresh_engine: EngineClient, starter: str) -> None:
    """The template's own system prompt is common to all: reusing it would cost repeatability and save nothing."""
    Asked(fresh_engine, ask(starter, "Name a colour.", n=1, max_tokens=2)).job.wait(180)
    done = Asked(fresh_engine, ask(starter, "Name a river.", n=1, max_tokens=2)).job.wait(180)
    assert not done.reused_prefix


def test_a_model_that_cannot_go_back_evaluates_anew_and_says_so(fresh_engine: EngineClient, tmp_path: Path) -> None:
    model = str(tiny_recurrent(tmp_path / "mamba.gguf"))
    engine = fresh_engine
    first = Asked(engine, ask(model, LONG[:600], n=3, max_tokens=10))
    done = first.job.wait(180)
    assert (done.k, done.evaluated_tokens) == (3, done.prompt_tokens)
    assert len(first.of(Finished)) == 3
    other = Asked(engine, ask(model, LONG[:500] + "?", n=2, max_tokens=5))
    done = other.job.wait(180)
    assert (done.reused_tokens, done.evaluated_anew, done.evaluated_tokens) == (0, True, done.prompt_tokens)
    again = Asked(engine, ask(model, LONG[:600], n=3, max_tokens=10))
    again.job.wait(180)
    assert texts(again) == texts(first)


# Adapters


@pytest.mark.long
def test_an_adapter_changes_the_texts_by_its_scale_and_is_off_for_the_next(
    fresh_engine: EngineClient, tiny: str, tmp_path: Path
) -> None:
    adapter = str(tiny_adapter(tmp_path / "lora.gguf"))

    def said(*adapters: Adapter) -> list[str]:
        asked = Asked(fresh_engine, replace(greedy(ask(tiny)), adapters=adapters))
        asked.job.wait(180)
        return texts(asked)

    plain, strong = said(), said(Adapter(adapter, 2.0))
    assert plain != strong
    assert said(Adapter(adapter, 0.0)) == plain
    assert said() == plain
    assert said(Adapter(adapter, 2.0)) == strong


def test_requests_with_other_adapters_do_not_share_a_batch(
    fresh_engine: EngineClient, tiny: str, tmp_path: Path
) -> None:
    adapter = str(tiny_adapter(tmp_path / "lora.gguf"))
    first = Asked(fresh_engine, ask(tiny, n=2, max_tokens=100))
    other = Asked(fresh_engine, replace(ask(tiny, n=1, max_tokens=3), adapters=(Adapter(adapter),)))
    assert other.job.wait(180).k == 1
    assert len(first.of(Finished)) == 2


@pytest.mark.long
def test_an_adapter_that_was_trained_anew_under_its_name_is_another(
    fresh_engine: EngineClient, tiny: str, tmp_path: Path
) -> None:
    path = tiny_adapter(tmp_path / "adapter.gguf", seed=1)
    request = replace(greedy(ask(tiny)), adapters=(Adapter(str(path), 50),))

    def said(name: str) -> str:
        asked = Asked(fresh_engine, replace(request, id=name))
        asked.job.wait(180)
        return texts(asked)[0]

    first = said("first")
    path.unlink()
    tiny_adapter(path, seed=2)
    second = said("second")
    assert second != first
    path.unlink()
    tiny_adapter(path, seed=1)
    assert said("third") == first


@pytest.mark.long
def test_an_adapter_for_another_model_is_refused_and_the_model_serves_on(
    fresh_engine: EngineClient, tiny: str, tmp_path: Path
) -> None:
    other = str(tiny_adapter(tmp_path / "other.gguf", width=32))
    model = str(tiny_model(tmp_path / "model.gguf"))
    none = str(tmp_path / "none.gguf")
    for path, code in ((other, "bad_adapter"), (model, "bad_adapter"), (none, "not_found")):
        error, _ = refused(fresh_engine, replace(ask(tiny), adapters=(Adapter(path),)))
        assert error.code == code
        assert Path(path).name in str(error)
    Asked(fresh_engine, ask(tiny, n=1, max_tokens=2)).job.wait(180)
