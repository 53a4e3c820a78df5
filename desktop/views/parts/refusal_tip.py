"""Why a key did nothing, said beside where the keyboard is: it lies over the page, takes no room and moves nothing.

It goes by itself, and at once where the keyboard goes elsewhere or its owner says that it is over. Must not know what
is refused.
"""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListView,
    QPlainTextEdit,
    QStyle,
    QTextEdit,
    QWidget,
)

from desktop.flow.shown_text import named
from desktop.theme.theme import current_theme
from desktop.views.parts.labels import IconSign, plain_label
from desktop.views.parts.paint_guard import guarded

SHOWN_MS = 6000
APART = 6  # px from what it is about
WIDEST = 420


class RefusalTip(QFrame):
    """`say` it near a part of the page; a field there is marked as wrong for as long.

    `turned_to` carries that part as it is said, and None once it is over: what explains the part can make room.
    """

    turned_to = Signal(object)

    def __init__(self, page: QWidget) -> None:
        super().__init__(page)
        self.setObjectName("refusalTip")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._page = page
        self._near: QWidget | None = None
        self._within = page
        self._words = plain_label("", wrap=True, name="refusalWords")
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 6, 12, 6)
        row.setSpacing(8)
        row.addWidget(IconSign("circle-alert", "warning"), 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._words, 1)
        self._over = QTimer(self, interval=SHOWN_MS, singleShot=True)
        self._over.timeout.connect(self.end)
        self.hide()
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        application.focusChanged.connect(self._on_focus)

    @property
    def words(self) -> str:
        """What is said just now."""
        return self._words.text() if self._near is not None else ""

    def say(self, words: str, near: QWidget, within: QWidget | None = None) -> None:
        """Say this near a part of the page, not beyond the sides of `within`, and to who hears the window."""
        self.end()
        self._near, self._within = near, within or self._page
        self._words.setText(words)
        self.setAccessibleName(named(words))
        self._mark(near, wrong=True)
        self._over.start()
        self.turned_to.emit(near)
        QTimer.singleShot(0, self, self._place)  # once what was opened for it is laid out
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, words))

    @Slot()
    def end(self) -> None:
        """It is over."""
        near, self._near = self._near, None
        self._over.stop()
        self.hide()
        if near is not None:
            self._mark(near, wrong=False)
            self.turned_to.emit(None)

    @guarded
    def paintEvent(self, event: QPaintEvent) -> None:
        theme = current_theme()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.colour("warning"), 1))
        painter.setBrush(theme.colour("warning-subtle"))
        radius = theme.tokens.radius["control"]
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
        painter.end()

    @Slot()
    def _place(self) -> None:
        """Below what it is about, or above in the lower half of the page; over the lower end of a long text.

        In a long list that is the current row. Of several such places, the one where it covers the fewest words.
        """
        near, page = self._near, self._page
        if near is None or not near.isVisible():
            return
        self.ensurePolished()
        within = QRect(self._within.mapTo(page, QPoint(0, 0)), self._within.size()).intersected(page.rect())
        size = self._size(within.width() - 2 * APART)
        here = QRect(near.mapTo(page, QPoint(0, 0)), near.size()).intersected(page.rect())
        if isinstance(near, QListView) and here.height() > 4 * size.height():
            row = near.visualRect(near.currentIndex())
            here = row.translated(near.viewport().mapTo(page, QPoint(0, 0))).intersected(here)
        below, above = here.bottom() + APART, here.top() - APART - size.height()
        if isinstance(near, QPlainTextEdit | QTextEdit) and here.height() > 4 * size.height():
            heights = [here.bottom() - APART - size.height()]
        else:
            low = here.center().y() >= page.height() // 2
            heights = [above, below] if low else [below, *self._under_words(here, below), above]
            heights = [y for y in heights if 0 <= y <= page.height() - size.height()] or [max(0, above)]
        sides = [here.left(), here.center().x() - size.width() // 2, here.right() - size.width()]
        if not self.isLeftToRight():
            sides.reverse()
        least, most = within.left() + APART, within.right() + 1 - APART - size.width()
        places = [QRect(QPoint(min(max(least, x), most), y), size) for y in heights for x in sides]
        self.setGeometry(min(places, key=self._covered))
        self.show()
        self.raise_()

    def _words_on_page(self) -> list[QRect]:
        """Where words stand that are to be read, and fields and buttons with words, which are to be used."""
        labels = (each for each in self._page.findChildren(QLabel) if each.isVisible() and each.text())
        buttons = (each for each in self._page.findChildren(QAbstractButton) if each.text())
        used = (*buttons, *self._page.findChildren(QLineEdit), *self._page.findChildren(QComboBox))
        pressed = [QRect(each.mapTo(self._page, QPoint(0, 0)), each.size()) for each in used if each.isVisible()]
        return pressed + [
            _written(each).translated(each.mapTo(self._page, QPoint(0, 0)))
            for each in labels
            if each is not self._words
        ]

    def _under_words(self, here: QRect, below: int) -> list[int]:
        """Below what explains the part, where that stands right below it."""
        near = QRect(here.left(), below, here.width(), 3 * APART)
        return [rect.bottom() + APART for rect in self._words_on_page() if rect.intersects(near)]

    def _covered(self, place: QRect) -> int:
        """How much of words it would lie over."""
        over = (rect.intersected(place) for rect in self._words_on_page())
        return sum(rect.width() * rect.height() for rect in over)

    def _size(self, room: int) -> QSize:
        layout = self.layout()
        assert layout is not None
        words = self._words.fontMetrics().horizontalAdvance(self._words.text())
        aside = layout.minimumSize().width() - self._words.minimumSizeHint().width()
        width = min(words + aside + 4, round(WIDEST * current_theme().zoom), room)
        return QSize(width, layout.totalHeightForWidth(width))

    def _mark(self, near: QWidget, *, wrong: bool) -> None:
        """A line to fill in has another border while it is wrong; elsewhere the ring of the focus says where."""
        if isinstance(near, QLineEdit):
            near.setProperty("problem", wrong)
            near.style().unpolish(near)
            near.style().polish(near)

    @Slot(QWidget, QWidget)
    def _on_focus(self, _old: QWidget | None, now: QWidget | None) -> None:
        near = self._near
        if near is not None and now is not None and now is not near and not near.isAncestorOf(now):
            self.end()


def _written(label: QLabel) -> QRect:
    """What the words take of a label that may have more room."""
    if not label.wordWrap():
        return QRect(QPoint(0, 0), label.size().boundedTo(label.sizeHint()))
    side = QStyle.visualAlignment(label.layoutDirection(), label.alignment())
    how = int(side) | int(Qt.TextFlag.TextWordWrap)
    return label.fontMetrics().boundingRect(label.contentsRect(), how, label.text()).intersected(label.rect())
