"""`preceptor generate`: several answers to one prompt, by one model or several, as the bench asks. Keeps nothing."""

from __future__ import annotations

import queue
import sys
from collections.abc import Iterator, Sequence

import click
from click.core import ParameterSource

from desktop.commands.asking import Caller, in_profile, json_option
from desktop.commands.endings import say
from desktop.commands.engine_options import engine_maker, engine_options, given_for_engine
from desktop.commands.printing import harmless, one_line, print_json
from desktop.commands.refusal import Refused
from desktop.commands.sampling_options import drawn_as_given, sampling_options
from desktop.flow.candidates import AnyModel, find_model, request_for
from desktop.flow.quantities import count_text, decimal_text
from desktop.flow.wording import gettext as _
from desktop.flow.wording import ngettext, sentence
from desktop.profile import catalog_in, endpoints_in, engine_in
from feedback_store.record_parts import Message
from local_models.endpoints.kept import Endpoint
from local_models.endpoints.request import Answered
from local_models.engine import Engine
from local_models.errors import EngineError
from local_models.events import AnyEvent, Done, Failed, Finished
from local_models.failures import error_of
from local_models.model_files.catalog import ModelCard
from local_models.requests import MAX_CANDIDATES, MAX_SEED, CandidateRequest
from local_models.sampling import NAMES

MAX_TOKENS = 1_000_000  # what a request may ask for (local_models/requests.py)


@click.command(short_help="Let a model answer a prompt several times at once.")
@in_profile
@click.option(
    "--model",
    "models",
    multiple=True,
    metavar="NAME|FILE",
    help="A name of `models list`, or a GGUF file; repeatable, to compare.",
)
@click.option("--system", default="", metavar="TEXT", help="System prompt.")
@click.option("-n", "count", type=click.IntRange(1, MAX_CANDIDATES), default=4, show_default=True, help="Answers.")
@click.option("--seed", type=click.IntRange(0, MAX_SEED), default=1, show_default=True, help="Decides every answer.")
@click.option(
    "--max-tokens", type=click.IntRange(1, MAX_TOKENS), default=256, show_default=True, help="Longest answer."
)
@click.option("--preset", type=click.Choice(NAMES), default="balanced", show_default=True, help="How to draw.")
@click.option("--context", type=click.IntRange(64), help="Tokens of context; otherwise what the answers need.")
@sampling_options
@engine_options
@json_option
@click.argument("prompt", metavar="PROMPT|-")
def generate(
    caller: Caller,
    models: tuple[str, ...],
    system: str,
    count: int,
    seed: int,
    max_tokens: int,
    preset: str,
    context: int | None,
    as_json: bool,
    prompt: str,
) -> None:
    """Let a model answer PROMPT several times at once; - reads the prompt from standard input.

    The prompt is evaluated once and all answers are written side by side, each with a seed of its own. The same
    command gives the same answers on the same machine. Of several models each is loaded once, and all draw from the
    same seed.
    """
    text = sys.stdin.buffer.read().decode("utf-8", "replace") if prompt == "-" else whole_text(prompt)
    if not text.strip():
        raise Refused(_("The prompt is empty. Write what the models should answer."))
    messages = [*([Message("system", whole_text(system))] if system.strip() else []), Message("user", text)]
    catalog, endpoints = catalog_in(caller.folder), endpoints_in(caller.folder)
    asked: list[tuple[AnyModel, CandidateRequest]] = []
    for card in (find_model(name, catalog, endpoints) for name in dict.fromkeys(models or ("",))):
        if click.get_current_context().get_parameter_source("max_tokens") != ParameterSource.DEFAULT:
            _check_length(card, max_tokens, context)
        if isinstance(card, ModelCard):
            _say_about(card, context)
        request = drawn_as_given(
            request_for(messages, card, count=count, seed=seed, preset=preset, max_tokens=max_tokens, context=context)
        )
        if request.log_probabilities and not as_json:
            raise Refused(_("--log-probabilities are told with --json only. Add it."))
        if isinstance(card, Endpoint):
            _check_for_server(request, context)
        asked.append((card, request))
    engine = engine_in(caller.folder, caller.secrets, engine_maker())
    try:
        if len(asked) == 1:
            _print_summary(_print_answers(engine, asked[0][1], as_json=as_json), as_json=as_json)
        else:
            _print_by_model(engine, asked, as_json=as_json)
    finally:
        engine.close()


def _print_by_model(engine: Engine, asked: Sequence[tuple[AnyModel, CandidateRequest]], *, as_json: bool) -> None:
    """The answers of one model after the other; one that fails does not keep the next from answering."""
    failed = 0
    for card, request in asked:
        if not as_json:
            click.secho(one_line(card.name), bold=True, underline=True)
        try:
            done = _print_answers(engine, request, as_json=as_json, model=card.name)
        except EngineError as error:
            failed += 1
            say(f"{one_line(card.name)}: {sentence(error)}")
        else:
            _print_summary(done, as_json=as_json, model=card.name)
    if failed:
        words = ngettext("{count} of {all} models failed.", "{count} of {all} models failed.", failed)
        raise Refused(words.format(count=failed, all=len(asked)))


def _say_about(card: ModelCard, context: int | None) -> None:
    """What one should know of a model before reading its answers."""
    trained = card.header.context_length
    if context is not None and trained and context > trained:
        text = _("{name} was made for a context of {trained} tokens; no larger one is used.")
        say(text.format(name=one_line(card.name), trained=count_text(trained)))
    if not card.header.template:
        say(_("{name} has no chat template: the prompt is sent as plain text.").format(name=one_line(card.name)))


