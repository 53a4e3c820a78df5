"""What is found by words that are typed: a keyboard without umlauts finds German words too."""

from __future__ import annotations

import pytest

from desktop.flow.finding import findable, plainly
from desktop.views.palette import Entry, fitting

ENTRIES = (
    Entry("personal", "Personendaten schwärzen"),
    Entry("undo", "Rückgängig"),
    Entry("size", "Größe der Schrift"),
)


@pytest.mark.parametrize("typed", ["schwärz", "SCHWÄRZ", "schwarz", "schwaerz", "personen schwarz", "schwa\u0308rz"])
def test_a_command_with_an_umlaut_is_found_however_it_is_typed(typed: str) -> None:
    assert [entry.id for entry in fitting(ENTRIES, typed)] == ["personal"]


@pytest.mark.parametrize(
    ("typed", "found"), [("groesse", "size"), ("grosse", "size"), ("größe", "size"), ("ruck", "undo")]
)
def test_so_is_one_with_any_other_letter_of_its_language(typed: str, found: str) -> None:
    assert [entry.id for entry in fitting(ENTRIES, typed)] == [found]


def test_what_begins_with_the_words_typed_comes_first() -> None:
    entries = (Entry("last", "Das Übliche"), Entry("first", "Übliche Größe"))
    assert [entry.id for entry in fitting(entries, "ublich")] == ["first", "last"]
    assert fitting(entries, "nothing") == [] and plainly("Éà") == "ea" and "uebliche" in findable("Übliche")
