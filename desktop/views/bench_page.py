"""The bench: prompt, answers, judgement and verdict in one page, and the keys of each place.

Every key and click ends in one call of the session; what is shown is read back from it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import partial

from PySide6.QtCore import QEvent, QObject, Signal, Slot
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget

from desktop.bridge.bench import BenchBridge
from desktop.bridge.comparing import Comparing
from desktop.flow import answers_anew, checks, conversation, judging, together
from desktop.flow.draft import PromptDraft
from desktop.flow.masking import covered_answer, covered_turns, hides_model, prepare
from desktop.flow.session import BenchSession
from desktop.flow.typed_words import TypedWords
from desktop.flow.wording import gettext as _
from desktop.qt_models.ratings import Value
from desktop.views import bench_saving
from desktop.views.answer_card import CardAct
from desktop.views.bench_announcing import BenchAnnouncing
from desktop.views.bench_flagging import BenchFlagging
from desktop.views.bench_keys import answers_key, go_to, leave_out, open_page, remove_own, take_example, write_again
from desktop.views.bench_messages import BenchMessages
from desktop.views.bench_parts import BenchParts
from desktop.views.bench_personal import BenchPersonal
from desktop.views.bench_presence import BenchPresence
from desktop.views.bench_ranking import BenchRanking
from desktop.views.bench_revision import BenchRevision
from desktop.views.bench_rubric import BenchRubric
from desktop.views.bench_turns import BenchTurns
from desktop.views.bench_values import flag_row, rated, rating_grid, rest_answered_no, scale_text
from desktop.views.blind_question import BlindQuestion
from desktop.views.models_dialog import ModelsDialog
from desktop.views.parts import Message, polish_all


class BenchPage(BenchParts):
    """One session on screen."""

    place_changed = Signal(str)
    status_changed = Signal(object)  # tuple of words

    def __init__(
        self,
        session: BenchSession,
        bridge: BenchBridge,
        comparing: Comparing,
        models: Sequence[str],
        presets: Sequence[tuple[str, str]],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(comparing, models, presets, parent)
        self.setObjectName("bench")
        self.setAccessibleName(_("Bench"))
        self._session = session
        self.says = BenchMessages(self, session, bridge)
        self.flagging = BenchFlagging(self, session)
        self.ranking = BenchRanking(self, session)
        self.turns = BenchTurns(self, session)
        self.revising = BenchRevision(self, session)
        self.personal = BenchPersonal(self, session, bridge)
        self.rubric = BenchRubric(self, session, bridge)
        self._presence, self.typed = BenchPresence(self, session), TypedWords()
        self.announcing = BenchAnnouncing(self, session, bridge)
        self._join(bridge)
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        application.focusChanged.connect(self._on_focus)
        self.show_all()

    # What is shown

    def show_all(self) -> None:
        """Show the session as it is now, from nothing."""
        draft, rubric = self._session.draft, self._session.rubric
        self.prompt.show_prompt(draft.prompt)
        self.prompt.turns.show_turns(covered_turns(draft))
        for part in (self.prompt, self.prompt_line):
            part.show_blind(draft.blind if draft.answers else draft.prompt.blind)
        self.prompt_line.show_text(draft.prompt.text)
        self.show_parts(answers=bool(draft.answers))
        self.empty.show_models(draft.prompt.models)
        self.empty.show_conversation(bool(draft.prompt.turns))
        self.answers.show_draft(draft, rubric)
        self.panel.show_scale(self.rubric.name, scale_text(rubric))
        self.rating_bar.show_scale(scale_text(rubric))
        self.revising.follow()
        self.show_judgement()

    def show_judgement(self) -> None:
        """Show ranking, ratings, flags, why and what is missing."""
        draft, rubric = self._session.draft, self._session.rubric
        self.tip.end()
        flags = [flag_row(draft, index, rubric.flags) for index in range(len(draft.flags))]
        self.answers.show_judgement(draft, rubric, flags, self.flagging.current)
        self.ranking.show()
        self.turns.show()
        self.verdict.show_confidence(draft.confidence)
        grid = rating_grid(draft, rubric)
        for show_grid in (self.panel.show_grid, self.rating_bar.row.show_grid):
            show_grid(grid)
        for show_current in (self.panel.ratings.show_current, self.rating_bar.show_current):
            show_current(self.answers.current)
        self.show_rated(bool(grid.lines))
        self.panel.show_flags(flags, self.flagging.current, steps=len(rubric.flags.severities) if rubric.flags else 0)
        self.panel.show_why(draft.justification)
        self.personal.show()
        self.show_state()

    def show_state(self) -> None:
        """Show whether models write, what is missing, and what went wrong."""
        session = self._session
        missing = session.missing
        first = missing[0].text if missing else ""
        self.verdict.show_missing(first, missing[0].short if missing else "", can_save=session.can_save)
        lines = checks.missing_by_answer(session.draft, session.rubric)
        line = lines[0].text if len(lines) == 1 else ""  # else it is said beside Save, and once is enough
        self.panel.show_missing(line)
        self.show_writing(session.writing)
        self.prompt.model.cover(any(hides_model(session.draft, name) for name in session.draft.prompt.models))
        self.status_changed.emit(session.status)
        self.says.show_trouble()

    def show_models(self, names: Sequence[str], away: Collection[str]) -> None:
        """Offer these models for answers and for rewriting; what is asked of those in `away` leaves this computer."""
        self.prompt.show_models(names, away)
        self.revision.side.rewrite.show_models(names, away)

    # What is done

    def generate(self) -> None:
        self.says.clear()
        self._session.generate()
        if self._session.draft.answers:
            self.answers.choose(0)

    def save(self) -> None:
        """Save, or go to what is missing and say so."""
        bench_saving.save(self, self._session)

    @Slot()
    def back_to_answers(self) -> None:
        """Put the keyboard on the current answer."""
        self.answers.choose(self.answers.current)

    @Slot()
    def arrive(self) -> None:
        """Put the keyboard where work goes on."""
        if self._session.draft.answers:
            self.back_to_answers()
        else:
            self.open_part(self.prompt.text)

    def go_to(self, place: str) -> None:
        """Put the keyboard on what a notice is about (checks.Place)."""
        go_to(self, self._session, place)

    def copy_answer(self, position: int) -> None:
        """Copy an answer's text, with what is covered on screen covered there too."""
        text = covered_answer(self._session.draft, position)
        if text:
            QGuiApplication.clipboard().setText(text)

    @Slot()
    def compare_models(self) -> None:
        """Ask which models answer, and how often each."""
        dialog = ModelsDialog(self._session.draft.prompt, *self.prompt.model.offered, self.window())
        dialog.chosen.connect(self._on_models)
        dialog.open()

    def show_blind(self, blind: bool) -> None:
        """The next answers blind or with names; those that stand can only be opened, and that is asked about first."""
        draft = self._session.draft
        if draft.answers and draft.blind and not blind:
            question = BlindQuestion(self.window())
            question.accepted.connect(self._on_open)
            question.open()
            return
        self._turn_blind(blind)

    def _turn_blind(self, blind: bool) -> None:
        seen = bool(self._session.draft.answers) and not self._session.draft.blind
        self._session.act(judging.show_blind(self._session.draft, blind))
        self.show_all()
        if blind and seen:
            words = _("The next answers are blind. These were seen with their names, and stay open.")
            self.message.show_message(Message("notice", words))

    def focus_next_part(self, step: int) -> None:
        """F6 and Shift+F6: prompt, answers, ratings, flags, why, ranking; the next field while rewriting."""
        if self.rewriting:
            self.revision.focusNextPrevChild(step > 0)
            return
        parts: list[QWidget] = [self.prompt.text, *([self.turns_strip.view] if self.turns_strip.opened else [])]
        if self._session.draft.answers:
            card = self.answers.cards[self.answers.current]
            parts += [card.focus_part, self.ratings, *self.panel.parts, self.verdict.ranking.field]
        now = QApplication.focusWidget()
        index = parts.index(now) if now in parts else -1 if step > 0 else 0
        self.open_part(parts[(index + step) % len(parts)])

    # Keys

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Single keys at the answers' texts; in every other place they are that place's."""
        if not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.KeyPress or self.rewriting:
            return False
        self._session.watch.stir()
        return answers_key(self, self._session, event)

    # Inside

    def _join(self, bridge: BenchBridge) -> None:
        bridge.changed.connect(self._on_changed)
        self.prompt.edited.connect(self._on_prompt)
        self.prompt.generate_asked.connect(self.generate)
        self.prompt.blind.clicked.connect(lambda: self.show_blind(not self._session.draft.prompt.blind))
        self.prompt.several_asked.connect(self.compare_models)
        self.answers.waiting.button.clicked.connect(self._on_show_now)
        self.prompt.stop_asked.connect(self._on_stop)
        self.prompt.left.connect(self._on_prompt_left)
        self.empty.example_chosen.connect(self._on_example)
        self.answers.ready.connect(self._on_ready)
        self.answers.acted.connect(self._on_card)
        self.answers.own_text_changed.connect(self._on_own_text)
        self.answers.current_changed.connect(self.panel.ratings.show_current)
        self.answers.current_changed.connect(self.rating_bar.show_current)
        self.answers.strip.part_asked.connect(self._on_part)
        self.prompt_line.opened.connect(lambda: self.open_part(self.prompt.text))
        for ratings in (self.panel.ratings, self.rating_bar.row):
            ratings.rated.connect(self._on_rated)
            ratings.rest_answered.connect(self._on_rest_answered)
            ratings.left.connect(self._on_ratings_left)
            ratings.moved.connect(self._on_ratings_moved)
            ratings.refused.connect(self.say_here)
            ratings.why_asked.connect(partial(self.open_part, self.panel.why))
        self.panel.flags.left.connect(self.back_to_answers)
        self.panel.flags.refused.connect(self.say_here)
        self.verdict.refused.connect(self.say_here)
        self.panel.why_edited.connect(self._on_why)
        self.panel.left.connect(self.back_to_answers)
        self.verdict.confidence_chosen.connect(self._on_sure)
        self.verdict.save_asked.connect(self.save)
        self.verdict.left.connect(self.back_to_answers)

    @Slot(object)
    def _on_changed(self, parts: frozenset[str]) -> None:
        if "saved" in parts:
            self.show_all()
            self.says.show_saved()
            self.arrive()
        elif parts & {"draft", "answers"}:
            self.flagging.current = None
            self.show_all()
            self.flagging.follow()
        elif "judgement" in parts:
            self.show_judgement()
            self.revising.follow()
        else:
            self.revising.follow()
            if "text" in parts:
                self.answers.show_texts(self._session.draft, self._session.rubric)
            if "state" in parts:
                self.show_state()

    @Slot(QWidget, QWidget)
    def _on_focus(self, _old: QWidget | None, now: QWidget | None) -> None:
        if now is None or not self.isVisible() or not self.isAncestorOf(now):
            return
        self._session.history.pause()
        self.follow_focus(now)
        self.place_changed.emit(self.place_of(now))

    @Slot(str)
    def say_here(self, words: str) -> None:
        """Say this beside where the keyboard is; a dialog or popup that opened says what it asks itself."""
        here = QApplication.focusWidget()
        if here is not None and self.isAncestorOf(here) and not self.popup.is_open:
            self.tip.say(words, here, self.panel if self.panel.isAncestorOf(here) else None)

    @Slot(str)
    def _on_part(self, place: str) -> None:
        """A button of the strip: its part opens; the same again closes it."""
        parts: dict[str, QWidget] = {"flags": self.panel.flags, "personal": self.panel.personal.list}
        part = parts.get(place, self.panel.why)
        if part.hasFocus():
            self.back_to_answers()
        else:
            self.open_part(part)

    @Slot(object)
    def _on_prompt(self, prompt: PromptDraft) -> None:
        self.prompt_line.show_text(prompt.text)
        self.empty.show_models(prompt.models)
        self._session.ask(prompt)

    @Slot()
    def _on_prompt_left(self) -> None:
        """Esc: to the answers; from a turn that nobody answered yet, to the one that it was begun from."""
        if self._session.draft.answers or conversation.step_out(self._session):
            self.arrive()

    @Slot()
    def _on_ready(self) -> None:
        """Nobody waits now, as somebody will for the first answers: what is done once for all of them is done here."""
        for part in (self.panel, self.verdict, self.work):
            polish_all(part)
        prepare(self._session.draft.prompt.models)

    @Slot(object)
    def _on_models(self, prompt: PromptDraft) -> None:
        chosen = together.with_models(self._session.draft.prompt, prompt.models, prompt.answers)
        self.prompt.show_prompt(chosen)
        self._on_prompt(chosen)
        self.show_state()

    @Slot()
    def _on_show_now(self) -> None:
        answers_anew.show_now(self._session)
        self.back_to_answers()

    @Slot()
    def _on_open(self) -> None:
        self._turn_blind(False)
        self.arrive()

    @Slot()
    def _on_stop(self) -> None:
        self._session.cancel()

    @Slot(str)
    def _on_example(self, text: str) -> None:
        take_example(self, self._session, text)

    @Slot(object)
    def _on_card(self, act: CardAct) -> None:
        if act.act == "rewrite":
            self.revising.open(act.position)
        elif act.act == "again":
            write_again(self, self._session, act.position)
        elif act.act == "leave_out":
            leave_out(self, self._session, act.position)
        elif act.act == "go_on":
            answers_anew.go_on(self._session, act.position)
        elif act.act == "stop":
            self._session.cancel(act.position)
        elif act.act == "flag":
            self.answers.choose(act.position)
            self.flagging.begin()
        elif act.act == "remove_own":
            remove_own(self, self._session, act.position)
        elif act.act == "copy":
            self.copy_answer(act.position)
        elif act.act == "drop":
            self.says.drop()
        elif act.act == "page":
            open_page(self, self._session)

    @Slot(int, str)
    def _on_own_text(self, position: int, text: str) -> None:
        draft = self._session.draft
        if draft.at(position).text != text:
            self._session.act(judging.edit_own(draft, position, text), f"own {position}")

    @Slot(int, int, object)
    def _on_rated(self, position: int, row: int, value: Value) -> None:
        self._session.act(rated(self._session.draft, self._session.rubric, position, row, value))

    @Slot(int)
    def _on_rest_answered(self, position: int) -> None:
        self._session.act(rest_answered_no(self._session.draft, self._session.rubric, position))

    @Slot(int)
    def _on_ratings_moved(self, position: int) -> None:
        self.answers.choose(position, focus=False)

    @Slot()
    def _on_ratings_left(self) -> None:
        self.answers.choose(self.ratings.current_answer)

    @Slot(str)
    def _on_why(self, text: str) -> None:
        if text != self._session.draft.justification:
            self._session.act(judging.justify(self._session.draft, text), "why")

    @Slot(int)
    def _on_sure(self, value: int) -> None:
        self._session.act(judging.be_sure(self._session.draft, value))
