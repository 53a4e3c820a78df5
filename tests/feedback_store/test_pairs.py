"""What a judgement becomes: the table of docs/datasets.md, a case per cell, and what it says beside the table."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from made_judgements import RUBRIC, candidate, drafted_revision, judgement, revision, verdict
from table_of_ties import ONE, REVISED, TABLE, Case, battles, kto, preference, sft, triple

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

EVERY = [pairs.preference, pairs.reward, pairs.triples, pairs.battles, pairs.examples, pairs.labelled]


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
    assert (triple(made), triple(made, without_assisted=True)) == ("b>a:revision", "")


def test_a_draft_by_a_service_stays_out_as_the_services_answers_do() -> None:
    made = judgement(None, revision=drafted_revision("a", kind="endpoint"))
    assert (sft(made), kto(made), preference(made)) == ("", "", "")
    assert pairs.examples(made, Rules(), RUBRIC).left_out == ("foreign",)
    assert sft(made, train_on_foreign=True) == "revision"


def test_what_keeps_a_triple_back_is_said() -> None:
    def why(made: Judgement, **rules: Any) -> tuple[str, ...]:
        return pairs.triples(made, Rules(**rules)).left_out

    assert why(judgement("a>b")) == ("no_revision",)
    assert why(judgement("not rankable", **REVISED)) == ("not_rankable",)
    page = judgement("b>c>a", candidate("a", kind="page"), candidate("b"), candidate("c"), **REVISED)
    assert why(page) == ("foreign",) * 3, "a revision keeps words of what it revises"
    assert triple(page, train_on_foreign=True) == "b>c:revision b>a:revision c>a:revision"
    put_right = judgement("b>a", candidate("a"), candidate("b", "Right."), revision=revision("a", "Right. "))
    assert triple(put_right) == "b>a:revision", "the better answer may say what the rewriting says"
    kept = judgement("a>b", revision=revision("a", "text of b"))
    assert why(kept) == ("identical",), "a reference that is the worse answer teaches nothing"
    other = Asked(records.new_id(), 3, (Message("user", "Why, please?"),))
    assert why(judgement("b>c>a", *_asked_apart(other), revision=revision("a"))) == ("asked_differently",) * 3


def _asked_apart(other: Asked) -> tuple[Candidate, ...]:
    return candidate("a"), candidate("b", asked=other), candidate("c", asked=other)


def test_equal_texts_make_no_pair() -> None:
    made = judgement("a>b>c", candidate("a", "Yes."), candidate("b", "Yes. \n"), candidate("c"))
    found = pairs.preference(made, Rules())
    assert preference(made) == "a>c b>c"
    assert found.left_out == ("identical",)
    unchanged = judgement(None, revision=revision("a", "text of a"))
    assert pairs.preference(unchanged, Rules()).left_out == ("identical",)


def test_a_revision_in_the_words_of_its_original_is_taken_as_none() -> None:
    """An answer that was only looked at left as an example, although it was flagged."""
    made = judgement("a>b", revision=revision("b", "text of b\n"), flags=(Flag("b", "unsafe", 3),))
    assert (sft(made), triple(made), kto(made)) == ("", "", "b=false")
    assert pairs.examples(made, Rules(), RUBRIC).left_out == ("unchanged",)
    assert pairs.triples(made, Rules()).left_out == ("unchanged",)
    assert pairs.labelled(made, Rules(), RUBRIC).left_out == ("unchanged",)
    unflagged = judgement("a>b", revision=revision("b", "text of b"))
    assert pairs.labelled(unflagged, Rules(), RUBRIC).left_out == ("unchanged",)
    assert sft(judgement("good ab", revision=revision("b", "text of b"))) == "a b", "the answer itself was called good"


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
    made = judgement("a>b", candidate("a", origin=origin), candidate("b", kind="page", origin=Origin("page")))
    (battle,) = pairs.battles(made, Rules()).rows
    assert battle.model_a == Contestant(f"{made.prompt.id}@1", "SmolLM2", "varied")
    assert battle.model_b == Contestant(f"{made.prompt.id}@1", "page", "")


def test_battles_with_an_answer_by_hand_are_left_out_each_and_counted() -> None:
    """A trainer's own answer took part as a model called "human"."""
    three = (candidate("a", kind="human"), candidate("b"), candidate("c"))
    made = pairs.battles(judgement("a>b>c", *three), Rules())
    assert [(battle.a.key, battle.b.key, battle.decision) for battle in made.rows] == [("b", "c", 1)]
    assert made.left_out == ("by_hand", "by_hand")
    assert pairs.battles(judgement("a>b", *three[:2]), Rules()).left_out == ("by_hand",)


def test_battles_stand_in_the_order_in_which_the_answers_were_shown() -> None:
    made = judgement("a>b")
    turned = msgspec.structs.replace(made, shown=msgspec.structs.replace(made.shown, order=("b", "a")))
    assert battles(turned) == "ba:model_b/1"


@pytest.mark.parametrize("becomes", EVERY)
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
@pytest.mark.parametrize("becomes", EVERY)
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
