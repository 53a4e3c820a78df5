"""What a stranger says of what a collector hands out about each device: its bundle, held to both verifiers."""

from __future__ import annotations

import importlib.util
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import ModuleType

from feedback_store.batches.dsse import check_keyid, parse_envelope
from feedback_store.batches.key_event import read_event
from feedback_store.batches.payload_types import KEY_EVENT
from feedback_store.batches.verify import verify_bundle
from feedback_store.collector import proof
from feedback_store.collector.storage import Storage

PROGRAM = Path(__file__).parents[2] / "docs" / "verify_bundle.py"


def check_bundles(storage: Storage, project: str, collector_keys: Sequence[bytes]) -> int:
    """Verify the bundle of every device that has delivered; how many. `collector_keys`: all that the collector had."""
    with storage.reading() as view:
        keys = {device.id: device.public_key for device in view.devices(project)}
    count = 0
    for name, own in keys.items():
        bundle = b"".join(proof.bodies_of(storage, proof.find_device(storage, name)))
        if not bundle:
            continue
        check_file(bundle, keys | {name: own}, project, collector_keys)
        count += 1
    return count


def check_file(bundle: bytes, keys: Mapping[str, bytes], project: str, collector_keys: Sequence[bytes]) -> None:
    """Verify a file by the key that signs first in it, which is one of `keys`; where it begins with a change, by the
    one before.
    """
    first = parse_envelope(bundle.partition(b"\n")[0])
    signer = read_event(first.payload)[0].old if first.payload_type == KEY_EVENT else check_keyid(first)
    summary = verify_bundle(bundle, public_key=keys[signer], project=project, collector_keys=collector_keys)
    found = standalone().verify(io.BytesIO(bundle), keys[signer], *collector_keys)
    assert found == {field: getattr(summary, field) for field in found}


def standalone() -> ModuleType:
    spec = importlib.util.spec_from_file_location("verify_bundle", PROGRAM)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
