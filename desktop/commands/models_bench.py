"""`preceptor models bench`: how fast a model answers here, by the same way as every answer in the window."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import click

from desktop.commands.asking import Caller, in_profile, json_option
from desktop.commands.engine_options import engine_maker, engine_options
from desktop.commands.printing import print_json
from desktop.flow.candidates import find_here
from desktop.flow.quantities import decimal_text, milliseconds_text
from desktop.flow.wording import gettext as _
from desktop.profile import catalog_in, endpoints_in
from local_models import measuring
from local_models.client import default_threads
from local_models.measuring import Speed
from local_models.requests import MAX_CANDIDATES

AUTO = "auto"
MOST_THREADS = 1024


class ThreadCount(click.ParamType[int | str]):
    """A number of threads, or auto."""

    name = "integer|auto"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int | str:
        if value == AUTO:
            return AUTO
        return click.IntRange(1, MOST_THREADS).convert(value, param, ctx)


@click.command("bench", short_help="Measure how fast a model answers here.")
@in_profile
@click.option("--model", "name", default="", help="Name or file of the model; the first there is.")
@click.option(
    "--prompt-tokens",
    type=click.IntRange(1, 1_000_000),
    default=256,
    show_default=True,
    help="Length of the prompt.",
)
@click.option(
    "--new-tokens", type=click.IntRange(1, 1_000_000), default=96, show_default=True, help="Length of each answer."
)
@click.option("-k", "count", type=click.IntRange(1, MAX_CANDIDATES), default=4, show_default=True, help="Answers.")
@click.option(
    "--threads",
    type=ThreadCount(),
    metavar="N|auto",
    help="At most; by default one core is left to the window. auto: try several numbers and tell the fastest.",
)
@engine_options
@json_option
def bench(
    caller: Caller, name: str, prompt_tokens: int, new_tokens: int, count: int, threads: int | str | None, as_json: bool
) -> None:
    """Have a model answer a prompt of so many tokens, by the same way as every answer in the window.

    Each answer goes on to the end. Close other programs for a number that can be compared.
    """
    model = str(find_here(name, catalog_in(caller.folder), endpoints_in(caller.folder)).path)
    speeds = []
    for most in thread_counts(default_threads()) if threads == AUTO else (threads,):
        client = engine_maker(threads=most if isinstance(most, int) else None)()
        try:
            request = measuring.request_of(client, model, prompt_tokens=prompt_tokens, new_tokens=new_tokens, k=count)
            speeds.append((client.threads, measuring.measure(client, request)))
        finally:
            client.close()
    most, speed = max(speeds, key=lambda each: each[1].tokens_per_second)
    tried = {each: found.tokens_per_second for each, found in speeds}
    if as_json:
        print_json(_as_json(speed) | ({"tried": tried} if threads == AUTO else {}))
        return
    if threads == AUTO:
        for each, tokens_per_second in tried.items():
            text = _("Threads at most {threads}: {speed} tokens a second in all")
            click.echo(text.format(threads=each, speed=decimal_text(tokens_per_second)))
        click.echo(_("Fastest with {threads}. A running engine finds that by itself.").format(threads=most))
    _print(speed)


def thread_counts(cores: int) -> tuple[int, ...]:
    """What is worth trying up to `cores`: 1, 2, 4, …, and all of them."""
    doubled: Iterable[int] = (1 << power for power in range(cores.bit_length()))
    return tuple(sorted({*doubled, cores}))


def _as_json(speed: Speed) -> dict[str, object]:
    return {
        "k": speed.k,
        "threads": speed.threads,
        "prompt_tokens_per_second": speed.prompt_tokens_per_second,
        "generation_tokens_per_second": speed.generation_tokens_per_second,
        "tokens_per_second": speed.tokens_per_second,
        "first_token_ms": [round(first, 1) for first in speed.first_token_ms],
    }


def _print(speed: Speed) -> None:
    for label, value in (
        (_("Prompt"), _("{speed} tokens a second").format(speed=decimal_text(speed.prompt_tokens_per_second))),
        (
            _("Writing, all answers together"),
            _("{speed} tokens a second").format(speed=decimal_text(speed.generation_tokens_per_second)),
        ),
        (_("In all"), _("{speed} tokens a second").format(speed=decimal_text(speed.tokens_per_second))),
        (_("To the first word of the last answer"), milliseconds_text(speed.first_token_ms[-1])),
        (_("Threads at the end"), str(speed.threads)),
    ):
        click.echo(f"{label}: {value}")
