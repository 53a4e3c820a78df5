"""How far down a text is painted: to the end of a whole line, since half a line at an edge looks like a fault.

Only the last line in sight is meant; what is scrolled out at the top was read. Must not know what stands in the text.
"""

from __future__ import annotations

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QPlainTextEdit, QTextEdit

_LESS = 1  # pixel of a line's box may lie outside: at the end of a text it is a fraction of one


def whole_height(view: QTextEdit) -> int:
    """The height of the viewport, less a last line that is not wholly in sight.

    The lines alone decide: while a text grows, how far it can be scrolled is known only after it was painted.
    """
    height, bar = view.viewport().height(), view.verticalScrollBar()
    cursor = view.cursorForPosition(QPoint(0, height - 1))
    block = cursor.block()
    lines = block.layout()
    line = lines.lineForTextPosition(cursor.positionInBlock())
    above = view.document().documentLayout().blockBoundingRect(block).top() - bar.value()
    while line.isValid() and line.lineNumber() > 0 and above + line.y() >= height:
        line = lines.lineAt(line.lineNumber() - 1)  # from right to left the left edge is where a line ends
    if not line.isValid():
        return height
    top = int(above + line.y())
    return top if 0 < top < height < above + line.y() + line.height() - _LESS else height


def whole_lines(view: QPlainTextEdit) -> tuple[int, int]:
    """From where to where a plain text is painted: no line that is only partly in sight, at neither edge.

    It scrolls by lines, and only at its end is one cut at the upper edge, of which a sliver would be seen.
    """
    top, bottom = 0, view.viewport().height()
    block, offset = view.firstVisibleBlock(), view.contentOffset()
    while block.isValid():
        above = view.blockBoundingGeometry(block).translated(offset).top()
        if above >= bottom:
            break
        for number in range(block.layout().lineCount()):
            line = block.layout().lineAt(number)
            begins, ends = above + line.y(), above + line.y() + line.height()
            if begins < -_LESS and ends > 0:
                top = int(ends)
            if 0 < begins < bottom < ends - _LESS:
                bottom = int(begins)
                break
        block = block.next()
    return (top, bottom) if top < bottom else (0, view.viewport().height())
