"""What once was cut, wrapped or came short in the true window: the bar below the answers, the rail, search and list."""

from __future__ import annotations

from pathlib import Path

import pytest
from one_in import one_in
from passing_time import live, settled
from PySide6.QtCore import QEvent, QObject, QRect, Qt
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QWidget
from trainer import OpenWindow, ShowWindow, Trainer

from desktop.app import Workbench
from desktop.flow import keymap
from desktop.flow.keymap import Keymap
from desktop.flow.wording import use_language
from desktop.profile import Profile
from desktop.theme.appearance import Appearance
from desktop.views.parts import dress
from desktop.views.parts.rail_button import RailButton

SIZES = [(1440, 900), (1280, 800), (1024, 640)]
Key = Qt.Key


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("size", one_in(2, SIZES))
def test_the_bar_below_the_answers_stands_in_one_line_with_its_keys(
    size: tuple[int, int], language: str, profile: Profile, show_window: ShowWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LANGUAGE", language)
    use_language()
    try:
        project = profile.new_project("Two respects", "safe_rlhf")
        profile.store.projects.use(project.id).result()
        workbench = show_window(size=size)
        trainer = Trainer(workbench)
        trainer.comes_to("promptText")
        trainer.type("Why is the sky blue?")
        trainer.control(Key.Key_Return)
        trainer.until(lambda: workbench.session.draft.finished and not workbench.session.writing, "answers stand")
        bar = workbench.bench.verdict
        trainer.until(lambda: bar.ranking.width() >= bar.ranking.sizeHint().width(), "the bar is laid out")
        found = [bar.findChild(QLabel, name) for name in ("saveMissing", "saveMissingBelow")]
        (label,) = [each for each in found if each is not None and each.isVisible()]
        assert label.fontMetrics().horizontalAdvance(label.text()) <= label.contentsRect().width(), label.text()
        shown = [part for part in (bar.good, bar.bad, bar.unrankable, bar.save) if part.isVisible()]
        parts = (bar.axes, bar.ranking, bar.sure)
        for those, what in ((shown, "the keys are painted"), (parts, "nothing is cut")):
            trainer.until(lambda those=those: all(p.width() >= p.sizeHint().width() for p in those), what)
    finally:
        monkeypatch.setenv("LANGUAGE", "en")
        use_language()


class Painted(QObject):
    """What of a bar had no place of its own whenever the bar was painted."""

    def __init__(self, bar: QWidget) -> None:
        super().__init__(bar)
        self.times = 0
        self.unfitted: list[str] = []
        self._bar = bar
        bar.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._bar and event.type() == QEvent.Type.Paint:
            self.times += 1
            for part in self._bar.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly):
                inside = self._bar.rect().contains(part.geometry()) and part.width() >= part.minimumSizeHint().width()
                if part.isVisible() and not inside:
                    self.unfitted.append(f"{part.objectName()} at {part.geometry().getRect()}")
        return False


@pytest.mark.long
@pytest.mark.parametrize("size", one_in(2, SIZES, first=1))
def test_the_bar_below_the_answers_is_fitted_before_it_is_painted_first(
    size: tuple[int, int], show_window: ShowWindow
) -> None:
    """All good, all bad and not rankable were painted over one another once, where they had been made."""
    workbench = show_window(size=size)
    trainer = Trainer(workbench)
    trainer.comes_to("promptText")
    trainer.type("Why is the sky blue?")
    painted = Painted(workbench.bench.verdict)
    trainer.control(Key.Key_Return)
    trainer.until(lambda: workbench.session.draft.finished and not workbench.session.writing, "answers stand")
    trainer.until(lambda: painted.times > 0, "the bar is painted")
    assert painted.unfitted == []


def test_the_rail_grows_with_a_name_that_needs_more(show_window: ShowWindow) -> None:
    window = show_window(size=(1440, 900)).window
    button = window.findChild(RailButton, "railBench")
    assert button is not None
    button.setText("Werkbänke")
    window.resize(1441, 900)
    live(0)
    assert button.width() >= button.sizeHint().width() > 64
    window.resize(1024, 640)
    live(0)
    assert button.width() == 48


