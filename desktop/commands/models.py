"""`preceptor models`: the catalogue. A file's header is read by our own bounded reader; nothing is loaded."""

from __future__ import annotations

import click

from desktop.commands.asking import Caller, in_profile, json_option
from desktop.commands.models_add import add
from desktop.commands.models_bench import bench
from desktop.commands.printing import harmless, one_line, print_json, print_table, size_text
from desktop.flow.wording import gettext as _
from desktop.profile import catalog_in
from local_models import fit
from local_models.catalog import ModelCard

USUAL_CONTEXT = 2048  # tokens that a prompt and four answers usually take


@click.group(short_help="List, add, remove and look into models.")
def models() -> None:
    """The models that Preceptor knows: the starter model, and GGUF files and folders that you add."""


models.add_command(add)


@models.command("list", short_help="List the models.")
@in_profile
@json_option
def list_models(caller: Caller, as_json: bool) -> None:
    """List the models, the starter model first. Files that are no usable GGUF are left out."""
    cards = catalog_in(caller.folder).list()
    if as_json:
        print_json([as_values(card) for card in cards])
        return
    if not cards:
        click.echo(_("There are no models yet. Add one with: preceptor models add FILE"))
        return
    rows = [
        (
            card.name,
            count_text(card.header.parameters),
            card.header.quantization or "–",
            str(card.header.context_length or "–"),
            size_text(card.header.file_size),
            _("yes") if fits(card) else _("no"),
            card.header.licence or _("unknown"),
        )
        for card in cards
    ]
    print_table(rows, (_("Name"), _("Size"), _("Format"), _("Context"), _("File"), _("Fits in memory"), _("Licence")))


@models.command("remove", short_help="Forget a model or folder; the file stays.")
@in_profile
@click.argument("name", metavar="NAME|PATH")
def remove(caller: Caller, name: str) -> None:
    """Forget a model or a folder that you added. The file itself stays."""
    path = catalog_in(caller.folder).remove(name)
    click.echo(_("Forgotten: {path}. The file itself stays.").format(path=one_line(str(path))))


@models.command("inspect", short_help="Show what a model file says about itself.")
@in_profile
@json_option
@click.argument("name", metavar="NAME|FILE")
def inspect(caller: Caller, name: str, as_json: bool) -> None:
    """Show a model's header and whether it fits in memory. Nothing of it is loaded or run."""
    card = catalog_in(caller.folder).find(name)
    if as_json:
        print_json(as_values(card) | {"template": card.header.template})
        return
    need = fit.estimate(card.header, USUAL_CONTEXT)
    memory = _("about {need} for a context of {context} tokens; {free} are free").format(
        need=size_text(need.total), context=USUAL_CONTEXT, free=size_text(fit.available_memory())
    )
    for label, value in (
        (_("Name"), card.name),
        (_("File"), f"{card.path} ({size_text(card.header.file_size)})"),
        (_("Says of itself"), card.header.name or "–"),
        (_("Architecture"), card.header.architecture),
        (_("Parameters"), count_text(card.header.parameters)),
        (_("Format"), card.header.quantization or "–"),
        (_("Context"), str(card.header.context_length or "–")),
        (_("Licence"), card.header.licence or _("unknown")),
        (_("Memory"), memory),
        (_("Header SHA-256"), card.header.header_sha256),
        (_("File SHA-256"), card.sha256 or _("not computed yet")),
    ):
        click.echo(f"{label}: {one_line(value)}")
    click.echo(_("Chat template:") if card.header.template else _("No chat template: prompts are sent as plain text."))
    if card.header.template:
        click.echo(harmless(card.header.template))


models.add_command(bench)


def as_values(card: ModelCard) -> dict[str, object]:
    """A card as JSON: what is not known is left out."""
    header = card.header
    found: dict[str, object] = {
        "name": card.name,
        "path": str(card.path),
        "source": card.source,
        "title": header.name,
        "architecture": header.architecture,
        "parameters": header.parameters,
        "quantization": header.quantization,
        "context_length": header.context_length,
        "licence": header.licence,
        "file_size": header.file_size,
        "header_sha256": header.header_sha256,
        "file_sha256": card.sha256,
        "fits": fits(card),
    }
    return {name: value for name, value in found.items() if value not in (None, "")}


def fits(card: ModelCard) -> bool:
    """Whether the model fits in the memory that is free now, with a usual context."""
    need = fit.estimate(card.header, min(USUAL_CONTEXT, card.header.context_length or USUAL_CONTEXT))
    return need.total + fit.KEEP_FREE <= fit.available_memory()


def count_text(parameters: int) -> str:
    """Parameters as people name them: 135M, 7.2B."""
    if parameters >= 1_000_000_000:
        return f"{parameters / 1e9:.1f}B"
    return f"{parameters / 1e6:.0f}M" if parameters else "–"
