"""`preceptor models`: the catalogue. A file's header is read by our own bounded reader; nothing is loaded."""

from __future__ import annotations

import shlex
import sys

import click

from desktop.commands import endpoints
from desktop.commands.asking import Caller, in_profile, json_option
from desktop.commands.endings import say
from desktop.commands.models_add import add
from desktop.commands.models_bench import bench
from desktop.commands.models_folders import folders
from desktop.commands.printing import harmless, one_line, print_json, print_table
from desktop.commands.refusal import Refused
from desktop.flow.candidates import find_here
from desktop.flow.models import cards as model_cards
from desktop.flow.models.reading import damage_words
from desktop.flow.quantities import size_text
from desktop.flow.wording import gettext as _
from desktop.flow.wording import ngettext
from desktop.profile import catalog_in, endpoints_in
from local_models.model_files import recommended as recommendations
from local_models.model_files.catalog import Catalog, ModelCard


@click.group(short_help="List, add, remove and look into models.")
def models() -> None:
    """The models that Preceptor knows: the starter model, GGUF files and folders that you add, those of other apps."""


@models.command("list", short_help="List the models.")
@in_profile
@json_option
def list_models(caller: Caller, as_json: bool) -> None:
    """List the models, the starter model first, then endpoints. What is no usable model is named below the list."""
    catalog = catalog_in(caller.folder)
    cards, free = catalog.list(), model_cards.available()
    known = endpoints_in(caller.folder)
    servers = known.list()
    for file in filter(None, (catalog.damaged_file, known.damaged_file)):
        say(damage_words(file))
    if as_json:
        print_json([*(as_values(card, free) for card in cards), *(endpoints.as_values(each) for each in servers)])
        return
    if not cards and not servers:
        click.echo(_("There are no models yet. Add one with: preceptor models add FILE"))
    else:
        rows = [model_cards.row(card, free) for card in cards]
        columns = [(r.name, r.parameters, r.format, r.context, r.size, r.fits_text, r.licence, r.source) for r in rows]
        there = [(each.name, *["–"] * 6, _("endpoint: {model}").format(model=each.model)) for each in servers]
        print_table(
            [*columns, *there],
            (_("Name"), _("Size"), _("Format"), _("Context"), _("File"), _("Fits in memory"), _("Licence"), _("From")),
        )
    for sentence in model_cards.left_out_text(catalog.broken()):
        click.echo(_("Left out: {why}").format(why=one_line(sentence)))


models.add_command(add)


@models.command("remove", short_help="Forget a model or folder; the file stays.")
@in_profile
@click.argument("name", metavar="NAME|PATH|APP")
def remove(caller: Caller, name: str) -> None:
    """Forget a model or a folder that you added, or the folders of an app. The files themselves stay."""
    _check_no_endpoint(caller, name)
    for path in catalog_in(caller.folder).remove(name):
        click.echo(_("Forgotten: {path}. The file itself stays.").format(path=one_line(str(path))))


@models.command("trash", short_help="Move a model's file to the trash.")
@in_profile
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.argument("name", metavar="NAME|FILE")
def trash(caller: Caller, yes: bool, name: str) -> None:
    """Move a model's file, or all parts of a split one, to the system's trash, and forget it.

    Files of other apps and the starter model are left alone. Nothing is deleted where there is no trash.
    """
    _check_no_endpoint(caller, name)
    catalog = catalog_in(caller.folder)
    card = catalog.check_trash(name)
    if not yes:
        if not sys.stdin.isatty():
            raise Refused(_("Nobody can be asked here. To move it to the trash all the same, add --yes."))
        size = size_text(card.header.file_size)
        question = _("Move {path} ({size}) to the trash?").format(path=one_line(str(card.path)), size=size)
        click.confirm(question, abort=True, err=True)
    moved = catalog.trash(str(card.path))
    text = ngettext("{} file is in the trash now.", "{} files are in the trash now.", len(moved)).format(len(moved))
    way_back = _("To have it back, restore it there, then: preceptor models add {path}").format(
        path=one_line(shlex.quote(str(card.path)))
    )
    click.echo(f"{text} {way_back}")


