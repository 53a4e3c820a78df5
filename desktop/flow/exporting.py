"""Judgements of a project as training data: what is written, how far it has come, what was left out and why.

For window and command line alike. Must not know who asks.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from desktop.flow.draft import OVERALL
from desktop.flow.quantities import count_text, time_text
from desktop.flow.wording import gettext as _
from desktop.flow.wording import ngettext, ours
from feedback_store.datasets.export import ExportOptions, ExportResult
from feedback_store.datasets.export import export as write_dataset
from feedback_store.datasets.rows import REASONS
from feedback_store.errors import StoreError
from feedback_store.pairs import Rules
from feedback_store.records import Record
from feedback_store.store import Project, Store

ANY_FURTHER = 100  # judgements between two words about how far it is


def options_for(store: Store, project: Project, rules: Rules | None = None) -> ExportOptions:
    """The options as the project has them: its title, terms, whether foreign answers may train; and every rubric."""
    return ExportOptions(
        rules=replace(rules or Rules(), train_on_foreign=project.train_on_foreign),
        name=project.name,
        licence=project.terms.licence if project.terms else "",
        terms=project.terms.text if project.terms else "",
        rubrics=tuple(store.rubrics.all()),
    )


def verdicts_of(store: Store, project: Project) -> tuple[tuple[str, str], ...]:
    """In which respects a project's answers are ranked: ids and names, the one first that an export takes by itself.

    That is "overall", else the rubric's first. One that asks for no ranking, or is not at hand, gives none.
    """
    rubric = project.rubric_body or store.rubrics.find(project.rubric.sha256)
    found = [(verdict.id, ours(verdict.name)) for verdict in rubric.verdicts] if rubric is not None else []
    return tuple(sorted(found, key=lambda each: each[0] != OVERALL))


def usual_verdict(store: Store, project: Project) -> str:
    """The verdict that counts in an export where none is named."""
    return next((verdict for verdict, _name in verdicts_of(store, project)), OVERALL)


def export_project(
    store: Store,
    project: Project,
    form: str,
    out: Path,
    options: ExportOptions,
    *,
    replace_earlier: bool = False,
    on_read: Callable[[int, int], None] | None = None,
) -> ExportResult:
    """Write a project's judgements as a dataset; withdrawn and private ones are read only to be counted.

    An export that stands in `out` is refused (`is_there_already`), unless it is to be replaced.

    `on_read` is told how many were read, of how many; what it raises ends the export before anything is written.
    """
    of = store.records.count(project.id)
    tell = on_read or (lambda _read, _of: None)

    def read() -> Iterator[Record]:
        for count, each in enumerate(store.records.iter_newest(project.id, include_withdrawn=True)):
            if count % ANY_FURTHER == 0:
                tell(min(count, of), of)
            yield each.record
        tell(of, of)

    return write_dataset(read(), format=form, out=out, options=options, replace=replace_earlier)


def about_words() -> tuple[str, ...]:
    """What an export does, before it is asked for: what leaves, where to, and what is left out."""
    return (
        _("Writes this project's prompts, answers and judgements into a new folder on this computer."),
        _("Nothing is sent. Who gets the folder is up to you: look for personal data in it first."),
        _("What was withdrawn or marked as private is left out. At the end you see how much that was, and what else."),
    )


def folder_name(project: Project, form: str) -> str:
    """A folder's name for an export: the project's, without what a file system may refuse, and the format."""
    words = "-".join(re.findall(r"\w+", project.name.lower()))[:60]
    return f"{words or 'judgements'}-{form}"


def headline(result: ExportResult) -> str:
    """How much was written, from how much, and where."""
    rows = ngettext("{} row", "{} rows", result.rows).format(count_text(result.rows))
    used = ngettext("{} judgement", "{} judgements", result.used).format(count_text(result.used))
    return _("{rows} from {used} in {folder}").format(rows=rows, used=used, folder=result.folder)


def left_out(result: ExportResult) -> list[tuple[int, str]]:
    """How many were left out, by the reason."""
    return [(count, ours(REASONS[reason])) for reason, count in result.excluded.items()]


def is_there_already(error: BaseException) -> bool:
    """Whether an earlier export stands in the place, which may be replaced."""
    return isinstance(error, StoreError) and error.code == "export_exists"


def is_about_folder(error: BaseException) -> bool:
    """Whether another folder would help."""
    return isinstance(error, OSError) or (isinstance(error, StoreError) and error.code.startswith("export_"))


def progress_words(read: int, of: int, seconds: float) -> str:
    """How far the reading is, and how long it will still take; then that files are written, which cannot be stopped."""
    if read >= of:
        return _("Writing the files …")
    words = _("Reading judgements: {read} of {of}").format(read=count_text(read), of=count_text(of))
    if read < ANY_FURTHER or seconds < 1:
        return words
    left = round(seconds / read * (of - read)) + 1
    return words + _(", {time} left").format(time=time_text(left))
