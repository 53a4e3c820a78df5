"""`preceptor collector`: what came on a stick, what is erased, what is proven, and what goes on to training."""

from __future__ import annotations

import dataclasses
import importlib.util
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import click

from desktop.commands.asking import json_option
from desktop.commands.collector_folder import folder_argument
from desktop.commands.printing import print_json
from desktop.commands.public_key import as_values
from desktop.commands.refusal import Refused
from desktop.flow.delivering import write_new
from desktop.flow.quantities import count_text
from desktop.flow.wording import gettext as _
from desktop.flow.wording import ngettext, sentence
from desktop.flow.wrong_files import not_deliveries
from feedback_store.batches.body import RECEIPTS, SUFFIX
from feedback_store.collector import erasing, proof
from feedback_store.collector.by_file import FileDoor, Progress, RefusedFileError, TakenFile
from feedback_store.collector.opening import open_storage
from feedback_store.collector.storage import Storage


@click.command("import", short_help="Take files of batches that were handed over.")
@folder_argument
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--receipts",
    "to",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="FOLDER",
    help="Write the receipts there; otherwise beside each file.",
)
@json_option
def import_files(folder: Path, files: tuple[Path, ...], to: Path | None, as_json: bool) -> None:
    """Take each FILE of signed batches into the collector in DIR, by the same rules as over the network.

    A file is taken whole or not at all, one with a change of keys in it up to that and then from there; the first one
    that is refused ends the command. The receipts are written into NAME.receipts, for the trainer: preceptor bundle
    receipts NAME.receipts. The same file again gives the same receipts. Where a device's deliveries are not taken any
    more, or what comes before them is missing here, a signed word of that stands there in their place.
    """
    with closing(open_storage(folder)) as storage:
        door = FileDoor(folder, storage)
        for file in files:
            if wrong := not_deliveries(file):
                raise Refused(wrong)
            receipts = (to or file.parent) / (file.name.removesuffix(SUFFIX) + RECEIPTS)
            try:
                taken = door.take(file, _progress())
            except RefusedFileError as error:
                raise _refused(error, receipts) from error
            write_new(receipts, (line + b"\n" for line in taken.answers), replace=True)
            if as_json:
                print_json({"file": str(file), "receipts": str(receipts), **_counts(taken)})
            else:
                click.echo(_summary(taken, receipts))


@click.command("erase", short_help="Remove records' contents for good.")
@folder_argument
@click.argument("record_ids", metavar="ID...", nargs=-1, required=True)
@click.option("--yes", is_flag=True, help="Do not ask.")
@json_option
def erase(folder: Path, record_ids: tuple[str, ...], yes: bool, as_json: bool) -> None:
    """Remove the bytes of every revision of these records from the collector in DIR for good.

    Hashes, signatures and receipts stay: a file of the batches still verifies and counts what was erased. No later
    revision of them is taken. Afterwards run collector export for every place that was exported to.
    """
    if not yes:
        if not sys.stdin.isatty():
            raise Refused(_("Erasing cannot be undone. Say --yes if it is meant."))
        count = len(set(record_ids))
        text = ngettext("Erase {} record for good?", "Erase {} records for good?", count)
        click.confirm(text.format(count_text(count)), abort=True, err=True)
    with closing(open_storage(folder)) as storage:
        done = erasing.erase(storage, record_ids)
    if as_json:
        print_json({"records": done.records, "revisions": done.revisions, "scrubbed": done.scrubbed})
        return
    text = ngettext("{} revision erased.", "{} revisions erased.", done.revisions)
    click.echo(text.format(count_text(done.revisions)))
    click.echo(_("Where it was exported to, export anew: preceptor collector export DIR DEST"))
    if not done.scrubbed:
        click.echo(_("The database's files keep the bytes a while longer; docs/operations.md says how long."), err=True)


@click.command("bundle", short_help="Write what a device delivered, for whoever wants to check it.")
@folder_argument
@click.argument("device")
@click.argument("file", type=click.Path(path_type=Path))
@json_option
def bundle(folder: Path, device: str, file: Path, as_json: bool) -> None:
    """Write every stored batch of DEVICE into FILE, as it was signed. Anybody can check it: preceptor bundle verify
    FILE.

    What was erased or refused stands as its hash alone, and is counted as erased. The public key to check it with is
    said: where the file begins with a change of keys, the one before, a lost one's too.
    """
    with closing(open_storage(folder)) as storage:
        found = proof.find_device(storage, device)
        count: Counter[str] = Counter()
        keys: list[bytes] = []

        def bodies() -> Iterator[bytes]:
            for body in proof.bodies_of(storage, found):
                if not count["batches"] and (signer := proof.signs_first(storage, found.project, body)):
                    keys.append(signer.public_key)
                count["batches"] += 1
                yield body

        write_new(file, bodies())
    if as_json:
        key = {"key": as_values(keys[0])} if keys else {}
        print_json({"bundle": str(file), "device": found.id, "batches": count["batches"]} | key)
        return
    written = ngettext("{} batch", "{} batches", count["batches"]).format(count_text(count["batches"]))
    click.echo(_("{count} written to {file}.").format(count=written, file=file))
    for each in keys:
        told = _("To check it, put this public key into a file and name that with --key: {key}")
        click.echo(told.format(key=as_values(each)["public_key"]))


