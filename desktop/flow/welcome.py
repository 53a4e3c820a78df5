"""The welcome at the first start: whether it is due, what was chosen on it, and what finishing it does.

Every choice has a default, so nothing has to be chosen. What was chosen is kept at once, finished or not. Must not know
Qt, nor how a model is found.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future
from typing import Literal

import msgspec

from feedback_store.store import SearchQuery, Store

WELCOME = "welcome"  # a setting: what was chosen, and whether the page was finished
ModelChoice = Literal["starter", "own", "none"]


class Wishes(msgspec.Struct, frozen=True):
    """What was chosen. `own` is the name of a model in the catalogue; an empty `project` leaves the name as it is."""

    project: str = ""
    model: ModelChoice = "starter"
    own: str = ""
    done: bool = False


def is_due(store: Store) -> bool:
    """Whether a profile is fresh: the page was never finished, and nothing was made or begun here."""
    if wishes(store).done:
        return False
    projects = store.projects.list()
    if len(projects) > 1 or any(each.collector is not None or each.guideline is not None for each in projects):
        return False
    worked = any(store.records.count(each.id) for each in projects) or bool(store.drafts.list())
    return not worked and len(store.search(SearchQuery())) == 0  # what was withdrawn or erased is work too


def wishes(store: Store) -> Wishes:
    """What was chosen so far; the defaults where nothing was, or what is kept cannot be understood."""
    try:
        return msgspec.convert(store.settings.get(WELCOME, {}), Wishes)
    except msgspec.ValidationError:
        return Wishes()


def keep(store: Store, chosen: Wishes) -> Future[None]:
    """Keep what is chosen now, for a page that is closed before it is finished."""
    return store.settings.set(WELCOME, msgspec.to_builtins(chosen))


def finish(store: Store, chosen: Wishes) -> Future[None]:
    """Let the wishes hold: the project in use gets its name, and the page is never shown again."""
    project = store.projects.current()
    name = chosen.project.strip()
    if project is not None and name and name != project.name:
        store.projects.rename(project.id, name)
    return keep(store, msgspec.structs.replace(chosen, done=True))


def first_model(store: Store, names: Sequence[str]) -> str:
    """The model of a bench without a draft, among those that can answer; "" for none."""
    chosen = wishes(store)
    if chosen.model == "none":
        return ""
    if chosen.model == "own" and chosen.own in names:
        return chosen.own
    return names[0] if names else ""
