"""Files from the window: deliveries for a hand-over, and training data; whole or not at all, and said in a sentence."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from made_judgements import judgement, verdict
from PySide6.QtCore import QObject, Qt, QTimer, QUrl, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QMessageBox, QPushButton
from saved_files import save_as
from trainer import OpenWindow, ShowWindow, Trainer, words_of

from desktop.app import Workbench
from desktop.errands import FOLDER
from desktop.profile import Profile
from desktop.views.export_dialog import ExportDialog
from feedback_store.batches.verify import verify_bundle

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)


def judged(workbench: Workbench, verdict: str = "a>b", count: int = 1, *, release: bool = False) -> None:
    profile, project = workbench._profile, workbench.rooms.project
    made = [judgement(verdict, project=project.id, trainer=profile.trainer) for _ in range(count)]
    stored = profile.store.records.save_all(made).result()
    if release:
        profile.store.outbox.release([each.id for each in stored]).result()


def replace_when_asked(tries: int) -> None:
    """Say yes to the file dialog, which asks in an event loop of its own."""
    box = QApplication.activeModalWidget()
    if isinstance(box, QMessageBox):
        QTest.keyClick(box.button(QMessageBox.StandardButton.Yes), Qt.Key.Key_Space)
    elif tries:
        QTimer.singleShot(50, lambda: replace_when_asked(tries - 1))


def told(trainer: Trainer, words: str) -> None:
    message = trainer.workbench.outbox.message
    trainer.until(lambda: message.accessibleName().startswith(words), f"the window says: {words}")


def test_a_project_without_a_collector_hands_over_by_file_and_a_later_file_holds_all(
    tmp_path: Path, open_window: OpenWindow
) -> None:
    workbench = open_window(insecure=True, size=(1024, 640))
    trainer, profile = Trainer(workbench), workbench._profile
    trainer.control(Qt.Key.Key_4)
    assert not workbench.outbox.sent.save.isEnabled() and not workbench.outbox.send.isEnabled()
    judged(workbench)
    trainer.until(lambda: workbench.outbox.model.rowCount() == 1, "the judgement is there")
    assert not workbench.outbox.sent.save.isEnabled(), "nothing is released"
    trainer.press(Qt.Key.Key_Space)
    file = tmp_path / "hand over & more.preceptor"
    save_as(trainer, file)
    told(trainer, f"1 delivery with 1 judgement saved in {file}.")
    key = profile.device_key(workbench.rooms.project).public_key
    assert verify_bundle(file.read_bytes(), public_key=key).records == 1
    trainer.until(lambda: workbench.outbox.sent.batches.rowCount() == 1, "the delivery is listed")
    assert [workbench.outbox.sent.batches.item(0, column).text() for column in (0, 1, 3)] == ["1", "1", "Signed"]

    # A second time over the same file, which the system's dialog asks about.
    trainer.alone()
    judged(workbench, release=True)
    QTimer.singleShot(0, lambda: replace_when_asked(100))
    save_as(trainer, file)
    told(trainer, f"2 deliveries with 2 judgements saved in {file}.")
    summary = verify_bundle(file.read_bytes(), public_key=key)
    assert (summary.records, summary.first_seq, summary.last_seq) == (2, 1, 2)


def test_a_file_that_cannot_be_written_is_said_and_the_deliveries_stay(tmp_path: Path, open_window: OpenWindow) -> None:
    workbench = open_window(insecure=True)
    trainer = Trainer(workbench)
    judged(workbench, release=True)
    workbench.errands._save(workbench.rooms.project, Path("/proc/nowhere/x.preceptor"))
    trainer.until(lambda: workbench.bench.message.message is not None, "the window says why")
    assert "/proc/nowhere" in workbench.bench.message.accessibleName()
    save_as(trainer, tmp_path / "here.preceptor")
    told(trainer, "1 delivery with 1 judgement saved in ")


class Opened(QObject):
    """The system's program for files."""

    def __init__(self) -> None:
        super().__init__()
        self.folders: list[Path] = []

    @Slot(QUrl)
    def take(self, url: QUrl) -> None:
        self.folders.append(Path(url.toLocalFile()))


def exporting(trainer: Trainer, form: str, folder: Path) -> ExportDialog:
    trainer.control(Qt.Key.Key_3)
    trainer.push("export")
    dialog = trainer.dialog("exportDialog")
    assert isinstance(dialog, ExportDialog)
    order = ["sft", "preference", "kto"]
    key = Qt.Key.Key_Down if order.index(form) > order.index("preference") else Qt.Key.Key_Up
    if form != "preference":
        trainer.press(key)
    assert dialog.form.chosen == form
    assert dialog.folder.text.endswith(f"my-project-{form}"), "a folder is proposed for each format"
    trainer.go_to("exportFolder")
    trainer.replace_text(str(folder))
    return dialog


