"""`preceptor bundle`: signed batches as a file, for a hand-over without a network, and the check of such a file."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from desktop.commands.asking import Caller, in_profile, json_option
from desktop.commands.outbox import signed_by_new_key_text
from desktop.commands.printing import one_line, print_json
from desktop.commands.public_key import read_key_file
from desktop.commands.refusal import Refused
from desktop.flow.delivering import (
    in_files,
    network_text,
    read_answers,
    receipts_text,
    returned_text,
    several_text,
    write_files,
)
from desktop.flow.insisting import refused_text
from desktop.flow.quantities import count_text
from desktop.flow.wording import gettext as _
from desktop.flow.wording import ngettext, said, sentence
from desktop.flow.wrong_files import no_bundle
from feedback_store.batches import payload
from feedback_store.batches.body import MAX_BUNDLE, bundle_too_large, look_at, read_bundle
from feedback_store.batches.dsse import from_base64, parse_envelope
from feedback_store.batches.key_event import read_event
from feedback_store.batches.keys import key_id
from feedback_store.batches.manifest import Manifest
from feedback_store.batches.payload_types import KEY_EVENT
from feedback_store.batches.verify import BundleSummary, verify_bundle
from feedback_store.errors import BatchError, EnvironmentTrouble, NotFoundError

if TYPE_CHECKING:
    from desktop.profile import Profile
    from feedback_store.store import Project


@click.group(short_help="Hand over deliveries by file, and verify such files.")
def bundle() -> None:
    """Deliveries as a file: for handing over without a network, and for strangers who check them."""


@bundle.command("export", short_help="Write deliveries into a file.")
@in_profile
@click.option("--project", metavar="NAME|ID", help="Of this project; otherwise of the one in use.")
@click.option("--all", "everything", is_flag=True, help="Those that have arrived, too.")
@json_option
@click.argument("file", type=click.Path(path_type=Path))
def export(caller: Caller, project: str | None, everything: bool, as_json: bool, file: Path) -> None:
    """Write the deliveries that are signed and have no receipt yet into FILE, in order. Nothing is signed by this.

    Those that were stopped are left out. Where the device's key was ended and it joined with another one, what each
    has signed is a file of its own: FILE, and NAME-2 beside it.
    """
    profile = caller.open(readonly=True)
    found = profile.find_project(project)
    outbox = profile.store.outbox
    runs = in_files(outbox, found.id, delivered_too=everything)
    signed = outbox.batches(found.id)
    if not runs and outbox.count_unsent(found.id, ("released",), at_most=1):
        raise Refused(
            _("Nothing that is signed waits, and what is released is not signed yet. To sign it: preceptor outbox seal")
        )
    if not runs and any(batch.state == "delivered" for batch in signed):
        raise Refused(_("Nothing that is signed waits any more. To write what has arrived as well, add --all."))
    if not runs and signed:
        raise Refused(_("All that was signed was stopped. To sign it anew: preceptor outbox seal --again"))
    if not runs:
        raise Refused(_("Nothing is signed yet. Release judgements, then sign them: preceptor outbox seal"))
    files = write_files(outbox, runs, file)
    for written, run in zip(files, runs, strict=True):
        if as_json:
            print_json({"bundle": str(written), "batches": len(run), "bytes": written.stat().st_size})
        else:
            count = ngettext("{} delivery", "{} deliveries", len(run)).format(count_text(len(run)))
            click.echo(_("{count} written to {file}.").format(count=count, file=written))
    if len(files) > 1:
        click.echo(several_text(), err=True)
    if told := signed_by_new_key_text(profile, found):
        click.echo(told, err=True)


@bundle.command("verify", short_help="Check a file of deliveries.")
@in_profile
@click.option(
    "--key",
    "key_file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="The public key: output of `keys show --json`, or base64. Otherwise this profile's keys.",
)
@click.option(
    "--collector-key",
    "collector_files",
    type=click.Path(path_type=Path),
    metavar="FILE",
    multiple=True,
    help="The collector's public key, where it replaced a lost one; once for each it had. Otherwise those of this"
    " profile's project.",
)
@json_option
@click.argument("file", type=click.Path(path_type=Path))
def verify(caller: Caller, key_file: Path | None, collector_files: tuple[Path, ...], as_json: bool, file: Path) -> None:
    """Check every rule of docs/batch-format.md over FILE; ends with 1 and the rule that failed.

    The key is the one that signed first. A file that begins with the recovery of a lost key is checked with the lost
    one, whose public half the collector keeps: it is said by preceptor collector bundle DIR DEVICE FILE.
    """
    data = _read(file)
    if wrong := no_bundle(file):
        raise Refused(wrong)
    named = [read_key_file(each) for each in collector_files]
    public_key, lost = _own_key(caller, file, data) if key_file is None else (read_key_file(key_file), None)
    pinned = None if named else _pinned(caller, data)
    try:
        believed = pinned.keys if pinned else named
        summary = verify_bundle(data, public_key=public_key, collector_keys=believed, lost=lost)
    except BatchError as error:
        raise _refused(file, error, pinned) from error
    if as_json:
        print_json(_as_json(summary, pinned))
    else:
        _print(summary, pinned)


@bundle.command("receipts", short_help="Read the receipts that came back by file.")
@in_profile
@json_option
@click.argument("file", type=click.Path(path_type=Path))
def receipts(caller: Caller, as_json: bool, file: Path) -> None:
    """Check the collector's receipts in FILE, and mark as delivered what they prove: all of them, or none.

    Where the collector says there that it takes no more of a delivery, that is stopped, and sealed and handed over
    anew by: preceptor outbox seal --again. Where it lacks what had arrived, that goes with the next file.
    """
    found = read_answers(caller.open().store, file)
    if as_json:
        counts = {"delivered": found.delivered, "known": found.known}
        records = {"arrived": found.arrived, "returned": found.returned}
        again = {"withdrawals": found.withdrawals} if found.withdrawals else {}
        missing = {} if found.missing is None else {"missing": found.missing}
        print_json(counts | records | again | {"stopped": [problem.code for problem in found.problems]} | missing)
    elif text := receipts_text(found):
        click.echo(text)
    problems = [sentence(problem) for problem in found.problems]
    problems += filter(None, [network_text(found)])
    if problems:
        problems.append(_("Then sign anew what did not arrive: preceptor outbox seal --again"))
    if found.returned:
        problems.append(returned_text(found.returned))
    if found.withdrawals:
        problems.append(refused_text(found.withdrawals))
        problems.append(_("Sign and hand over once more: preceptor outbox seal, then preceptor bundle export FILE"))
    if problems:
        raise Refused(" ".join(problems))


def _read(file: Path) -> bytes:
    try:
        look_at(file)
    except BatchError as error:
        raise Refused(sentence(error)) from error
    if file.stat().st_size > MAX_BUNDLE:
        raise _refused(file, bundle_too_large())
    return file.read_bytes()


@dataclasses.dataclass(frozen=True)
class _Pinned:
    """The keys of a project's collector that this profile believes, the present one last."""

    project: str
    keys: tuple[bytes, ...]


