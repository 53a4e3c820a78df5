"""Prints a page of HTML into a PDF, with its number at the foot of each sheet.

    python -m desktop.views.paper TITLE        reads the HTML from standard input, writes the PDF to standard output

Commands start this as a program, since none of them knows Qt; the window calls `pdf`.
"""

from __future__ import annotations

import os
import sys

from PySide6.QtCore import QBuffer, QIODevice, QMarginsF, QRectF, QSizeF, Qt
from PySide6.QtGui import QFont, QGuiApplication, QPageLayout, QPageSize, QPainter, QPdfWriter, QTextDocument

from desktop.flow.statement_page import SOFT
from desktop.theme.fonts import find_families

DPI = 300
MARGIN_MM = 18.0
FOOT_MM = 10.0
MM = 25.4


def pdf(html: str, title: str) -> bytes:
    """The document in A4. Needs a QGuiApplication, in its thread."""
    made = QBuffer()
    made.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(made)
    writer.setTitle(title)
    writer.setCreator("Preceptor")
    writer.setResolution(DPI)
    margins = QMarginsF(MARGIN_MM, MARGIN_MM, MARGIN_MM, MARGIN_MM)
    writer.setPageLayout(
        QPageLayout(QPageSize(QPageSize.PageSizeId.A4), QPageLayout.Orientation.Portrait, margins,
                    QPageLayout.Unit.Millimeter)
    )  # fmt: skip
    _draw(writer, html)
    return bytes(made.data().data())


def _draw(writer: QPdfWriter, html: str) -> None:
    families = find_families()
    sheet = QRectF(0, 0, writer.width(), writer.height() - FOOT_MM / MM * DPI)
    document = QTextDocument()
    document.documentLayout().setPaintDevice(writer)
    document.setDocumentMargin(0)
    document.setDefaultFont(QFont(families.text, 10))
    document.setDefaultStyleSheet(f"p {{ margin: 0 }} code {{ font-family: '{families.mono}'; font-size: 7.5pt }}")
    document.setHtml(html)
    document.setPageSize(QSizeF(sheet.width(), sheet.height()))
    painter = QPainter(writer)
    sheets = document.pageCount()
    for number in range(sheets):
        if number:
            writer.newPage()
        painter.save()
        painter.translate(0, -number * sheet.height())
        document.drawContents(painter, QRectF(0, number * sheet.height(), sheet.width(), sheet.height()))
        painter.restore()
        painter.setFont(QFont(families.text, 8))
        painter.setPen(SOFT)
        foot = QRectF(0, sheet.height(), sheet.width(), writer.height() - sheet.height())
        painter.drawText(foot, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignBottom, f"{number + 1} / {sheets}")
    painter.end()


def main() -> None:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    application = QGuiApplication(["preceptor"])
    made = pdf(sys.stdin.buffer.read().decode("utf-8"), sys.argv[1])
    sys.stdout.buffer.write(made)
    sys.stdout.flush()
    application.quit()


if __name__ == "__main__":
    main()
