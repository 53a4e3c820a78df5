"""A project's guideline in words: its versions, what one changes against another, and whether it was read."""

from __future__ import annotations

from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime

from desktop.flow.quantities import count_text, since_text
from desktop.flow.shown_text import in_one_line
from desktop.flow.word_diff import compare
from desktop.flow.wording import gettext as _
from desktop.flow.wording import ngettext
from feedback_store.guideline_table import Guideline, KeptGuideline
from feedback_store.project_table import Project
from feedback_store.record_parts import Versioned
from feedback_store.store import Store

READ = "guideline_read"  # a setting: by project, version and hash of the guideline that was read last


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


@dataclass(frozen=True)
class Version:
    """A version in a list: `title` names it, `note` says since when it is known and where it came from."""

    guideline: Guideline
    title: str
    note: str
    in_use: bool


def view_of(store: Store, project: Project) -> GuidelineView | None:
    """The guideline of a project as it is shown; None where it has none."""
    guideline = project.guideline
    if guideline is None:
        return None
    read = store.settings.get(READ, {}).get(project.id, {})
    sha256 = read.get("sha256") if isinstance(read, dict) else None
    before = store.guidelines.find(sha256, project.id) if isinstance(sha256, str) else None
    news = ""
    if before is None:
        news = _("You have not said yet that you have read it.")
    elif sha256 != guideline.sha256:
        changed = changes_words(before.guideline.text, guideline.text)
        news = _("Changed since you read it: {changes}.").format(changes=changed)
    return GuidelineView(
        guideline.text, version_words(guideline), news, before.guideline.text if before is not None else None
    )


def mark_read(store: Store, project: Project, guideline: Guideline) -> Future[None]:
    """The trainer has read the guideline as it is now; its words are among the versions."""
    mine = {"sha256": guideline.sha256, "version": guideline.version}
    return store.settings.set(READ, {**store.settings.get(READ, {}), project.id: mine})


def versions_of(store: Store, project: Project) -> tuple[Version, ...]:
    """The versions of a project's guideline, the newest first; `project` says which is in use."""
    kept = store.guidelines.versions(project.id)
    now = project.guideline
    if now is not None and all(each.guideline != now for each in kept):  # an older profile, open for reading only
        address = project.collector.address if project.collector is not None else ""
        kept.append(KeptGuideline(project.id, now, since="", source=address))
    return tuple(_version(each, in_use=each.guideline == now) for each in reversed(kept))


def guided_by(project: Project) -> Versioned | None:
    """How a record names the guideline that it is made by."""
    named = project.guideline
    return Versioned(named.id, named.version, named.sha256) if named is not None else None


def version_words(guideline: Guideline) -> str:
    """A version as it is named within a line."""
    return _("version {}").format(guideline.version)


def changes_words(before: str, after: str) -> str:
    """How many words differ."""
    edit = compare(before, after).edit
    come = ngettext("{} word is new", "{} words are new", edit.inserted).format(count_text(edit.inserted))
    gone = ngettext("{} is gone", "{} are gone", edit.deleted).format(count_text(edit.deleted))
    return f"{come}, {gone}"


def locked_words(project: Project) -> str:
    """Why a project's guideline cannot be changed here; "" where it can."""
    collector = project.collector
    if collector is None:
        return ""
    said = _("This project's guideline is the team's: {team} decides it. It is only read here.")
    return said.format(team=in_one_line(collector.name or collector.address))


def not_here_words(version: int) -> str:
    """A record names words that this profile has never had, or had before versions were kept."""
    said = _(
        "Version {version} of the guideline is not kept here: it was changed before versions were kept, or the record "
        "was made elsewhere."
    )
    return said.format(version=version)


def _version(kept: KeptGuideline, *, in_use: bool) -> Version:
    known = []
    if in_use:
        known.append(_("in use"))
    if kept.since:
        known.append(since_text(datetime.fromisoformat(kept.since), datetime.now()))
    if kept.source:
        known.append(_("from {address}").format(address=in_one_line(kept.source)))
    return Version(kept.guideline, _("Version {}").format(kept.guideline.version), " · ".join(known), in_use)
