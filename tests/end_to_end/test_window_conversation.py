"""Conversations in the true window, by keys alone: going on, branches, the tree, and the same tree after a restart."""

from __future__ import annotations

import msgspec
import pytest
from PySide6.QtCore import QModelIndex, QPoint, QRect, Qt
from PySide6.QtWidgets import QLabel, QWidget
from trainer import OpenWindow, ShowWindow, Trainer, words_of

from desktop.flow import conversation
from desktop.flow.asking import being_answered
from desktop.flow.draft import AnswerDraft, Draft, PromptDraft, new_draft
from desktop.flow.kept_drafts import KeptDrafts
from desktop.profile import Profile
from desktop.views.turn_view import TurnView
from feedback_store.records import Judgement

replace = msgspec.structs.replace
ALT = Qt.KeyboardModifier.AltModifier


class Talker(Trainer):
    """A trainer in a conversation."""

    def ask(self, words: str) -> None:
        session = self.workbench.session
        self.replace_text(words)
        self.control(Qt.Key.Key_Return)
        self.until(lambda: session.draft.finished and not session.writing, f"{words!r} is answered")

    def judge_and_save(self) -> Judgement:
        """The first answer is the best, every rating is 3."""
        session = self.workbench.session
        self.type("1b")
        self.press(Qt.Key.Key_Return)
        self.type("3" * len(session.rubric.axes) * len(session.draft.order))
        self.control(Qt.Key.Key_S)
        before = session.saved
        self.until(lambda: session.saved is not None and session.saved is not before, "the judgement is saved")
        assert session.saved is not None
        record = session.saved.stored.record
        assert isinstance(record, Judgement)
        return record

    def open_tree(self) -> TurnView:
        self.control(Qt.Key.Key_T)
        self.comes_to("turns")
        view = self.focus
        assert isinstance(view, TurnView)
        return view

    @property
    def rows(self) -> list[str]:
        """What a screen reader is told of every turn."""
        model = self.workbench.bench.turns_model
        texts = [model.data(model.index(row), Qt.ItemDataRole.AccessibleTextRole) for row in range(model.rowCount())]
        return [str(text) for text in texts]


