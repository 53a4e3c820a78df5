"""The table of docs/datasets.md as cases: what is said of which answers, and what becomes of it, a case per cell."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from made_judgements import RUBRIC, candidate, revision

from feedback_store import pairs
from feedback_store.pairs import Rules
from feedback_store.record_parts import Flag, Judgement, Verdict

THREE = (candidate("a"), candidate("b"), candidate("c"))
ONE = (candidate("a"),)
BY_HAND = (candidate("a", kind="human"), candidate("b"))
SEVERE = {"flags": (Flag("a", "unsafe", 3),)}
REVISED = {"revision": revision("a")}
SLIGHTLY = {"verdicts": (Verdict("overall", tiers=(("a",), ("b",)), strength=1),)}


def preference(made: Judgement, **rules: Any) -> str:
    return " ".join(f"{p.chosen.key}>{p.rejected.key}" for p in pairs.preference(made, Rules(**rules)).rows)


def reward(made: Judgement, **rules: Any) -> str:
    found = pairs.reward(made, Rules(**rules)).rows
    return " ".join(f"{p.chosen.key}>{p.rejected.key}:{p.strength or '-'}" for p in found)


def triple(made: Judgement, **rules: Any) -> str:
    found = pairs.triples(made, Rules(**rules)).rows
    return " ".join(f"{t.pair.chosen.key}>{t.pair.rejected.key}:{t.reference.key}" for t in found)


def kto(made: Judgement, **rules: Any) -> str:
    found = pairs.labelled(made, Rules(**rules), RUBRIC).rows
    return " ".join(f"{row.response.key}={'true' if row.label else 'false'}" for row in found)


def battles(made: Judgement, **rules: Any) -> str:
    found = pairs.battles(made, Rules(**rules)).rows
    return " ".join(f"{b.a.key}{b.b.key}:{b.winner}/{b.decision}" for b in found)


def sft(made: Judgement, **rules: Any) -> str:
    return " ".join(row.key for row in pairs.examples(made, Rules(**rules), RUBRIC).rows)


Case = tuple[Callable[..., str], str | None, tuple[Any, ...], dict[str, Any], dict[str, Any], str]
ORDER_KTO = {"kto_from_order": True}
WINNERS = {"winners": True}
MARGIN = {"margin": True}
ADJACENT = {"pairs": "adjacent"}
TABLE: dict[str, Case] = {
    # A over B, strength s or none
    "A over B | preference": (preference, "a>b", (), {}, {}, "a>b"),
    "A over B, strength 3 | preference": (preference, "a>>>b", (), {}, {}, "a>b"),
    "A over B | kto": (kto, "a>>>b", (), {}, {}, ""),
    "A over B, strength 1, from order | kto": (kto, None, (), SLIGHTLY, ORDER_KTO, ""),
    "A over B, strength 2, from order | kto": (kto, "a>>b", (), {}, ORDER_KTO, "a=true b=false"),
    "A over B, strength none, from order | kto": (kto, "a>b", (), {}, ORDER_KTO, ""),
    "A over B, no strength | reward": (reward, "a>b", (), {}, {}, "a>b:-"),
    "A over B, strength 2, margin | reward": (reward, "a>>b", (), {}, MARGIN, "a>b:2"),
    "A over B, no strength, margin | reward": (reward, "a>b", (), {}, MARGIN, ""),
    "A over B | battles": (battles, "a>b", (), {}, {}, "ab:model_a/1"),
    "B over A | battles": (battles, "b>a", (), {}, {}, "ab:model_b/1"),
    "A over B | sft": (sft, "a>b", (), {}, {}, ""),
    "A over B, winners | sft": (sft, "a>b", (), {}, WINNERS, "a"),
    # a tie without a level
    "tie | preference": (preference, "a=b", (), {}, {}, ""),
    "tie | kto": (kto, "a=b", (), {}, ORDER_KTO, ""),
    "tie | reward": (reward, "a=b", (), {}, {}, ""),
    "tie | battles": (battles, "a=b", (), {}, {}, "ab:tie/1"),
    "tie, winners | sft": (sft, "a=b", (), {}, WINNERS, ""),
    # all good
    "all good | preference": (preference, "good ab", (), {}, {}, ""),
    "all good | kto": (kto, "good ab", (), {}, {}, "a=true b=true"),
    "all good | reward": (reward, "good ab", (), {}, {}, ""),
    "all good | battles": (battles, "good ab", (), {}, {}, "ab:tie/1"),
    "all good | sft": (sft, "good ab", (), {}, {}, "a b"),
    # all bad
    "all bad | preference": (preference, "bad ab", (), {}, {}, ""),
    "all bad | kto": (kto, "bad ab", (), {}, {}, "a=false b=false"),
    "all bad | reward": (reward, "bad ab", (), {}, {}, ""),
    "all bad | battles": (battles, "bad ab", (), {}, {}, "ab:tie (bothbad)/1"),
    "all bad | sft": (sft, "bad ab", (), {}, WINNERS, ""),
    # three called good, or bad: each for itself, and in battles each against each
    "all good of three | preference": (preference, "good abc", THREE, {}, {}, ""),
    "all good of three | triple": (triple, "good abc", THREE, REVISED, {}, ""),
    "all good of three | kto": (kto, "good abc", THREE, {}, ORDER_KTO, "a=true b=true c=true"),
    "all good of three | reward": (reward, "good abc", THREE, {}, {}, ""),
    "all good of three | battles": (battles, "good abc", THREE, {}, {}, "ab:tie/3 ac:tie/3 bc:tie/3"),
    "all good of three | sft": (sft, "good abc", THREE, {}, {}, "a b c"),
    "all bad of three | preference": (preference, "bad abc", THREE, {}, {}, ""),
    "all bad of three | triple": (triple, "bad abc", THREE, REVISED, {}, ""),
    "all bad of three | kto": (kto, "bad abc", THREE, {}, ORDER_KTO, "a=false b=false c=false"),
    "all bad of three | reward": (reward, "bad abc", THREE, {}, {}, ""),
    "all bad of three | battles": (
        battles,
        "bad abc",
        THREE,
        {},
        {},
        "ab:tie (bothbad)/3 ac:tie (bothbad)/3 bc:tie (bothbad)/3",
    ),
    "all bad of three | sft": (sft, "bad abc", THREE, {}, WINNERS, ""),
    # tiers of three or more answers
    "three tiers | preference": (preference, "b>a>c", THREE, {}, {}, "b>a b>c a>c"),
    "two tiers of three | preference": (preference, "b>a=c", THREE, {}, {}, "b>a b>c"),
    "three tiers, adjacent | preference": (preference, "b>a>c", THREE, {}, ADJACENT, "b>a a>c"),
    "three tiers | kto": (kto, "b>a>c", THREE, {}, {}, ""),
    "three tiers, from order | kto": (kto, "b>a>c", THREE, {}, ORDER_KTO, "b=true c=false"),
    "three in one tier, from order | kto": (kto, "a=b=c", THREE, {}, ORDER_KTO, ""),
    "top of two, from order | kto": (kto, "a=b>c", THREE, {}, ORDER_KTO, "a=true b=true c=false"),
    "three tiers | reward": (reward, "b>a>c", THREE, {}, {}, "b>a:- b>c:- a>c:-"),
    "three tiers | battles": (battles, "b>a=c", THREE, {}, {}, "ab:model_b/3 ac:tie/3 bc:model_a/3"),
    "three in one tier | battles": (battles, "a=b=c", THREE, {}, {}, "ab:tie/3 ac:tie/3 bc:tie/3"),
    "three tiers | sft": (sft, "b>a>c", THREE, {}, {}, ""),
    "three tiers, winners | sft": (sft, "b>a>c", THREE, {}, WINNERS, "b"),
    "top of two, winners | sft": (sft, "a=b>c", THREE, {}, WINNERS, "a b"),
    # one answer
    "one answer, good | preference": (preference, "good a", ONE, {}, {}, ""),
    "one answer, good | kto": (kto, "good a", ONE, {}, {}, "a=true"),
    "one answer, bad | kto": (kto, "bad a", ONE, {}, {}, "a=false"),
    "one answer, good | reward": (reward, "good a", ONE, {}, {}, ""),
    "one answer, good | battles": (battles, "good a", ONE, {}, {}, ""),
    "one answer, good | sft": (sft, "good a", ONE, {}, {}, "a"),
    "one answer, bad | preference": (preference, "bad a", ONE, {}, {}, ""),
    "one answer, bad | reward": (reward, "bad a", ONE, {}, {}, ""),
    "one answer, bad | battles": (battles, "bad a", ONE, {}, {}, ""),
    "one answer, bad | sft": (sft, "bad a", ONE, {}, {}, ""),
    # not rankable
    "not rankable | preference": (preference, "not rankable", (), {}, {}, ""),
    "not rankable | kto": (kto, "not rankable", (), {}, ORDER_KTO, ""),
    "not rankable | reward": (reward, "not rankable", (), {}, {}, ""),
    "not rankable | battles": (battles, "not rankable", (), {}, {}, ""),
    "not rankable | sft": (sft, "not rankable", (), {}, WINNERS, ""),
    # not rankable, with something said of one answer alone: that holds, what compares does not
    "not rankable, by hand | preference": (preference, "not rankable", BY_HAND, {}, {}, ""),
    "not rankable, by hand | reward": (reward, "not rankable", BY_HAND, {}, {}, ""),
    "not rankable, by hand | kto": (kto, "not rankable", BY_HAND, {}, ORDER_KTO, ""),
    "not rankable, by hand | battles": (battles, "not rankable", BY_HAND, {}, {}, ""),
    "not rankable, by hand | sft": (sft, "not rankable", BY_HAND, {}, {}, "a"),
    "not rankable, revision | preference": (preference, "not rankable", (), REVISED, {}, ""),
    "not rankable, revision | reward": (reward, "not rankable", (), REVISED, {}, ""),
    "not rankable, revision | triple": (triple, "not rankable", (), REVISED, {}, ""),
    "not rankable, revision | kto": (kto, "not rankable", (), REVISED, {}, "revision=true"),
    "not rankable, revision | battles": (battles, "not rankable", (), REVISED, {}, ""),
    "not rankable, revision | sft": (sft, "not rankable", (), REVISED, {}, "revision"),
    "not rankable, severe flag | kto": (kto, "not rankable", (), SEVERE, {}, "a=false"),
    "not rankable, severe flag | sft": (sft, "not rankable", BY_HAND, SEVERE, {}, ""),
    # a revision of A
    "revision | preference": (preference, None, (), REVISED, {}, "revision>a"),
    "revision and order | preference": (preference, "b>a", (), REVISED, {}, "b>a revision>a"),
    "revision | kto": (kto, None, (), REVISED, {}, "revision=true"),
    "revision | reward": (reward, None, (), REVISED, {}, "revision>a:-"),
    "revision, margin | reward": (reward, "a>>b", (), REVISED, MARGIN, "a>b:2"),
    "revision | battles": (battles, "a=b", (), REVISED, {}, "ab:tie/1"),
    "revision | sft": (sft, "bad ab", (), REVISED, {}, "revision"),
    # a triple: the pairs of the ranking, with the revision as their reference
    "revision, A over B | triple": (triple, "a>b", (), REVISED, {}, "a>b:revision"),
    "revision, B over A | triple": (triple, "b>a", (), REVISED, {}, "b>a:revision"),
    "revision, no verdict | triple": (triple, None, (), REVISED, {}, ""),
    "revision, tie | triple": (triple, "a=b", (), REVISED, {}, ""),
    "revision, all good | triple": (triple, "good ab", (), REVISED, {}, ""),
    "revision, all bad | triple": (triple, "bad ab", (), REVISED, {}, ""),
    "revision, three tiers | triple": (triple, "b>a>c", THREE, REVISED, {}, "b>a:revision b>c:revision a>c:revision"),
    "revision, three tiers, adjacent | triple": (
        triple,
        "b>a>c",
        THREE,
        REVISED,
        ADJACENT,
        "b>a:revision a>c:revision",
    ),
    "revision, one answer, good | triple": (triple, "good a", ONE, REVISED, {}, ""),
    "revision, one answer, bad | triple": (triple, "bad a", ONE, REVISED, {}, ""),
    "revision, by hand | triple": (triple, "a>b", BY_HAND, REVISED, {}, "a>b:revision"),
    "revision, severe flag | triple": (triple, "a>b", (), SEVERE | REVISED, {}, "a>b:revision"),
    "no revision | triple": (triple, "a>b", (), {}, {}, ""),
    # written by hand
    "by hand | preference": (preference, "b>a", BY_HAND, {}, {}, "b>a"),
    "by hand | kto": (kto, "good ab", BY_HAND, {}, {}, "a=true b=true"),
    "by hand | reward": (reward, "a>b", BY_HAND, {}, {}, "a>b:-"),
    "by hand | battles": (battles, "a>b", BY_HAND, {}, {}, ""),
    "by hand, tie | battles": (battles, "a=b", BY_HAND, {}, {}, ""),
    "by hand, all bad | battles": (battles, "bad ab", BY_HAND, {}, {}, ""),
    "by hand, three tiers | battles": (battles, "b>a>c", (*BY_HAND, candidate("c")), {}, {}, "bc:model_a/1"),
    "by hand | sft": (sft, "b>a", BY_HAND, {}, {}, "a"),
    "by hand, all bad | sft": (sft, "bad ab", BY_HAND, {}, {}, ""),
    # a flag of the highest severity on A
    "severe flag | preference": (preference, "a>b", (), SEVERE, {}, "a>b"),
    "severe flag | kto": (kto, "a>b", (), SEVERE, {}, "a=false"),
    "severe flag before level | kto": (kto, "good ab", (), SEVERE, {}, "a=false b=true"),
    "severe flag before order | kto": (kto, "a>>b", (), SEVERE, ORDER_KTO, "a=false b=false"),
    "severe flag | reward": (reward, "a>b", (), SEVERE, {}, "a>b:-"),
    "severe flag | battles": (battles, "a>b", (), SEVERE, {}, "ab:model_a/1"),
    "severe flag | sft": (sft, "good ab", (), SEVERE, {}, "b"),
    "severe flag, winners | sft": (sft, "a>b", (), SEVERE, WINNERS, ""),
    "severe flag, by hand | sft": (sft, None, BY_HAND, SEVERE, {}, ""),
    "severe flag, revised | sft": (sft, None, (), SEVERE | REVISED, {}, "revision"),
}
