"""Sealing and manifests: what is signed says exactly what it holds, and nothing is signed that would be refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from made_batches import CHAIN, KEY, TERMS, body_of, re_signed, record, sealed, withdrawal
from made_judgements import PROJECT, TIME, TRAINER

from feedback_store import canonical, records
from feedback_store.batches import payload, seal
from feedback_store.batches.body import read_body
from feedback_store.batches.manifest import GENESIS, Item, Manifest, TermsAccepted
from feedback_store.batches.verify import check_lines, open_manifest, verify_bundle
from feedback_store.errors import BatchError, StoreError


def test_the_manifest_names_every_record_by_hash_and_size() -> None:
    first = record()
    data = [first, record(), withdrawal(record())]
    batch = sealed(data)
    manifest = payload.parse(batch.payload, Manifest)
    assert batch.payload_sha256 == canonical.sha256_hex(batch.payload)
    assert manifest.items == batch.items
    assert manifest.items[0] == Item(
        id=records.decode(first).id, rev=1, sha256=canonical.record_hash(first), size=len(first)
    )
    assert manifest.count == 3
    assert manifest.items[2].rev == 2
    assert (manifest.aud, manifest.trainer, manifest.device) == (PROJECT, TRAINER, KEY.key_id)
    assert (manifest.chain, manifest.seq, manifest.prev) == (CHAIN, 1, GENESIS)
    assert (manifest.terms, manifest.created_at) == (TERMS, TIME)


def test_the_same_records_give_the_same_bytes() -> None:
    data = [record()]
    same = {"batch_id": records.new_id()}
    assert sealed(data, **same) == sealed(data, **same)


def test_a_private_record_is_never_signed() -> None:
    with pytest.raises(BatchError) as error:
        sealed([record(), record(private=True)])
    assert error.value.code == "private"


@pytest.mark.parametrize("change", [{"project": records.new_project_id()}, {"trainer": records.new_trainer_id()}])
def test_a_record_of_others_is_never_signed(change: dict[str, str]) -> None:
    with pytest.raises(BatchError) as error:
        sealed([record(**change)])
    assert error.value.code == "record_owner"


@pytest.mark.parametrize(
    "change",
    [
        {"data": []},
        {"data": [b"{}"]},
        {"data": [record()] * 501},
        {"seq": 0},
        {"prev": "zero"},
        {"chain": "C" * 32},
        {"batch_id": "1"},
        {"created_at": "today"},
        {"terms": TermsAccepted(id="", version=1, sha256="a" * 64, licence="x")},
        {"terms": TermsAccepted(id="own", version=1, sha256="a" * 64, licence="x" * 1001)},
    ],
    ids=lambda change: next(iter(change)),
)
def test_what_a_receiver_would_refuse_is_not_signed(change: dict[str, Any]) -> None:
    with pytest.raises(StoreError):
        sealed(**{"data": [record()], **change})


def test_as_many_records_are_taken_as_fit() -> None:
    mib = 1024 * 1024
    assert seal.take_what_fits([]) == 0
    assert seal.take_what_fits([10] * 499) == 499
    assert seal.take_what_fits([10] * 501) == 500
    assert seal.take_what_fits([mib] * 9) == 7


def test_a_full_batch_passes_its_receiver() -> None:
    large = record(justification="j" * 15_000)
    data = [large, *(record() for _ in range(499))]
    body = read_body(body_of(data))
    assert check_lines(body, open_manifest(body, KEY.public_key)[1]) == tuple(data)
    assert verify_bundle(body_of(data), public_key=KEY.public_key).records == 500


def put(path: str, value: object) -> Callable[[dict[str, Any]], object]:
    def change(manifest: dict[str, Any]) -> None:
        *parents, last = path.split(".")
        at: Any = manifest
        for name in parents:
            at = at[int(name) if name.isdigit() else name]
        if value is None:
            del at[last]
        else:
            at[last] = value

    return change


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("v", 2),
        ("v", True),
        ("v", "1"),
        ("aud", "prj_x"),
        ("aud", PROJECT + "\n"),
        ("trainer", PROJECT),
        ("device", "ed25519:" + "A" * 64),
        ("chain", "c" * 33),
        ("seq", 0),
        ("seq", "1"),
        ("prev", None),
        ("prev", "0" * 63),
        ("batch_id", "00000000-0000-4000-8000-000000000000"),
        ("created_at", "2026-11-22T12:34:56Z"),
        ("created_at", "2026-13-22T12:34:56.789Z"),
        ("count", 0),
        ("count", 501),
        ("items", []),
        ("items.0.size", 0),
        ("items.0.rev", 0),
        ("items.0.extra", 1),
        ("items.0.sha256", "A" * 64),
        ("terms", None),
        ("terms.version", 0),
        ("app.name", ""),
        ("app.version", None),
        ("extra", "field"),
    ],
)
def test_a_manifest_of_another_shape_is_refused_by_rule_5_with_its_path(path: str, value: object) -> None:
    with pytest.raises(BatchError) as error:
        verify_bundle(re_signed(body_of([record()]), put(path, value)), public_key=KEY.public_key)
    assert error.value.values["rule"] == 5


@pytest.mark.parametrize(
    "data",
    [
        b'{"v":1,"v":1}',
        b'{"v":1.0}',
        b'{"v":1e0}',
        b'{"v":NaN}',
        b'{"v":-0}',
        b'{"v":9007199254740993}',
        b'{"v":"\\ud800"}',
        b'{"v":null}',
        b'{"v": 1}',
        b'{"w":1,"v":1}',
        b'{"v":"\\u0041"}',
        b'{"v":"\xc3"}',
        b"",
        b"7",
    ],
)
def test_json_that_two_parsers_could_read_differently_is_refused(data: bytes) -> None:
    with pytest.raises(BatchError) as error:
        payload.parse(data, Manifest)
    assert error.value.values["rule"] == 5


def test_a_manifest_is_its_own_canonical_form() -> None:
    signed = sealed([record()]).payload
    spaced = json.dumps(json.loads(signed)).encode()
    with pytest.raises(BatchError):
        payload.parse(spaced, Manifest)
    assert payload.encode(payload.parse(signed, Manifest)) == signed
