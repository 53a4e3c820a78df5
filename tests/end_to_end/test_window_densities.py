"""The true window in each density: nothing is cut at the smallest size, and all that can be clicked can be hit."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from cut_words import cut_words
from made_judgements import judgement
from passing_time import live
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QStackedWidget, QWidget
from trainer import ShowWindow, Trainer

from desktop.app import Workbench
from desktop.flow import judging, wording
from desktop.flow.judging import FlagChoice
from desktop.profile import Profile
from desktop.theme.appearance import Appearance
from desktop.theme.tokens import DENSITIES, Density
from desktop.views.parts import SegmentedChoice, dress

pytestmark = [pytest.mark.long, pytest.mark.qt_log_ignore("This plugin does not support", extend=True)]

LEAST = 24
SMALLEST = (1024, 640)


@pytest.fixture(params=DENSITIES)
def workbench(request: pytest.FixtureRequest, show_window: ShowWindow, profile: Profile) -> Iterator[Workbench]:
    """A window that was opened as usual, in which the density was changed then; in German, the longer language."""
    wording.use_language("de")
    density: Density = request.param
    for verdict in ("a>b", "a=b"):
        made = judgement(verdict, project=profile.project.id, trainer=profile.trainer)
        profile.store.records.save(made).result()
    appearance = Appearance("light")
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    appearance.changed.connect(lambda theme: dress(application, theme))
    shown = show_window(appearance=appearance, size=SMALLEST)
    appearance.choose_density(density)
    yield shown
    wording.use_language("en")
    appearance.choose_density("normal")


def too_small(window: QWidget) -> list[str]:
    kinds = (QAbstractButton, QComboBox, SegmentedChoice)
    each = [widget for widget in window.findChildren(QWidget) if isinstance(widget, kinds) and widget.isVisible()]
    assert each
    return [
        f"{widget.objectName()} {widget.width()}x{widget.height()}"
        for widget in each
        if min(widget.width(), widget.height()) < LEAST and not widget.objectName().startswith("qt_")
    ]


def squeezed(window: QWidget) -> list[str]:
    """What has less room than its layout needs; a stack, and what holds one, also counts pages that are not shown."""
    found = []
    for widget in window.findChildren(QWidget):
        layout = widget.layout()
        stacked = isinstance(widget, QStackedWidget) or widget.findChildren(QStackedWidget)
        if layout is None or not widget.isVisible() or stacked or widget.objectName().startswith("qt_"):
            continue
        least = layout.minimumSize()
        if widget.height() < least.height() or widget.width() < least.width():
            found.append(f"{type(widget).__name__} {widget.objectName()}: {widget.size()} for {least}")
    return found


def check(workbench: Workbench) -> None:
    window = workbench.window
    for _ in range(50):
        if not cut_words(window) and not squeezed(window):  # what a room learns while it is looked at is laid out next
            break
        live(10)
    assert cut_words(window) == []
    assert too_small(window) == []
    assert (window.width(), window.height()) == SMALLEST
    assert squeezed(window) == []


def test_the_rooms_in_every_density(workbench: Workbench) -> None:
    trainer = Trainer(workbench)
    check(workbench)
    for room in (Qt.Key.Key_2, Qt.Key.Key_3, Qt.Key.Key_4, Qt.Key.Key_5):
        trainer.control(room)
        live(100)
        check(workbench)


def test_the_bench_with_answers_flags_and_the_drawer_in_every_density(workbench: Workbench) -> None:
    trainer, session = Trainer(workbench), workbench.session
    trainer.type("Why is the sky blue?")
    trainer.control(Qt.Key.Key_Return)
    trainer.until(lambda: bool(session.draft.answers) and not session.writing, "the answers stand")
    session.act(judging.flag(session.draft, 0, (0, 3), FlagChoice("unsafe", 2)))
    workbench.bench.answers.choose(0)
    check(workbench)
    for _part in range(6):
        trainer.press(Qt.Key.Key_F6)
        check(workbench)


def test_the_ring_stays_where_the_focus_is_when_the_density_changes(workbench: Workbench) -> None:
    ring = workbench.window._ring
    Trainer(workbench).control(Qt.Key.Key_6)
    workbench.window._buttons[0].setFocus()
    assert ring.isVisible()
    workbench._appearance.choose_next_density()
    live(0)
    assert ring.isVisible() and ring.widget() is workbench.window._buttons[0]
