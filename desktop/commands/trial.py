"""`preceptor try`: the whole main job without a window, on the starter model, each step shown with its result.

Nothing is faked: every step uses the parts that the window uses, and one that fails ends the command. The collector is
joined before the judgement is saved, because a record never changes its project (docs/decisions/042).
"""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import click

from desktop.commands import trial_collector, trial_steps
from desktop.commands.asking import Caller, in_profile, json_option, key_option
from desktop.commands.outbox import seal_all
from desktop.commands.printing import one_line, print_json
from desktop.commands.refusal import Refused
from desktop.flow.delivering import write_new
from desktop.flow.quantities import count_text, decimal_text
from desktop.flow.ranking import letter
from desktop.flow.wording import gettext as _
from desktop.flow.wording import ngettext
from desktop.profile import Profile
from feedback_store import secrets
from feedback_store.database import FILE
from feedback_store.errors import SecretsError
from feedback_store.store import Project

FORMATS = ("preference", "sft")
TRIES = 3


class Telling:
    """Prints each step with its result: lines for people, or JSON lines."""

    def __init__(self, *, as_json: bool) -> None:
        self._as_json = as_json
        self._started = time.monotonic()
        self._step = 0

    @property
    def seconds(self) -> float:
        """Since the command began."""
        return round(time.monotonic() - self._started, 1)

    def step(self, name: str, text: str, *details: str) -> None:
        """One step that is done."""
        self._step += 1
        if self._as_json:
            print_json({"step": name, "text": text, "details": list(details), "seconds": self.seconds})
            return
        click.echo(f"{self._step:2}. {text}")
        for detail in details:
            click.echo(f"      {detail}")

    def last(self, values: dict[str, object], text: str) -> None:
        """The end: a line for programs, or one for people."""
        if self._as_json:
            print_json(values)
        else:
            click.echo(text)


@click.command("try", short_help="Do the whole main job once, without a window.")
@in_profile
@key_option
@json_option
@click.option("--prompt", "number", type=int, default=1, show_default=True, help="Which prompt of vicuna_bench.")
def trial(caller: Caller, as_json: bool, number: int) -> None:
    """Do the whole main job once, without a window, on the starter model.

    It takes some seconds, up to a minute where the machine is slow or busy; nearly all of it the model writes.

    A prompt is answered four times, judged by a stated rule (not by a person), saved, signed, delivered to a collector
    started for the purpose on this machine, verified by the stand-alone verifier, and exported. A temporary profile is
    used unless --profile names one; there, a project of its own is made and nothing else is touched.
    """
    question = trial_steps.question(number)
    telling = Telling(as_json=as_json)
    temporary = caller.given_folder is None
    folder = caller.given_folder or Path(tempfile.mkdtemp(prefix="preceptor-try-"))
    caller.given_folder = folder
    caller.insecure_key_file = caller.insecure_key_file or temporary or _has_no_keyring(folder)
    fresh = not (folder / FILE).exists()
    out = folder / "try" / datetime.now(UTC).strftime("%Y%m%d-%H%M%S-%f")
    with _unless_empty(out, out.parent, *([folder] if temporary or not folder.exists() else [])):
        profile = caller.open_at(folder, lasting=not temporary)
        _run(profile, out, question, telling, fresh=fresh)


def _run(profile: Profile, out: Path, question: trial_steps.Question, telling: Telling, *, fresh: bool) -> None:
    folder = profile.folder
    out.mkdir(mode=0o700, parents=True)
    telling.step("profile", _("Profile in {folder}, {kept}").format(folder=folder, kept=_how_keys_are_kept(profile)))
    name = f"Trial {datetime.now(UTC):%Y-%m-%d %H:%M:%S}"
    try:
        with trial_collector.serving(out / "collector", name) as collector:
            telling.step("collector", _("A collector serves at {address}").format(address=collector.address))
            project = _join(profile, collector, telling, use_it=fresh)
            _judge(profile, project, question, telling)
            receipt = _deliver(profile, project, out, telling)
    finally:
        shutil.rmtree(out / "collector", ignore_errors=True)
    bundle, key_file = _verify(profile, project, out, telling)
    exports = {form: _export(profile, project, form, out, telling) for form in FORMATS}
    telling.last(
        {
            "bundle": str(bundle),
            "public_key_file": str(key_file),
            "receipt": str(receipt),
            "exports": {form: str(path) for form, path in exports.items()},
            "database": str(profile.store.path),
            "seconds": telling.seconds,
        },
        _("Done in {seconds} seconds. Everything is in {folder}").format(seconds=telling.seconds, folder=out),
    )


@contextlib.contextmanager
def _unless_empty(*folders: Path) -> Iterator[None]:
    """However it ends, none of these folders, the inner ones first, is left with nothing in it."""
    try:
        yield
    finally:
        for folder in folders:
            with contextlib.suppress(OSError):
                folder.rmdir()


