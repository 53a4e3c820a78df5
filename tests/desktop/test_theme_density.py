"""A density changes heights and the gaps between what lies above one another; nothing else, and back again exactly."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from desktop.theme.appearance import Appearance
from desktop.theme.theme import Theme
from desktop.theme.tokens import DENSITIES, Density, read_tokens
from desktop.views.parts import IconButton, KeyButton, SegmentedChoice, WaitBar, dress
from desktop.views.parts.rows import RowDelegate

CAN_BE_HIT = ("control", "control-small", "row", "letter", "rail-button", "status", "header")


@pytest.fixture
def app(qapp: QApplication) -> Iterator[QApplication]:
    dress(qapp, Theme())
    yield qapp
    dress(qapp, Theme())


@pytest.mark.parametrize("density", DENSITIES)
def test_what_can_be_hit_is_never_lower_than_24(density: Density) -> None:
    theme = Theme(density=density)
    assert min(theme.size(name) for name in CAN_BE_HIT) >= theme.size("touch-min") == 24


def test_a_density_names_only_known_heights_and_steps_of_space() -> None:
    tokens = read_tokens()
    widths = {"rail", "rail-narrow", "panel", "gutter", "icon", "icon-small"}
    for density in tokens.density.values():
        assert density.size.keys() <= tokens.size.keys() - widths
    compact, spacious = tokens.density["compact"], tokens.density["spacious"]
    assert compact.gap.keys() == spacious.gap.keys()
    assert all(compact.gap[usual] < usual <= spacious.gap[usual] for usual in compact.gap)
    ordered = [[tokens.density[name].gap.get(usual, usual) for usual in sorted(compact.gap)] for name in DENSITIES]
    assert all(gaps == sorted(gaps) for gaps in ordered), "what is more air usually is never less"


def test_fonts_and_lines_are_no_matter_of_density() -> None:
    for role in read_tokens().type:
        assert len({(Theme(density=each).font_px(role), Theme(density=each).line_px(role)) for each in DENSITIES}) == 1


@pytest.mark.parametrize("density", DENSITIES)
def test_every_control_can_be_hit_in_every_density(app: QApplication, density: Density, qtbot: QtBot) -> None:
    dress(app, Theme(density=density))
    controls = (
        KeyButton("Save"), KeyButton("Save", small=True), IconButton("check", "Check"),
        IconButton("check", "Check", small=True), SegmentedChoice(("1", "2")), QRadioButton("One"), QCheckBox("One"),
        QLineEdit(),
    )  # fmt: skip
    for control in controls:
        qtbot.addWidget(control)
        control.ensurePolished()
        assert control.sizeHint().height() >= 24 and control.sizeHint().width() >= 24, control


def test_layouts_breathe_and_come_back_to_what_they_were_built_with(app: QApplication, qtbot: QtBot) -> None:
    widget = QWidget()
    qtbot.addWidget(widget)
    column = QVBoxLayout(widget)
    column.setContentsMargins(16, 8, 16, 12)
    column.setSpacing(12)
    row, grid = QHBoxLayout(), QGridLayout()
    row.setSpacing(8)
    grid.setHorizontalSpacing(8)
    grid.setVerticalSpacing(8)
    column.addLayout(row)
    column.addLayout(grid)
    widget.show()

    def gaps() -> tuple[int, ...]:
        margins = column.contentsMargins()
        sides = (margins.left(), margins.top(), margins.right(), margins.bottom())
        return (*sides, column.spacing(), row.spacing(), grid.horizontalSpacing(), grid.verticalSpacing())

    usual = gaps()
    dress(app, Theme(density="compact"))
    assert gaps() == (16, 4, 16, 8, 8, 8, 8, 4)
    dress(app, Theme(density="spacious"))
    assert gaps() == (16, 12, 16, 16, 16, 8, 8, 12)
    dress(app, Theme(density="spacious", zoom=1.5))
    assert gaps() == (16, 12, 16, 16, 16, 8, 8, 12), "not twice"
    column.setSpacing(20)
    dress(app, Theme())
    assert gaps() == (*usual[:4], 20, *usual[5:]), "what its owner has set meanwhile stays"


def test_what_is_built_later_breathes_too(app: QApplication, qtbot: QtBot) -> None:
    dress(app, Theme(density="compact"))
    widget = QWidget()
    qtbot.addWidget(widget)
    column = QVBoxLayout(widget)
    column.setSpacing(8)
    widget.show()
    assert column.spacing() == 4


def test_rows_and_controls_follow_at_once(app: QApplication, qtbot: QtBot) -> None:
    button = KeyButton("Save")
    qtbot.addWidget(button)
    delegate = RowDelegate()
    heights = {}
    for density in DENSITIES:
        dress(app, Theme(density=density))
        heights[density] = (button.sizeHint().height(), delegate.sizeHint(None, None).height())  # type: ignore[arg-type]
    assert heights == {"compact": (28, 24), "normal": (32, 28), "spacious": (36, 36)}


def test_what_a_profile_kept_is_taken_and_nonsense_left_out(app: QApplication) -> None:
    appearance = Appearance("light")
    appearance.choose_next_density()
    appearance.choose_motion(less=True)
    other = Appearance("light")
    other.take(appearance.kept())
    assert (other.density, other.theme.density, other.theme.motion) == ("spacious", "spacious", False)
    other.take({"density": "tight", "less_motion": "yes"})
    assert (other.density, other.less_motion) == ("spacious", False)


@pytest.mark.parametrize("motion", [True, False])
def test_a_bar_for_what_lasts_stands_still_where_less_motion_is_asked_for(
    app: QApplication, motion: bool, qtbot: QtBot
) -> None:
    dress(app, Theme(motion=motion))
    bar = WaitBar()
    qtbot.addWidget(bar)
    bar.setRange(0, 0)
    bar.resize(300, 4)
    bar.show()

    def picture() -> bytes:
        image = bar.grab().toImage()
        return bytes(image.constBits())

    first = picture()
    if motion:
        qtbot.waitUntil(lambda: picture() != first)
    else:
        seen = set()
        for _ in range(20):
            qtbot.wait(20)
            seen.add(picture())
        assert seen == {first}
    bar.setRange(0, 10)
    bar.setValue(5)
    half = picture()
    bar.setValue(9)
    assert picture() != half, "how far it has come is still shown"
