"""Two versions of a text side by side: what differs is painted where it is, and an edit is undone as it was made."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QMimeData
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.theme.theme import Theme, current_theme
from desktop.views.parts import DiffRun, DiffText, RevisionText, dress


def test_differences_are_painted_where_they_are(qapp: QApplication, qtbot: QtBot) -> None:
    dress(qapp, Theme())
    diff = DiffText("deleted")
    qtbot.addWidget(diff)
    diff.set_text("😀 four times a day")
    diff.show_runs([DiffRun(2, 12)])
    diff.resize(300, 60)
    diff.show()
    image = diff.viewport().grab().toImage()
    ground = current_theme().colour("deleted").rgb()
    xs = [x for x in range(image.width()) for y in range(image.height()) if image.pixel(x, y) == ground]
    cursor = diff.textCursor()
    cursor.setPosition(3)
    assert abs(min(xs) / image.devicePixelRatio() - diff.cursorRect(cursor).center().x()) <= 2


def test_the_editor_shows_differences_and_undoes_only_typing(qapp: QApplication, qtbot: QtBot) -> None:
    dress(qapp, Theme())
    editor = RevisionText()
    qtbot.addWidget(editor)
    editor.set_text("one\n\ntwo")
    editor.resize(300, 120)
    editor.show()
    assert not editor.document().isUndoAvailable()
    editor.go_to(3)
    qtbot.keyClicks(editor, " more")
    editor.show_runs([DiffRun(3, 8)])
    editor.viewport().grab()
    assert editor.text() == "one more\n\ntwo"
    assert editor.place() == 8
    editor.undo()
    assert editor.text() == "one\n\ntwo"
    assert not editor.document().isUndoAvailable()


def test_another_text_begins_at_its_top_with_lines_as_high_as_any_and_nothing_to_undo(
    qapp: QApplication, qtbot: QtBot
) -> None:
    dress(qapp, Theme())
    editor = RevisionText()
    qtbot.addWidget(editor)
    editor.resize(300, 120)
    editor.show()
    editor.set_text("one\n\ntwo " * 200)
    editor.go_to(len(editor.text()))
    qtbot.keyClicks(editor, "!")
    assert editor.verticalScrollBar().value() > 0
    editor.set_text("three\n\nfour " * 300)
    fresh = RevisionText()
    qtbot.addWidget(fresh)
    fresh.set_text("three\n\nfour " * 300)
    assert lines(editor) == lines(fresh) and editor.text() == fresh.text()
    qtbot.waitUntil(lambda: editor.verticalScrollBar().maximum() > 0)
    assert (editor.verticalScrollBar().value(), editor.place()) == (0, 0)
    assert not editor.document().isUndoAvailable() and not editor.document().isRedoAvailable()


EDITS = st.lists(st.sampled_from(["a", "b c", "\n", "\n\n", "back", "up", "end"]), min_size=1, max_size=14)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(EDITS)
def test_undo_and_redo_of_an_edit_come_back_to_the_same_text_and_lines(qapp: QApplication, edits: list[str]) -> None:
    """The heights of lines are set as one types; they must neither add steps to undo nor break redo."""
    editor = RevisionText()
    editor.set_text("one\n\ntwo 😀")
    before = lines(editor)
    for edit in edits:
        cursor = editor.textCursor()
        if edit == "back":
            cursor.deletePreviousChar()
        elif edit in ("up", "end"):
            cursor.movePosition(cursor.MoveOperation.Up if edit == "up" else cursor.MoveOperation.End)
            editor.setTextCursor(cursor)
        else:
            cursor.insertText(edit)
    after = lines(editor)
    while editor.document().isUndoAvailable():
        editor.undo()
    assert lines(editor) == before
    while editor.document().isRedoAvailable():
        editor.redo()
    assert lines(editor) == after
    editor.deleteLater()


def lines(editor: RevisionText) -> list[tuple[str, float]]:
    found, block = [], editor.document().firstBlock()
    while block.isValid():
        found.append((block.text(), block.blockFormat().lineHeight()))
        block = block.next()
    return found


def test_words_typed_into_the_gap_get_a_line_of_their_own(qapp: QApplication, qtbot: QtBot) -> None:
    dress(qapp, Theme())
    editor = RevisionText()
    qtbot.addWidget(editor)
    editor.set_text("one\n\ntwo")
    assert [height for _text, height in lines(editor)] == [20, 8, 20]
    editor.go_to(4)
    qtbot.keyClicks(editor, "new")
    assert [height for _text, height in lines(editor)] == [20, 20, 20]
    while editor.document().isUndoAvailable():
        editor.undo()
        assert all(bool(text) == (height == 20) for text, height in lines(editor))
    assert lines(editor) == [("one", 20), ("", 8), ("two", 20)]


def test_pasted_text_is_plain_and_one_step(qapp: QApplication, qtbot: QtBot) -> None:
    editor = RevisionText()
    qtbot.addWidget(editor)
    editor.set_text("one")
    data = QMimeData()
    data.setHtml("<b>bold</b><img src='file:///x'>")
    data.setText("\n\ntwo")
    editor.go_to(3)
    editor.insertFromMimeData(data)
    assert lines(editor) == [("one", 20), ("", 8), ("two", 20)]
    editor.undo()
    assert lines(editor) == [("one", 20)]
