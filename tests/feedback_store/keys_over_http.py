"""What a device says to a collector when its key changes, byte by byte, and what it is told."""

from __future__ import annotations

from typing import Any

import httpx
from running_collector import Device, address_of, refused

from feedback_store.batches.device_list import DeviceList, check_list
from feedback_store.batches.key_event import ChainEnd, event_hash, make_event
from feedback_store.batches.keys import DeviceKey

TIME = "2026-11-22T12:00:56.789Z"


def end_of(device: Device) -> list[ChainEnd]:
    return [ChainEnd(device.chain, device.seq, device.head)] if device.seq else []


def rotation(device: Device, to: DeviceKey, **changes: Any) -> bytes:
    fields: dict[str, Any] = {
        "project": device.team.project,
        "old": device.key.key_id,
        "new": to.public_key,
        "chains": end_of(device),
        "reason": "",
        "created_at": TIME,
        "signers": [device.key, to],
    }
    return make_event("rotate", **fields | changes)


def revocation(device: Device, signer: DeviceKey, created_at: str = TIME, reason: str = "stolen") -> bytes:
    return make_event(
        "revoke",
        project=device.team.project,
        old=device.key.key_id,
        new=None,
        chains=[],
        reason=reason,
        created_at=created_at,
        signers=[signer],
    )


def put(device: Device, event: bytes, *, address: str | None = None) -> httpx.Response:
    return device.http.put(
        f"/projects/{device.team.project}/key-events/{address or event_hash(event)}",
        content=event + b"\n",
        headers={"authorization": f"Bearer {device.token}"},
    )


def listed(device: Device, answer: httpx.Response) -> DeviceList:
    assert answer.status_code in (200, 201), answer.text
    return check_list(
        answer.content,
        collector_public_key=device.team.key.public_key,
        project=device.team.project,
        trainer=device.trainer,
    )


def states(device: Device) -> list[str]:
    answer = device.http.get(
        f"/projects/{device.team.project}/devices", headers={"authorization": f"Bearer {device.token}"}
    )
    return [each.state for each in listed(device, answer).devices]


def changed(device: Device, key: DeviceKey, event: bytes) -> Device:
    """The same device with its new key, at the beginning of the chain that follows the event."""
    return Device(device.team, device.http, key=key, trainer=device.trainer, token=device.token, head=event_hash(event))


def recovery(device: Device, code: str, new: DeviceKey, **changes: Any) -> httpx.Response:
    base = f"/projects/{device.team.project}"
    draft = device.http.post(f"{base}/recovery", json={"code": code}).json()
    ends = [ChainEnd(**end) for end in draft["chains"]]
    fields: dict[str, Any] = {"old": draft["old"], "chains": ends, "signers": [new], **changes}
    line = make_event("recover", project=device.team.project, new=new.public_key, reason="", created_at=TIME, **fields)
    return device.http.post(f"{base}/recover", json={"code": code, "envelope": line.decode()})


def fork(device: Device, *lines: bytes) -> str:
    """Another batch in the place of one that is stored; its hash."""
    body = device.body(*lines, seq=1, prev="0" * 64)
    assert refused(device.put(body)) == (409, "fork")
    return address_of(body)
