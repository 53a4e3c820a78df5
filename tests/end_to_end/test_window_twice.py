"""At twice the usual size of text in a small window: what is judged is read in whole lines, and no part is lost."""

from __future__ import annotations

import pytest
from cut_words import cut_words
from every_scene import SCENES
from painted_text import painted_texts
from passing_time import live
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QScrollArea, QTextEdit, QWidget
from trainer import OpenWindow, ShowWindow, Trainer
from visit import Visit, Words

from desktop.flow import judging, wording
from desktop.theme.appearance import LARGEST, Appearance
from desktop.theme.tokens import Density, ThemeName
from desktop.views.bench_page import BenchPage
from desktop.views.parts import IconButton, dress
from desktop.views.parts.measure import shortest_line
from desktop.views.parts.whole_lines import whole_height

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)

Key = Qt.Key
SMALLEST = (1024, 640)
LONG = tuple(f"{number}. " + "A sentence that fills a line or so of an answer. " * 40 for number in range(4))


def larger(
    show: ShowWindow,
    zoom: float = LARGEST,
    size: tuple[int, int] = SMALLEST,
    theme: ThemeName = "light",
    density: Density = "normal",
) -> Visit:
    """A window in which text is so large."""
    appearance = Appearance(theme, zoom)
    appearance.choose_density(density)
    workbench = show(LONG, appearance=appearance, size=size)
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    dress(application, appearance.theme)
    trainer = Trainer(workbench)
    trainer.comes_to("promptText")
    return Visit(trainer, Words(answers=LONG))


