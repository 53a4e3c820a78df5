"""`preceptor rubrics`: what judgements are made by. A rubric is a JSON file."""

from __future__ import annotations

from pathlib import Path

import click

from desktop.commands.asking import Caller, in_profile, json_option
from desktop.commands.printing import one_line, print_json, print_table
from desktop.commands.refusal import Refused
from desktop.flow.rubric_edits import copied
from desktop.flow.rubric_words import licence_of_copy, source_text
from desktop.flow.wording import at_its_place, field_of, glossed, named, ngettext, ours
from desktop.flow.wording import gettext as _
from feedback_store.canonical import strict_loads
from feedback_store.errors import EnvironmentTrouble, StoreError
from feedback_store.rubrics import Axis, Question, Rubric, available, check_own, encode, file_of, load, read

version_option = click.option("--version", type=click.IntRange(min=1), help="The newest, unless one is named.")


@click.group(short_help="List, show, copy and check rubrics.")
def rubrics() -> None:
    """Rubrics: named axes with scales, questions and flag categories."""


@rubrics.command("list", short_help="List the rubrics that are shipped, and your own.")
@in_profile
@json_option
def list_rubrics(caller: Caller, as_json: bool) -> None:
    """List the rubrics that are shipped, and every version of your own that a project was judged by."""
    found = [*available(), *_own(caller)]
    if as_json:
        print_json([{"id": r.id, "version": r.version, "name": r.name, "sha256": r.sha256} for r in found])
        return
    rows = [(r.id, str(r.version), r.name, ", ".join(a.id for a in r.axes) or "–") for r in found]
    print_table(rows, (_("Id"), _("Version"), _("Name"), _("Ratings")))


@rubrics.command("show", short_help="Show a rubric.")
@in_profile
@json_option
@version_option
@click.argument("name", metavar="ID|FILE")
def show(caller: Caller, name: str, version: int | None, as_json: bool) -> None:
    """Show the axes, questions and flags of a rubric; --json prints the file itself."""
    rubric = _find(caller, name, version)
    if as_json:
        print_json(strict_loads(encode(rubric)))
        return
    click.echo(_("{name}, version {version}").format(name=rubric.name, version=rubric.version))
    click.echo(source_text(rubric))
    for axis in rubric.axes:
        _print_axis(axis)
    for question in rubric.questions:
        _print_question(question)
    for verdict in rubric.verdicts:
        click.echo("\n" + _("Ranking, {name}: {help}").format(name=glossed(verdict.name), help=ours(verdict.help)))
    if rubric.strength:
        click.echo(_("Of two answers it is said how much better one is."))
    if rubric.asks_revision:
        click.echo("\n" + _("One answer is rewritten."))
    _print_flags(rubric)
    click.echo(f"\nSHA-256 {rubric.sha256}")


@rubrics.command("check", short_help="Check a rubric file.")
@json_option
@click.argument("file", type=click.Path(path_type=Path))
def check(file: Path, as_json: bool) -> None:
    """Check a rubric FILE; the first fault is named by its place."""
    rubric = _read(file)
    if as_json:
        print_json({"id": rubric.id, "version": rubric.version, "sha256": rubric.sha256})
        return
    text = _("{name}, version {version}, is in order: {axes}, {questions}.")
    click.echo(
        text.format(
            name=one_line(rubric.name),
            version=rubric.version,
            axes=ngettext("{} axis", "{} axes", len(rubric.axes)).format(len(rubric.axes)),
            questions=ngettext("{} question", "{} questions", len(rubric.questions)).format(len(rubric.questions)),
        )
    )


