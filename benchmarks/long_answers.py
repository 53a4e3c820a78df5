"""Event-loop pauses while four answers of 8,000 tokens stream, are flagged and laid out: results/long_answers.md.

    just bench-long

The true window (xcb where there is a display, else offscreen). The texts are Markdown with headings, lists, tables and
code, told word by word by the scripted engine, four words every 2 ms: eight times as fast as a small model on two cores
writes. Meanwhile a span is flagged twice a second, one of them by keys as a trainer does it: some words marked, F, the
category's letter, a digit, Enter. Then all four are laid out, and shown as sources again; the trainer goes on to
another comparison and comes back to this one; the window gets another width; one of them is rewritten. Then four others
stream and are flagged with Markdown chosen, where F would go to the source: an answer is laid out as soon as it stands,
beside those that still stream, since each is longer than the one before. No text is seen twice, since what was read
once is remembered.
"""

from __future__ import annotations

import os
import random
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import msgspec
from pauses import BEAT_MS, Heart, live, until
from PySide6.QtCore import QCoreApplication, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from rounds import HEAD, row

from desktop.app import Workbench
from desktop.flow import draft as drafts
from desktop.flow import judging
from desktop.flow.judging import FlagChoice
from desktop.profile import Profile
from desktop.starting import favour_window
from desktop.theme.appearance import Appearance
from desktop.views.parts import dress
from local_models.scripted import ScriptedEngine

RESULTS = Path(__file__).resolve().parent / "results" / "long_answers.md"
WORDS = 4800  # the first answer: 8,200 tokens to the starter model
LONGER = 400  # words of each than the one before
BETWEEN_S = 0.002  # steps of one word each answer
ROUNDS = 5
FLAG_EVERY_MS = 500
AFTER_MS = 3000
BY_KEYS = 5  # the number of the flag that is set by keys
KEY_MS = 80  # from one key to the next
SEVERITY = 2  # of that flag; the others have 1
SENTENCE = (
    "the light of a lighthouse falls on **dark** water and `x = f(y)` while people *often* wait for news, because "
    "scattering makes the sky blue; 3.5 km away, nobody knows."
)
BLOCKS = (
    "\n\n## A heading\n\n",
    "\n\n- one thing\n- another\n\n",
    "\n\n```python\nfor i in range(3):\n    print(i)\n```\n\n",
    "\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n",
    "\n\n",
    "\n\n",
)


@dataclass(frozen=True)
class Pause:
    """The longest of an act, and the most that the window's thread worked between two beats of it: milliseconds.

    Others that work on the machine lengthen the first; only what the program does lengthens the second much.
    """

    ms: float
    worked: float


@dataclass(frozen=True)
class Found:
    """Longest pauses: while they streamed, as sources and laid out, and from each act on; the flags."""

    streaming: Pause
    laid_out: Pause
    laying_out: Pause
    going_back: Pause
    leaving: Pause
    coming_back: Pause
    narrower: Pause
    rewriting: Pause
    kept: Pause
    flags: int
    seconds: float


def markdown(seed: int, length: int) -> str:
    """A text of so many words with a block of another kind every sixty."""
    chosen = random.Random(seed)
    vocabulary = SENTENCE.split(" ")
    words = [chosen.choice(vocabulary) for _ in range(length)]
    for at in range(60, length, 60):
        words[at] = chosen.choice(BLOCKS) + words[at]
    return " ".join(words)


def watched(workbench: Workbench, heart: Heart) -> Found:
    """One stream, from the asking to the last word, what follows, and another one that is laid out meanwhile."""
    session, bench = workbench.session, workbench.bench
    began = time.perf_counter()
    streaming = streamed(workbench, heart, by_keys=True)
    seconds = time.perf_counter() - began - AFTER_MS / 1000
    laying_out = during(heart, lambda: bench.answers.show_rendered(True))
    going_back = during(heart, lambda: bench.answers.show_rendered(False))
    here = session.draft
    assert all(len(answer.text.split(" ")) >= WORDS for answer in here.answers)
    leaving = during(heart, lambda: session.go_to(drafts.new_draft()))
    coming_back = during(heart, lambda: session.go_to(here))
    size = workbench.window.size()
    narrower = during(heart, lambda: workbench.window.resize(size.width() - 100, size.height()))
    workbench.window.resize(size)
    live(AFTER_MS)  # that is no part of what follows
    rewriting = during(heart, lambda: bench.revising.open(0))
    bench.revision.version.put(0, 3, "All")
    kept = during(heart, bench.revision.keep)
    session.go_to(drafts.new_draft())
    bench.answers.show_rendered(True)
    laid_out = streamed(workbench, heart)
    bench.answers.show_rendered(False)
    pauses = (streaming, laid_out, laying_out, going_back, leaving, coming_back, narrower, rewriting, kept)
    return Found(*pauses, len(here.flags), seconds)


