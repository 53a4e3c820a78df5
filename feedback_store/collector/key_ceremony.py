"""What the operator does about keys and forks: a code for a lost key, another key of the collector, a fork's records.

Works beside a running server, from another process, as administration does.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from feedback_store import canonical, records, rubrics
from feedback_store.batches import payload
from feedback_store.batches.collector_key import make_statement
from feedback_store.batches.keys import DeviceKey, fingerprint
from feedback_store.batches.manifest import GENESIS, Manifest
from feedback_store.batches.receipt import make_receipt
from feedback_store.collector import enrolment, key_files
from feedback_store.collector.acceptance import check_record
from feedback_store.collector.administration import find_device, only_project
from feedback_store.collector.facts import public_key_text
from feedback_store.collector.key_storage import Fork
from feedback_store.collector.opening import open_storage
from feedback_store.collector.placing import Placing
from feedback_store.collector.storage import Invitation, NewBatch, Transaction, write
from feedback_store.errors import NotFoundError, StoreError
from feedback_store.rubrics import Rubric


@dataclass(frozen=True)
class Resolved:
    """A fork, and how many of its records were stored, were known or erased before, and were refused."""

    fork: Fork
    stored: int = 0
    known: int = 0
    refused: int = 0


def recovery_code(
    folder: Path, device: str, *, project: str | None = None, days: int = enrolment.INVITATION_DAYS
) -> str:
    """A one-time code by which the trainer of `device` replaces its lost key; told now and never again."""
    with closing(open_storage(folder)) as storage, storage.writing() as transaction:
        found = only_project(transaction.projects(), project)
        known = find_device(transaction.devices(found), device)
        transaction.device(found, known.id)  # nothing else is stored for its trainer until this is done
        if known.state != "active":
            raise StoreError(
                f"The key {device} is {known.state} already. Invite its trainer: preceptor collector invite DIR"
                f" --trainer {known.trainer}",
                code="key_ended",
            )
        code = enrolment.new_code()
        made = Invitation(
            enrolment.hash_code(code),
            found,
            known.trainer,
            known.trainer_name,
            enrolment.expiry(days),
            recovers=known.id,
        )
        transaction.add_invitation(made, records.now())
    return code


def rotate_key(folder: Path, *, project: str | None = None) -> tuple[DeviceKey, DeviceKey]:
    """Give a project another signing key: the old one and the new one, of which only the new one is kept.

    Broken off anywhere, it is finished by being asked again. A running server signs with the new key from then on.
    """
    with closing(open_storage(folder)) as storage:
        with storage.reading() as view:
            found = only_project(view.projects(), project)
        old = key_files.read_key(folder, found)
        new = key_files.read_next(folder, found)
        if new is None:
            new = DeviceKey.generate()
            key_files.keep_next(folder, found, new)
        write(storage, lambda transaction: _publish(transaction, found, old, new))
        key_files.promote(folder, found)
    return old, new


def replace_lost_key(folder: Path, *, project: str | None = None) -> DeviceKey:
    """Give a project whose key file is lost another signing key, which nothing leads to: every trainer joins again and
    types its fingerprint. Broken off anywhere, it is finished by being asked again.

    Raises StoreError where the key is there: then rotate_key has trainers follow by themselves.
    """
    with closing(open_storage(folder)) as storage:
        with storage.reading() as view:
            found = only_project(view.projects(), project)
        if key_files.key_path(folder, found).exists():
            raise StoreError.worded(
                "The key is there: {path}. Without --lost, this gives the project another one that trainers follow by"
                " themselves. If that file cannot be read, and no copy of it is left, move it away first.",
                code="key_not_lost",
                path=str(key_files.key_path(folder, found)),
            )
        new = key_files.read_next(folder, found)
        if new is None:
            new = DeviceKey.generate()
            key_files.keep_next(folder, found, new)
        write(storage, lambda transaction: _show(transaction, found, new))
        key_files.promote(folder, found)
    return new


def list_forks(folder: Path, *, project: str | None = None) -> list[Fork]:
    """What was set aside because something else stood in its place, the first one first."""
    with closing(open_storage(folder)) as storage, storage.reading() as view:
        return view.forks(only_project(view.projects(), project))


def resolve(folder: Path, sha256: str, *, take: bool, project: str | None = None) -> Resolved:
    """Take the records of a fork, each by rule 11, or drop them; the chain stays closed. `sha256` may be its beginning.

    Raises NotFoundError, and StoreError for a fork that was resolved before.
    """
    with closing(open_storage(folder)) as storage:
        with storage.reading() as view:
            found = only_project(view.projects(), project)
            facts = canonical.strict_loads(view.facts(found) or b"{}")
        key = key_files.read_key(folder, found)
        rubric = rubrics.parse(canonical.encode(facts["rubric"]))

        def settle(transaction: Transaction) -> Resolved:
            fork = _fork(transaction.forks(found), sha256)
            done = _take(transaction, found, fork, key, rubric) if take else Resolved(fork)
            transaction.resolve_fork(found, fork.sha256, "taken" if take else "dropped", records.now())
            return done

        done = write(storage, settle)
        storage.scrub()  # of what was dropped, and of what its withdrawals erased
        return done


def _publish(transaction: Transaction, project: str, old: DeviceKey, new: DeviceKey) -> None:
    """State the change and show the new key, unless that was done before a crash."""
    facts = canonical.strict_loads(transaction.facts(project) or b"{}")
    if facts["public_key"] == public_key_text(new.public_key):
        return
    at = records.now()
    transaction.add_collector_key(project, make_statement(old, new, project=project, created_at=at), at)
    _show(transaction, project, new)


def _show(transaction: Transaction, project: str, new: DeviceKey) -> None:
    facts = canonical.strict_loads(transaction.facts(project) or b"{}")
    shown = {"public_key": public_key_text(new.public_key), "fingerprint": fingerprint(new.public_key)}
    transaction.set_facts(project, canonical.encode(facts | shown))


def _take(transaction: Transaction, project: str, fork: Fork, key: DeviceKey, rubric: Rubric) -> Resolved:
    manifest = payload.parse(fork.manifest, Manifest)
    lines = transaction.fork_lines(project, fork.sha256)
    if len(lines) != manifest.count:
        raise StoreError("This fork came without the records that were signed. Drop it.", code="fork_without_records")
    at = records.now()
    batch = NewBatch(
        project=project,
        sha256=fork.sha256,
        device=fork.device,
        chain=fork.chain,
        seq=fork.seq,
        batch_id=manifest.batch_id,
        manifest=fork.manifest,
        envelope=fork.envelope,
        received_at=at,
        future=False,
    )
    transaction.device(project, fork.device)  # nothing else is stored for its trainer until this is done
    held = transaction.held(project, [item.id for item in manifest.items])
    placing = Placing(transaction, batch, manifest, held, rubric.sha256)
    items = [
        placing.place(position, line, check_record(line, manifest, position, rubric))
        for position, line in enumerate(lines)
    ]
    receipt, receipt_sha256 = make_receipt(key, manifest, fork.sha256, items, at, GENESIS)
    transaction.add_taken(batch, receipt, receipt_sha256, placing.revisions)
    for record, rev in placing.erasures:
        transaction.erase_below(project, record, rev, at)
    said = [item.status for item in items]
    return Resolved(fork, said.count("stored"), said.count("known") + said.count("erased"), said.count("refused"))


def _fork(forks: list[Fork], named: str) -> Fork:
    found = [each for each in forks if each.sha256.startswith(named)] if named else []
    if len(found) != 1:
        raise NotFoundError.worded(
            "There is no one fork {id}. See: preceptor collector forks DIR", code="no_fork", id=named
        )
    if found[0].resolved is not None:
        raise StoreError(f"The records of this fork were {found[0].resolved} before.", code="fork_resolved")
    return found[0]
