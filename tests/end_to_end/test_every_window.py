"""One walk through every window: names, Tab, focus, contrast in each theme, and words in every language.

What was checked is printed, for each check by itself: the widgets that must have a name, those that take Tab, and in
each theme the texts whose contrast was measured and the widgets whose focus was looked at:
`just pytest tests/end_to_end/test_every_window.py -s`. With every change a quarter of the scenes are in one of them.

Tab goes through every scene in light, and through those of the bench on a wide screen too. In the other themes one
widget of each kind is looked at with the focus and without, in the first scene that has it: what differs between themes
are colours, which come to a kind, not to a place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

import giving_away
import msgspec
import pytest
from cut_words import cut_words
from every_scene import SCENES, opened
from excused_words import (
    ALL_RUBRICS,
    ENDS_OF_PATHS,
    GREEK,
    JUDGED_BY,
    LISTS_PROGRAMS,
    MAY_END_IN_DOTS,
    OFFERS_MODELS,
    excused,
    in_greek,
    made_to_end_in_dots,
    own_words_are_cut,
    untranslated,
    wholes,
)
from filled_buttons import enter_does_another
from menu_walk import walked_menu
from one_in import one_in
from painted_text import ground, over, painted_texts
from passing_time import live
from pseudo_locale import speaking_pseudo
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QSplitter,
    QTextEdit,
    QWidget,
)
from tab_walk import SEEN_PIXELS, around, different, not_reversed, out_of_order, walk, walk_back
from trainer import OpenWindow, Trainer
from visit import Visit, Words

from desktop.flow import wording
from desktop.profile import Profile
from desktop.theme.appearance import Appearance
from desktop.theme.tokens import THEME_NAMES, ThemeName
from desktop.views.parts import FlagPopup, dress
from feedback_store import rubrics
from feedback_store.rubrics import Rubric

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)

SMALLEST, USUAL, WIDE = (1024, 640), (1440, 900), (1920, 1080)
OPENED_IN: ThemeName = "light"
LARGER = (1.3, 1.5)  # of the text
COVER = "█"  # stands for a name that is not to be seen, in the colour of what covers it
Kind = tuple[str, ...]
LOOKS = ("ring", "kind", "role", "quiet", "reading", "card", "surface", "small")  # by which the style sheet tells them


@pytest.fixture
def visit(open_window: OpenWindow) -> Callable[..., Visit]:
    """Opens a window of a size and brings a scene about in it."""

    def opens(name: str, size: tuple[int, int], words: Words, rubric: Rubric | None = None) -> Visit:
        def begin(profile: Profile) -> None:
            project = profile.new_project(words.project, rubric) if rubric else profile.project
            profile.store.projects.set_guideline(project, words.guideline).result()
            profile.store.projects.use(project.id).result()

        workbench = open_window(answers=words.answers, insecure=True, size=size, begin=begin)
        visit = Visit(Trainer(workbench), words)
        SCENES[name](visit)
        settle(visit.shown)
        assert visit.shown.objectName() == opened(name)
        return visit

    return opens


@pytest.fixture(scope="module")
def looked() -> set[Kind]:
    """In which theme the focus was looked at on which kinds of widgets so far."""
    return set()


def assert_well(scene: str, checks: dict[str, list[str]]) -> None:
    """No check of a scene has found anything; all of what they found is said at once."""
    found = {f"{scene}, {check}": wrong for check, wrong in checks.items() if wrong}
    assert found == {}


def settle(shown: QWidget) -> None:
    """Until what was asked for is laid out."""
    live(30)
    for _moment in range(100):
        if not cut_words(shown):
            break
        live(10)


KINDS = (QAbstractButton, QAbstractItemView, QAbstractSpinBox, QComboBox, QLineEdit, QPlainTextEdit, QTextEdit)


def say(scene: str, check: str, what: Iterable[str]) -> None:
    """What a check of a scene has looked at."""
    each = sorted(what)
    print(f"\n{scene}, {check}: {len(each)}: " + ", ".join(each))


def called(widget: QWidget) -> str:
    return f"{widget.objectName()} ({widget.accessibleName()})"


def nameless(scene: str, shown: QWidget) -> list[str]:
    """Every button, field, list, table, header and box that is seen and has no name, whether Tab comes to it or not.

    Not what Qt puts inside a field of its own: that is named with the field.
    """
    seen = [each for kind in KINDS for each in shown.findChildren(kind) if not each.visibleRegion().isEmpty()]
    own = [each for each in seen if not isinstance(each.parentWidget(), QComboBox | QAbstractSpinBox | QLineEdit)]
    seen = [each for each in own if each.isVisible()]
    say(scene, "has a name", map(called, seen))
    return [
        f"{type(each).__name__} {each.objectName() or '–'} at {each.geometry().getRect()}"
        for each in seen
        if not (each.objectName() and each.accessibleName())
    ]


def takes_keyboard(widget: QWidget) -> bool:
    return (
        bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)
        and widget.isVisible()
        and widget.isEnabled()
        and widget.focusProxy() is None
    )


# In English: blind, contrast, names, Tab, focus


@pytest.mark.parametrize("name", one_in(16, SCENES))
def test_every_scene_is_read_in_every_theme_walked_by_tab_and_gives_no_name_away(
    name: str, visit: Callable[..., Visit], looked: set[Kind]
) -> None:
    visited = visit(name, SMALLEST, Words(answers=giving_away.ANSWERS))
    is_menu = isinstance(visited.shown, QMenu)
    bare = nameless(name, visited.shown)
    checks = {"seen without a name at the smallest size": bare, "Enter does another": enter_does_another(visited.shown)}
    checks |= {} if is_menu else walked(name, visited)
    resize(visited, USUAL)
    checks["seen without a name"] = nameless(name, visited.shown)
    checks["a model's name is seen"] = [str(each) for each in giving_away.given_away_too_soon(visited)]
    for theme in THEME_NAMES:
        if theme != OPENED_IN:
            dress_in(theme)
            settle(visited.shown)
            if not is_menu:
                checks[f"the focus is not seen in {theme}"] = unseen_focus(name, visited.shown, theme, looked)
        checks[f"contrast in {theme}"] = hard_to_read(name, visited.shown, theme)
    assert_well(name, checks | (walked_menu(name, visited) if is_menu else {}))


@pytest.mark.parametrize("name", one_in(8, (name for name in SCENES if name.startswith("bench"))))
def test_tab_goes_through_the_bench_in_the_order_of_reading_on_a_wide_screen_too(
    name: str, visit: Callable[..., Visit]
) -> None:
    """There all answers stand beside one another, and the panel beside them."""
    visited = visit(name, WIDE, Words())
    assert_well(name, {"seen without a name": nameless(name, visited.shown)} | walked(name, visited))


def walked(name: str, visited: Visit) -> dict[str, list[str]]:
    """What Tab finds wrong; where a popup stands in the window first in it, and once it is closed behind it."""
    popup = next((each for each in visited.shown.findChildren(FlagPopup) if each.is_open), None)
    place = popup or visited.shown
    wanted = [each for each in place.findChildren(QWidget) if takes_keyboard(each)]
    say(name, "takes Tab", map(called, wanted))
    checks = {"nothing takes the keyboard": [] if wanted else [name]}
    checks["without a name"] = [str(each) for each in wanted if not each.objectName() or not each.accessibleName()]
    went = walk(visited)
    seen = went.names
    missed = {each.objectName() for each in wanted if each.isVisible()} - set(seen)
    checks["Tab does not come to"] = [f"{each}, only to {seen}" for each in missed]
    checks["where the keyboard is is not seen"] = sorted(went.unseen)
    checks["Tab comes to the first after the second"] = out_of_order(went.still_there)
    with right_to_left(visited):
        checks["Tab comes to the first after the second, right to left"] = out_of_order(went.still_there)
        checks["Shift+Tab goes another way"] = not_reversed(went, walk_back(visited))
    if popup is not None:
        checks["Tab leaves the popup for"] = sorted(set(seen) - {each.objectName() for each in wanted})
        visited.trainer.press(Qt.Key.Key_Escape)
        visited.trainer.until(lambda: not popup.is_open, "the popup is closed")
        behind = walked(f"{name}, behind it", visited)
        checks |= {f"{check}, behind the popup": found for check, found in behind.items()}
    return checks


def unseen_focus(scene: str, shown: QWidget, theme: ThemeName, looked: set[Kind]) -> list[str]:
    """Where the keyboard cannot be seen to be: one widget of each kind that was not looked at in this theme."""
    there = [
        each for each in shown.findChildren(QWidget) if takes_keyboard(each) and not each.visibleRegion().isEmpty()
    ]
    new = {kind: each for each in there if (kind := kind_of(each, theme)) not in looked}
    looked.update(new)
    say(scene, f"focus in {theme}", map(called, new.values()))
    before, unseen = QApplication.focusWidget(), []
    for each in new.values():
        each.setFocus(Qt.FocusReason.TabFocusReason)
        live(0)
        area = around(each, shown)
        with_focus = shown.grab(area).toImage()
        each.clearFocus()
        live(0)
        if different(with_focus, shown.grab(area).toImage()) < SEEN_PIXELS:
            unseen.append(called(each))
    if before is not None:
        before.setFocus()
    return unseen


def kind_of(widget: QWidget, theme: ThemeName) -> Kind:
    """What decides how the focus on a widget looks: its class, and what the style sheet knows of it."""
    return (theme, type(widget).__name__, *(f"{widget.property(each)}" for each in LOOKS))


@contextmanager
def right_to_left(visited: Visit) -> Iterator[None]:
    """Everything is mirrored in the block."""
    read(visited, Qt.LayoutDirection.RightToLeft)
    yield
    read(visited, Qt.LayoutDirection.LeftToRight)


def read(visited: Visit, direction: Qt.LayoutDirection) -> None:
    QApplication.setLayoutDirection(direction)
    for split in visited.shown.findChildren(QSplitter):
        split.refresh()  # it mirrors its parts when it is made, or resized
    settle(visited.shown)


def resize(visited: Visit, size: tuple[int, int]) -> None:
    visited.trainer.window.resize(*size)
    settle(visited.shown)


def luminance(colour: QColor) -> float:
    parts = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in colour.getRgbF()[:3]]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(one: QColor, other: QColor) -> float:
    """WCAG 2.2, relative luminance."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def least(theme: ThemeName) -> float:
    return 7.0 if theme == "high-contrast" else 4.5


