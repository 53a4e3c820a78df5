"""Every text of a draft that may come into its record is told in the order of reading, with the part that it is."""

from __future__ import annotations

import msgspec

from desktop.flow.begun import BegunChoice, BegunFlag
from desktop.flow.draft import (
    AnswerDraft,
    Draft,
    Drafted,
    FeedbackPoint,
    PromptDraft,
    RevisionDraft,
    Unasked,
    new_draft,
)
from desktop.flow.draft_spots import Spot, spots
from feedback_store.records import Flag, Message, Verdict

ASKED = PromptDraft(
    system="Be short.",
    turns=(Message("user", "Hello"), Message("assistant", "Good day")),
    text="Why?",
    domain="Physics",
    tags=("sky",),
)
DRAFT = msgspec.structs.replace(
    new_draft(msgspec.structs.replace(ASKED, text="Why so?")),
    asked=ASKED,
    answers=(
        AnswerDraft("a", "Light.", "Perhaps light", "done", "stop"),
        AnswerDraft("b", "Scatter", "", "stopped", "cancelled"),
        AnswerDraft("c", "It is st", "", "writing"),
    ),
    order=("b", "a", "c"),
    flags=(Flag("a", "factual", 1, note="Too short", suggestion="Say more"), Flag("b", "factual", 1)),
    begun_flag=BegunFlag("a", choice=BegunChoice(note="Begun", suggestion="Suggested")),
    revision=RevisionDraft(
        "a",
        "Light is scattered.",
        (FeedbackPoint("Name it."),),
        new_point="One more",
        summary="Named it",
        drafts=(Drafted(AnswerDraft("r", "By a model"), "Before that", ("A point then",), "rewrite-1"),),
    ),
    verdicts=(Verdict("overall", not_rankable="Cannot be told"),),
    justification="A is right.",
    begun_reason="Neither is",
    unasked=(Unasked("0" * 64, (Verdict("tone", not_rankable="No tone"),), flags=(Flag("a", "x", 1, note="Old"),)),),
)


def told(draft: Draft) -> list[tuple[str, str]]:
    return [(spot.area, spot.text) for spot in spots(draft)]


def test_every_text_is_told_in_the_order_of_reading_with_the_part_that_it_is() -> None:
    asked = [("system", "Be short."), ("earlier", "Hello"), ("earlier", "Good day")]
    more = [("prompt", "Physics"), ("prompt", "sky")]
    assert told(DRAFT) == [
        *(*asked, ("prompt", "Why so?"), *more),
        *(*asked, ("prompt", "Why?"), *more),
        *(("answer", "Scatter"), ("answer", "Light."), ("reasoning", "Perhaps light")),
        *(("revision", text) for text in ("Light is scattered.", "Name it.", "One more", "Named it")),
        *(("revision", text) for text in ("By a model", "Before that", "A point then")),
        *(("note", text) for text in ("Too short", "Say more", "Old", "Begun", "Suggested")),
        *(("why", text) for text in ("A is right.", "Neither is", "Cannot be told", "No tone")),
    ]


def test_a_prompt_that_was_asked_as_it_stands_is_told_once() -> None:
    assert told(new_draft(PromptDraft(text="Why?"))) == [("prompt", "Why?")]
    assert told(msgspec.structs.replace(new_draft(ASKED), asked=ASKED)).count(("prompt", "Why?")) == 1


def test_what_cannot_be_read_yet_is_not_told() -> None:
    waiting = msgspec.structs.replace(DRAFT, held=("a", "b", "c"))
    assert [spot for spot in spots(waiting) if spot.area in ("answer", "reasoning")] == []
    seen = msgspec.structs.replace(waiting, blind=False)
    assert Spot("answer", "Light.", "a") in set(spots(seen))
