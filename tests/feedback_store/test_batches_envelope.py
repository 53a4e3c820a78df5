"""Envelopes: what is signed is DSSE's pre-authentication encoding (PAE), and one line has one spelling (T8, T11)."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from made_batches import KEY, OTHER_KEY, base64_of, body_of, record
from made_judgements import PROJECT, TRAINER

from feedback_store.batches import payload_types
from feedback_store.batches.body import Body, read_body
from feedback_store.batches.dsse import MAX_ENVELOPE, pae, parse_envelope, sign_envelope, verify_envelope
from feedback_store.batches.join import check_join, make_join
from feedback_store.batches.receipt import check_receipt
from feedback_store.batches.verify import open_manifest, verify_bundle
from feedback_store.errors import BatchError

TYPE = payload_types.JOIN
LINE = sign_envelope(TYPE, b'{"v":1}', [KEY])


def rule_of(refused: Callable[[], object]) -> int:
    with pytest.raises(BatchError) as error:
        refused()
    assert str(error.value)
    rule = error.value.values["rule"]
    assert isinstance(rule, int)
    return rule


def opened(line: bytes) -> bytes:
    return verify_envelope(line, payload_type=TYPE, public_key=KEY.public_key)


def test_the_pre_authentication_encoding_is_that_of_dsses_published_example() -> None:
    # secure-systems-lab/dsse, protocol.md, "Test Vectors"
    assert pae("http://example.com/HelloWorld", b"hello world") == (
        b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"
    )
    assert pae("é", b"") == b"DSSEv1 2 \xc3\xa9 0 "


def test_what_was_signed_comes_back() -> None:
    assert opened(LINE) == b'{"v":1}'
    assert parse_envelope(LINE).signatures[0][0] == KEY.key_id
    assert b"\n" not in LINE
    assert len(parse_envelope(sign_envelope(TYPE, b"x", [KEY, OTHER_KEY])).signatures) == 2


def test_every_single_bit_of_an_envelope_counts() -> None:
    body = read_body(body_of([record()]))
    accepted = []
    for position in range(len(body.envelope) * 8):
        flipped = bytearray(body.envelope)
        flipped[position // 8] ^= 1 << position % 8
        try:
            open_manifest(Body(bytes(flipped), body.lines), KEY.public_key)
        except BatchError as error:
            assert error.values["rule"] in (2, 3, 4)
        else:
            accepted.append(position)
    assert accepted == []


def altered(**changes: Any) -> bytes:
    value = {**json.loads(LINE), **changes}
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


SIGNATURE = json.loads(LINE)["signatures"][0]


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"[]",
        b"null",
        b"{}",
        b"\xff",
        b"\xef\xbb\xbf" + LINE,
        b" " + LINE,
        LINE + b" ",
        LINE + b"\r",
        LINE.replace(b'":"', b'": "', 1),
        LINE.replace(b'{"payload":', b'{"payload":"eyJ2IjoxfQ==","payload":', 1),
        LINE.replace(b"preceptor", b"\\u0070receptor", 1),
        altered(extra="x"),
        altered(payload="eyJ2IjoxfQ"),
        altered(payload="eyJ2IjoxfR=="),
        altered(payload="eyJ2 IjoxfQ=="),
        altered(payload="eyJ2IjoxfQ==\n"),
        altered(payload="_-8="),
        altered(payload="é"),
        altered(payload=7),
        altered(payload=[]),
        altered(payloadType=7),
        altered(signatures=[]),
        altered(signatures={}),
        altered(signatures=[SIGNATURE] * 3),
        altered(signatures=[[]]),
        altered(signatures=[{**SIGNATURE, "extra": 1}]),
        altered(signatures=[{"keyid": KEY.key_id}]),
        altered(signatures=[{"keyid": 1, "sig": SIGNATURE["sig"]}]),
        altered(signatures=[{"keyid": KEY.key_id, "sig": base64_of(bytes(63))}]),
        altered(signatures=[{"keyid": KEY.key_id, "sig": base64_of(bytes(65))}]),
        altered(signatures=[{"keyid": KEY.key_id, "sig": ""}]),
        b"[" * 100_000,
        b'{"payload":1e999}',
        b'{"payload":NaN}',
        b'{"payload":"\\ud800"}',
    ],
)
def test_any_other_shape_or_spelling_is_refused_by_rule_2(line: bytes) -> None:
    assert rule_of(lambda: opened(line)) == 2


def test_an_envelope_has_a_size() -> None:
    assert rule_of(lambda: opened(b"x" * (MAX_ENVELOPE + 1))) == 1


def test_a_second_signature_is_not_passed_over() -> None:
    assert rule_of(lambda: opened(sign_envelope(TYPE, b'{"v":1}', [KEY, OTHER_KEY]))) == 2


def test_another_key_or_a_borrowed_key_id_is_refused() -> None:
    assert rule_of(lambda: opened(sign_envelope(TYPE, b'{"v":1}', [OTHER_KEY]))) == 4
    borrowed = json.loads(sign_envelope(TYPE, b'{"v":1}', [OTHER_KEY]))["signatures"][0]["sig"]
    assert rule_of(lambda: opened(altered(signatures=[{"keyid": KEY.key_id, "sig": borrowed}]))) == 4


@pytest.mark.parametrize("kind", [*payload_types.ALL, "", "text/plain", "http://example.com/HelloWorld"])
def test_each_door_takes_exactly_its_own_kind(kind: str) -> None:
    batch = read_body(body_of([record()]))
    _, manifest = open_manifest(batch, KEY.public_key)
    join = make_join(KEY, project=PROJECT, trainer=TRAINER, challenge="d" * 64)
    doors: dict[str, tuple[bytes, Callable[[bytes], object]]] = {
        payload_types.FEEDBACK_BATCH: (
            batch.envelope,
            lambda line: verify_bundle(line + b"\n" + batch.lines[0] + b"\n", public_key=KEY.public_key),
        ),
        payload_types.JOIN: (join, lambda line: check_join(line, project=PROJECT, challenge="d" * 64)),
        payload_types.RECEIPT: (
            batch.envelope,
            lambda line: check_receipt(
                line, collector_public_key=KEY.public_key, manifest=manifest, batch="b" * 64, prev_receipt=None
            ),
        ),
    }
    for own, (line, door) in doors.items():
        signed = sign_envelope(kind, parse_envelope(line).payload, [KEY])
        if kind != own:
            assert rule_of(lambda door=door, signed=signed: door(signed)) == 3  # type: ignore[misc]
