"""`preceptor backup`: copies of the profile's database, checked when made and when put back."""

from __future__ import annotations

from pathlib import Path

import click

from desktop.commands.asking import Caller, in_profile, json_option
from desktop.commands.printing import print_json, print_table
from desktop.flow import backing_up
from desktop.flow.quantities import moment_text, size_text
from desktop.flow.wording import gettext as _
from feedback_store import backups
from feedback_store.database import FILE
from feedback_store.writer_lock import LOCK, take_lock


@click.group(short_help="List, make and restore backups.")
def backup() -> None:
    """Copies of the profile's database. Keys are not in them."""


@backup.command("list", short_help="List the backups, newest first.")
@in_profile
@json_option
def list_backups(caller: Caller, as_json: bool) -> None:
    """List the backups, newest first."""
    found = backups.all_of(caller.folder / FILE)
    if as_json:
        print_json([{"name": b.name, "size": b.size, "made_at": b.made_at.isoformat()} for b in found])
    elif not found:
        click.echo(_("There are no backups yet. Make one with: preceptor backup make"))
    else:
        rows = [(b.name, moment_text(b.made_at), size_text(b.size)) for b in found]
        print_table(rows, (_("Name"), _("Made"), _("Size")))


@backup.command("make", short_help="Make a backup now.")
@in_profile
@json_option
def make(caller: Caller, as_json: bool) -> None:
    """Make a backup now and check it. Works while the window is open."""
    caller.open(readonly=True)  # a sentence where there is no profile
    made = backups.make(caller.folder / FILE, backups.BY_HAND)
    if as_json:
        print_json({"name": made.name, "path": str(made.path), "size": made.size})
    else:
        click.echo(_("Backup {name} made ({size}).").format(name=made.name, size=size_text(made.size)))


@backup.command("restore", short_help="Put a backup in the database's place.")
@in_profile
@click.argument("name")
def restore(caller: Caller, name: str) -> None:
    """Put the backup NAME in the database's place, or a backup's file from anywhere.

    What stands there now is itself kept as a backup. With the file of another computer this profile goes on as the same
    trainer; a team's project is joined again then, with a code for that trainer's further device. The other computer
    goes on beside it. A code for a lost key would end its key.
    """
    caller.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    file, known = Path(name), {each.name for each in backups.all_of(caller.folder / FILE)}
    with take_lock(caller.folder / LOCK):
        here = backing_up.trainer_in(caller.folder)
        if name not in known and file.is_file():
            backups.restore_file(caller.folder / FILE, file)
        else:
            file = backups.restore(caller.folder / FILE, name).path
    click.echo(backing_up.put_back_text(file))
    if told := backing_up.joins_again_text(file, here):
        click.echo(told)
