"""What is released in the outbox, by which key, and what is said and asked before it and after."""

from __future__ import annotations

import pytest
from outbox_room import PHONE, arrive, said, said_by_buttons, save, standings
from passing_time import live
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from trainer import ShowWindow

from desktop.flow import leaving
from desktop.profile import Profile
from desktop.views.parts import KeyButton
from feedback_store.outbox import Unsent

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)


def test_all_that_are_clean_are_released_after_a_question_and_the_others_stay(
    show_window: ShowWindow, profile: Profile
) -> None:
    for ask in ("Why?", f"Call {PHONE}.", "How?"):
        save(profile, ask)
    trainer = arrive(show_window, 3)
    workbench = trainer.workbench
    trainer.type("a")
    trainer.dialog("confirmRelease")
    trainer.push("confirmReleaseMain")
    trainer.until(lambda: standings(workbench) == ["Released", "1 place to look at", "Released"], "two are released")
    trainer.until(lambda: said(workbench).startswith("2 records released."), "it is said")
    assert "1 stays until its places are looked at." in said(workbench)
    trainer.control(Qt.Key.Key_Z)
    trainer.until(
        lambda: standings(workbench) == ["Not released", "1 place to look at", "Not released"], "they wait again"
    )


def test_an_address_typed_into_the_outbox_releases_nothing_and_says_what_it_held_back(
    show_window: ShowWindow, profile: Profile
) -> None:
    """It released all of them and held them back, without a word."""
    for ask in ("Why?", "How?"):
        save(profile, ask)
    trainer = arrive(show_window, 2)
    workbench = trainer.workbench
    QTest.keyClicks(trainer.focus, "h")
    trainer.until(lambda: said(workbench).startswith("Held back."), "it is said")
    assert "Undo" in said_by_buttons(workbench)
    assert standings(workbench) == ["Held back", "Not released"]
    trainer.type("a")
    question = trainer.dialog("confirmRelease")
    trainer.comes_to("confirmReleaseLeave")
    trainer.type("nna.huber@example.com")
    assert question.isVisible()
    (release,) = question.findChildren(KeyButton, "confirmReleaseMain")
    assert release.kind == "normal", "it was filled, and Enter does not press it"
    trainer.press(Qt.Key.Key_Return)
    trainer.alone()
    assert standings(workbench) == ["Held back", "Not released"]
    trainer.control(Qt.Key.Key_Z)
    trainer.until(lambda: standings(workbench) == ["Not released", "Not released"], "nothing is held back any more")


def test_the_question_before_all_are_released_says_what_leaves_to_whom_and_what_stays(
    show_window: ShowWindow, profile: Profile
) -> None:
    for ask in ("Why?", f"Call {PHONE}.", "How?", "Where?"):
        save(profile, ask)
    trainer = arrive(show_window, 4)
    workbench = trainer.workbench
    trainer.type("h")
    trainer.until(lambda: standings(workbench)[0] == "Held back", "the first is held back")
    trainer.type("a")
    question = trainer.dialog("confirmRelease")
    words = [label.text() for label in question.findChildren(QLabel) if label.text()]
    assert words[:2] == [
        "Release 2 judgements?",
        "Of each the prompt, all answers and your judgement leave, word for word."
        " No collector is joined: they go into a file, when you save one."
        " Until then undo takes the release back."
        " 1 stays until its places are looked at. 1 is held back and stays.",
    ]
    save(profile, "Came while it was asked")
    trainer.push("confirmReleaseMain")
    trainer.until(lambda: standings(workbench)[2:4] == ["Released"] * 2, "those that were asked about are released")
    trainer.until(
        lambda: standings(workbench)[4:] == ["Not released"], "what came since was not asked about, and stays"
    )


@pytest.mark.parametrize("kept", ["", "https://collector.example"])
def test_who_gets_what_is_released_is_said_in_the_question(kept: str) -> None:
    rows = [Unsent(id="a", sha256="b" * 64, way="saved", undecided=0)]
    asked, words = leaving.release_question(rows, kept)
    assert asked == "Release 1 judgement?"
    assert (f"They go to {kept} with the next Sign and send." in words) == bool(kept)


def test_what_one_key_did_to_a_record_is_said_with_its_undo(show_window: ShowWindow, profile: Profile) -> None:
    save(profile, "Why?")
    trainer = arrive(show_window, 1)
    workbench = trainer.workbench
    trainer.press(Qt.Key.Key_Space)
    for key, words in (
        (Qt.Key.Key_Space, "Released."),
        (Qt.Key.Key_H, "No longer released."),
        (Qt.Key.Key_H, "Held back."),
        (None, "No longer held back."),
    ):
        trainer.until(lambda words=words: said(workbench).startswith(words), words)
        trainer.until(lambda: "Undo" in said_by_buttons(workbench), "its undo stands there")
        if key is not None:
            trainer.press(key)


@pytest.mark.parametrize("size", [(1440, 900), (1024, 640)])
def test_what_was_released_is_not_said_over_the_deliveries_that_are_read(
    show_window: ShowWindow, profile: Profile, size: tuple[int, int]
) -> None:
    """It lay over them until it went, and cut through the buttons over them in a low window."""
    save(profile, "Why?")
    trainer = arrive(show_window, 1, size)
    outbox = trainer.workbench.outbox
    trainer.press(Qt.Key.Key_Space)
    trainer.until(outbox.message.isVisible, "it is said")
    live(30)
    over = QRect(outbox.message.mapTo(outbox, QPoint(0, 0)), outbox.message.size())
    save_file = outbox.sent.save
    assert save_file.visibleRegion().boundingRect() == save_file.rect()
    assert not over.intersects(QRect(save_file.mapTo(outbox, QPoint(0, 0)), save_file.size()))
    outbox.sent.batches.setFocus(Qt.FocusReason.TabFocusReason)
    assert outbox.message.isHidden() and outbox.message.message is None
    trainer.control(Qt.Key.Key_Z)
    trainer.until(lambda: standings(trainer.workbench) == ["Not released"], "it is undone as before")


def test_releasing_all_that_are_clean_looks_like_a_button(show_window: ShowWindow, profile: Profile) -> None:
    """Without a frame, beside the filled one, it was taken for a label."""
    save(profile)
    outbox = arrive(show_window, 1).workbench.outbox
    pictures = []
    for button in (outbox.release_all, outbox.leaving.join):
        seen = button.grab().toImage()
        pictures.append({seen.pixelColor(x, 0).name() for x in range(seen.width() // 3, seen.width() // 2)})
    assert pictures[0] == pictures[1] and len(pictures[0]) == 1


def test_what_release_does_stands_below_it_before_and_after_it_is_pressed(
    show_window: ShowWindow, profile: Profile
) -> None:
    save(profile, "Clean?")
    trainer = arrive(show_window, 1)
    said = trainer.workbench.outbox.leaving._means
    assert said.isVisible()
    assert said.text() == "Release lets it be written by Save as a file. Until then it can be taken back."
    trainer.press(Qt.Key.Key_Space)
    trainer.until(lambda: said.text().startswith("Released: "), "what that has done")
