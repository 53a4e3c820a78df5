"""A theme reaches the whole application: sheet, palette, fonts, icons; it follows the choice."""

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtGui import QPalette, QPixmap
from PySide6.QtWidgets import QApplication, QLabel, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from desktop.flow.flag_signs import FlagSign
from desktop.theme.appearance import Appearance
from desktop.theme.icons import icon_names, icon_pixmap, make_icon
from desktop.theme.palette import make_palette
from desktop.theme.stylesheet import make_stylesheet
from desktop.theme.theme import Theme, current_theme
from desktop.theme.tokens import THEME_NAMES, ThemeName
from desktop.views.parts import KeyButton, dress, undressed


@pytest.fixture
def app(qapp: QApplication) -> QApplication:
    dress(qapp, Theme())
    return qapp


class Counting(QWidget):
    """Counts how often it was styled anew."""

    changes = 0

    def changeEvent(self, event: QEvent) -> None:
        self.changes += event.type() == QEvent.Type.StyleChange
        super().changeEvent(event)


def built(levels: int) -> tuple[QWidget, Counting]:
    """Something that was built from within: what is outermost, and what is innermost."""
    innermost = Counting()
    outermost: QWidget = innermost
    for level in range(levels):
        around = QWidget()
        layout = QVBoxLayout(around)
        layout.addWidget(KeyButton(f"Button {level}", "Ctrl+S"))
        layout.addWidget(outermost)
        outermost = around
    return outermost, innermost


def test_what_is_built_undressed_is_dressed_once_and_looks_the_same(app: QApplication, qtbot: QtBot) -> None:
    dressed, often = built(12)
    with undressed():
        bare, once = built(12)
        assert not app.styleSheet()
    for each in (dressed, bare):
        qtbot.addWidget(each)
        each.show()
    assert once.changes <= 2 < often.changes
    assert bare.size() == dressed.size()
    assert bare.grab().toImage() == dressed.grab().toImage()


def test_what_fails_while_it_is_built_leaves_the_application_dressed(app: QApplication) -> None:
    before = app.styleSheet()
    with pytest.raises(ValueError), undressed():
        raise ValueError
    assert before and app.styleSheet() == before


def test_a_widget_is_styled_anew_no_oftener_the_deeper_it_stands(app: QApplication, qtbot: QtBot) -> None:
    outermost = inside = Counting()
    qtbot.addWidget(outermost)
    for _level in range(12):
        layout = QVBoxLayout(inside)
        inside = Counting()
        layout.addWidget(inside)
    outermost.show()
    outermost.changes = inside.changes = 0
    dress(app, Theme("dark"))
    assert 1 <= inside.changes <= outermost.changes
    dress(app, Theme())


@pytest.mark.parametrize("name", THEME_NAMES)
@pytest.mark.parametrize("zoom", [0.8, 1.0, 2.0])
def test_the_sheet_has_no_name_left_open(name: ThemeName, zoom: float) -> None:
    sheet = make_stylesheet(Theme(name, zoom))
    assert "@" not in sheet and "$" not in sheet
    assert Theme(name).hex("window") in sheet


@pytest.mark.parametrize("name", THEME_NAMES)
def test_qt_takes_the_sheet_without_complaint(app: QApplication, name: ThemeName, qtbot: QtBot) -> None:
    dress(app, Theme(name))  # pytest-qt fails on the warning that a bad sheet brings
    label = QLabel("text")
    qtbot.addWidget(label)
    label.show()
    assert current_theme().name == name
    assert app.palette().color(QPalette.ColorRole.Window).name().upper() == Theme(name).hex("window")
    dress(app, Theme())


def test_disabled_text_and_selection_come_from_tokens(app: QApplication) -> None:
    theme = Theme("dark")
    palette = make_palette(theme)
    assert palette.color(QPalette.ColorGroup.Disabled, QPalette.ColorRole.Text) == theme.colour("text-disabled")
    assert palette.color(QPalette.ColorRole.Highlight) == theme.colour("selection")
    assert palette.color(QPalette.ColorRole.PlaceholderText) == theme.colour("text-tertiary")


def test_a_choice_makes_the_next_theme(app: QApplication, qtbot: QtBot) -> None:
    appearance = Appearance("light")
    with qtbot.waitSignal(appearance.changed) as told:
        appearance.choose("dark")
    assert told.args == [appearance.theme]
    assert appearance.theme.name == "dark"
    assert appearance.theme.family


def test_the_same_wish_again_changes_nothing(app: QApplication, qtbot: QtBot) -> None:
    appearance = Appearance("dark")
    with qtbot.assertNotEmitted(appearance.changed):
        appearance.choose("dark")


def test_controls_grow_with_the_text(app: QApplication, qtbot: QtBot) -> None:
    button = KeyButton("Save", "Ctrl+S")
    qtbot.addWidget(button)
    small = button.sizeHint()
    dress(app, Theme(zoom=2.0))
    large = button.sizeHint()
    dress(app, Theme())
    assert small.height() == 32
    assert large.height() == 52
    assert large.width() > small.width()
    assert button.sizeHint() == small


def test_every_icon_is_drawn_in_its_colour(app: QApplication) -> None:
    theme = Theme("light")
    for name in icon_names():
        image = icon_pixmap(name, theme.colour("danger"), 20, 2.0).toImage()
        inks = {
            image.pixelColor(x, y).name() for x in range(40) for y in range(40) if image.pixelColor(x, y).alpha() == 255
        }
        assert theme.hex("danger").lower() in inks, name
    assert len(icon_names()) >= 30


def test_an_icon_is_sharp_at_every_ratio(app: QApplication) -> None:
    pixmap: QPixmap = icon_pixmap("check", Theme().colour("text"), 16, 3.0)
    assert pixmap.width() == 48
    assert pixmap.devicePixelRatio() == 3.0
    assert not make_icon("check").isNull()


def test_an_icon_that_is_not_packaged_is_refused(app: QApplication) -> None:
    with pytest.raises(FileNotFoundError):
        icon_pixmap("no-such-icon", Theme().colour("text"), 16)


def test_digits_are_as_wide_as_one_another(app: QApplication) -> None:
    from PySide6.QtGui import QFontMetricsF

    metrics = QFontMetricsF(current_theme().font("body"))
    assert len({round(metrics.horizontalAdvance(digit), 2) for digit in "0123456789"}) == 1


def test_a_category_of_another_rubric_still_has_a_look(app: QApplication) -> None:
    assert Theme().flag("sources", FlagSign("Q", 6)).letter == "Q"
    assert Theme().flag("sources").letter == "S" and Theme().flag("bias").letter == "B"


@pytest.mark.parametrize("theme", THEME_NAMES)
def test_all_categories_of_a_set_look_different_also_beside_those_that_are_known(
    app: QApplication, theme: ThemeName
) -> None:
    """The hazards looked all alike, and two of them had one letter."""
    shown = Theme(theme)
    looks = [shown.flag(category) for category in shown.tokens.flags]
    looks += [shown.flag(f"of-one's-own-{place}", FlagSign("Q", place)) for place in range(42)]
    assert len({(look.line.name(), look.pattern) for look in looks}) == len(looks)