def dress_in(theme: ThemeName, zoom: float = 1.0) -> None:
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    dress(application, Appearance(theme, zoom).theme)


def hard_to_read(scene: str, shown: QWidget, theme: ThemeName) -> list[str]:
    """Texts of what can be used now that stand out too little from what they stand on."""
    found: list[str] = []
    measured: list[str] = []
    picture = shown.grab().toImage()
    texts = painted_texts(shown)
    assert texts
    for each in texts:
        at = shown.childAt(each.box.center()) or shown
        entry = shown.actionAt(each.box.center()) if isinstance(shown, QMenu) else None
        usable = at.isEnabled() and (entry is None or entry.isEnabled())
        below = ground(picture, each.box.intersected(in_sight(at, shown)))
        covered = COVER in each.text and below.rgb() == each.colour.rgb()  # most of its ground is the cover
        if not below.isValid() or not usable or covered:  # what cannot be used may be paler
            continue
        measured.append(repr(each.text))
        has = contrast(over(each.colour, below), below)
        if round(has, 2) < least(theme):
            found.append(f"{each.text!r} has {has:.2f}, {each.colour.name()} on {below.name()}")
    say(scene, f"contrast in {theme}", measured)
    return found


def in_sight(widget: QWidget, shown: QWidget) -> QRect:
    """What is not scrolled away of a widget, in the window's pixels."""
    return widget.visibleRegion().boundingRect().translated(widget.mapTo(shown, QPoint(0, 0)))


