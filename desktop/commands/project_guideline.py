"""`preceptor project guideline`: a project's guideline in all its versions, what changed, and the next one."""

from __future__ import annotations

import difflib
import sys
from datetime import datetime
from pathlib import Path

import click

from desktop.commands.asking import Caller, in_profile, json_option
from desktop.commands.printing import harmless, one_line, print_json, print_table
from desktop.commands.refusal import Refused
from desktop.flow.guidelines import changes_words, version_words
from desktop.flow.quantities import count_text, moment_text
from desktop.flow.word_diff import compare
from desktop.flow.wording import gettext as _
from feedback_store import guideline_table
from feedback_store.guideline_table import Guideline, KeptGuideline
from feedback_store.store import Project, Store


@click.command("guideline", short_help="Show, compare or write a project's guideline.")
@in_profile
@json_option
@click.option("--list", "listed", is_flag=True, help="List its versions, the newest first.")
@click.option("--version", type=click.IntRange(min=1), metavar="N", help="The version in use, unless one is named.")
@click.option("--diff", is_flag=True, help="What the version changes against the one before it.")
@click.option("--against", type=click.IntRange(min=1), metavar="N", help="With --diff: against this version instead.")
@click.option("--set", "--edit", "file", metavar="FILE|-", help="Markdown for whoever judges: its next version.")
@click.option("--project", "name", default="", metavar="NAME|ID", help="The project in use, unless one is named.")
def guideline(
    caller: Caller,
    as_json: bool,
    listed: bool,
    version: int | None,
    diff: bool,
    against: int | None,
    file: str | None,
    name: str,
) -> None:
    """Print a project's guideline, or take FILE (- for what comes in) as its next version.

    It stands beside the answers. Every version is kept, since records name the one that was judged by. The same text
    again is no version. A team's project has the guideline of its collector.
    """
    _check_usage(listed=listed, version=version, diff=diff, against=against, file=file)
    profile = caller.open(readonly=file is None)
    found = profile.find_project(name or None)
    if file is not None:
        found = profile.store.projects.set_guideline(found, _text_of(file)).result()
    kept = _versions(profile.store, found)
    if not kept or found.guideline is None:
        said = _("{name} has no guideline. Give it one: preceptor project guideline --set FILE")
        raise Refused(said.format(name=one_line(found.name)))
    if listed:
        _print_list(kept, found.guideline, as_json=as_json)
        return
    shown = _named(kept, version) if version is not None else _in_use(kept, found.guideline)
    if diff:
        _print_diff(_before(kept, shown, against).guideline, shown.guideline, as_json=as_json)
    elif as_json:
        print_json(_values(shown, found.guideline) | {"text": shown.guideline.text})
    elif file is not None:
        said = _("The guideline of {name} is now version {version}.")
        click.echo(said.format(name=one_line(found.name), version=found.guideline.version))
    else:
        click.echo(harmless(shown.guideline.text))


def _check_usage(*, listed: bool, version: int | None, diff: bool, against: int | None, file: str | None) -> None:
    if file is not None and (listed or diff or version is not None):
        raise click.UsageError(_("--set stands alone: it makes a version and shows none."))
    if listed and (diff or version is not None):
        raise click.UsageError(_("--list lists every version; leave out --version and --diff."))
    if against is not None and not diff:
        raise click.UsageError(_("--against needs --diff."))


def _text_of(file: str) -> str:
    if file == "-":
        return guideline_table.decoded(sys.stdin.buffer.read(), _("What came in"))
    return guideline_table.read(Path(file))


def _versions(store: Store, project: Project) -> list[KeptGuideline]:
    """The newest first; of an older profile, which is not changed by reading, the one in use."""
    kept = store.guidelines.versions(project.id)
    now = project.guideline
    if now is not None and all(each.guideline != now for each in kept):
        kept.append(KeptGuideline(project.id, now, since="", source=""))
    return kept[::-1]


def _in_use(kept: list[KeptGuideline], now: Guideline) -> KeptGuideline:
    return next(each for each in kept if each.guideline == now)


def _named(kept: list[KeptGuideline], version: int) -> KeptGuideline:
    found = next((each for each in kept if each.guideline.version == version), None)
    if found is None:
        known = ", ".join(str(each.guideline.version) for each in reversed(kept))
        raise Refused(_("There is no version {version} here. There are: {known}.").format(version=version, known=known))
    return found


def _before(kept: list[KeptGuideline], shown: KeptGuideline, against: int | None) -> KeptGuideline:
    if against is not None:
        return _named(kept, against)
    place = kept.index(shown) + 1
    if place == len(kept):
        said = _("No version before version {version} is kept here, so there is nothing to compare it with.")
        raise Refused(said.format(version=shown.guideline.version))
    return kept[place]


def _values(kept: KeptGuideline, now: Guideline) -> dict[str, object]:
    """A version as JSON; since when it is known is null where nobody noted it."""
    named = kept.guideline
    return {
        "id": named.id,
        "version": named.version,
        "sha256": named.sha256,
        "since": kept.since or None,
        "source": kept.source or None,
        "in_use": named == now,
    }


def _print_list(kept: list[KeptGuideline], now: Guideline, *, as_json: bool) -> None:
    if as_json:
        print_json([_values(each, now) for each in kept])
        return
    rows = [
        (
            "*" if each.guideline == now else "",
            str(each.guideline.version),
            count_text(len(each.guideline.text.split())),
            moment_text(datetime.fromisoformat(each.since)) if each.since else "–",
            each.source or "–",
            each.guideline.sha256[:12],
        )
        for each in kept
    ]
    print_table(rows, ("", _("Version"), _("Words"), _("Since"), _("Collector"), "SHA-256"))


def _print_diff(before: Guideline, after: Guideline, *, as_json: bool) -> None:
    names = (version_words(before), version_words(after))
    lines = list(difflib.unified_diff(before.text.splitlines(), after.text.splitlines(), *names, lineterm="", n=3))
    if as_json:
        edit = compare(before.text, after.text).edit
        values = {"inserted": edit.inserted, "deleted": edit.deleted, "diff": "\n".join(lines)}
        print_json({"against": before.version, "version": after.version, **values})
        return
    click.echo(changes_words(before.text, after.text))
    for line in lines:
        click.echo(harmless(line))
