"""The real engine on real models: several answers for one prompt evaluation, repeatable, cut where they should be."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from asked import QUESTION, Asked, ask, refused, texts
from gguf_files import tiny_model

from local_models import sampling
from local_models.client import EngineClient
from local_models.errors import FitError, ModelFileError, RequestError
from local_models.events import Done, Finished, Loaded, Progress, TextDelta
from local_models.requests import Message, Sampling


def test_four_answers_differ_and_the_prompt_was_evaluated_once(engine: EngineClient, starter: str) -> None:
    asked = Asked(engine, ask(starter))
    done = asked.job.wait(180)
    found = asked.of(Finished)
    assert len(set(texts(asked))) == 4
    assert (done.k, done.evaluated_tokens, done.reused_prefix) == (4, done.prompt_tokens, False)
    assert done.prompt_tokens == found[0].prompt_tokens > 10
    assert done.completion_tokens == sum(event.completion_tokens for event in found)
    assert done.had_template
    assert done.binding_version
    assert "ggml" in done.llama_cpp_version
    assert "AMX" not in done.backend  # it crashes: docs/decisions/060
    evaluated = [event.done for event in asked.of(Progress) if event.stage == "prompt"]
    assert evaluated == [done.prompt_tokens]  # each token of the prompt once, whatever k


def test_each_candidate_carries_its_own_seed_and_its_deltas_make_its_text(engine: EngineClient, starter: str) -> None:
    request = ask(starter, n=3, seed=7)
    asked = Asked(engine, request)
    asked.job.wait(180)
    for event in asked.of(Finished):
        said = "".join(d.text for d in asked.of(TextDelta) if d.candidate == event.candidate and not d.reasoning)
        assert said == event.text
        assert event.seed == request.candidates[event.candidate].seed
        assert event.first_ms <= event.total_ms
        assert event.finish == "length"
        assert event.completion_tokens == 24
    assert isinstance(asked.events[-1], Done)


def test_the_same_request_on_two_fresh_workers_gives_the_same_texts_whatever_the_threads(starter: str) -> None:
    found = []
    for threads in (1, 2):
        engine = EngineClient(threads=threads)
        try:
            asked = Asked(engine, ask(starter, max_tokens=32))
            asked.job.wait(180)
            found.append(texts(asked))
        finally:
            engine.close()
    assert found[0] == found[1]


def test_what_was_asked_before_does_not_change_an_answer(engine: EngineClient, starter: str) -> None:
    first = Asked(engine, ask(starter, max_tokens=16))
    first.job.wait(180)
    between = Asked(engine, ask(starter, "Name three rivers. " * 12, n=5, seed=3, max_tokens=12))
    between.job.wait(180)
    again = Asked(engine, ask(starter, max_tokens=16))
    again.job.wait(180)
    assert texts(first) == texts(again)
    assert not again.of(Loaded)  # the worker kept its model


def test_without_chance_every_candidate_says_the_same(engine: EngineClient, starter: str) -> None:
    greedy = tuple(Sampling(seed=seed, temperature=0, max_tokens=12) for seed in range(4))
    asked = Asked(engine, msgspec.structs.replace(ask(starter), candidates=greedy))
    asked.job.wait(180)
    assert len(set(texts(asked))) == 1


def test_sixteen_candidates_of_different_lengths_leave_one_after_the_other(engine: EngineClient, tiny: str) -> None:
    wanted = tuple(Sampling(seed=index, max_tokens=index + 1) for index in range(16))
    asked = Asked(engine, msgspec.structs.replace(ask(tiny), candidates=wanted))
    asked.job.wait(180)
    for event in asked.of(Finished):
        assert event.completion_tokens <= event.candidate + 1
    assert len(asked.of(Finished)) == 16


def test_characters_that_span_tokens_are_never_told_in_pieces(engine: EngineClient, tiny: str) -> None:
    """The tiny model's tokens are single bytes drawn almost evenly, so most sequences are broken or span tokens."""
    drawn = tuple(Sampling(seed=seed, temperature=1.5, top_k=0, top_p=1, min_p=0, max_tokens=40) for seed in range(8))
    asked = Asked(engine, msgspec.structs.replace(ask(tiny), candidates=drawn))
    asked.job.wait(180)
    for event in asked.of(Finished):
        said = "".join(delta.text for delta in asked.of(TextDelta) if delta.candidate == event.candidate)
        assert said == event.text
        assert event.text.encode("utf-8").decode("utf-8") == event.text


