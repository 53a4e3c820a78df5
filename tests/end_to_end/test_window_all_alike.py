"""All good, all bad, not rankable: one key gives each, so it is seen at once in a window of any width."""

from __future__ import annotations

import judging_scenes
import pytest
from cut_words import cut_words
from every_scene import Scene
from one_in import one_in
from pseudo_locale import speaking_pseudo
from PySide6.QtCore import Qt
from trainer import OpenWindow, ShowWindow, Trainer
from visit import Visit

from desktop.flow import wording
from desktop.views.bench_page import BenchPage
from desktop.views.parts import Badge, KeyButton

pytestmark = pytest.mark.long

SIZES = [(1024, 640), (1280, 720), (1440, 900)]
BY: dict[str, Scene] = {
    "the usual rubric": Visit.ask,
    "how much better": judging_scenes.judged_by("helpsteer2", 2),
    "two rankings": judging_scenes.judged_by("safe_rlhf", 2),
}
KEYS = {"g": "allGood", "x": "allBad"}
sizes = pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")


def asked(open_window: OpenWindow, size: tuple[int, int], scene: Scene) -> Trainer:
    trainer = Trainer(open_window(size=size, insecure=True))
    scene(Visit(trainer))
    trainer.workbench.bench.answers.choose(0)
    trainer.comes_to("answerTextA")
    return trainer


def said_on_cards(bench: BenchPage) -> list[str]:
    badges = [badge for card in bench.answers.cards for badge in card.findChildren(Badge)]
    return [badge.text() for badge in badges if badge.isVisible() and badge.text() in ("All good", "All bad")]


def is_chosen(button: KeyButton) -> bool:
    return button.isVisible() and button.isChecked() and button.width() >= button.minimumSizeHint().width()


@sizes
@pytest.mark.parametrize("by", one_in(2, BY))
@pytest.mark.parametrize("key", one_in(3, KEYS))
def test_one_key_is_seen_in_the_bar_and_on_the_answers_and_the_same_takes_it_back(
    open_window: OpenWindow, size: tuple[int, int], by: str, key: str
) -> None:
    trainer = asked(open_window, size, BY[by])
    bench = trainer.workbench.bench
    button = bench.verdict.findChild(KeyButton, KEYS[key])
    assert button is not None and not is_chosen(button) and said_on_cards(bench) == []
    trainer.type(key)
    trainer.until(lambda: is_chosen(button), "the button is there, and chosen")
    assert said_on_cards(bench)
    trainer.until(lambda: cut_words(trainer.window) == [], "nothing is cut")
    trainer.type(key)
    trainer.until(lambda: not is_chosen(button), "it is taken back")
    assert said_on_cards(bench) == []


@sizes
def test_not_rankable_is_seen_as_long_as_it_is_given(open_window: OpenWindow, size: tuple[int, int]) -> None:
    trainer = asked(open_window, size, Visit.ask)
    bar = trainer.workbench.bench.verdict
    trainer.type("n")
    trainer.dialog("notRankableDialog")
    trainer.type("They answer another question.")
    trainer.press(Qt.Key.Key_Return)
    trainer.alone()
    trainer.until(lambda: is_chosen(bar.unrankable), "the button is there, and chosen")


def test_a_click_on_what_is_chosen_takes_it_back_and_the_keyboard_stays_in_the_bar(show_window: ShowWindow) -> None:
    trainer = Trainer(show_window(size=(1024, 640)))
    Visit(trainer).ask()
    bench = trainer.workbench.bench
    trainer.type("g")
    trainer.until(bench.verdict.good.isVisible, "it is there")
    bench.verdict.good.setFocus()
    trainer.press(Qt.Key.Key_Space)
    trainer.until(lambda: not bench.verdict.good.isVisible(), "it is in the menu again")
    assert trainer.workbench.session.draft.level is None
    assert trainer.focus is bench.verdict.more


@sizes
@pytest.mark.parametrize("language", one_in(2, ["de", "pseudo"]))
@pytest.mark.parametrize("key", one_in(3, KEYS, first=1))
def test_what_is_chosen_is_whole_in_every_language(
    open_window: OpenWindow, size: tuple[int, int], language: str, key: str
) -> None:
    def look() -> None:
        trainer = asked(open_window, size, Visit.ask)
        bench = trainer.workbench.bench
        button = bench.verdict.findChild(KeyButton, KEYS[key])
        assert button is not None
        trainer.type(key)
        trainer.until(lambda: is_chosen(button), "the button is there, and chosen")
        trainer.until(lambda: cut_words(bench) == [], "nothing is cut")

    if language == "pseudo":
        with speaking_pseudo():
            look()
        return
    wording.use_language(language)
    try:
        look()
    finally:
        wording.use_language("en")
