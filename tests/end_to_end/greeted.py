"""A profile in which the welcome was finished, for a program that is to open on the bench."""

from __future__ import annotations

from pathlib import Path

from desktop.flow import welcome
from desktop.flow.welcome import Wishes
from desktop.profile import Profile


def greeted(folder: Path) -> Path:
    """Make the profile in `folder`, as somebody leaves it who pressed Enter at the welcome; the same folder."""
    profile = Profile.open(folder)
    welcome.finish(profile.store, Wishes()).result()
    profile.close()
    return folder
