"""`preceptor records erase`: judgements for good, and on wish those that hold the same text."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import click

from desktop.commands.asking import Caller, in_profile, json_option
from desktop.commands.printing import one_line, print_json
from desktop.commands.record_search import as_values
from desktop.commands.record_text import newest
from desktop.commands.refusal import Refused
from desktop.flow import describing
from desktop.flow.quantities import count_text
from desktop.flow.wording import gettext as _
from desktop.flow.wording import ngettext
from feedback_store.erasure import Erased
from feedback_store.store import Store, StoredRecord

TITLE_WIDTH = 60


@click.command("erase", short_help="Remove judgements' contents for good.")
@in_profile
@click.option("--same-text", is_flag=True, help="And all others that hold the same text.")
@click.option("--list", "only_list", is_flag=True, help="Only list the others that hold the same text.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@json_option
@click.argument("record_ids", metavar="ID...", nargs=-1, required=True)
def erase(
    caller: Caller, same_text: bool, only_list: bool, yes: bool, as_json: bool, record_ids: tuple[str, ...]
) -> None:
    """Remove the bytes of every revision of judgements for good; id, revision and hash stay.

    Others that hold the same text (of the same answers, or later turns of the conversation) are listed, and erased
    together with these where that is said. Where a judgement has left this computer, a withdrawal follows that asks the
    collector to erase it too. --json prints a line for each.
    """
    store = caller.open(readonly=only_list).store
    ids = tuple(newest(store, each).id for each in dict.fromkeys(record_ids))
    others = _others(store, ids)
    if only_list:
        _list(others, store.trainer, as_json=as_json)
        return
    if same_text:
        ids += tuple(each.id for each in others)
    if not yes:
        if not sys.stdin.isatty():
            raise Refused(_("Erasing cannot be undone. Say --yes if it is meant."))
        ids += () if same_text else _chosen(others, store.trainer)
        count = len(ids)
        text = ngettext("Erase {} judgement for good?", "Erase {} judgements for good?", count)
        click.confirm(text.format(count_text(count)), abort=True, err=True)
    _tell(store.records.erase_all(ids).result(), as_json=as_json)


def _others(store: Store, ids: Sequence[str]) -> list[StoredRecord]:
    """The judgements that hold the same text as any of these, each once."""
    found = {each.id: each for record_id in ids for each in store.records.same_text(record_id)}
    return [each for key, each in found.items() if key not in ids]


def _list(others: Sequence[StoredRecord], trainer: str, *, as_json: bool) -> None:
    if not others and not as_json:
        click.echo(_("No other judgement holds the same text."))
    for each in others:
        if as_json:
            print_json(as_values(each, trainer))
        else:
            click.echo(f"{each.id}  {_words(each, trainer)}")


def _words(record: StoredRecord, trainer: str) -> str:
    return f"{describing.whose(record, trainer)}, {record.created_at[:16]}  {one_line(record.title, TITLE_WIDTH)}"


def _chosen(others: Sequence[StoredRecord], trainer: str) -> tuple[str, ...]:
    """Which of the others are to go too, as a person at the terminal says."""
    if not others:
        return ()
    click.echo(_("These hold the same text:"), err=True)
    for number, each in enumerate(others, 1):
        click.echo(f"{number:3}  {_words(each, trainer)}", err=True)
    said = click.prompt(_("Which of them too? Their numbers, all, or none"), default="none", err=True)
    words = said.replace(",", " ").lower().split()
    if words == ["all"]:
        return tuple(each.id for each in others)
    if words == ["none"]:
        return ()
    if not all(word.isdecimal() and 1 <= int(word) <= len(others) for word in words):
        raise Refused(_("{said} names none of them. Nothing was erased.").format(said=one_line(said)))
    return tuple(others[int(word) - 1].id for word in dict.fromkeys(words))


def _tell(erased: Sequence[Erased], *, as_json: bool) -> None:
    if as_json:
        for each in erased:
            values = {"id": each.id, "erased": len(each.revisions)}
            print_json(values | {"same_text": list(each.same_text), "backups": list(each.backups)})
        return
    count = sum(len(each.revisions) for each in erased)
    click.echo(ngettext("{} revision erased.", "{} revisions erased.", count).format(count_text(count)))
    if rest := describing.erased_text(erased):
        click.echo(rest)
