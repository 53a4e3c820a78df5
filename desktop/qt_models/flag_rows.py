"""A flag of a comparison as a row of a list."""

from __future__ import annotations

from dataclasses import dataclass

from desktop.flow.flag_signs import FlagSign
from desktop.flow.wording import gettext as _
from desktop.qt_models.ratings import letter_of


@dataclass(frozen=True)
class FlagRow:
    """One flag: of which answer, which category, how bad, in words, and on what. `gone`: its quote is not found.

    `note` is what the trainer says of it.
    """

    position: int
    category: str
    severity: int
    name: str
    quote: str
    gone: bool = False
    note: str = ""
    sign: FlagSign | None = None

    @property
    def lead(self) -> str:
        return self.name

    @property
    def shown_quote(self) -> str:
        """The words that are flagged, or that they are gone; and the note, as far as there is room."""
        quote = _("not found") if self.gone else self.quote
        return f"{quote} – {self.note}" if self.note else quote

    @property
    def spoken(self) -> str:
        words = _("{name}, answer {letter}, severity {severity}: {quote}")
        return words.format(
            name=self.name, letter=letter_of(self.position), severity=self.severity, quote=self.shown_quote
        )
