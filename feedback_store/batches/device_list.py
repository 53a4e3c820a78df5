"""The device list: what the collector says of one trainer's devices, signed, with a version that only rises."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

from msgspec import Meta

from feedback_store.batches import payload
from feedback_store.batches.dsse import sign_envelope, verify_envelope
from feedback_store.batches.keys import DeviceKey
from feedback_store.batches.manifest import DeviceId
from feedback_store.batches.payload import Payload
from feedback_store.batches.payload_types import DEVICE_LIST
from feedback_store.errors import BatchError
from feedback_store.record_values import Hash, ProjectId, Time, TrainerId

MAX_DEVICES = 1000

DeviceState = Literal["active", "retired", "revoked"]


class ListedDevice(Payload, frozen=True, kw_only=True):
    """One device: `begun_by` and `ended_by` are the hashes of the key events that brought it and that ended it."""

    device: DeviceId
    state: DeviceState
    joined_at: Time
    begun_by: Hash | None = None
    ended_by: Hash | None = None


class DeviceList(Payload, frozen=True, kw_only=True):
    """The payload of a device list: all devices of one trainer in one project, the first one first."""

    v: Literal[1]
    aud: ProjectId
    trainer: TrainerId
    version: Annotated[int, Meta(ge=1)]
    devices: Annotated[tuple[ListedDevice, ...], Meta(max_length=MAX_DEVICES)]


def make_list(key: DeviceKey, *, project: str, trainer: str, version: int, devices: Sequence[ListedDevice]) -> bytes:
    """The list's envelope line; the same list makes the same bytes. Beyond MAX_DEVICES the newest are named."""
    made = DeviceList(v=1, aud=project, trainer=trainer, version=version, devices=tuple(devices[-MAX_DEVICES:]))
    return sign_envelope(DEVICE_LIST, payload.encode(made), [key])


def check_list(line: bytes, *, collector_public_key: bytes, project: str, trainer: str) -> DeviceList:
    """The list, if it is this collector's for this trainer in this project; raises BatchError."""
    found = payload.parse(verify_envelope(line, payload_type=DEVICE_LIST, public_key=collector_public_key), DeviceList)
    if (found.aud, found.trainer) != (project, trainer):
        raise BatchError("The device list is for another project or trainer.", code="device_list", rule=6)
    return found
