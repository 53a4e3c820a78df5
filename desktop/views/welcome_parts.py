"""What the welcome is put together from: its mark, its numbered steps, and what leaves this computer."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from desktop.flow.wording import gettext as _
from desktop.theme.icons import paint_icon
from desktop.theme.theme import current_theme
from desktop.views.parts import Badge, ChoiceBox, plain_label
from desktop.views.parts.labels import IconSign
from desktop.views.parts.paint_guard import guarded

_SIDE = 40


class Mark(QWidget):
    """The sign of the program; the words beside it say its name."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(_SIDE, _SIDE)

    @guarded
    def paintEvent(self, event: QPaintEvent) -> None:
        theme = current_theme()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("accent"))
        radius = theme.tokens.radius["card"]
        painter.drawRoundedRect(QRectF(self.rect()), radius, radius)
        side = _SIDE // 2
        paint_icon(painter, "scale", theme.colour("on-accent"), _SIDE / 4, _SIDE / 4, side)
        painter.end()


def headline() -> QHBoxLayout:
    """The mark, with what this program is for."""
    words = QVBoxLayout()
    words.setSpacing(2)
    words.addWidget(plain_label(_("Welcome to Preceptor"), role="display", wrap=True))
    words.addWidget(plain_label(_("Compare, rate and correct the answers of language models."), wrap=True))
    row = QHBoxLayout()
    row.setSpacing(12)
    row.addWidget(Mark(), 0, Qt.AlignmentFlag.AlignTop)
    row.addLayout(words, 1)
    return row


def numbered(number: int, title: str, *rows: QWidget) -> QHBoxLayout:
    """A step of the page under its number."""
    column = QVBoxLayout()
    column.setSpacing(8)
    column.addWidget(plain_label(title, role="label"))
    for row in rows:
        column.addWidget(row)
    line = QHBoxLayout()
    line.setSpacing(16)
    line.addWidget(Badge(str(number), "letter"), 0, Qt.AlignmentFlag.AlignTop)
    line.addLayout(column, 1)
    return line


def what_leaves() -> QWidget:
    """Step 3: nothing to choose, but a stop for the keyboard, so that it is read out too."""
    part = QFrame()
    part.setObjectName("welcomeLeaves")
    part.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    column = QVBoxLayout(part)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(8)
    said = (
        (_("Nothing, until you say so."), _("Prompts, answers and judgements stay in a folder on this computer.")),
        (
            _("Before a judgement is sent you can read all of it, black out any part, or hold it back."),
            _(
                "One in which an e-mail or IP address, a phone, card or account number, or a secret key is found waits "
                "until you have decided about each. Names are not found."
            ),
        ),
        (_("No account. No usage statistics."), ""),
    )
    for first, more in said:
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(plain_label(first, role="label" if more else "", wrap=True))
        if more:
            words.addWidget(plain_label(more, wrap=True))
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(IconSign("check", "success"), 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        column.addLayout(row)
    part.setAccessibleName(_("What leaves this computer"))
    part.setAccessibleDescription(" ".join(f"{first} {more}".strip() for first, more in said))
    return part


def quiet_choice(name: str, words: str, entries: tuple[tuple[str, str], ...], chosen: str) -> ChoiceBox:
    """A choice of the header: pairs of an id and its words."""
    choice = ChoiceBox()
    choice.setObjectName(name)
    choice.setAccessibleName(words)
    choice.setProperty("quiet", True)
    for key, text in entries:
        choice.addItem(text, key)
    choice.setCurrentIndex(max(0, choice.findData(chosen)))
    return choice


def divider() -> QWidget:
    """A line between two steps."""
    line = QWidget()
    line.setProperty("divider", True)
    line.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    line.setFixedHeight(1)
    return line
