"""The rules by which a batch is believed, as functions in their order, and a stranger's check of a whole file.

Numbers are those of docs/batch-format.md; every exception on the way is a refusal. The collector uses the same
functions, so that nobody's check is kinder than anybody else's.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import datetime

from feedback_store import canonical, records
from feedback_store.batches import payload
from feedback_store.batches.body import Body, check_line, read_body, read_bundle
from feedback_store.batches.dsse import FEEDBACK_BATCH, Envelope, check_signature, check_type, parse_envelope
from feedback_store.batches.keys import key_id
from feedback_store.batches.manifest import GENESIS, Manifest
from feedback_store.errors import BatchError, StoreError
from feedback_store.records import Record

FUTURE_S = 24 * 3600


@dataclass
class BundleSummary:
    """What a file of batches holds, once every rule was kept."""

    device: str = ""
    project: str = ""
    trainer: str = ""
    signature_checked: bool = False
    batches: int = 0
    records: int = 0
    erased: int = 0
    first_seq: int = 0
    last_seq: int = 0
    warnings: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class OpenedBatch:
    """A batch whose manifest and lines are as signed: its payload's hash, and the record bytes (None: erased)."""

    manifest: Manifest
    payload_sha256: str
    envelope: bytes
    lines: tuple[bytes | None, ...]


def open_manifest(body: Body, public_key: bytes) -> tuple[Envelope, Manifest]:
    """Rules 2 to 5, and the device of rule 6: the manifest, believed because the key signed it."""
    envelope = parse_envelope(body.envelope)
    check_type(envelope, FEEDBACK_BATCH)
    check_signature(envelope, public_key)
    manifest = payload.parse(envelope.payload, Manifest)
    if manifest.device != key_id(public_key):
        raise BatchError("The batch names another device than the one that signed it.", code="device", rule=6)
    return envelope, manifest


def check_lines(body: Body, manifest: Manifest) -> tuple[bytes | None, ...]:
    """Rule 10: as many lines as the manifest counts, each the record it names or its erased line."""
    if not manifest.count == len(manifest.items) == len(body.lines):
        raise BatchError("The batch has more or fewer records than were signed.", code="count", rule=10)
    return tuple(check_line(line, item) for line, item in zip(body.lines, manifest.items, strict=True))


def check_record(data: bytes, manifest: Manifest, position: int) -> Record:
    """Rule 11 without a store: a valid record of the manifest's project and trainer, as its item says."""
    item = manifest.items[position]
    try:
        record = records.decode(data)
    except StoreError as error:
        raise BatchError(f"Record {item.id} is refused: {error}", code="record", rule=11, id=item.id) from error
    if (record.project, record.trainer) != (manifest.aud, manifest.trainer):
        raise BatchError(f"Record {item.id} belongs to another project or trainer.", code="record_owner", rule=11)
    if (record.id, record.rev) != (item.id, item.rev):
        raise BatchError(f"Record {item.id} has another id or revision than signed.", code="record_item", rule=11)
    return record


def is_future(manifest: Manifest, now: float | None = None) -> bool:
    """Rule 12: made more than a day ahead of this clock."""
    try:
        made = datetime.fromisoformat(manifest.created_at).timestamp()
    except ValueError as error:
        raise BatchError("The batch's time is not a real time.", code="payload", rule=5) from error
    return made > (time.time() if now is None else now) + FUTURE_S


def open_batch(data: bytes, public_key: bytes) -> OpenedBatch:
    """Rules 1 to 6 and 10 for one body."""
    body = read_body(data)
    envelope, manifest = open_manifest(body, public_key)
    return OpenedBatch(manifest, canonical.sha256_hex(envelope.payload), body.envelope, check_lines(body, manifest))


def verify_bundle(data: bytes, *, public_key: bytes, project: str | None = None) -> BundleSummary:
    """Check a whole file under one public key; raises BatchError, whose values name the rule that failed."""
    try:
        return _verify_bundle(data, public_key, project)
    except BatchError:
        raise
    except Exception as error:  # the one place where anything unforeseen becomes a refusal
        raise BatchError(f"The file is refused: {type(error).__name__}.", code="unforeseen", rule=0) from error


def _verify_bundle(data: bytes, public_key: bytes, project: str | None) -> BundleSummary:
    summary = BundleSummary(signature_checked=True)
    last: dict[str, tuple[int, str]] = {}
    revisions: dict[str, int] = {}
    for body in read_bundle(data):
        envelope, manifest = open_manifest(body, public_key)
        if project is not None and manifest.aud != project:
            raise BatchError("The batch is for another project.", code="audience", rule=6)
        if summary.batches and (manifest.aud, manifest.trainer) != (summary.project, summary.trainer):
            raise BatchError("The file mixes projects or trainers.", code="audience", rule=6)
        _check_chain(manifest, last)
        for position, line in enumerate(check_lines(body, manifest)):
            if line is None:
                summary.erased += 1
                continue
            record = check_record(line, manifest, position)
            if record.rev <= revisions.get(record.id, 0):
                raise BatchError(f"Record {record.id} comes twice or backwards.", code="record_order", rule=11)
            revisions[record.id] = record.rev
        if is_future(manifest):
            summary.warnings.append(f"batch {manifest.seq} claims to be made in the future")
        summary.device, summary.project, summary.trainer = manifest.device, manifest.aud, manifest.trainer
        summary.first_seq = summary.first_seq or manifest.seq
        summary.last_seq = manifest.seq
        summary.batches += 1
        summary.records += manifest.count
        last[manifest.chain] = (manifest.seq, canonical.sha256_hex(envelope.payload))
    return summary


def _check_chain(manifest: Manifest, last: dict[str, tuple[int, str]]) -> None:
    """Rule 9 inside a file: each batch follows the one before it; a file may begin in the middle of a chain."""
    if manifest.chain not in last:
        if manifest.seq == 1 and manifest.prev != GENESIS:
            raise BatchError("The first batch follows something that is not there.", code="chain", rule=9)
        return
    seq, sha256 = last[manifest.chain]
    if manifest.seq != seq + 1 or manifest.prev != sha256:
        raise BatchError(f"Batch {manifest.seq} does not follow batch {seq}.", code="chain", rule=9)