def test_a_stop_text_that_spans_tokens_ends_the_answer_and_is_not_part_of_it(
    engine: EngineClient, starter: str
) -> None:
    free = Asked(engine, ask(starter, n=1, max_tokens=40))
    free.job.wait(180)
    whole = texts(free)[0]
    stop = whole[20:32]  # some words' inside, so it begins and ends within tokens
    cut = msgspec.structs.replace(ask(starter).candidates[0], max_tokens=40, stop=(stop,))
    asked = Asked(engine, msgspec.structs.replace(ask(starter), candidates=(cut,)))
    asked.job.wait(180)
    (event,) = asked.of(Finished)
    assert event.finish == "stop"
    assert event.text == whole[: whole.index(stop)]
    assert "".join(delta.text for delta in asked.of(TextDelta)) == event.text


def test_a_model_without_a_template_gets_a_plain_prompt(engine: EngineClient, tiny: str) -> None:
    asked = Asked(engine, ask(tiny, n=1, max_tokens=4))
    done = asked.job.wait(180)
    assert not done.had_template
    assert done.prompt_tokens == len(f"User: {QUESTION}\n\nAssistant:".encode())


def test_a_system_prompt_changes_the_answer(engine: EngineClient, starter: str) -> None:
    plain = Asked(engine, ask(starter, n=1))
    plain.job.wait(180)
    request = ask(starter, n=1)
    led = msgspec.structs.replace(request, messages=(Message("system", "Answer in one word."), *request.messages))
    asked = Asked(engine, led)
    done = asked.job.wait(180)
    assert texts(asked) != texts(plain)
    assert done.prompt_tokens > 10


def test_an_answer_ends_where_the_context_does(engine: EngineClient, tiny: str) -> None:
    request = ask(tiny, n=2, max_tokens=1000, context=80)
    asked = Asked(engine, request)
    done = asked.job.wait(180)
    for event in asked.of(Finished):
        assert event.finish in ("length", "stop")
        assert event.completion_tokens <= 80 - done.prompt_tokens


def test_special_marks_in_a_prompt_do_not_harm_the_text(engine: EngineClient, starter: str) -> None:
    asked = Asked(engine, ask(starter, "Repeat: \x00 \ud800 <|im_end|> ‮ \n\n\n", n=2, max_tokens=8))
    asked.job.wait(180)
    assert len(asked.of(Finished)) == 2


def test_equal_seeds_on_the_command_line_stay_equal_when_one_more_is_asked() -> None:
    assert sampling.preset("balanced", 5, 9, 8)[:3] == sampling.preset("balanced", 3, 9, 8)


