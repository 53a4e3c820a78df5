"""One answer on the bench: its letter, its standing, its text, and what can be done with it."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QSignalBlocker, QSize, Qt, Signal, Slot
from PySide6.QtGui import QAction, QFocusEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from desktop.flow.answer_ends import end_words
from desktop.flow.draft import AnswerDraft
from desktop.flow.failed_answers import came_to_nothing
from desktop.flow.masking import covered, hidden_names
from desktop.flow.quantities import count_text
from desktop.flow.ranking import letter
from desktop.flow.together import author
from desktop.flow.word_diff import count_words
from desktop.flow.wording import gettext as _
from desktop.flow.wording import ngettext
from desktop.views.answer_menu import answer_menu
from desktop.views.link_question import ask_about_link
from desktop.views.own_text import OwnText
from desktop.views.parts import (
    AnswerText,
    Badge,
    ElidedLabel,
    IconButton,
    KeyButton,
    PaintedSpan,
    RenderedText,
    WaitBar,
    in_one_line,
    plain_label,
    plain_tooltip,
)

INSET, LEAST = 12, 24  # px of a text in its card: around it, and how low it may be where each line counts


@dataclass(frozen=True)
class CardAct:
    """Something asked of the answer at a position: again, leave_out, go_on, rewrite, own, stop."""

    position: int
    act: str


@dataclass(frozen=True)
class SpanChosen:
    """A flag's span was pointed at; `index` counts the painted spans of the answer at `position`."""

    position: int
    index: int


class _CardText(AnswerText):
    """Asks for no more height than it needs at least: it is given what is left. Else a note below that wraps would
    make its card higher than the window, with what can be done below the edge."""

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), self.minimumSizeHint().height())


