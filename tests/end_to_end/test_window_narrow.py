"""The bench at the smallest window: what has no room beside the answers opens while it holds the keyboard."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from passing_time import live, look_on
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from desktop.app import Workbench
from desktop.flow import judging
from desktop.flow.judging import FlagChoice
from desktop.profile import Profile
from desktop.theme.appearance import Appearance
from desktop.views.bench_page import BenchPage
from desktop.views.parts import ElidedLabel, KeyButton, dress
from desktop.views.parts.status_line import StatusLine
from local_models.scripted import ScriptedEngine

pytestmark = pytest.mark.long

ANSWERS = ("Older people never listen.", "It is the light.", "Because of scattering.", "I do not know.")

SAME = 5  # looks in a row that find it where it was


@pytest.fixture
def bench(tmp_path: Path, qapp: QApplication) -> Iterator[BenchPage]:
    dress(qapp, Appearance("light").theme)
    profile = Profile.open(tmp_path / "profile")
    engine = ScriptedEngine(lambda _prompt, count: ANSWERS[:count])
    workbench = Workbench(profile, engine=engine)
    workbench.show()
    workbench.window.resize(1024, 640)
    QTest.qWaitForWindowActive(workbench.window)
    bench, session = workbench.bench, workbench.session
    bench.prompt.text.setPlainText("Why is the sky blue? " * 20)
    bench.generate()
    for _ in range(500):
        if session.draft.answers and session.draft.finished and not session.writing:
            break
        live(10)
    session.act(judging.flag(session.draft, 0, (0, 5), FlagChoice("bias", 3, "age")))
    bench.answers.choose(0)
    live(0)
    yield bench
    workbench.window.close()
    engine.close()
    profile.close()
    workbench.window.deleteLater()
    live(0)
    qapp.setStyleSheet("")


def focus() -> QWidget:
    widget = QApplication.focusWidget()
    assert widget is not None
    return widget


def shown(bench: BenchPage) -> tuple[bool, bool]:
    """Whether the whole prompt and the drawer are open."""
    assert bench.prompt.isVisible() != bench.prompt_line.isVisible()
    return bench.prompt.isVisible(), bench.drawer.isVisible()


def test_parts_open_while_they_hold_the_keyboard_and_f6_reaches_each(bench: BenchPage) -> None:
    assert shown(bench) == (False, False)
    seen = []
    for _ in range(6):
        QTest.keyClick(focus(), Qt.Key.Key_F6)
        seen.append((focus().objectName(), *shown(bench)))
    assert seen == [
        ("ratingRow", False, False),
        ("flags", False, True),
        ("why", False, True),
        ("rankingText", False, False),
        ("promptText", True, False),
        (bench.answers.cards[0].text.objectName(), False, False),
    ]
    QTest.keyClick(focus(), Qt.Key.Key_F6, Qt.KeyboardModifier.ShiftModifier)
    assert focus() is bench.prompt.text


def test_the_buttons_of_the_strip_open_their_part_and_close_it_again(bench: BenchPage) -> None:
    why = bench.findChild(KeyButton, "whyPart")
    assert why is not None
    QTest.mouseClick(why, Qt.MouseButton.LeftButton)
    assert focus() is bench.panel.why and bench.drawer.isVisible() and why.isChecked()
    right = bench.answers.cards[1]
    covered = QRect(right.mapTo(bench.answers, QPoint(0, 0)), right.size())
    assert bench.drawer.geometry() == covered, "the drawer covers the right card and nothing else"
    QTest.mouseClick(why, Qt.MouseButton.LeftButton)
    assert focus() is bench.answers.cards[0].text and not bench.drawer.isVisible() and not why.isChecked()


def test_a_prompt_that_a_click_has_left_does_not_move_the_answer_under_the_mouse(bench: BenchPage) -> None:
    bench.open_part(bench.prompt.text)
    window, text = bench.window(), bench.answers.cards[1].text
    seen: list[QPoint] = []

    def stands() -> bool:
        """Rows that wrap find their height in a turn of their own."""
        seen.append(text.mapTo(window, text.rect().center()))
        return len(seen) > SAME and len(set(map(QPoint.toTuple, seen[-SAME:]))) == 1

    assert look_on(stands, 10)
    place = text.mapTo(window, text.rect().center())
    mouse = (window.windowHandle(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)
    QTest.mousePress(*mouse)
    assert focus() is text and text.mapTo(window, text.rect().center()) == place
    QTest.mouseRelease(*mouse)
    assert bench.prompt.isVisible()
    QTest.keyClick(focus(), "1")
    assert not bench.prompt.isVisible(), "the next key folds it"


def test_the_ratings_of_the_current_answer_are_one_line_that_rates(bench: BenchPage) -> None:
    draft = bench._session.draft
    bench.answers.choose(2)
    QTest.keyClick(focus(), Qt.Key.Key_Return)
    assert focus() is bench.rating_bar.row
    for digit in "34":
        QTest.keyClick(focus(), digit)
    found = bench._session.draft
    assert [found.rating(draft.order[2], axis) for axis in ("helpfulness", "correctness")] == [3, 4]


def test_a_wider_window_brings_the_panel_back_with_the_keyboard_where_it_was(bench: BenchPage) -> None:
    bench.open_part(bench.panel.why)
    bench.window().resize(1440, 900)
    live(0)
    assert bench.panel.isVisible() and bench.panel.ratings.isVisible() and not bench.drawer.isVisible()
    assert bench.prompt.isVisible() and not bench.rating_bar.isVisible()
    assert bench.panel.isAncestorOf(focus())
    bench.window().resize(1024, 640)
    live(0)
    assert not bench.drawer.isVisible() and focus() is bench.rating_bar.row


def test_no_word_is_cut_off_at_the_smallest_size(bench: BenchPage) -> None:
    bench.open_part(bench.panel.why)
    window = bench.window()
    plain = [w for w in window.findChildren(QLabel) if w.isVisible() and not w.wordWrap()]
    words = [w for w in plain if not isinstance(w, ElidedLabel)]
    buttons = [w for w in window.findChildren(KeyButton) if w.isVisible()]
    cut = [w.text() for w in words if w.fontMetrics().horizontalAdvance(w.text()) > w.contentsRect().width()]
    cut += [w.text() for w in buttons if w.width() < w.minimumSizeHint().width()]
    assert cut == []
    for part in (bench.rating_bar, bench.verdict, bench.answers.strip):
        assert part.width() >= part.minimumSizeHint().width()
    row = bench.rating_bar.row
    assert row.sizeHint().width() <= row.width(), "every axis of the rubric is in sight"


def test_the_last_line_says_what_the_keys_of_the_bar_do(bench: BenchPage) -> None:
    """Bare digits stood there, and the hint said 0…9 on a scale from 0 to 4."""
    window = bench.window()
    status = window.findChild(StatusLine)
    assert status is not None
    bench.rating_bar.row.setFocus()
    assert status.accessibleName().startswith("0…4 rate and go on")
    assert "← → line" in status.accessibleName() and "↑ ↓ answer" in status.accessibleName()
    bench.verdict.sure.setFocus()
    assert status.accessibleName().startswith("1…5 how sure")
    middle = QPoint(bench.verdict.sure.width() - 8, 8)
    QTest.mouseMove(bench.verdict.sure, middle)
    live(0)
    assert bench.verdict.sure.toolTip() == "How sure: 5 of 5"
    bench.verdict.strength.show()
    bench.verdict.strength.steps.setFocus()
    assert status.accessibleName().startswith("← → how much better A is, or B")


def test_a_number_to_be_decided_is_seen_above_the_pair_and_a_press_goes_to_it(bench: BenchPage) -> None:
    button = bench.findChild(KeyButton, "personalPart")
    assert button is not None and not button.isVisible()
    session = bench._session
    session.act(judging.justify(session.draft, "Call +49 30 5550 142."))
    for _ in range(500):
        if button.isVisible():
            break
        live(10)
    assert button.isVisible() and button.accessibleName() == "1 number to decide"
    button.click()
    assert focus() is bench.panel.personal.list and bench.drawer.isVisible()
