"""The records' room and the outbox of a large profile: milliseconds until something is seen, and the longest pauses."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from filled import made
from pauses import Heart, live, until
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from rounds import share

from desktop.app import Workbench
from desktop.profile import Profile
from local_models.scripted import ScriptedEngine

STEPS = 500  # of the scroll bar, from the first record to the last
SEARCHES = ("scattering", "the sky", "nitrogen blue", "zebra", "li", "what", "how many people", "x")
FILTERED = (  # what stands there already, and what is typed behind it
    ("", "domain:Physics what"),
    ("domain:Physics model:smollm2 ", "what blue"),
    ("trainer:me domain:Physics since:2020 ", "what"),
    ("domain:Physics model:smollm2 rubric:helpsteer2 trainer:me ", "how many"),
    ("", "state:saved blue"),
)


def room(folder: Path) -> dict[str, float]:
    """Milliseconds in the records' room of a large profile."""
    profile = Profile.open(folder, insecure_key_file=True)
    workbench = Workbench(profile, engine=ScriptedEngine(lambda _prompt, count: ("An answer.",) * count))
    workbench.show()
    QTest.qWaitForWindowActive(workbench.window)
    page = workbench.records
    heart = Heart()
    heart.start()
    live(50)
    assert not page.model.rowCount(), "the room has not looked yet: the clock starts before it does"
    began = time.perf_counter()
    workbench.window.show_named("records")
    until(lambda: page.model.rowCount())
    page.list.viewport().repaint()
    found = {"open": (time.perf_counter() - began) * 1000}
    live(1000)
    heart.stop()
    found["pause while opening"] = max(heart.pauses)
    heart.start()
    shown: list[float] = []

    def paint() -> None:
        page.list.viewport().repaint()
        shown.append(time.perf_counter())

    page.model.modelReset.connect(paint)
    for kind, typed in (("search", [("", words) for words in SEARCHES]), ("filtered search", FILTERED)):
        searches = []
        for before, words in typed:
            page.finder.search.setText(before)
            live(300)
            for letter in words:
                shown.clear()
                began = time.perf_counter()
                QTest.keyClick(page.finder.search, letter)
                until(lambda: bool(shown))
                searches.append((shown[0] - began) * 1000)
                live(5)
            page.finder.search.clear()
            live(300)
        heart.stop()
        found[f"{kind} p95"] = share(searches, 0.95)
        found[f"{kind} longest"] = max(searches)
        found[f"pause while {kind}"] = max(heart.pauses)
        heart.start()
    heart.stop()
    heart.start()
    ahead = []
    for words in SEARCHES:
        shown.clear()
        QTest.keyClicks(page.finder.search, words)
        typed = time.perf_counter()
        live(300)
        ahead.append((shown[-1] - typed) * 1000)
        page.finder.search.clear()
        live(50)
    heart.stop()
    found["typed ahead, longest"] = max(ahead)
    found["pause while typing ahead"] = max(heart.pauses)
    heart.start()
    QTest.keyClick(page.list, Qt.Key.Key_End)
    live(200)
    QTest.keyClick(page.list, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    live(200)
    heart.stop()
    found["pause at the end"] = max(heart.pauses)
    QTest.keyClick(page.list, Qt.Key.Key_Home)
    live(200)
    heart.start()
    bar = page.list.verticalScrollBar()
    began = time.perf_counter()
    for step in range(1, STEPS + 1):
        bar.setValue(bar.maximum() * step // STEPS)
        page.list.viewport().repaint()
        live(1)
    heart.stop()
    found["scroll to the end, s"] = time.perf_counter() - began
    found["rows"] = float(page.model.rowCount())
    found["pause while scrolling"] = max(heart.pauses)
    found |= changes(workbench, profile, heart)
    workbench.window.close()
    profile.close()
    return found


def changes(workbench: Workbench, profile: Profile, heart: Heart) -> dict[str, float]:
    """The longest pauses (ms) of what changes one record, and of the outbox's first look, where all of them wait."""
    page, records = workbench.records, profile.store.records
    found: dict[str, float] = {}

    def watched(what: str, act: Callable[[], object]) -> None:
        heart.start()
        live(50)
        act()
        live(2000)
        heart.stop()
        found[f"pause of {what}"] = max(heart.pauses)

    def withdraw() -> None:
        record = page.model.record(page.model.index(page.model.rowCount() // 2))
        assert record is not None
        records.withdraw(record.id, "mistake")

    def save() -> None:
        records.save(judgement)

    judgement, another = made(profile, 2)
    page.finder.search.setText("what")
    live(500)
    watched("a withdrawal, searched", withdraw)
    page.finder.search.clear()
    live(500)
    QTest.keyClick(page.list, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    watched("a withdrawal, marked", withdraw)
    watched("a save, seen", save)
    judgement = another
    workbench.window.show_named("bench")
    live(500)
    watched("a save", save)
    watched("the outbox", lambda: workbench.window.show_named("outbox"))
    return found