def _pinned(caller: Caller, data: bytes) -> _Pinned | None:
    """Those of the project that a file is of; None where there is no such project here, or no profile to be read.

    What is wrong with the file the check says.
    """
    try:
        project_id, _named = _begins_with(next(read_bundle(data)).envelope)
        project = caller.open(readonly=True).store.projects.get(project_id)
    except (BatchError, NotFoundError, EnvironmentTrouble):
        return None
    held = project.collector
    if held is None:
        return None
    return _Pinned(project.name, tuple(from_base64(each) for each in (*held.earlier, held.public_key)))


def _own_key(caller: Caller, file: Path, data: bytes) -> tuple[bytes, str | None]:
    """The key of this profile that signed the file's beginning, its present one or an earlier.

    And the id of the one before it, where that was lost with its public half: the file begins with its recovery.
    """
    try:
        project_id, named = _begins_with(next(read_bundle(data)).envelope)
    except BatchError as error:
        raise _refused(file, error) from error
    foreign = _(
        "The key that signed first in {file} is not kept here: it is somebody else's, or was lost. Name the signer's"
        " key with --key FILE."
    ).format(file=file.name)
    try:
        profile = caller.open(readonly=True)
        project = profile.find_project(project_id)
        own = [*_known_keys(profile, project), profile.device_key(project).public_key]
    except (NotFoundError, EnvironmentTrouble) as error:
        if error.code in ("no_project", "no_key", "no_profile"):
            raise Refused(foreign) from error
        raise
    key = next((each for name in named for each in own if key_id(each) == name), None)
    if key is None:
        raise Refused(foreign)
    return key, None if key_id(key) == named[0] else named[0]