@rubrics.command("copy", short_help="Copy a rubric into a file, to change it.")
@in_profile
@json_option
@version_option
@click.option("--name", default="", help="What your copy is called; without it the file is the rubric as it is.")
@click.option("--force", is_flag=True, help="Write over a file that is there.")
@click.argument("rubric", metavar="ID|FILE")
@click.argument("file", type=click.Path(path_type=Path))
def copy(caller: Caller, as_json: bool, version: int | None, name: str, force: bool, rubric: str, file: Path) -> None:
    """Write a rubric to FILE. With --name it becomes one of your own: a new id after that name, version 1.
    Its source says then what it was made from; its licence is yours to name, unless that one's holds for copies too.

    A changed FILE is tried with `preceptor rubrics check FILE` and taken with `preceptor project rubric --set FILE`.
    """
    made = _find(caller, rubric, version)
    if name.strip():
        made = copied(made, name.strip(), {each.id for each in (*available(), *_own(caller))})
    if file.exists() and not force:
        raise Refused(_("{file} is there already. Choose another name, or say --force.").format(file=file))
    file.write_bytes(file_of(made))
    if as_json:
        print_json({"id": made.id, "version": made.version, "sha256": made.sha256, "file": str(file)})
        return
    said = _("{name}, version {version}, written to {file}.")
    click.echo(said.format(name=one_line(made.name), version=made.version, file=file))
    if name.strip():
        click.echo(licence_of_copy(made))


def rubric_of(given: str) -> Rubric:
    """The rubric in a file, or the shipped one with this id; raises RubricError, OSError. What has an ending or stands
    in a folder is no id.
    """
    path = Path(given)
    return _read(path) if path.suffix or len(path.parts) > 1 else load(given)


def _read(file: Path) -> Rubric:
    """The rubric in a file; what is wrong with it is said with the file's name and the field; raises OSError, too."""
    try:
        return check_own(read(file))
    except StoreError as error:
        name, field, why = one_line(file.name), one_line(field_of(error)), one_line(at_its_place(error))
        if field:
            text = _("{file}, {field}: {reason}")
        elif error.code == "rubric" or error.values.get("path") == "$":
            text = _(
                "{file} is no rubric: {reason} A rubric is one JSON object; to begin with one: preceptor rubrics copy "
                "ID FILE"
            )
        else:
            text = _("{file}: {reason}")
        raise Refused(text.format(file=name, field=field, reason=why)) from error


def _own(caller: Caller) -> list[Rubric]:
    """The rubrics of the profile; none where there is no profile yet, for the shipped ones need none."""
    try:
        return caller.open(readonly=True).store.rubrics.all()
    except EnvironmentTrouble as error:
        if error.code == "no_profile":
            return []
        raise


def _find(caller: Caller, name: str, version: int | None) -> Rubric:
    """A rubric by its file, or by its id among the profile's own and the shipped ones; the newest unless said."""
    own = [each for each in _own(caller) if each.id == name and version in (None, each.version)]
    if own:
        return max(own, key=lambda each: each.version)
    return rubric_of(name) if version is None else load(name, version)


def _print_axis(axis: Axis) -> None:
    not_applicable = _(", or not applicable") if axis.na else ""
    click.echo(f"\n{axis.name} ({axis.lowest}–{axis.highest}{not_applicable}): {ours(axis.help)}")
    for step in axis.steps:
        click.echo(f"  {step.value}  {' – '.join(part for part in (step.name, ours(step.help)) if part)}")


def _print_question(question: Question) -> None:
    several = _(", any number of them") if question.kind == "several" else ""
    values = _("choices") if question.choices else ", ".join(question.values)
    told = f"\n{glossed(question.text)} ({values}{several})"
    click.echo(f"{told}: {ours(question.help)}" if question.help else told)
    for choice in question.choices:
        click.echo(f"  {' – '.join(part for part in (glossed(choice.name), ours(choice.help)) if part)}")


def _print_flags(rubric: Rubric) -> None:
    if rubric.flags is None:
        return
    click.echo("\n" + _("Flags:"))
    for category in rubric.flags.categories:
        click.echo(f"  {category.letter}  {named(category.name)}: {ours(category.help)}")
    click.echo(_("Severity: {steps}").format(steps=", ".join(ours(s.name) for s in rubric.flags.severities)))
    if rubric.flags.target_groups:
        click.echo(
            _("Target groups: {groups}").format(groups=", ".join(ours(g.name) for g in rubric.flags.target_groups))
        )