def test_what_is_written_where_to_and_what_is_left_out_is_said_before_an_export(
    tmp_path: Path, open_window: OpenWindow
) -> None:
    dialog = exporting(Trainer(open_window(size=(1024, 640))), "preference", tmp_path / "made")
    labels = [dialog.findChild(QLabel, f"exportAbout{number}") for number in (1, 2, 3)]
    said = [label.text() for label in labels if label is not None and label.isVisible()]
    what, where, without = said
    assert "prompts, answers and judgements" in what and "folder on this computer" in what
    assert where.startswith("Nothing is sent.") and "withdrawn or marked as private is left out" in without


@pytest.mark.parametrize("form", ["sft", "preference", "kto"])
def test_each_format_is_exported_and_what_was_left_out_is_said(
    form: str, tmp_path: Path, open_window: OpenWindow
) -> None:
    workbench = open_window(size=(1024, 640))
    trainer = Trainer(workbench)
    for said in ("a>b", "a=b", "good ab", "bad ab"):
        judged(workbench, said)
    dialog = exporting(trainer, form, tmp_path / form)
    trainer.press(Qt.Key.Key_Return)
    trainer.comes_to("exportDialogMain")
    manifest = json.loads((tmp_path / form / "manifest.json").read_text())
    rows = sum(len(path.read_text().splitlines()) for path in (tmp_path / form / "data").glob("*.jsonl"))
    assert manifest["format"] == form and rows > 0
    words = " ".join(label.text() for label in dialog.findChildren(type(dialog._words)))
    assert words_of(dialog, "exportHeadline").startswith(f"{rows} row")
    assert "Left out" in words
    if form == "preference":
        assert "a tie" in words and "all answers called bad" in words
    trainer.until(dialog.open_folder.isVisible, "the result is shown")
    opened = Opened()
    QDesktopServices.setUrlHandler("file", opened, "take")
    trainer.push("exportOpenFolder")
    QDesktopServices.unsetUrlHandler("file")
    assert opened.folders == [tmp_path / form]
    trainer.go_to("exportDialogMain")
    trainer.press(Qt.Key.Key_Return)
    trainer.alone()


@pytest.mark.long
@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Escape])
def test_once_the_export_is_closed_the_window_says_where_it_lies_and_opens_its_folder(
    key: Qt.Key, tmp_path: Path, open_window: OpenWindow
) -> None:
    workbench = open_window(size=(1024, 640))
    trainer = Trainer(workbench)
    judged(workbench)
    exporting(trainer, "preference", tmp_path / "made")
    trainer.press(Qt.Key.Key_Return)
    trainer.comes_to("exportDialogMain")
    trainer.press(key)
    trainer.alone()
    bar = workbench.shown.bar
    assert str(tmp_path / "made") in bar.accessibleName()
    (way,) = [button for button in bar.findChildren(QPushButton) if button.text() == "Open the folder"]
    opened = Opened()
    QDesktopServices.setUrlHandler("file", opened, "take")
    way.click()
    QDesktopServices.unsetUrlHandler("file")
    assert opened.folders == [tmp_path / "made"]


@pytest.mark.long
def test_an_export_that_was_left_before_it_was_made_says_nothing(tmp_path: Path, open_window: OpenWindow) -> None:
    workbench = open_window(size=(1024, 640))
    trainer = Trainer(workbench)
    exporting(trainer, "preference", tmp_path / "never")
    trainer.press(Qt.Key.Key_Escape)
    trainer.alone()
    assert workbench.shown.bar.message is None


@pytest.mark.long
def test_where_no_program_opens_a_folder_it_is_said_where_it_lies(tmp_path: Path, open_window: OpenWindow) -> None:
    workbench = open_window(size=(1024, 640))
    workbench.errands.take_way(f"{FOLDER}{tmp_path / 'nowhere'}")
    said = workbench.shown.bar.message
    assert said is not None and str(tmp_path / "nowhere") in said.text


