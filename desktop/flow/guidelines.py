"""A project's guideline, and whether the trainer has read it in this version."""

from __future__ import annotations

from concurrent.futures import Future
from dataclasses import dataclass

from desktop.flow.quantities import count_text
from desktop.flow.word_diff import compare
from desktop.flow.wording import gettext as _
from desktop.flow.wording import ngettext
from feedback_store.project_table import Guideline, Project
from feedback_store.store import Store

READ = "guideline_read"  # a setting: by project, the guideline that was read last


@dataclass(frozen=True)
class GuidelineView:
    """What stands on the screen: the text, its version in words, what is new about it, and what was read before."""

    text: str
    version: str
    news: str
    before: str | None

    @property
    def unread(self) -> bool:
        return bool(self.news)


def view_of(store: Store, project: Project) -> GuidelineView | None:
    """The guideline of a project as it is shown; None where it has none."""
    guideline = project.guideline
    if guideline is None:
        return None
    read = store.settings.get(READ, {}).get(project.id, {})
    before = read.get("text") if isinstance(read, dict) else None
    known = isinstance(before, str)
    news = ""
    if not known:
        news = _("You have not said yet that you have read it.")
    elif read.get("sha256") != guideline.sha256:
        edit = compare(before, guideline.text).edit
        come = ngettext("{} word is new", "{} words are new", edit.inserted).format(count_text(edit.inserted))
        gone = ngettext("{} is gone", "{} are gone", edit.deleted).format(count_text(edit.deleted))
        news = _("Changed since you read it: {come}, {gone}.").format(come=come, gone=gone)
    version = _("version {}").format(guideline.version)
    return GuidelineView(guideline.text, version, news, before if known else None)


def mark_read(store: Store, project: Project, guideline: Guideline) -> Future[None]:
    """The trainer has read the guideline as it is now."""
    mine = {"sha256": guideline.sha256, "version": guideline.version, "text": guideline.text}
    return store.settings.set(READ, {**store.settings.get(READ, {}), project.id: mine})