def _has_no_keyring(folder: Path) -> bool:
    """Whether a new profile here could keep its key neither in a keyring nor under a passphrase; said in step 1."""
    if (folder / secrets.FILE).exists() or os.environ.get("PRECEPTOR_PASSPHRASE"):
        return False
    try:
        secrets.open_secrets(folder)
    except SecretsError as error:
        return error.code == "keyring_absent"
    return False


def _how_keys_are_kept(profile: Profile) -> str:
    return {
        "keyring": _("its keys in the system's keyring"),
        "passphrase": _("its keys in a file under a passphrase"),
        "unprotected": _("its keys UNPROTECTED in the folder"),
    }[profile.secrets.protection]


def _join(profile: Profile, collector: trial_collector.Serving, telling: Telling, *, use_it: bool) -> Project:
    code = trial_collector.invite(collector.folder, "preceptor try")
    joined = profile.collectors.join(collector.address, code, name="preceptor try")
    if use_it:
        profile.store.projects.use(joined.project.id).result()
    telling.step(
        "joined",
        _("Invited with {code} and joined project {name}").format(code=code, name=one_line(joined.project.name)),
        _("collector's key {key}").format(key=joined.collector_fingerprint),
        _("this device's key {key}").format(key=joined.device_fingerprint),
    )
    return joined.project


def _judge(profile: Profile, project: Project, question: trial_steps.Question, telling: Telling) -> None:
    telling.step(
        "prompt",
        _("Prompt {number} of vicuna_bench ({category}): {text}").format(
            number=question.number, category=question.category, text=question.text
        ),
    )
    answered = trial_steps.answer(profile, question)
    draft = answered.draft
    telling.step(
        "answers",
        _("{model} wrote {count} different answers in {seconds} s; the prompt was evaluated once").format(
            model=answered.model, count=len(draft.answers), seconds=decimal_text(answered.seconds)
        ),
        *(f"{letter(n)}  {one_line(draft.at(n).text, 90)}" for n in range(len(draft.order))),
    )
    ruled = trial_steps.judge(profile, project, draft)
    telling.step("judgement", _("A rule judged them, not a person"), *ruled.said)
    stored = trial_steps.save(profile, project, ruled.draft)
    telling.step(
        "record",
        _("Saved, synced and read back: record {id}").format(id=stored.id),
        _("SHA-256 {sha256}, {size} bytes").format(sha256=stored.sha256, size=count_text(len(stored.data))),
    )


def _deliver(profile: Profile, project: Project, out: Path, telling: Telling) -> Path:
    released = [stored.id for stored in profile.store.outbox.to_send(project.id)]
    # A published prompt, a model's answers, and a collector in a folder that is thrown away: nobody's data leaves.
    profile.store.outbox.release(released, kept_as_is=True).result()
    (sealed,) = seal_all(profile, project)
    telling.step(
        "sealed",
        _("Released and signed by this device: delivery {seq}").format(seq=sealed.seq),
        _("SHA-256 of its manifest {sha256}").format(sha256=sealed.payload_sha256),
    )
    report = profile.collectors.sender().send_pending(project, tries=TRIES)
    if report.problem is not None:
        raise report.problem
    if (report.batches, report.arrived, report.returned) != (1, 1, 0):
        said = _("Deliveries: {batches}. Judgements that arrived: {arrived}; that came back: {returned}.")
        raise Refused(said.format(batches=report.batches, arrived=report.arrived, returned=report.returned))
    receipt = trial_steps.verified_receipt(profile, project, sealed)
    file = out / "receipt.json"
    write_new(file, [receipt.envelope + b"\n"])
    telling.step(
        "delivered",
        _("Delivered; the receipt was checked against the collector's key"),
        _("received {moment}, status {status}").format(moment=receipt.received_at, status=receipt.status),
    )
    return file


def _verify(profile: Profile, project: Project, out: Path, telling: Telling) -> tuple[Path, Path]:
    bundle, key_file = trial_steps.write_bundle(profile, project, out)
    telling.step("bundle", _("Bundle and public key written"), str(bundle), str(key_file))
    found = trial_steps.verify_as_a_stranger(bundle, key_file)
    telling.step(
        "verified",
        _("The stand-alone verifier accepts the bundle in a process of its own"),
        _("deliveries {batches}, records {records}, signed by {device}").format(
            batches=found.batches, records=found.records, device=found.device
        ),
    )
    return bundle, key_file


def _export(profile: Profile, project: Project, form: str, out: Path, telling: Telling) -> Path:
    result = trial_steps.export(profile, project, form, out / "exports" / form)
    path = result.files["data/train.jsonl"]
    telling.step(
        "export",
        ngettext("{form} data written: {rows} row", "{form} data written: {rows} rows", result.rows).format(
            form=form, rows=result.rows
        ),
        str(path),
    )
    return path
