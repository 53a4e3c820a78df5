"""kill -9 of the window at any moment: the draft is back, the database is whole, nothing saved is lost or doubled.

Somebody works at a true window (working_window.py) that writes down what stands on its screen, and when. After a kill
the next window must show what the last one had shown a little more than a second before its end: the draft is kept at
most once a second.
"""

from __future__ import annotations

import itertools
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
from whole_draft import begun_in, put_there, recorded, to_be_recorded

from desktop.flow.draft import Draft, PromptDraft, from_bytes
from desktop.flow.left_drafts import as_found
from desktop.flow.outcome import from_judgement
from feedback_store import canonical, kept_words, records
from feedback_store.database import FILE
from feedback_store.records import Judgement, Record

ROOT = Path(__file__).resolve().parents[2]
WINDOW = Path(__file__).with_name("working_window.py")
KEPT_S = 0.7  # a change is kept after so long
MARGIN_S = 0.3  # a coarse timer and the write itself: a second in all
LONGEST_S = 0.1  # between two looks of the window, which come every 25 ms
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
        """Let the person work for so long since it was open: at the prompt, at answers, or in what was saved."""
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
        """What was shown last before the moment from which on a loss is allowed.

        Time in which the window itself stood still, as on a machine that is busy, counts for no more than a moment.
        """
        latest, left_s = self.killed_at, KEPT_S + margin_s
        for entry in reversed(diary.read(self._diary)):
            left_s -= min(latest - entry.at, LONGEST_S)
            latest = entry.at
            if left_s <= 0:
                break
        first, *others = self.seen
        return [first, *(look for look in others if look.at <= latest)][-1]

    def since(self, owed: Seen) -> list[Seen]:
        """What was shown from then on to the end."""
        return [look for look in self.seen if look.at >= owed.at]

    def _expect(self, word: str) -> None:
        assert self._child.stdout is not None
        assert self._child.stdout.readline() == f"{word}\n", "the window ended by itself"


def saved_in(profile: Path) -> list[Record]:
    """Every record in the file as the kill left it."""
    with left_behind(profile / FILE) as connection:
        rows = connection.execute("SELECT sha256, data FROM record ORDER BY seq").fetchall()
    found = []
    for sha256, data in rows:
        assert canonical.record_hash(data) == sha256
        found.append(records.decode(data))
    return found


def judgements_in(saved: list[Record]) -> list[Judgement]:
    return [each for each in saved if isinstance(each, Judgement)]


Place = tuple[str, int]


def place_of(draft: Draft) -> Place:
    """The comparison that a draft is about, and the version that its record would be."""
    return draft.comparison, draft.supersedes.rev + 1 if draft.supersedes is not None else 1


def place_in(record: Judgement) -> Place:
    return record.comparison.id, record.rev


def check_saved(saved: list[Record], windows: list[Window]) -> None:
    """What the windows said is saved is there; nothing is there twice; at most a last word was not heard."""
    hashes = {canonical.record_hash(records.encode(record)) for record in saved}
    acknowledged = {stored.sha256 for window in windows for stored in window.stored}
    assert acknowledged <= hashes
    assert len(hashes - acknowledged) <= len(windows), "one a kill can have been saved without a word"
    judgements = judgements_in(saved)
    versions = {(each.id, each.rev) for each in saved}
    assert len(versions) == len(saved) and len(set(map(place_in, judgements))) == len(judgements), "saved twice"
    assert len({(each.id, each.comparison.id) for each in judgements}) == len({each.id for each in judgements})
    for record in saved:
        assert record.rev == 1 or (record.id, record.rev - 1) in versions, "a version of what is nowhere"


def check_draft(window: Window, margin_s: float, back: Seen, judgements: list[Judgement]) -> None:
    """What was owed is in its record, if it was saved, and on the bench otherwise; never in both."""
    owed = window.owed(margin_s)
    assert place_of(back.draft) not in map(place_in, judgements), "it could be saved twice"
    record = next((each for each in judgements if place_in(each) == place_of(owed.draft)), None)
    if record is not None:
        check_recorded(window, owed, record)
    elif not owed.answers:  # a prompt alone: whatever became of it begins with it
        check_prompt(window.since(owed), [back.draft, *map(asked_in, judgements)])
    else:
        check_held(window, owed, back.draft)
        check_shown(back)


