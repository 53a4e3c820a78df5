"""How answers are drawn, as options: the samplers by llama.cpp's names, what answers may be, and adapters.

What is given goes over the preset. Must not know any one command.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click
import msgspec

from desktop.commands.refusal import Refused
from desktop.flow.wording import gettext as _
from local_models.requests import MAX_ADAPTERS, MAX_GRAMMAR, Adapter, CandidateRequest, Dry

F = TypeVar("F", bound=Callable[..., Any])
GIVEN = "preceptor.sampling"  # where the contexts of a command line keep what was given
MOST_STOPS, LONGEST_STOP = 16, 1000
FARTHEST = 1_000_000


class Number(click.FloatRange):
    """A number in a range; "nan" is a float to Python and lies in every range."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        found: float = super().convert(value, param, ctx)
        if math.isnan(found):
            self.fail(_("{value!r} is not a number.").format(value=value), param, ctx)
        return found


PENALTY = Number(0, 100, min_open=True)


class StopText(click.ParamType[str]):
    """A text that ends an answer."""

    name = "text"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        if not value:
            self.fail(_("A stop text that is empty would end every answer at once."), param, ctx)
        if len(value) > LONGEST_STOP:
            self.fail(_("A stop text has at most {count} characters.").format(count=LONGEST_STOP), param, ctx)
        return str(value).encode("utf-8", "surrogateescape").decode("utf-8", "replace")


class AdapterFile(click.ParamType[Adapter]):
    """A LoRA adapter's file, and its scale behind a colon."""

    name = "adapter"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Adapter:
        path, scale = str(value), 1.0
        before, colon, behind = path.rpartition(":")
        if colon and not Path(path).exists() and not behind.startswith(("\\", "/")):  # C:\model.gguf has no scale
            path, scale = before, Number(-100, 100).convert(behind, param, ctx)
        if not Path(path).is_file():
            self.fail(_("There is no file {path}.").format(path=path), param, ctx)
        return Adapter(path=str(Path(path).absolute()), scale=scale)


def sampling_options(function: F) -> F:
    """Options of a command that has answers drawn; `drawn_as_given` puts what they say into a request."""
    text = click.Path(exists=True, dir_okay=False, path_type=Path)
    options = (
        _option(
            "--temperature",
            type=Number(0, 5),
            help="Instead of the preset's (balanced: 0.8); 0: always the likeliest token.",
        ),
        _option("--top-k", type=click.IntRange(0, FARTHEST), help="Of the likeliest so many; 0: of all."),
        _option("--top-p", type=Number(0, 1), help="Of the likeliest that together reach this probability."),
        _option("--min-p", type=Number(0, 1), help="Of those at least this probable, beside the likeliest."),
        _option("--repeat-penalty", type=PENALTY, help="Against the last tokens; 1: none."),
        _option("--dry", type=Number(0, 100), help="Strength of DRY, against repeated passages; 0: none."),
        _option("--stop", type=StopText(), multiple=True, metavar="TEXT", help="Ends an answer; repeatable."),
        _option("--grammar", type=text, metavar="FILE", help="A GBNF grammar that every answer must follow."),
        _option("--json-schema", type=text, metavar="FILE", help="A JSON schema that every answer must follow."),
        _option(
            "--adapter",
            type=AdapterFile(),
            multiple=True,
            metavar="FILE[:SCALE]",
            help="A LoRA adapter in GGUF form, with its strength (1); repeatable.",
        ),
        _option(
            "--log-probabilities",
            is_flag=True,
            default=None,
            help="With --json, say how likely each token was (natural logarithm).",
        ),
    )
    for option in reversed(options):
        function = option(function)
    return function


def drawn_as_given(request: CandidateRequest) -> CandidateRequest:
    """`request` as the options of the running command say. Refused for a grammar's file that cannot be read."""
    given: dict[str, Any] = dict(click.get_current_context().meta.get(GIVEN, {}))
    more: dict[str, Any] = {"log_probabilities": bool(given.pop("log_probabilities", False))}
    if len(adapters := given.pop("adapter", ())) > MAX_ADAPTERS:
        raise Refused(_("At most {count} adapters can be used at once.").format(count=MAX_ADAPTERS))
    if len(given.get("stop", ())) > MOST_STOPS:
        raise Refused(_("At most {count} stop texts can be given.").format(count=MOST_STOPS))
    if "grammar" in given and "json_schema" in given:
        raise Refused(_("Answers follow a grammar or a JSON schema, not both. Leave one of them out."))
    for name in ("grammar", "json_schema"):
        if name in given:
            given[name] = _text_of(given[name])
    if "dry" in given:
        given["dry"] = Dry(multiplier=given["dry"])
    drawn = tuple(msgspec.structs.replace(each, **given) for each in request.candidates)
    return msgspec.structs.replace(request, candidates=drawn, adapters=tuple(adapters), **more)


def _option(name: str, **settings: Any) -> Callable[[F], F]:
    return click.option(name, expose_value=False, callback=_take, **settings)


def _take(ctx: click.Context, parameter: click.Parameter, value: Any) -> None:
    if value is not None and value != ():
        ctx.meta.setdefault(GIVEN, {})[parameter.name] = value


def _text_of(path: Path) -> str:
    with path.open("rb") as file:
        found = file.read(MAX_GRAMMAR + 1)
    if len(found) > MAX_GRAMMAR:
        raise Refused(_("{path} is far longer than any grammar that can be used.").format(path=path))
    try:
        text = found.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Refused(_("{path} is not UTF-8 text.").format(path=path)) from error
    if not text.strip():
        raise Refused(_("{path} is empty.").format(path=path))
    return text