@click.command("export", short_help="Write what stands as Parquet files.")
@folder_argument
@click.argument("destination", metavar="DEST")
@click.option("--project", metavar="ID", help="Only this project's; otherwise all of the collector.")
@json_option
def export(folder: Path, destination: str, project: str | None, as_json: bool) -> None:
    """Write what stands in the collector in DIR as Parquet files into DEST, partitioned by project and day.

    DEST is a folder, or an address such as s3://bucket/path. Run it again at any time: only days that changed are
    written, and what was withdrawn or erased meanwhile is taken out. A run that was stopped goes on where it was.
    """
    for module in ("pyarrow", "fsspec"):
        if importlib.util.find_spec(module) is None:
            raise Refused(_("Exporting needs its packages: pip install 'preceptor[exports]'"))
    from feedback_store.collector.exporting import run
    from feedback_store.collector.exporting.destination import open_destination

    def tell(done: int, of: int) -> None:
        click.echo(_("{done} of {all} days written").format(done=count_text(done), all=count_text(of)), err=True)

    with closing(open_storage(folder)) as storage:
        if project is not None:
            _check_project(storage, project)
        done = run.export(storage, open_destination(destination), project=project, on_day=tell)
    if as_json:
        print_json(dataclasses.asdict(done))
        return
    records = ngettext("{} judgement", "{} judgements", done.rows).format(count_text(done.rows))
    text = _("{records} in {place}; days written: {written}, as they were: {kept}; files removed: {removed}.")
    click.echo(
        text.format(
            records=records,
            place=destination,
            written=count_text(done.written),
            kept=count_text(done.kept),
            removed=count_text(done.removed),
        )
    )
    if done.gone:
        fewer = ngettext(
            "{} judgement of the export before stands no more: withdrawn or erased.",
            "{} judgements of the export before stand no more: withdrawn or erased.",
            done.gone,
        )
        click.echo(fewer.format(count_text(done.gone)))


def _check_project(storage: Storage, project: str) -> None:
    with storage.reading() as view:
        known = view.projects()
    if project not in known:
        raise Refused(
            _("This collector has no project {id}. It has: {known}").format(id=project, known=", ".join(known))
        )


def _progress() -> Progress:
    """Counts on a terminal, and is silent elsewhere."""
    if not sys.stderr.isatty():
        return lambda _taken: None
    return lambda taken: click.echo(f"\r{count_text(taken)}", err=True, nl=False)


def _counts(taken: TakenFile) -> dict[str, object]:
    return {"batches": taken.batches, "new": taken.new, "records": taken.records}


def _refused(error: RefusedFileError, receipts: Path) -> Refused:
    """Why a file was not taken; what its trainer's program has to hear of that is written down first."""
    if not error.answers:
        return Refused(sentence(error))
    write_new(receipts, (line + b"\n" for line in error.answers), replace=True)
    back = _("Give the trainer {receipts} back all the same: the program there reads in it what it is to do.")
    return Refused(f"{sentence(error)} {back.format(receipts=receipts)}")


def _summary(taken: TakenFile, receipts: Path) -> str:
    batches = ngettext("{} batch", "{} batches", taken.batches).format(count_text(taken.batches))
    words = {
        "stored": _("{count} stored"),
        "known": _("{count} here before"),
        "refused": _("{count} refused"),
        "erased": _("{count} erased"),
    }
    records = ", ".join(
        words[status].format(count=count_text(taken.records[status])) for status in words if status in taken.records
    )
    if not taken.new and not taken.records.get("refused"):
        text = _("{file}: all of it was here before, so nothing is new. The same receipts are in {receipts}.")
        return text.format(file=taken.file.name, receipts=receipts)
    text = _("{file}: {batches}, {new} of them new; records: {records}. Receipts: {receipts}")
    return text.format(
        file=taken.file.name, batches=batches, new=count_text(taken.new), records=records, receipts=receipts
    )