def check_prompt(owed: list[Seen], drafts: list[Draft]) -> None:
    """One of these asks what stood there once since it was owed, or a little more, with the tags of that moment."""

    def line(prompt: PromptDraft) -> tuple[str, str, str]:
        return prompt.text, prompt.domain, ", ".join(prompt.tags)

    wanted = {line(look.draft.prompt) for look in owed if not look.answers}
    found = [line(draft.prompt) for draft in drafts]
    begin = [
        all(had.startswith(want.strip()) for had, want in zip(each, once, strict=True))
        for each, once in itertools.product(found, wanted)
    ]
    assert any(begin), (wanted, found)


def check_held(window: Window, owed: Seen, held: Draft) -> None:
    """What is held is the whole of what stood there once since then, with a little more of the answers at most."""
    assert held.comparison == owed.draft.comparison
    once = {put_there(look.draft) for look in window.since(owed)}
    assert put_there(held) in once, (put_there(held), put_there(owed.draft))
    assert (held.active_ms, held.shown_ms) >= (owed.draft.active_ms, owed.draft.shown_ms) or held.supersedes
    check_answers(owed, {answer.key: answer.text for answer in held.answers})
    for answer in owed.draft.answers:
        if answer.ready:
            assert held.answer(answer.key) == answer, "what a model had written stands with all that is known of it"


def check_recorded(window: Window, owed: Seen, record: Judgement) -> None:
    """The record says the whole of what stood there once since then."""
    same = [look for look in window.since(owed) if place_of(look.draft) == place_in(record)]
    assert recorded(record) in {to_be_recorded(look.draft) for look in same}, (recorded(record), owed.draft)
    check_answers(owed, {candidate.key: candidate.text for candidate in record.candidates})


def check_begun(window: Window) -> None:
    """What stands in an open popup or dialog stands in the draft at that very moment: what is kept of it is all."""
    for look in window.seen:
        flag, reason = begun_in(look.draft)
        assert look.flag in (None, flag), (look.flag, flag)
        assert look.reason is None or look.reason.strip() == reason.strip(), (look.reason, reason)


def check_answers(owed: Seen, held: dict[str, str]) -> None:
    """What stood on the screen of each answer is there, or a little more of it."""
    assert held.keys() == owed.answers.keys()
    short = {key: (len(held[key]), len(text)) for key, text in owed.answers.items()}
    assert all(held[key].startswith(text) for key, text in owed.answers.items()), short


def check_shown(back: Seen) -> None:
    """What is kept is shown: the next window has the texts on its screen."""
    assert (back.prompt, back.why) == (back.draft.prompt.text, back.draft.justification)
    assert back.answers == {answer.key: answer.text for answer in back.draft.answers}


def asked_in(record: Judgement) -> Draft:
    """A record as the draft that it would be opened as."""
    return from_judgement(record, "", b"")


def drafts_in(profile: Path) -> list[Draft]:
    """Every draft in the file as the kill left it: on the bench, waiting, or passed as a turn of a conversation."""
    with left_behind(profile / FILE) as connection:
        rows = connection.execute("SELECT key, data FROM draft").fetchall()
    return [as_found(from_bytes(data)) for key, data in rows if not key.startswith(kept_words.key_of(""))]


def check_conversation(
    window: Window, margin_s: float, back: Seen, judgements: list[Judgement], drafts: list[Draft]
) -> None:
    """What was owed is in one place; each turn has the turn that it goes on from; nothing could be saved twice."""
    owed = window.owed(margin_s)
    places = [*(each.comparison.id for each in judgements), *(each.comparison for each in drafts)]
    assert len(places) == len(set(places)), "a turn is both judged and waiting"
    parents = {each.conversation.parent for each in judgements if each.conversation is not None}
    parents |= {each.conversation.parent for each in drafts if each.conversation is not None}
    lost = {parent.comparison for parent in parents if parent is not None} - set(places)
    assert not lost, "a turn goes on from one that is nowhere"
    assert not back.answers or back.draft.comparison in places, "what stands on the bench is kept"
    saved = [each for each in judgements if each.comparison.id == owed.draft.comparison]
    kept = [each for each in drafts if each.comparison == owed.draft.comparison]
    if not owed.answers:  # a prompt alone is dropped while it is empty, or says what it was copied from
        check_prompt([owed], [back.draft, *map(asked_in, judgements), *drafts])
        return
    assert len(saved) + len(kept) == 1, f"{owed.draft.comparison} is kept nowhere"
    for record in saved:
        check_recorded(window, owed, record)
    for draft in kept:
        check_held(window, owed, draft)


