"""What this is: version, licences, where the profile lies, and how it stands."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from desktop import VERSION
from desktop.flow import about
from desktop.flow.health import Finding
from desktop.flow.wording import gettext as _
from desktop.views.parts import KeyButton, plain_label
from desktop.views.parts.labels import IconSign
from desktop.views.settings.laid_out import scrolling, setting

_SIGNS = {"well": ("check", "success"), "note": ("info", "text-secondary"), "trouble": ("triangle-alert", "danger")}


class AboutPage(QWidget):
    """`check_asked` wants the profile looked at; the answer comes by `show_findings`."""

    check_asked = Signal()
    folder_asked = Signal()

    def __init__(self, folder: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.check = KeyButton(_("Check the profile"), name="checkProfile", command="check_profile")
        self.check.clicked.connect(self.check_asked)
        self.open = KeyButton(_("Open the folder"), name="openProfile", command="open_profile")
        self.open.clicked.connect(self.folder_asked)
        self._parts = QGridLayout()
        self._parts.setHorizontalSpacing(24)
        self._parts.setVerticalSpacing(4)
        self._parts.setColumnStretch(2, 1)
        self._found = QVBoxLayout()
        self._found.setSpacing(4)
        self._shown: list[QWidget] = []
        said = _("No account, no telemetry: what you judge leaves this computer when you send it.")
        rows = (
            setting(_("Preceptor {version}").format(version=VERSION), sentence=f"{about.LICENCE}. {said}"),
            setting(_("Folder of the profile"), self.open, sentence=str(folder)),
            setting(_("How it stands"), self.check, sentence=_("Looks at keys, database and disk; changes nothing.")),
            self._found,
            setting(_("Made of"), sentence=_("Each part with its version and its licence.")),
            self._parts,
        )
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(scrolling("aboutScroll", _("About"), rows, by_keys=True))

    def show_findings(self, found: Sequence[Finding]) -> None:
        """What was looked at and how it stands, a line each, in place of those before."""
        for widget in self._shown:
            self._found.removeWidget(widget)
            widget.deleteLater()
        self._shown = [_line(finding) for finding in found]
        for widget in self._shown:
            self._found.addWidget(widget)

    def showEvent(self, event: QShowEvent) -> None:
        """What Preceptor is made of is looked up when somebody wants to know."""
        super().showEvent(event)
        if self._parts.count():
            return
        for row, part in enumerate(about.parts()):
            for column, words in enumerate((part.name, part.version or "–", part.licence or "–")):
                label = plain_label(words, role="secondary" if column else "", wrap=column == 2)
                self._parts.addWidget(label, row, column)

    @property
    def findings(self) -> tuple[str, ...]:
        """The lines that are shown."""
        return tuple(widget.accessibleName() for widget in self._shown)


def _line(finding: Finding) -> QWidget:
    line = QWidget()
    text = f"{finding.text} {finding.way_out}".strip()
    line.setAccessibleName(text)
    row = QHBoxLayout(line)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(8)
    icon, role = _SIGNS[finding.state]
    row.addWidget(IconSign(icon, role))
    words = plain_label(text, wrap=True)
    row.addWidget(words, 1)
    return line
