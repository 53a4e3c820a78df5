"""kill -9 of the window at any moment: the draft is back, the database is whole, nothing saved is lost or doubled.

Somebody works at a true window (working_window.py) that writes down what stands on its screen, and when. After a kill
the next window must show what the last one had shown a little more than a second before its end: the draft is kept at
most once a second.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import diary
import pytest
from diary import Seen, Stored
from left_behind import left_behind

from desktop.flow.draft import Draft, as_left, from_bytes
from feedback_store import canonical, kept_words, records
from feedback_store.database import FILE
from feedback_store.records import Judgement

ROOT = Path(__file__).resolve().parents[2]
WINDOW = Path(__file__).with_name("working_window.py")
KEPT_S = 0.7  # a change is kept after so long
MARGIN_S = 0.3  # a coarse timer and the write itself: a second in all
BUSY_S = 1.0  # instead, where other tests use the same cores


class Window:
    """A window at which somebody works, in a process of its own."""

    def __init__(self, profile: Path, engine: str, work: str) -> None:
        self._diary = profile.with_name(f"diary-{time.monotonic_ns()}")
        self.killed_at = 0.0
        environment = os.environ | {"QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(ROOT)}
        command = [sys.executable, str(WINDOW), str(profile), str(self._diary), engine, work]
        self._child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment, cwd=ROOT)

    def open(self) -> Seen:
        """Wait until it is open; what stands there."""
        self._expect("open")
        return self.seen[0]

    def work(self, seconds: float) -> None:
        """Let the person work until an answer streams, and so long on."""
        self._expect("streaming")
        time.sleep(seconds)
        assert self._child.poll() is None, "the window ended by itself"

    def kill(self) -> None:
        self.killed_at = time.monotonic()
        self._child.send_signal(signal.SIGKILL)
        self._child.wait()
        assert self._child.stdout is not None
        self._child.stdout.close()

    @property
    def seen(self) -> list[Seen]:
        return [entry for entry in diary.read(self._diary) if isinstance(entry, Seen)]

    @property
    def stored(self) -> list[Stored]:
        return [entry for entry in diary.read(self._diary) if isinstance(entry, Stored)]

    def owed(self, margin_s: float = MARGIN_S) -> Seen:
        """What was shown last before the moment from which on a loss is allowed."""
        latest = self.killed_at - KEPT_S - margin_s
        first, *others = self.seen
        return [first, *(look for look in others if look.at <= latest)][-1]

    def _expect(self, word: str) -> None:
        assert self._child.stdout is not None
        assert self._child.stdout.readline() == f"{word}\n", "the window ended by itself"


def saved_in(profile: Path) -> list[Judgement]:
    """Every judgement in the file as the kill left it."""
    with left_behind(profile / FILE) as connection:
        rows = connection.execute("SELECT sha256, data FROM record ORDER BY seq").fetchall()
    found = []
    for sha256, data in rows:
        record = records.decode(data)
        assert isinstance(record, Judgement) and canonical.record_hash(data) == sha256
        found.append(record)
    return found


def check_saved(judgements: list[Judgement], windows: list[Window]) -> None:
    """What the windows said is saved is there; nothing is there twice; at most a last word was not heard."""
    hashes = {canonical.record_hash(records.encode(judgement)) for judgement in judgements}
    acknowledged = {stored.sha256 for window in windows for stored in window.stored}
    assert acknowledged <= hashes
    assert len(hashes - acknowledged) <= len(windows), "one a kill can have been saved without a word"
    for name in ("id", "comparison"):
        assert len({getattr(judgement, name) for judgement in judgements}) == len(judgements), name


def check_draft(owed: Seen, back: Seen, judgements: list[Judgement]) -> None:
    """What was owed is in its record, if it was saved, and on the bench otherwise; never in both."""
    assert back.comparison not in {judgement.comparison.id for judgement in judgements}, "it could be saved twice"
    record = next((each for each in judgements if each.comparison.id == owed.comparison), None)
    if record is not None:
        held = seen_in(record)
    elif not owed.answers:  # a prompt alone: whatever became of it begins with it
        prompts = [back.prompt, *(judgement.prompt.messages[-1].content for judgement in judgements)]
        assert any(prompt.startswith(owed.prompt) for prompt in prompts), owed.prompt
        return
    else:
        held = back
    check_held(owed, held)


def check_held(owed: Seen, held: Seen) -> None:
    """What was owed is held, or a little more of it."""
    assert held.comparison == owed.comparison
    assert held.prompt.startswith(owed.prompt)
    assert held.answers.keys() == owed.answers.keys()
    short = {key: (len(held.answers[key]), len(text)) for key, text in owed.answers.items()}
    assert all(held.answers[key].startswith(text) for key, text in owed.answers.items()), short
    assert held.why.startswith(owed.why.strip()), (held.why, owed.why)
    assert owed.tiers in (None, held.tiers)
    assert owed.ratings <= held.ratings
    assert held.flags[: len(owed.flags)] == owed.flags
    assert held.revision.startswith(owed.revision), (held.revision, owed.revision)


def seen_in(record: Judgement) -> Seen:
    """A record as it stood on the bench."""
    return Seen(
        at=0.0,
        comparison=record.comparison.id,
        prompt=record.prompt.messages[-1].content,
        answers={candidate.key: candidate.text for candidate in record.candidates},
        why=record.justification or "",
        tiers=record.verdicts[0].tiers,
        ratings=frozenset((r.candidate, r.axis, r.value) for r in record.ratings if isinstance(r.value, int)),
        flags=tuple(flag.span.exact if flag.span else "" for flag in record.flags),
        revision=record.revision.text if record.revision is not None else "",
    )


def seen_in_draft(draft: Draft) -> Seen:
    """A kept draft as it would stand on the bench."""
    return Seen(
        at=0.0,
        comparison=draft.comparison,
        prompt=draft.prompt.text,
        answers={answer.key: answer.text for answer in draft.answers},
        why=draft.justification,
        tiers=draft.tiers,
        ratings=frozenset((r.candidate, r.axis, r.value) for r in draft.ratings if isinstance(r.value, int)),
        flags=tuple(flag.span.exact if flag.span else "" for flag in draft.flags),
        revision=draft.revision.text if draft.revision is not None else "",
    )


def drafts_in(profile: Path) -> list[Draft]:
    """Every draft in the file as the kill left it: on the bench, waiting, or passed as a turn of a conversation."""
    with left_behind(profile / FILE) as connection:
        rows = connection.execute("SELECT key, data FROM draft").fetchall()
    return [as_left(from_bytes(data)) for key, data in rows if not key.startswith(kept_words.key_of(""))]


def check_conversation(owed: Seen, back: Seen, judgements: list[Judgement], drafts: list[Draft]) -> None:
    """What was owed is in one place; each turn has the turn that it goes on from; nothing could be saved twice."""
    places = [*(each.comparison.id for each in judgements), *(each.comparison for each in drafts)]
    assert len(places) == len(set(places)), "a turn is both judged and waiting"
    parents = {each.conversation.parent for each in judgements if each.conversation is not None}
    parents |= {each.conversation.parent for each in drafts if each.conversation is not None}
    lost = {parent.comparison for parent in parents if parent is not None} - set(places)
    assert not lost, "a turn goes on from one that is nowhere"
    assert not back.answers or back.comparison in places, "what stands on the bench is kept"
    held = [seen_in(each) for each in judgements if each.comparison.id == owed.comparison]
    held += [seen_in_draft(each) for each in drafts if each.comparison == owed.comparison]
    if not owed.answers:  # a prompt alone is dropped while it is empty, or says what it was copied from
        asked = [look.prompt for look in (back, *map(seen_in, judgements), *map(seen_in_draft, drafts))]
        assert any(prompt.startswith(owed.prompt) for prompt in asked), owed.prompt
        return
    assert len(held) == 1, f"{owed.comparison} is kept nowhere"
    check_held(owed, held[0])


def kill_and_check(
    folder: Path, engine: str, moments: list[float], margin_s: float = MARGIN_S, work: str = "comparisons"
) -> list[Window]:
    """A kill at each moment, each time the next window over the same profile, and a last one that is only looked at."""
    profile = folder / "profile"
    windows: list[Window] = []
    judgements: list[Judgement] = []
    drafts: list[Draft] = []
    for moment in [*moments, None]:
        window = Window(profile, engine, work)
        try:
            back = window.open()
            if windows and work == "conversation":
                check_conversation(windows[-1].owed(margin_s), back, judgements, drafts)
            elif windows:
                check_draft(windows[-1].owed(margin_s), back, judgements)
            if moment is not None:
                window.work(moment)
        finally:
            window.kill()
        windows.append(window)
        judgements, drafts = saved_in(profile), drafts_in(profile)
        check_saved(judgements, windows)
    return windows


def drawn(seed: int, count: int, first: float, last: float) -> list[float]:
    chance = random.Random(seed)
    return [chance.uniform(first, last) for _ in range(count)]


@pytest.mark.timeout(120)
def test_t23_a_killed_window_leaves_its_draft_its_records_and_a_whole_database(tmp_path: Path) -> None:
    kill_and_check(tmp_path, "scripted", drawn(7, 2, 2.5, 5), BUSY_S)


@pytest.mark.timeout(120)
def test_a_window_killed_in_the_middle_of_a_conversation_keeps_every_turn_and_branch(tmp_path: Path) -> None:
    kill_and_check(tmp_path, "scripted", drawn(3, 2, 4, 9), BUSY_S, work="conversation")


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_the_window_killed_at_60_random_moments_of_conversations(tmp_path: Path) -> None:
    windows = kill_and_check(tmp_path, "scripted", drawn(29, 60, 0, 14), work="conversation")
    owed = [window.owed() for window in windows]
    assert sum(len(window.stored) for window in windows) >= 10, "there was something to lose"
    assert sum(bool(look.revision) for look in owed) >= 3
    drafts = drafts_in(tmp_path / "profile")
    places = len(drafts) + len(saved_in(tmp_path / "profile"))
    assert places >= 40 and any(draft.path for draft in drafts), "there were turns and branches"


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_t23_the_window_killed_at_100_random_moments(tmp_path: Path) -> None:
    windows = kill_and_check(tmp_path, "scripted", drawn(23, 100, 0, 7))
    owed = [window.owed() for window in windows]
    assert sum(len(window.stored) for window in windows) >= 25, "there was something to lose"
    assert sum(any(look.answers.values()) for look in owed) >= 50
    assert sum(bool(look.ratings) for look in owed) >= 25


@pytest.mark.soak
@pytest.mark.timeout(1200)
def test_t23_the_window_killed_while_the_starter_model_writes(tmp_path: Path) -> None:
    windows = kill_and_check(tmp_path, "starter", drawn(5, 5, 0, 8))
    assert sum(any(window.owed().answers.values()) for window in windows) >= 2
