"""What was found as personal data in a comparison, or was blacked out, as a row of a list."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class PersonalRow:
    """Words that were found: of what kind, where, and `decided` in a word, "" while they are not."""

    kind: str
    quote: str
    where: str
    decided: str = ""

    @property
    def lead(self) -> str:
        return self.kind

    @property
    def spoken(self) -> str:
        return ", ".join(filter(None, (self.kind, self.quote, self.where, self.decided)))
