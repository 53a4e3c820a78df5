"""Two drafts, or a draft and its record, held against each other whole: every field that exists now or will.

What is left out is named here, field by field, and is held against its own measure by whoever compares.
"""

from __future__ import annotations

import msgspec

from desktop.flow.begun import BegunChoice
from desktop.flow.draft import Draft
from desktop.flow.left_drafts import as_left
from desktop.flow.outcome import Frame, to_judgement
from feedback_store import records
from feedback_store.records import Judgement

replace = msgspec.structs.replace

CLOCKS = {"active_ms", "shown_ms", "shown_at"}  # they go on by themselves
STREAMED = {
    "closed",
    "text",
    "reasoning",
    "state",
    "finish",
    "origin",
    "tokens",
    "time_ms",
}  # of an answer, by its model
OF_ITS_SAVING = {"id", "nonce", "created_at", "project", "trainer", "app", "rubric", "guideline", "timing"}

NOBODY = Frame("prj_" + "0" * 32, "trn_" + "0" * 32, records.App("", ""), records.Versioned("none", 1, "0" * 64))


def put_there(draft: Draft) -> bytes:
    """All that the trainer put into a draft, encoded; without clocks, and what models were still writing."""
    fields = msgspec.to_builtins(draft)
    kept = {name: value for name, value in fields.items() if name not in CLOCKS}
    kept["answers"] = [
        {name: value for name, value in answer.items() if name not in STREAMED} for answer in fields.get("answers", ())
    ]
    return msgspec.json.encode(kept, order="sorted")


def begun_in(draft: Draft) -> tuple[BegunChoice, str]:
    """What of a flag and of the reason why the answers are not rankable is begun in a draft, as a screen shows it."""
    return draft.begun_flag.choice if draft.begun_flag is not None else BegunChoice(), draft.begun_reason


def recorded(judgement: Judgement) -> bytes:
    """All that a record says of a comparison, encoded; without what its saving gave it."""
    fields = msgspec.to_builtins(judgement)
    return msgspec.json.encode({k: v for k, v in fields.items() if k not in OF_ITS_SAVING}, order="sorted")


def to_be_recorded(draft: Draft) -> bytes:
    """What a record says that is made of this draft."""
    return recorded(to_judgement(as_left(draft), NOBODY))
