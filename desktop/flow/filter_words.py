"""The filters of the records' search in words: which there are, what there is to choose from, which hold now.

Must not know Qt.
"""

from __future__ import annotations

from collections.abc import Sequence

from desktop.flow.describing import ID_SHOWN, state_text, trainer_text
from desktop.flow.record_query import ALL, ME, OTHERS, Filter, Scope
from desktop.flow.wording import gettext as _
from feedback_store.search import Label
from feedback_store.store import Store

STATES = ("saved", "released", "held", "sealed", "waiting", "delivered", "returned", "withdrawn")
LABELS: tuple[Label, ...] = ("domain", "tag", "model", "flag", "rubric")


def titles() -> dict[str, str]:
    """The filters that can be chosen, as they are called."""
    return {
        "state": _("State"),
        "domain": _("Field"),
        "tag": _("Tag"),
        "model": _("Model"),
        "flag": _("Flagged as"),
        "rubric": _("Rubric"),
        "trainer": _("Trainer"),
        "project": _("Project"),
    }


def choices(store: Store, scope: Scope) -> dict[str, tuple[Filter, ...]]:
    """What there is to choose from, by filter; labels and trainers are those of the scope's project."""
    others = [each for each in store.trainers(scope.project) if each != scope.trainer]
    found: dict[str, Sequence[str]] = {"state": STATES}
    found |= {kind: store.labels(scope.project, kind) for kind in LABELS}
    found["trainer"] = (ME, *([OTHERS] if others else []), *(each.removeprefix("trn_")[:ID_SHOWN] for each in others))
    names = [name for _key, name in scope.projects]
    found["project"] = (ALL, *(name if names.count(name) == 1 else key for key, name in scope.projects))
    return {field: tuple(Filter(field, value) for value in values) for field, values in found.items()}


def value_text(found: Filter, scope: Scope) -> str:
    """A filter's value as people read it."""
    value = found.value
    if found.field == "state":
        return state_text(value)
    if found.field == "trainer":
        return {ME: _("Me"), OTHERS: _("Others")}.get(value.lower()) or trainer_text(value)
    if found.field == "project":
        ids = scope.find(value)
        return dict(scope.projects)[ids[0]] if ids else _("Every project")
    return value


def active_text(filters: Sequence[Filter], scope: Scope) -> str:
    """The filters that hold, in one line; "" where none does."""
    named = titles() | {"since": _("Since"), "until": _("Until")}
    return " · ".join(f"{named[each.field]}: {value_text(each, scope)}" for each in filters)
