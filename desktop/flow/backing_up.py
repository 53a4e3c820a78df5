"""Backups: why each was made, what putting one back will do, and doing it. Must not know who asks for it."""

from __future__ import annotations

from pathlib import Path

from desktop.flow import key_words
from desktop.flow.quantities import count_text, moment_text, size_text
from desktop.flow.wording import gettext as _
from desktop.flow.wording import ngettext
from feedback_store import backups
from feedback_store.backups import Backup
from feedback_store.database import FILE
from feedback_store.errors import EnvironmentTrouble
from feedback_store.writer_lock import LOCK, take_lock


def row_of(backup: Backup) -> tuple[str, str, str]:
    """When it was made, how large it is, and why it was made."""
    return moment_text(backup.made_at), size_text(backup.size), reason_text(backup)


def reason_text(backup: Backup) -> str:
    """Why a backup was made."""
    if backup.label == "before-restore":
        return _("before another was put back")
    if backup.label.startswith("schema-"):
        return _("before an update")
    if backup.label == backups.BY_HAND:
        return _("by hand")
    if backup.label == backups.BY_ITSELF:
        return _("by itself, because something had changed")
    return _("by an earlier version, which did not say")


def what_happens(folder: Path, file: Path) -> tuple[str, ...]:
    """What putting a backup in the place of a folder's profile does, a sentence each; reads both.

    The file may lie anywhere. EnvironmentTrouble where it is none that can be put back.
    """
    backups.check_profile(file)
    then, now = backups.judgements_in(file), backups.judgements_in(folder / FILE)
    held = ngettext("{} judgement", "{} judgements", then).format(count_text(then))
    found = backups.named_so(file)
    if found is None:
        becomes = _("The profile becomes the one in this file: {held}; now it holds {now}.")
        first = becomes.format(held=held, now=count_text(now))
    else:
        becomes = _("The profile becomes what it was on {moment}: {held}; now it holds {now}.")
        first = becomes.format(moment=moment_text(found.made_at), held=held, now=count_text(now))
    return (
        first,
        _("What stands now is kept first, as another backup in this list. You can go back to it in the same way."),
        _("Projects, drafts and settings go back too. Keys and models stay as they are."),
        _("What was delivered since stays delivered; what you send from then on begins a new series by itself."),
        *filter(None, [joins_again_text(file, trainer_in(folder))]),
        _("The window closes and opens again."),
    )


def trainer_in(folder: Path) -> str | None:
    """Whose profile stands in a folder; None for nobody's, "" where that cannot be read any more."""
    try:
        return backups.who_is_in(folder / FILE)[0] if (folder / FILE).exists() else None
    except EnvironmentTrouble:
        return ""


def joins_again_text(file: Path, here: str | None) -> str:
    """What a team's project needs where a backup is of another profile than was `here` before it; "" for nothing."""
    trainer, teams = backups.who_is_in(file)
    return key_words.joins_again_words(trainer) if teams and trainer and here not in ("", trainer) else ""


def put_back(folder: Path, file: Path) -> None:
    """Put a backup in the place of a profile that nobody has open. Raises EnvironmentTrouble; then nothing changed."""
    with take_lock(folder / LOCK):
        backups.restore_file(folder / FILE, file)


def put_back_text(file: Path) -> str:
    """That a backup stands in the profile's place now."""
    found = backups.named_so(file)
    if found is None:
        return _("The profile is the one of the file now. What stood there before is kept as a backup.")
    words = _("The profile is as it was on {moment}. What stood there before is kept as a backup too.")
    return words.format(moment=moment_text(found.made_at))
