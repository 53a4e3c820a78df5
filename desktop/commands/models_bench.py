"""`preceptor models bench`: how fast a model answers here, by the same way as every answer in the window."""

from __future__ import annotations

import click

from desktop.commands.asking import Caller, in_profile, json_option
from desktop.commands.printing import print_json
from desktop.flow.wording import gettext as _
from desktop.profile import catalog_in
from local_models import measuring
from local_models.client import EngineClient
from local_models.requests import MAX_CANDIDATES


@click.command("bench", short_help="Measure how fast a model answers here.")
@in_profile
@click.option("--model", "name", default="", help=_("Name or file of the model; the first there is."))
@click.option(
    "--prompt-tokens",
    type=click.IntRange(1, 1_000_000),
    default=256,
    show_default=True,
    help=_("Length of the prompt."),
)
@click.option(
    "--new-tokens", type=click.IntRange(1, 1_000_000), default=96, show_default=True, help=_("Length of each answer.")
)
@click.option("-k", "count", type=click.IntRange(1, MAX_CANDIDATES), default=4, show_default=True, help=_("Answers."))
@click.option("--threads", type=click.IntRange(1, 1024), help=_("At most; by default one core is left to the window."))
@json_option
def bench(
    caller: Caller, name: str, prompt_tokens: int, new_tokens: int, count: int, threads: int | None, as_json: bool
) -> None:
    """Have a model answer a prompt of so many tokens, by the same way as every answer in the window.

    Each answer goes on to the end. Close other programs for a number that can be compared.
    """
    card = catalog_in(caller.folder).find(name)
    client = EngineClient(threads=threads)
    try:
        request = measuring.request_of(
            client, str(card.path), prompt_tokens=prompt_tokens, new_tokens=new_tokens, k=count
        )
        speed = measuring.measure(client, request)
    finally:
        client.close()
    firsts = [round(first, 1) for first in speed.first_token_ms]
    if as_json:
        print_json(
            {
                "k": speed.k,
                "threads": speed.threads,
                "prompt_tokens_per_second": speed.prompt_tokens_per_second,
                "generation_tokens_per_second": speed.generation_tokens_per_second,
                "tokens_per_second": speed.tokens_per_second,
                "first_token_ms": firsts,
            }
        )
        return
    for label, value in (
        (_("Prompt"), _("{speed:.1f} tokens a second").format(speed=speed.prompt_tokens_per_second)),
        (
            _("Writing, all answers together"),
            _("{speed:.1f} tokens a second").format(speed=speed.generation_tokens_per_second),
        ),
        (_("In all"), _("{speed:.1f} tokens a second").format(speed=speed.tokens_per_second)),
        (_("To the first word of the last answer"), _("{ms:.0f} ms").format(ms=firsts[-1])),
        (_("Threads at the end"), str(speed.threads)),
    ):
        click.echo(f"{label}: {value}")
