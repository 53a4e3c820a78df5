"""One answer alone: it is rated, called good or bad, and saved; there is nothing that it could be ranked against."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from trainer import OpenWindow, ShowWindow, Trainer

from desktop.app import Workbench
from desktop.flow import beginning, judging, keymap
from desktop.flow.equal_answers import fold_equal
from desktop.flow.ranking import Ranking
from desktop.profile import Profile
from desktop.views.parts.refusal_tip import RefusalTip
from desktop.views.parts.status_line import StatusLine
from feedback_store import rubrics
from feedback_store.records import Judgement, Verdict

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
Key = Qt.Key
AGAINST = "nothing to rank it against"


def asked(workbench: Workbench, answers: int = 1) -> Trainer:
    """A window with so many answers asked for, and one on the bench."""
    trainer, session = Trainer(workbench), workbench.session
    trainer.comes_to("promptText")
    session.ask(replace(session.draft.prompt, text="Why", answers=answers))
    trainer.control(Key.Key_Return)
    trainer.until(lambda: session.draft.finished and not session.writing, "it is written")
    trainer.until(lambda: len(session.draft.order) == 1, "one answer stands")
    trainer.comes_to("answerTextA")
    return trainer


def saved(trainer: Trainer) -> tuple[Verdict, ...]:
    """Rated in all that is asked, and saved: the verdicts of the record."""
    session = trainer.workbench.session
    trainer.comes_to("answerTextA")
    trainer.press(Key.Key_Return)
    trainer.type("3" * len(session.rubric.axes))
    trainer.press(Key.Key_Escape)
    assert session.missing == ()
    trainer.control(Key.Key_S)
    trainer.until(lambda: session.saved is not None or session.problem is not None, "it is saved or refused")
    assert session.problem is None and session.saved is not None
    record = session.saved.stored.record
    assert isinstance(record, Judgement)
    return record.verdicts


def said(trainer: Trainer) -> str:
    tip = trainer.window.findChild(RefusalTip)
    assert tip is not None
    return tip.words


@pytest.mark.parametrize("keys", ["b", "n", "v", ">", "="])
def test_a_key_that_compares_says_why_it_does_nothing_and_one_answer_is_saved(
    show_window: ShowWindow, keys: str
) -> None:
    """It made a verdict that no record holds, so that the answer could never be saved."""
    trainer = asked(show_window(size=(1440, 900)))
    trainer.type(keys)
    trainer.until(lambda: AGAINST in said(trainer), "it says why")
    assert trainer.workbench.session.draft.verdicts == ()
    trainer.comes_to("answerTextA")
    assert saved(trainer) == ()


@pytest.mark.long
@pytest.mark.parametrize("size", [(1440, 900), (1024, 640)])
def test_what_compares_is_grey_and_says_why_and_the_keys_are_not_offered(
    show_window: ShowWindow, size: tuple[int, int]
) -> None:
    trainer = asked(show_window(size=size))
    bar = trainer.workbench.bench.verdict
    parts: tuple[QWidget, ...] = (bar.ranking.field, bar.ranking.chips, bar.unrankable)
    for part in parts:
        assert not part.isEnabled()
        assert AGAINST in part.toolTip() and AGAINST in part.accessibleDescription()
    assert bar.good.isEnabled() and bar.bad.isEnabled()
    line = trainer.window.findChild(StatusLine)
    assert line is not None and "best" not in line.accessibleName() and "ranking" not in line.accessibleName()
    trainer.type("w")
    trainer.comes_to("ownTextB")
    assert all(part.isEnabled() and AGAINST not in part.accessibleDescription() for part in parts)
    assert not bar.ranking.field.toolTip()


@pytest.mark.parametrize(("command", "level"), [("all_good", "all_good"), ("all_bad", "all_bad")])
@pytest.mark.parametrize("rubric", [rubrics.DEFAULT, "arena"])
def test_one_answer_is_called_good_or_bad_and_saved(
    open_window: OpenWindow, command: str, level: str, rubric: str
) -> None:
    def begin(profile: Profile) -> None:
        project = profile.new_project("P", rubrics.load(rubric))
        profile.store.projects.use(project.id).result()

    trainer = asked(open_window(begin=begin, size=(1440, 900)))
    trainer.type(keymap.current().shown(command).lower())
    (verdict,) = saved(trainer)
    assert (verdict.tiers, verdict.level, verdict.not_rankable) == ((("a",),), level, None)


@pytest.mark.long
@pytest.mark.parametrize("keys", ["b", "n", "v", ">"])
def test_four_equal_answers_that_became_one_are_saved(show_window: ShowWindow, keys: str) -> None:
    trainer = asked(show_window(size=(1440, 900), script=lambda _prompt, count: ("Same words.",) * count), answers=4)
    trainer.type(keys)
    assert saved(trainer) == ()


@pytest.mark.long
def test_what_is_left_alone_keeps_its_level_and_loses_what_compared(show_window: ShowWindow) -> None:
    """Also a draft that an earlier version kept, or that an undo brought back."""
    trainer = asked(show_window(size=(1440, 900)))
    session = trainer.workbench.session
    compared = Verdict("overall", tiers=(("a",),))
    session.act(beginning.keep_reason(replace(session.draft, verdicts=(compared,), typed="a>"), "They are"))
    assert (session.draft.verdicts, session.draft.typed, session.draft.begun_reason) == ((), None, "")
    good = judging.all_equal(session.draft, "all_good")
    acts: tuple[Callable[[], judging.Draft], ...] = (
        lambda: judging.best(good, 0),
        lambda: judging.rank(good, Ranking(((0,),))),
        lambda: judging.type_ranking(good, "a", with_strength=True),
        lambda: judging.not_rankable(good, "Because."),
    )
    assert [act().verdicts for act in acts] == [good.verdicts] * 4


@pytest.mark.long
def test_equal_answers_stay_apart_while_a_reason_is_begun(show_window: ShowWindow) -> None:
    trainer = asked(show_window(size=(1440, 900)))
    (one,) = trainer.workbench.session.draft.answers
    two = replace(trainer.workbench.session.draft, answers=(one, replace(one, key="b")), order=("a", "b"))
    assert len(fold_equal(two).order) == 1
    assert len(fold_equal(beginning.keep_reason(two, "They say")).order) == 2
