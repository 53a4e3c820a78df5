"""The records of the outbox, in the true window: keys that are another list's, their order, and what is said below."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from test_window_outbox import MAIL, arrive, rows, said, save, standings
from trainer import ShowWindow

from desktop.profile import Profile
from desktop.qt_models.outbox_list import BEGAN
from feedback_store.batches.keys import DeviceKey

Key = Qt.Key
pytestmark = [pytest.mark.qt_log_ignore("This plugin does not support", extend=True), pytest.mark.long]


@pytest.mark.parametrize("key", ["r", "k"])
def test_a_key_that_decides_says_at_the_records_how_to_come_to_what_was_found(
    show_window: ShowWindow, profile: Profile, key: str
) -> None:
    """R and K stand beside the list of personal data, and did nothing before Enter, without a word."""
    save(profile, f"Write to {MAIL}.")
    trainer = arrive(show_window, 1)
    trainer.type(f"n{key}")
    assert said(trainer.workbench) == f"{key.upper()} is for a row of what was found. Enter goes there."
    assert rows(trainer.workbench) == [(MAIL, "")]
    trainer.press(Key.Key_Return)
    trainer.comes_to("personal")
    trainer.type(key)
    trainer.until(lambda: rows(trainer.workbench)[0] != (MAIL, ""), "it is decided")


def test_where_nothing_was_found_a_key_that_decides_says_that(show_window: ShowWindow, profile: Profile) -> None:
    save(profile)
    trainer = arrive(show_window, 1)
    trainer.type("r")
    assert said(trainer.workbench) == "Nothing was found in this record that is to be decided."


def test_a_record_in_which_words_were_blacked_out_stays_in_its_place_with_its_time(
    show_window: ShowWindow, profile: Profile
) -> None:
    """Its row had the time of the blacking out, and stood above an earlier one though the oldest come first."""
    first = save(profile, f"Write to {MAIL}.")
    save(profile, "And why?")
    trainer = arrive(show_window, 2)
    trainer.press(Key.Key_Return)
    trainer.comes_to("personal")
    trainer.type("r")
    trainer.until(lambda: standings(trainer.workbench) == ["Not released"] * 2, "it is blacked out")
    model = trainer.workbench.outbox.model
    newest = model.record(0)
    assert newest is not None and (newest.id, newest.rev) == (first.id, 2) and newest.created_at != first.created_at
    assert [model.index(row).data(BEGAN) for row in range(2)] == [first.created_at, ""]


def test_what_is_looked_for_is_not_said_where_a_withdrawal_waits_alone(
    show_window: ShowWindow, profile: Profile
) -> None:
    record = save(profile, "Why?")
    profile.store.outbox.release([record.id]).result()
    profile.store.outbox.seal(profile.project.id, DeviceKey.generate()).result()
    profile.store.records.withdraw(record.id, "mistake").result()
    trainer = arrive(show_window, 1)
    looked_for = trainer.workbench.outbox.findChild(QLabel, "lookedFor")
    assert isinstance(looked_for, QLabel) and looked_for.isHidden()
    save(profile, "How?")
    trainer.until(lambda: looked_for.isVisible(), "a judgement waits too")
