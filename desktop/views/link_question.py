"""A link in foreign text is opened only by somebody who has seen where it leads."""

from __future__ import annotations

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QMessageBox, QWidget

from desktop.flow.wording import gettext as _

LONGEST = 500


def ask_about_link(parent: QWidget, address: str) -> None:
    """Show the whole address, its host as the network has it, and open it in the browser on the user's word."""
    url = QUrl(address)
    if url.scheme() not in ("http", "https", "mailto"):
        return
    box = QMessageBox(parent)
    box.setObjectName("linkQuestion")
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setWindowTitle(_("Open a link"))
    box.setText(_("Open this address in your browser? The text that holds it was written by somebody else."))
    shown = address if len(address) <= LONGEST else f"{address[:LONGEST]}…"
    box.setInformativeText(shown)
    opens = box.addButton(_("Open it"), QMessageBox.ButtonRole.AcceptRole)
    box.setDefaultButton(box.addButton(_("Cancel"), QMessageBox.ButtonRole.RejectRole))
    box.exec()
    if box.clickedButton() is opens:
        QDesktopServices.openUrl(url)
    box.deleteLater()
