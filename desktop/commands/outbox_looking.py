"""`preceptor outbox list|show|hold|release`: what would leave, record by record, and what keeps it here."""

from __future__ import annotations

from collections.abc import Sequence

import click

from desktop.commands.asking import Caller, in_profile, json_option
from desktop.commands.printing import harmless, one_line, print_json, print_table
from desktop.commands.refusal import Refused
from desktop.flow import leaving
from desktop.flow.personal import counted_text, kind_name
from desktop.flow.quantities import count_text
from desktop.flow.wording import gettext as _
from desktop.flow.wording import ngettext
from feedback_store.errors import NotFoundError
from feedback_store.look_table import Place
from feedback_store.outbox import Unsent
from feedback_store.record_table import Way
from feedback_store.store import Store, StoredRecord

RELEASABLE: tuple[Way, ...] = ("saved", "held")
TITLE_WIDTH = 50

project_option = click.option("--project", metavar="NAME|ID", help="Of this project; otherwise of the one in use.")


@click.command("list", short_help="List what could leave, and what keeps it here.")
@in_profile
@project_option
@json_option
def list_unsent(caller: Caller, project: str | None, as_json: bool) -> None:
    """List what has not left, oldest first, with the places of personal data that nobody decided about.

    Those places keep a record here. Names are not looked for. --json prints a line for each record; "undecided" counts
    its places.
    """
    profile = caller.open(readonly=True)
    store, found = profile.store, profile.find_project(project)
    rows = store.outbox.unsent(found.id)
    if not rows and not as_json:
        click.echo(_("Nothing waits."))
        return
    lines = []
    for row in rows:
        stored = _newest(store, row.id)
        undecided = count_undecided(store, row)
        if as_json:
            print_json({"id": row.id, "rev": stored.rev, "state": row.way, "kind": stored.kind, "undecided": undecided})
        else:
            state = leaving.standing(row.way, undecided, kind=stored.kind)
            lines.append((row.id, state, one_line(stored.title, TITLE_WIDTH)))
    if lines:
        print_table(lines, (_("Id"), _("State"), _("Prompt")))
        click.echo(f"\n{leaving.terms_text(found)}\n{leaving.looked_for()}")


@click.command("show", short_help="Show what of a judgement would leave.")
@in_profile
@json_option
@click.argument("record_id", metavar="ID")
def show(caller: Caller, as_json: bool, record_id: str) -> None:
    """Show every text of a judgement that would leave, and the places of personal data that are found in it.

    Names, dates of birth and places are not found: read the text for them. --json prints one object with "passages"
    and "places"; offsets are in code points of the passage's text.
    """
    profile = caller.open(readonly=True)
    stored = _newest(profile.store, record_id)
    said, places = leaving.passages(stored), profile.store.outbox.places(stored)
    if as_json:
        print_json(
            {
                "id": stored.id,
                "rev": stored.rev,
                "state": stored.state,
                "passages": [{"heading": each.heading, "text": each.text} for each in said],
                "places": [_place_json(place, said) for place in places],
            }
        )
        return
    click.echo(leaving.terms_text(profile.store.projects.get(stored.project)))
    for each in said:
        click.echo(f"\n{one_line(each.heading)}\n{harmless(each.text)}")
    click.echo()
    if places:
        rows = [
            (kind_name(place.kind), leaving.where_text(said, place.quote), _("kept") if place.kept else "", place.quote)
            for place in places
        ]
        print_table(rows, (_("Kind"), _("Where"), _("Decided"), _("Words")))
    click.echo(leaving.undecided_text(places) or _("Nothing keeps it here."))
    click.echo(_("Names are not found: read the texts for them."))


@click.command("hold", short_help="Keep judgements here.")
@in_profile
@project_option
@click.option("--all", "everything", is_flag=True, help="All that wait or were released and are not signed yet.")
@json_option
@click.argument("record_ids", metavar="[ID]...", nargs=-1)
def hold(caller: Caller, project: str | None, everything: bool, as_json: bool, record_ids: tuple[str, ...]) -> None:
    """Keep judgements here until they are released by their ids, or with --all."""
    _ids_or_all(record_ids, everything=everything)
    profile = caller.open()
    if everything:
        found = profile.find_project(project)
        rows = profile.store.outbox.unsent(found.id, ("saved", "released", "waiting"))
        record_ids = tuple(row.id for row in rows if row.kind == "judgement")
    count = profile.store.outbox.hold(record_ids).result() if record_ids else 0
    if as_json:
        print_json({"held": count, "ids": list(record_ids)})
    else:
        click.echo(ngettext("{} judgement held back.", "{} judgements held back.", count).format(count_text(count)))


