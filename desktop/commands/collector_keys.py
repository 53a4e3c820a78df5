"""`preceptor collector`, the part about keys: a trainer's lost key, the collector's own, and forks."""

from __future__ import annotations

from pathlib import Path

import click

from desktop.commands.asking import json_option
from desktop.commands.collector_folder import folder_argument, project_option
from desktop.commands.printing import one_line, print_json, print_table
from desktop.flow.quantities import count_text
from desktop.flow.wording import gettext as _
from feedback_store.batches.keys import fingerprint
from feedback_store.collector import key_ceremony
from feedback_store.collector.enrolment import INVITATION_DAYS
from feedback_store.collector.key_files import read_copy


@click.command("recover", short_help="Make a code for a lost key.")
@folder_argument
@click.argument("device")
@project_option
@click.option("--days", type=click.IntRange(1, 365), default=INVITATION_DAYS, show_default=True, help="Valid so long.")
@json_option
def recover(folder: Path, device: str, project: str | None, days: int, as_json: bool) -> None:
    """Make a one-time code by which the trainer of DEVICE replaces its lost or stolen key.

    Be sure that it is the trainer who asks. The code is typed where a project is joined, or:
    preceptor keys recover CODE. What the old key had delivered by then stays, nothing more is accepted from it.
    """
    code = key_ceremony.recovery_code(folder, device, project=project, days=days)
    if as_json:
        print_json({"code": code})
    else:
        click.echo(_("Code: {code}").format(code=code))
        click.echo(_("The trainer types: preceptor keys recover {code}").format(code=code))


@click.command("rotate-key", short_help="Sign receipts with a new key.")
@folder_argument
@project_option
@click.option("--lost", is_flag=True, help="The old key is gone, and no copy of it is left. Every trainer joins again.")
@json_option
def rotate_key(folder: Path, project: str | None, lost: bool, as_json: bool) -> None:
    """Give a project another signing key, confirmed by the old one. Trainers' programs follow by themselves.

    A running server goes on with the new key. The old one is overwritten: a copy of it in a backup is worth nothing
    to you from now on, and something to a thief. Broken off anywhere, ask again.

    With --lost nothing confirms the new key, and no program follows it. Each trainer joins again with a new code, and
    with the new key's fingerprint, which you read out: project join ADDRESS CODE --collector-key FINGERPRINT
    """
    if lost:
        made = key_ceremony.replace_lost_key(folder, project=project)
        if as_json:
            print_json({"old": None, "new": made.key_id})
            return
        key = fingerprint(made.public_key)
        click.echo(_("From now on: {key}. Keep a copy of {folder}.").format(key=key, folder=folder / "keys"))
        said = _(
            "Nothing leads there from the lost key. Send each trainer a new code, and read out this fingerprint to"
            " them, by telephone for instance. They type: preceptor project join ADDRESS CODE --collector-key {key}"
        )
        click.echo(said.format(key=f'"{key}"'))
        return
    old, new = key_ceremony.rotate_key(folder, project=project)
    if as_json:
        print_json({"old": old.key_id, "new": new.key_id})
        return
    click.echo(_("Before: {key}").format(key=fingerprint(old.public_key)))
    click.echo(
        _("From now on: {key}. Keep a copy of {folder}.").format(
            key=fingerprint(new.public_key), folder=folder / "keys"
        )
    )


@click.command("fingerprint", short_help="Say whose key a file holds.")
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@json_option
def fingerprint_of_copy(file: Path, as_json: bool) -> None:
    """Say the fingerprint of a collector's key in FILE: keys/prj_….key, or a copy of it on a stick or typed from paper.

    It needs no collector and no network, and shows nothing of the key itself. It is the fingerprint that init printed
    and that trainers compare; after rotate-key, the new one.
    """
    key = read_copy(file)
    if as_json:
        print_json({"key": key.key_id, "fingerprint": fingerprint(key.public_key)})
    else:
        click.echo(fingerprint(key.public_key))


@click.command("forks", short_help="List what was set aside.")
@folder_argument
@project_option
@json_option
def forks(folder: Path, project: str | None, as_json: bool) -> None:
    """List the deliveries that were set aside because another one stands in their place."""
    found = key_ceremony.list_forks(folder, project=project)
    if as_json:
        print_json(
            [
                {
                    "fork": fork.sha256,
                    "device": fork.device,
                    "trainer": fork.trainer,
                    "name": fork.trainer_name,
                    "seq": fork.seq,
                    "records": fork.records,
                    "received_at": fork.received_at,
                    "resolved": fork.resolved,
                }
                for fork in found
            ]
        )
    elif not found:
        click.echo(_("Nothing was set aside."))
    else:
        states = {None: _("waits"), "taken": _("taken"), "dropped": _("dropped")}
        rows = [
            (
                fork.sha256[:12],
                one_line(fork.trainer_name),
                fork.received_at[:16].replace("T", " "),
                count_text(fork.records),
                states[fork.resolved],
            )
            for fork in found
        ]
        print_table(rows, (_("Fork"), _("Name"), _("Received (UTC)"), _("Records"), _("State")))


@click.command("resolve", short_help="Take or drop what was set aside.")
@folder_argument
@click.argument("fork")
@click.argument("what", type=click.Choice(["take", "drop"]))
@project_option
def resolve(folder: Path, fork: str, what: str, project: str | None) -> None:
    """Take the records of FORK (its hash, or the beginning of it), or drop them. Its chain stays closed either way.

    Taken records are held to the rules like any: what is known or older than what is stored changes nothing.
    """
    done = key_ceremony.resolve(folder, fork, take=what == "take", project=project)
    if what == "drop":
        click.echo(_("Dropped."))
        return
    said = _("Taken: {stored}. Known before: {known}. Refused: {refused}.")
    counts = {"stored": done.stored, "known": done.known, "refused": done.refused}
    click.echo(said.format(**{name: count_text(count) for name, count in counts.items()}))
