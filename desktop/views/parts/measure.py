"""How long a line of text may be, and views that keep to it: what is left of their width stays empty behind the lines.

Letters are counted by what they take in running text. Qt's average of a font is that of all its letters, capitals and
signs too: lines of so many of those hold a third more of what people write. Must not know what stands in a text.
"""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QEvent, QMargins, QObject, Signal
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QAbstractScrollArea

from desktop.theme.theme import current_theme
from desktop.theme.tokens import TypeRole

# Both for the reader: what holds the fewest letters must hold them wide ones too, what holds the most may be no wider
# than narrow ones make it.
_WIDE = "the quick brown fox jumps over the lazy dog "  # letters of every width, and the spaces between words
_USUAL = "it is better to tell the whole of it in a few short words that are understood at the first reading "


def shortest_line() -> int:
    """The width in pixels of the shortest line that can be read well; where text is larger it is larger too."""
    return _width(_WIDE, "body", current_theme().tokens.characters[0])


def longest_line() -> int:
    """The width in pixels of the longest line of an answer, or of what else is read, that can be read well."""
    return _width(_USUAL, "reading", current_theme().tokens.characters[2])


def _width(letters: str, role: TypeRole, characters: int) -> int:
    each = QFontMetrics(current_theme().font(role)).horizontalAdvance(letters) / len(letters)
    return round(each * characters)


_ASKED_ANEW = (
    QEvent.Type.Resize,
    QEvent.Type.FontChange,
    QEvent.Type.StyleChange,
    QEvent.Type.LayoutDirectionChange,
)


class Measure(QObject):
    """Keeps the lines of a view no longer than can be read well, with at least `around` empty about them.

    They begin where the view begins, at the right where the window is mirrored. A wheel that is turned beside them
    scrolls them too. `kept` says that they may stand elsewhere now: a viewport that is only moved tells nobody.
    """

    kept = Signal()

    def __init__(self, view: QAbstractScrollArea, around: QMargins | None = None) -> None:
        super().__init__(view)
        self._view = view
        self.keep(around or QMargins())
        view.installEventFilter(self)

    def keep(self, around: QMargins) -> None:
        """Keep so much empty about the lines at least."""
        self._around = around
        self._keep()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _ASKED_ANEW:
            self._keep()
        elif event.type() == QEvent.Type.Wheel and watched is self._view:
            QCoreApplication.sendEvent(self._view.verticalScrollBar(), event)
            return True
        return False

    def _keep(self) -> None:
        view, around = self._view, self._around
        room = view.width() - 2 * view.frameWidth() - around.left() - around.right()
        spare = max(0, room - longest_line())
        before, behind = (spare, 0) if view.isRightToLeft() else (0, spare)
        view.setViewportMargins(around.left() + before, around.top(), around.right() + behind, around.bottom())
        self.kept.emit()
