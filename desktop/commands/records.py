"""`preceptor records`: what was judged. Reading works while the window is open; changing needs it closed."""

from __future__ import annotations

import sys
from typing import Literal

import click

from desktop.commands.asking import Caller, in_profile, json_option
from desktop.commands.importing import import_records
from desktop.commands.printing import print_json
from desktop.commands.record_check import check
from desktop.commands.record_search import list_records, search
from desktop.commands.record_text import describe
from desktop.commands.refusal import Refused
from desktop.flow.quantities import count_text
from desktop.flow.wording import gettext as _
from desktop.flow.wording import ngettext
from feedback_store.errors import NotFoundError
from feedback_store.store import Store, StoredRecord


@click.group(short_help="List, search, import and take back judgements.")
def records() -> None:
    """Judgements: immutable records, each with its revisions."""


records.add_command(list_records)
records.add_command(search)
records.add_command(import_records)
records.add_command(check)


@records.command("show", short_help="Show a judgement.")
@in_profile
@click.option("--history", is_flag=True, help="Every revision, oldest first.")
@json_option
@click.argument("record_id", metavar="ID")
def show(caller: Caller, history: bool, as_json: bool, record_id: str) -> None:
    """Show the newest revision of a judgement. --json prints the record itself, in its canonical bytes."""
    store = caller.open(readonly=True).store
    found = store.records.history(record_id) if history else [_newest(store, record_id)]
    if not found:
        raise _not_there(record_id)
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
    """Take a judgement back: its next revision says so, and follows to the collector if it was there."""
    made = caller.open().store.records.withdraw(record_id, reason).result()
    click.echo(_("Withdrawn as revision {rev}.").format(rev=made.rev))


@records.command("erase", short_help="Remove a judgement's contents for good.")
@in_profile
@click.option("--yes", is_flag=True, help="Do not ask.")
@json_option
@click.argument("record_id", metavar="ID")
def erase(caller: Caller, yes: bool, as_json: bool, record_id: str) -> None:
    """Remove the bytes of every revision of a judgement for good; id, revision and hash stay.

    Where it has left this computer, a withdrawal follows that asks the collector to erase it too.
    """
    profile = caller.open()
    _newest(profile.store, record_id)
    if not yes:
        if not sys.stdin.isatty():
            raise Refused(_("Erasing cannot be undone. Say --yes if it is meant."))
        click.confirm(_("Erase {id}? This cannot be undone.").format(id=record_id), abort=True, err=True)
    erased = profile.store.records.erase(record_id).result()
    count = len(erased.revisions)
    if as_json:
        print_json(
            {"id": record_id, "erased": count, "same_text": list(erased.same_text), "backups": list(erased.backups)}
        )
        return
    click.echo(ngettext("{} revision erased.", "{} revisions erased.", count).format(count_text(count)))
    if erased.withdrawal is not None:
        click.echo(_("It has left this computer; the next delivery asks the collector to erase it too."))
    if erased.same_text:
        click.echo(_("These judgements hold the same text: {ids}").format(ids=", ".join(erased.same_text)))
    if erased.backups:
        names = ", ".join(erased.backups)
        click.echo(_("These backups still hold it; delete them if it must go: {names}").format(names=names))


def _newest(store: Store, record_id: str) -> StoredRecord:
    found = store.records.newest(record_id)
    if found is None:
        raise _not_there(record_id)
    return found


def _not_there(record_id: str) -> NotFoundError:
    return NotFoundError(
        _("There is no judgement {id}. See: preceptor records list").format(id=record_id), code="no_record"
    )
