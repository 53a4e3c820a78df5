"""Every export format by its name. A new one is a module with a FORMAT, and a line here."""

from __future__ import annotations

from collections.abc import Mapping

from feedback_store.datasets import kto, preference, sft, triple
from feedback_store.datasets.rows import Format
from feedback_store.errors import NotFoundError

FORMATS: Mapping[str, Format] = {
    found.name: found for found in (sft.FORMAT, preference.FORMAT, kto.FORMAT, triple.FORMAT)
}


def format_named(name: str) -> Format:
    """The format of this name; NotFoundError says which there are."""
    if name not in FORMATS:
        known = ", ".join(FORMATS)
        raise NotFoundError.worded(
            "There is no export format {name!r}. Known: {known}.", code="unknown_format", known=known, name=name
        )
    return FORMATS[name]