def test_a_conversation_with_branches_is_walked_by_keys_and_is_the_same_after_a_restart(
    open_window: OpenWindow,
) -> None:
    window = open_window()
    talker = Talker(window)
    session = window.session
    assert not window.bench.turns_strip.isVisible(), "one turn needs no line"

    talker.ask("Why is the sky blue?")
    talker.type("2e")
    talker.replace_text("Air scatters blue light most.")
    talker.control(Qt.Key.Key_Return)
    talker.type("m")
    talker.comes_to("promptText")
    assert session.draft.prompt.turns[-1].content == "Air scatters blue light most."
    assert window.bench.turns_strip.isVisible()
    assert words_of(window.window, "turnPlace") == "from B, rewritten"

    talker.ask("And at night?")
    second = session.draft
    talker.type("3m")
    talker.ask("And on the moon?")
    assert talker.rows == [
        "Turn 1: Why is the sky blue?; Being judged",
        "Turn 2, from B, rewritten: And at night?; Not judged",
        "Turn 3, from C: And on the moon?; Not judged; on the bench now",
    ]

    # T: the same turn worded otherwise, as a branch; the old one stays.
    talker.type("t")
    talker.comes_to("promptText")
    assert window.bench.prompt.text.toPlainText() == "And on the moon?"
    talker.ask("And on Mars?")
    talker.judge_and_save()
    talker.until(lambda: session.draft.judged, "the first turn, which was rewritten, is back")

    # The tree: from the first turn by Down and Right to the branch that was saved, which opens as it was saved.
    view = talker.open_tree()
    assert view.currentIndex().row() == 0
    talker.press(Qt.Key.Key_Down, times=2)
    moon = view.currentIndex().row()
    assert session.tree.turns[moon].glance.asked == "And on the moon?"
    talker.press(Qt.Key.Key_Right)
    assert session.tree.turns[view.currentIndex().row()].glance.asked == "And on Mars?"
    talker.press(Qt.Key.Key_Left)
    assert view.currentIndex().row() == moon
    talker.press(Qt.Key.Key_Right)
    talker.press(Qt.Key.Key_Return)
    talker.until(lambda: session.draft.supersedes is not None, "the saved turn is on the bench")
    assert window.bench.answers.isAncestorOf(talker.focus), "the keyboard is where work goes on"
    assert not window.bench.turns_overlay.isVisible()
    assert words_of(window.window, "turnCount") == "2 branches, 1 of 4 turns judged"
    assert view.model().rowCount() == 4, "so many rows stand below it"

    # M in the tree goes on from the best answer; R asks a whole turn again, beside it; Esc only closes.
    talker.open_tree()
    talker.type("m")
    talker.comes_to("promptText")
    assert words_of(window.window, "turnPlace") == "from A, the best"
    talker.ask("How cold is it there?")
    view = talker.open_tree()
    talker.press(Qt.Key.Key_Home)
    talker.press(Qt.Key.Key_Down)
    assert session.tree.turns[view.currentIndex().row()].comparison == second.comparison
    talker.type("r")
    talker.until(lambda: session.draft.finished and not session.writing, "the second turn is asked again")
    assert session.draft.prompt.turns == second.prompt.turns and session.draft.comparison != second.comparison
    talker.open_tree()
    talker.press(Qt.Key.Key_Escape)
    assert window.bench.answers.isAncestorOf(talker.focus)

    kept = session.keep()
    assert kept is not None
    kept.result()
    before, rows = session.tree, talker.rows
    assert len(rows) == 6 and sum("on the bench now" in row for row in rows) == 1

    # After a restart: the same bench, the same tree, and every turn can still be gone to.
    window = open_window()
    talker = Talker(window)
    assert talker.rows == rows
    tree = window.session.tree
    assert [(t.comparison, t.lane, t.glance.state) for t in tree.turns] == [
        (t.comparison, t.lane, t.glance.state) for t in before.turns
    ]
    for turn in tree.turns:
        assert conversation.visit(window.session, turn)
        assert window.session.draft.comparison == turn.comparison


def test_asking_a_judged_turn_again_makes_a_branch_and_leaves_what_was_judged(open_window: OpenWindow) -> None:
    window = open_window()
    talker = Talker(window)
    session = window.session
    talker.ask("Why is the sky blue?")
    talker.type("1b")
    judged = session.draft
    talker.control(Qt.Key.Key_Return)
    talker.until(lambda: session.draft.finished and not session.writing, "it is answered again")
    assert session.draft.comparison != judged.comparison
    assert [turn.glance.state for turn in session.tree.turns] == ["begun", "unjudged"]
    talker.open_tree()
    talker.press(Qt.Key.Key_Left)
    talker.press(Qt.Key.Key_Return)
    assert session.draft.tiers == judged.tiers and session.draft.comparison == judged.comparison


def test_alt_m_goes_on_from_the_words_before_they_were_rewritten(open_window: OpenWindow) -> None:
    window = open_window()
    talker = Talker(window)
    talker.ask("Why is the sky blue?")
    original = window.session.draft.at(0).text
    talker.type("1e")
    talker.replace_text("Something else.")
    talker.control(Qt.Key.Key_Return)
    talker.press(Qt.Key.Key_M, ALT)
    talker.comes_to("promptText")
    assert window.session.draft.prompt.turns[-1].content == original
    assert words_of(window.window, "turnPlace") == "from A"


