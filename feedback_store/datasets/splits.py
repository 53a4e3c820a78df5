"""Train, validation and test, so that nothing related stands in two of them and added records move nothing.

A group is whatever hangs together by conversation, comparison, prompt or an equal first user message. Its split is a
salted hash of its smallest record id; ids are UUIDv7, so that a record added later never becomes the smallest. Only
a record that joins two groups can move one of them: to the split of the older.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from feedback_store.errors import StoreError
from feedback_store.record_parts import Judgement, Message

SPLITS = ("train", "validation", "test")
_POINTS = 10_000


@dataclass(frozen=True)
class Shares:
    """How much goes to validation and test, in percent; the rest trains. The salt draws another lot."""

    validation: int = 5
    test: int = 5
    salt: str = "preceptor"

    def __post_init__(self) -> None:
        if self.validation < 0 or self.test < 0 or self.validation + self.test > 100:
            raise StoreError.worded(
                "{validation} % for validation and {test} % for test do not fit into 100 %.",
                code="split_shares",
                validation=self.validation,
                test=self.test,
            )


@dataclass(frozen=True)
class Groups:
    """The split and the group (its smallest record id) of every record id."""

    split: Mapping[str, str]
    group: Mapping[str, str]


def assign(judgements: Sequence[Judgement], shares: Shares) -> Groups:
    """Put every judgement into a group, and every group into a split."""
    links = _Links()
    for judgement in judgements:
        for tie in _ties(judgement):
            links.join(f"record {judgement.id}", tie)
    smallest: dict[str, str] = {}
    for judgement in judgements:
        root = links.root(f"record {judgement.id}")
        smallest[root] = min(judgement.id, smallest.get(root, judgement.id))
    group = {judgement.id: smallest[links.root(f"record {judgement.id}")] for judgement in judgements}
    return Groups({record: _split(member, shares) for record, member in group.items()}, group)


def _ties(judgement: Judgement) -> Iterator[str]:
    yield f"comparison {judgement.comparison.id}"
    yield f"prompt {judgement.prompt.id}"
    yield from _first_question(judgement.prompt.messages)
    for candidate in judgement.candidates:
        if candidate.asked is not None:
            yield f"prompt {candidate.asked.prompt}"
            yield from _first_question(candidate.asked.messages)
    if judgement.conversation is not None:
        yield f"comparison {judgement.conversation.id}"  # a conversation is named after its first comparison
        if judgement.conversation.parent is not None:
            yield f"comparison {judgement.conversation.parent.comparison}"


def _first_question(messages: Iterable[Message]) -> Iterator[str]:
    first = next((message.content for message in messages if message.role == "user"), "")
    if first.strip():
        yield "question " + " ".join(first.split()).casefold()


def _split(member: str, shares: Shares) -> str:
    digest = hashlib.sha256(f"{shares.salt}\0{member}".encode()).digest()
    point = int.from_bytes(digest[:8], "big") % _POINTS
    if point < shares.test * _POINTS // 100:
        return "test"
    return "validation" if point < (shares.test + shares.validation) * _POINTS // 100 else "train"


class _Links:
    """Union-find over names."""

    def __init__(self) -> None:
        self._above: dict[str, str] = {}

    def root(self, name: str) -> str:
        path = [name]
        while (above := self._above.get(path[-1], path[-1])) != path[-1]:
            path.append(above)
        for passed in path:
            self._above[passed] = path[-1]
        return path[-1]

    def join(self, one: str, other: str) -> None:
        self._above[self.root(one)] = self.root(other)
