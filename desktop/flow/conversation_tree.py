"""The tree of a conversation: every turn, what it goes on from, its branches, and where each stands when it is drawn.

Made of glances at what is kept, so that after a kill it is the same. It knows positions and words, never a model: a
blind trainer learns nothing from it. Must not know the store.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import msgspec

from desktop.flow.draft import REVISION, Draft
from desktop.flow.outcome import untouched
from feedback_store.records import Comparison, Conversation, Message, Parent, Shown, Verdict

State = Literal["judged", "begun", "unjudged", "unasked", "withdrawn", "gone"]

LONGEST = 200  # characters of what was asked


@dataclass(frozen=True)
class Glance:
    """What the tree has to know of one kept turn. `earlier` are the words of the user's turns before it.

    `path` is what is known of the way here: the answer that was gone on with at each earlier turn, the last one last.
    `top` are the keys of the best answers, `revised` is that of the one that was rewritten, "" for none. `key` is that
    of a kept draft, `record` a record's id.
    """

    comparison: str
    path: tuple[Parent, ...]
    asked: str
    earlier: tuple[str, ...]
    order: tuple[str, ...]
    top: tuple[str, ...]
    state: State
    revised: str = ""
    key: str = ""
    record: str = ""

    @property
    def best(self) -> str:
        """The answer to go on with where nobody says otherwise: REVISION, a key, or ""."""
        return REVISION if self.revised else min(self.top, key=self.order.index, default="")


@dataclass(frozen=True)
class Turn:
    """One turn in its place. `number` counts the user's turns from 1, `branch` those at the same place from 1.

    `answer` is the answer gone on from: a key, REVISION, or "" at a first turn; `letter` is where it was shown (0 = A),
    None where nobody knows; `chosen`: it was called the best. `again`: all turns at its place ask the same words.
    `lane` is the column it is drawn in; `hangs`: beside the line that it belongs to.
    """

    glance: Glance
    parent: str
    number: int
    answer: str = ""
    letter: int | None = None
    chosen: bool = False
    branch: int = 1
    branches: int = 1
    again: bool = False
    lane: int = 0
    hangs: bool = False
    goes_on: bool = False
    here: bool = False

    @property
    def comparison(self) -> str:
        return self.glance.comparison

    @property
    def rewritten(self) -> bool:
        """Whether it goes on from the rewriting of an answer."""
        return self.answer == REVISION


@dataclass(frozen=True)
class Tree:
    """All turns, in the order in which they are listed: branches first, then the line that most turns are in."""

    turns: tuple[Turn, ...]

    @cached_property
    def _rows(self) -> dict[str, int]:
        return {turn.comparison: row for row, turn in enumerate(self.turns)}

    @cached_property
    def _below(self) -> dict[str, list[str]]:
        """The turns after each one, in the order in which they were begun."""
        found: dict[str, list[str]] = {}
        for turn in sorted(self.turns, key=lambda turn: turn.branch):
            found.setdefault(turn.parent, []).append(turn.comparison)
        return found

    @property
    def here(self) -> int:
        """The row of the turn on the bench; -1 where it is not among them."""
        return next((row for row, turn in enumerate(self.turns) if turn.here), -1)

    @property
    def straight(self) -> bool:
        """Whether there are no branches."""
        return all(turn.branches == 1 for turn in self.turns)

    def row(self, comparison: str) -> int:
        """The row of a turn; -1 where it is not among them."""
        return self._rows.get(comparison, -1)

    def after(self, comparison: str) -> tuple[Turn, ...]:
        """The turns that go on from this one."""
        return tuple(self.turns[self._rows[each]] for each in self._below.get(comparison, ()))

    def way(self, comparison: str) -> tuple[Turn, ...]:
        """The turns from the first one to this one."""
        found: list[Turn] = []
        row = self.row(comparison)
        while row >= 0:
            found.append(self.turns[row])
            row = self.row(self.turns[row].parent)
        return tuple(reversed(found))

    def beside(self, row: int, step: int) -> int:
        """The row of the branch before (-1) or after (1) this one, at its own place or the nearest one above."""
        for turn in reversed(self.way(self.turns[row].comparison)):
            place = turn.branch - 1 + step
            if 0 <= place < turn.branches:
                return self.row(self._below[turn.parent][place])
        return row


def glance_at(draft: Draft, key: str = "") -> Glance:
    """A kept draft, or the one on the bench, as the tree sees it."""
    asked = draft.asked or draft.prompt
    if untouched(draft):
        state: State = "judged"
    elif not draft.answers:
        state = "unasked"
    else:
        state = "begun" if draft.judged or draft.basis is not None else "unjudged"
    return Glance(
        comparison=draft.comparison,
        path=draft.path or _parent(draft.conversation.parent if draft.conversation else None),
        asked=_short(asked.text),
        earlier=_asked(asked.turns),
        order=draft.order,
        top=draft.tiers[0] if draft.tiers else (),
        state=state,
        revised=draft.revision.of if draft.revision else "",
        key=key,
        record=draft.supersedes.id if draft.supersedes else "",
    )


class _Prompt(msgspec.Struct):
    messages: tuple[Message, ...]


class _Revision(msgspec.Struct):
    of: str


class _Judgement(msgspec.Struct):
    """Those parts of a judgement that the tree shows; the others are long and not looked at."""

    id: str
    comparison: Comparison
    prompt: _Prompt
    shown: Shown
    conversation: Conversation | None = None
    verdicts: tuple[Verdict, ...] = ()
    revision: _Revision | None = None


def glance_at_judgement(data: bytes, *, withdrawn: bool = False) -> Glance:
    """A stored judgement, by its bytes, as the tree sees it."""
    judgement = msgspec.json.decode(data, type=_Judgement)
    messages = judgement.prompt.messages
    tiers = judgement.verdicts[0].tiers if judgement.verdicts else None
    return Glance(
        comparison=judgement.comparison.id,
        path=_parent(judgement.conversation.parent if judgement.conversation else None),
        asked=_short(messages[-1].content),
        earlier=_asked(messages[:-1]),
        order=judgement.shown.order,
        top=tiers[0] if tiers else (),
        state="withdrawn" if withdrawn else "judged",
        revised=judgement.revision.of if judgement.revision else "",
        record=judgement.id,
    )


def stays(draft: Draft, tree: Tree) -> bool:
    """Whether a draft is more than answers that can be had again: judged, saved, or gone on from."""
    if not draft.answers or draft.judged or draft.supersedes is not None:
        return bool(draft.answers)
    names_it = draft.conversation is None and len(tree.turns) > 1  # the conversation is called after this turn
    return names_it or bool(tree.after(draft.comparison))


def build(glances: Iterable[Glance], here: str = "") -> Tree:
    """The tree of one conversation's turns; of several glances at one turn the first is taken.

    A turn that is not kept but is gone on from stands in it as "gone", by the words that a later one knows of it.
    """
    known: dict[str, Glance] = {}
    for glance in glances:
        known.setdefault(glance.comparison, glance)
    for glance in tuple(known.values()):
        for place, step in enumerate(glance.path):
            before = known.get(step.comparison)
            if before is None or (before.state == "gone" and place > len(before.path)):
                known[step.comparison] = _gone(glance, place)
    below: dict[str, list[str]] = {}
    for comparison, parent in sorted(_parents(known).items()):  # ids tell the time
        below.setdefault(parent, []).append(comparison)
    return Tree(tuple(_laid_out(known, below, here)))


def _parents(known: dict[str, Glance]) -> dict[str, str]:
    """The turn before each one, "" for none. What would go round in a circle (records of others say what they like)
    begins somewhere."""
    found = {each.comparison: each.path[-1].comparison if each.path else "" for each in known.values()}
    settled = {""}
    for start in sorted(found):
        way: dict[str, None] = {}
        turn = start
        while turn not in settled and turn not in way:
            way[turn] = None
            turn = found[turn]
        if turn in way:
            found[turn] = ""
        settled.update(way)
    return found


def _laid_out(known: dict[str, Glance], below: dict[str, list[str]], here: str) -> Iterator[Turn]:
    """The turns in their order. The line that most turns are in stays in its lane, the last begun among equals; so
    there are hardly more lanes than the number of turns has digits."""
    size = _sizes(below)
    pending = _beside_each_other("", below, size, 0)[::-1]
    while pending:
        comparison, parent, lane, hangs = pending.pop()
        glance, siblings = known[comparison], below[parent]
        answer = glance.path[-1].answer if glance.path else ""
        yield Turn(
            glance,
            parent,
            number=len(glance.earlier) + 1,
            answer=answer,
            letter=_letter(known.get(parent), answer),
            chosen=parent in known and answer in known[parent].top,
            branch=siblings.index(comparison) + 1,
            branches=len(siblings),
            again=len({_asks(known[each]) for each in siblings}) == 1 < len(siblings),
            lane=lane,
            hangs=hangs,
            goes_on=comparison in below,
            here=comparison == here,
        )
        pending.extend(reversed(_beside_each_other(comparison, below, size, lane)))


def _asks(glance: Glance) -> tuple[str, str]:
    """What a turn asks, and of which answer: turns at one place that ask the same are tries of one question."""
    return glance.asked, glance.path[-1].answer if glance.path else ""


def _beside_each_other(
    parent: str, below: dict[str, list[str]], size: dict[str, int], lane: int
) -> list[tuple[str, str, int, bool]]:
    children = below.get(parent, [])
    if not children:
        return []
    main = max(children, key=lambda each: (size[each], each))
    branches = [(each, parent, lane + 1, True) for each in children if each != main]
    return [*branches, (main, parent, lane, False)]


def _sizes(below: dict[str, list[str]]) -> dict[str, int]:
    """How many turns each one has after it, itself among them. A loop, since a conversation may be long."""
    order = [*below.get("", ())]
    for comparison in order:
        order.extend(below.get(comparison, ()))
    size: dict[str, int] = {}
    for comparison in reversed(order):
        size[comparison] = 1 + sum(size[child] for child in below.get(comparison, ()))
    return size


def _gone(glance: Glance, place: int) -> Glance:
    """The turn at a place of the way to this one, as far as this one knows it."""
    first = len(glance.earlier) - len(glance.path)  # turns that were there before the conversation began
    words = glance.earlier[: first + place + 1] if first >= 0 else ("",)
    comparison = glance.path[place].comparison
    return Glance(comparison, glance.path[:place], words[-1], words[:-1], order=(), top=(), state="gone")


def _letter(parent: Glance | None, answer: str) -> int | None:
    """Where an answer was shown, or the one that was rewritten."""
    key = parent.revised if parent is not None and answer == REVISION else answer
    return parent.order.index(key) if parent is not None and key in parent.order else None


def _parent(parent: Parent | None) -> tuple[Parent, ...]:
    return () if parent is None else (parent,)


def _asked(turns: Iterable[Message]) -> tuple[str, ...]:
    return tuple(_short(turn.content) for turn in turns if turn.role == "user")


def _short(text: str) -> str:
    return " ".join(text[: 2 * LONGEST].split())[:LONGEST]
