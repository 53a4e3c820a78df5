"""A kept draft with a flag that has no place in its answer comes back without that flag, and with everything else.

An older version left such: a flag behind the end of a text that was written anew, or on no words at all.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from session_desk import Desk

from desktop.flow import judging
from desktop.flow.draft import Draft, to_bytes
from desktop.flow.judging import FlagChoice
from desktop.flow.kept_drafts import KeptDrafts
from desktop.flow.sound_draft import sound

GOOD, BAD = FlagChoice("wording", 1), FlagChoice("factual", 2, note="Not so.")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path / "profile")
    yield made
    made.close()


def flagged(desk: Desk) -> Draft:
    """Everything is judged; the first answer has a flag that stands, one on the whole, and one that is to be broken."""
    desk.generate()
    desk.judge()
    session = desk.session
    for place, choice in (((0, 3), GOOD), (None, GOOD), ((2, 7), BAD)):
        session.act(judging.flag(session.draft, 0, place, choice))
    session.act(judging.justify(session.draft, "B says what it is."))
    return session.draft


def broken(draft: Draft, change: Callable[[dict[str, Any]], object]) -> bytes:
    """The kept draft with its third flag as an older version left it."""
    said = json.loads(to_bytes(draft))
    change(said["flags"][2])
    return json.dumps(said).encode()


def beyond(flag: dict[str, Any]) -> None:
    flag["span"] |= {"start": 5000, "end": 5005}


BROKEN: dict[str, Callable[[dict[str, Any]], object]] = {
    "behind the text": beyond,
    "over its end": lambda flag: flag["span"].update(end=5005),
    "on no words": lambda flag: flag["span"].update(start=4, end=4, exact=""),
    "from its end to its beginning": lambda flag: flag["span"].update(start=7, end=2),
    "before the text": lambda flag: flag["span"].update(start=-3),
    "on an answer that is not there": lambda flag: flag.update(candidate="q"),
    "with no words of its own": lambda flag: flag.update(note=""),
    "no flag": lambda flag: flag.clear(),
}


@pytest.mark.parametrize("change", BROKEN.values(), ids=BROKEN.keys())
def test_the_draft_comes_back_without_the_flag_that_has_no_place(
    change: Callable[[dict[str, Any]], object], desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    draft = flagged(desk)
    key = f"{desk.project.id}/{draft.id}"
    desk.store.drafts.change([(key, broken(draft, change))]).result()
    kept = KeptDrafts(desk.store, desk.project.id)
    with caplog.at_level("WARNING"):
        found = kept.latest()
        again = kept.find(key)
    assert found is not None and found == again
    assert found == msgspec.structs.replace(draft, flags=draft.flags[:2])
    assert [record.getMessage() for record in caplog.records] == [
        f"left 1 flags without a place in their answers out of the draft {key}"
    ], "said once, and without a word of the text"


def test_the_bench_shows_it_and_it_can_be_saved(desk: Desk) -> None:
    draft = flagged(desk)
    desk.store.drafts.change([(f"{desk.project.id}/{draft.id}", broken(draft, beyond))]).result()
    assert desk.session.restore()
    assert [flag.category for flag in desk.session.draft.flags] == ["wording", "wording"]
    assert desk.session.draft.justification == draft.justification
    desk.save()


def test_flags_that_lie_aside_for_another_rubric_do_not_hold_the_draft_back(desk: Desk) -> None:
    draft = flagged(desk)
    said = json.loads(to_bytes(draft))
    said["unasked"] = [{"rubric": "0" * 64, "flags": [said["flags"][0], said["flags"][2] | {"note": ""}]}]
    found, left_out = sound(json.dumps(said).encode())
    assert (left_out, found.flags) == (1, draft.flags)
    assert [flag.category for flag in found.unasked[0].flags] == ["wording"]


def test_a_flag_in_a_text_of_ones_own_waits_for_its_words(desk: Desk) -> None:
    desk.generate()
    session = desk.session
    session.act(judging.write_own(session.draft))
    session.act(judging.edit_own(session.draft, 4, "It is blue, people say."), "own 4")
    session.act(judging.flag(session.draft, 4, (12, 18), GOOD))
    session.act(judging.edit_own(session.draft, 4, "It is."), "own 4")
    assert session.draft.flags[0].span is not None and session.draft.flags[0].span.end > len("It is.")
    assert sound(to_bytes(session.draft)) == (session.draft, 0)


def test_what_is_blacked_out_is_blacked_out_in_such_a_draft_too(desk: Desk) -> None:
    draft = flagged(desk)
    key = f"{desk.project.id}/{draft.id}"
    desk.store.drafts.change([(key, broken(draft, BROKEN["on no words"]))]).result()
    kept = KeptDrafts(desk.store, desk.project.id)

    def change(other: Draft) -> Draft:
        return msgspec.structs.replace(other, justification=other.justification.replace("says", "█"))

    kept.change_others(Draft("x", "y", "z"), change)
    found = kept.find(key)
    assert found is not None and found.justification == "B █ what it is."


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b"null",
        b"{}",
        b'{"flags": 3}',
        b'{"flags": [], "unasked": [1]}',
        b"\xff",
        b'{"id": "\xff"}',
        b'{"flags": 3, "id": "\xff"}',
        b'{"flags": 3, "more": ' + b"[" * 100_000,
    ],
)
def test_what_is_no_draft_stays_for_the_program_that_wrote_it(data: bytes) -> None:
    with pytest.raises(msgspec.DecodeError):
        sound(data)
