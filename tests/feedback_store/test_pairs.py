"""What a judgement becomes: the table of docs/datasets.md, a case per cell, and what it says beside the table."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from made_judgements import RUBRIC, candidate, drafted_revision, judgement, revision, verdict

from feedback_store import pairs, records, rubrics
from feedback_store.pairs import Contestant, Rules
from feedback_store.record_parts import (
    Asked,
    Candidate,
    Context,
    Flag,
    Judgement,
    Message,
    Model,
    Origin,
    Rating,
    Verdict,
)

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
    "one answer, bad | sft": (sft, "bad a", ONE, {}, {}, ""),
    # not rankable
    "not rankable | preference": (preference, "not rankable", (), {}, {}, ""),
    "not rankable | kto": (kto, "not rankable", (), {}, ORDER_KTO, ""),
    "not rankable | reward": (reward, "not rankable", (), {}, {}, ""),
    "not rankable | battles": (battles, "not rankable", (), {}, {}, ""),
    "not rankable | sft": (sft, "not rankable", (), {}, WINNERS, ""),
    # a revision of A
    "revision | preference": (preference, None, (), REVISED, {}, "revision>a"),
    "revision and order | preference": (preference, "b>a", (), REVISED, {}, "b>a revision>a"),
    "revision | kto": (kto, None, (), REVISED, {}, "revision=true"),
    "revision | reward": (reward, None, (), REVISED, {}, "revision>a:-"),
    "revision, margin | reward": (reward, "a>>b", (), REVISED, MARGIN, "a>b:2"),
    "revision | battles": (battles, "a=b", (), REVISED, {}, "ab:tie/1"),
    "revision | sft": (sft, "bad ab", (), REVISED, {}, "revision"),
    # written by hand
    "by hand | preference": (preference, "b>a", BY_HAND, {}, {}, "b>a"),
    "by hand | kto": (kto, "good ab", BY_HAND, {}, {}, "a=true b=true"),
    "by hand | reward": (reward, "a>b", BY_HAND, {}, {}, "a>b:-"),
    "by hand | battles": (battles, "a>b", BY_HAND, {}, {}, "ab:model_a/1"),
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


@pytest.mark.parametrize("case", TABLE.values(), ids=TABLE.keys())
def test_each_cell_of_the_table(case: Case) -> None:
    becomes, said, candidates, parts, rules, expected = case
    assert becomes(judgement(said, *candidates, **parts), **rules) == expected


def test_the_chosen_axis_alone_counts() -> None:
    made = judgement("a>b", verdicts=(verdict("a>b"), verdict("b>a", axis="safe")))
    assert preference(made) == "a>b"
    assert preference(made, axis="safe") == "b>a"
    assert pairs.preference(made, Rules(axis="style")).left_out == ("no_verdict",)


@pytest.mark.parametrize("finish", ["length", "cancelled", "error"])
def test_an_unfinished_answer_never_becomes_an_example_but_may_lose_or_win(finish: str) -> None:
    made = judgement("a>b", candidate("a", finish=finish), candidate("b"), verdicts=(verdict("good ab"),))
    found = pairs.examples(made, Rules(), RUBRIC)
    assert [row.key for row in found.rows] == ["b"]
    assert found.left_out == ("unfinished",)
    ordered = judgement("a>b", candidate("a", finish=finish), candidate("b"))
    assert preference(ordered) == "a>b"
    assert sft(ordered, winners=True) == ""


def test_a_minimum_rating_adds_the_answers_rated_so_on_the_axis() -> None:
    ratings = (Rating("a", "helpfulness", 4), Rating("b", "helpfulness", 3), Rating("b", "coherence", 4))
    made = judgement("a>b", ratings=ratings)
    assert sft(made, rating_axis="helpfulness", min_rating=4) == "a"
    assert sft(made, rating_axis="helpfulness", min_rating=3) == "a b"
    assert sft(judgement(ratings=(Rating("a", "helpfulness", "na"),)), rating_axis="helpfulness", min_rating=0) == ""
    assert sft(judgement("good ab", ratings=ratings), rating_axis="helpfulness", min_rating=4) == "a b"  # the verdict
    assert sft(judgement("bad ab", ratings=ratings), rating_axis="helpfulness", min_rating=4) == ""


@pytest.mark.parametrize("kind", ["page", "endpoint"])
def test_answers_of_pages_and_services_stay_out_of_training_until_the_project_says_so(kind: str) -> None:
    made = judgement("good abc", candidate("a", kind=kind), candidate("b"), candidate("c"))
    ordered = judgement("a>b>c", *made.candidates)
    assert (sft(made), kto(made), preference(ordered)) == ("b c", "b=true c=true", "b>c")
    assert pairs.preference(ordered, Rules()).left_out == ("foreign", "foreign")
    assert sft(made, train_on_foreign=True) == "a b c"
    assert preference(ordered, train_on_foreign=True) == "a>b a>c b>c"
    assert len(pairs.battles(ordered, Rules()).rows) == 3


def test_a_revision_of_a_foreign_answer_stays_out_with_it() -> None:
    made = judgement(None, candidate("a", kind="page"), candidate("b"), **REVISED)
    assert (sft(made), kto(made), preference(made)) == ("", "", "")
    assert pairs.examples(made, Rules(), RUBRIC).left_out == ("foreign",)
    assert sft(made, train_on_foreign=True) == "revision"


ASSISTED = {"revision": drafted_revision("a")}


def test_a_revision_that_a_model_drafted_is_told_apart_and_stays_out_on_request() -> None:
    made = judgement("b>a", **ASSISTED)
    assert [row.source for row in pairs.examples(made, Rules(), RUBRIC).rows] == ["assisted revision"]
    assert [pair.chosen.source for pair in pairs.preference(made, Rules()).rows][-1] == "assisted revision"
    assert (sft(made, without_assisted=True), kto(made, without_assisted=True)) == ("", "")
    assert (preference(made), preference(made, without_assisted=True)) == ("b>a revision>a", "b>a")
    assert pairs.preference(made, Rules(without_assisted=True)).left_out == ("assisted",)
    by_hand = judgement("b>a", **REVISED)
    assert preference(by_hand, without_assisted=True) == "b>a revision>a"


def test_a_draft_by_a_service_stays_out_as_the_services_answers_do() -> None:
    made = judgement(None, revision=drafted_revision("a", kind="endpoint"))
    assert (sft(made), kto(made), preference(made)) == ("", "", "")
    assert pairs.examples(made, Rules(), RUBRIC).left_out == ("foreign",)
    assert sft(made, train_on_foreign=True) == "revision"


def test_equal_texts_make_no_pair() -> None:
    made = judgement("a>b>c", candidate("a", "Yes."), candidate("b", "Yes. \n"), candidate("c"))
    found = pairs.preference(made, Rules())
    assert preference(made) == "a>c b>c"
    assert found.left_out == ("identical",)
    unchanged = judgement(None, revision=revision("a", "text of a"))
    assert pairs.preference(unchanged, Rules()).left_out == ("identical",)


def test_equal_texts_are_one_example_and_one_label() -> None:
    twins = (candidate("a", "Yes."), candidate("b", "Yes."), candidate("c"))
    made = judgement("good abc", *twins)
    assert (sft(made), kto(made)) == ("a c", "a=true c=true")
    assert pairs.labelled(made, Rules(), RUBRIC).left_out == ("identical",)


def test_equal_texts_with_opposite_labels_make_no_label_unless_a_flag_decides() -> None:
    twins = (candidate("a", "Yes."), candidate("b", "Yes."), candidate("c"))
    assert kto(judgement("a>c>b", *twins), kto_from_order=True) == ""
    flagged = judgement("good abc", *twins, flags=(Flag("b", "unsafe", 3),))
    assert kto(flagged) == "b=false c=true"


def test_of_equal_texts_that_are_both_flagged_the_first_is_the_label() -> None:
    twins = (candidate("a", "Yes."), candidate("b", "Yes."), candidate("c"))
    made = judgement("good abc", *twins, flags=(Flag("a", "unsafe", 3), Flag("b", "unsafe", 3)))
    assert kto(made) == "a=false c=true"
    assert pairs.labelled(made, Rules(), RUBRIC).left_out == ("identical",)


def test_of_several_reasons_the_first_that_holds_is_told() -> None:
    twins = (candidate("a", "Yes."), candidate("b", "Yes.", kind="page"))
    severe = {"flags": (Flag("b", "unsafe", 3),)}

    def reasons(*answers: Candidate, **parts: Any) -> tuple[str, ...]:
        return pairs.examples(judgement("good ab", *answers, **parts), Rules(), RUBRIC).left_out

    assert reasons(*twins, **severe) == ("foreign",)
    cut_short = (twins[0], candidate("b", "Yes.", finish="length"))
    assert reasons(*cut_short, **severe) == ("flagged_severe",)
    assert reasons(*cut_short) == ("unfinished",)
    assert reasons(twins[0], candidate("b", "Yes.")) == ("identical",)
    foreign_twin = judgement("good ab", *twins)
    assert pairs.labelled(foreign_twin, Rules(), RUBRIC).left_out == ("foreign",)


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        (None, "no_verdict"),
        ("not rankable", "not_rankable"),
        ("a=b", "tie"),
        ("good ab", "all_good"),
        ("bad ab", "all_bad"),
    ],
)
def test_what_has_no_order_says_why_it_is_no_pair(said: str | None, reason: str) -> None:
    assert pairs.preference(judgement(said), Rules()).left_out == (reason,)


def test_what_one_answer_alone_cannot_become_is_said_so() -> None:
    alone = judgement("good a", *ONE)
    assert pairs.preference(alone, Rules()).left_out == ("one_answer",)
    assert pairs.battles(alone, Rules()).left_out == ("one_answer",)


def test_two_answers_that_may_not_be_a_pair_for_several_reasons_are_told_the_first() -> None:
    other = Asked(records.new_id(), 3, (Message("user", "Why, please?"),))
    foreign = judgement("a>b", candidate("a", "Yes."), candidate("b", "Yes.", kind="endpoint", asked=other))
    assert pairs.preference(foreign, Rules()).left_out == ("foreign",)
    assert pairs.preference(foreign, Rules(train_on_foreign=True)).left_out == ("asked_differently",)


def test_a_pair_without_a_strength_is_said_to_lack_it() -> None:
    assert pairs.reward(judgement("a>b"), Rules(margin=True)).left_out == ("no_strength",)


def test_answers_without_text_leave_nowhere() -> None:
    made = judgement("a>b", candidate("a"), candidate("b", " ", finish="error"))
    assert preference(made) == ""
    assert pairs.preference(made, Rules()).left_out == ("empty",)


def test_answers_to_different_messages_are_battles_and_not_pairs() -> None:
    other = Asked(records.new_id(), 3, (Message("user", "Why, please?"),))
    made = judgement("a>b>c", candidate("a"), candidate("b", asked=other), candidate("c"), revision=revision("b"))
    found = pairs.preference(made, Rules())
    assert preference(made) == "a>c revision>b"
    assert found.left_out == ("asked_differently", "asked_differently")
    assert found.rows[1].chosen.prompt == found.rows[1].rejected.prompt == other.messages
    first = pairs.battles(made, Rules()).rows[0]
    assert first.model_a.prompt == f"{made.prompt.id}@1"
    assert first.model_b.prompt == f"{other.prompt}@3"


def test_a_contestant_is_prompt_version_model_and_preset() -> None:
    origin = Origin("local", model=Model("SmolLM2"), preset="varied")
    made = judgement("a>b", candidate("a", origin=origin), candidate("b", kind="human"))
    (battle,) = pairs.battles(made, Rules()).rows
    assert battle.model_a == Contestant(f"{made.prompt.id}@1", "SmolLM2", "varied")
    assert battle.model_b == Contestant(f"{made.prompt.id}@1", "human", "")


def test_battles_stand_in_the_order_in_which_the_answers_were_shown() -> None:
    made = judgement("a>b")
    turned = msgspec.structs.replace(made, shown=msgspec.structs.replace(made.shown, order=("b", "a")))
    assert battles(turned) == "ba:model_b/1"


@pytest.mark.parametrize("becomes", [pairs.preference, pairs.reward, pairs.battles, pairs.examples, pairs.labelled])
@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"context": Context("queue", "gold")}, "gold"),
        ({"context": Context("queue", "repeat")}, "repeat"),
        ({"private": True}, "private"),
    ],
)
def test_gold_repeated_and_private_items_leave_nowhere(
    becomes: Callable[..., pairs.Made[Any]], changes: dict[str, Any], reason: str
) -> None:
    found = becomes(judgement("good ab", **REVISED, **changes), Rules())
    assert found.rows == ()
    assert found.left_out == (reason,)


@pytest.mark.parametrize("said", [None, "a>b", "a>>b", "a=b", "good ab", "bad ab", "not rankable"])
@pytest.mark.parametrize("becomes", [pairs.preference, pairs.reward, pairs.battles, pairs.examples, pairs.labelled])
def test_whatever_makes_no_row_gives_a_reason_that_can_be_read(
    becomes: Callable[..., pairs.Made[Any]], said: str | None
) -> None:
    found = becomes(judgement(said), Rules())
    assert found.rows or found.left_out
    assert all(reason in pairs.REASONS for reason in found.left_out)


def test_the_highest_severity_is_the_rubrics_own() -> None:
    general = RUBRIC.flags
    assert general is not None
    three = msgspec.structs.replace(RUBRIC, flags=msgspec.structs.replace(general, severities=general.severities[:3]))
    made = judgement("good ab", flags=(Flag("a", "unsafe", 2),))
    assert [row.key for row in pairs.examples(made, Rules(), three).rows] == ["b"]
    assert [row.key for row in pairs.examples(made, Rules(), RUBRIC).rows] == ["a", "b"]
    assert pairs.severest(msgspec.structs.replace(RUBRIC, flags=None)) == 3
    assert pairs.severest(None) == rubrics.flag_set("general").severest == 3


def test_a_response_says_where_it_came_from_and_what_it_answers() -> None:
    made = judgement("good ab", candidate("a", reasoning="Let me think."), candidate("b", kind="human"), **REVISED)
    found = pairs.examples(made, Rules(), RUBRIC).rows
    assert [(row.key, row.source, row.reasoning) for row in found] == [
        ("a", "m", "Let me think."),
        ("b", "human", ""),
        ("revision", "revision", ""),
    ]
    assert all(row.prompt == made.prompt.messages for row in found)


def test_an_all_good_verdict_with_a_verdict_type_of_two_axes_is_read_by_axis() -> None:
    made = judgement(None, verdicts=(Verdict("overall", tiers=(("a", "b"),)), verdict("good ab", axis="safe")))
    assert sft(made) == ""
    assert sft(made, axis="safe") == "a b"
