"""Keys at the records of the outbox that are another list's: they do nothing there, and say what to press."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from test_window_outbox import MAIL, arrive, rows, said, save
from trainer import ShowWindow

from desktop.profile import Profile

Key = Qt.Key
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)


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
