#!/usr/bin/env python3
"""Check a file of Preceptor's signed batches without Preceptor: python3 verify_bundle.py FILE.preceptor KEY_FILE

Needs Python 3.10 and `cryptography`. KEY_FILE: what `preceptor keys show --json` prints, or the bare base64 of the key.
Ends with 0 and a summary, or with 1 and the rule of docs/batch-format.md that failed. Of rule 11 it checks a record's
canonical form, owner, id and revision, not its schema."""

import base64
import datetime
import hashlib
import json
import re
import sys
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

BATCH = "application/vnd.preceptor.feedback-batch.v1+json"
MAX_LINE, MAX_BODY, MAX_RECORDS = 1024 * 1024, 8 * 1024 * 1024, 500
P, BIG = 2**255 - 19, 2**53 - 1
D = -121665 * pow(121666, -1, P) % P
ORDER_8 = 2707385501144840649318225287225658788936804267575313519463743609750303402022

# How each field of a manifest must look: a pattern, a least and greatest integer, an object, or a list of objects.
HEX, NAME = "[0-9a-f]{64}", r"(?s:.{1,200})"
UUID = "[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
MANIFEST = {
    "v": (1, 1),
    "aud": "prj_[0-9a-f]{32}",
    "trainer": "trn_[0-9a-f]{32}",
    "device": "ed25519:" + HEX,
    "chain": "[0-9a-f]{32}",
    "seq": (1, BIG),
    "prev": HEX,
    "batch_id": UUID,
    "created_at": r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z",
    "terms": {"id": NAME, "version": (1, BIG), "sha256": HEX, "licence": r"(?s:.{0,1000})"},
    "count": (1, MAX_RECORDS),
    "items": [{"id": UUID, "rev": (1, BIG), "sha256": HEX, "size": (1, BIG)}],
    "app": {"name": NAME, "version": NAME},
}


class RefusedError(Exception):
    """Says the rule and why."""


def need(truth, rule, why):
    if not truth:
        raise RefusedError(f"Refused by rule {rule}: {why}.")


def strict(data, rule):
    """The value of canonical JSON bytes: no repeated keys, null, fraction, big integer, or other spelling."""

    def pairs(found):
        need(len(dict(found)) == len(found), rule, "a key stands twice")
        return dict(found)

    def refuse(text):
        raise RefusedError(f"Refused by rule {rule}: the number {text}.")

    try:
        value = json.loads(data.decode("utf-8"), object_pairs_hook=pairs, parse_float=refuse, parse_constant=refuse)
        same = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode("utf-8") == data
    except (ValueError, RecursionError):
        same = False
    need(same, rule, "not strict JSON in canonical form")
    return value


def shape(value, wanted, path):
    """Rule 5: every field, no other, each as wanted."""
    if isinstance(wanted, dict):
        need(isinstance(value, dict) and set(value) == set(wanted), 5, f"{path} has other fields")
        for name in wanted:
            shape(value[name], wanted[name], f"{path}.{name}")
    elif isinstance(wanted, list):
        need(isinstance(value, list) and 1 <= len(value) <= MAX_RECORDS, 5, f"{path} is not a list of 1 to 500")
        for index, part in enumerate(value):
            shape(part, wanted[0], f"{path}[{index}]")
    elif isinstance(wanted, tuple):
        need(type(value) is int and wanted[0] <= value <= wanted[1], 5, f"{path} is not in {wanted}")
    else:
        need(isinstance(value, str) and re.fullmatch(wanted, value), 5, f"{path} does not look like {wanted}")


def unbase64(text):
    fits = isinstance(text, str) and len(text) % 4 == 0 and re.fullmatch("[A-Za-z0-9+/]*={0,2}", text)
    need(fits, 2, "not base64")
    data = base64.b64decode(text)
    need(base64.b64encode(data).decode() == text, 2, "base64 in another spelling")
    return data


