"""Results on stdout: JSON for programs, aligned columns for people. Foreign text is made harmless for a terminal."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Sequence

import click


def print_json(value: object) -> None:
    """One JSON value on one line, in UTF-8 whatever the terminal's encoding."""
    click.echo(json.dumps(value, ensure_ascii=False).encode("utf-8", "replace"))


def print_table(rows: Sequence[Sequence[str]], headings: Sequence[str]) -> None:
    """Columns as wide as their widest cell; the last one runs free."""
    table = [headings, *([one_line(cell) for cell in row] for row in rows)]
    widths = [max(len(row[i]) for row in table) for i in range(len(headings))]
    for row in table:
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=True)]
        click.echo("  ".join(cells).rstrip())


def one_line(text: str, most: int | None = None) -> str:
    """Foreign text on one line: white space joined, control and direction marks left out, shortened to `most`."""
    plain = harmless(" ".join(text.split()))
    return plain if most is None or len(plain) <= most else plain[: most - 1] + "…"


def harmless(text: str) -> str:
    """`text` without the characters that steer a terminal or turn the writing direction; line ends stay."""
    return "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cf", "Cs"))
