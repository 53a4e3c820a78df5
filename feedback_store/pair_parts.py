"""What judgements become, as values: rules, texts that may leave, pairs, triples, labels, battles, and why not.

Must not know how they are made (pairs.py), nor any file format.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

from feedback_store.record_parts import Message

Row = TypeVar("Row")

# Why something did not leave; the sentences stand in cards and manifests.
REASONS: Mapping[str, str] = {
    "private": "marked private by the trainer",
    "gold": "a gold item, which tests trainers",
    "repeat": "a repeated item, which tests consistency",
    "assisted": "a revision that a model drafted",
    "foreign": "an answer from a web page or a service, whose terms may forbid training",
    "asked_differently": "two answers to different messages",
    "identical": "the same text twice",
    "empty": "an answer without text",
    "unfinished": "an answer cut short, stopped or failed",
    "flagged_severe": "an answer with a flag of the highest severity",
    "no_verdict": "no verdict on this axis",
    "not_rankable": "called not rankable",
    "tie": "a tie",
    "all_good": "all answers called good",
    "all_bad": "all answers called bad",
    "no_strength": "a pair without a strength",
    "not_called_good": "nothing says that an answer is good",
    "not_called_good_or_bad": "nothing says that an answer is good or bad",
    "one_answer": "only one answer",
    "by_hand": "a battle with an answer that was written by hand",
    "no_revision": "no answer was rewritten",
    "unchanged": "a revision in the words of its original",
}


@dataclass(frozen=True)
class Rules:
    """What may become of a judgement, beyond what the table always gives.

    `axis`: the verdict that counts. `pairs`: across all tiers or between neighbours. `kto_from_order`: a clear order
    labels its ends. `winners`: the best answer is an example. `min_rating`: answers rated so much or more on
    `rating_axis` are examples. `margin`: reward rows carry their strength, and rows without one stay out.
    `without_assisted`: revisions that a model drafted stay out. `train_on_foreign`: the project's switch.
    """

    axis: str = "overall"
    pairs: Literal["all", "adjacent"] = "all"
    kto_from_order: bool = False
    winners: bool = False
    min_rating: int | None = None
    rating_axis: str | None = None
    margin: bool = False
    without_assisted: bool = False
    train_on_foreign: bool = False


@dataclass(frozen=True)
class Response:
    """A text that may leave, with the messages that it answers. `key` is the candidate's, or "revision"."""

    key: str
    prompt: tuple[Message, ...]
    text: str
    reasoning: str
    source: str  # the model's name, "human", "revision", "assisted revision", or the origin's kind if no model is named


@dataclass(frozen=True)
class Pair:
    chosen: Response
    rejected: Response
    strength: int | None = None


@dataclass(frozen=True)
class Triple:
    """A pair of answers, and what the trainer made of one of them: `reference` is the revision."""

    pair: Pair
    reference: Response


@dataclass(frozen=True)
class Labelled:
    response: Response
    label: bool


@dataclass(frozen=True)
class Contestant:
    """Who competes: a prompt's version, a model and a preset."""

    prompt: str
    model: str
    preset: str


@dataclass(frozen=True)
class Battle:
    """Two answers against each other, in the order they were shown; `decision` is how many battles one look made."""

    a: Response
    b: Response
    model_a: Contestant
    model_b: Contestant
    winner: Literal["model_a", "model_b", "tie", "tie (bothbad)"]
    decision: int


@dataclass(frozen=True)
class Made(Generic[Row]):
    """Rows, and one of REASONS for each thing left out."""

    rows: tuple[Row, ...] = ()
    left_out: tuple[str, ...] = ()
