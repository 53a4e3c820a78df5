"""`preceptor records list` and `search`: one query, told as a table or as JSON lines."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, get_args

import click

from desktop.commands.asking import Caller, in_profile, json_option
from desktop.commands.printing import one_line, print_json, print_table
from desktop.flow.quantities import count_text
from desktop.flow.wording import gettext as _
from desktop.flow.wording import ngettext
from desktop.profile import Profile
from feedback_store.record_table import State, StoredRecord
from feedback_store.search import SearchQuery

F = TypeVar("F", bound=Callable[..., Any])
TITLE_WIDTH = 60
MOST_ROWS = 1_000_000  # more than any profile holds

_OPTIONS = (
    click.option("--project", metavar="NAME|ID", help="Of this project; otherwise of the one in use."),
    click.option("--all-projects", is_flag=True, help="Of every project."),
    click.option("--state", multiple=True, type=click.Choice(get_args(State)), help="In this state."),
    click.option("--domain", multiple=True, metavar="TEXT", help="Of this domain."),
    click.option("--rubric", multiple=True, metavar="ID", help="Judged by this rubric."),
    click.option("--tag", multiple=True, metavar="TEXT", help="With this tag."),
    click.option("--model", multiple=True, metavar="NAME", help="With an answer of this model."),
    click.option("--flag", multiple=True, metavar="CATEGORY", help="With a flag of this category."),
    click.option("--trainer", multiple=True, metavar="ID", help="Judged by this trainer."),
    click.option("--since", default="", metavar="DATE", help="Made on this day or later, as 2026-11-22."),
    click.option("--until", default="", metavar="DATE", help="Made before this day."),
    click.option("--limit", type=click.IntRange(1, MOST_ROWS), default=50, show_default=True, help="At most so many."),
)


def _filters(function: F) -> F:
    """The options that list and search share."""
    for option in reversed(_OPTIONS):
        function = option(function)
    return function


@click.command("list", short_help="List judgements, newest first.")
@in_profile
@_filters
@json_option
def list_records(caller: Caller, /, as_json: bool, **filters: Any) -> None:
    """List judgements, newest first; the newest revision of each. Several values of one option widen it."""
    _print_page(caller.open(readonly=True), "", filters, as_json=as_json)


@click.command("search", short_help="Find judgements by words.")
@in_profile
@_filters
@json_option
@click.argument("words", nargs=-1, required=True)
def search(caller: Caller, /, as_json: bool, words: tuple[str, ...], **filters: Any) -> None:
    """Find judgements whose prompt, answers or notes hold all WORDS; the last word may be a beginning."""
    _print_page(caller.open(readonly=True), " ".join(words), filters, as_json=as_json)


def _print_page(profile: Profile, text: str, filters: dict[str, Any], *, as_json: bool) -> None:
    places = profile.store.search(_query(profile, text, filters))
    found = profile.store.at(places[: filters["limit"]])
    if as_json:
        for stored in found:
            print_json(as_values(stored))
        return
    if not found:
        click.echo(_("Nothing was found."))
        return
    rows = [
        (stored.id, stored.created_at[:16].replace("T", " "), stored.state, one_line(stored.title, TITLE_WIDTH))
        for stored in found
    ]
    print_table(rows, (_("Id"), _("Made (UTC)"), _("State"), _("Prompt")))
    if more := len(places) - len(found):
        click.echo(ngettext("{} more; see --limit.", "{} more; see --limit.", more).format(count_text(more)))


def _query(profile: Profile, text: str, filters: dict[str, Any]) -> SearchQuery:
    project = "" if filters["all_projects"] else profile.find_project(filters["project"]).id
    return SearchQuery(
        text=text,
        project=project,
        states=filters["state"],
        domains=filters["domain"],
        rubrics=filters["rubric"],
        trainers=filters["trainer"],
        tags=filters["tag"],
        models=filters["model"],
        flags=filters["flag"],
        since=filters["since"],
        until=filters["until"],
    )


def as_values(stored: StoredRecord) -> dict[str, object]:
    """A stored record as JSON, without its contents."""
    found: dict[str, object] = {
        "id": stored.id,
        "rev": stored.rev,
        "sha256": stored.sha256,
        "kind": stored.kind,
        "project": stored.project,
        "trainer": stored.trainer,
        "created_at": stored.created_at,
        "private": stored.private,
        "state": stored.state,
        "title": stored.title,
    }
    return found | ({"reason": stored.reason} if stored.reason else {})
