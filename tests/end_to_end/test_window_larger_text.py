"""At 150 % of text nothing is cut: the next smaller layout is taken."""

from __future__ import annotations

import pytest
from cut_words import cut_words
from every_scene import SCENES, Visit
from painted_text import painted_texts
from passing_time import live
from PySide6.QtCore import QChildEvent, QEvent, QObject, QRect, Qt
from PySide6.QtWidgets import QApplication, QLabel, QScrollArea, QTreeWidget, QWidget
from trainer import ShowWindow, Trainer

from desktop.app import Workbench
from desktop.flow import wording
from desktop.profile import Profile
from desktop.theme.appearance import Appearance
from desktop.views.parts import dress
from local_models.scripted import ScriptedEngine

pytestmark = pytest.mark.long


def test_bar_and_rewriting_are_whole_in_the_smallest_window(show_window: ShowWindow, qapp: QApplication) -> None:
    appearance = Appearance("light", 1.5)
    workbench = show_window(appearance=appearance, size=(1024, 640))
    dress(qapp, appearance.theme)
    trainer, bench = Trainer(workbench), workbench.bench
    trainer.comes_to("promptText")
    SCENES["bench, rewriting"](Visit(trainer))
    side = bench.revision.findChild(QScrollArea, "revisionSide")
    assert side is not None
    inside = side.widget()
    assert inside is not None
    trainer.until(lambda: inside.width() <= side.viewport().width(), "the side is as wide as its parts")
    assert bench.revision.version.width() > bench.revision.width() // 2, "the texts stand below each other"
    bench.revision.keep()
    bar = bench.verdict
    trainer.until(lambda: bar.ranking.width() >= bar.ranking.sizeHint().width(), "no chip is cut")
    trainer.until(lambda: bar.save.width() >= bar.save.sizeHint().width(), "nor is the key of Save")
    assert bar.sure.width() >= bar.sure.sizeHint().width()


@pytest.mark.parametrize("size", [(1366, 768), (1024, 640)])
def test_the_last_line_cuts_no_word_in_german_at_twice_the_size(
    show_window: ShowWindow, qapp: QApplication, size: tuple[int, int]
) -> None:
    """It ended "Mode…"."""
    wording.use_language("de")
    try:
        appearance = Appearance("light", 2.0)
        workbench = show_window(appearance=appearance, size=size)
        dress(qapp, appearance.theme)
        trainer = Trainer(workbench)
        trainer.comes_to("promptText")
        Visit(trainer).ask()
        line = workbench.window._status
        trainer.until(lambda: line.said.startswith("Entwurf gesichert"), "it is kept")
        assert "…" not in line.said and line.accessibleDescription().endswith("Modelle ruhen")
    finally:
        wording.use_language("en")


def painted(shown: QWidget) -> set[str]:
    return {each.text for each in painted_texts(shown)}


class Moving(QObject):
    """Notes every widget that comes, goes or gets another parent."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        moved = event.type() in (QEvent.Type.ChildAdded, QEvent.Type.ChildRemoved)
        if moved and isinstance(event, QChildEvent) and event.child().isWidgetType():
            self.seen.append(f"{event.child().metaObject().className()} in {watched.objectName()}")
        return False


@pytest.mark.parametrize(
    ("scene", "width"),
    [("bench, judged", 1440), ("bench, judged", 1024), ("bench, rewriting", 1440), ("records", 1440), ("outbox", 1440),
     ("settings, appearance", 1440)],
)  # fmt: skip
def test_no_widget_comes_or_moves_while_qt_restyles_them_all(
    scene: str, width: int, show_window: ShowWindow, qapp: QApplication
) -> None:
    """Qt goes through the set of all widgets meanwhile, and ends with the program where that changes."""
    appearance = Appearance("light")
    workbench = show_window(appearance=appearance, size=(width, 900))
    trainer = Trainer(workbench)
    trainer.comes_to("promptText")
    SCENES[scene](Visit(trainer))
    moving = Moving()
    for step in (2, 2, 2, 2, 2, -2, -2, -2, -2, -2, -2):
        appearance.zoom_by(step)
        qapp.installEventFilter(moving)
        dress(qapp, appearance.theme)
        qapp.removeEventFilter(moving)
        assert moving.seen == [], f"at {appearance.zoom:.1f}"
        live(1)


def test_no_widget_comes_or_moves_while_a_new_window_is_dressed(
    profile: Profile, qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As above: it is built `undressed`, and then all of it is styled at once."""
    dress(qapp, Appearance("light").theme)
    engine = ScriptedEngine(lambda _prompt, count: ("",) * count)
    moving = Moving()
    set_sheet = QApplication.setStyleSheet

    def watched(app: QApplication, sheet: str) -> None:
        if sheet:
            app.installEventFilter(moving)
        set_sheet(app, sheet)

    monkeypatch.setattr(QApplication, "setStyleSheet", watched)
    workbench = Workbench(profile, engine=engine)
    qapp.removeEventFilter(moving)
    try:
        assert moving.seen == [] and qapp.styleSheet()
    finally:
        workbench.window.close()
        engine.close()
        workbench.window.deleteLater()
        live(0)
        qapp.setStyleSheet("")


def test_why_a_key_is_refused_is_read_whole_in_german(show_window: ShowWindow) -> None:
    """It ended "damit er nicht aus V"."""
    wording.use_language("de")
    try:
        workbench = show_window(size=(1024, 640))
        trainer, keys = Trainer(workbench), workbench.preferences.page
        trainer.comes_to("promptText")
        trainer.control(Qt.Key.Key_6)
        keys.show_part("keys")
        said = keys.findChild(QLabel, "changeKeyWords")
        shown = keys.findChild(QTreeWidget, "keysList")
        assert said is not None and shown is not None
        shown.setFocus()
        trainer.press(Qt.Key.Key_Down)
        trainer.press(Qt.Key.Key_Return)
        trainer.type("s")
        trainer.until(lambda: said.text().startswith("Wo Text getippt wird"), f"it is refused, not {said.text()!r}")
        trainer.until(lambda: cut_words(workbench.window) == [], "it is read whole")
    finally:
        wording.use_language("en")


def test_what_a_flag_can_say_is_read_in_german_at_twice_the_size(show_window: ShowWindow, qapp: QApplication) -> None:
    """It said "Sach…", "Vorei…", "Gefä…", and the last category was below the edge."""
    wording.use_language("de")
    try:
        appearance = Appearance("light", 2.0)
        workbench = show_window(appearance=appearance, size=(1024, 640))
        dress(qapp, appearance.theme)
        trainer, popup = Trainer(workbench), workbench.bench.popup
        trainer.comes_to("promptText")
        SCENES["bench, flag popup"](Visit(trainer))
        trainer.comes_to("flagGroup")

        def in_sight(row: int) -> bool:
            height = popup.categories.height() // len(popup.categories.rows)
            box = QRect(0, row * height, popup.categories.width(), height)
            return popup.categories.visibleRegion().boundingRect().contains(box)

        for row, category in enumerate(popup.categories.rows):
            popup.categories.setFocus()
            trainer.type(category.key.lower())
            trainer.until(lambda row=row: popup.categories.index == row and in_sight(row), f"{category.name} is seen")
            trainer.until(lambda name=category.name: name in painted(popup), f"{category.name} is read whole")
        trainer.type("3")
        trainer.until(lambda: popup.severities.visibleRegion().boundingRect().bottom() >= popup.severities.height() - 1,
                      "what was pressed is seen")  # fmt: skip
    finally:
        wording.use_language("en")