@models.command("inspect", short_help="Show what a model file says about itself.")
@in_profile
@json_option
@click.option("--digest", is_flag=True, help="Compute the file's SHA-256 now, if it is not known yet.")
@click.argument("name", metavar="NAME|FILE")
def inspect(caller: Caller, name: str, as_json: bool, digest: bool) -> None:
    """Show a model's header and whether it fits in memory. Nothing of it is loaded or run."""
    catalog = catalog_in(caller.folder)
    card = find_here(name, catalog, endpoints_in(caller.folder))
    if digest:
        card = _with_digest(catalog, card)
    free = model_cards.available()
    if as_json:
        print_json(as_values(card, free) | {"template": card.header.template})
        return
    for label, value in model_cards.facts(card, free):
        click.echo(f"{label}: {one_line(value)}")
    for note in model_cards.notes(card):
        click.echo(note)
    if card.header.template:
        click.echo(_("Chat template:"))
        click.echo(harmless(card.header.template))


models.add_command(bench)
models.add_command(folders)


@models.command("recommended", short_help="List models worth adding.")
@in_profile
@json_option
def recommended(caller: Caller, as_json: bool) -> None:
    """List a few models worth adding, with what they need and whether that is there. Nothing is downloaded."""
    cards, free = catalog_in(caller.folder).list(), model_cards.available()
    rows = model_cards.recommended_rows(cards, free)
    if as_json:
        found = zip(recommendations.fitting(free), rows, strict=True)
        print_json([recommended_values(fitting, row) for fitting, row in found])
        return
    headings = (_("Name"), _("For"), _("File"), _("Memory"), _("Licence"), _("Fits here"), _("Add it with"))
    way = {row.name: _("here as {name}").format(name=row.here) if row.here else row.command for row in rows}
    print_table([(r.name, r.use, r.size, r.memory, r.licence, r.fits_text, way[r.name]) for r in rows], headings)


def _check_no_endpoint(caller: Caller, name: str) -> None:
    """An endpoint stands in the list of models, but has no file."""
    if endpoints_in(caller.folder).get(name) is not None:
        raise Refused(
            _("{name} is an endpoint. Forget it with: preceptor endpoints remove {name}").format(name=one_line(name))
        )


def as_values(card: ModelCard, free: int) -> dict[str, object]:
    """A card as JSON: what is not known is left out."""
    header = card.header
    found: dict[str, object] = {
        "name": card.name,
        "path": str(card.path),
        "source": card.source,
        "origin": card.origin,
        "title": header.name,
        "architecture": header.architecture,
        "parameters": header.parameters,
        "quantization": header.quantization,
        "context_length": header.context_length,
        "licence": header.licence,
        "file_size": header.file_size,
        "header_sha256": header.header_sha256,
        "file_sha256": card.sha256,
        "claimed_sha256": card.claimed_sha256,
        "memory": model_cards.needed(card),
        "fits": model_cards.fits(card, free),
    }
    return {name: value for name, value in found.items() if value not in (None, "")}


def recommended_values(found: recommendations.Fitting, row: model_cards.RecommendedRow) -> dict[str, object]:
    """A recommended model as JSON: what is not known is left out."""
    model = found.model
    values: dict[str, object] = {
        "name": model.name,
        "use": model.use,
        "address": model.address,
        "package": model.package,
        "file_size": model.size,
        "file_sha256": model.sha256,
        "memory": found.needed,
        "fits": found.fits,
        "licence": model.licence,
        "quantization": model.quantization,
        "command": row.command,
        "here": row.here,
    }
    return {name: value for name, value in values.items() if value != ""}


def _with_digest(catalog: Catalog, card: ModelCard) -> ModelCard:
    """The card with its digest; a bar on a terminal, on standard error so that JSON stays alone."""
    if not sys.stderr.isatty():
        return catalog.digest(card)
    with click.progressbar(length=card.header.file_size, label="SHA-256", file=sys.stderr) as bar:
        return catalog.digest(card, lambda done: bar.update(done - bar.pos))
