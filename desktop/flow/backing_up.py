"""Backups in words: why each was made, and what putting one back will do. Must not know who shows it."""

from __future__ import annotations

from pathlib import Path

from desktop.flow.quantities import count_text, moment_text, size_text
from desktop.flow.wording import gettext as _
from desktop.flow.wording import ngettext
from feedback_store import backups
from feedback_store.backups import Backup


def row_of(backup: Backup) -> tuple[str, str, str]:
    """When it was made, how large it is, and why it was made."""
    return moment_text(backup.made_at), size_text(backup.size), reason_text(backup)


def reason_text(backup: Backup) -> str:
    """Why a backup was made."""
    if backup.label == "before-restore":
        return _("before another was put back")
    if backup.label.startswith("schema-"):
        return _("before an update")
    return _("by itself or by hand")


def what_happens(database: Path, backup: Backup) -> tuple[str, ...]:
    """What putting a backup back does, a sentence each; reads both. EnvironmentTrouble where one cannot be read."""
    then, now = backups.judgements_in(backup.path), backups.judgements_in(database)
    held = ngettext("{} judgement", "{} judgements", then).format(count_text(then))
    return (
        _("The profile becomes what it was on {moment}: {held}; now it holds {now}.").format(
            moment=moment_text(backup.made_at), held=held, now=count_text(now)
        ),
        _("What stands now is kept first, as another backup in this list. You can go back to it in the same way."),
        _("Projects, drafts and settings go back too. Keys and models stay as they are."),
        _("What was delivered since stays delivered; what you send from then on begins a new series by itself."),
        _("The window closes and opens again."),
    )


def put_back_text(backup: Backup) -> str:
    """That a backup stands in the profile's place now."""
    return _("The profile is as it was on {moment}. What stood there before is kept as a backup too.").format(
        moment=moment_text(backup.made_at)
    )
