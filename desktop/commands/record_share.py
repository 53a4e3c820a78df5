"""`preceptor records share`, and the other side of it: a colleague's signed records, for comparing."""

from __future__ import annotations

from pathlib import Path

import click

from desktop.commands.asking import Caller, in_profile, json_option, key_option
from desktop.commands.printing import one_line, print_json
from desktop.commands.refusal import Refused
from desktop.flow import sharing
from desktop.flow.quantities import count_text
from desktop.flow.wording import gettext as _
from desktop.flow.wording import ngettext
from desktop.profile import APP, Profile
from feedback_store.errors import StoreError

NAME = "shared_name"  # a setting: what colleagues call this trainer


@click.command("share", short_help="Write judgements into a signed file for a colleague.")
@in_profile
@key_option
@click.option("--project", metavar="NAME|ID", help="Of this project; otherwise of the one in use.")
@click.option("--name", metavar="NAME", help="How your colleague knows you; remembered for the next time.")
@click.option("--kept-as-is", is_flag=True, help="Decide that every place of personal data in them may be seen.")
@json_option
@click.argument("file", type=click.Path(path_type=Path))
@click.argument("record_ids", metavar="[ID]...", nargs=-1)
def share(
    caller: Caller,
    project: str | None,
    name: str | None,
    kept_as_is: bool,
    as_json: bool,
    file: Path,
    record_ids: tuple[str, ...],
) -> None:
    """Write your standing judgements into FILE, signed with your key: those named, or all of the project.

    A colleague in the same project reads it for comparison: preceptor records import FILE. Private judgements and those
    of others are left out. What was given away cannot be called back.
    """
    profile = caller.open()
    found = profile.find_project(project)
    if name is not None:
        profile.store.settings.set(NAME, name)
    called = name if name is not None else profile.store.settings.get(NAME, "")
    shared = sharing.share(
        profile.store,
        lambda: profile.device_key(found),
        found,
        file,
        app=APP,
        ids=record_ids,
        name=called,
        kept_as_is=kept_as_is,
    )
    if as_json:
        print_json({"file": str(file), "records": shared.records, "fingerprint": shared.fingerprint})
        return
    count = ngettext("{} judgement", "{} judgements", shared.records).format(count_text(shared.records))
    click.echo(_("{count} written to {file}.").format(count=count, file=file))
    click.echo(_("Tell your colleague your key, so that it can be compared: {key}").format(key=shared.fingerprint))


def take_shared(profile: Profile, file: Path, *, new_key: bool, as_json: bool) -> None:
    """Read a colleague's file and say whose it is."""
    try:
        taken = sharing.take(profile.store, file, new_key=new_key)
    except StoreError as error:
        if error.code != "other_key":
            raise
        raise Refused(f"{error} {_('If the new key is theirs, say --new-key.')}") from error
    if as_json:
        who = {"trainer": taken.trainer, "name": taken.name, "fingerprint": taken.fingerprint}
        print_json({**who, "project": taken.project.id, "imported": taken.new, "known": taken.known})
    else:
        for line in sharing.taken_text(taken):
            click.echo(one_line(line))
