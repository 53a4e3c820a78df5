"""`preceptor models folders`: the models of other apps, offered and, on the user's word, listed with ours."""

from __future__ import annotations

import click

from desktop.commands.asking import Caller, in_profile, json_option
from desktop.commands.printing import one_line, print_json, print_table
from desktop.flow.models import cards as model_cards
from desktop.flow.quantities import count_text
from desktop.flow.wording import gettext as _
from desktop.flow.wording import ngettext
from desktop.profile import catalog_in
from local_models.model_files.app_folders import APPS


@click.group(invoke_without_command=True, short_help="List and add the model folders of other apps.")
@in_profile
@json_option
@click.pass_context
def folders(ctx: click.Context, caller: Caller, as_json: bool) -> None:
    """List the folders in which other apps keep models: Hugging Face's cache, LM Studio, Ollama, Jan, GPT4All.

    No model of theirs is opened before you add the folder, nothing is copied, nothing in it is ever changed. --json
    prints JSON.
    """
    if ctx.invoked_subcommand is not None:
        return
    found = catalog_in(caller.folder).app_folders()
    if as_json:
        print_json([{"app": f.app, "path": str(f.path), "models": f.models, "added": f.added} for f in found])
        return
    if not found:
        click.echo(_("No models of other apps were found in the usual places."))
        return
    rows = [(folder.app, folder.title, model_cards.folder_text(folder), str(folder.path)) for folder in found]
    print_table(rows, (_("Name"), _("App"), _("Models"), _("Folder")))
    if not all(folder.added for folder in found):
        click.echo(_("To list them with yours: preceptor models folders add NAME"))


@folders.command("add", short_help="List an app's models with yours.")
@in_profile
@click.argument("app", metavar="APP|all")
def add_folder(caller: Caller, app: str) -> None:
    """Have the models of an app listed with yours, or those of all apps. `preceptor models remove APP` forgets them."""
    short = next((key for key, title in APPS.items() if app.casefold() in (key, title.casefold())), app.lower())
    cards = catalog_in(caller.folder).add_app(short)
    if not cards:
        click.echo(_("Remembered. There is no usable model in it that was not known."))
        return
    names = ", ".join(one_line(card.name) for card in cards)
    click.echo(ngettext("Added {} model: {}", "Added {} models: {}", len(cards)).format(count_text(len(cards)), names))
