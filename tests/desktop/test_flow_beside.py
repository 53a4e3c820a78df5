"""Two judgements beside each other: every answer once, every flag once, by one set of letters, whatever they hold."""

from __future__ import annotations

import sys
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.flow import beside, describing
from feedback_store import rubrics
from feedback_store.record_parts import Flag, Judgement, Verdict, Versioned
from feedback_store.records import new_id, new_trainer_id
from feedback_store.spans import span_at

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "feedback_store"))

from made_judgements import candidate, judgement, revision

TEXT = "Old people never listen, and nobody knows why."
KEYS = ("a", "b", "c")
MINE = judgement("a>b=c", *(candidate(key, TEXT) for key in KEYS))


def theirs(**changes: object) -> Judgement:
    return msgspec.structs.replace(MINE, id=new_id(), trainer=new_trainer_id(), **changes)


def said(mine: Judgement, other: Judgement, title: str) -> dict[str, tuple[str, str]]:
    group = next(each for each in beside.groups(mine, other) if each.title == title)
    return {line.about: (line.mine, line.theirs) for line in group.lines}


def test_letters_are_those_of_the_first_whatever_order_the_other_one_saw() -> None:
    order = msgspec.structs.replace(MINE.shown, order=("c", "b", "a"))
    other = theirs(shown=order, verdicts=(Verdict("overall", (("c",), ("a", "b"))),))
    assert [group.title for group in beside.groups(MINE, other)] == ["All answers", "Answer A", "Answer B", "Answer C"]
    assert said(MINE, other, "All answers")["Ranking"] == ("A > B = C", "C > A = B")
    assert said(MINE, other, "Answer A")["Place"] == ("1", "2, tied")
    assert said(MINE, other, "Answer B")["Place"] == ("2, tied", "2, tied")


def test_the_same_says_that_nothing_differs() -> None:
    assert not any(group.differences for group in beside.groups(MINE, theirs()))


def test_an_answer_that_only_one_has_is_shown_and_a_text_that_differs_is_a_line() -> None:
    blacked = msgspec.structs.replace(MINE.candidates[0], text="[name 1] never listen.")
    other = theirs(
        candidates=(blacked, *MINE.candidates[1:], candidate("d", "My own.")),
        shown=msgspec.structs.replace(MINE.shown, order=(*MINE.shown.order, "d")),
        verdicts=(Verdict("overall", (("d",), ("a", "b", "c"))),),
        flags=(Flag("a", "bias", 1, span=span_at(blacked.text, 0, 8)),),
    )
    groups = beside.groups(MINE, other)
    assert groups[-1].title == "Answer D" and groups[-1].text == "My own."
    assert said(MINE, other, "Answer A")["Its text"] == (TEXT, "[name 1] never listen.")
    assert groups[1].text == TEXT and groups[1].marks == (), "a quote that does not stand there is not drawn"
    assert said(MINE, other, "Answer A")["“[name 1]”"][0] == ""


def test_flags_of_the_same_words_stand_in_one_line_and_a_rewriting_in_its_answers() -> None:
    mine = msgspec.structs.replace(
        MINE,
        flags=(Flag("a", "bias", 1, span=span_at(TEXT, 0, 10)), Flag("b", "factual", 1)),
        revision=revision("b", "Better."),
    )
    other = theirs(flags=(Flag("a", "bias", 1, span=span_at(TEXT, 4, 16)), Flag("b", "factual", 1)))
    assert list(said(mine, other, "Answer A")) == ["Place", "“Old people”"]
    assert said(mine, other, "Answer B")["Whole answer"][0] == said(mine, other, "Answer B")["Whole answer"][1]
    assert said(mine, other, "Answer B")["Rewritten"] == ("Better.", "")
    assert "Rewritten" not in said(mine, other, "Answer A")


places = st.integers(0, len(TEXT))
flags = st.lists(
    st.builds(
        lambda key, category, severity, place: Flag(
            key, category, severity, span=span_at(TEXT, min(place), max(place)) if place is not None else None
        ),
        st.sampled_from(KEYS),
        st.sampled_from(["bias", "factual", "unsafe"]),
        st.integers(0, 3),
        st.none()
        | st.tuples(st.integers(0, len(TEXT)), st.integers(0, len(TEXT))).filter(lambda two: two[0] != two[1]),
    ),
    max_size=8,
).map(tuple)


@given(flags, flags)
def test_every_flag_is_told_once_and_drawn_where_it_stands(mine: tuple[Flag, ...], other: tuple[Flag, ...]) -> None:
    groups = beside.groups(msgspec.structs.replace(MINE, flags=mine), theirs(flags=other))
    drawn = [(m.side, g.key, m.category, m.severity, m.start, m.end) for g in groups for m in g.marks]
    wanted = [
        (side, flag.candidate, flag.category, flag.severity, flag.span.start, flag.span.end)
        for side, several in zip(beside.SIDES, (mine, other), strict=True)
        for flag in several
        if flag.span is not None
    ]
    assert sorted(drawn) == sorted(wanted)
    for group in groups:
        assert sorted(index for line in group.lines for index in line.marks) == list(range(len(group.marks)))
    flagged = [
        line
        for group in groups[1:]
        for line in group.lines
        if line.about.startswith("“") or line.about == "Whole answer"
    ]
    assert sum(bool(line.mine) for line in flagged) == len(mine)
    assert sum(bool(line.theirs) for line in flagged) == len(other)


def arena_record(said: str | None, level: str = "", order: tuple[str, ...] = ("a", "b")) -> Judgement:
    arena = rubrics.load("arena")
    made = judgement(said, candidate("a"), candidate("b"))
    verdicts = (Verdict("overall", level=level),) if level else made.verdicts  # type: ignore[arg-type]
    return msgspec.structs.replace(
        made,
        rubric=Versioned(arena.id, arena.version, arena.sha256),
        verdicts=verdicts,
        shown=msgspec.structs.replace(made.shown, order=order),
    )


@pytest.mark.parametrize(
    ("record", "words"),
    [
        (arena_record("a>b"), "A is better"),
        (arena_record("b>a"), "B is better"),
        (arena_record("b>a", order=("b", "a")), "A is better"),
        (arena_record("a=b"), "Tie"),
        (arena_record(None, "all_bad"), "Both are bad"),
        (arena_record(None, "all_good"), "All good"),
    ],
)
def test_an_arenas_vote_is_read_in_its_published_words_in_its_record_and_beside_another(
    record: Judgement, words: str
) -> None:
    """It was a ranking there, and "All bad", which the bench had never offered."""
    assert describing.verdict_text(record) == describing.verdict_in_full(record) == words
    assert said(record, msgspec.structs.replace(record, id=new_id()), "All answers")["Ranking"] == (words, words)


def test_beside_each_other_both_votes_are_worded_by_one_set_of_letters() -> None:
    mine, other = arena_record("a>b"), arena_record("a>b", order=("b", "a"))
    assert describing.verdict_text(other) == "B is better", "as that person saw it"
    assert said(mine, other, "All answers")["Ranking"] == ("A is better", "A is better")
