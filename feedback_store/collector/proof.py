"""What a device delivered, as the file of batches that anybody can check: what was erased stands as its hash.

A record that was refused was not kept, and stands as its hash too. Must not know where the file lies.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence

from feedback_store.batches import payload
from feedback_store.batches.body import erased_line, write_body
from feedback_store.batches.dsse import check_keyid, parse_envelope
from feedback_store.batches.key_event import read_event
from feedback_store.batches.manifest import GENESIS, Manifest
from feedback_store.batches.payload_types import KEY_EVENT
from feedback_store.collector import administration
from feedback_store.collector.storage import Device, Storage


def find_device(storage: Storage, device: str) -> Device:
    """A device of any project, as `administration.find_device` finds it; NotFoundError."""
    with storage.reading() as view:
        return administration.find_device(
            [each for project in view.projects() for each in view.devices(project)], device
        )


def signs_first(storage: Storage, project: str, body: bytes) -> Device | None:
    """By whose key a file is checked that begins with this body: the one that signed it, or the one before a change."""
    first = parse_envelope(body.partition(b"\n")[0])
    signer = read_event(first.payload)[0].old if first.payload_type == KEY_EVENT else check_keyid(first)
    with storage.reading() as view:
        return view.device(project, signer)


def bodies_of(storage: Storage, device: Device) -> Iterator[bytes]:
    """Every stored batch of a device, chain by chain; one after the other they are a bundle file. With the first one
    comes the line of the event that brought the device's key, if one did.

    The order follows from what was signed alone, so that every collector that holds the same batches writes the same.
    """
    with storage.reading() as view:
        batches = view.batches(device.project, device.id)
    told = False
    for sha256, envelope in _in_order(batches):
        with storage.reading() as view:
            signed = view.manifest(device.project, sha256)
            assert signed is not None  # batches are never deleted
            manifest = payload.parse(signed, Manifest)
            held = [(item.sha256, view.data(device.project, item.id, item.sha256)) for item in manifest.items]
            event = view.key_event(device.project, manifest.prev) if manifest.seq == 1 else None
        body = write_body(envelope, [erased_line(sha256) if data is None else data for sha256, data in held])
        if event is not None and not told:  # the key came in another one's place; of two chains both may say so
            body, told = event + b"\n" + body, True
        yield body


def _in_order(batches: Iterable[tuple[str, str, bytes]]) -> Iterator[tuple[str, bytes]]:
    """The chain that names the event of its key comes first, as a file wants it; then as the device began them."""
    chains = [list(each) for _, each in itertools.groupby(batches, key=lambda batch: batch[0])]
    for chain in sorted(chains, key=_beginning):
        yield from ((sha256, envelope) for _, sha256, envelope in chain)


def _beginning(chain: Sequence[tuple[str, str, bytes]]) -> tuple[bool, str, str]:
    name, _, envelope = chain[0]
    first = payload.parse(parse_envelope(envelope).payload, Manifest)
    return first.prev == GENESIS, first.batch_id, name
