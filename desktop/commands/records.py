"""`preceptor records`: what was judged. Reading works while the window is open; changing needs it closed."""

from __future__ import annotations

from typing import Literal

import click

from desktop.commands.asking import Caller, in_profile, json_option
from desktop.commands.importing import import_records
from desktop.commands.printing import print_json
from desktop.commands.record_check import check
from desktop.commands.record_erase import erase
from desktop.commands.record_search import list_records, search
from desktop.commands.record_share import share
from desktop.commands.record_text import describe, newest, not_there
from desktop.flow.wording import gettext as _


@click.group(short_help="List, search, import and take back judgements.")
def records() -> None:
    """Judgements: immutable records, each with its revisions."""


records.add_command(list_records)
records.add_command(search)
records.add_command(import_records)
records.add_command(share)
records.add_command(check)
records.add_command(erase)


@records.command("show", short_help="Show a judgement.")
@in_profile
@click.option("--history", is_flag=True, help="Every revision, oldest first.")
@json_option
@click.argument("record_id", metavar="ID")
def show(caller: Caller, history: bool, as_json: bool, record_id: str) -> None:
    """Show the newest revision of a judgement. --json prints the record itself, in its canonical bytes."""
    store = caller.open(readonly=True).store
    found = store.records.history(record_id) if history else [newest(store, record_id)]
    if not found:
        raise not_there(record_id)
    for stored in found:
        if not as_json:
            click.echo(describe(stored))
        elif stored.data:
            click.echo(stored.data)
        else:
            print_json({"id": stored.id, "rev": stored.rev, "sha256": stored.sha256, "state": stored.state})


@records.command("withdraw", short_help="Take a judgement back.")
@in_profile
@click.option(
    "--reason",
    type=click.Choice(("mistake", "duplicate", "private", "other")),
    default="mistake",
    show_default=True,
    help="Why.",
)
@click.argument("record_id", metavar="ID")
def withdraw(caller: Caller, reason: Literal["mistake", "duplicate", "private", "other"], record_id: str) -> None:
    """Take a judgement back: its next revision says so, and follows to the collector if it was there.

    `preceptor records reinstate` is the way back.
    """
    made = caller.open().store.records.withdraw(record_id, reason).result()
    click.echo(_("Withdrawn as revision {rev}.").format(rev=made.rev))


@records.command("reinstate", short_help="Let a withdrawn judgement stand again.")
@in_profile
@click.argument("record_id", metavar="ID")
def reinstate(caller: Caller, record_id: str) -> None:
    """Let a judgement stand again that was withdrawn: its next revision says what it said before."""
    (made,) = caller.open().store.records.reinstate_all((record_id,)).result()
    click.echo(_("It stands again as revision {rev}.").format(rev=made.rev))