@click.command("release", short_help="Let judgements leave with the next delivery.")
@in_profile
@project_option
@click.option("--all", "everything", is_flag=True, help="All that were saved or held back.")
@click.option(
    "--kept-as-is",
    is_flag=True,
    help="Decide that every place of personal data found in them may stay; it is recorded.",
)
@json_option
@click.argument("record_ids", metavar="[ID]...", nargs=-1)
def release(
    caller: Caller,
    project: str | None,
    everything: bool,
    kept_as_is: bool,
    as_json: bool,
    record_ids: tuple[str, ...],
) -> None:
    """Let judgements leave with the next delivery: those with these IDs, or --all. See: preceptor outbox show ID.

    One with a place of personal data that nobody decided about is refused, and with IDs none is released then; --all
    releases the others. Black such places out in the window, or say --kept-as-is. Names are not looked for: read what
    you release. Ends with 1 if any was refused.
    --json says of each place its kind and where it stands, as `outbox show --json` numbers it, and not its words.
    """
    _ids_or_all(record_ids, everything=everything)
    profile = caller.open()
    outbox = profile.store.outbox
    if everything:
        found = profile.find_project(project)
        outbox.look(found.id)
        rows = [row for row in outbox.unsent(found.id, RELEASABLE) if row.kind == "judgement"]
        refused = [row.id for row in rows if row.undecided and not kept_as_is]
        record_ids = tuple(row.id for row in rows if kept_as_is or not row.undecided)
    else:
        refused = [] if kept_as_is else [name for name in record_ids if _undecided(profile.store, name)]
        record_ids = () if refused else record_ids
    count = outbox.release(record_ids, kept_as_is=kept_as_is).result() if record_ids else 0
    if as_json:
        held = [{"id": name, "places": _undecided(profile.store, name)} for name in refused]
        print_json({"released": count, "ids": list(record_ids), "undecided": held})
    elif everything or not refused:
        click.echo(ngettext("{} judgement released.", "{} judgements released.", count).format(count_text(count)))
        _say_what_leaves(profile.store, record_ids)
    if refused:
        raise Refused(_refusal(profile.store, refused))


def _say_what_leaves(store: Store, record_ids: Sequence[str]) -> None:
    """Under which terms it leaves, and what nobody looked for; on stderr, beside what was asked for."""
    for project in dict.fromkeys(_newest(store, name).project for name in record_ids):
        click.echo(leaving.terms_text(store.projects.get(project)), err=True)
    if record_ids:
        click.echo(leaving.looked_for(), err=True)


def count_undecided(store: Store, row: Unsent) -> int:
    """How many places of a record are undecided; looked for now where nobody has."""
    return row.undecided if row.undecided is not None else len(_undecided(store, row.id))


def _refusal(store: Store, refused: Sequence[str]) -> str:
    """One sentence: how many, what kinds of places, what to do. Not their words: the sentence may end in a log."""
    newest = [_newest(store, name) for name in refused]
    kinds = [place.kind for each in newest for place in store.outbox.places(each) if not place.kept]
    words = ngettext(
        "{count} judgement stays here until somebody decides about what was found ({places}). Black it out in the "
        "window, or say --kept-as-is; the words are shown by: preceptor outbox show ID",
        "{count} judgements stay here until somebody decides about what was found ({places}). Black it out in the "
        "window, or say --kept-as-is; the words are shown by: preceptor outbox show ID",
        len(refused),
    )
    return words.format(count=count_text(len(refused)), places=counted_text(kinds))


def _ids_or_all(record_ids: Sequence[str], *, everything: bool) -> None:
    if everything == bool(record_ids):
        raise click.UsageError(_("Name judgements by their ids, or say --all."))


def _newest(store: Store, record_id: str) -> StoredRecord:
    stored = store.records.newest(record_id)
    if stored is None or stored.erased_at is not None:
        raise NotFoundError(
            _("There is no judgement {id}. See: preceptor outbox list").format(id=record_id), code="no_record"
        )
    return stored


def _undecided(store: Store, record_id: str) -> list[dict[str, object]]:
    """The places that nobody decided about: what and where, and not their words, since it may end in a log."""
    stored = _newest(store, record_id)
    said = leaving.passages(stored)
    return [
        {"kind": place.kind, "where": _where(place, said)} for place in store.outbox.places(stored) if not place.kept
    ]


def _place_json(place: Place, said: Sequence[leaving.Passage]) -> dict[str, object]:
    return {"kind": place.kind, "quote": place.quote, "kept": place.kept, "where": _where(place, said)}


def _where(place: Place, said: Sequence[leaving.Passage]) -> list[dict[str, int]]:
    """Where a place stands: passages by their number, offsets in each."""
    return [
        {"passage": number, "start": start, "end": end}
        for number, each in enumerate(said)
        for start, end in leaving.places_in(each.text, place.quote)
    ]
