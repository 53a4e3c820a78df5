"""A statement of work from the window: for which time, in which form, and how much that is before it is saved."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QWidget

from desktop.flow import statement as stating
from desktop.flow import statement_files
from desktop.flow.quantities import count_text
from desktop.flow.quantities import months as month_names
from desktop.flow.statement import Statement
from desktop.flow.wording import gettext as _
from desktop.flow.wording import ngettext, sentence
from desktop.views.paper import pdf
from desktop.views.parts import ChoiceBox, ExplainedChoice, HouseDialog, ask_where_to_save, documents, plain_label
from feedback_store.errors import StoreError


class StatementDialog(HouseDialog):
    """`whole` is all that was delivered. What goes wrong with the file is told, and another one can be chosen."""

    written = Signal(object)  # Path

    def __init__(self, whole: Statement, parent: QWidget | None = None) -> None:
        super().__init__("statementDialog", _("Work statement"), _("Save as …"), parent)
        self._whole = whole
        self.leave.setText(_("Cancel"))
        self._periods: list[tuple[date | None, date | None]] = [(None, None), *stating.months(whole)]
        self.period = ChoiceBox()
        self.period.setObjectName("statementPeriod")
        self.period.setAccessibleName(_("Time"))
        self.period.addItem(_("Everything that was delivered"))
        for first, _last in stating.months(whole):
            self.period.addItem(f"{month_names()[first.month - 1]} {first.year}")
        self.period.currentIndexChanged.connect(self._on_period)
        label = plain_label(_("Time"), role="label")
        label.setBuddy(self.period)
        self.sum = plain_label("", wrap=True, name="statementSum")
        choices = (
            (".pdf", _("A page to hand in (PDF)"), _("The sums, every day, and the receipt of each delivery.")),
            (".csv", _("A table (CSV)"), _("A line for each judgement, for a spreadsheet.")),
            (".receipts", _("The receipts"), _("As the collector signed them, for whoever wants to check.")),
        )
        self.form = ExplainedChoice("statementForm", _("What is saved"), choices)
        self.body.addWidget(label)
        self.body.addWidget(self.period)
        self.body.addWidget(self.sum)
        self.body.addWidget(plain_label(_("What is saved"), role="label"))
        self.body.addWidget(self.form)
        self.body.addStretch(1)
        self.main.clicked.connect(self._on_save)
        self._on_period()
        self.say(_("No text of a judgement is in it."))
        self.period.setFocus()

    @property
    def _chosen(self) -> Statement:
        return self._whole.within(*self._periods[self.period.currentIndex()])

    @Slot()
    def _on_period(self) -> None:
        chosen = self._chosen
        days = ngettext("on {} day", "on {} days", len(chosen.days)).format(count_text(len(chosen.days)))
        self.sum.setText(f"{stating.sum_text(chosen.total)}, {days}")

    @Slot()
    def _on_save(self) -> None:
        suffix = self.form.chosen
        kind = f"{_('Work statement')} (*{suffix})"
        file = documents() / statement_files.file_name(self._chosen, suffix)
        ask_where_to_save(self, "statementFile", _("Save the work statement"), kind, file, self._write)

    def _write(self, file: Path) -> None:
        try:
            statement_files.write(self._chosen, file, pdf, replace=True)  # whoever chose its name was asked
        except (StoreError, OSError) as error:
            self.say(sentence(error), "danger")
            return
        self.written.emit(file)
        self.accept()
