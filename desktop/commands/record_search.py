"""`preceptor records list` and `search`: one query, told as a table or as JSON lines.

Words mean what they mean in the window's search; an option is the filter of the same name.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, get_args

import click

from desktop.commands.asking import Caller, in_profile, json_option
from desktop.commands.endings import say
from desktop.commands.printing import one_line, print_json, print_table
from desktop.commands.refusal import Refused
from desktop.flow import describing, sharing
from desktop.flow.quantities import count_text
from desktop.flow.record_query import ALL, Filter, Scope, understand
from desktop.flow.wording import gettext as _
from desktop.flow.wording import ngettext
from desktop.profile import Profile
from feedback_store.record_table import State, StoredRecord
from feedback_store.search import SearchQuery

F = TypeVar("F", bound=Callable[..., Any])
TITLE_WIDTH = 60
MOST_ROWS = 1_000_000  # more than any profile holds
MANY = ("state", "domain", "tag", "model", "flag", "rubric", "trainer", "project")

_OPTIONS = (
    click.option(
        "--project", multiple=True, metavar="NAME|ID", help="Of this project, or all; otherwise of the one in use."
    ),
    click.option("--all-projects", is_flag=True, help="Of every project."),
    click.option("--state", multiple=True, type=click.Choice(get_args(State)), help="In this state."),
    click.option("--domain", multiple=True, metavar="TEXT", help="Of this domain."),
    click.option("--rubric", multiple=True, metavar="ID", help="Judged by this rubric."),
    click.option("--tag", multiple=True, metavar="TEXT", help="With this tag."),
    click.option("--model", multiple=True, metavar="NAME", help="With an answer of this model."),
    click.option("--flag", multiple=True, metavar="CATEGORY", help="With a flag of this category."),
    click.option("--trainer", multiple=True, metavar="ID", help="By this trainer: an id, its beginning, me, others."),
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
    """Find judgements as the window's search does, by the same words.

    All WORDS must stand in prompt, answers or notes; the last one may be a beginning. Words between quotation marks
    must follow each other. Filters are words too, as in 'tag:physics model:"llama 3" trainer:me since:2026-11-01': of
    state, domain, tag, model, flag, rubric, trainer, project, since, until.
    """
    _print_page(caller.open(readonly=True), " ".join(words), filters, as_json=as_json)


def _print_page(profile: Profile, typed: str, options: dict[str, Any], *, as_json: bool) -> None:
    places = profile.store.search(_query(profile, typed, options))
    found = profile.store.at(places[: options["limit"]])
    trainer = profile.store.trainer
    if as_json:
        for stored in found:
            print_json(as_values(stored, trainer))
        return
    if not found:
        click.echo(_("Nothing was found."))
        return
    names = sharing.names(profile.store)
    rows = [
        (
            stored.id,
            stored.created_at[:16].replace("T", " "),
            stored.state
            if stored.trainer == profile.store.trainer
            else one_line(describing.state_of(stored, profile.store.trainer, names)),
            one_line(stored.title, TITLE_WIDTH),
        )
        for stored in found
    ]
    print_table(rows, (_("Id"), _("Made (UTC)"), _("State"), _("Prompt")))
    if more := len(places) - len(found):
        click.echo(ngettext("{} more; see --limit.", "{} more; see --limit.", more).format(count_text(more)))


def _query(profile: Profile, typed: str, options: dict[str, Any]) -> SearchQuery:
    """What was asked for. An option that says nothing is refused; of a word it is said, as the window does."""
    given = [Filter(field, value) for field in MANY for value in options[field]]
    given += [Filter(field, options[field]) for field in ("since", "until") if options[field]]
    given += [Filter("project", ALL)] * options["all_projects"]
    store = profile.store
    known = tuple((project.id, project.name) for project in store.projects.list())
    for name in options["project"]:
        if name != ALL:
            store.projects.find(name)
    here = "" if options["all_projects"] or options["project"] else profile.project.id
    scope = Scope(store.trainer, here, known)
    if problem := understand("", scope, also=given).problem:
        raise Refused(problem)
    asked = understand(typed, scope, also=given)
    if asked.problem:
        say(asked.problem)
    return asked.query


def as_values(stored: StoredRecord, trainer: str) -> dict[str, object]:
    """A stored record as JSON, without its contents; `own` where `trainer` judged it, which alone can leave."""
    found: dict[str, object] = {
        "id": stored.id,
        "rev": stored.rev,
        "sha256": stored.sha256,
        "kind": stored.kind,
        "project": stored.project,
        "trainer": stored.trainer,
        "own": stored.trainer == trainer,
        "created_at": stored.created_at,
        "private": stored.private,
        "state": stored.state,
        "title": stored.title,
    }
    return found | ({"reason": stored.reason} if stored.reason else {})
