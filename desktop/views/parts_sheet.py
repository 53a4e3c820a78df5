"""The hidden room with every control in every state: the visual test, and the first place to look at a new theme."""

from __future__ import annotations

from PySide6.QtCore import QMargins, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QProgressBar,
    QRadioButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from desktop.flow.ranking import Ranking
from desktop.flow.wording import gettext as _
from desktop.qt_models.ratings import RatingLine, Value
from desktop.theme.theme import current_theme
from desktop.views.parts import (
    AnswerText,
    Badge,
    DiffRun,
    DiffText,
    FlagMark,
    KeyButton,
    Message,
    MessageBar,
    PaintedSpan,
    PatternSample,
    RankingField,
    SegmentedChoice,
    plain_label,
)
from desktop.views.parts.buttons import ButtonKind
from desktop.views.parts.focus_ring import RingFrame
from desktop.views.parts.labels import LabelRole
from desktop.views.parts.paint_guard import guarded
from desktop.views.parts.rating_painting import paint_cell_ring, paint_rating, rating_width
from desktop.views.parts.rows import paint_row_ground

CATEGORIES = (
    ("factual", "Factual error", "wave"),
    ("bias", "Bias", "double"),
    ("unsafe", "Unsafe advice", "dash"),
    ("unsupported", "Not supported", "dot"),
    ("instruction", "Instruction missed", "dash-dot"),
    ("wording", "Wording", "solid"),
    ("personal", "Personal data", "box"),
)


