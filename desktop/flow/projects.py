"""Projects of one's own, as the trainer is asked for them: what a name must be, and what each rubric asks."""

from __future__ import annotations

from collections.abc import Sequence

from desktop.flow.wording import gettext as _
from desktop.flow.wording import ngettext, ours
from feedback_store import rubrics
from feedback_store.records import is_blank
from feedback_store.rubrics import Rubric
from feedback_store.store import Project

LONGEST_NAME = 200
USE = "use:"  # before a project's id, in a message's way out and in the palette


def name_problem(name: str, known: Sequence[Project]) -> str:
    """What is wrong with a new project's name; "" where nothing is."""
    if is_blank(name):
        return _("Type a name for the project.")
    if any(project.name == name.strip() for project in known):
        return _("There is a project of this name already. Choose another name.")
    return ""


def rubric_choices(kept: Sequence[Rubric] = ()) -> list[Rubric]:
    """The rubrics that a profile keeps, then the shipped ones; the newest version of each."""
    newest: dict[str, Rubric] = {}
    for rubric in (*kept, *rubrics.available()):
        known = newest.get(rubric.id)
        if known is None or known.version < rubric.version:
            newest[rubric.id] = rubric
    return list(newest.values())


def rubric_words(rubric: Rubric) -> str:
    """What a rubric asks, in its own words: how answers are compared, rated, asked about, rewritten."""
    said = [ours(verdict.help) for verdict in rubric.verdicts] or [_("Answers are not compared.")]
    if rubric.axes:
        axes = ", ".join(axis.name.lower() for axis in rubric.axes)
        said.append(_("Each answer is rated: {axes}.").format(axes=axes))
    if rubric.questions:
        count = len(rubric.questions)
        said.append(ngettext("{} question about each.", "{} questions about each.", count).format(count))
    if rubric.asks_revision:
        said.append(_("One answer is rewritten."))
    return " ".join(said)