def test_a_blind_trainer_reads_no_models_name_in_the_conversation(open_window: OpenWindow) -> None:
    window = open_window()
    talker = Talker(window)
    talker.ask("Why is the sky blue?")
    (name,) = {answer.origin.model.name for answer in window.session.draft.answers if answer.origin.model}
    talker.type("2m")
    talker.ask("And at night?")
    talker.open_tree()
    strip, overlay = window.bench.turns_strip, window.bench.turns_overlay
    shown = [*talker.rows, *(label.text() for part in (strip, overlay) for label in part.findChildren(QLabel))]
    assert shown and not any(name in text for text in shown)


@pytest.mark.parametrize("size", [(1024, 640), (1440, 900)])
def test_the_tree_never_covers_what_is_asked(open_window: OpenWindow, size: tuple[int, int]) -> None:
    window = open_window(size=size)
    talker, bench = Talker(window), window.bench
    talker.ask("Why is the sky blue?")
    talker.type("2m")
    talker.ask("And at night?")

    def free(widget: QWidget) -> bool:
        """Whether the tree leaves all of it in sight."""
        place = QRect(widget.mapTo(bench, QPoint(0, 0)), widget.size())
        return widget.isVisible() and not place.intersects(bench.turns_overlay.geometry())

    talker.open_tree()
    asked = bench.prompt_line if bench.narrow else bench.prompt
    assert free(asked) and free(bench.turns_strip)
    window.window.resize(1200, 700)
    talker.until(lambda: free(bench.prompt if bench.prompt.isVisible() else bench.prompt_line), "nor at another size")
    assert bench.rect().contains(bench.turns_overlay.geometry())
    talker.press(Qt.Key.Key_Escape)
    talker.type("1e")
    talker.comes_to("revisionText")
    talker.open_tree()
    assert free(bench.revision.question)


def test_a_single_turn_has_no_tree_and_says_how_to_make_one(open_window: OpenWindow) -> None:
    window = open_window()
    talker = Talker(window)
    talker.ask("Why is the sky blue?")
    talker.control(Qt.Key.Key_T)
    assert not window.bench.turns_overlay.isVisible() and window.bench.message.isVisible()


def test_a_long_conversation_costs_no_widgets(profile: Profile, show_window: ShowWindow) -> None:
    _keep_long_talk(profile)
    window = show_window(size=(1024, 640))
    session, talker = window.session, Talker(window)
    before = len(window.window.findChildren(QWidget))
    view = talker.open_tree()
    assert view.model().rowCount(QModelIndex()) == 221
    talker.press(Qt.Key.Key_End)
    talker.press(Qt.Key.Key_Home)
    talker.press(Qt.Key.Key_Return)
    assert session.draft.asked is not None and session.draft.asked.text == "Turn 1"
    assert len(window.window.findChildren(QWidget)) <= before + 20, "a few in the cards, none for a turn"
    talker.open_tree()
    talker.press(Qt.Key.Key_Right)
    assert view.currentIndex().row() == 0, "the first turn has no branch beside it"


def _keep_long_talk(profile: Profile) -> None:
    """200 turns and a branch at every tenth, as they are kept when they are passed; the last one is on the bench."""
    kept = KeptDrafts(profile.store, profile.project.id)
    before = _answered(new_draft(PromptDraft(model="smollm2")), "Turn 1")
    for number in range(2, 201):
        turn = _answered(conversation.next_turn(before, "a"), f"Turn {number}")
        kept.keep(turn, left=before)
        if number % 10 == 0:
            branch = _answered(conversation.branch(turn), f"Branch {number}")
            kept.keep(branch, left=turn)
            kept.keep(turn, left=branch)
        before = turn
    kept.keep(before, left=_answered(conversation.branch(before), "Branch")).result()


def _answered(draft: Draft, asked: str) -> Draft:
    draft = replace(draft, prompt=replace(draft.prompt, text=asked))
    answers = (AnswerDraft("a", "One.", state="done"), AnswerDraft("b", "Two.", state="done"))
    return replace(being_answered(draft, answers, 7), answers=answers)