@pytest.mark.long
def test_no_name_in_the_rail_is_cut_in_german_with_larger_text(
    show_window: ShowWindow, qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LANGUAGE", "de")
    use_language()
    try:
        window = show_window(size=(1440, 900)).window
        for zoom in (1.0, 1.1, 1.3, 1.4, 2.0):
            dress(qapp, Appearance("light", zoom).theme)
            live(0)
            for button in window.findChildren(RailButton):
                assert button.width() >= button.sizeHint().width(), f"{button.text()} at {zoom}"
    finally:
        monkeypatch.setenv("LANGUAGE", "en")
        use_language()


@pytest.mark.long
@pytest.mark.parametrize("language", ["en", "de"])
def test_what_can_be_searched_for_is_read_in_the_smallest_window(
    language: str, open_window: OpenWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LANGUAGE", language)
    use_language()
    try:
        trainer = Trainer(open_window(size=(1024, 640)))
    finally:
        monkeypatch.setenv("LANGUAGE", "en")
        use_language()
    trainer.control(Key.Key_F)
    trainer.comes_to("search")
    search = trainer.focus
    assert isinstance(search, QLineEdit)
    words = search.fontMetrics().horizontalAdvance(search.placeholderText())
    assert words + 16 <= search.width()


@pytest.mark.long
def test_a_key_of_the_list_of_models_can_be_changed_and_the_palette_has_it(show_window: ShowWindow) -> None:
    workbench = show_window()
    trainer = Trainer(workbench)
    trainer.comes_to("promptText")
    trainer.control(Key.Key_2)
    trainer.comes_to("modelList")
    workbench.window.use_keys(Keymap({}).with_key("add_models", "J"))
    try:
        trainer.type("a")
        assert not workbench.rooms.models.is_adding
        trainer.type("j")
        assert workbench.rooms.models.is_adding
        assert workbench.rooms.models.add.hint == "J"
        trainer.press(Key.Key_Escape)
        trainer.control(Key.Key_K)
        trainer.comes_to("paletteField")
        trainer.type("add models")
        trainer.press(Key.Key_Return)
        trainer.until(lambda: workbench.rooms.models.is_adding, "models can be added")
    finally:
        keymap.use(Keymap({}))


@pytest.mark.long
@pytest.mark.parametrize("name", ["models.json", "endpoints.json"])
def test_a_damaged_list_is_told_in_the_models_room_with_its_ways_out(
    name: str, profile: Profile, tmp_path: Path, show_window: ShowWindow
) -> None:
    (tmp_path / "profile" / name).write_text("{damaged")
    workbench = show_window()
    trainer = Trainer(workbench)
    trainer.comes_to("promptText")
    trainer.control(Key.Key_2)
    bar = workbench.rooms.models.message
    trainer.until(lambda: bar.message is not None, "it is said")
    assert bar.message is not None and bar.message.kind == "warning"
    assert f"{name} is damaged" in bar.message.text and "set aside" in bar.message.reason
    trainer.push("way_add_again")
    assert workbench.rooms.models.is_adding
    assert (tmp_path / "profile" / name).read_text() == "{damaged", "looking changes nothing"


@pytest.mark.parametrize("size", [(1440, 900), (1024, 640)])
def test_a_long_warning_takes_no_room_from_the_verdicts(size: tuple[int, int], show_window: ShowWindow) -> None:
    workbench = show_window(size=size)
    trainer = Trainer(workbench)
    trainer.comes_to("promptText")
    trainer.type("Why is the sky blue?")
    trainer.control(Key.Key_Return)
    trainer.until(lambda: workbench.session.draft.finished and not workbench.session.writing, "answers stand")
    bar = workbench.bench.verdict
    verdicts = [bar.ranking, bar.good, bar.bad, bar.unrankable, bar.more, bar.sure, bar.save]

    def places() -> list[tuple[object, bool]]:
        live(0)
        return [(part.geometry(), part.isVisible()) for part in verdicts]

    bar.show_missing("", can_save=True)
    before = places()
    long = "Answer C lacks a rating for helpfulness, correctness, coherence, complexity and verbosity. " * 3
    bar.show_missing(long, can_save=False)
    assert places() == before
    label = bar.findChild(QLabel, "saveMissingBelow")
    assert label is not None
    assert label.isVisible()
    assert bar._below.toolTip().startswith("<") or long[:20] in bar._below.toolTip()
    assert bar.save.accessibleDescription().startswith(long)
    bar.show_missing("C: tone", can_save=False)
    assert places() == before


@pytest.mark.long
@pytest.mark.parametrize("size", one_in(3, [(1920, 1080), *SIZES], first=1))
def test_nothing_moves_between_what_is_being_written_and_what_is_done(
    size: tuple[int, int], show_window: ShowWindow
) -> None:
    answers = tuple(f"Answer {number}: " + "one more word " * 120 for number in range(4))
    workbench = show_window(answers, pause=0.006, size=size)
    trainer, bench = Trainer(workbench), workbench.bench
    trainer.comes_to("promptText")
    trainer.type("Why is the sky blue?")
    live(0)
    prompt = bench.prompt
    fields = (prompt.system, prompt.domain, prompt.tags, prompt.model, prompt.count, prompt.preset, prompt.blind)
    named = prompt.model.width()
    trainer.control(Key.Key_Return)
    trainer.until(lambda: bench.answers.isVisible() and any(_lengths(workbench)), "the first words are here")
    fixed = (bench.panel, prompt, prompt.button, prompt.text, *fields)
    held = (*fixed, bench.verdict, bench.answers.cards[0])

    def places() -> list[tuple[bool, QRect]]:
        return [(part.isVisible(), part.geometry()) for part in held]

    writing = settled(places)
    assert workbench.session.writing
    assert prompt.model.width() == named, "nor where its name is covered"
    trainer.until(lambda: workbench.session.draft.finished and not workbench.session.writing, "answers stand")
    assert settled(places) == writing


def _lengths(workbench: Workbench) -> list[int]:
    return [len(answer.text) for answer in workbench.session.draft.answers]
