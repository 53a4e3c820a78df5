"""The bench: prompt, answers, judgement and verdict in one page, and the keys of each place.

Every key and click ends in one call of the session; what is shown is read back from it.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QApplication, QInputDialog, QWidget

from desktop.bridge.bench import BenchBridge
from desktop.flow import checks, judging
from desktop.flow.draft import PromptDraft, RevisionDraft
from desktop.flow.judging import FlagChoice
from desktop.flow.ranking import RankingError, format_ranking, parse
from desktop.flow.session import BenchSession
from desktop.flow.wording import gettext as _
from desktop.views.answer_card import CardAct, SpanChosen
from desktop.views.bench_keys import answers_key
from desktop.views.bench_parts import BenchParts
from desktop.views.bench_values import flag_choices, flag_row, rating_grid
from desktop.views.parts import Message


class BenchPage(BenchParts):
    """One session on screen."""

    place_changed = Signal(str)
    undo_save_asked = Signal()

    def __init__(
        self,
        session: BenchSession,
        bridge: BenchBridge,
        models: Sequence[str],
        presets: Sequence[tuple[str, str]],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(models, presets, parent)
        self.setObjectName("bench")
        self.setAccessibleName(_("Bench"))
        self._session = session
        self._current_flag: int | None = None
        self._flagging: tuple[int, tuple[int, int] | None] | None = None
        flags = session.rubric.flags
        self._letters = {c.id: c.letter for c in flags.categories} if flags else {}
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
        self.stack.setCurrentWidget(self.work if draft.answers else self.empty)
        self.panel.setVisible(bool(draft.answers))
        self.verdict.setVisible(bool(draft.answers))
        self.answers.show_draft(draft, self._letters)
        scale = f"{rubric.axes[0].lowest} – {rubric.axes[0].highest}" if rubric.axes else ""
        self.panel.show_scale(rubric.name, scale)
        if draft.revision is None and self.rewriting:
            self._leave_revision()
        self.show_judgement()

    def show_judgement(self) -> None:
        """Show ranking, ratings, flags, why and what is missing."""
        draft, rubric = self._session.draft, self._session.rubric
        self.answers.show_judgement(draft, self._letters, self._current_flag)
        ranking = judging.ranking(draft)
        self.verdict.ranking.show_ranking(ranking, len(draft.order))
        self.verdict.show_level(draft.level, not_rankable=draft.not_rankable is not None)
        self.verdict.show_confidence(draft.confidence)
        self.panel.ratings.show_grid(rating_grid(draft, rubric))
        rows = [flag_row(draft, index, rubric.flags) for index in range(len(draft.flags))]
        self.panel.flags.show_rows(rows, self._current_flag)
        self.panel.show_flag_count(len(draft.flags))
        self.panel.show_why(draft.justification)
        self.show_state()

    def show_state(self) -> None:
        """Show whether models write, what is missing, and what went wrong."""
        session = self._session
        missing = session.missing
        first = missing[0].text if missing else ""
        self.verdict.show_missing(first, can_save=session.can_save)
        lines = checks.missing_by_answer(session.draft, session.rubric)
        self.panel.show_missing(lines[0].text if len(lines) == 1 else first if lines else "")
        self.prompt.show_writing(session.writing)
        if session.problem is not None:
            self.message.show_message(Message("error", session.problem.text))

    def show_saved(self) -> None:
        """Say what was saved, which models wrote, and how to undo it."""
        saved = self._session.saved
        if saved is None:
            return
        models = sorted({a.origin.model.name for a in saved.draft.answers if a.origin.model})
        reason = _("Written by {models}.").format(models=", ".join(models)) if models else ""
        if saved.doubts:
            text = saved.doubts[0].text
            self.message.show_message(
                Message(
                    "warning", text, _("Saved all the same. Nothing is changed for you."), (("undo_save", _("Undo")),)
                )
            )
        else:
            self.message.show_message(Message("success", _("Saved."), reason, (("undo_save", _("Undo")),)))

    # What is done

    def generate(self) -> None:
        self.message.clear()
        self._session.generate()
        if self._session.draft.answers:
            self.answers.choose(0)

    def save(self) -> None:
        if self._session.save() is None and self._session.missing:
            self._go_to(self._session.missing[0].place)

    def flag_selection(self) -> None:
        """Flag what is selected in the current answer, or the answer as a whole."""
        flags = self._session.rubric.flags
        if flags is None or not self.answers.cards:
            return
        position = self.answers.current
        card = self.answers.cards[position]
        selection = card.text.selection()
        self._flagging = (position, selection)
        text = self._session.draft.at(position).text
        quote = text[slice(*selection)] if selection else _("the whole answer")
        self.popup.open(flag_choices(flags), quote, position, self.answers.beside(position))
        self.place_changed.emit("flag")

    def rewrite(self, position: int) -> None:
        """Open the revision of an answer."""
        if not self._session.draft.answers or not self._session.draft.at(position).ready:
            return
        self._session.act(judging.start_revision(self._session.draft, position))
        draft = self._session.draft
        assert draft.revision is not None
        self.revision.show_revision(draft.answer(draft.revision.of).text, draft.revision, position)
        self.pages.setCurrentWidget(self.revision)
        self.verdict.hide()
        self.revision.take_focus()
        self.place_changed.emit("revision")

    def say_not_rankable(self) -> None:
        """Ask for the reason; the same again takes it back."""
        draft = self._session.draft
        if draft.not_rankable is not None:
            self._session.act(judging.not_rankable(draft, None))
            return
        reason, said = QInputDialog.getText(self, _("Not rankable"), _("Why can these answers not be ranked?"))
        if said and reason.strip():
            self._session.act(judging.not_rankable(draft, reason.strip()))

    def focus_next_part(self, step: int) -> None:
        """F6 and Shift+F6: prompt, answers, ratings, flags, why, ranking."""
        parts: list[QWidget] = [
            self.prompt.text,
            *([self.answers.cards[self.answers.current].text] if self.answers.cards else []),
        ]
        parts += [self.panel.ratings, self.panel.flags, self.panel.why, self.verdict.ranking.field]
        visible = [part for part in parts if part.isVisible()]
        now = QApplication.focusWidget()
        index = visible.index(now) if now in visible else -1
        if visible:
            visible[(index + step) % len(visible)].setFocus(Qt.FocusReason.ShortcutFocusReason)

    # Keys

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Single keys at the answers' texts; in every other place they are that place's."""
        if not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.KeyPress or self.rewriting:
            return False
        return answers_key(self, self._session, event)

    # Inside

    def _join(self, bridge: BenchBridge) -> None:
        bridge.changed.connect(self._on_changed)
        self.prompt.edited.connect(self._on_prompt)
        self.prompt.generate_asked.connect(self.generate)
        self.prompt.stop_asked.connect(self._on_stop)
        self.empty.example_chosen.connect(self._on_example)
        self.answers.acted.connect(self._on_card)
        self.answers.own_text_changed.connect(self._on_own_text)
        self.answers.current_changed.connect(self.panel.ratings.show_current)
        self.answers.span_chosen.connect(self._on_span)
        self.panel.ratings.rated.connect(self._on_rated)
        self.panel.ratings.left.connect(self._on_ratings_left)
        self.panel.ratings.moved.connect(self._on_ratings_moved)
        self.panel.flags.activated_row.connect(self._on_flag)
        self.panel.flags.severity_set.connect(self._on_severity)
        self.panel.flags.removed.connect(self._on_flag_removed)
        self.panel.flags.left.connect(self._back_to_answers)
        self.panel.why_edited.connect(self._on_why)
        self.panel.left.connect(self._back_to_answers)
        self.verdict.ranking.typed.connect(self._on_ranking_typed)
        self.verdict.ranking.ranked.connect(self._on_ranked)
        self.verdict.ranking.left.connect(self._on_ranking_left)
        self.verdict.level_asked.connect(self._on_level)
        self.verdict.not_rankable_asked.connect(self.say_not_rankable)
        self.verdict.confidence_chosen.connect(self._on_sure)
        self.verdict.save_asked.connect(self.save)
        self.popup.flag_chosen.connect(self._on_flag_chosen)
        self.popup.closed.connect(self._on_popup_closed)
        self.revision.edited.connect(self._on_revision)
        self.revision.kept.connect(self._leave_revision)
        self.revision.dropped.connect(self._on_revision_dropped)
        self.message.chosen.connect(self._on_message)

    def _go_to(self, place: str) -> None:
        targets: dict[str, QWidget] = {
            "prompt": self.prompt.text,
            "ranking": self.verdict.ranking.field,
            "ratings": self.panel.ratings,
            "why": self.panel.why,
        }
        if place == "ratings":
            self.panel.ratings.start_at_missing()
        elif place in targets:
            targets[place].setFocus(Qt.FocusReason.OtherFocusReason)

    def _leave_revision(self) -> None:
        position = self.answers.current
        self.pages.setCurrentWidget(self.split)
        self.verdict.setVisible(bool(self._session.draft.answers))
        self.answers.choose(position)

    @Slot(object)
    def _on_changed(self, parts: frozenset[str]) -> None:
        if "saved" in parts:
            self.show_all()
            self.show_saved()
            self.prompt.text.setFocus(Qt.FocusReason.OtherFocusReason)
        elif parts & {"draft", "answers"}:
            self._current_flag = None
            self.show_all()
        elif "judgement" in parts:
            self.show_judgement()
        else:
            if "text" in parts:
                self.answers.show_texts(self._session.draft)
            if "state" in parts:
                self.show_state()

    @Slot(QWidget, QWidget)
    def _on_focus(self, _old: QWidget | None, now: QWidget | None) -> None:
        if now is None or not self.isVisible() or not self.isAncestorOf(now):
            return
        self.place_changed.emit(self.place_of(now))

    @Slot(object)
    def _on_prompt(self, prompt: PromptDraft) -> None:
        self._session.ask(prompt)

    @Slot()
    def _on_stop(self) -> None:
        self._session.cancel()

    @Slot(str)
    def _on_example(self, text: str) -> None:
        self.prompt.text.setPlainText(text)
        self.prompt.text.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot(object)
    def _on_card(self, act: CardAct) -> None:
        if act.act == "rewrite":
            self.rewrite(act.position)
        elif act.act == "again":
            self._session.again(act.position)
        elif act.act == "stop":
            self._session.cancel(act.position)
        elif act.act == "flag":
            self.answers.choose(act.position)
            self.flag_selection()
        elif act.act == "copy":
            QGuiApplication.clipboard().setText(self._session.draft.at(act.position).text)

    @Slot(int, str)
    def _on_own_text(self, position: int, text: str) -> None:
        draft = self._session.draft
        if draft.at(position).text != text:
            self._session.act(judging.edit_own(draft, position, text), f"own {position}")

    @Slot(object)
    def _on_span(self, chosen: SpanChosen) -> None:
        draft = self._session.draft
        key = draft.order[chosen.position]
        painted = [i for i, f in enumerate(draft.flags) if f.candidate == key and f.span is not None]
        self._current_flag = painted[chosen.index] if chosen.index < len(painted) else None
        self.show_judgement()

    @Slot(int, str, object)
    def _on_rated(self, position: int, axis: str, value: int | None) -> None:
        self._session.act(judging.rate(self._session.draft, position, axis, value))

    @Slot()
    def _back_to_answers(self) -> None:
        self.answers.choose(self.answers.current)

    @Slot(int)
    def _on_ratings_moved(self, position: int) -> None:
        self.answers.choose(position, focus=False)

    @Slot()
    def _on_ratings_left(self) -> None:
        self.answers.choose(self.panel.ratings.current_answer)

    @Slot(int)
    def _on_flag(self, index: int) -> None:
        self._current_flag = index
        flag = self._session.draft.flags[index]
        position = self._session.draft.position(flag.candidate)
        self.answers.choose(position, focus=False)
        if flag.span is not None:
            self.answers.cards[position].text.show_place(flag.span.start)
        self.show_judgement()

    @Slot(int, int)
    def _on_severity(self, index: int, severity: int) -> None:
        self._session.act(judging.set_severity(self._session.draft, index, severity))

    @Slot(int)
    def _on_flag_removed(self, index: int) -> None:
        self._current_flag = None
        self._session.act(judging.remove_flag(self._session.draft, index))

    @Slot(str)
    def _on_why(self, text: str) -> None:
        if text != self._session.draft.justification:
            self._session.act(judging.justify(self._session.draft, text), "why")

    @Slot(str)
    def _on_ranking_typed(self, text: str) -> None:
        """Enter in the field: the ranking, or what is wrong with it below the field."""
        draft = self._session.draft
        try:
            ranking = parse(text, len(draft.order), with_strength=self._session.rubric.strength)
        except RankingError as error:
            self.verdict.ranking.show_problem(str(error))
            return
        self.verdict.ranking.show_problem("")
        self._session.act(judging.rank(draft, ranking))
        self.answers.choose(self.answers.current)

    @Slot(object)
    def _on_ranked(self, ranking: object) -> None:
        self._session.act(judging.rank(self._session.draft, ranking))  # type: ignore[arg-type]  # a Ranking

    @Slot()
    def _on_ranking_left(self) -> None:
        ranking = judging.ranking(self._session.draft)
        self.verdict.ranking.show_problem("")
        self.verdict.ranking.field.setText(format_ranking(ranking) if ranking else "")
        self._back_to_answers()

    @Slot(str)
    def _on_level(self, level: str) -> None:
        self._session.act(judging.all_equal(self._session.draft, "all_good" if level == "all_good" else "all_bad"))

    @Slot(int)
    def _on_sure(self, value: int) -> None:
        self._session.act(judging.be_sure(self._session.draft, value))

    @Slot(object)
    def _on_flag_chosen(self, choice: FlagChoice) -> None:
        if self._flagging is not None:
            position, span = self._flagging
            self._session.act(judging.flag(self._session.draft, position, span, choice))

    @Slot()
    def _on_popup_closed(self) -> None:
        if self._flagging is not None:
            position, self._flagging = self._flagging[0], None
            self.answers.choose(position)

    @Slot(object)
    def _on_revision(self, revision: RevisionDraft) -> None:
        if revision != self._session.draft.revision:
            self._session.act(judging.revise(self._session.draft, revision), "revision")

    @Slot()
    def _on_revision_dropped(self) -> None:
        self._session.act(judging.revise(self._session.draft, None))

    @Slot(str)
    def _on_message(self, choice: str) -> None:
        if choice == "undo_save":
            self._session.undo_save()
