"""Questions that begin alike, where there is no room for all their words: what tells them apart is read."""

from __future__ import annotations

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics
from trainer import ShowWindow, Trainer

from desktop.profile import Profile
from desktop.theme.theme import current_theme
from desktop.views.parts import RatingRow
from desktop.views.parts.rating_painting import fitting_name
from feedback_store import rubrics
from feedback_store.records import Versioned

pytestmark = pytest.mark.long

Key = Qt.Key


@pytest.mark.parametrize("width", [1024, 1440])
def test_questions_that_begin_alike_are_read_from_where_they_differ(
    profile: Profile, show_window: ShowWindow, width: int
) -> None:
    """Four of five were "Bias again…rientation"."""
    found = rubrics.load("dices_bias")
    named = Versioned(found.id, found.version, found.sha256)
    profile.store.projects.update(msgspec.structs.replace(profile.project, rubric=named, rubric_body=None)).result()
    trainer = Trainer(show_window(size=(width, 640)))
    session = trainer.workbench.session
    trainer.type("Why is the sky blue?")
    trainer.control(Key.Key_Return)
    trainer.until(lambda: session.draft.finished and not session.writing, "answers stand")
    trainer.type("1")
    trainer.press(Key.Key_Return)
    table = trainer.workbench.bench.ratings
    assert trainer.focus is table and isinstance(table, RatingRow) == (width == 1024)
    metrics = QFontMetrics(current_theme().font("label"))
    for row, line in enumerate(table.grid.lines):
        room = table.name_width(line) + 2 if isinstance(table, RatingRow) else table.verticalHeader().width() - 8
        read = fitting_name(table.grid, row, metrics, room)
        if read != line.name:
            whole = table.grid.short_name(row)
            assert read.startswith("…") and read.rstrip("…") == whole[: len(read.rstrip("…"))], read
            assert len(read) > 6, read
        trainer.type("n")
