"""What a shipped rubric's authors published is read in the window: names told apart, and the arena's votes."""

from __future__ import annotations

import pytest
from excused_words import stands_for
from judging_scenes import judged_by
from one_in import one_in
from painted_text import painted_texts
from passing_time import live
from published_names import VOTES
from PySide6.QtCore import Qt
from test_every_window import SMALLEST, language
from trainer import OpenWindow, Trainer
from visit import Visit

from desktop.flow import arena_vote, checks, judging
from desktop.flow.ranking import parse
from desktop.flow.shown_text import in_one_line
from desktop.views.parts import RatingRow
from feedback_store import rubrics

pytestmark = pytest.mark.long

RATED = [each.id for each in rubrics.newest() if each.axes or each.questions]
PUBLISHED = [tuple(word.strip() for word in line.split("|")) for line in VOTES.strip().splitlines()]


@pytest.mark.parametrize("code", one_in(2, ["en", "de"]))
@pytest.mark.parametrize("preset", one_in(4, RATED))
def test_no_two_names_of_one_line_read_alike_in_the_smallest_window(
    preset: str, code: str, open_window: OpenWindow
) -> None:
    with language(code):
        visit = Visit(Trainer(open_window(size=SMALLEST, insecure=True)))
        judged_by(preset, 2)(visit)
        live(30)
        row = visit.shown.findChild(RatingRow)
        assert row is not None and row.isVisible()
        names = [in_one_line(line.name) for line in row.grid.lines]
        read = [each.text for each in painted_texts(row) if any(stands_for(each.text, name) for name in names)]
        assert read
        assert sorted(set(read)) == sorted(read)


@pytest.fixture
def arena(open_window: OpenWindow) -> Visit:
    visit = Visit(Trainer(open_window(answers=("The light.", "Scattering."), size=SMALLEST, insecure=True)))
    judged_by("arena", 2)(visit)
    return visit


def test_the_arenas_votes_are_read_below_the_answers_as_they_were_published(arena: Visit) -> None:
    read = {each.text for each in painted_texts(arena.shown)}
    assert {words for _name, words, _typed, _winner in PUBLISHED} <= read
    assert not arena.workbench.bench.verdict.bad.isVisible()


@pytest.mark.parametrize("vote", range(4))
def test_a_vote_that_is_chosen_is_what_is_typed_and_is_said_in_its_published_words(vote: int, arena: Visit) -> None:
    _name, words, typed, _winner = PUBLISHED[vote]
    session, choice = arena.workbench.session, arena.workbench.bench.verdict.vote
    choice.setFocus()
    arena.trainer.press(Qt.Key.Key_Right, times=vote + 1)
    given = session.draft.verdicts
    meant = (
        judging.all_equal(session.draft, "all_good")
        if typed.startswith("bad")
        else judging.rank(session.draft, parse(typed, 2))
    )
    if typed.startswith("bad"):
        meant = judging.all_equal(meant, "all_bad")
    assert given == meant.verdicts and checks.missing_axes(session.draft, session.rubric) == ()
    assert choice.accessibleDescription() == words
    arena.trainer.press(Qt.Key.Key_Right if vote == 3 else Qt.Key.Key_Space)
    assert session.draft.verdicts == given


def test_a_vote_is_read_in_its_words_in_the_record_that_it_became(arena: Visit) -> None:
    workbench, trainer = arena.workbench, arena.trainer
    workbench.bench.verdict.vote.setFocus()
    trainer.press(Qt.Key.Key_Right, times=arena_vote.BOTH_BAD + 1)
    trainer.control(Qt.Key.Key_S)
    trainer.until(lambda: workbench.session.saved is not None, "it is saved")
    trainer.control(Qt.Key.Key_3)
    text = workbench.records.reader.text
    trainer.until(lambda: "Both are bad" in text.toPlainText(), "the record says the vote")
    assert "All bad" not in text.toPlainText()


def test_what_the_arena_has_no_word_for_is_none_of_its_votes(arena: Visit) -> None:
    session, choice = arena.workbench.session, arena.workbench.bench.verdict.vote
    session.act(judging.all_equal(session.draft, "all_good"))
    live(10)
    assert choice.index is None and arena.workbench.bench.verdict.good.isChecked()
    session.act(judging.all_equal(session.draft, "all_bad"))
    live(10)
    assert choice.index == arena_vote.BOTH_BAD


def test_more_than_two_answers_are_ranked_under_the_arena_without_its_words(open_window: OpenWindow) -> None:
    visit = Visit(Trainer(open_window(size=SMALLEST, insecure=True)))
    judged_by("arena", 4)(visit)
    verdict = visit.workbench.bench.verdict
    assert not verdict.vote.isVisible() and verdict.ranking.isVisible()
