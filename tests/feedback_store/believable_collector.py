"""A collector that answers as it is told: with right receipts, with wrong ones, or with any status and code."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Callable
from typing import Any

import msgspec
from joined_profile import Profile, Reply, Request

from feedback_store.batches import payload
from feedback_store.batches.dsse import parse_envelope, sign_envelope
from feedback_store.batches.keys import DeviceKey
from feedback_store.batches.manifest import GENESIS, Manifest
from feedback_store.batches.payload_types import RECEIPT
from feedback_store.batches.receipt import Receipt, ReceiptItem, make_receipt, receipt_hash
from feedback_store.store import Project

COLLECTOR = DeviceKey.generate()


def manifest_of(request: Request) -> tuple[Manifest, str]:
    """What a request delivers, and its hash."""
    body = gzip.decompress(request.body) if request.headers.get("content-encoding") == "gzip" else request.body
    signed = parse_envelope(body.partition(b"\n")[0]).payload
    return payload.parse(signed, Manifest), hashlib.sha256(signed).hexdigest()


class Believable:
    """Answers with right receipts, or with one that is wrong in one point."""

    def __init__(self, key: DeviceKey = COLLECTOR, **wrong: Any) -> None:
        self.key = key
        self.wrong = wrong
        self.previous: dict[str, str] = {}

    def __call__(self, request: Request) -> Reply:
        if request.method == "GET":  # for statements about its key: it has made none
            return 200, {}, b'{"statements":[]}'
        manifest, batch = manifest_of(request)
        items = [ReceiptItem(id=item.id, rev=item.rev, status="stored") for item in manifest.items]
        previous = self.previous.get(manifest.chain, GENESIS)
        right, _ = make_receipt(self.key, manifest, batch, items, "2026-11-24T12:00:00.000Z", previous)
        self.previous[manifest.chain] = receipt_hash(right)
        if not self.wrong:
            return 201, {}, right
        receipt = payload.parse(parse_envelope(right).payload, Receipt)
        changed = msgspec.structs.replace(receipt, **self.wrong)
        return 201, {}, sign_envelope(RECEIPT, payload.encode(changed), [self.key])


def send(profile: Profile, address: str, batches: int = 1, **wishes: Any) -> tuple[Any, Project]:
    """Seal and send to a server at `address`; the report."""
    project = profile.alone(address, COLLECTOR)
    profile.seal(project.id, batches=batches)
    return profile.sender(**wishes).send_pending(project, tries=2), project


def says(status: int, code: str = "", **more: Any) -> Callable[[Request], Reply]:
    return lambda _: (status, {}, json.dumps({"code": code, **more}).encode())
