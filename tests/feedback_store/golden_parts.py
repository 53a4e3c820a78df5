"""What the golden files in docs/vectors are made of: keys, names, judgements, batches.

The seeds are those of RFC 8032. Must not know which files there are.
"""

from __future__ import annotations

import base64
from typing import Any

from feedback_store import canonical, records
from feedback_store.batches.keys import DeviceKey
from feedback_store.batches.manifest import TermsAccepted
from feedback_store.batches.seal import SealedBatch, seal_batch
from feedback_store.record_parts import App

DEVICE = DeviceKey.from_seed(bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"))
COLLECTOR = DeviceKey.from_seed(bytes.fromhex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb"))
NEW_DEVICE = DeviceKey.from_seed(bytes.fromhex("c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7"))
PROJECT, TRAINER, CHAIN = "prj_" + "1" * 32, "trn_" + "2" * 32, "3" * 32
NEW_CHAIN = "6" * 32
COPIED_CHAIN = "8" * 32

Batch = tuple[SealedBatch, list[bytes]]  # with its records


def judgement(number: int) -> bytes:
    """A judgement with text beyond ASCII and beyond Qt's characters; the second one prefers the other answer."""
    texts = {"a": "Tea first. 🫖", "b": "Milk first – “never”.\n\t\u2028"}
    value = {
        "v": 1,
        "kind": "judgement",
        "id": numbered_id(number),
        "rev": 1,
        "nonce": base64_of(bytes([number]) * 16),
        "created_at": at_minute(number),
        "project": PROJECT,
        "trainer": TRAINER,
        "app": {"name": "preceptor", "version": "0.1.0"},
        "comparison": {"id": numbered_id(10 + number)},
        "context": {"source": "bench", "item_role": "normal"},
        "prompt": {
            "id": numbered_id(20 + number),
            "version": 1,
            "messages": [{"role": "user", "content": "Tea or milk first?"}],
        },
        "candidates": [{"key": key, "text": text, "origin": {"kind": "human"}} for key, text in texts.items()],
        "shown": {"order": ["b", "a"], "blind": True, "streamed": False, "masked": [], "seed": 7},
        "verdicts": [{"axis": "overall", "tiers": [["a"], ["b"]] if number == 1 else [["b"], ["a"]]}],
        "ratings": [{"candidate": "a", "axis": "helpfulness", "value": 4}],
        "answers": [],
        "flags": [],
        "rubric": {"id": "helpsteer2", "version": 1, "sha256": "5" * 64},
        "timing": {"shown_at": at_minute(0), "decided_at": at_minute(number), "active_ms": 1000},
    }
    return record(value)


def record(value: dict[str, object]) -> bytes:
    data = canonical.encode(value)
    records.decode(data)
    return data


def sealed(lines: list[bytes], *, key: DeviceKey = DEVICE, **place: Any) -> SealedBatch:
    return seal_batch(
        key=key,
        project=PROJECT,
        trainer=TRAINER,
        terms=TermsAccepted(id="own", version=1, sha256=canonical.sha256_hex(b"Terms.\n"), licence="CC-BY-4.0"),
        data=lines,
        app=App("preceptor", "0.1.0"),
        **place,
    )


def key_values(key: DeviceKey) -> dict[str, str]:
    return {"seed": key.seed.hex(), "public_key": base64_of(key.public_key), "key_id": key.key_id}


def numbered_id(number: int) -> str:
    return f"019aa8b5-8600-7000-8000-{number:012d}"


def at_minute(minute: int) -> str:
    return f"2026-11-22T12:{minute:02d}:56.789Z"


def base64_of(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")