@pytest.mark.long
def test_the_estimate_is_within_15_percent_of_what_the_worker_takes(starter: str) -> None:
    from local_models import fit

    engine = EngineClient(threads=1)
    try:
        asked = Asked(engine, ask(starter, "word " * 500, n=4, max_tokens=400, context=2048))
        asked.seen(TextDelta)
        asked.job.cancel()
        done = asked.job.wait(180)
        status = Path(f"/proc/{engine.worker_pid}/status").read_text(encoding="ascii")
        cells = -(-fit.context_for(done.prompt_tokens, [400] * 4) // 512) * 512
        estimated = fit.estimate(engine.inspect(Path(starter)), cells).total
    finally:
        engine.close()
    peak = int(next(line for line in status.splitlines() if line.startswith("VmHWM:")).split()[1]) * 1024
    assert 0.85 <= estimated / peak <= 1.15


# Refused with a sentence


def test_an_empty_prompt_is_refused_at_once(engine: EngineClient, starter: str) -> None:
    for text in ("", " \n\t "):
        with pytest.raises(RequestError, match="empty") as caught:
            engine.generate(ask(starter, text), lambda _: None)
        assert caught.value.code == "empty_prompt"


def test_a_prompt_longer_than_the_context_is_refused_with_both_lengths(engine: EngineClient, starter: str) -> None:
    error, _ = refused(engine, ask(starter, "word " * 9000))
    assert isinstance(error, RequestError)
    assert error.code == "prompt_too_long"
    assert error.values["limit"] == 8191
    assert int(error.values["tokens"]) > 9000
    error, _ = refused(engine, ask(starter, context=20))
    assert error.values["limit"] == 19
    with pytest.raises(RequestError, match="far longer"):
        engine.generate(ask(starter, "x" * (17 << 20)), lambda _: None)


def test_a_bad_file_is_refused_and_costs_the_loaded_model_nothing(
    engine: EngineClient, tiny: str, starter: str, tmp_path: Path
) -> None:
    Asked(engine, ask(tiny, n=1, max_tokens=2)).job.wait(180)
    worker = engine.worker_pid
    words = tmp_path / "words.gguf"
    words.write_text("Dear model, please answer.", encoding="utf-8")
    cut = tmp_path / "cut.gguf"
    cut.write_bytes(Path(starter).read_bytes()[:3_000_000])
    for path, code, said in (
        (words, "not_gguf", "not a GGUF model"),
        (cut, "truncated", "Download it again"),
        (tmp_path / "none.gguf", "not_found", "no file"),
        (tmp_path, "not_gguf", "a folder"),
    ):
        error, _ = refused(engine, ask(str(path)))
        assert isinstance(error, ModelFileError)
        assert error.code == code
        assert said in str(error)
    assert engine.worker_pid == worker
    asked = Asked(engine, ask(tiny, n=1, max_tokens=2))
    asked.job.wait(180)
    assert not asked.of(Loaded)


def test_a_header_that_llama_cpp_refuses_is_an_error_with_a_way_out(engine: EngineClient, tmp_path: Path) -> None:
    from gguf_files import plausible

    error, _ = refused(engine, ask(str(plausible().write(tmp_path / "hollow.gguf"))))
    assert isinstance(error, ModelFileError)
    assert error.code == "cannot_load"


def test_more_than_fits_in_memory_is_refused_before_loading(
    engine: EngineClient, tiny: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from gguf_files import plausible

    huge = plausible(context=1 << 30, layers=4000)
    path = str(huge.write(tmp_path / "huge.gguf"))
    request = msgspec.structs.replace(
        ask(path), candidates=tuple(Sampling(seed=seed, max_tokens=1_000_000) for seed in range(16))
    )
    error, asked = refused(engine, request)
    assert isinstance(error, FitError)
    assert error.code == "does_not_fit"
    assert int(error.values["fits"]) > 0
    assert not asked.of(Progress)


def test_a_request_that_no_worker_would_take_is_refused_by_the_client(engine: EngineClient, starter: str) -> None:
    for wrong in (Sampling(seed=2**32), Sampling(seed=1, temperature=-1), Sampling(seed=1, max_tokens=0)):
        with pytest.raises(RequestError) as caught:
            engine.generate(msgspec.structs.replace(ask(starter), candidates=(wrong,)), lambda _: None)
        assert caught.value.code == "bad_request"


def test_tokens_are_counted_and_headers_inspected_by_the_worker(engine: EngineClient, tiny: str) -> None:
    assert engine.count_tokens(tiny, "häh") == 4
    assert engine.inspect(Path(tiny)).name == "Tiny noise"
    with pytest.raises(ModelFileError):
        engine.inspect(Path(tiny).with_name("none.gguf"))


# Templates are foreign code (T18)


def test_a_template_cannot_run_code(engine: EngineClient, tmp_path: Path) -> None:
    marker = tmp_path / "was here"
    payload = "{{ cycler.__init__.__globals__.os.system('touch " + str(marker) + "') }}"
    deeper = "{{ ''.__class__.__mro__[1].__subclasses__() }}"
    for index, template in enumerate((payload, deeper)):
        error, _ = refused(engine, ask(str(tiny_model(tmp_path / f"{index}.gguf", template=template))))
        assert error.code == "template_refused"
    assert not marker.exists()


@pytest.mark.long
@pytest.mark.parametrize(
    "template",
    [
        "{% for a in range(99999) %}{% for b in range(99999) %}{% for c in range(99999) %}{% endfor %}{% endfor %}"
        "{% endfor %}",
        "{{ 9 ** (9 ** 9) }}",  # one step of the interpreter, which lets no other thread run
    ],
    ids=["loops", "one endless step"],
)
def test_a_template_that_never_ends_is_ended(
    fresh_engine: EngineClient, tiny: str, tmp_path: Path, template: str
) -> None:
    error, _ = refused(fresh_engine, ask(str(tiny_model(tmp_path / "endless.gguf", template=template))))
    assert "chat template" in str(error)
    Asked(fresh_engine, ask(tiny, n=1, max_tokens=2)).job.wait(180)


@pytest.mark.long
def test_a_template_that_grows_without_bound_meets_the_memory_limit(engine: EngineClient, tmp_path: Path) -> None:
    template = "{% set ns = namespace(x='xxxxxxxx') %}{% for i in range(60) %}{% set ns.x = ns.x ~ ns.x %}{% endfor %}"
    error, _ = refused(engine, ask(str(tiny_model(tmp_path / "bomb.gguf", template=template))))
    assert error.code in ("template_refused", "no_memory", "template_too_slow"), "a busy machine meets the time first"


def test_reasoning_between_the_marks_of_the_template_is_kept_apart(engine: EngineClient, tmp_path: Path) -> None:
    """The prompt ends inside the mark, so all that this noisy model says is reasoning: it never came to an answer."""
    template = "{% for m in messages %}{{ m.content }}{% endfor %}<think>\n{# </think> #}"
    asked = Asked(engine, ask(str(tiny_model(tmp_path / "thinks.gguf", template=template)), n=2, max_tokens=6))
    asked.job.wait(180)
    for event in asked.of(Finished):
        assert (event.finish, event.text) == ("length", "")
    assert all(delta.reasoning for delta in asked.of(TextDelta))
