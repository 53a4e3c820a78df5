"""`preceptor collector`, the part about its database: the address with its password, and moving there from SQLite."""

from __future__ import annotations

import dataclasses
import sys
from pathlib import Path

import click

from desktop.commands.asking import json_option
from desktop.commands.collector_folder import folder_argument
from desktop.commands.printing import print_json
from desktop.commands.refusal import Refused
from desktop.flow.quantities import count_text
from desktop.flow.wording import gettext as _
from desktop.flow.wording import ngettext
from feedback_store.collector import moving, opening
from feedback_store.collector.sqlite_storage import FILE

ask_password_option = click.option("--ask-password", is_flag=True, help="Ask for the database's password.")


@click.command("move", short_help="Move from SQLite to PostgreSQL.")
@folder_argument
@click.option("--database", metavar="URL", help="An empty PostgreSQL database; without its password.")
@ask_password_option
@json_option
def move(folder: Path, database: str | None, ask_password: bool, as_json: bool) -> None:
    """Move the data of the collector in DIR from SQLite to an empty PostgreSQL database: all of it, or nothing.

    Deliveries wait meanwhile, and go on when the server is started again. All rows are read back and compared. The old
    file stays, marked so that nothing is served from it any more. Broken off anywhere, give the command again.

    The address is kept in DIR, unless PRECEPTOR_COLLECTOR_DATABASE names it.
    """
    given = database_of(database, ask_password=ask_password)
    address = given or opening.environment_address()
    if address is None:
        raise click.UsageError(_("Name the database with --database or PRECEPTOR_COLLECTOR_DATABASE."))
    moved = moving.move(folder, address, keep=given is not None, on_table=_tell)
    if as_json:
        print_json(dataclasses.asdict(moved))
        return
    counts = (
        ngettext("{} project", "{} projects", moved.projects).format(count_text(moved.projects)),
        ngettext("{} device", "{} devices", moved.devices).format(count_text(moved.devices)),
        ngettext("{} batch", "{} batches", moved.batches).format(count_text(moved.batches)),
        ngettext("{} revision of records", "{} revisions of records", moved.revisions).format(
            count_text(moved.revisions)
        ),
    )
    click.echo(_("Moved and compared: {counts}.").format(counts=", ".join(counts)))
    click.echo(_("Next: start again what serves {folder}.").format(folder=folder))
    click.echo(
        _("{file} stays as it was. Remove it when all is well: nothing that is erased later is erased in it.").format(
            file=folder / FILE
        )
    )


def database_of(address: str | None, *, ask_password: bool) -> str | None:
    """The address with the password that was asked for. On a command line everybody on this machine could read it."""
    if address is None:
        if ask_password:
            raise click.UsageError(_("--ask-password needs --database."))
        return None
    opening.check_address(address)
    if opening.has_password(address):
        raise Refused(
            _("Everybody on this machine can read a password on a command line. Leave it out and add --ask-password.")
        )
    if not ask_password:
        return address
    return opening.with_password(address, click.prompt(_("Password of the database"), hide_input=True, err=True))


def _tell(done: int, of: int) -> None:
    """Counts on a terminal, and is silent elsewhere."""
    if sys.stderr.isatty():
        click.echo(_("{done} of {all} tables moved").format(done=count_text(done), all=count_text(of)), err=True)
