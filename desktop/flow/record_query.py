"""What is typed into the search of records: words, and filters such as `tag:physics model:"llama 3" since:2026-11-01`.

The one language of the records' room and of `preceptor records`. Whatever is typed is a search; a filter that cannot be
understood is said in a sentence and left out. Words in quotes are a phrase, and no filter is read in them; in a quoted
value a quotation mark is written twice. Must not know Qt.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import get_args

from desktop.flow.wording import gettext as _
from feedback_store.record_table import State
from feedback_store.search import SearchQuery

FIELDS = ("state", "domain", "tag", "model", "flag", "rubric", "trainer", "project", "since", "until")
ME, OTHERS, ALL = "me", "others", "all"  # trainer:me, trainer:others, project:all
_QUOTED = r'"(?:[^"]|"")*(?:"|\Z)'
_PIECE = re.compile(rf'(?<!\S)(?:({"|".join(FIELDS)}):({_QUOTED}|\S*)|"[^"]*(?:"|\Z))', re.IGNORECASE)
_DATE = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")
_TRAINER = re.compile(r"(?:trn_)?([0-9a-f]{1,32})", re.IGNORECASE)


@dataclass(frozen=True)
class Filter:
    """One filter, as `tag:physics`."""

    field: str
    value: str

    @property
    def text(self) -> str:
        """As it is typed: in quotes where the value has spaces or quotes."""
        bare = self.value and not any(c.isspace() or c == '"' for c in self.value)
        return f"{self.field}:{self.value}" if bare else f'{self.field}:"{self.value.replace(chr(34), chr(34) * 2)}"'


@dataclass(frozen=True)
class Scope:
    """Who searches, and in which project as long as no filter names another; "" is every project.

    `projects` are those there are, by id and name.
    """

    trainer: str = ""
    project: str = ""
    projects: tuple[tuple[str, str], ...] = ()

    def find(self, wanted: str) -> tuple[str, ...]:
        """The ids of the projects of this id or name."""
        named = tuple(key for key, name in self.projects if name.casefold() == wanted.casefold())
        return (wanted,) if wanted in dict(self.projects) else named


@dataclass(frozen=True)
class Asked:
    """A search as it was understood; `problem` is a sentence about what was not, "" for nothing."""

    query: SearchQuery
    filters: tuple[Filter, ...] = ()
    problem: str = ""


def understand(typed: str, scope: Scope, *, also: Iterable[Filter] = ()) -> Asked:
    """Words and filters that were typed, and filters that were given beside them; several values of one widen it."""
    problems = {each: _problem(each, scope) for each in (*_filters(typed), *also) if each.value}
    filters = tuple(each for each, problem in problems.items() if not problem)

    def values(field: str) -> tuple[str, ...]:
        return tuple(each.value for each in filters if each.field == field)

    trainers = values("trainer")
    projects = values("project")
    text = _words(typed)
    query = SearchQuery(
        text=text if text.strip() else "",
        projects=_projects(projects, scope) if projects else (scope.project,) * bool(scope.project),
        states=tuple(value.lower() for value in values("state")),
        domains=values("domain"),
        rubrics=values("rubric"),
        trainers=tuple(_trainer(value, scope) for value in trainers if value.lower() != OTHERS),
        not_by=scope.trainer if OTHERS in map(str.lower, trainers) else "",
        tags=values("tag"),
        models=values("model"),
        flags=values("flag"),
        since=max(values("since"), default=""),
        until=min(values("until"), default=""),
    )
    return Asked(query, filters, next(filter(None, problems.values()), ""))


def toggled(typed: str, wanted: Filter) -> str:
    """The same search with a filter more, or without it where it stood already."""
    if wanted not in _filters(typed):
        return f"{wanted.text} {typed.lstrip()}"
    return _PIECE.sub(lambda match: "" if match[1] and _read(match) == wanted else match[0], typed).lstrip()


def without_filters(typed: str) -> str:
    """The words of a search alone."""
    return " ".join(_words(typed).split())


def _filters(typed: str) -> list[Filter]:
    return [_read(match) for match in _PIECE.finditer(typed) if match[1]]


def _words(typed: str) -> str:
    """What is typed without its filters, spaces as they stand."""
    return _PIECE.sub(lambda match: "" if match[1] else match[0], typed)  # what is no filter is a phrase


def _read(match: re.Match[str]) -> Filter:
    value = match[2]
    if value.startswith('"'):
        inside = value[1:-1] if len(value) > 1 and value.count('"') % 2 == 0 else value[1:]
        value = inside.replace('""', '"')
    return Filter(match[1].lower(), value)


def _projects(names: Iterable[str], scope: Scope) -> tuple[str, ...]:
    """The ids of the projects that are named, none for every project."""
    found: list[str] = []
    for name in names:
        if name.lower() == ALL and not scope.find(name):
            return ()
        found += scope.find(name)
    return tuple(dict.fromkeys(found))


def _trainer(value: str, scope: Scope) -> str:
    """How the trainer's id begins."""
    if value.lower() == ME:
        return scope.trainer
    match = _TRAINER.fullmatch(value)
    return f"trn_{match[1].lower()}" if match else value


def _is_date(value: str) -> bool:
    """Whether it is a day of the calendar, or a year or month of one."""
    if not _DATE.fullmatch(value):
        return False
    try:
        date.fromisoformat((value + "-01-01")[:10])
    except ValueError:
        return False
    return True


def _problem(found: Filter, scope: Scope) -> str:
    """What is wrong with a filter that has a value; "" for nothing."""
    value = found.value
    if found.field in ("since", "until") and not _is_date(value):
        return _("{text} is no date. Write one like {field}:2026-11-22.").format(text=found.text, field=found.field)
    known = get_args(State)
    if found.field == "state" and value.lower() not in known:
        return _("There is no state {value}. Known: {known}.").format(value=value, known=", ".join(known))
    if found.field == "trainer" and value.lower() not in (ME, OTHERS) and not _TRAINER.fullmatch(value):
        words = _("{value} is no trainer. Write trainer:me, trainer:others, or how an id begins.")
        return words.format(value=value)
    if found.field == "project" and value.lower() != ALL and not scope.find(value):
        names = ", ".join(name for _key, name in scope.projects)
        return _("There is no project {value}. Known: {known}.").format(value=value, known=names)
    return ""
