"""Single keys at the answers: what each asks of the bench."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from desktop.flow import judging
from desktop.flow.session import BenchSession

if TYPE_CHECKING:
    from desktop.views.bench_page import BenchPage


RANKING_KEYS = ("b", "v", ">", "=", "g", "x", "n")


def answers_key(page: BenchPage, session: BenchSession, event: QKeyEvent) -> bool:
    """Do what the key means at the answers; False for a key that means nothing there."""
    if event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier):
        return False
    text, current = event.text().lower(), page.answers.current
    if text in RANKING_KEYS and not session.rubric.verdicts:
        return True  # this rubric asks for no ranking
    if text.isdigit() and text != "0" and int(text) <= len(page.answers.cards):
        page.answers.choose(int(text) - 1)
    elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
        page.ratings.start_at(current)
    elif event.key() in (Qt.Key.Key_PageDown, Qt.Key.Key_PageUp) and len(page.answers.cards) > 2:
        page.answers.next_pair(1 if event.key() == Qt.Key.Key_PageDown else -1)
    elif text == "b":
        session.act(judging.best(session.draft, current))
    elif text in ("v", ">", "="):
        page.verdict.ranking.begin(text if text != "v" else "")
    elif text == "f":
        page.flagging.begin()
    elif text == "e":
        page.rewrite(current)
    elif text == "w":
        session.act(judging.write_own(session.draft))
        page.answers.choose(len(page.answers.cards) - 1)
    elif text == "r":
        session.again(current)
    elif text == "c":
        session.go_on(current)
    elif text == "g":
        session.act(judging.all_equal(session.draft, "all_good"))
    elif text == "x":
        session.act(judging.all_equal(session.draft, "all_bad"))
    elif text == "n":
        page.ranking.say_not_rankable()
    else:
        return False
    return True
