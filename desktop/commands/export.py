"""`preceptor export`: judgements as fine-tuning data, with a card and a manifest of what was left out and why."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Literal

import click

from desktop.commands.asking import Caller, in_profile, json_option
from desktop.commands.printing import one_line, print_json
from desktop.commands.refusal import Refused
from desktop.flow import exporting
from desktop.flow.wording import gettext as _
from desktop.flow.wording import ours
from feedback_store.datasets.export import ExportResult
from feedback_store.datasets.formats import FORMATS
from feedback_store.datasets.splits import Shares
from feedback_store.errors import StoreError
from feedback_store.pairs import Rules


class FormatChoice(click.Choice[str]):
    """The formats; DPO is what many call the pairs of an answer that is preferred and one that is not."""

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        if value.casefold() == "dpo":
            self.fail(
                _("DPO is trained with pairs: --as preference, or --as openai-dpo for OpenAI's form."), param, ctx
            )
        return super().convert(value, param, ctx)


def _explain_formats(ctx: click.Context, _parameter: click.Parameter, value: bool) -> None:
    if value:
        for name, form in FORMATS.items():
            click.echo(f"{name}: {ours(form.explain)}")
        ctx.exit()


@click.command(short_help="Write judgements as fine-tuning data.")
@in_profile
@click.option("--as", "form", required=True, type=FormatChoice(list(FORMATS)), help="The format.")
@click.option("--out", required=True, type=click.Path(path_type=Path), metavar="DIR", help="A folder to be made.")
@click.option("--replace", "replace_earlier", is_flag=True, help="In the place of an earlier export.")
@click.option(
    "--list", is_flag=True, is_eager=True, expose_value=False, callback=_explain_formats, help="Explain the formats."
)
@click.option("--project", metavar="NAME|ID", help="Of this project; otherwise of the one in use.")
@click.option("--axis", metavar="ID", help="The verdict that counts; otherwise overall, or the rubric's first.")
@click.option("--pairs", type=click.Choice(("all", "adjacent")), default="all", show_default=True, help="Of tiers.")
@click.option("--kto-from-order", is_flag=True, help="kto: a clear order labels its best and worst.")
@click.option("--winners", is_flag=True, help="sft: the best answer of a ranking is an example too.")
@click.option("--min-rating", type=int, metavar="N", help="sft: answers rated N or more too.")
@click.option("--rating-axis", metavar="ID", help="sft: the rating that counts; needed where there are several.")
@click.option("--without-assisted", is_flag=True, help="Revisions that a model drafted stay out.")
@click.option("--thinking", is_flag=True, help="Reasoning leaves too, under a key of its own.")
@click.option("--trainer-ids", is_flag=True, help="Opaque ids of trainers instead of t1, t2, ….")
@click.option("--minimal", is_flag=True, help="Only the columns that training reads.")
@click.option("--validation", type=click.IntRange(0, 100), default=5, show_default=True, help="Percent of groups.")
@click.option("--test", type=click.IntRange(0, 100), default=5, show_default=True, help="Percent of groups.")
@click.option("--salt", default="preceptor", show_default=True, help="Draws another split.")
@click.option("--name", default="", help="Title of the card; otherwise the project's name.")
@click.option("--licence", default="", help="Licence on the card; otherwise that of the project's terms.")
@json_option
def export(
    caller: Caller,
    form: str,
    out: Path,
    replace_earlier: bool,
    project: str | None,
    axis: str | None,
    pairs: Literal["all", "adjacent"],
    kto_from_order: bool,
    winners: bool,
    min_rating: int | None,
    rating_axis: str | None,
    without_assisted: bool,
    thinking: bool,
    trainer_ids: bool,
    minimal: bool,
    validation: int,
    test: int,
    salt: str,
    name: str,
    licence: str,
    as_json: bool,
) -> None:
    """Write the judgements of a project as a dataset into a new folder: JSON lines, card, and manifest.

    A folder that holds an earlier export is refused, unless --replace is given; one that holds anything else always.
    Same judgements and options, same bytes. Private and withdrawn judgements never leave; everything that was left out
    is counted by its reason.
    """
    if rating_axis is not None and min_rating is None:
        raise click.UsageError(_("--rating-axis goes with --min-rating."))
    profile = caller.open(readonly=True)
    found = profile.find_project(project)
    rules = Rules(
        axis=axis or exporting.usual_verdict(profile.store, found),
        pairs=pairs,
        kto_from_order=kto_from_order,
        winners=winners,
        min_rating=min_rating,
        rating_axis=rating_axis,
        without_assisted=without_assisted,
    )
    usual = exporting.options_for(profile.store, found, rules)
    options = replace(
        usual,
        shares=Shares(validation, test, salt),
        thinking=thinking,
        trainer_ids=trainer_ids,
        minimal=minimal,
        name=name or usual.name,
        licence=licence or usual.licence,
    )
    try:
        result = exporting.export_project(profile.store, found, form, out, options, replace_earlier=replace_earlier)
    except StoreError as error:
        if exporting.is_there_already(error):
            text = _("{folder} holds an export already. Name another folder, or say --replace.")
            raise Refused(text.format(folder=out)) from error
        raise
    if as_json:
        print_json(_as_json(result, form))
    else:
        _print(result)


def _as_json(result: ExportResult, form: str) -> dict[str, object]:
    return {
        "format": form,
        "folder": str(result.folder),
        "files": {name: str(path) for name, path in result.files.items()},
        "rows": result.rows,
        "counts": dict(result.counts),
        "excluded": dict(result.excluded),
        "read": result.read,
        "used": result.used,
    }


def _print(result: ExportResult) -> None:
    click.echo(exporting.headline(result))
    for split, count in result.counts.items():
        click.echo(f"  {count:5}  {split}")
    left_out = exporting.left_out(result)
    if left_out:
        click.echo(_("Left out:"))
    for count, reason in left_out:
        click.echo(f"  {count:5}  {one_line(reason)}")