def _check_for_server(request: CandidateRequest, context: int | None) -> None:
    """What only a model on this computer can do is not left out in silence."""
    given = {
        "--log-probabilities": request.log_probabilities,
        "--context": context is not None,
        "--gpu-layers, --device": bool(given_for_engine()),
    }
    for option, is_given in given.items():
        if is_given:
            raise Refused(
                _("{option}: only for models on this computer, and this one answers on a server. Leave it out.").format(
                    option=option
                )
            )


def _check_length(card: AnyModel, max_tokens: int, context: int | None) -> None:
    """An answer that can never be so long is asked for by mistake."""
    trained = card.header.context_length if isinstance(card, ModelCard) else 0
    room = min(length for length in (context, trained, MAX_TOKENS + 1) if length)
    if max_tokens >= room:
        raise Refused(
            _("An answer of {tokens} tokens does not fit in a context of {room}. Ask for fewer.").format(
                tokens=max_tokens, room=room
            )
        )


def _print_answers(engine: Engine, request: CandidateRequest, *, as_json: bool, model: str = "") -> Done:
    """Print every answer in the order of candidates, as soon as those before it are there.

    `model` is named in JSON, where it is not "".
    """
    waiting: dict[int, Finished] = {}
    shown = cut = 0
    most = request.candidates[0].max_tokens
    for event in _events(engine, request):
        if isinstance(event, Finished):
            waiting[event.candidate] = event
            cut += _is_cut_at(event, most)
        while shown in waiting:
            _show(waiting.pop(shown), as_json=as_json, model=model)
            shown += 1
        if isinstance(event, Done):
            _say_cut(cut, most)
            return event
        if isinstance(event, Failed):
            for _place, answer in sorted(waiting.items()):  # an endpoint may have failed one before them
                _show(answer, as_json=as_json, model=model)
            raise error_of(event)
    raise AssertionError("the events of a request end with Done or Failed")


def _is_cut_at(answer: Finished, most: int) -> bool:
    """Whether the limit cut it off, and not the end of the context."""
    counted, _seeded = _known(answer)
    return answer.finish == "length" and (not counted or answer.completion_tokens >= most)


def _say_cut(count: int, most: int) -> None:
    if count:
        words = ngettext(
            "{count} answer was cut off at {most} tokens. Ask for longer ones with --max-tokens.",
            "{count} answers were cut off at {most} tokens. Ask for longer ones with --max-tokens.",
            count,
        )
        say(words.format(count=count_text(count), most=count_text(most)))


def _events(engine: Engine, request: CandidateRequest) -> Iterator[AnyEvent]:
    """The events of one request, brought from the engine's thread into this one."""
    arrived: queue.SimpleQueue[AnyEvent] = queue.SimpleQueue()
    engine.generate(request, arrived.put)
    while True:
        yield arrived.get()


def _show(answer: Finished, *, as_json: bool, model: str) -> None:
    if as_json:
        print_json(_named(model) | _as_json(answer))
    else:
        _print_answer(answer)


def _as_json(answer: Finished) -> dict[str, object]:
    """An answer as JSON; without tokens and seed where an endpoint does not say them."""
    counted, seeded = _known(answer)
    found: dict[str, object] = {"candidate": answer.candidate, "text": answer.text, "finish": answer.finish}
    if counted:
        found["tokens"] = {"prompt": answer.prompt_tokens, "completion": answer.completion_tokens}
    found["time_ms"] = {"first": round(answer.first_ms), "total": round(answer.total_ms)}
    if seeded:
        found["seed"] = answer.seed
    if answer.reasoning:
        found["reasoning"] = answer.reasoning
    if answer.scores:
        found["log_probabilities"] = [[score.place, score.log_probability] for score in answer.scores]
    return found


def _named(model: str) -> dict[str, object]:
    return {"model": model} if model else {}


def _known(answer: Finished) -> tuple[bool, bool]:
    """Whether its tokens were counted, and whether the seed is its own."""
    if isinstance(answer, Answered):
        return answer.counted, "seed" in answer.sent
    return True, True


def _print_answer(answer: Finished) -> None:
    counted, seeded = _known(answer)
    tokens = ngettext("{} token", "{} tokens", answer.completion_tokens).format(count_text(answer.completion_tokens))
    cuts = {"length": _("cut off"), "error": _("broken off")}
    parts = [
        _("Answer {number}").format(number=answer.candidate + 1),
        ", ".join(part for part in (tokens if counted else "", cuts.get(answer.finish, "")) if part),
        _("seed {seed}").format(seed=answer.seed) if seeded else "",
    ]
    click.secho(" · ".join(part for part in parts if part), bold=True)
    click.echo(harmless(answer.text).strip() + "\n")


def _print_summary(done: Done, *, as_json: bool, model: str = "") -> None:
    seconds = (done.prompt_ms + done.generation_ms) / 1000
    speed = done.completion_tokens / seconds if seconds else 0.0
    if as_json and not done.prompt_tokens:  # an endpoint that counts nothing
        print_json(_named(model) | {"summary": {"seconds": round(seconds, 3)}})
    elif not done.prompt_tokens:
        click.echo(_("In {seconds} s.").format(seconds=decimal_text(seconds)))
    elif as_json:
        print_json(
            _named(model)
            | {
                "summary": {
                    "completion_tokens": done.completion_tokens,
                    "prompt_tokens": done.prompt_tokens,
                    "seconds": round(seconds, 3),
                    "tokens_per_second": round(speed, 1),
                }
            }
        )
    else:
        text = _("{tokens} tokens in {seconds} s, {speed} a second.")
        spent = decimal_text(seconds)
        click.echo(text.format(tokens=count_text(done.completion_tokens), seconds=spent, speed=decimal_text(speed, 0)))


def whole_text(text: str) -> str:
    """An argument's text with bytes that are no UTF-8 as U+FFFD, which JSON and records can hold."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
