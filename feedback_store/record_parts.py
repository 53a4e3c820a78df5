"""The parts of a record as frozen types.

What one field may hold stands in record_values.py, what types cannot say in record_shape.py, reading and writing in
records.py. Must not know the latter two.
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from feedback_store import canonical
from feedback_store.record_values import (
    END,
    Count,
    Decimal,
    Hash,
    Integer,
    Key,
    Name,
    Nonce,
    Number,
    Pairing,
    ProjectId,
    RedactedKind,
    Seed,
    Time,
    TrainerId,
    Uuid7,
    WebOrigin,
)


class Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A part of a record: immutable, strict, optional fields absent when None."""


class App(Part, frozen=True):
    name: Name
    version: Name


class Comparison(Part, frozen=True):
    """A prompt with its candidates; the id is carried through queues, bundles and other trainers."""

    id: Uuid7


class QuoteSelector(Part, tag_field="type", tag="TextQuoteSelector", frozen=True):
    exact: str
    prefix: str
    suffix: str


class PositionSelector(Part, tag_field="type", tag="TextPositionSelector", frozen=True):
    """Code points, end exclusive (W3C Web Annotation Data Model 4.2.5)."""

    start: Count
    end: Count


class RangeSelector(Part, tag_field="type", tag="RangeSelector", frozen=True):
    """Start and end as CSS or XPath expressions with an offset each."""

    start: str
    start_offset: Count
    end: str
    end_offset: Count


Selector = QuoteSelector | PositionSelector | RangeSelector


class Page(Part, frozen=True):
    """`edited`: a person changed the turns before judging; `captured`: SHA-256 of what the browser handed over."""

    origin: WebOrigin
    title: str
    captured_at: Time
    complete: bool
    selectors: tuple[Selector, ...]
    url: str | None = None
    edited: bool | None = None
    captured: tuple[Hash, ...] | None = None


class Context(Part, frozen=True):
    source: Literal["bench", "queue", "browser", "import"]
    item_role: Literal["normal", "gold", "repeat"]
    queue: Name | None = None
    page: Page | None = None
    pairing: Pairing | None = None


class Parent(Part, frozen=True):
    comparison: Uuid7
    answer: Annotated[
        str, Meta(pattern=rf"^([a-z]{{1,2}}|revision){END}", description="a candidate's key, or revision")
    ]


class Conversation(Part, frozen=True):
    id: Uuid7
    parent: Parent | None = None


class Message(Part, frozen=True):
    role: Literal["system", "user", "assistant", "tool"]
    content: str


class Variable(Part, frozen=True):
    name: Name
    value: str


class Prompt(Part, frozen=True):
    id: Uuid7
    version: Number
    messages: Annotated[tuple[Message, ...], Meta(min_length=1)]
    variables: tuple[Variable, ...] | None = None
    tags: tuple[Name, ...] | None = None
    domain: Name | None = None
    language: Name | None = None


class Asked(Part, frozen=True):
    """What a candidate was generated from, where that differs from the comparison's prompt."""

    prompt: Uuid7
    version: Number
    messages: Annotated[tuple[Message, ...], Meta(min_length=1)]


class Adapter(Part, frozen=True):
    sha256: Hash
    scale: Decimal


class Model(Part, frozen=True):
    name: Name
    file_sha256: Hash | None = None
    header_sha256: Hash | None = None
    file_size: Count | None = None
    architecture: Name | None = None
    quantization: Name | None = None
    parameters: Count | None = None
    licence: Name | None = None


class Dry(Part, frozen=True):
    multiplier: Decimal
    base: Decimal
    allowed: Count
    last_n: Integer


class Sampling(Part, frozen=True):
    temperature: Decimal | None = None
    top_k: Integer | None = None
    top_p: Decimal | None = None
    min_p: Decimal | None = None
    repeat_penalty: Decimal | None = None
    repeat_last_n: Integer | None = None
    frequency_penalty: Decimal | None = None
    presence_penalty: Decimal | None = None
    dry: Dry | None = None
    grammar_sha256: Hash | None = None
    json_schema_sha256: Hash | None = None
    stop: tuple[str, ...] | None = None
    max_tokens: Count | None = None
    seed: Seed | None = None


class Engine(Part, frozen=True):
    name: Name
    version: Name
    llama_cpp: Name
    backend: Name
    k: Number
    reused_prefix: bool


class Origin(Part, frozen=True):
    kind: Literal["local", "endpoint", "page", "human", "import"]
    preset: Name | None = None
    adapters: tuple[Adapter, ...] | None = None
    template_sha256: Hash | None = None
    model: Model | None = None
    sampling: Sampling | None = None
    engine: Engine | None = None
    equal_seeds: tuple[Seed, ...] | None = None


class Tokens(Part, frozen=True):
    prompt: Count
    completion: Count


class Milliseconds(Part, frozen=True):
    first: Count
    total: Count


class Candidate(Part, frozen=True):
    key: Key
    text: str
    origin: Origin
    reasoning: str | None = None
    asked: Asked | None = None
    finish: Literal["stop", "length", "cancelled", "error"] | None = None
    tokens: Tokens | None = None
    time_ms: Milliseconds | None = None


