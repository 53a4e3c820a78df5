"""`preceptor records check`: numbers and addresses in stored judgements, for whoever is to share them."""

from __future__ import annotations

from collections.abc import Iterator

import click
import msgspec

from desktop.commands.asking import Caller, in_profile, json_option
from desktop.commands.printing import one_line, print_json, print_table
from desktop.flow.draft_spots import spots
from desktop.flow.outcome import from_judgement
from desktop.flow.personal import Findings, kind_name, where_text
from desktop.flow.quantities import count_text
from desktop.flow.wording import gettext as _
from desktop.flow.wording import ngettext
from feedback_store.errors import NotFoundError
from feedback_store.kept_words import words_kept
from feedback_store.personal_data import find
from feedback_store.records import Judgement
from feedback_store.store import Store, StoredRecord

QUOTE_WIDTH = 40


@click.command("check", short_help="Look for personal data in judgements.")
@in_profile
@click.option("--project", metavar="NAME|ID", help="Of this project; otherwise of the one in use.")
@json_option
@click.argument("ids", metavar="[ID]...", nargs=-1)
def check(caller: Caller, project: str | None, as_json: bool, ids: tuple[str, ...]) -> None:
    """List e-mail addresses, phone, card and account numbers, IP addresses and keys in judgements that stand.

    Names, dates of birth and places are not found. What was kept on purpose in the window is left out. Nothing is
    changed: black out in the window, at Records. --json prints a line for each place, with offsets in code points; also
    for what was kept, with "kept": true.
    """
    profile = caller.open(readonly=True)
    stored = list(_chosen(profile.store, profile.find_project(project).id, ids))
    rows: list[tuple[str, str, str, str]] = []
    for each in stored:
        if isinstance(each.record, Judgement):
            kept = words_kept(profile.store.drafts, each.id)
            rows += _told(each, each.record, kept, as_json=as_json)
    if as_json:
        return
    if rows:
        print_table(rows, (_("Id"), _("Kind"), _("Where"), _("Words")))
    records = len({row[0] for row in rows})
    looked = ngettext("{} judgement looked through", "{} judgements looked through", len(stored)).format(
        count_text(len(stored))
    )
    words = _("{looked}, numbers or addresses in {count}. Names are not found: read the texts for them.")
    click.echo(words.format(looked=looked, count=records))


def _chosen(store: Store, project: str, ids: tuple[str, ...]) -> Iterator[StoredRecord]:
    if not ids:
        yield from store.records.iter_newest(project)
    for name in ids:
        stored = store.records.newest(name)
        if stored is None or stored.erased_at is not None:
            raise NotFoundError(
                _("There is no judgement {id}. See: preceptor records list").format(id=name), code="no_record"
            )
        yield stored


def _told(
    stored: StoredRecord, judgement: Judgement, kept: tuple[str, ...], *, as_json: bool
) -> list[tuple[str, str, str, str]]:
    """The rows of one judgement, whose words `kept` may stay; as JSON they are printed at once."""
    draft, findings = from_judgement(judgement, stored.sha256, stored.data), Findings()
    draft = msgspec.structs.replace(draft, kept=kept)
    findings.learn({text: find(text) for text in findings.unknown(draft)})
    if as_json:
        for spot in spots(draft):
            for found in findings.of(spot.text):
                print_json(
                    {"id": stored.id, "rev": stored.rev, "kind": found.kind, "part": spot.area}
                    | ({"candidate": spot.key} if spot.key else {})
                    | {"start": found.start, "end": found.end, "quote": found.quote}
                    | ({"kept": True} if found.quote in kept else {})
                )
        return []
    return [
        (stored.id, kind_name(place.kind), where_text(draft, place), one_line(place.quote, QUOTE_WIDTH))
        for place in findings.undecided(draft)
    ]
