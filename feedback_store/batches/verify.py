"""The rules by which a batch is believed, as functions in their order, and a stranger's check of a whole file.

Numbers are those of docs/batch-format.md; every exception on the way is a refusal. The collector uses the same
functions, so that nobody's check is kinder than anybody else's. Rules 7, 8 and 13 ask what is stored, and stand with
the collector. Must not know files' places, networks or databases.

    rule 1        body.read_body, body.read_bundle
    rules 2 to 4  dsse.parse_envelope, dsse.check_type, dsse.check_signature
    rule 5        read_manifest
    rule 6        check_device
    rule 9        check_order (inside a file; after a change of keys, _BundleCheck._change_key)
    rule 10       check_lines
    rule 11       check_record (without a store)
    rule 12       is_future
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from feedback_store import canonical, records
from feedback_store.batches import payload
from feedback_store.batches.body import Body, check_line, read_bundle
from feedback_store.batches.dsse import Envelope, check_keyid, check_signature, check_type, parse_envelope
from feedback_store.batches.key_event import KeyEvent, open_event, read_event
from feedback_store.batches.keys import check_public_key, key_id
from feedback_store.batches.manifest import GENESIS, Item, Manifest
from feedback_store.batches.payload_types import FEEDBACK_BATCH, KEY_EVENT
from feedback_store.errors import BatchError, Phrase, StoreError
from feedback_store.record_parts import Record

FUTURE_S = 24 * 3600


@dataclass(frozen=True)
class BundleSummary:
    """What a file of batches holds, once every rule was kept.

    `records` counts the erased ones too; seqs are the first batch's and the last one's. `device` is the first batch's,
    after which the key was changed `key_events` times; `collector_keys` are the ids of the collector's keys on whose
    word lost ones were replaced. Without `signature_checked` nobody is known to have signed it.
    """

    device: str
    project: str
    trainer: str
    batches: int
    records: int
    erased: int
    first_seq: int
    last_seq: int
    signature_checked: bool
    key_events: int = 0
    collector_keys: tuple[str, ...] = ()
    warnings: tuple[Phrase, ...] = ()


def open_manifest(body: Body, public_key: bytes | None) -> tuple[Envelope, Manifest]:
    """Rules 2 to 5, and the device of rule 6: the manifest, believed because the key signed it.

    Without a key only the signature itself is left unchecked.
    """
    envelope = parse_envelope(body.envelope)
    check_type(envelope, FEEDBACK_BATCH)
    if public_key is not None:
        check_signature(envelope, public_key)
    manifest = read_manifest(envelope.payload)
    check_device(envelope, manifest)
    return envelope, manifest


def read_manifest(data: bytes) -> Manifest:
    """Rule 5: the manifest that was signed, made at a real time, with each record once."""
    manifest = payload.parse(data, Manifest)
    payload.moment(manifest.created_at)
    check_once(manifest)
    return manifest


def check_device(envelope: Envelope, manifest: Manifest) -> None:
    """Rule 6: the device is the key that signed (rule 4 held the envelope's key id to it)."""
    if check_keyid(envelope) != manifest.device:
        raise BatchError("The batch names another device than the one that signed it.", code="device", rule=6)


def check_audience(manifest: Manifest, *, project: str, trainer: str | None = None) -> None:
    """Rule 6: made for this project, by the trainer that the key was enrolled for (None: not known)."""
    if trainer is not None and manifest.trainer != trainer:
        raise BatchError("The batch names another trainer than its key's.", code="trainer", rule=6)
    if manifest.aud != project:
        raise BatchError("The batch is for another project.", code="audience", rule=6)


def check_order(
    manifest: Manifest, last: tuple[int, str] | None, brought: str | None = None, *, begins: bool = False
) -> None:
    """Rule 9 inside a file: each batch follows the one before it in its chain; `last` is that one's seq and hash.

    A file may begin in the middle of a chain. `brought` is the hash of the event that brought the key: a chain `begins`
    right after it that names it, and others may name it too, since a copied profile does not know of the first.
    """
    if begins:
        if last is not None or (manifest.seq, manifest.prev) != (1, brought):
            raise BatchError("After a change of keys a chain begins that names it.", code="chain", rule=9)
    elif last is None:
        if manifest.prev not in (GENESIS, brought) if manifest.seq == 1 else manifest.prev == GENESIS:
            raise BatchError("Only a chain's first batch follows nothing.", code="chain", rule=9)
    elif manifest.seq != last[0] + 1 or manifest.prev != last[1]:
        raise BatchError.worded(
            "Batch {seq} does not follow batch {before}.", code="chain", rule=9, seq=manifest.seq, before=last[0]
        )


class Listing(Protocol):
    """What a signed payload says of the lines after it."""

    @property
    def aud(self) -> str: ...
    @property
    def trainer(self) -> str: ...
    @property
    def count(self) -> int: ...
    @property
    def items(self) -> tuple[Item, ...]: ...


def check_once(manifest: Listing) -> None:
    """Rule 5: the same bytes stand once. Two revisions of an id may come together: a record and its end."""
    if len({item.sha256 for item in manifest.items}) < len(manifest.items):
        raise BatchError("The batch names a record twice.", code="payload", rule=5)


def check_lines(body: Body, manifest: Listing) -> tuple[bytes | None, ...]:
    """Rule 10: as many lines as the manifest counts, each the record it names or its erased line."""
    if not manifest.count == len(manifest.items) == len(body.lines):
        raise BatchError("The batch has more or fewer records than were signed.", code="count", rule=10)
    return tuple(check_line(line, item) for line, item in zip(body.lines, manifest.items, strict=True))


def check_record(data: bytes, manifest: Listing, position: int) -> Record:
    """Rule 11 without a store: a valid record of the manifest's project and trainer, as its item says."""
    item = manifest.items[position]
    try:
        record = records.decode(data)
    except StoreError as error:
        raise BatchError.worded(
            "Record {id} is refused: {why}", code="record", rule=11, id=item.id, why=error
        ) from error
    if (record.project, record.trainer) != (manifest.aud, manifest.trainer):
        raise BatchError.worded(
            "Record {id} belongs to another project or trainer.", code="record_owner", rule=11, id=item.id
        )
    if (record.id, record.rev) != (item.id, item.rev):
        raise BatchError.worded(
            "Record {id} has another id or revision than signed.", code="record_item", rule=11, id=item.id
        )
    return record


def is_future(manifest: Manifest, now: float | None = None) -> bool:
    """Rule 12: made more than a day ahead of this clock."""
    return payload.moment(manifest.created_at) > (time.time() if now is None else now) + FUTURE_S


def verify_bundle(
    source: bytes | Path,
    *,
    public_key: bytes | None,
    project: str | None = None,
    collector_keys: Sequence[bytes] = (),
    lost: str | None = None,
) -> BundleSummary:
    """Check a whole file; raises BatchError, whose values name the rule that failed, and OSError for a path.

    Without a key everything but the signatures is checked, and the summary says so. `collector_keys` are needed where
    lost keys were replaced on the collector's word: those that it had then, in any order. A file that begins with the
    recovery of a lost key is checked with that; where its public half is nobody's any more, `lost` is its id.
    """
    try:
        check = _BundleCheck(public_key, project, collector_keys, lost)
        for body in read_bundle(source):
            check.take(body)
        return check.summary()
    except (BatchError, OSError):
        raise
    except Exception as error:  # the one place where anything unforeseen becomes a refusal
        raise BatchError.worded(
            "The file is refused: {kind}.", code="unforeseen", rule=0, kind=type(error).__name__
        ) from error


class _BundleCheck:
    """Takes the bodies of a file in their order and remembers what the later ones are held to."""

    def __init__(
        self, public_key: bytes | None, project: str | None, collectors: Sequence[bytes], lost: str | None
    ) -> None:
        self._public_key = public_key  # changed by key events
        self._collectors = collectors
        self._signed = public_key is not None
        self._project = project  # the first line's, where none was asked for
        self._last: dict[str, tuple[int, str]] = {}  # chain: seq and payload's hash
        self._newest: dict[tuple[str, str], tuple[int, str]] = {}  # chain and record: rev and hash
        self._manifests: list[tuple[int, int]] = []  # seq and count
        self._first: Manifest | None = None
        self._device = lost or ("" if public_key is None else key_id(public_key))
        self._brought: str | None = None  # the hash of the key event that brought the key
        self._begins = False  # the chain that has to follow it has not begun yet
        self._events = 0
        self._vouched: list[str] = []  # the collector's keys that were needed, by id
        self._erased = 0
        self._warnings: list[Phrase] = []

    def take(self, body: Body) -> None:
        alone = not body.lines and not self._begins
        if alone and parse_envelope(body.envelope).payload_type == KEY_EVENT:
            self._change_key(body.envelope)
            return
        envelope, manifest = open_manifest(body, self._public_key)
        self._first = first = self._first or manifest
        self._device = self._device or manifest.device
        if manifest.device != self._device:
            raise BatchError("The file holds batches of several devices.", code="device", rule=6)
        self._project = self._project or manifest.aud
        check_audience(manifest, project=self._project, trainer=first.trainer)
        future = is_future(manifest)
        check_order(manifest, self._last.get(manifest.chain), self._brought, begins=self._begins)
        for position, line in enumerate(check_lines(body, manifest)):
            if line is not None:
                check_record(line, manifest, position)
            self._erased += line is None
            self._check_revision(manifest, position)
        self._begins = False
        self._last[manifest.chain] = (manifest.seq, canonical.sha256_hex(envelope.payload))
        self._manifests.append((manifest.seq, manifest.count))
        if future:
            self._warnings.append(Phrase("batch {seq} claims to be made in the future", {"seq": manifest.seq}))

    def _change_key(self, line: bytes) -> None:
        """A key event: from here on the new key signs, and what the old one has signed is held to the event."""
        if self._public_key is None:
            data = parse_envelope(line).payload
            event, new_key = read_event(data)
            sha256 = canonical.sha256_hex(data)
        else:
            held = self._public_key
            signed = {name for name, _ in parse_envelope(line).signatures}
            known = [each for each in self._collectors if key_id(each) in signed]
            opened = open_event(
                line,
                key_of=lambda name: held if name == key_id(held) else None,
                collector=known[-1] if known else None,
            )
            event, new_key, sha256 = opened.event, opened.new_key, opened.sha256
            check_public_key(held)  # a recovery's old key has signed nothing
            if event.kind == "recover" and (vouching := key_id(known[-1])) not in self._vouched:
                self._vouched.append(vouching)
            self._public_key = new_key
        self._check_event(event)
        assert event.new is not None
        self._device, self._brought, self._begins = event.new, sha256, True
        self._events += 1

    def _check_event(self, event: KeyEvent) -> None:
        if event.new is None:
            raise BatchError("A revocation has no place in a file.", code="payload", rule=5)
        self._project = self._project or event.aud
        if self._first is None and event.kind == "recover" and event.old != (self._device or event.old):
            raise BatchError.worded(
                "The file begins with the recovery of a lost key, {key}, which is not the one that it is checked with.",
                code="lost_key_needed",
                rule=6,
                key=event.old,
            )
        if event.aud != self._project or event.old != (self._device or event.old):
            raise BatchError("The key event is for another project or device.", code="key_event", rule=6)
        ends = {end.chain: (end.last_seq, end.last_hash) for end in event.chains}
        for chain, (seq, sha256) in self._last.items():
            last_seq, last_hash = ends.get(chain, (seq, sha256))
            if seq > last_seq or (seq == last_seq and sha256 != last_hash):
                raise BatchError.worded(
                    "Batch {seq} is not one that the old key was still to sign.", code="key_retired", rule=8, seq=seq
                )

    def _check_revision(self, manifest: Manifest, position: int) -> None:
        """Rule 11 inside a file: an id's revisions rise in each chain; the same one again is known.

        Two chains are two copies of one profile, which may both have gone on with a record (decision 163).
        """
        item = manifest.items[position]
        place = (manifest.chain, item.id)
        rev, sha256 = self._newest.get(place, (0, ""))
        if item.sha256 == sha256:
            return
        if item.rev <= rev:
            raise BatchError.worded(
                "Record {id} comes after a later revision.", code="record_old_revision", rule=11, id=item.id
            )
        self._newest[place] = (item.rev, item.sha256)

    def summary(self) -> BundleSummary:
        if self._first is None or self._begins:
            raise BatchError("After a change of keys a chain begins that names it.", code="chain", rule=9)
        if not self._signed:
            self._warnings.insert(0, Phrase("no key was given, so nobody is known to have signed this"))
        return BundleSummary(
            device=self._first.device,
            project=self._first.aud,
            trainer=self._first.trainer,
            batches=len(self._manifests),
            records=sum(count for _, count in self._manifests),
            erased=self._erased,
            first_seq=self._manifests[0][0],
            last_seq=self._manifests[-1][0],
            signature_checked=self._signed,
            key_events=self._events,
            collector_keys=tuple(self._vouched),
            warnings=tuple(self._warnings),
        )
