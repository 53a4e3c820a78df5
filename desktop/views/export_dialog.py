"""Training data from the window: a format, a folder, how far it is, and then what was written and what was left out."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import QStandardPaths, Qt, QUrl, Signal, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QCheckBox,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QVBoxLayout,
    QWidget,
)

from desktop.bridge.work import CalledOff, Progress, Work
from desktop.flow import exporting
from desktop.flow.draft import OVERALL
from desktop.flow.quantities import count_text
from desktop.flow.wording import gettext as _
from desktop.flow.wording import ours, sentence
from desktop.views.parts import (
    ChoiceBox,
    Confirmation,
    ExplainedChoice,
    Field,
    HouseDialog,
    KeyButton,
    in_one_line,
    plain_label,
)
from feedback_store.datasets.export import ExportResult
from feedback_store.datasets.formats import FORMATS
from feedback_store.store import Project

USUAL = "preference"  # what the bench's rankings give most rows for


@dataclass(frozen=True)
class ExportWish:
    """A format by its name, and the folder that is made for it; with `replace` in the place of an earlier export.

    `verdict` is the one that says which answer is better.
    """

    form: str
    folder: Path
    verdict: str = OVERALL
    without_assisted: bool = False
    replace: bool = False


class ExportDialog(HouseDialog):
    """`export(wish, progress)` is called on a thread, and tells the progress how far it is.

    `written` carries the result once the dialog is closed with one, by whichever way.

    `verdicts` are those of the project's rubric, ids and names; where there are several, one of them is to be chosen.
    """

    written = Signal(object)  # ExportResult

    def __init__(
        self,
        work: Work,
        export: Callable[[ExportWish, Progress], ExportResult],
        project: Project,
        verdicts: Sequence[tuple[str, str]],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__("exportDialog", _("Export training data"), _("Export"), parent)
        self._work = work
        self._export = export
        self._project = project
        self._progress: Progress | None = None
        self._wish: ExportWish | None = None
        self._result: ExportResult | None = None
        self._started = 0.0
        self.leave.setText(_("Cancel"))
        choices = [(name, ours(form.title), ours(form.explain)) for name, form in FORMATS.items()]
        self.form = ExplainedChoice("exportFormat", _("Format"), choices)
        self.form.choose(USUAL)
        self.form.changed.connect(self._on_form)
        self.choose = KeyButton(_("Choose …"), kind="normal", name="exportChoose")
        self.choose.clicked.connect(self._on_choose)
        self.open_folder = KeyButton(_("Open the folder"), name="exportOpenFolder")
        self.open_folder.clicked.connect(self._on_open_folder)
        self.folder = Field("exportFolder", _("Folder to be made"), beside=self.choose)
        self.unassisted = QCheckBox(_("Without revisions that a model drafted"))
        self.unassisted.setObjectName("exportWithoutAssisted")
        self.unassisted.setAccessibleName(self.unassisted.text())
        self.verdict = ChoiceBox()
        self.verdict.setObjectName("exportVerdict")
        for verdict, name in verdicts or ((OVERALL, ""),):
            self.verdict.addItem(in_one_line(name), verdict)
        self._place = Path(_documents())
        self.show_page(self._form_page())
        self.main.clicked.connect(self._on_main)
        self._on_form(self.form.chosen)
        self.form.take_focus()

    def done(self, result: int) -> None:
        super().done(result)
        if self._result is not None:
            self.written.emit(self._result)

    def reject(self) -> None:
        """Cancel stops what can still be stopped; the dialog closes once it has."""
        if self._progress is not None and self.leave.isEnabled():
            self._progress.call_off()
            self.say(_("Stopping …"))
        elif not self.busy:
            super().reject()

    @Slot()
    def _on_main(self) -> None:
        if self._result is not None:
            self.accept()
            return
        text = self.folder.text.strip()
        if not text:
            self.folder.show_problem(_("Name the folder that is to be made."))
            return
        self.folder.show_problem("")
        into = Path.home() / Path(text).expanduser()
        verdict = str(self.verdict.currentData())
        self._begin(ExportWish(self.form.chosen, into, verdict, self.unassisted.isChecked()))

    def _begin(self, wish: ExportWish) -> None:
        self._wish = wish
        progress = self._progress = self._work.progress(self._on_progress)
        self._started = time.monotonic()
        self.show_busy(_("Reading judgements …"))
        self._work.start("export", lambda: self._export(wish, progress), self._ended)

    def _on_progress(self, done: int, of: int) -> None:
        if not self.busy:
            return
        writing = done >= of
        self.leave.setEnabled(not writing)
        words = exporting.progress_words(done, of, time.monotonic() - self._started)
        self.show_progress(done, 0 if writing else of, words)

    def _ended(self, future: Future[ExportResult]) -> None:
        self._progress = None
        self.leave.setEnabled(True)
        self.show_idle()
        error = future.exception()
        if error is None:
            self._show_result(future.result())
        elif isinstance(error, CalledOff):
            super().reject()
        elif exporting.is_there_already(error):
            self._ask_to_replace()
        elif exporting.is_about_folder(error):
            self.folder.show_problem(sentence(error))
        else:
            self.say(sentence(error), "danger")
            self.form.take_focus()

    def _ask_to_replace(self) -> None:
        """An earlier export goes only when that is said; another folder is the default."""
        assert self._wish is not None
        words = _("{folder} holds an export already. Its files are deleted once the new one stands beside it.")
        question = Confirmation(
            "confirmReplace",
            _("Export training data"),
            _("Replace the export that is there?"),
            words.format(folder=in_one_line(str(self._wish.folder))),
            action=_("Replace"),
            keep=_("Choose another folder"),
            parent=self,
        )
        question.accepted.connect(self._on_replace)
        question.rejected.connect(self._on_other_folder)
        question.open()

    @Slot()
    def _on_replace(self) -> None:
        assert self._wish is not None
        self._begin(replace(self._wish, replace=True))

    @Slot()
    def _on_other_folder(self) -> None:
        self.folder.edit.setFocus(Qt.FocusReason.OtherFocusReason)
        self.folder.edit.selectAll()

    def _show_result(self, result: ExportResult) -> None:
        self._result = result
        self.show_page(_result_page(result, self.open_folder))
        self.main.setText(_("Done"))
        self.leave.hide()
        self.main.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _on_open_folder(self) -> None:
        """Show what was written in the system's program for files; without one it is said where it lies."""
        assert self._result is not None
        self.say(not_opened(self._result.folder))

    def _form_page(self) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        about = QVBoxLayout()
        about.setSpacing(4)
        for number, words in enumerate(exporting.about_words(), start=1):
            about.addWidget(plain_label(words, wrap=True, name=f"exportAbout{number}"))
        column.addLayout(about)
        column.addWidget(self.form)
        column.addWidget(self._verdict_line())
        column.addWidget(self.unassisted)
        column.addWidget(self.folder)
        column.addStretch(1)
        return page

    def _verdict_line(self) -> QWidget:
        """In which respect the better answer is the better one; hidden where the rubric leaves no choice."""
        line = QWidget()
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        label = plain_label(_("Ranked by"), role="label")
        label.setBuddy(self.verdict)
        self.verdict.setAccessibleName(label.text())
        row.addWidget(label)
        row.addWidget(self.verdict)
        row.addStretch(1)
        line.setVisible(self.verdict.count() > 1)
        return line

    @Slot(str)
    def _on_form(self, form: str) -> None:
        self.folder.edit.setText(str(self._place / exporting.folder_name(self._project, form)))
        self.folder.show_problem("")

    @Slot()
    def _on_choose(self) -> None:
        dialog = QFileDialog(self, _("Where the folder is made"), str(self._place))
        dialog.setObjectName("exportPlace")
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(self._on_place)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    @Slot(str)
    def _on_place(self, place: str) -> None:
        self._place = Path(place)
        self._on_form(self.form.chosen)