def kill_and_check(
    folder: Path, engine: str, moments: list[float], margin_s: float = MARGIN_S, work: str = "comparisons"
) -> list[Window]:
    """A kill at each moment, each time the next window over the same profile, and a last one that is only looked at."""
    profile = folder / "profile"
    windows: list[Window] = []
    saved: list[Record] = []
    drafts: list[Draft] = []
    for moment in [*moments, None]:
        window = Window(profile, engine, work)
        try:
            back = window.open()
            if windows and work == "conversation":
                check_conversation(windows[-1], margin_s, back, judgements_in(saved), drafts)
            elif windows:
                check_draft(windows[-1], margin_s, back, judgements_in(saved))
            if moment is not None:
                window.work(moment)
        finally:
            window.kill()
        check_begun(window)
        windows.append(window)
        saved, drafts = saved_in(profile), drafts_in(profile)
        check_saved(saved, windows)
    return windows


def drawn(seed: int, count: int, first: float, last: float) -> list[float]:
    chance = random.Random(seed)
    return [chance.uniform(first, last) for _ in range(count)]


def touched(windows: list[Window]) -> set[str]:
    """Which of the things that can be done with answers stood on the bench when a window was killed."""
    found: set[str] = set()
    for look in (window.owed() for window in windows):
        draft = look.draft
        said = {
            "ranking": draft.tiers,
            "strength": draft.strength,
            "not rankable": draft.not_rankable,
            "ratings": draft.ratings,
            "answers to questions": draft.answered,
            "why": draft.justification,
            "how sure": draft.confidence,
            "a flag begun": draft.begun_flag,
            "a reason begun": draft.begun_reason,
            "field": draft.prompt.domain,
            "tags": draft.prompt.tags,
            "a version of one's own": draft.revision,
            "steps taken back": look.undone,
            "a record opened": draft.supersedes,
            "nothing asked yet": not draft.answers,
            **{f"a flag's {part}": any(getattr(flag, part) for flag in draft.flags) for part in FLAG_PARTS},
        }
        found |= {name for name, value in said.items() if value}
    return found


FLAG_PARTS = ("span", "severity", "kind", "target_group", "note", "suggestion")
ALL_SAID = {
    "ranking", "strength", "not rankable", "ratings", "answers to questions", "why", "how sure", "field", "tags",
    "a flag begun", "a reason begun", "a version of one's own", "steps taken back", "a record opened",
    "nothing asked yet",
    *(f"a flag's {part}" for part in FLAG_PARTS),
}  # fmt: skip


def test_t23_a_killed_window_leaves_its_draft_its_records_and_a_whole_database(tmp_path: Path) -> None:
    kill_and_check(tmp_path, "scripted", drawn(7, 2, 4, 9), BUSY_S)


@pytest.mark.long
def test_a_window_killed_in_the_middle_of_a_conversation_keeps_every_turn_and_branch(tmp_path: Path) -> None:
    kill_and_check(tmp_path, "scripted", drawn(3, 2, 6, 12), BUSY_S, work="conversation")


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_the_window_killed_at_60_random_moments_of_conversations(tmp_path: Path) -> None:
    windows = kill_and_check(tmp_path, "scripted", drawn(29, 60, 0, 21), work="conversation")
    owed = [window.owed() for window in windows]
    assert sum(len(window.stored) for window in windows) >= 10, "there was something to lose"
    assert sum(look.draft.revision is not None for look in owed) >= 3
    drafts = drafts_in(tmp_path / "profile")
    places = len(drafts) + len(saved_in(tmp_path / "profile"))
    assert places >= 40 and any(draft.path for draft in drafts), "there were turns and branches"


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_t23_the_window_killed_at_100_random_moments(tmp_path: Path) -> None:
    windows = kill_and_check(tmp_path, "scripted", drawn(23, 100, 0, 20))
    owed = [window.owed() for window in windows]
    assert sum(len(window.stored) for window in windows) >= 25, "there was something to lose"
    assert sum(any(look.answers.values()) for look in owed) >= 50
    assert sum(bool(look.draft.ratings) for look in owed) >= 25
    assert touched(windows) == ALL_SAID
    assert sum(not isinstance(each, Judgement) for each in saved_in(tmp_path / "profile")) >= 3, "some were withdrawn"


@pytest.mark.soak
@pytest.mark.timeout(1200)
def test_t23_the_window_killed_while_the_starter_model_writes(tmp_path: Path) -> None:
    windows = kill_and_check(tmp_path, "starter", drawn(5, 5, 0, 14))
    assert sum(any(window.owed().answers.values()) for window in windows) >= 2