class PartsSheet(QScrollArea):
    """Three columns, as drawn in the design; it scrolls where text is large."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("partsSheet")
        self.setAccessibleName(_("Parts"))
        self._ringed: list[QWidget] = []
        self._rings: list[RingFrame] = []
        self.setWidgetResizable(True)
        inside = QWidget()
        self.setWidget(inside)
        row = QHBoxLayout(inside)
        row.setContentsMargins(24, 20, 24, 20)
        row.setSpacing(48)
        for fill in (self._first, self._second, self._third):
            column = QVBoxLayout()
            column.setSpacing(8)
            fill(column)
            column.addStretch(1)
            row.addLayout(column, 1)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        for widget in self._ringed:
            ring = RingFrame(widget)
            ring.setWidget(widget)
            ring.show()
            self._rings.append(ring)
        self._ringed.clear()

    def _first(self, column: QVBoxLayout) -> None:
        _heading(column, "Buttons", "32 px high, 24 px in toolbars of cards")
        grid = QGridLayout()
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(8)
        kinds: tuple[ButtonKind, ...] = ("main", "normal", "quiet")
        for line, kind in enumerate(kinds):
            grid.addWidget(plain_label(kind, role="secondary"), line, 0)
            for place, state in enumerate(("Rest", "Hover", "Down", "Focus", "Off")):
                grid.addWidget(self._held(KeyButton(state, kind=kind, name=f"{kind}{state}"), state), line, place + 1)
        grid.setColumnStretch(6, 1)
        column.addLayout(grid)
        hinted = QHBoxLayout()
        hinted.addWidget(KeyButton("Save and next", hint="Ctrl+S", kind="main", name="sheetSave"))
        hinted.addWidget(KeyButton("Generate", hint="Ctrl+↵", icon="refresh-cw", name="sheetGenerate"))
        hinted.addWidget(KeyButton("All good", hint="G", kind="quiet", name="sheetGood"))
        hinted.addStretch(1)
        column.addLayout(hinted)
        _heading(column, "Fields", "a wrong value says what to do, below the field")
        fields = QGridLayout()
        for index, (text, hint) in enumerate(
            (("", "Placeholder"), ("Typed text", ""), ("With focus", ""), ("", "Off"))
        ):
            field = QLineEdit(text)
            field.setPlaceholderText(hint)
            field.setObjectName(f"field{index}")
            field.setAccessibleName(text or hint)
            field.setEnabled(hint != "Off")
            fields.addWidget(field, index // 2, index % 2)
            if text == "With focus":
                self.focused_field = field
        column.addLayout(fields)
        ranking = RankingField()
        ranking.setObjectName("sheetRanking")
        ranking.show_ranking(Ranking(((1,), (0, 2), (3,))), 4)
        column.addWidget(ranking)
        wrong = RankingField()
        wrong.setObjectName("sheetWrongRanking")
        wrong.show_ranking(None, 4)
        wrong.field.setText("b>a=c>e")
        wrong.show_problem("There is no answer E. Use A, B, C and D once each.")
        column.addWidget(wrong)
        _heading(column, "Choices", "")
        column.addLayout(_choices())
        _heading(column, "Rows", "28 px; in lists of records 64 or 76 px")
        column.addWidget(_Rows())
        _heading(column, "Rating cell", "digit and bars")
        cells = QHBoxLayout()
        for value, words, ring in ((None, "missing", False), (0, "zero", False), (3, "three", False), (2, "", True)):
            cells.addWidget(_RatingSample(value, ring=ring))
            if words:
                cells.addWidget(plain_label(words, role="secondary"))
        cells.addStretch(1)
        column.addLayout(cells)

    def _second(self, column: QVBoxLayout) -> None:
        _heading(column, "Flags", "colour, pattern and letter; the letter is the key")
        grid = QGridLayout()
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(8)
        for line, (category, name, pattern) in enumerate(CATEGORIES):
            grid.addWidget(FlagMark(category, 2), line, 0)
            grid.addWidget(plain_label(name), line, 1)
            grid.addWidget(PatternSample(category), line, 2)
            grid.addWidget(plain_label(pattern, role="secondary"), line, 3)
        grid.setColumnStretch(3, 1)
        column.addLayout(grid)
        _heading(column, "Severity", "")
        severities = QHBoxLayout()
        for value, name in enumerate(("note", "minor", "moderate", "severe")):
            severities.addWidget(FlagMark("unsafe", value))
            severities.addWidget(plain_label(name, role="secondary"))
        severities.addStretch(1)
        column.addLayout(severities)
        _heading(column, "Spans and marks in an answer", "")
        column.addWidget(_in_card(_spans(), 172))
        _heading(column, "Text that is not plain", "")
        diff = DiffText("deleted")
        diff.set_text("Word diff, original: paracetamol four times a day.")
        diff.show_runs([DiffRun(33, 43)])
        made = DiffText("inserted")
        made.set_text("Word diff, revised: paracetamol up to three times a day.")
        made.show_runs([DiffRun(32, 49)])
        masked = DiffText("inserted")
        masked.set_masks([(5, 13), (23, 27)])
        masked.set_text("I am SmolLM2X, made by HF_X. Invisible characters: take\u200btwo \u202etablets.")
        for index, text in enumerate((diff, made, masked)):
            text.setObjectName(f"sheetText{index}")
            text.setAccessibleName("Text that is not plain")
        column.addWidget(_in_card(_stacked(diff, made, masked), 150))

    def _third(self, column: QVBoxLayout) -> None:
        _heading(column, "Cards", "writing blind, writing open, rewritten")
        bar = QProgressBar()
        bar.setRange(0, 100)
        bar.setValue(62)
        bar.setTextVisible(False)
        words = plain_label("Writing. All four are shown together, in about 6 s.", role="secondary", wrap=True)
        column.addWidget(_card("A", Badge("Blind", kind="quiet", icon="eye-off"), "62 words so far", bar, words))
        open_text = AnswerText()
        open_text.setObjectName("sheetOpen")
        open_text.setAccessibleName("Writing open")
        open_text.set_text("No. An ordinary cold comes from a virus, and antibiotics do nothing against")
        open_text.set_writing(True)
        open_text.measure.keep(QMargins())
        open_text.setFixedHeight(2 * current_theme().line_px("reading") + 8)
        column.addWidget(_card("B", Badge("Open", kind="quiet"), "18 words, 24 a second", open_text))
        rewritten = Badge("Rewritten", kind="standing", icon="pencil")
        rewritten.set_highlighted(True)
        text = "Your version is 122 words, 34 % changed. It stands above C in the record."
        column.addWidget(_card("C", rewritten, "", plain_label(text, role="secondary", wrap=True)))
        _heading(column, "Messages", "one sentence, one reason, one way out")
        for message in (
            Message("success", "Saved. Task 15 is open.", "Qwen3-4B wrote B and C.", (("undo", "Undo", "Ctrl+Z"),)),
            Message(
                "warning",
                "B is ranked best, but A is rated higher.",
                "Fine if you mean it. Nothing is changed for you.",
                (("look", "Look"),),
            ),
            Message(
                "error",
                "The disk is full. This judgement is kept in memory.",
                "Free some space, then save again. Nothing is lost until you quit.",
                (("save", "Save again"),),
            ),
        ):
            shown = MessageBar(self)
            shown.setObjectName(f"sheetMessage_{message.kind}")
            column.addWidget(shown)
            shown.show_message(message)
        _heading(column, "Type", "system font")
        roles: tuple[tuple[LabelRole, str], ...] = (
            ("display", "Display 24 / 32"),
            ("title", "Title 16 / 24"),
            ("reading", "Reading 14 / 20, for answers and prompts"),
            ("", "Body 13 / 20"),
            ("small", "Small 12 / 16"),
            ("micro", "Micro 11 / 16, keys and rail"),
        )
        for role, words_ in roles:
            column.addWidget(plain_label(words_, role=role))

    def _held(self, button: KeyButton, state: str) -> KeyButton:
        """A button held in a state, so that it can be looked at."""
        if state == "Hover":
            button.setAttribute(Qt.WidgetAttribute.WA_UnderMouse)
        elif state == "Down":
            button.setDown(True)
        elif state == "Off":
            button.setEnabled(False)
        elif state == "Focus":
            self._ringed.append(button)
        return button


class _Rows(QFrame):
    """The four looks of a row."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("card", True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(200, 4 * current_theme().grown("row") + 2)

    @guarded
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        theme = current_theme()
        painter = QPainter(self)
        height = theme.grown("row")
        rows = (
            ("Row", False, False, False),
            ("Row under the pointer", False, True, False),
            ("Chosen row", True, False, False),
            ("Chosen row with keyboard focus", True, False, True),
        )
        for index, (words, chosen, hover, focused) in enumerate(rows):
            rect = self.rect().adjusted(1, 1, -1, -1)
            rect.setTop(1 + index * height)
            rect.setHeight(height)
            paint_row_ground(painter, rect, chosen=chosen, hover=hover, focused=focused)
            painter.setPen(theme.colour("text"))
            painter.drawText(rect.adjusted(12, 0, 0, 0), int(Qt.AlignmentFlag.AlignVCenter), words)
        painter.end()


