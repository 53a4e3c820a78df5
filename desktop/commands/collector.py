"""`preceptor collector`: the server side, from the operator's terminal. Needs the `collector` extra to serve."""

from __future__ import annotations

import importlib.util
import os
import sys
import threading
from pathlib import Path

import click

from desktop.commands import collector_keys
from desktop.commands.asking import json_option
from desktop.commands.collector_data import bundle, erase, export, import_files
from desktop.commands.collector_database import ask_password_option, database_of, move
from desktop.commands.collector_folder import folder_argument, project_option
from desktop.commands.printing import one_line, print_json, print_table
from desktop.commands.refusal import Refused
from desktop.commands.rubrics import rubric_of
from desktop.flow.joining import NO_TERMS
from desktop.flow.quantities import count_text
from desktop.flow.wording import gettext as _
from feedback_store import rubrics
from feedback_store.batches.keys import fingerprint, fingerprint_of
from feedback_store.collector import administration
from feedback_store.collector.enrolment import INVITATION_DAYS
from feedback_store.collector.facts import Guideline, Terms, make_guideline, make_terms
from feedback_store.records import is_blank

PORT = 8470


@click.group(short_help="Run the server that receives judgements.")
def collector() -> None:
    """The server that receives judgements, keeps them and signs receipts. DIR is its data folder."""


@collector.command("init", short_help="Make a project, and its collector.")
@folder_argument
@click.option("--project", "project_name", required=True, metavar="NAME", help="The project's name.")
@click.option("--name", default="", metavar="NAME", help="The collector's name; otherwise the project's.")
@click.option("--rubric", default=rubrics.DEFAULT, show_default=True, metavar="ID|FILE", help="What is judged by.")
@click.option("--guideline", type=click.Path(path_type=Path), metavar="FILE", help="Markdown for the trainers.")
@click.option("--terms", type=click.Path(path_type=Path), metavar="FILE", help="What trainers accept by sending.")
@click.option("--licence", default="unspecified", show_default=True, help="Licence of what is delivered.")
@click.option("--database", metavar="URL", help="Keep the data in this PostgreSQL database; without its password.")
@ask_password_option
@json_option
def init(
    folder: Path,
    project_name: str,
    name: str,
    rubric: str,
    guideline: Path | None,
    terms: Path | None,
    licence: str,
    database: str | None,
    ask_password: bool,
    as_json: bool,
) -> None:
    """Make a project with a signing key of its own in DIR, and the collector around it where there is none.

    Data lies in DIR, or in a PostgreSQL database, whose address is kept in DIR; PRECEPTOR_COLLECTOR_DATABASE names one
    without keeping it.
    """
    made = administration.init_collector(
        folder,
        name=name or project_name,
        project_name=project_name,
        rubric=rubric_of(rubric),
        terms=_terms(terms, licence),
        guideline=_guideline(guideline),
        database=database_of(database, ask_password=ask_password),
    )
    key = administration.read_key(folder, made)
    if as_json:
        print_json({"project": made, "key": key.key_id})
        return
    click.echo(_("Project {name} made: {id}").format(name=one_line(project_name), id=made))
    click.echo(
        _("Its key signs the receipts: {key}. Keep a copy of {folder}.").format(
            key=fingerprint(key.public_key), folder=folder / "keys"
        )
    )
    projects = administration.project_count(folder)
    if projects > 1:
        words = _("This collector has {count} projects now: name the one that is meant with --project.")
        click.echo(words.format(count=count_text(projects)))
    click.echo(_("Next: preceptor collector serve DIR"))


@collector.command("serve", short_help="Serve until stopped.")
@folder_argument
@click.option("--host", default="127.0.0.1", show_default=True, help="Where to listen.")
@click.option("--port", type=click.IntRange(0, 65535), default=PORT, show_default=True, help="0 takes a free one.")
@click.option("--certificate", type=click.Path(path_type=Path), metavar="FILE", help="TLS certificate (PEM).")
@click.option("--certificate-key", type=click.Path(path_type=Path), metavar="FILE", help="Its private key (PEM).")
@click.option(
    "--rate",
    type=click.IntRange(0),
    default=600,
    show_default=True,
    help="Batches a minute that one device may send, once it has sent 1,000; 0: as many as it likes.",
)
@click.option(
    "--room",
    type=click.IntRange(16),
    default=128,
    show_default=True,
    metavar="MIB",
    help="How much of large deliveries is held in memory at once; who comes beyond it is asked to wait.",
)
@click.option("--metrics-port", type=click.IntRange(0, 65535), help="Serve Prometheus metrics to this machine there.")
@click.option("--stop-with-input", is_flag=True, help="Stop when standard input ends: for a program that starts it.")
@json_option
def serve(
    folder: Path,
    host: str,
    port: int,
    certificate: Path | None,
    certificate_key: Path | None,
    rate: int,
    room: int,
    metrics_port: int | None,
    stop_with_input: bool,
    as_json: bool,
) -> None:
    """Serve the collector in DIR until Ctrl+C; what is being answered is finished first.

    Without a certificate it listens on this machine only. The log goes to standard error, one JSON line a request.
    """
    for module in ("granian", "starlette"):
        if importlib.util.find_spec(module) is None:
            raise Refused(_("Serving needs the collector's packages: pip install 'preceptor[collector]'"))
    if metrics_port is not None and importlib.util.find_spec("prometheus_client") is None:
        raise Refused(_("Serving needs the collector's packages: pip install 'preceptor[collector]'"))
    from feedback_store.collector import serving
    from feedback_store.collector.limits import MIB, Rate
    from feedback_store.collector.stopping import leave

    stop = threading.Event()
    if stop_with_input:
        threading.Thread(target=_stop_at_end, args=(stop,), name="input", daemon=True).start()

    def tell(address: str) -> None:
        if as_json:
            print_json({"address": address})
        else:
            click.echo(_("Listening at {address}. Ctrl+C stops it.").format(address=address))

    serving.serve(
        folder,
        host,
        port,
        certificate=certificate,
        certificate_key=certificate_key,
        on_listening=tell,
        stop=stop,
        rate=Rate(per_s=rate / 60),
        room=room * MIB,
        metrics_port=metrics_port,
    )
    leave()