class Shown(Part, frozen=True):
    """How the candidates stood on the screen: `order` from position A on.

    `revealed`: they stood blind, but their models' names had been seen before, after an earlier version was saved.
    """

    order: tuple[Key, ...]
    blind: bool
    streamed: bool
    masked: tuple[Key, ...]
    seed: Count
    revealed: bool | None = None


class Verdict(Part, frozen=True):
    """Tiers best first with an optional strength (two candidates) or level (one tier); or not rankable."""

    axis: Name
    tiers: tuple[tuple[Key, ...], ...] | None = None
    strength: Annotated[int, Meta(ge=0, le=3)] | None = None
    level: Literal["all_good", "all_bad"] | None = None
    not_rankable: Annotated[str, Meta(min_length=1)] | None = None


class Rating(Part, frozen=True):
    candidate: Key
    axis: Name
    value: Integer | Literal["na"]


class Answer(Part, frozen=True):
    candidate: Key
    question: Name
    value: Name | tuple[Name, ...]


class Span(Part, frozen=True):
    """Code points of the candidate's text, end exclusive, with the quote and 32 code points on each side."""

    start: Count
    end: Count
    exact: Annotated[str, Meta(min_length=1)]
    prefix: str
    suffix: str


class Flag(Part, frozen=True):
    candidate: Key
    category: Name
    severity: Count
    kind: Name | None = None
    target_group: Name | None = None
    span: Span | None = None
    note: Annotated[str, Meta(min_length=1)] | None = None
    suggestion: str | None = None


class Edit(Part, frozen=True):
    """Words inserted and deleted between the original and the revision, and their edit distance."""

    inserted: Count
    deleted: Count
    distance: Count


class Drafted(Part, frozen=True):
    """What a model wrote before the trainer went on with it: from which points, and how far the revision is from it.

    `instruction` names the words that the model was asked with.
    """

    text: Annotated[str, Meta(min_length=1)]
    origin: Origin
    instruction: Name
    feedback: tuple[Annotated[str, Meta(min_length=1)], ...]
    edit: Edit
    finish: Literal["stop", "length", "cancelled", "error"] | None = None


class Revision(Part, frozen=True):
    """`method` says whose words it began with; `drafted` is the model's draft, `only_feedback` the trainer's answer."""

    of: Key
    text: Annotated[str, Meta(min_length=1)]
    feedback: tuple[Annotated[str, Meta(min_length=1)], ...]
    change_summary: str
    method: Literal["hand", "model_assisted"]
    edit: Edit
    drafted: Drafted | None = None
    only_feedback: bool | None = None


class Redaction(Part, frozen=True):
    """Words that were blacked out: so many placeholders of a kind stand in this part of the record."""

    part: Literal["prompt", "answer", "judgement"]
    kind: RedactedKind
    count: Number
    candidate: Key | None = None


class Versioned(Part, frozen=True):
    """Which rubric or guideline: its SHA-256 is of canonical JSON (rubric) or UTF-8 bytes (guideline)."""

    id: Name
    version: Number
    sha256: Hash


class Timing(Part, frozen=True):
    shown_at: Time
    decided_at: Time
    active_ms: Count


class Judgement(Part, kw_only=True, tag_field="kind", tag="judgement", frozen=True):
    """One revision of a trainer's judgement of one comparison."""

    v: Literal[1] = msgspec.field()
    id: Uuid7
    rev: Number
    supersedes: Hash | None = None
    nonce: Nonce
    created_at: Time
    project: ProjectId
    trainer: TrainerId
    app: App
    private: bool | None = None
    comparison: Comparison
    context: Context
    conversation: Conversation | None = None
    basis: tuple[Hash, ...] | None = None
    prompt: Prompt
    candidates: Annotated[tuple[Candidate, ...], Meta(min_length=1, max_length=26)]
    shown: Shown
    verdicts: tuple[Verdict, ...]
    ratings: tuple[Rating, ...]
    answers: tuple[Answer, ...]
    flags: tuple[Flag, ...]
    revision: Revision | None = None
    justification: Annotated[str, Meta(min_length=1)] | None = None
    confidence: Annotated[int, Meta(ge=1, le=5)] | None = None
    redactions: Annotated[tuple[Redaction, ...], Meta(min_length=1)] | None = None
    rubric: Versioned
    guideline: Versioned | None = None
    timing: Timing


class Withdrawal(Part, kw_only=True, tag_field="kind", tag="withdrawal", frozen=True):
    """The next revision of an item that takes it back."""

    v: Literal[1] = msgspec.field()
    id: Uuid7
    rev: Annotated[int, Meta(ge=2, le=canonical.MAX_INTEGER)]
    supersedes: Hash
    nonce: Nonce
    created_at: Time
    project: ProjectId
    trainer: TrainerId
    app: App
    reason: Literal["mistake", "duplicate", "private", "erase", "other"]


Record = Judgement | Withdrawal
