"""Judgements for tests, told in a few words; everything that is not told is ordinary."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from feedback_store import records, rubrics
from feedback_store.record_parts import (
    App,
    Candidate,
    Comparison,
    Context,
    Drafted,
    Edit,
    Judgement,
    Message,
    Model,
    Origin,
    Prompt,
    Revision,
    Shown,
    Timing,
    Verdict,
    Versioned,
)
from feedback_store.record_shape import check_shape

TIME = "2026-11-22T12:34:56.789Z"
RUBRIC = rubrics.load("helpsteer2")
PROJECT = "prj_" + "5" * 32
TRAINER = "trn_" + "7" * 32


def candidate(key: str, text: str | None = None, kind: str = "local", **fields: Any) -> Candidate:
    """An answer "text of a", by model "m" where a model made it."""
    model = None if kind == "human" else Model("m")
    finish = "stop" if kind in ("local", "endpoint") else None
    made = Candidate(key, f"text of {key}" if text is None else text, Origin(kind, model=model), finish=finish)
    return msgspec.structs.replace(made, **fields)


def verdict(text: str, axis: str = "overall") -> Verdict:
    """`b>a=c`, `a>>b`, `good ab`, `bad a`, or `not rankable`."""
    if text == "not rankable":
        return Verdict(axis, not_rankable="All miss the point.")
    if text.startswith(("good ", "bad ")):
        level, keys = text.split()
        return Verdict(axis, tiers=(tuple(keys),), level=f"all_{level}")
    strength = text.count(">") if ">>" in text else None
    tiers = tuple(tuple(tier.split("=")) for tier in text.split(">") if tier)
    return Verdict(axis, tiers=tiers, strength=strength)


def revision(of: str = "a", text: str = "text of a, put right") -> Revision:
    return Revision(of, text, ("Say why.",), "", "hand", Edit(3, 0, 3))


def drafted_revision(of: str = "a", kind: Literal["local", "endpoint"] = "local") -> Revision:
    """A revision that the model `helper` drafted."""
    origin = Origin(kind, model=Model("helper", licence="MIT" if kind == "local" else None))
    drafted = Drafted("a draft", origin, "rewrite-1", ("Say why.",), Edit(1, 1, 1), "stop")
    return msgspec.structs.replace(revision(of), method="model_assisted", drafted=drafted)


def judgement(said: str | None = None, *candidates: Candidate, ask: str = "Why?", **changes: Any) -> Judgement:
    """A judgement of two answers, or of those given."""
    answers = candidates or (candidate("a"), candidate("b"))
    made = Judgement(
        v=1,
        id=records.new_id(),
        rev=1,
        nonce=records.new_nonce(),
        created_at=TIME,
        project=PROJECT,
        trainer=TRAINER,
        app=App("preceptor", "0.1.0"),
        comparison=Comparison(records.new_id()),
        context=Context("bench", "normal"),
        prompt=Prompt(records.new_id(), 1, (Message("user", ask),)),
        candidates=answers,
        shown=Shown(tuple(answer.key for answer in answers), blind=True, streamed=False, masked=(), seed=0),
        verdicts=() if said is None else (verdict(said),),
        ratings=(),
        answers=(),
        flags=(),
        rubric=Versioned(RUBRIC.id, RUBRIC.version, RUBRIC.sha256),
        timing=Timing(TIME, TIME, 0),
    )
    made = msgspec.structs.replace(made, **changes)
    check_shape(made)
    return made
