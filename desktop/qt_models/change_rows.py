"""A change of a rewritten answer as a row of a list. Its words are found when somebody looks: there may be many."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from desktop.flow.change_words import ChangeWords, words_of
from desktop.flow.word_diff import Change
from desktop.flow.wording import gettext as _


@dataclass(frozen=True)
class ChangeRow:
    """The `number`-th change between two texts, counted from 1."""

    number: int
    original: str
    revised: str
    change: Change

    @property
    def lead(self) -> str:
        return str(self.number)

    @cached_property
    def words(self) -> ChangeWords:
        """What went and what came, each in one line."""
        found = words_of(self.original, self.revised, self.change)
        before = f"{found.before} " if found.removed.startswith(" ") else found.before
        after = f" {found.after}" if found.added.endswith(" ") else found.after
        return ChangeWords(_line(before), _line(found.removed.strip(" ")), _line(found.added.strip(" ")), _line(after))

    @property
    def added_words(self) -> str:
        """What came, or that nothing did."""
        return self.words.added or _("removed")

    @property
    def spoken(self) -> str:
        words = self.words
        if not words.added:
            told = _("Change {number}: {removed} is removed. {before} …")
        elif not words.removed:
            told = _("Change {number}: {added} is added. {before} … {after}")
        else:
            told = _("Change {number}: {removed} becomes {added}. {before} … {after}")
        before, after = words.before.strip(), words.after.strip()
        return told.format(number=self.number, removed=words.removed, added=words.added, before=before, after=after)


def _line(text: str) -> str:
    return text.replace("\n", "¶")
