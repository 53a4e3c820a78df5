"""`preceptor records import`: judgements from lines that another program wrote, all or none unless told otherwise."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import click

from desktop.commands.asking import Caller, in_profile, json_option
from desktop.commands.printing import one_line, print_json
from desktop.commands.record_share import take_shared
from desktop.commands.refusal import Refused
from desktop.flow.quantities import count_text
from desktop.flow.wording import at_its_place, field_of, ngettext
from desktop.flow.wording import gettext as _
from desktop.profile import APP, Profile
from feedback_store import imports
from feedback_store.batches.shared import is_shared
from feedback_store.errors import StoreError
from feedback_store.record_parts import Judgement
from feedback_store.store import Project

SHOWN_REFUSALS = 20
TRAINER = re.compile(r"trn_[0-9a-f]{32}")


@dataclass(frozen=True)
class Line:
    """One line of the file: what makes it the same as another, and the judgement, or why it is refused."""

    number: int
    key: str
    judgement: Judgement | None
    refusal: StoreError | None = None


NO_JSON = ("not_utf8", "not_json")


@click.command("import", short_help="Import judgements from JSON lines.")
@in_profile
@click.option("--trainer", metavar="ID|me", help="Who judged: a trainer's id, or me; signed files say it themselves.")
@click.option("--project", metavar="NAME|ID", help="Into this project; otherwise into the one in use.")
@click.option("--new-key", is_flag=True, help="A colleague's signed file may have another key than before.")
@click.option("--skip-bad", is_flag=True, help="Import the good lines even if others are refused.")
@json_option
@click.argument("file", type=click.Path(path_type=Path))
def import_records(
    caller: Caller, trainer: str | None, project: str | None, new_key: bool, skip_bad: bool, as_json: bool, file: Path
) -> None:
    """Import judgements from FILE, one JSON object a line, or a colleague's signed file (records share).

    A line is a record without v, kind, id, rev, supersedes, nonce, created_at, project, trainer and app, or short:
    "prompt" is a text or messages, "candidates" are texts or texts with their model, "verdict" is "b>a=c" or an
    object, "ratings" and "flags" are lists. Every line is checked first; refused lines are named by number. Lines
    imported before are counted as known. Judgements of another trainer serve statistics and export here and are never
    sent.
    """
    if is_shared(file):
        take_shared(caller.open(), file, new_key=new_key, as_json=as_json)
        return
    if trainer is None:
        raise click.UsageError(_("Say whose judgements these are: --trainer ID, or --trainer me."))
    profile = caller.open()
    into = profile.find_project(project)
    who = _trainer(profile, trainer)
    lines = list(read_lines(profile, into, who, file))
    good = [(line.judgement, line.key) for line in lines if line.judgement is not None]
    refused = [line for line in lines if line.judgement is None]
    new = known = 0
    if good and (skip_bad or not refused):
        judgements, keys = zip(*good, strict=True)
        new = len(profile.store.records.save_all(judgements, import_keys=keys).result())
        known = len(good) - new
    if as_json:
        bad = [{"line": line.number, "error": str(line.refusal)} for line in refused]
        print_json({"imported": new, "known": known, "refused": bad})
    if refused and all(line.refusal is not None and line.refusal.code in NO_JSON for line in lines):
        text = _("{file} holds no judgements: no line of it is JSON. It takes one JSON object a line.")
        raise Refused(text.format(file=file))
    _tell_refusals(refused, file)
    if refused and not good:
        text = ngettext(
            "Nothing was imported: {} line was refused. Correct it.",
            "Nothing was imported: all {} lines were refused. Correct them.",
            len(refused),
        )
        raise Refused(text.format(count_text(len(refused))))
    if refused and not skip_bad:
        raise Refused(
            ngettext(
                "Nothing was imported: {} line was refused. Correct it, or take the others with --skip-bad.",
                "Nothing was imported: {} lines were refused. Correct them, or take the others with --skip-bad.",
                len(refused),
            ).format(count_text(len(refused)))
        )
    if not lines:
        raise Refused(_("{file} is empty. It takes one JSON object a line.").format(file=file))
    if not as_json:
        text = _("{new} imported into {project}, {known} known before, {refused} refused.")
        click.echo(text.format(new=new, project=one_line(into.name), known=known, refused=len(refused)))


def read_lines(profile: Profile, project: Project, trainer: str, file: Path) -> Iterator[Line]:
    """Every line of `file`, checked against its rubric."""
    rubric, known = profile.rubric(project), profile.store.rubrics.all()[::-1]
    frame = profile.frame(project)
    for number, data in imports.read_file(file):
        try:
            judgement = imports.parse_line(
                data,
                rubric=rubric,
                project=project.id,
                trainer=trainer,
                app=APP,
                guideline=frame.guideline,
                known_rubrics=known,
            )
            key = imports.import_key(data)
        except StoreError as error:
            yield Line(number, "", None, error)
        else:
            yield Line(number, key, judgement)


def _trainer(profile: Profile, given: str) -> str:
    if given == "me":
        return profile.trainer
    if not TRAINER.fullmatch(given):
        raise Refused(
            _(
                "{given!r} is no trainer's id. It looks like trn_ and 32 hex digits; for yourself say: --trainer me"
            ).format(given=given)
        )
    return given


def _tell_refusals(refused: list[Line], file: Path) -> None:
    for line in refused[:SHOWN_REFUSALS]:
        assert line.refusal is not None
        field = field_of(line.refusal)
        told = _("{file}, line {number}, {field}: {why}") if field else _("{file}, line {number}: {why}")
        why = one_line(at_its_place(line.refusal))
        click.echo(told.format(file=one_line(file.name), number=line.number, field=one_line(field), why=why), err=True)
    more = len(refused) - SHOWN_REFUSALS
    if more > 0:
        click.echo(ngettext("and {} more line", "and {} more lines", more).format(count_text(more)), err=True)
