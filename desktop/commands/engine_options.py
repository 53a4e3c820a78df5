"""`--gpu-layers` and `--device`: how the models of this machine are run, for whatever starts an engine.

They are understood before and after the command's name, as `--profile` is, and read from the environment, so that the
window has them too. Must not know any one command.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from local_models.client import EngineClient

F = TypeVar("F", bound=Callable[..., Any])
MOST_LAYERS = 1_000_000  # local_models/requests.py
GIVEN = "preceptor.engine"  # where the contexts of a command line keep what was given


def engine_options(function: F) -> F:
    """Options of a command that has a model of this machine answer; `engine_maker` takes what they say."""
    layers = click.option(
        "--gpu-layers",
        type=click.IntRange(0, MOST_LAYERS),
        envvar="PRECEPTOR_GPU_LAYERS",
        expose_value=False,
        callback=_take,
        help="Layers to put on a GPU; 0: none. Otherwise as many as fit. [env: PRECEPTOR_GPU_LAYERS]",
    )
    device = click.option(
        "--device",
        multiple=True,
        metavar="NAME",
        envvar="PRECEPTOR_DEVICE",
        expose_value=False,
        callback=_take,
        help="Use this GPU, by its name in `doctor`; may be given again. Otherwise all. [env: PRECEPTOR_DEVICE]",
    )
    return layers(device(function))


def given_for_engine() -> dict[str, Any]:
    """What was said of how models run here, by the option's name."""
    context = click.get_current_context(silent=True)
    return dict(context.meta.get(GIVEN, {})) if context else {}


def engine_maker(*, threads: int | None = None) -> Callable[[], EngineClient]:
    """What makes an engine for the models of this machine, as the options of the running command say."""
    from local_models.client import EngineClient

    given = given_for_engine()  # asked now: another thread that makes the engine has none
    return partial(EngineClient, threads=threads, gpu_layers=given.get("gpu_layers"), devices=given.get("device", ()))


def _take(ctx: click.Context, parameter: click.Parameter, value: int | tuple[str, ...] | None) -> None:
    """Keep what was given; what was said nearest to the command counts."""
    if value is not None and value != ():
        ctx.meta.setdefault(GIVEN, {})[parameter.name] = value