def lines_seen(text: QTextEdit) -> int:
    """How many whole lines of it are seen."""
    line = QTextCursor(text.document()).block().layout().lineAt(0).height()
    seen = text.viewport().visibleRegion().boundingRect().height()
    return int((min(seen, whole_height(text)) + 1) // line)


def seen_whole(part: QWidget) -> bool:
    """Whether nothing of it is cut off by what it stands in."""
    return part.isVisible() and part.visibleRegion().boundingRect() == part.rect()


def back_with_a_notice(visit: Visit) -> BenchPage:
    """Saved with a doubt while other answers had been begun: they are back, and the doubt stands over them."""
    workbench = visit.workbench
    visit.ask_with_personal()
    visit.judge()
    workbench.bench.save()
    visit.trainer.until(lambda: workbench.session.saved is not None, "it is saved")
    visit.trainer.comes_to("promptText")
    saved = workbench.session.saved
    assert saved is not None
    visit.ask("Another one.")
    workbench.session.open(saved.stored)
    visit.trainer.until(lambda: workbench.session.draft.supersedes is not None, "it is on the bench")
    workbench.session.act(judging.justify(workbench.session.draft, "More of it."))
    workbench.bench.save()
    back = workbench.session
    visit.trainer.until(lambda: not back.saving and back.draft.supersedes is None, "the other answers are back")
    visit.trainer.until(lambda: workbench.bench.message.isVisible(), "something is asked")
    visit.trainer.comes_to("answerTextA")
    return workbench.bench


@pytest.mark.parametrize(("size", "zoom", "least"), [(SMALLEST, 2.0, 4), (SMALLEST, 1.5, 8), ((1280, 720), 2.0, 6)])
def test_one_answer_is_shown_where_the_lines_of_two_would_be_too_short(
    show_window: ShowWindow, size: tuple[int, int], zoom: float, least: int
) -> None:
    visit = larger(show_window, zoom, size)
    visit.ask()
    bench = visit.workbench.bench
    for position, key in enumerate("1234"):
        visit.trainer.type(key)
        card = bench.answers.cards[position]
        visit.trainer.until(lambda card=card: lines_seen(card.text) >= least, "so many lines are seen")
        assert [each for each in bench.answers.cards if each.isVisible()] == [card]
        assert card.text.viewport().width() >= shortest_line()
        assert bench.answers.strip.tabs[position].isChecked()


@pytest.mark.long
@pytest.mark.parametrize(("size", "zoom"), [(SMALLEST, 1.3), ((1280, 720), 1.5), ((1920, 1080), 2.0)])
def test_two_answers_stand_beside_each_other_as_long_as_both_can_be_read(
    show_window: ShowWindow, size: tuple[int, int], zoom: float
) -> None:
    visit = larger(show_window, zoom, size)
    visit.ask()
    cards = visit.workbench.bench.answers.cards
    visit.trainer.until(lambda: cards[0].isVisible() and cards[1].isVisible(), "two are seen")
    assert cards[0].y() == cards[1].y()
    assert all(card.text.viewport().width() >= shortest_line() for card in cards[:2])


def test_what_the_head_of_an_answer_says_and_offers_stands_beside_the_letters(show_window: ShowWindow) -> None:
    visit = larger(show_window)
    visit.ask()
    trainer, bench = visit.trainer, visit.workbench.bench
    strip = bench.answers.strip
    trainer.type("2")
    assert strip._head.isVisible() and "441 words" in strip._head.text()
    trainer.type("g")
    trainer.until(lambda: strip._head.text().startswith("All good"), "and how it stands")
    more = strip.findChild(IconButton, "moreShown")
    pencil = strip.findChild(IconButton, "rewriteShown")
    assert more is not None and pencil is not None
    assert more.accessibleName() == "More for answer B"
    more.click()
    menu = QApplication.activePopupWidget()
    assert menu is not None and menu.accessibleName() == "More for answer B"
    menu.close()
    pencil.click()
    trainer.comes_to("revisionText")
    assert bench.answers.current == 1


@pytest.mark.long
@pytest.mark.parametrize(("zoom", "least"), [(1.5, 6), (2.0, 2)])
def test_a_notice_takes_one_line_and_opens_to_all_of_it(show_window: ShowWindow, zoom: float, least: int) -> None:
    visit = larger(show_window, zoom)
    bench = back_with_a_notice(visit)
    bar, trainer = bench.message, visit.trainer
    trainer.until(lambda: lines_seen(bench.answers.cards[0].text) >= least, "so many lines are seen below it")
    assert bar.height() <= bench.prompt_line.height()
    turn = bar.findChild(IconButton, "turnNotice")
    assert turn is not None and turn.isVisible() and turn.accessibleName() == "Show all of this notice"
    turn.click()
    ways = [way for way in bar._buttons if way.isVisible()]
    assert len(ways) == len(bar._buttons) >= 3
    turn.click()
    assert not any(way.isVisible() for way in bar._buttons)
    trainer.control(Key.Key_Z)
    trainer.until(lambda: visit.workbench.session.draft.supersedes is not None, "its keys work folded, too")


@pytest.mark.long
@pytest.mark.parametrize(("zoom", "least"), [(1.5, 4), (2.0, 3)])
def test_both_texts_of_a_rewriting_are_read_in_whole_lines_below_a_notice(
    show_window: ShowWindow, zoom: float, least: int
) -> None:
    visit = larger(show_window, zoom)
    bench = back_with_a_notice(visit)
    visit.trainer.type("e")
    visit.trainer.comes_to("revisionText")
    visit.trainer.type("Three new words. ")
    page = bench.revision
    visit.trainer.until(lambda: len(page.changes.list.rows) == 1, "the change is found")
    for text in (page.original, page.version):
        visit.trainer.until(lambda text=text: lines_seen(text) >= least, f"so many lines of {text.objectName()}")


@pytest.mark.long
def test_the_list_of_changes_comes_with_the_keyboard_and_goes_with_it(show_window: ShowWindow) -> None:
    visit = larger(show_window)
    visit.ask()
    trainer, changes = visit.trainer, visit.workbench.bench.revision.changes
    trainer.type("e")
    trainer.comes_to("revisionText")
    trainer.type("Three new words. ")
    trainer.until(lambda: changes._hint.text() == "Alt+L lists them.", "there is a list")
    assert not changes.list.isVisible()
    trainer.press(Key.Key_L, Qt.KeyboardModifier.AltModifier)
    trainer.comes_to("changes")
    assert changes.list.isVisible()
    trainer.press(Key.Key_Escape)
    trainer.comes_to("revisionText")
    assert not changes.list.isVisible()
    QTest.mouseClick(changes, Qt.MouseButton.LeftButton, pos=QPoint(30, changes.height() // 2))
    trainer.comes_to("changes")


@pytest.mark.long
def test_why_is_opened_with_its_heading_and_lines_to_write_in(show_window: ShowWindow) -> None:
    visit = larger(show_window)
    bench = back_with_a_notice(visit)
    visit.trainer.type("q")
    visit.trainer.comes_to("why")
    why = bench.panel.why
    visit.trainer.until(lambda: seen_whole(why), "all of the field is seen")
    assert why.viewport().height() >= 2 * why.fontMetrics().lineSpacing()
    card = bench.answers.cards[0]
    assert bench.drawer.width() >= card.width(), "it covers the answer, not the half of each line"


@pytest.mark.long
@pytest.mark.parametrize("density", ["normal", "spacious"])
def test_in_a_conversation_the_turn_stands_beside_what_is_asked(show_window: ShowWindow, density: Density) -> None:
    visit = larger(show_window, theme="high-contrast", density=density)
    SCENES["bench, the next turn"](visit)
    visit.ask("More.")
    bench, trainer = visit.workbench.bench, visit.trainer
    least = 2 if density == "spacious" else 4
    trainer.until(lambda: lines_seen(bench.answers.cards[0].text) >= least, "so many lines are seen")
    outer = bench.answers.findChild(QScrollArea, "answersScroll")
    assert outer is not None and outer.verticalScrollBar().maximum() == 0, "the answer alone scrolls"
    assert bench.prompt_line.turn.isVisible() and not bench.turns_strip.isVisible()
    QTest.mouseClick(bench.prompt_line.turn, Qt.MouseButton.LeftButton)
    trainer.comes_to("turns")
    overlay, line = bench.turns_overlay, bench.prompt_line
    below = line.mapTo(bench, QPoint(0, line.height())).y()
    assert overlay.y() >= below, "what is asked is never covered"


def test_the_tree_over_the_page_is_seen_where_its_turns_stand_below_their_line_too(show_window: ShowWindow) -> None:
    """It began where the window ends; and of what to do next half a line was seen."""
    wording.use_language("de")
    try:
        visit = larger(show_window)
        for _turn in range(3):
            SCENES["bench, the next turn"](visit)
        trainer, bench = visit.trainer, visit.workbench.bench
        trainer.push("showTurns")
        trainer.comes_to("turnsHere")
        told = bench.empty.findChild(QLabel, "emptyBenchTold")
        assert told is not None
        trainer.until(lambda: seen_whole(bench.turns_strip.view), "the turns here are whole")
        trainer.until(lambda: seen_whole(told), "and what to do next is")
        trainer.control(Key.Key_T)
        trainer.comes_to("turns")
        overlay = bench.turns_overlay
        trainer.until(lambda: seen_whole(overlay.view), "the tree is whole")
        assert bench.rect().contains(overlay.geometry())
    finally:
        wording.use_language("en")


def test_no_rating_is_cut_through_and_its_place_among_all_is_said(show_window: ShowWindow) -> None:
    visit = larger(show_window)
    visit.ask()
    row, trainer = visit.workbench.bench.rating_bar.row, visit.trainer
    trainer.press(Key.Key_Return)
    trainer.comes_to("ratingRow")
    place = visit.workbench.bench.rating_bar._place
    for number in range(1, len(row.grid.lines) + 1):
        trainer.until(lambda number=number: place.text() == f"{number}/{len(row.grid.lines)}", "its place is said")
        cell = row.visualRect(row.currentIndex())
        assert row.viewport().rect().contains(cell), "the current one is whole"
        assert row.name_width(row.grid.lines[number - 1]) >= QRect(cell).width() // 2 - 40
        trainer.press(Key.Key_Right)
    live(0)


def test_a_question_that_stands_alone_in_the_line_is_whole(show_window: ShowWindow) -> None:
    """It said "…beliefs" where the half of the line was empty."""
    visit = larger(show_window)
    SCENES["bench, questions"](visit)
    row = visit.workbench.bench.rating_bar.row
    trainer = visit.trainer
    trainer.until(
        lambda: "Bias against people for their beliefs" in {each.text for each in painted_texts(row)}, "whole"
    )
    assert row.viewport().rect().contains(row.visualRect(row.currentIndex()))


@pytest.mark.parametrize("name", ["outbox", "outbox, a team's", "outbox, empty"])
def test_what_waits_and_what_is_done_with_it_is_seen_whole_in_the_outbox(name: str, show_window: ShowWindow) -> None:
    """Its one row was cut through, and Release was not seen at all."""
    wording.use_language("de")
    try:
        visit = larger(show_window)
        SCENES[name](visit)
        outbox, until = visit.workbench.outbox, visit.trainer.until
        until(lambda: cut_words(outbox) == [], f"nothing is cut, not {cut_words(outbox)}")
        for part in (outbox.release_all, outbox.send, outbox.leaving.hold, outbox.leaving.release, outbox.sent.save):
            until(lambda part=part: seen_whole(part), f"{part.objectName()} is whole")
        if outbox.model.rowCount():
            row = outbox.list.visualRect(outbox.list.currentIndex())
            assert outbox.list.viewport().visibleRegion().boundingRect().contains(row)
            assert lines_seen(outbox.leaving.text) >= 2
        else:
            until(lambda: seen_whole(outbox.empty._way), "and so is the way on")
    finally:
        wording.use_language("en")


SAYING = ("bench, judged", "bench, flags", "bench, two rankings", "bench, a vote", "bench, eight answers",
          "bench, rewriting", "bench, doubts", "bench, branches", "settings, appearance", "models, adding")  # fmt: skip


@pytest.mark.parametrize("name", ["rubrics", "rubric, a rating", "rubric, flags"])
def test_rubrics_stand_within_the_window_in_german(name: str, show_window: ShowWindow) -> None:
    """The dialog was 1712 pixels wide, and form and preview ran out of a small screen."""
    wording.use_language("de")
    try:
        visit = larger(show_window)
        SCENES[name](visit)
        dialog, window = visit.shown, visit.workbench.window
        assert dialog.objectName() == "rubricDialog" and dialog.width() < window.width()
        visit.trainer.until(lambda: cut_words(dialog) == [], f"nothing is cut, not {cut_words(dialog)}")
        cut = {each.text[:-1] for each in painted_texts(dialog) if each.text.endswith("…")}
        titles = ("Rangfolgen", "Bewertungen", "Fragen", "Markierungen")
        assert not [words for words in cut for title in titles if title.startswith(words)], "headings are whole"
    finally:
        wording.use_language("en")


def test_where_nothing_is_rated_no_line_is_kept_for_ratings(show_window: ShowWindow) -> None:
    """It said the letter of the answer, and nothing else."""
    visit = larger(show_window)
    SCENES["bench, a vote"](visit)
    bench = visit.workbench.bench
    visit.trainer.until(lambda: not bench.rating_bar.isVisible(), "it is the answer's")
    SCENES["bench, hazards"](visit)
    visit.trainer.until(visit.workbench.bench.rating_bar.isVisible, "a question is asked")


@pytest.mark.long
@pytest.mark.parametrize("name", SAYING)
def test_nothing_is_cut_in_german_at_the_largest_size_of_text(name: str, open_window: OpenWindow) -> None:
    wording.use_language("de")
    try:
        visit = Visit(Trainer(open_window(insecure=True, size=SMALLEST)))
        SCENES[name](visit)
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        dress(application, Appearance("light", LARGEST).theme)
        live(30)
        window = visit.workbench.window
        visit.trainer.until(lambda: cut_words(window) == [], f"nothing is cut, not {cut_words(window)}")
    finally:
        wording.use_language("en")