@collector.command("invite", short_help="Make a one-time code for a trainer.")
@folder_argument
@project_option
@click.option("--trainer", metavar="ID", help="A further device of this trainer.")
@click.option("--name", default="", help="The trainer's name, for you.")
@click.option("--days", type=click.IntRange(1, 365), default=INVITATION_DAYS, show_default=True, help="Valid so long.")
@json_option
def invite(folder: Path, project: str | None, trainer: str | None, name: str, days: int, as_json: bool) -> None:
    """Make a one-time code, told now and never again. The trainer types: preceptor project join ADDRESS CODE.

    ADDRESS is where trainers reach this collector, with its https:// at the beginning.
    """
    code = administration.invite(folder, project=project, trainer=trainer, name=name, days=days)
    if as_json:
        print_json({"code": code})
    else:
        click.echo(_("Code: {code}").format(code=code))
        click.echo(_("The trainer types: preceptor project join ADDRESS {code}").format(code=code))


@collector.command("devices", short_help="List the devices that joined.")
@folder_argument
@project_option
@json_option
def devices(folder: Path, project: str | None, as_json: bool) -> None:
    """List the devices that joined, the first one first."""
    found = administration.list_devices(folder, project=project)
    if as_json:
        print_json(
            [
                {
                    "device": d.id,
                    "trainer": d.trainer,
                    "name": d.trainer_name,
                    "state": d.state,
                    "joined_at": d.joined_at,
                }
                for d in found
            ]
        )
    elif not found:
        click.echo(_("No device has joined yet. Invite a trainer: preceptor collector invite DIR"))
    else:
        rows = [
            (d.trainer_name, d.state, d.joined_at[:16].replace("T", " "), d.trainer, fingerprint_of(d.id))
            for d in found
        ]
        print_table(rows, (_("Name"), _("State"), _("Joined (UTC)"), _("Trainer"), _("Device")))


@collector.command("revoke", short_help="Accept nothing more from a device.")
@folder_argument
@click.argument("device")
@project_option
@click.option("--reason", default="", help="Why, for you.")
def revoke(folder: Path, device: str, project: str | None, reason: str) -> None:
    """Accept nothing more from DEVICE; what it had sent stays."""
    revoked = administration.revoke(folder, device, project=project, reason=reason)
    words = _("Revoked: {device} of {name} ({trainer}).")
    if not revoked.trainer_name:
        words = _("Revoked: {device} of {trainer}, who has no name here.")
    click.echo(words.format(device=revoked.id, name=one_line(revoked.trainer_name), trainer=revoked.trainer))


for _command in (import_files, bundle, erase, export, move):
    collector.add_command(_command)
for command in (
    collector_keys.recover,
    collector_keys.rotate_key,
    collector_keys.fingerprint_of_copy,
    collector_keys.forks,
    collector_keys.resolve,
):
    collector.add_command(command)


def _stop_at_end(stop: threading.Event) -> None:
    """Wait until standard input ends: whoever started this process is gone, or wants it to stop."""
    while os.read(sys.stdin.fileno(), 4096):  # not the buffered reader, whose lock would hang the interpreter's end
        pass
    stop.set()


def _terms(file: Path | None, licence: str) -> Terms:
    return make_terms(NO_TERMS if file is None else _text(file), licence=licence)


def _text(file: Path) -> str:
    try:
        text = file.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        words = _("{file} is no text: it is not in UTF-8. Wanted is a text that trainers read; save it as UTF-8.")
        raise Refused(words.format(file=file.name)) from error
    if is_blank(text):
        raise Refused(_("{file} is empty. Wanted is a text that trainers read.").format(file=file.name))
    return text


def _guideline(file: Path | None) -> Guideline | None:
    return None if file is None else make_guideline(_text(file))
