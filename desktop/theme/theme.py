"""The theme in use: one frozen value that answers for colours, fonts and heights.

Like Qt's palette and font it hangs on the application, and widgets ask for it when they paint; replacing it
replaces the style sheet, so every widget hears of it as a StyleChange. Must not know widgets.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QColor, QFont, QFontMetrics

from desktop.flow.flag_signs import FlagSign
from desktop.theme.tokens import Density, FlagColours, FlagTokens, Pattern, ThemeName, Tokens, TypeRole, read_tokens

HUNG = "preceptor_theme"  # an attribute of the application: as a property of Qt's it would be converted every time
_MOST_WIDTHS = 2000


@dataclass(frozen=True)
class FlagLook:
    """One flag category in one theme."""

    letter: str
    pattern: Pattern
    line: QColor
    tint: QColor
    strong: QColor
    text: QColor


@dataclass(frozen=True)
class Theme:
    """Tokens of one theme at one text zoom and density. `family` and `mono` are the fonts found on this system."""

    name: ThemeName = "light"
    zoom: float = 1.0
    density: Density = "normal"
    family: str = ""
    mono: str = ""
    motion: bool = True
    tokens: Tokens = field(default_factory=read_tokens, compare=False, repr=False)
    _fonts: dict[tuple[TypeRole, int | None, bool], QFont] = field(default_factory=dict, compare=False, repr=False)
    _widths: dict[tuple[str, TypeRole, int | None], int] = field(default_factory=dict, compare=False, repr=False)

    def hex(self, role: str) -> str:
        """A colour role as #RRGGBB; KeyError for a role that tokens.json does not have."""
        return self.tokens.colours[self.name][role]

    def colour(self, role: str) -> QColor:
        """A colour role as a QColor."""
        return QColor(self.hex(role))

    def font_px(self, role: TypeRole) -> int:
        """Font size of a type role in pixels, with text zoom."""
        return max(6, round(self.tokens.type[role].size * self.zoom))

    def line_px(self, role: TypeRole = "body") -> int:
        """Line height of a type role in pixels, with text zoom."""
        return max(8, round(self.tokens.type[role].line * self.zoom))

    def size(self, name: str) -> int:
        """A size of tokens.json in this density."""
        return self.tokens.density[self.density].size.get(name, self.tokens.size[name])

    def gap(self, usual: int) -> int:
        """What this density makes of room above, below or between parts that is usually so many pixels."""
        return self.tokens.density[self.density].gap.get(usual, usual)

    def grown(self, size: str, role: TypeRole = "body") -> int:
        """A height of tokens.json that holds one line of text: it grows by what the line grows."""
        return self.size(size) + self.line_px(role) - self.tokens.type[role].line

    def font(self, role: TypeRole = "body", *, weight: int | None = None, mono: bool = False) -> QFont:
        """A font of a type role; digits are as wide as one another, so that counts stand still."""
        if (role, weight, mono) not in self._fonts:
            self._fonts[role, weight, mono] = self._made_font(role, weight, mono)
        return QFont(self._fonts[role, weight, mono])  # whoever asked may change it

    def width(self, text: str, role: TypeRole = "body", *, weight: int | None = None) -> int:
        """How many pixels wide a few words are; layouts ask for the same ones again and again."""
        asked = (text, role, weight)
        if asked not in self._widths:
            if len(self._widths) >= _MOST_WIDTHS:
                self._widths.clear()
            self._widths[asked] = QFontMetrics(self.font(role, weight=weight)).horizontalAdvance(text)
        return self._widths[asked]

    def _made_font(self, role: TypeRole, weight: int | None, mono: bool) -> QFont:
        spec = self.tokens.type[role]
        font = QFont()
        family = self.mono if mono or spec.mono else self.family
        if family:
            font.setFamily(family)
        if mono or spec.mono:
            font.setStyleHint(QFont.StyleHint.Monospace)
        font.setPixelSize(self.font_px(role))
        font.setWeight(QFont.Weight(weight or spec.weight))
        font.setFeature(QFont.Tag("tnum"), 1)
        return font

    def flag(self, category: str, sign: FlagSign | None = None) -> FlagLook:
        """How a flag category looks, with the letter that its rubric gives it.

        One that the tokens do not know takes a colour and a pattern of theirs by its place in the rubric's set. These
        two stand together in no known category, and are different for the first 42 places.
        """
        looks = list(self.tokens.flags.values())
        known: FlagTokens | None = self.tokens.flags.get(category)
        place = sign.place if sign is not None else 0
        turn = 1 + place // len(looks) % (len(looks) - 1)
        tokens = known or looks[place % len(looks)]
        pattern = known.pattern if known else looks[(place + turn) % len(looks)].pattern
        colours: FlagColours = tokens.colours[self.name]
        letter = sign.letter if sign is not None else known.letter if known else category[:1].upper() or "?"
        return FlagLook(
            letter=letter,
            pattern=pattern,
            line=QColor(colours.line),
            tint=QColor(colours.tint),
            strong=QColor(colours.strong),
            text=QColor(colours.text),
        )


@cache
def _plain() -> Theme:
    return Theme()


def current_theme() -> Theme:
    """The theme that hangs on the application; light at 100 % before one was put there."""
    app = QCoreApplication.instance()
    theme = getattr(app, HUNG, None)  # an attribute: asked for at every turn, and a property of Qt's takes its time
    return theme if isinstance(theme, Theme) else _plain()


def hang_theme(app: QCoreApplication, theme: Theme) -> None:
    """Make `theme` the one that `current_theme` gives; `dress` in desktop/views/parts calls this."""
    setattr(app, HUNG, theme)
