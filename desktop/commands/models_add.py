"""`preceptor models add`: a model becomes known to this profile. Must not know the other commands of the group."""

from __future__ import annotations

from pathlib import Path

import click

from desktop.commands.asking import Caller, in_profile
from desktop.commands.printing import one_line
from desktop.flow.wording import gettext as _
from desktop.flow.wording import ngettext
from desktop.profile import catalog_in


@click.command("add", short_help="Add a GGUF file, or a folder of them.")
@in_profile
@click.argument("path", type=click.Path(path_type=Path))
def add(caller: Caller, path: Path) -> None:
    """Remember a GGUF file, or a folder that holds some. Nothing is copied."""
    cards = catalog_in(caller.folder).add(path)
    if not cards:
        click.echo(_("The folder is remembered. There is no usable model in it yet."))
        return
    names = ", ".join(one_line(card.name) for card in cards)
    click.echo(ngettext("Added {} model: {}", "Added {} models: {}", len(cards)).format(len(cards), names))