# Words


@contextmanager
def language(code: str) -> Iterator[None]:
    wording.use_language(code)
    try:
        yield
    finally:
        wording.use_language("en")


@pytest.mark.parametrize("name", one_in(16, SCENES, first=4))
def test_every_word_that_is_painted_was_translated_and_none_is_cut(name: str, visit: Callable[..., Visit]) -> None:
    with speaking_pseudo():
        visited = visit(name, USUAL, GREEK, in_greek(rubrics.load(rubrics.DEFAULT)))
        checks = in_pseudo(name, visited.shown)
        resize(visited, SMALLEST)
        at_smallest = in_pseudo(name, visited.shown)
        assert_well(name, checks | {f"{check} at the smallest size": found for check, found in at_smallest.items()})


def in_pseudo(scene: str, shown: QWidget) -> dict[str, list[str]]:
    same = excused(scene)
    texts = painted_texts(shown)
    dots = [each for each in texts if own_words_are_cut(each.text) and not made_to_end_in_dots(shown, each.box)]
    return {
        "not translated": sorted({each.text for each in texts if untranslated(each.text, same)}),
        "cut": cut_words(shown),
        "our words end in dots": sorted({each.text for each in dots}),
    }


@pytest.mark.parametrize("part", MAY_END_IN_DOTS)
def test_where_our_words_may_end_in_dots_they_do_and_the_whole_is_told_and_is_a_tip(
    part: str, visit: Callable[..., Visit]
) -> None:
    cut, without = 0, []
    with speaking_pseudo():
        visited = visit(MAY_END_IN_DOTS[part].scene, USUAL, GREEK, in_greek(rubrics.load(rubrics.DEFAULT)))
        for size in (USUAL, SMALLEST):
            resize(visited, size)
            for each in painted_texts(visited.shown):
                if own_words_are_cut(each.text) and made_to_end_in_dots(visited.shown, each.box) == part:
                    cut += 1
                    begin = each.text.strip().removesuffix("…").rstrip()
                    without += [(begin, whole) for whole in wholes(visited.shown, each.box) if begin not in whole]
    assert cut, f"{part} is cut nowhere in this scene: take it out, or name another scene"
    assert without == []


