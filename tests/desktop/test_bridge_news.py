"""News of the store: one look for all that was told, and what comes from browsers does not take the window's thread."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from desktop.bridge.news import News
from feedback_store.changes import Change

CAME, SAVED = Change("inbox", ("1",)), Change("records", ("2",))


def test_much_that_was_told_is_looked_at_once(qtbot: QtBot) -> None:
    news, seen = News(), list[frozenset[str]]()
    news.due.connect(seen.append)
    for _ in range(3):
        news.hear(SAVED)
        news.hear(CAME)
    qtbot.waitUntil(lambda: bool(seen))
    qtbot.wait(1)
    assert seen == [frozenset({"records", "inbox"})]


def test_what_comes_after_a_look_is_looked_at_once_after_a_rest(qtbot: QtBot) -> None:
    news, seen = News(), list[frozenset[str]]()
    news.due.connect(seen.append)
    news.hear(CAME)
    qtbot.waitUntil(lambda: len(seen) == 1)
    for _ in range(20):
        news.hear(CAME)
    qtbot.waitUntil(lambda: len(seen) == 2)
    assert seen == [frozenset({"inbox"})] * 2


def test_a_record_is_not_kept_waiting_by_what_rests(qtbot: QtBot) -> None:
    news, seen = News(), list[frozenset[str]]()
    news.due.connect(seen.append)
    news.hear(CAME)
    qtbot.waitUntil(lambda: len(seen) == 1)
    news.hear(CAME)
    news.hear(SAVED)
    qtbot.waitUntil(lambda: len(seen) == 2)
    assert seen[1] == {"inbox", "records"}


def test_nothing_is_due_once_it_has_stopped(qtbot: QtBot) -> None:
    news, seen = News(), list[frozenset[str]]()
    news.due.connect(seen.append)
    news.hear(CAME)
    news.stop()
    qtbot.wait(5)
    assert not seen
