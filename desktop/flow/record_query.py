"""What is typed into the search of records: words, and filters such as `tag:physics model:"llama 3" since:2026-11-01`.

Whatever is typed is a search; a filter that cannot be understood is said in a sentence and left out. Must not know Qt.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import get_args

from desktop.flow.wording import gettext as _
from feedback_store.record_table import State
from feedback_store.search import SearchQuery

FIELDS = ("state", "domain", "tag", "model", "flag", "rubric", "since", "until")
_WORD = re.compile(rf'(?<!\S)({"|".join(FIELDS)}):("[^"]*"|\S*)', re.IGNORECASE)
_DATE = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")


@dataclass(frozen=True)
class Filter:
    """One filter, as `tag:physics`."""

    field: str
    value: str

    @property
    def text(self) -> str:
        """As it is typed: in quotes where the value has spaces."""
        quoted = not self.value or any(c.isspace() for c in self.value)
        return f'{self.field}:"{self.value}"' if quoted else f"{self.field}:{self.value}"


@dataclass(frozen=True)
class Asked:
    """A search as it was understood; `problem` is a sentence about what was not, "" for nothing."""

    query: SearchQuery
    filters: tuple[Filter, ...] = ()
    problem: str = ""


def understand(typed: str, project: str, *, state: str = "") -> Asked:
    """Words and filters that were typed; several values of one filter widen it. `state` was chosen beside the field."""
    filters: list[Filter] = []
    problem = ""

    def take(match: re.Match[str]) -> str:
        nonlocal problem
        found = Filter(match[1].lower(), match[2].strip('"'))
        wrong = _problem(found)
        problem = problem or wrong
        if found.value and not wrong:
            filters.append(found)
        return ""

    text = _WORD.sub(take, typed)

    def values(field: str) -> tuple[str, ...]:
        return tuple(each.value for each in filters if each.field == field)

    states = values("state") or ((state,) if state else ())
    query = SearchQuery(
        text=text if text.strip() else "",
        project=project,
        states=states,
        domains=values("domain"),
        tags=values("tag"),
        models=values("model"),
        flags=values("flag"),
        rubrics=values("rubric"),
        since=max(values("since"), default=""),
        until=min(values("until"), default=""),
    )
    return Asked(query, tuple(filters), problem)


def toggled(typed: str, wanted: Filter) -> str:
    """The same search with a filter more, or without it where it stood already."""
    standing = understand(typed, "").filters
    if wanted not in standing:
        return f"{wanted.text} {typed.lstrip()}"

    def keep(match: re.Match[str]) -> str:
        same = Filter(match[1].lower(), match[2].strip('"')) == wanted
        return "" if same else match[0]

    return _WORD.sub(keep, typed).lstrip()


def _problem(found: Filter) -> str:
    if found.field in ("since", "until") and found.value and not _DATE.fullmatch(found.value):
        return _("{text} is no date. Write one like {field}:2026-11-22.").format(text=found.text, field=found.field)
    known = get_args(State)
    if found.field == "state" and found.value and found.value not in known:
        return _("There is no state {value}. Known: {known}.").format(value=found.value, known=", ".join(known))
    return ""
