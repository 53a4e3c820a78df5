"""Rankings: typed letters are positions, records hold keys, and nothing is lost between the two."""

from __future__ import annotations

import itertools
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.flow.ranking import Ranking, RankingError, format_ranking, from_tiers, parse, spaced_ranking, to_tiers
from feedback_store import imports, records, rubrics
from feedback_store.errors import RecordError
from feedback_store.record_parts import App

PROJECT, TRAINER = records.new_project_id(), records.new_trainer_id()


@st.composite
def rankings(draw: st.DrawFn, smallest: int = 1) -> tuple[Ranking, int]:
    count = draw(st.integers(smallest, 8))
    places = draw(st.permutations(range(count)))
    cuts = draw(st.lists(st.booleans(), min_size=count - 1, max_size=count - 1))
    tiers: list[list[int]] = [[places[0]]]
    for place, cut in zip(places[1:], cuts, strict=True):
        if cut:
            tiers.append([place])
        else:
            tiers[-1].append(place)
    return Ranking(tuple(tuple(sorted(tier)) for tier in tiers)), count


@given(rankings())
def test_a_ranking_is_typed_and_read_back(given_ranking: tuple[Ranking, int]) -> None:
    ranking, count = given_ranking
    assert parse(format_ranking(ranking), count) == ranking


@given(rankings(), st.randoms())
def test_positions_and_keys_translate_back_under_every_order(given_ranking, random) -> None:  # type: ignore[no-untyped-def]
    ranking, count = given_ranking
    order = [chr(ord("a") + i) for i in range(count)]
    random.shuffle(order)
    tiers = to_tiers(ranking, order)
    assert from_tiers(tiers, order) == ranking
    assert sorted(key for tier in tiers for key in tier) == sorted(order)


@pytest.mark.parametrize("order", list(itertools.permutations("abcd")))
def test_the_letter_a_is_the_answer_shown_first_under_all_24_orders(order: tuple[str, ...]) -> None:
    tiers = to_tiers(parse("a>b=c>d", 4), order)
    assert tiers == ((order[0],), tuple(sorted(order[1:3])), (order[3],))


@pytest.mark.parametrize(
    ("typed", "read"),
    [("a=b", "A = B"), ("a>b", "A > B"), ("b>>a", "B >> A"), ("b>>>a", "B >>> A")],
)
def test_a_strength_is_read_as_one_sign(typed: str, read: str) -> None:
    assert spaced_ranking(parse(typed, 2, with_strength=True)) == read


def test_a_ranking_of_four_is_read_with_spaces() -> None:
    assert spaced_ranking(parse("b>a=c>d", 4)) == "B > A = C > D"


@pytest.mark.parametrize(("typed", "strength"), [("a=b", 0), ("a>b", 1), ("B>>A", 2), ("a>>>b", 3)])
def test_two_answers_take_a_strength(typed: str, strength: int) -> None:
    assert parse(typed, 2, with_strength=True).strength == strength


@given(st.text(max_size=20), st.integers(1, 6))
def test_whatever_is_typed_is_a_ranking_or_a_sentence(text: str, count: int) -> None:
    try:
        assert sum(len(tier) for tier in parse(text, count).tiers) == count
    except RankingError as error:
        assert str(error).endswith(".")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("b>a=c>e", "There is no answer E. Use each of A, B, C, D once."),
        ("a>b>b>c", "B stands twice. Use each of A, B, C, D once."),
        ("a>b", "C, D are missing. Use each of A, B, C, D once."),
        ("a>b>d", "C is missing. Use each of A, B, C, D once."),
        ("ab>c", "Put > or = between the letters, like b>a=c>d."),
        ("a>b,c>d", "Put > or = between the letters, like b>a=c>d."),
        ("a>b>c>", "Put > or = between the letters, like b>a=c>d."),
        ("a>ä>c>d", "There is no answer Ä. Use each of A, B, C, D once."),
        ("", "Type the letters, best first, like b>a=c>d."),
        ("a>>b>c>d", "Use one > between two letters here."),
    ],
)
def test_a_wrong_ranking_says_what_to_do(text: str, sentence: str) -> None:
    with pytest.raises(RankingError) as refused:
        parse(text, 4)
    assert str(refused.value) == sentence


@pytest.mark.parametrize("text", ["", "a", "ab", "a>b>c", "a>e", "a>a", "a,b", "a>>>>b", "a>", "b=a=", "a>>b"])
@pytest.mark.parametrize("rubric", ["arena", "helpsteer2"])
def test_the_bench_and_an_import_say_the_same_of_the_same_text(text: str, rubric: str) -> None:
    """Each had a parser of its own, with other sentences."""
    asked = rubrics.load(rubric)
    line = json.dumps({"prompt": "Why?", "candidates": ["So.", "Well."], "verdict": text}).encode()

    def imported() -> Ranking:
        made = imports.parse_line(line, rubric=asked, project=PROJECT, trainer=TRAINER, app=App("test", "1"))
        (verdict,) = made.verdicts
        return from_tiers(verdict.tiers or (), ("a", "b"), verdict.strength)

    try:
        typed = parse(text, 2, with_strength=asked.strength)
    except RankingError as error:
        with pytest.raises(RecordError) as refused:
            imported()
        assert str(refused.value) == f"$.verdict: {error}"
    else:
        assert imported() == typed
