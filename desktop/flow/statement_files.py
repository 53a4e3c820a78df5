"""The files of a statement of work, by the ends of their names: .pdf for people, .csv for sums, .receipts for proof.

For window and command line alike. Must not know Qt: who makes the PDF is given.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from desktop.flow import statement_page, statement_table
from desktop.flow.delivering import write_new
from desktop.flow.exporting import folder_name
from desktop.flow.statement import Statement, receipts_file
from desktop.flow.wording import gettext as _
from desktop.flow.wrong_files import name_of
from feedback_store.errors import StoreError

Printer = Callable[[str, str], bytes]  # HTML and a title → a PDF
SUFFIXES = (".pdf", ".csv", ".receipts")


def check_names(files: Iterable[Path]) -> None:
    """Refuse a file whose name does not say what it should be (StoreError)."""
    for file in files:
        if file.suffix.lower() not in SUFFIXES:
            raise StoreError(
                _("{file} ends with none of {suffixes}, which say what is written. Choose another name.").format(
                    file=name_of(file), suffixes=", ".join(SUFFIXES)
                ),
                code="statement_name",
            )


def write(statement: Statement, file: Path, print_pdf: Printer, *, replace: bool = False) -> None:
    """Write one file whole or not at all. Raises StoreError: a name as above, one that is there, nothing to state."""
    check_names([file])
    if not statement.entries:
        raise StoreError(
            _("Nothing was delivered in this time, so that there is nothing to state."), code="nothing_delivered"
        )
    made: bytes
    match file.suffix.lower():
        case ".pdf":
            made = print_pdf(statement_page.page(statement), statement_page.title(statement))
        case ".csv":
            made = statement_table.table(statement)
        case _:
            made = receipts_file(statement)
    write_new(file, [made], replace=replace)


def file_name(statement: Statement, suffix: str) -> str:
    """A name that says project and time."""
    days = tuple(statement.days)
    when = f"-{(statement.first or days[0]):%Y-%m-%d}" if days or statement.first else ""
    return folder_name(statement.project, "statement") + when + suffix