@pytest.mark.long
def test_where_answers_are_ranked_in_several_respects_one_of_them_is_chosen(
    tmp_path: Path, profile: Profile, show_window: ShowWindow
) -> None:
    project = profile.new_project("Safety", "safe_rlhf")
    profile.store.projects.use(project.id).result()
    with_two = judgement(
        verdicts=(verdict("a>b", axis="helpful"), verdict("b>a", axis="safe")),
        project=project.id,
        trainer=profile.store.trainer,
    )
    profile.store.records.save(with_two).result()
    workbench = show_window()
    trainer = Trainer(workbench)
    chosen = {}
    for respect in ("helpful", "safe"):
        trainer.control(Qt.Key.Key_3)
        trainer.push("export")
        dialog = trainer.dialog("exportDialog")
        assert isinstance(dialog, ExportDialog)
        trainer.go_to("exportVerdict")
        assert dialog.verdict.currentText() == "More helpful"
        if respect == "safe":
            trainer.press(Qt.Key.Key_Down)
        trainer.go_to("exportFolder")
        trainer.replace_text(str(tmp_path / respect))
        trainer.press(Qt.Key.Key_Return)
        trainer.comes_to("exportDialogMain")
        (file,) = (path for path in (tmp_path / respect / "data").glob("*.jsonl") if path.read_text())
        chosen[respect] = json.loads(file.read_text())["chosen"][0]["content"]
        trainer.press(Qt.Key.Key_Return)
    texts = {each.key: each.text for each in with_two.candidates}
    assert chosen == {"helpful": texts["a"], "safe": texts["b"]}


@pytest.mark.long
def test_a_rubric_with_one_verdict_leaves_no_choice(open_window: OpenWindow) -> None:
    trainer = Trainer(open_window())
    trainer.control(Qt.Key.Key_3)
    trainer.push("export")
    dialog = trainer.dialog("exportDialog")
    assert isinstance(dialog, ExportDialog) and not dialog.verdict.isVisible()


def test_an_earlier_export_is_replaced_only_after_a_question(tmp_path: Path, open_window: OpenWindow) -> None:
    workbench = open_window()
    trainer, out = Trainer(workbench), tmp_path / "pairs"
    judged(workbench)
    exporting(trainer, "preference", out)
    trainer.press(Qt.Key.Key_Return)
    trainer.comes_to("exportDialogMain")
    trainer.press(Qt.Key.Key_Return)
    trainer.alone()
    manifest = out / "manifest.json"
    before = (manifest.stat().st_ino, manifest.read_bytes())
    judged(workbench)
    exporting(trainer, "preference", out)
    trainer.press(Qt.Key.Key_Return)
    trainer.dialog("confirmReplace")
    trainer.press(Qt.Key.Key_Return)
    trainer.comes_to("exportFolder")
    assert (manifest.stat().st_ino, manifest.read_bytes()) == before, "another folder is the default"
    trainer.press(Qt.Key.Key_Return)
    trainer.dialog("confirmReplace")
    trainer.press(Qt.Key.Key_Tab)
    trainer.press(Qt.Key.Key_Space)
    trainer.comes_to("exportDialogMain")
    assert manifest.stat().st_ino != before[0]
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith((".pairs", "pairs"))] == ["pairs"]
    trainer.press(Qt.Key.Key_Return)
    trainer.alone()


@pytest.mark.long
def test_what_gives_no_row_and_a_folder_of_others_are_sentences_and_nothing_is_written(
    tmp_path: Path, open_window: OpenWindow
) -> None:
    workbench = open_window()
    trainer = Trainer(workbench)
    dialog = exporting(trainer, "preference", tmp_path / "none")
    trainer.press(Qt.Key.Key_Return)
    trainer.until(lambda: not dialog.busy and bool(dialog.words), "it is refused")
    assert "there are no judgements" in dialog.words and not (tmp_path / "none").exists()
    judged(workbench)
    (tmp_path / "theirs").mkdir()
    (tmp_path / "theirs" / "letter.txt").write_text("mine")
    for folder, words in ((tmp_path / "theirs", "letter.txt"), (Path("/proc/x"), "/proc/x")):
        trainer.go_to("exportFolder")
        trainer.replace_text(str(folder))
        trainer.press(Qt.Key.Key_Return)
        trainer.until(lambda: not dialog.busy and bool(dialog.folder.problem), "the folder is refused")
        assert words in dialog.folder.problem
    assert [path.name for path in (tmp_path / "theirs").iterdir()] == ["letter.txt"]
    trainer.replace_text(" ")
    trainer.press(Qt.Key.Key_Return)
    assert dialog.folder.problem == "Name the folder that is to be made."
    trainer.press(Qt.Key.Key_Escape)
    trainer.alone()


def test_an_export_that_is_cancelled_leaves_nothing_behind(tmp_path: Path, open_window: OpenWindow) -> None:
    workbench = open_window()
    trainer = Trainer(workbench)
    judged(workbench, count=1500)
    dialog = exporting(trainer, "preference", tmp_path / "pairs")
    trainer.press(Qt.Key.Key_Return)
    assert dialog.busy
    trainer.press(Qt.Key.Key_Escape)
    trainer.alone()
    assert list(tmp_path.glob("*pairs*")) == []
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]
