"""A verdict on a capture, as the extension's panel hands it over, read strictly: marks, ratings, flags, a rewriting.

The page's answer is candidate `a`; answers of the window's own models are named by the asking that they come from, and
by the hash of the text that was judged. Like a capture it is kept by its own bytes. Must not know how it came, nor a
rubric.
"""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from feedback_store import canonical
from feedback_store.captures import MAX_BYTES
from feedback_store.errors import CanonicalError, PlacedError
from feedback_store.record_parts import Answer, Flag, Part, Rating, Verdict
from feedback_store.record_values import Count, Hash, Key, Time, Uuid7

PAGE = "a"  # the candidate that is the page's own answer
MOST_CANDIDATES = 26
MOST_MARKS = 500  # ratings, answers or flags
_LONG = 200_000  # characters


class PanelVerdictError(PlacedError):
    """A verdict that is none, or too large; values["path"] names the field."""


class OwnAnswer(Part, frozen=True):
    """An answer of the window's own models: which asking, which of its answers, and the SHA-256 of the text judged."""

    key: Key
    ask: Uuid7
    number: Annotated[int, Meta(ge=0, le=25)]
    sha256: Hash


class Rewritten(Part, frozen=True):
    """An answer as the trainer would have it, with the points that it follows and what was changed in a word."""

    of: Key
    text: Annotated[str, Meta(min_length=1, max_length=_LONG)]
    feedback: Annotated[tuple[Annotated[str, Meta(min_length=1, max_length=_LONG)], ...], Meta(max_length=101)] = ()
    change_summary: Annotated[str, Meta(min_length=1, max_length=_LONG)] | None = None


class PanelVerdict(Part, frozen=True, tag_field="t", tag="judge.put"):
    """What a trainer said in the panel about a capture, by the rubric of this SHA-256 ("" where none was known)."""

    id: Uuid7
    created_at: Time
    capture: Uuid7
    shown_at: Time
    rubric: Hash | None = None
    candidates: Annotated[tuple[OwnAnswer, ...], Meta(max_length=MOST_CANDIDATES - 1)] = ()
    verdicts: Annotated[tuple[Verdict, ...], Meta(max_length=20)] = ()
    ratings: Annotated[tuple[Rating, ...], Meta(max_length=MOST_MARKS)] = ()
    answers: Annotated[tuple[Answer, ...], Meta(max_length=MOST_MARKS)] = ()
    flags: Annotated[tuple[Flag, ...], Meta(max_length=MOST_MARKS)] = ()
    revision: Rewritten | None = None
    justification: Annotated[str, Meta(min_length=1, max_length=_LONG)] | None = None
    confidence: Annotated[int, Meta(ge=1, le=5)] | None = None
    active_ms: Count = 0


def read(message: bytes) -> PanelVerdict:
    """The verdict in a message's bytes; raises PanelVerdictError."""
    if len(message) > MAX_BYTES:
        raise PanelVerdictError.worded(
            "This verdict has {size} bytes; at most {most} are taken. Shorten the rewriting or the reasons.",
            code="verdict_too_large",
            path="$",
            size=len(message),
            most=MAX_BYTES,
        )
    try:
        verdict = msgspec.convert(canonical.strict_loads(message), PanelVerdict)
    except CanonicalError as error:
        raise PanelVerdictError.again(error, code="verdict_unreadable", path="$") from error
    except msgspec.ValidationError as error:
        what, _, path = str(error).partition(" - at `")
        raise _shape(what, path.rstrip("`") or "$") from error
    _check_keys(verdict)
    return verdict


def _check_keys(verdict: PanelVerdict) -> None:
    """Raise where something is said of an answer that is none of those judged, or twice of one."""
    keys = [PAGE, *(own.key for own in verdict.candidates)]
    if len(set(keys)) != len(keys):
        raise _shape("two answers have one key", "$.candidates")
    named: dict[str, list[str]] = {
        "ratings": [rating.candidate for rating in verdict.ratings],
        "answers": [answer.candidate for answer in verdict.answers],
        "flags": [flag.candidate for flag in verdict.flags],
        "revision": [verdict.revision.of] if verdict.revision is not None else [],
    }
    for field, candidates in named.items():
        if not set(candidates) <= set(keys):
            raise _shape("there is no such answer", f"$.{field}")
    for field, said in (
        ("verdicts", [each.axis for each in verdict.verdicts]),
        ("ratings", [(each.candidate, each.axis) for each in verdict.ratings]),
        ("answers", [(each.candidate, each.question) for each in verdict.answers]),
    ):
        if len(set(said)) != len(said):
            raise _shape("something is said twice", f"$.{field}")
    for each in verdict.verdicts:
        ranked = [key for tier in each.tiers or () for key in tier]
        if each.tiers is not None and (sorted(ranked) != sorted(keys) or not all(each.tiers)):
            raise _shape("a ranking holds each answer once", "$.verdicts")


def _shape(what: str, path: str) -> PanelVerdictError:
    return PanelVerdictError.worded("This is no verdict: {what} ({path}).", code="verdict_shape", path=path, what=what)