def test_published_words_are_excused_only_where_they_are_shown() -> None:
    assert untranslated("Why", excused("bench, judged")) == ["Why"]
    assert untranslated("Answers and flags", excused("bench, judged")) == ["Answers", "flags"]
    assert untranslated("Names as published", excused("rubrics")) == []
    assert untranslated("Safer, more", excused("bench, two rankings")) == []
    assert untranslated("Safer, more", excused("bench, judged")) == ["Safer", "more"]
    assert "Apache" in excused(LISTS_PROGRAMS)
    assert {LISTS_PROGRAMS, *JUDGED_BY, *ALL_RUBRICS, *OFFERS_MODELS, *ENDS_OF_PATHS} <= set(SCENES)


@pytest.mark.parametrize("name", one_in(16, SCENES, first=8))
def test_nothing_is_cut_in_german_in_any_size_of_window_or_text(name: str, visit: Callable[..., Visit]) -> None:
    """Under a rubric of a long name, which takes the most room."""
    rubric = rubrics.load(rubrics.DEFAULT)
    own = msgspec.to_builtins(rubric) | {"id": "own_copy", "name": f"{rubric.name}, my copy for the ward"}
    with language("de"):
        visited = visit(name, USUAL, Words(), rubrics.parse(msgspec.json.encode(own)))
        checks = {"cut": cut_words(visited.shown)}
        resize(visited, SMALLEST)
        checks["cut at the smallest size"] = cut_words(visited.shown)
        resize(visited, USUAL)
        for zoom in LARGER:
            dress_in(OPENED_IN, zoom)
            settle(visited.shown)
            checks[f"cut at {zoom:.0%}"] = cut_words(visited.shown)
        resize(visited, SMALLEST)
        checks[f"cut at {LARGER[-1]:.0%} at the smallest size"] = cut_words(visited.shown)
        assert_well(name, checks)