def _known_keys(profile: Profile, project: Project) -> Iterator[bytes]:
    """The earlier keys: those that changes ended, and those that they brought, which may be lost since."""
    for event in profile.store.keys.all(project.id):
        _event, brought = read_event(parse_envelope(event.envelope).payload)
        yield from (key for key in (event.old_key, brought) if key is not None)


def _begins_with(line: bytes) -> tuple[str, tuple[str, ...]]:
    """The project of a file's first line, and the keys by one of which it may be checked: the one that signs first.

    A file that begins with a change of keys is checked by the key before it. A lost one may be nobody's any more: the
    new one and the collector have signed that.
    """
    envelope = parse_envelope(line)
    if envelope.payload_type != KEY_EVENT:
        manifest = payload.parse(envelope.payload, Manifest)
        return manifest.aud, (manifest.device,)
    event, _key = read_event(envelope.payload)
    return event.aud, (event.old, event.new or "") if event.kind == "recover" else (event.old,)


def _refused(file: Path, error: BatchError, pinned: _Pinned | None = None) -> Refused:
    if error.code == "other_key":
        way_out = _("Name the signer's key with --key FILE.")
    elif error.code == "lost_key_needed":
        way_out = _(
            "Name that key with --key FILE. Its public half is said to whoever runs the collector by"
            " preceptor collector bundle DIR DEVICE FILE"
        )
    elif error.code == "collector_key_needed" and pinned is not None:
        way_out = _(
            "The project “{project}” of this profile believes only {keys}. Name the key that the collector had then"
            " with --collector-key FILE."
        ).format(project=one_line(pinned.project), keys=", ".join(key_id(each) for each in pinned.keys))
    elif error.code == "collector_key_needed":
        way_out = _("Name the key that the collector had then with --collector-key FILE.")
    else:
        way_out = _("Ask for the file as it was written; a program that saves it anew changes it.")
    said = _("{file} is not valid, by rule {rule}: {why} {way_out}")
    return Refused(said.format(file=file.name, rule=error.values.get("rule", 0), why=sentence(error), way_out=way_out))


def _as_json(summary: BundleSummary, pinned: _Pinned | None) -> dict[str, object]:
    return {
        "valid": True,
        "device": summary.device,
        "project": summary.project,
        "trainer": summary.trainer,
        "batches": summary.batches,
        "records": summary.records,
        "erased": summary.erased,
        "first_seq": summary.first_seq,
        "last_seq": summary.last_seq,
        "collector_keys": [
            {"key": each, "from": "option" if pinned is None else "profile"} for each in summary.collector_keys
        ],
        "warnings": [str(each) for each in summary.warnings],
    }


def _print(summary: BundleSummary, pinned: _Pinned | None) -> None:
    batches = ngettext("{} delivery", "{} deliveries", summary.batches).format(count_text(summary.batches))
    held = ngettext("{} record", "{} records", summary.records).format(count_text(summary.records))
    click.echo(_("Valid: {batches} with {records}.").format(batches=batches, records=held))
    if summary.erased:
        click.echo(_("Erased: {count}.").format(count=count_text(summary.erased)))
    click.echo(_("Device: {device}").format(device=summary.device))
    click.echo(_("Trainer: {trainer}").format(trainer=summary.trainer))
    click.echo(_("Project: {project}").format(project=summary.project))
    for key in summary.collector_keys:
        if pinned is None:
            click.echo(_("A lost key was replaced on the word of {key}, by --collector-key.").format(key=key))
        else:
            by_project = _("A lost key was replaced on the word of {key}, which the project “{project}” here believes.")
            click.echo(by_project.format(key=key, project=one_line(pinned.project)))
    for warning in summary.warnings:
        click.echo(_("Beware: {warning}.").format(warning=one_line(said(warning))))