def not_opened(folder: Path) -> str:
    """Show a folder in the system's program for files; where there is none, a sentence that says where it lies."""
    if QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder))):
        return ""
    return _("No program opened it. It lies in {folder}.").format(folder=in_one_line(str(folder)))


def _documents() -> str:
    return QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)


def _result_page(result: ExportResult, open_folder: KeyButton) -> QWidget:
    page = QWidget()
    grid = QGridLayout(page)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(12)
    grid.setVerticalSpacing(4)
    grid.addWidget(plain_label(exporting.headline(result), role="label", wrap=True, name="exportHeadline"), 0, 0, 1, 2)
    row = _add_rows(grid, 1, [(count, split) for split, count in result.counts.items()])
    excluded = exporting.left_out(result)
    if excluded:
        grid.addWidget(plain_label(_("Left out"), role="label"), row, 0, 1, 2)
        row = _add_rows(grid, row + 1, excluded)
    grid.addWidget(open_folder, row, 0, 1, 2, Qt.AlignmentFlag.AlignLeading)
    grid.setColumnStretch(1, 1)
    grid.setRowStretch(row + 1, 1)
    return page


def _add_rows(grid: QGridLayout, at: int, rows: list[tuple[int, str]]) -> int:
    """Counts before words; the next free row."""
    top_right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop
    for row, (count, words) in enumerate(rows, start=at):
        grid.addWidget(plain_label(count_text(count)), row, 0, top_right)
        grid.addWidget(plain_label(words, wrap=True), row, 1)
    return at + len(rows)