class AnswerCard(QFrame):
    """Shows one AnswerDraft; the text streams, everything else is set whole."""

    acted = Signal(object)  # CardAct
    chosen = Signal(int)  # position
    own_text_changed = Signal(int, str)
    span_chosen = Signal(object)  # SpanChosen
    scrolled = Signal()  # by somebody, not by text that is added

    def __init__(self, position: int, keys: QObject, parent: QWidget | None = None) -> None:
        """`keys` filters the events of the answer's text: single keys mean something there."""
        super().__init__(parent)
        self.position = position
        self.setObjectName(f"answer{letter(position)}")
        self.setProperty("card", True)
        self.setProperty("current", False)
        self._answer: AnswerDraft | None = None
        self._said = ""
        self._own = self._writing = self._of_page = False
        self._headed = True
        self._keys = keys
        self._rendered: RenderedText | None = None  # made when it is first asked for
        self.rendered = False
        self._masks: tuple[tuple[int, int], ...] = ()
        self._badge = Badge(letter(position), kind="letter")
        self._number = Badge(str(position + 1), kind="key")
        self._standing = Badge("", kind="standing")
        self._author = ElidedLabel("", "secondary")
        self._author.hide()
        self._words = plain_label("", role="secondary")
        self._rewrite = IconButton("pencil", _("Rewrite answer {}").format(letter(position)), small=True)
        self._rewrite.setObjectName(f"rewrite{letter(position)}")
        self._rewrite.setProperty("act", "rewrite")
        self._rewrite.clicked.connect(self._on_asked)
        self._more = IconButton("ellipsis", _("More for answer {}").format(letter(position)), small=True)
        self._more.setObjectName(f"more{letter(position)}")
        self._more.clicked.connect(lambda: self.open_menu(self._more))
        self._rewritten = Badge("", kind="quiet", icon="pencil")
        self._rewritten.setObjectName(f"rewritten{letter(position)}")
        self._whole = Badge("", kind="quiet", icon="flag")
        self._whole.setObjectName(f"wholeFlag{letter(position)}")
        self._progress = WaitBar()
        self._progress.setRange(0, 0)
        self._progress.setTextVisible(False)
        self._progress.setFixedHeight(4)
        self.text = _CardText()
        self.text.setObjectName(f"answerText{letter(position)}")
        self.text.installEventFilter(self)
        self.text.installEventFilter(keys)
        self.text.span_activated.connect(self._on_span)
        self.text.verticalScrollBar().actionTriggered.connect(self.scrolled)
        self.own = OwnText(position)
        self.own.installEventFilter(self)
        self.own.left.connect(self._on_own_left)
        self.own.rested.connect(self._on_own_rested)
        self.own.textChanged.connect(self._on_own_changed)
        self._note = plain_label("", role="secondary", name=f"end{letter(position)}")
        self._note.setWordWrap(True)
        self._note.hide()
        self._again = KeyButton(_("Write again"), command="again", small=True)
        self._again.setObjectName(f"again{letter(position)}")
        self._again.setProperty("act", "again")
        self._again.clicked.connect(self._on_asked)
        self._again.hide()
        self._leave = KeyButton(_("Leave out"), command="leave_out", small=True, name=f"leaveOut{letter(position)}")
        self._leave.setProperty("act", "leave_out")
        self._leave.clicked.connect(self._on_asked)
        self._leave.hide()
        self._onward = KeyButton(_("Go on"), command="go_on", small=True, name=f"goOn{letter(position)}")
        self._onward.setProperty("act", "go_on")
        self._onward.clicked.connect(self._on_asked)
        self._onward.hide()
        self._lay_out()

    def show_answer(self, answer: AnswerDraft, *, blind: bool, names: tuple[str, ...] = (), note: str = "") -> None:
        """Show what the answer is now; only the new end of a growing text is added. Open, its model is named.

        `names` are those of all models that answer, which blind answers do not show. `note` is what is to be read below
        it beyond what its state says.
        """
        before, self._answer = self._answer, answer
        self._said = note
        masks = hidden_names(answer, names) if blind else ()
        name = "" if blind else author(answer)
        self._author.setText(in_one_line(name))
        self._author.setVisible(bool(name) and self._headed)
        self._own = answer.origin.kind == "human"
        self._of_page = answer.origin.kind == "page" and not blind
        if self._own and (before is None or before.origin.kind != "human"):
            self._writing = not answer.text
        if self._own and self.own.toPlainText() != answer.text:
            self.own.setPlainText(answer.text)
        self._masks = masks
        self._show_form()
        if before is not None and answer.text.startswith(before.text) and self.text.text() == before.text:
            if len(answer.text) > len(before.text):
                self.text.append_text(answer.text[len(before.text) :])
        elif self.text.text() != answer.text:
            self.text.set_text(answer.text, masks)
        self.text.set_masks(masks)
        words = count_words(answer.text)
        counted = ngettext("{} word", "{} words", words).format(count_text(words))
        self._words.setText(
            _("{words}, {times} times the same").format(words=counted, times=answer.times)
            if answer.times > 1
            else counted
        )
        self._progress.setVisible(answer.state in ("waiting", "writing") and not note)
        self.text.set_writing(answer.state == "writing")
        self._show_end()
        self._name()

    @property
    def is_empty(self) -> bool:
        """Whether it holds no answer."""
        return self._answer is None

    def empty(self) -> None:
        """Hold no answer any more, until the next one is shown."""
        if self._answer is None:
            return
        self._answer, self._said, self._masks = None, "", ()
        self._own = self._writing = False
        with QSignalBlocker(self.own):
            self.own.setPlainText("")
        self.text.clear_all()
        if self._rendered is not None:
            self._rendered.show_markdown("")
        self.show_standing("", best=False)
        self.show_marks("", "")
        self.show_current(current=False)

    def show_rendered(self, on: bool) -> None:
        """Lay the answer's Markdown out for reading, or show its source, which is what is judged and flagged."""
        held = self.text.hasFocus() or (self._rendered is not None and self._rendered.hasFocus())
        if on and self._rendered is None:
            self._rendered = RenderedText(f"rendered{letter(self.position)}", self.accessibleName(), inset=INSET)
            self._rendered.installEventFilter(self)
            self._rendered.installEventFilter(self._keys)
            self._rendered.link_asked.connect(self._on_link)
            self._rendered.verticalScrollBar().actionTriggered.connect(self.scrolled)
            self._texts.insertWidget(0, self._rendered, 1)
        self.rendered = on
        self._show_form()
        if held:
            self.take_focus()

    def _show_form(self) -> None:
        """One of the three forms of the text: one's own being written, laid out, or the source."""
        writing = self._own and self._writing
        laid_out = self.rendered and not writing and self._answer is not None and self._answer.ready
        self.own.setVisible(writing)
        if self._rendered is not None:
            if laid_out and self._answer is not None:
                self._rendered.show_markdown(covered(self._answer.text, self._masks))
            self._rendered.setVisible(laid_out)
        self.text.setVisible(not writing and not laid_out)

    def write(self, at: int | None = None) -> None:
        """Go on writing an answer of one's own, `at` this place of it."""
        self._writing = True
        self._show_form()
        self._show_end()
        self.take_focus()
        if at is not None:
            cursor = self.own.textCursor()
            cursor.setPosition(at)
            self.own.setTextCursor(cursor)

    def show_head(self, shown: bool) -> None:
        """Whether its letter, and what can be done with it, stand over its text; else they stand in the strip."""
        if shown == self._headed:
            return
        self._headed = shown
        for part in (self._badge, self._number, self._words, self._rewrite, self._more):
            part.setVisible(shown)
        for said in (self._standing, self._author, self._rewritten, self._whole):
            said.setVisible(shown and bool(said.text()))
        self.text.setMinimumHeight(0 if shown else LEAST)
        self._fit_foot()

    @property
    def head_words(self) -> str:
        """What its head and its foot say: how it stands, what was done to it, by whom it is, and how long."""
        parts = (self._standing, self._rewritten, self._whole, self._author, self._words)
        return ", ".join(filter(None, (part.text() for part in parts)))

    def show_standing(self, text: str, *, best: bool) -> None:
        """The answer's place in the ranking, or what is said of all, in words; "" for none."""
        self._standing.setText(text)
        self._standing.setVisible(bool(text) and self._headed)
        self._standing.set_highlighted(best)
        self._name()

    def show_spans(self, spans: list[PaintedSpan]) -> None:
        self.text.set_spans(spans)

    def show_marks(self, rewritten: str, whole: str, each: str = "") -> None:
        """Words below the text: that it has a rewritten version, and what is flagged of it as a whole; "" for none.

        `each` names every such flag, for the tooltip.
        """
        for badge, words in ((self._rewritten, rewritten), (self._whole, whole)):
            badge.setText(words)
            badge.setVisible(bool(words) and self._headed)
        self._whole.setToolTip(plain_tooltip(each))
        self._fit_foot()

    def show_current(self, current: bool) -> None:
        """Whether this is the answer that keys act on."""
        if self.property("current") != current:
            self.setProperty("current", current)
            self._badge.set_highlighted(current)
            self.style().unpolish(self)
            self.style().polish(self)

    @property
    def focus_part(self) -> QWidget:
        """The form of the answer's text that is shown and takes the keyboard."""
        forms: tuple[QWidget | None, ...] = (self._rendered, self.own, self.text)
        return next((form for form in forms if form is not None and not form.isHidden()), self.text)

    def take_focus(self) -> None:
        """Put the keyboard on this answer's text."""
        self.focus_part.setFocus(Qt.FocusReason.OtherFocusReason)

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        if watched in (self.text, self.own, self._rendered) and isinstance(event, QFocusEvent) and event.gotFocus():
            self.chosen.emit(self.position)
        return False

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.take_focus()
        super().mousePressEvent(event)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(12, 8, 8, 4)
        head.setSpacing(8)
        for badge in (self._badge, self._number, self._standing):
            head.addWidget(badge)
        head.addWidget(self._author, 1)
        head.addStretch(1)
        for widget in (self._words, self._rewrite, self._more):
            head.addWidget(widget)
        self._standing.hide()
        marks = QHBoxLayout()
        marks.setContentsMargins(12, 0, 12, 0)
        marks.setSpacing(8)
        for badge in (self._rewritten, self._whole):
            marks.addWidget(badge)
            badge.hide()
        marks.addStretch(1)
        foot = self._foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addWidget(self._note, 1)
        foot.addWidget(self._onward)
        foot.addWidget(self._leave)
        foot.addWidget(self._again)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 1, 1, 1)
        layout.setSpacing(0)
        layout.addLayout(head)
        layout.addWidget(self._progress)
        self._texts = QVBoxLayout()
        self._texts.addWidget(self.text, 1)
        self._texts.addWidget(self.own, 1)
        layout.addLayout(self._texts, 1)
        layout.addLayout(marks)
        layout.addLayout(foot)

    def _show_end(self) -> None:
        """Below the text, how it ended where that is worth knowing, and what can be done."""
        answer = self._answer
        if answer is None:
            return
        text = end_words(answer, self._said, in_hand=self._writing)
        self._note.setText(text)
        self._note.setToolTip(plain_tooltip(answer.problem))
        self._note.setVisible(bool(text))
        self._again.setVisible(bool(text) and answer.ready and not self._own)
        self._onward.setVisible(answer.was_cut)
        self._leave.setVisible(came_to_nothing(answer))
        self._fit_foot()

    def _fit_foot(self) -> None:
        """Room below what stands there; a text by itself has its own, and every line of it counts."""
        below = (self._note, self._again, self._onward, self._leave, self._rewritten, self._whole)
        self._foot.setContentsMargins(12, 0, 12, 8 if any(not each.isHidden() for each in below) else 0)

    def _name(self) -> None:
        name = _("Answer {}").format(letter(self.position))
        standing = self._standing.text()
        self.setAccessibleName(f"{name}, {standing}" if standing else name)
        self.text.setAccessibleName(self.accessibleName())

    @Slot(str)
    def _on_link(self, address: str) -> None:
        ask_about_link(self, address)

    @Slot(int)
    def _on_span(self, index: int) -> None:
        self.span_chosen.emit(SpanChosen(self.position, index))

    @Slot()
    def _on_asked(self) -> None:
        self.acted.emit(CardAct(self.position, str(self.sender().property("act"))))

    @Slot()
    def _on_own_left(self) -> None:
        self._on_own_rested()
        self.take_focus()

    @Slot()
    def _on_own_rested(self) -> None:
        """What is written is an answer like the others: flags stand in it, and single keys mean something."""
        self._writing = False
        self._show_form()
        self._show_end()

    @Slot()
    def _on_own_changed(self) -> None:
        self.own_text_changed.emit(self.position, self.own.toPlainText())

    def open_menu(self, button: QWidget) -> None:
        """What else can be done with it, below the button that was pressed."""
        menu = answer_menu(self._more.accessibleName(), self, own=self._own, of_page=self._of_page)
        menu.triggered.connect(self._on_picked)
        menu.open_under(button)

    @Slot(QAction)
    def _on_picked(self, picked: QAction) -> None:
        self.acted.emit(CardAct(self.position, str(picked.data())))