def check_key(raw):
    """Rule 4: 32 bytes that name a point of the curve, in one spelling, and not one of low order."""
    y = int.from_bytes(raw, "little") & (2**255 - 1)
    need(len(raw) == 32 and y < P and y not in (0, 1, P - 1, ORDER_8, P - ORDER_8), 4, "no key, or anybody's")
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    need(pow(square, (P - 1) // 2, P) == 1, 4, "not a point of the curve")


def open_envelope(line, raw_key):
    """Rules 2 to 6: the manifest and the hash of its bytes."""
    value = strict(line, 2)
    need(isinstance(value, dict) and set(value) == {"payload", "payloadType", "signatures"}, 2, "other fields")
    each, kind = value["signatures"], value["payloadType"]
    need(isinstance(kind, str) and isinstance(each, list) and len(each) == 1, 2, "not exactly one signature")
    need(isinstance(each[0], dict) and set(each[0]) == {"keyid", "sig"}, 2, "a signature has other fields")
    payload, signature = unbase64(value["payload"]), unbase64(each[0]["sig"])
    need(len(signature) == 64 and isinstance(each[0]["keyid"], str), 2, "a signature has not 64 bytes")
    need(kind == BATCH, 3, "not a feedback batch")
    need(each[0]["keyid"] == "ed25519:" + hashlib.sha256(raw_key).hexdigest(), 4, "signed by another key")
    signed = b"DSSEv1 %d %s %d %s" % (len(BATCH), BATCH.encode(), len(payload), payload)
    try:
        Ed25519PublicKey.from_public_bytes(raw_key).verify(signature, signed)
    except InvalidSignature:
        need(False, 4, "the signature does not match")
    manifest = strict(payload, 5)
    shape(manifest, MANIFEST, "$")
    need(manifest["device"] == each[0]["keyid"], 6, "names another device than the one that signed")
    return manifest, hashlib.sha256(payload).hexdigest()


def check_records(lines, manifest, newest):
    """Rules 10 and 11; how many are erased."""
    items = manifest["items"]
    need(manifest["count"] == len(items) == len(lines), 10, "more or fewer records than were signed")
    gone = [line == b'{"erased":"%s"}' % item["sha256"].encode() for line, item in zip(lines, items, strict=True)]
    for line, item, erased in zip(lines, items, gone, strict=True):
        fits = len(line) == item["size"] and hashlib.sha256(b"\0" + line).hexdigest() == item["sha256"]
        need(fits or erased, 10, f"record {item['id']} is not the one that was signed")
    for line, item, erased in zip(lines, items, gone, strict=True):
        if not erased:
            record = strict(line, 11)
            named = [record.get(name) for name in ("project", "trainer", "id", "rev")]
            need(named == [manifest["aud"], manifest["trainer"], item["id"], item["rev"]], 11, "a record of others")
        rev, sha256 = newest.get(item["id"], (0, ""))
        need(item["sha256"] == sha256 or item["rev"] > rev, 11, f"record {item['id']} after a later revision")
        newest[item["id"]] = (item["rev"], item["sha256"])
    return sum(gone)


def bodies(file):
    """Rule 1: one batch's lines at a time; one begins at each line that begins as an envelope does."""
    lines, size = [], 0
    for line in iter(lambda: file.readline(MAX_LINE + 1), b""):
        need(len(line) <= MAX_LINE or line.endswith(b"\n"), 1, "a line is too long")
        need(line.endswith(b"\n"), 10, "the last line has no end")
        if lines and line.startswith(b'{"payload":"'):
            yield lines
            lines, size = [], 0
        lines.append(line[:-1])
        size += len(line)
        need(size <= MAX_BODY and len(lines) <= MAX_RECORDS + 1, 1, "a batch is too large")
    need(lines, 10, "the file is empty")
    yield lines


def verify(file, raw_key):
    """Every rule over the whole file, in order; the summary."""
    check_key(raw_key)
    chains, newest, erased, seqs, first, records = {}, {}, 0, [], None, 0
    for envelope, *lines in bodies(file):
        manifest, sha256 = open_envelope(envelope, raw_key)
        first = first or manifest
        need(all(manifest[name] == first[name] for name in ("aud", "trainer")), 6, "several projects or trainers")
        try:
            datetime.datetime.strptime(manifest["created_at"], "%Y-%m-%dT%H:%M:%S.%fZ")
        except ValueError:
            need(False, 5, "created_at is not a real time")
        seq, prev, chain = manifest["seq"], manifest["prev"], manifest["chain"]
        follows = (seq - 1, prev) == chains[chain] if chain in chains else (seq == 1) == (prev == "0" * 64)
        need(follows, 9, f"batch {seq} does not follow the one before it")
        erased += check_records(lines, manifest, newest)
        chains[chain], seqs, records = (seq, sha256), [*seqs, seq], records + len(lines)
    counts = {"batches": len(seqs), "records": records, "erased": erased, "first_seq": seqs[0], "last_seq": seqs[-1]}
    return {"device": first["device"], "project": first["aud"], "trainer": first["trainer"], **counts}


def main(arguments):
    if len(arguments) != 2:
        print(__doc__.splitlines()[0], file=sys.stderr)
        return 2
    try:
        text = Path(arguments[1]).read_text(encoding="ascii").strip()
        raw_key = unbase64(json.loads(text)["public_key"] if text.startswith("{") else text)
        with Path(arguments[0]).open("rb") as file:
            print(json.dumps(verify(file, raw_key)))
        return 0
    except Exception as error:  # whatever else happens is a refusal too
        print(error if isinstance(error, RefusedError) else f"Refused: {error!r}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
