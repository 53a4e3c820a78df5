"""Light Markdown in source text: headings, bold and code are seen as such, and no character is hidden or moved."""

from __future__ import annotations

import re

from PySide6.QtGui import QFont, QSyntaxHighlighter, QTextCharFormat, QTextDocument, QTextFormat

from desktop.flow.text_offsets import to_utf16
from desktop.theme.theme import current_theme

_HEADING = re.compile(r"#{1,6}\s+\S")
_FENCE = re.compile(r"\s{0,3}(```|~~~)")
_CODE = re.compile(r"(`+)([^`]+)\1(?!`)")
_BOLD = re.compile(r"(\*\*|__)(?=\S)([^*_]+)(?<=\S)\1")
_LIST = re.compile(r"\s*([-*+]|\d{1,3}[.)])\s+")
_LONGEST = 4000  # a line longer than this is no Markdown that a person wrote
_IN_CODE = 1


class MarkdownColours(QSyntaxHighlighter):
    """Formats widths only by weight and family, so the line height stands."""

    def __init__(self, document: QTextDocument) -> None:
        super().__init__(document)
        self._make()

    def renew(self) -> None:
        """Take the colours of the current theme."""
        self._make()
        self.rehighlight()

    def highlightBlock(self, text: str) -> None:
        fence = _FENCE.match(text)
        inside = self.previousBlockState() == _IN_CODE
        self.setCurrentBlockState(_IN_CODE if inside != bool(fence) else 0)
        if inside or fence:
            self._format(text, (0, len(text)), self._mark if fence else self._code)
            return
        if len(text) > _LONGEST:
            return
        if _HEADING.match(text):
            self._format(text, (0, len(text)), self._heading)
            return
        if item := _LIST.match(text):
            self._format(text, item.span(1), self._mark)
        taken: list[tuple[int, int]] = []
        for code in _CODE.finditer(text):
            self._format(text, code.span(), self._code)
            taken.append(code.span())
        for bold in _BOLD.finditer(text):
            if not any(start < bold.end() and bold.start() < end for start, end in taken):
                self._format(text, bold.span(), self._mark)
                self._format(text, bold.span(2), self._bold)

    def _format(self, text: str, span: tuple[int, int], form: QTextCharFormat) -> None:
        """Qt counts UTF-16 units."""
        start, end = to_utf16(text, span[0]), to_utf16(text, span[1])
        self.setFormat(start, end - start, form)

    def _make(self) -> None:
        theme = current_theme()
        self._heading = QTextCharFormat()
        self._heading.setFontWeight(QFont.Weight.DemiBold.value)
        self._bold = QTextCharFormat()
        self._bold.setFontWeight(QFont.Weight.DemiBold.value)
        self._mark = QTextCharFormat()
        self._mark.setForeground(theme.colour("text-tertiary"))
        self._code = QTextCharFormat()
        self._code.setFontFamilies([theme.mono or "monospace"])
        self._code.setProperty(QTextFormat.Property.FontPixelSize, theme.font_px("body"))
