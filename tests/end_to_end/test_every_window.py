"""One walk through every window: names, Tab, focus, contrast in each theme, and words in every language.

The widgets that were checked are printed: `just pytest tests/end_to_end/test_every_window.py -s`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from cut_words import cut_words
from every_scene import SCENES, Visit, Words
from painted_text import ground, over, painted_texts
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from trainer import OpenWindow, Trainer

from desktop.flow import wording
from desktop.theme.appearance import Appearance
from desktop.theme.tokens import THEME_NAMES, ThemeName
from desktop.views.parts import dress
from desktop.views.parts.focus_ring import ring_target

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)

SMALLEST, USUAL = (1024, 640), (1440, 900)
MOST_STOPS = 400
SEEN_PIXELS = 24  # a text cursor alone has fewer
scenes = pytest.mark.parametrize("name", SCENES)


@pytest.fixture
def visit(open_window: OpenWindow) -> Callable[..., Visit]:
    """Opens a window of a size and brings a scene about in it."""

    def opens(name: str, size: tuple[int, int], words: Words | None = None) -> Visit:
        said = words or Words()
        workbench = open_window(answers=said.answers, insecure=True, size=size)
        profile = workbench._profile
        profile.store.projects.set_guideline(workbench.rooms.project, said.guideline).result()
        workbench._change(profile.store.projects.list()[0])
        visit = Visit(Trainer(workbench), said)
        SCENES[name](visit)
        settle(visit.shown)
        return visit

    return opens


def settle(shown: QWidget) -> None:
    """Until what was asked for is laid out."""
    QTest.qWait(30)
    for _moment in range(100):
        if not cut_words(shown):
            break
        QTest.qWait(10)


def takes_keyboard(widget: QWidget) -> bool:
    return (
        bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)
        and widget.isVisible()
        and widget.isEnabled()
        and widget.focusProxy() is None
    )


# Names, Tab, focus


@scenes
def test_whatever_takes_the_keyboard_has_a_name_is_come_to_by_tab_and_shows_it(
    name: str, visit: Callable[..., Visit]
) -> None:
    visited = visit(name, SMALLEST)
    shown, trainer = visited.shown, visited.trainer
    wanted = [each for each in shown.findChildren(QWidget) if takes_keyboard(each)]
    assert wanted
    assert [each for each in wanted if not each.objectName() or not each.accessibleName()] == []
    print(f"\n{name}: " + ", ".join(f"{each.objectName()} ({each.accessibleName()})" for each in wanted))
    seen: dict[str, tuple[QRect, QImage]] = {}
    unseen: set[str] = set()
    for _stop in range(MOST_STOPS):
        focus = trainer.focus
        here = focus.objectName()
        if here in seen and len(seen) > 1 and here == next(iter(seen)):
            break
        area = around(focus, shown)
        with_focus = shown.grab(area).toImage()
        seen.setdefault(here, (area, with_focus))
        trainer.press(Qt.Key.Key_Tab)
        stayed = trainer.focus is not focus and focus.isVisible() and around(focus, shown) == area
        if stayed and different(with_focus, shown.grab(area).toImage()) < SEEN_PIXELS:
            unseen.add(here)
    missed = {each.objectName() for each in wanted if each.isVisible()} - set(seen)
    assert missed == set(), f"Tab comes only to {list(seen)}"
    assert unseen == set(), "where the keyboard is must be seen"


def around(widget: QWidget, shown: QWidget) -> QRect:
    """A widget's place in the window, with its ring, which may go around the card; the part of it that is in sight."""
    ringed = ring_target(widget) or widget
    place = QRect(ringed.mapTo(shown, QPoint(0, 0)), ringed.size()).adjusted(-4, -4, 4, 4)
    return place.intersected(shown.rect())


def different(one: QImage, other: QImage) -> int:
    """How many pixels two pictures of one size do not have in common."""
    return sum(one.pixel(x, y) != other.pixel(x, y) for y in range(one.height()) for x in range(one.width()))


# Contrast


def luminance(colour: QColor) -> float:
    parts = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in colour.getRgbF()[:3]]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(one: QColor, other: QColor) -> float:
    """WCAG 2.2, relative luminance."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def least(theme: ThemeName) -> float:
    return 7.0 if theme == "high-contrast" else 4.5


@scenes
def test_every_text_that_is_painted_can_be_read_in_every_theme(name: str, visit: Callable[..., Visit]) -> None:
    visited = visit(name, USUAL)
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    low: list[str] = []
    for theme in THEME_NAMES:
        dress(application, Appearance(theme).theme)
        QTest.qWait(30)
        shown = visited.shown
        picture = shown.grab().toImage()
        texts = painted_texts(shown)
        assert texts
        for each in texts:
            below = ground(picture, each.box)
            if not below.isValid() or not works(shown, each.box):
                continue
            found = contrast(over(each.colour, below), below)
            if round(found, 2) < least(theme):
                low.append(f"{theme}: {each.text!r} has {found:.2f}, {each.colour.name()} on {below.name()}")
    assert low == []


def works(shown: QWidget, box: QRect) -> bool:
    """Whether the text is of something that can be used now: what cannot may be paler."""
    at = shown.childAt(box.center()) or shown
    return at.isEnabled()


# Words


@contextmanager
def language(code: str) -> Iterator[None]:
    wording.use_language(code)
    try:
        yield
    finally:
        wording.use_language("en")


@scenes
def test_nothing_is_cut_in_german_neither_at_the_smallest_size(name: str, visit: Callable[..., Visit]) -> None:
    with language("de"):
        visited = visit(name, USUAL)
        assert cut_words(visited.shown) == []
        visited.workbench.window.resize(*SMALLEST)
        settle(visited.shown)
        assert cut_words(visited.shown) == []
