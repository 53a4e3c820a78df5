"""How the guideline stands beside the answers: whole lines, air about them, one scroll bar, and no gap above it."""

from __future__ import annotations

import pytest
from passing_time import live
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QLabel, QWidget
from trainer import ShowWindow, Trainer

from desktop.app import Workbench
from desktop.profile import Profile
from desktop.views.guideline_part import INSET
from desktop.views.parts.whole_lines import whole_height

LONG = "# How we judge\n\n" + "\n\n".join(
    f"{number}. Truth first, whoever asks and however long." for number in range(30)
)


@pytest.fixture
def reader(profile: Profile, show_window: ShowWindow, request: pytest.FixtureRequest) -> Trainer:
    """A trainer before four answers and a long guideline, in a window of some size."""
    profile.store.projects.set_guideline(profile.project, LONG).result()
    workbench = show_window(size=request.param)
    trainer = Trainer(workbench)
    trainer.comes_to("promptText")
    trainer.type("Why is the sky blue?")
    trainer.control(Qt.Key.Key_Return)
    trainer.until(lambda: workbench.session.draft.finished and not workbench.session.writing, "the answers stand")
    trainer.until(lambda: not workbench.bench.panel.personal.isHidden(), "personal data was looked for")
    return trainer


def reads(workbench: Workbench) -> None:
    workbench.bench.open_part(workbench.bench.panel.guideline.text)
    live(50)


def place(part: QWidget, within: QWidget) -> QRect:
    return QRect(part.mapTo(within, QPoint(0, 0)), part.size())


@pytest.mark.parametrize("reader", [(1920, 1080)], indirect=True)
def test_beside_a_guideline_why_takes_no_room_that_it_cannot_use(reader: Trainer) -> None:
    """Its name floated in an empty gap."""
    panel = reader.workbench.bench.panel
    (label,) = [each for each in panel.findChildren(QLabel) if each.text() == "Why"]
    assert label.height() < 2 * label.fontMetrics().lineSpacing()
    assert place(panel.why, panel).top() - place(label, panel).bottom() < label.fontMetrics().lineSpacing()
    assert panel.guideline.height() > panel.why.height() * 3, "what is left is the guideline's"


@pytest.mark.parametrize("reader", [(1024, 640), (1920, 1080)], indirect=True)
def test_there_is_air_between_the_guideline_and_the_ring_and_it_begins_where_its_heading_does(reader: Trainer) -> None:
    part = reader.workbench.bench.panel.guideline
    reads(reader.workbench)
    inside = place(part.text.viewport(), part.text)
    assert min(inside.left(), inside.top(), part.text.height() - inside.bottom() - 1) >= INSET
    (heading,) = [each for each in part.findChildren(QLabel) if each.text() == "Guideline"]
    assert abs(place(heading, part).left() - place(part.text.viewport(), part).left()) <= 1


@pytest.mark.parametrize("reader", [(1024, 640)], indirect=True)
def test_in_the_smallest_window_the_guideline_is_read_whole_lines_beside_one_scroll_bar(reader: Trainer) -> None:
    """Its last line was cut through by the panel, whose scroll bar stood beside its own."""
    panel = reader.workbench.bench.panel
    reads(reader.workbench)
    text = panel.guideline.text
    viewport = place(text.viewport(), panel.viewport())
    assert viewport.top() + whole_height(text) <= panel.viewport().height(), "its last line is in sight"
    assert text.verticalScrollBar().isVisible() and not panel.verticalScrollBar().isVisible()
    width = text.viewport().width()
    panel.why.setFocus()
    live(50)
    assert panel.verticalScrollBar().isVisible(), "the rest can be scrolled to"
    assert text.viewport().width() == width, "no line breaks elsewhere for that"
