"""`preceptor project statement`: what was delivered, with the receipts that prove it, to be paid for."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date, datetime
from pathlib import Path

import click

from desktop.commands.asking import Caller, in_profile, json_option
from desktop.commands.printing import one_line, print_json, print_table
from desktop.commands.refusal import Refused
from desktop.flow import statement as stating
from desktop.flow import statement_files
from desktop.flow.quantities import count_text
from desktop.flow.statement import Statement, Sum
from desktop.flow.wording import gettext as _

PRINTING_S = 120.0
_DAY = click.DateTime(["%Y-%m-%d"])


@click.command("statement", short_help="State what was delivered, with its receipts.")
@in_profile
@click.option("--project", "name", default="", metavar="NAME|ID", help="The project in use, unless one is named.")
@click.option("--from", "first", type=_DAY, metavar="DAY", help="First day, as 2026-11-01; otherwise the first of all.")
@click.option("--to", "last", type=_DAY, metavar="DAY", help="Last day; otherwise until now.")
@json_option
@click.argument("files", nargs=-1, type=click.Path(path_type=Path), metavar="[FILE]…")
def statement(
    caller: Caller, name: str, first: datetime | None, last: datetime | None, as_json: bool, files: tuple[Path, ...]
) -> None:
    """State what was delivered and receipted, day by day, and write it into each FILE.

    FILE.pdf is a page to hand in, FILE.csv has a line for each judgement with the hash of its receipt, and
    FILE.receipts holds the receipts as the collector signed them, for whoever wants to check. None of them holds a text
    of a judgement.
    """
    statement_files.check_names(files)
    if first is not None and last is not None and first > last:
        words = _("No day is between {first} and {last}: --from comes first.")
        raise click.UsageError(words.format(first=f"{first:%Y-%m-%d}", last=f"{last:%Y-%m-%d}"))
    profile = caller.open(readonly=True)
    found = profile.find_project(name or None)
    made = stating.make(profile.store, found, _day(first), _day(last))
    for file in files:
        statement_files.write(made, file, print_pdf)
    if as_json:
        print_json(_as_json(made, files))
        return
    click.echo(_("Project {name}").format(name=one_line(found.name)) + f", {stating.period_text(made)}")
    if made.entries:
        click.echo(stating.sum_text(made.total))
        rows = [(day.isoformat(), *_cells(total)) for day, total in made.days.items()]
        heads = (_("Day"), _("Judgements"), _("Corrections"), _("Withdrawals"), _("At work"), _("Deliveries"))
        print_table(rows, heads)
        click.echo(stating.overlap_text())
    for file in files:
        click.echo(_("Written: {file}").format(file=file))


def print_pdf(html: str, title: str) -> bytes:
    """A PDF by Qt, in a process of its own: no command loads it."""
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    command = [sys.executable, "-m", "desktop.views.paper", title]
    try:
        done = subprocess.run(
            command, input=html.encode("utf-8"), capture_output=True, check=True, env=environment, timeout=PRINTING_S
        )
    except (OSError, subprocess.SubprocessError) as error:
        said = _("The PDF could not be made here: Qt did not start. Write a .csv, or use the window.")
        raise Refused(said) from error
    return done.stdout


def _day(given: datetime | None) -> date | None:
    return given.date() if given is not None else None


def _cells(total: Sum) -> tuple[str, ...]:
    counts = (total.judgements, total.corrections, total.withdrawals)
    return (*map(count_text, counts), stating.active_text(total.active_ms), count_text(total.deliveries))


def _as_json(made: Statement, files: tuple[Path, ...]) -> dict[str, object]:
    return {
        "project": made.project.id,
        "trainer": made.trainer,
        "total": _values(made.total),
        "days": {day.isoformat(): _values(total) for day, total in made.days.items()},
        "receipts": [proof.sha256 for proof in made.proofs],
        "files": [str(file) for file in files],
    }


def _values(total: Sum) -> dict[str, int]:
    return {
        "judgements": total.judgements,
        "corrections": total.corrections,
        "withdrawals": total.withdrawals,
        "active_seconds": round(total.active_ms / 1000),
        "deliveries": total.deliveries,
    }
