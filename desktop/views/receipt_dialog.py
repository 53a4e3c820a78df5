"""The receipt of one delivery, to be read and kept. Shows what it is told; must not know how a receipt is checked."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QRect, QSize, Qt, Slot
from PySide6.QtWidgets import QFrame, QGridLayout, QPlainTextEdit, QWidget

from desktop.flow.delivering import write_new
from desktop.flow.receipt_words import ShownReceipt
from desktop.flow.shown_text import named
from desktop.flow.wording import gettext as _
from desktop.flow.wording import sentence
from desktop.views.parts import HouseDialog, NoticeLine, ask_where_to_save, documents, plain_label
from feedback_store.batches.body import RECEIPTS
from feedback_store.errors import StoreError

FEWEST = 16  # characters of a line
HIGHEST = 100_000  # pixels, more than anything takes

_WRAPS = int(Qt.TextFlag.TextWordWrap | Qt.TextFlag.TextWrapAnywhere)


class _Fact(QPlainTextEdit):
    """What a receipt says of one thing, to be read and copied; a long number goes on in the next line."""

    def __init__(self, object_name: str, name: str, said: str) -> None:
        super().__init__(named(said))
        self.setObjectName(object_name)
        self.setAccessibleName(named(f"{name}: {said}"))
        self.setReadOnly(True)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setProperty("bare", True)
        self.setProperty("ring", "own")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.document().setDocumentMargin(0)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        policy = self.sizePolicy()
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def sizeHint(self) -> QSize:
        widest = max(map(self.fontMetrics().horizontalAdvance, self.toPlainText().split("\n")))
        return QSize(widest + 2, self.heightForWidth(widest + 2))

    def minimumSizeHint(self) -> QSize:
        return QSize(self.fontMetrics().averageCharWidth() * FEWEST, self.fontMetrics().lineSpacing())

    def heightForWidth(self, width: int) -> int:
        room = QRect(0, 0, width, HIGHEST)
        return self.fontMetrics().boundingRect(room, _WRAPS, self.toPlainText()).height() + 1


class ReceiptDialog(HouseDialog):
    """Enter closes it; the other button keeps the receipt as a file, as the collector signed it."""

    def __init__(self, shown: ShownReceipt, parent: QWidget | None = None) -> None:
        super().__init__("receiptDialog", _("Receipt of a delivery"), _("Save as a file …"), parent)
        self._shown = shown
        self.leave_by_enter(_("Close"))
        doubt = NoticeLine("danger", name="receiptDoubt")
        doubt.setText("" if shown.holds else shown.verdict)
        self.body.addWidget(doubt)
        if shown.holds:
            self.body.addWidget(plain_label(shown.verdict, wrap=True, name="receiptHolds"))
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(8)
        for row, (name, said) in enumerate(shown.facts):
            grid.addWidget(plain_label(name, role="label"), row, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(_Fact(f"receiptFact{row}", name, said), row, 1)
        grid.setColumnStretch(1, 1)
        self.body.addLayout(grid)
        self.body.addStretch(1)
        self.main.clicked.connect(self._on_save)
        self.begin_as(800, 0)
        self.leave.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _on_save(self) -> None:
        kind = _("Receipts (*{suffix})").format(suffix=RECEIPTS)
        file = documents() / self._shown.name
        ask_where_to_save(self, "receiptFile", _("Save the receipt"), kind, file, self._write)

    def _write(self, file: Path) -> None:
        try:
            write_new(file, [self._shown.file], replace=True)  # whoever chose its name was asked
        except (StoreError, OSError) as error:
            self.say(sentence(error), "danger")
        else:
            self.say(_("Written: {file}").format(file=file))