_SAMPLE_LINE = RatingLine("", 0, 4)


class _RatingSample(QWidget):
    def __init__(self, value: Value, *, ring: bool) -> None:
        super().__init__()
        self._value = value
        self._ring = ring
        self.setFixedSize(rating_width(_SAMPLE_LINE) + 12, current_theme().grown("row") - 2)

    @guarded
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        if self._ring:
            paint_cell_ring(painter, QRectF(self.rect()), focused=True)
        paint_rating(painter, QRectF(self.rect()), self._value, _SAMPLE_LINE)
        painter.end()


def _heading(column: QVBoxLayout, title: str, beside: str) -> None:
    row = QHBoxLayout()
    row.setContentsMargins(0, 12, 0, 0)
    row.setSpacing(8)
    row.addWidget(plain_label(title, role="label"))
    row.addWidget(plain_label(beside, role="secondary"))
    row.addStretch(1)
    column.addLayout(row)


def _choices() -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(16)
    off, on, some = QCheckBox("Off"), QCheckBox("On"), QCheckBox("Some")
    on.setChecked(True)
    some.setTristate(True)
    some.setCheckState(Qt.CheckState.PartiallyChecked)
    one = QRadioButton("One of")
    one.setChecked(True)
    for index, choice in enumerate((off, on, some, one)):
        choice.setObjectName(f"choice{index}")
        choice.setAccessibleName(choice.text())
        row.addWidget(choice)
    segments = SegmentedChoice(("1", "2", "3"), name="sheetSegments")
    segments.setAccessibleName("How sure")
    segments.show_choice(1)
    answer = SegmentedChoice(("Yes", "No"), check=True, name="sheetYesNo")
    answer.setAccessibleName("Yes or no")
    answer.show_choice(0)
    row.addWidget(segments)
    row.addWidget(answer)
    row.addStretch(1)
    return row


def _spans() -> AnswerText:
    text = (
        "Two lanes: people of your age fuss, so a fever is nothing to watch, believe me.\n\n"
        "Current flag, pointer or keyboard on its mark: green mucus proves bacteria.\n\n"
        "More marks than lines: the last mark counts the rest and opens the list."
    )
    shown = AnswerText()
    shown.setObjectName("sheetSpans")
    shown.setAccessibleName("Spans and marks")
    shown.set_text(text)

    def span(quote: str, category: str, severity: int, *, current: bool = False) -> PaintedSpan:
        start = text.index(quote)
        return PaintedSpan(start, start + len(quote), category, severity, current)

    shown.set_spans(
        [
            span("people of your age fuss, so a fever is nothing to watch, believe me", "bias", 3),
            span("a fever is nothing to watch", "unsafe", 2),
            span("green mucus proves bacteria", "factual", 2, current=True),
            span("More marks", "wording", 0),
            span("the last", "unsupported", 1),
            span("counts", "personal", 1),
            span("opens", "instruction", 1),
        ]
    )
    return shown


def _in_card(inside: QWidget, height: int) -> QFrame:
    card = QFrame()
    card.setProperty("card", True)
    layout = QVBoxLayout(card)
    layout.setContentsMargins(1, 10, 1, 4)
    layout.addWidget(inside)
    card.setFixedHeight(round(height * current_theme().zoom ** 1.5))  # larger text breaks into more lines too
    return card


def _stacked(*widgets: QWidget) -> QWidget:
    holder = QWidget()
    layout = QVBoxLayout(holder)
    layout.setContentsMargins(12, 0, 12, 0)
    layout.setSpacing(4)
    for widget in widgets:
        layout.addWidget(widget)
    return holder


def _card(letter: str, state: Badge, beside: str, *inside: QWidget) -> QFrame:
    card = QFrame()
    card.setProperty("card", True)
    layout = QVBoxLayout(card)
    layout.setContentsMargins(13, 9, 13, 13)
    layout.setSpacing(8)
    head = QHBoxLayout()
    head.setSpacing(8)
    head.addWidget(Badge(letter, kind="letter"))
    head.addWidget(state)
    head.addStretch(1)
    head.addWidget(plain_label(beside, role="secondary"))
    layout.addLayout(head)
    for widget in inside:
        layout.addWidget(widget)
    return card
