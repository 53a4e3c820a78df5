"""Ctrl+S on the bench: saved, or to what is missing, and there it is said that nothing was saved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from desktop.flow import checks
from desktop.flow.session import BenchSession
from desktop.flow.telling import saved_already

if TYPE_CHECKING:
    from desktop.views.bench_page import BenchPage


def save(page: BenchPage, session: BenchSession) -> None:
    """Save; what is missing has the keyboard then, and says beside it that nothing was saved."""
    if page.flagging.holds_up():
        return
    missing = session.missing
    if page.rewriting and not session.writing and (not missing or missing[0].place != "revision"):
        page.revision.keep()  # what is missing stands behind it, and what was only looked at is no version
    if page.ranking.settle() and session.save() is None and missing:
        page.go_to(missing[0].place)
        if session.draft.prompt_changed:
            page.says.say_prompt_changed()
        elif missing[0].place == "own":
            page.says.say_own_empty()
        else:
            page.say_here(saved_already(session.saved, session.draft) or checks.refused_text(missing))
