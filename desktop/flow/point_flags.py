"""Which flag a point of a rewriting came from, in the words of the rubric. Must not know Qt."""

from __future__ import annotations

from dataclasses import dataclass

from desktop.flow.draft import FeedbackPoint
from desktop.flow.flag_signs import FlagSign, signs_of
from desktop.flow.wording import gettext as _
from desktop.flow.wording import ours
from feedback_store.rubrics import FlagSet


@dataclass(frozen=True)
class PointFlag:
    """A flag's category by its id and by its name, how bad it is, and the sign that the rubric gives the category."""

    category: str
    name: str
    severity: int
    sign: FlagSign | None = None

    @property
    def spoken(self) -> str:
        """For people who hear it: the sign is not seen."""
        return _("from your flag: {name}, severity {severity}").format(name=self.name, severity=self.severity)


def flag_of(point: FeedbackPoint, flags: FlagSet | None) -> PointFlag | None:
    """The flag that a point came from, also once its words were changed; None for a point of the trainer's own."""
    if not point.category:
        return None
    category = flags.category(point.category) if flags is not None else None
    name = ours(category.name) if category is not None else point.category
    return PointFlag(point.category, name, point.severity, signs_of(flags).get(point.category))
