"""A project in words, for the page of the settings that tells of it. Must not know the window or the keyring."""

from __future__ import annotations

from dataclasses import dataclass

from desktop.flow.guidelines import locked_words, version_words
from desktop.flow.projects import rubric_words
from desktop.flow.wording import gettext as _
from feedback_store.project_table import Project
from feedback_store.rubrics import Rubric


@dataclass(frozen=True)
class ProjectWords:
    """What there is to say of a project; `own` may be named otherwise."""

    name: str
    own: bool
    rubric: str
    rubric_help: str
    guideline: str  # "" for none
    guideline_locked: str  # why it is only read here; "" where it can be written
    goes_to: str


def words_of(project: Project, rubric: Rubric) -> ProjectWords:
    """A project as the settings tell of it."""
    collector, guideline = project.collector, project.guideline
    return ProjectWords(
        name=project.name,
        own=collector is None,
        rubric=_("{name}, version {version}").format(name=rubric.name, version=rubric.version),
        rubric_help=rubric_words(rubric),
        guideline=version_words(guideline) if guideline else "",
        guideline_locked=locked_words(project),
        goes_to=collector.address if collector else _("Nowhere by itself: you hand it over as a file, or export it."),
    )