def streamed(workbench: Workbench, heart: Heart, *, by_keys: bool = False) -> Pause:
    """Four answers are asked for, written, and flagged twice a second; the longest pause until AFTER_MS after them.

    With `by_keys` one of the flags is set by keys; no other one comes meanwhile.
    """
    session = workbench.session
    keys = flag_keys(workbench)
    session.ask(
        msgspec.structs.replace(session.draft.prompt, text=f"Tell all. ({time.time_ns()})", max_tokens=2 * WORDS)
    )

    def press() -> None:
        key, held = keys.pop(0)
        here = QApplication.focusWidget()
        assert here is not None
        QTest.keyClick(here, key, held)
        if not keys:
            pressing.stop()

    pressing = QTimer(interval=KEY_MS)
    pressing.timeout.connect(press)

    def flag() -> None:
        if pressing.isActive():
            return
        if by_keys and keys and len(session.draft.flags) == BY_KEYS - 1:
            workbench.bench.answers.choose(0)
            pressing.start()
            return
        position = len(session.draft.flags) % len(session.draft.order)
        place = len(session.draft.at(position).text) * 2 // 3
        session.act(judging.flag(session.draft, position, (place, place + 40), FlagChoice("wording", 1)))

    flagging = QTimer(interval=FLAG_EVERY_MS)
    flagging.timeout.connect(flag)
    heart.start()
    live(50)  # a beat before the asking, or its own pause would not be one between two beats
    workbench.bench.generate()
    until(lambda: session.draft.answers and all(answer.text for answer in session.draft.answers))
    flagging.start()
    until(lambda: not session.writing)
    flagging.stop()
    live(AFTER_MS)  # the last one is laid out once it stands
    assert sum(flag.severity == SEVERITY for flag in session.draft.flags) == by_keys
    return longest(heart)


def flag_keys(workbench: Workbench) -> list[tuple[Qt.Key, Qt.KeyboardModifier]]:
    """At an answer's text: five words are marked and flagged."""
    flags, modifier = workbench.session.rubric.flags, Qt.KeyboardModifier
    category = flags.category("wording") if flags is not None else None
    assert category is not None
    words = [(Qt.Key.Key_Right, modifier.ControlModifier | modifier.ShiftModifier)] * 5
    pressed = (Qt.Key.Key_F, Qt.Key[f"Key_{category.letter.upper()}"], Qt.Key[f"Key_{SEVERITY}"], Qt.Key.Key_Return)
    return [*words, *((key, modifier.NoModifier) for key in pressed)]


def during(heart: Heart, act: Callable[[], object]) -> Pause:
    """The longest pause from just before an act until AFTER_MS after it."""
    heart.start()
    live(50)
    act()
    live(AFTER_MS)
    return longest(heart)


def longest(heart: Heart) -> Pause:
    heart.stop()
    return Pause(max(heart.pauses), max(heart.worked))


def rows(what: str, pauses: list[Pause]) -> str:
    return row(f"longest pause {what}, ms", [each.ms for each in pauses], "each < 50") + row(
        f"of the processor {what}, at most, ms", [each.worked for each in pauses]
    )


def main() -> None:
    if "DISPLAY" not in os.environ:
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS
    application = QApplication(["preceptor"])
    favour_window(application)
    dress(application, Appearance("light").theme)
    seeds = count()
    with tempfile.TemporaryDirectory() as folder:
        profile = Profile.open(Path(folder) / "profile", insecure_key_file=True)

        def told(_prompt: object, count: int) -> tuple[str, ...]:
            return tuple(markdown(next(seeds), WORDS + LONGER * number) for number in range(count))

        engine = ScriptedEngine(told, pause=BETWEEN_S)
        workbench = Workbench(profile, engine=engine)
        workbench.show()
        workbench.window.resize(1440, 900)
        heart = Heart()
        found = []
        for _round in range(rounds):
            found.append(watched(workbench, heart))
            print(found[-1])
        workbench.window.close()
        engine.close()
        profile.close()
    QCoreApplication.processEvents()
    if rounds < ROUNDS:
        return

    RESULTS.write_text(
        "# Event-loop pauses while four answers of 8,000 tokens stream, are flagged and laid out\n\n"
        f"{time.strftime('%Y-%m-%d')}, {os.cpu_count()} cores, {application.platformName()}, window of 1440 × 900, "
        f"{rounds} streams, a beat every {BEAT_MS} ms.\n\n"
        + HEAD
        + rows("while they stream and are flagged, one by keys", [each.streaming for each in found])
        + rows("while they stream laid out", [each.laid_out for each in found])
        + rows("while all four are laid out", [each.laying_out for each in found])
        + rows("while the sources come back", [each.going_back for each in found])
        + rows("going on to an empty bench", [each.leaving for each in found])
        + rows("coming back to these answers", [each.coming_back for each in found])
        + rows("in a narrower window", [each.narrower for each in found])
        + rows("while a rewriting of one opens", [each.rewriting for each in found])
        + rows("while it is kept, a word changed", [each.kept for each in found])
        + row("flags at the end", [each.flags for each in found], digits=0)
        + row("seconds a stream", [each.seconds for each in found]),
        encoding="utf-8",
    )
    print(RESULTS.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
