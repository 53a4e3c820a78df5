"""A rubric being edited: every act one step of undo, what is wrong said at its place, kept as the next version.

Whether a rubric is in order is asked of feedback_store.rubrics alone, as for a file. Must not know Qt.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from types import NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints

import msgspec

from desktop.flow import rubric_edits as edits
from desktop.flow.rubric_edits import FLAGS, RUBRIC, Kind, Part, Spot
from desktop.flow.wording import at_its_place
from desktop.flow.wording import gettext as _
from feedback_store import rubrics
from feedback_store.errors import StoreError
from feedback_store.rubrics import Rubric

replace = msgspec.structs.replace

LIMIT = 500  # steps of undo
_PLACE = re.compile(r"\$\.(?:flags\.)?(\w+)(?:\[(\d+)\])?(?:\.(\w+))?(?:\[(\d+)\])?")


@dataclass(frozen=True)
class Fault:
    """What is wrong, where: the part, its field, and the row of a list in it (None for none)."""

    spot: Spot
    field: str
    row: int | None
    text: str


class EditedRubric(msgspec.Struct, frozen=True):
    """What is kept of an edit that is not finished: what it began from, and how far it has come."""

    base: Rubric
    rubric: Rubric


class RubricEditing:
    """One rubric on the way from `base` to its next version.

    `earlier` are all its versions that were kept; none for a copy. `taken` are ids of other rubrics.
    """

    def __init__(self, begun: EditedRubric, *, earlier: Sequence[Rubric] = (), taken: Sequence[str] = ()) -> None:
        self.base = begun.base
        self.rubric = begun.rubric
        self.spot = RUBRIC
        self._earlier = tuple(earlier)
        self._taken = frozenset(taken)
        self._kept = frozenset().union(*(edits.ids_of(each) for each in (begun.base, *earlier)))
        self._past: list[tuple[Rubric, Spot]] = []
        self._future: list[tuple[Rubric, Spot]] = []
        self._last = ""

    @property
    def is_new(self) -> bool:
        """Whether no version of it was ever kept, so that it may still take another id."""
        return not self._earlier

    @property
    def part(self) -> Part:
        """The present part."""
        return edits.part(self.rubric, self.spot)

    @property
    def siblings(self) -> tuple[Part, ...]:
        """All of the list that the present part stands in; none where it stands alone."""
        return edits.parts(self.rubric, self.spot.kind) if self.spot.kind in edits.LISTS else ()

    @property
    def changed(self) -> bool:
        """Whether keeping it would make a version that there is not yet."""
        return self.is_new or self.rubric != self.base

    @property
    def next_version(self) -> int:
        """The number that it gets if it is kept as it is now."""
        for each in self._earlier:
            if replace(each, version=self.rubric.version) == self.rubric:
                return each.version
        return max((each.version for each in self._earlier), default=0) + 1

    @property
    def can_undo(self) -> bool:
        return bool(self._past)

    @property
    def can_redo(self) -> bool:
        return bool(self._future)

    @property
    def fault(self) -> Fault | None:
        """The first thing that is wrong with it as it is now."""
        try:
            rubrics.check_own(self.rubric)
        except StoreError as error:
            return _fault(error, self.rubric)
        return None

    @property
    def begun(self) -> EditedRubric:
        """As it is kept while it is not finished."""
        return EditedRubric(self.base, self.rubric)

    def put(self, made: Part, step: str = "") -> None:
        """Put a part where the present one stands; the same non-empty `step` in a row (typing) is one step of undo."""
        if isinstance(made, Rubric) and self.is_new:
            made = replace(made, id=edits.rubric_id(made.name, self._taken))
        self._take(edits.put(self.rubric, self.spot, made, self._kept), self.spot, step)

    def add(self, kind: Kind) -> None:
        """One more part of a kind, which becomes the present one."""
        self._take(*edits.add(self.rubric, kind, self._kept))

    def remove(self) -> None:
        """Take the present part out; the one before it becomes the present one."""
        before = edits.spots(self.rubric)
        changed = edits.remove(self.rubric, self.spot)
        index = before.index(self.spot)
        left = edits.spots(changed)
        spot = self.spot if self.spot in left and self.spot.kind in edits.LISTS else left[min(index, len(left)) - 1]
        self._take(changed, spot)

    def move(self, step: int) -> None:
        """Move the present part within its list."""
        self._take(*edits.move(self.rubric, self.spot, step))

    def go_to(self, spot: Spot) -> None:
        """Another part becomes the present one; that is no step of undo."""
        self.spot = spot
        self._last = ""

    def undo(self) -> None:
        self._step(self._past, self._future)

    def redo(self) -> None:
        self._step(self._future, self._past)

    def _take(self, changed: Rubric, spot: Spot, step: str = "") -> None:
        before = (self.rubric, self.spot)
        self.spot = spot
        if changed == self.rubric:
            return
        self.rubric = changed
        self._future.clear()
        if not (step and step == self._last):
            self._past.append(before)
            del self._past[:-LIMIT]
        self._last = step

    def _step(self, back: list[tuple[Rubric, Spot]], forth: list[tuple[Rubric, Spot]]) -> None:
        if not back:
            return
        forth.append((self.rubric, self.spot))
        self.rubric, self.spot = back.pop()
        self._last = ""


def to_bytes(begun: EditedRubric) -> bytes:
    """An unfinished edit as JSON."""
    return msgspec.json.encode(begun)


def from_bytes(data: bytes) -> EditedRubric:
    """The inverse of `to_bytes`; raises msgspec.DecodeError for bytes of another program.

    What is not finished breaks rules (a name that is still to be typed), so only the types are looked at.
    """
    try:
        made = _built(EditedRubric, msgspec.json.decode(data))
    except (TypeError, AttributeError, KeyError, UnicodeDecodeError, RecursionError, msgspec.ValidationError) as error:
        raise msgspec.DecodeError(str(error)) from error
    assert isinstance(made, EditedRubric)
    return made


def _built(kind: Any, value: Any) -> object:
    """A value of this type, without the rules that its fields have in a file."""
    origin, inside = get_origin(kind), get_args(kind)
    if origin is tuple:
        return tuple(_built(inside[0], each) for each in value)
    if origin is UnionType:
        return None if value is None else _built(next(each for each in inside if each is not NoneType), value)
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        fields = get_type_hints(kind)
        return kind(**{name: _built(fields[name], each) for name, each in value.items()})
    return msgspec.convert(value, kind)


def _fault(error: StoreError, rubric: Rubric) -> Fault:
    path = str(error.values.get("path", "$"))
    found = _PLACE.match(path)
    kind, index, field, row = found.groups() if found else ("", None, "", None)
    spot, at = RUBRIC, field or kind or ""
    if kind in edits.LISTS:
        spot = Spot(kind, int(index)) if index is not None else FLAGS if kind == "categories" else RUBRIC
    elif kind in ("severities", "target_groups"):
        spot, at, row = FLAGS, kind, index
    if spot not in edits.spots(rubric):
        spot = RUBRIC
    return Fault(spot, at, int(row) if row is not None else None, _words(error, path))


def _words(error: StoreError, path: str) -> str:
    """The sentence of a fault where the place is in sight: types of JSON mean nothing to who edits by hand."""
    if error.code != "refused":
        return at_its_place(error)
    field = path.rpartition(".")[2].partition("[")[0]
    words = {
        "name": _("Give it a name."),
        "text": _("Type the question."),
        "letter": _("Give it one letter from A to Z."),
        "weight": _("The weight is a number like 5 or 0.5."),
        "categories": _("Flags need one category or more. To have none, take the flags out."),
        "severities": _("Flags need one severity or more."),
    }
    return words.get(field) or at_its_place(error)
