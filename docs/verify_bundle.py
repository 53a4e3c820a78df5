"""Check a file of signed batches without Preceptor: python3 verify_bundle.py FILE.preceptor KEY_FILE [COLLECTORS_KEY …]

Needs Python 3.10 and `cryptography`. KEY_FILE: `preceptor keys show --json`, or base64, of the key that signed first;
COLLECTORS_KEY: each that the collector had. 0 and a summary, or 1 and the rule (of 11 all but the schema)."""

import base64
import datetime
import hashlib
import itertools
import json
import re
import sys
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

BATCH, EVENT = (f"application/vnd.preceptor.{kind}.v1+json" for kind in ("feedback-batch", "key-event"))
MAX_LINE, MAX_BODY, MAX_RECORDS, P, BIG, NONE = 2**20, 2**23, 500, 2**255 - 19, 2**53 - 1, "0" * 64
ORDER_8 = 2707385501144840649318225287225658788936804267575313519463743609750303402022

# How each field must look: a pattern, a least and greatest integer, an object, or a list of so many objects.
HEX, NAME, ANY = "[0-9a-f]{64}", r"(?s:.{1,200})", r"(?s:.{0,1000})"
DEVICE, CHAIN, PROJECT = "ed25519:" + HEX, "[0-9a-f]{32}", "prj_[0-9a-f]{32}"
TIME = r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z"
UUID = "[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
COMMON = {"v": (1, 1), "aud": PROJECT, "created_at": TIME}
MANIFEST = COMMON | {
    **{"trainer": "trn_[0-9a-f]{32}", "device": DEVICE, "chain": CHAIN, "seq": (1, BIG), "prev": HEX},
    **{"batch_id": UUID, "app": {"name": NAME, "version": NAME}, "count": (1, MAX_RECORDS)},
    "terms": {"id": NAME, "version": (1, BIG), "sha256": HEX, "licence": ANY},
    "items": [{"id": UUID, "rev": (1, BIG), "sha256": HEX, "size": (1, BIG)}, 1, MAX_RECORDS],
}
KEY_EVENT = COMMON | {
    **{"kind": "rotate|recover", "old": DEVICE, "new": DEVICE, "new_public_key": ANY, "reason": ANY},
    "chains": [{"chain": CHAIN, "last_seq": (1, BIG), "last_hash": HEX}, 0, 1000],
}
PLAIN = r'([^"\\\x00-\x1f\ud800-\udfff]*)'
SIGNATURE = rf'\{{"keyid":"{PLAIN}","sig":"([A-Za-z0-9+/]{{86}}==)"\}}'
ENVELOPE = rf'\{{"payload":"{PLAIN}","payloadType":"{PLAIN}","signatures":\[{SIGNATURE}(?:,{SIGNATURE})?\]\}}'


class RefusedError(Exception): ...


def need(truth, rule, why):
    if not truth:
        raise RefusedError(f"Refused by rule {rule}: {why}.")


def attempt(rule, why, action, *given):
    try:
        return action(*given)
    except (ValueError, RecursionError, InvalidSignature):
        raise RefusedError(f"Refused by rule {rule}: {why}.") from None


def strict(data, rule):
    """The value of canonical JSON: no key twice or beyond ASCII, null, fraction, large integer or depth."""
    why, no = "not strict JSON in canonical form", lambda text: need(False, rule, f"the number {text}")
    value = attempt(rule, why, lambda: json.loads(data.decode("utf-8"), parse_float=no, parse_constant=no))
    spelt = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode
    need(attempt(rule, why, lambda: spelt(value).encode("utf-8")) == data, rule, why)
    bare = re.sub(rb'"(?:\\.|[^"\\])*"|\[\]|\{\}', b"0", data)  # without its texts; what is empty holds nothing deeper
    deep = max(itertools.accumulate((byte in b"[{") - (byte in b"]}") for byte in bare), default=0)
    need(deep <= 64 and b"null" not in bare and all(int(n) <= BIG for n in re.findall(rb"[0-9]+", bare)), rule, why)
    need(all(k.isascii() for k in re.findall(rb'"(?:\\.|[^"\\])*":?', data) if k[-1:] == b":"), rule, why)
    return value


def shape(value, wanted, path):
    """Rule 5: every field, no other, each as wanted."""
    if isinstance(wanted, dict):
        need(isinstance(value, dict) and set(value) == set(wanted), 5, f"{path} has other fields")
        for name in wanted:
            shape(value[name], wanted[name], f"{path}.{name}")
    elif isinstance(wanted, list):
        need(isinstance(value, list) and wanted[1] <= len(value) <= wanted[2], 5, f"{path} has not so many parts")
        for index, part in enumerate(value):
            shape(part, wanted[0], f"{path}[{index}]")
    elif isinstance(wanted, tuple):
        need(type(value) is int and wanted[0] <= value <= wanted[1], 5, f"{path} is not in {wanted}")
    else:
        need(isinstance(value, str) and re.fullmatch(wanted, value), 5, f"{path} does not look like {wanted}")
        need(wanted != TIME or attempt(5, "no real time", datetime.datetime.fromisoformat, value[:-1]), 5, path)
    return value


def unbase64(text):
    raw = attempt(2, "not base64", base64.b64decode, text)
    need(base64.b64encode(raw).decode() == text, 2, "not base64 in its one spelling")
    return raw


def key_id(raw):
    """Rule 4: a key has 32 bytes in one spelling, not a point of low order; beside the curve no signature holds."""
    y = int.from_bytes(raw, "little") & (2**255 - 1)
    need(len(raw) == 32 and y < P and y not in (0, 1, P - 1, ORDER_8, P - ORDER_8), 4, "no key, or anybody's")
    return "ed25519:" + hashlib.sha256(raw).hexdigest()


def check_signatures(kind, payload, signatures, raw_keys):
    """Rules 2 and 4: exactly these keys signed, in this order."""
    need(len(signatures) == len(raw_keys), 2, "more or fewer signatures than must be")
    signed = b"DSSEv1 %d %s %d %s" % (len(kind), kind.encode(), len(payload), payload)
    for (name, signature), raw_key in zip(signatures, raw_keys, strict=True):
        need(name == key_id(raw_key), 4, "signed by another key")
        attempt(4, "no match", Ed25519PublicKey.from_public_bytes(raw_key).verify, signature, signed)


def change(payload, by, raw_key, others, aud, chains):
    """A key event, held to what its old key has signed in this file: the new key, and the project."""
    event = shape(strict(payload, 5), KEY_EVENT, "$")
    ends = {end["chain"]: (end["last_seq"], end["last_hash"]) for end in event["chains"]}
    need([end["chain"] for end in event["chains"]] == sorted(ends), 5, "its chains are not named once and in order")
    need(key_id(new := unbase64(event["new_public_key"])) == event["new"] != event["old"], 6, "not the key it names")
    signers = [raw_key, new] if event["kind"] == "rotate" else [new, *(k for k in others if key_id(k) == by[-1][0])]
    need(len(signers) > 1, 4, "the collector's key is needed to check a recovery")
    check_signatures(EVENT, payload, by, signers[:2])
    need((event["old"], event["aud"]) == (key_id(raw_key), aud or event["aud"]), 6, "another device or project")
    for chain, end in chains.items():
        need(end[0] < ends.get(chain, end)[0] or end == ends.get(chain, end), 8, "a batch came after its key's end")
    return new, event["aud"]


def check_records(lines, manifest, newest):
    """Rules 10 and 11, which holds revisions to those of their chain; how many are erased."""
    items = manifest["items"]
    need(manifest["count"] == len(items) == len(lines), 10, "more or fewer records than were signed")
    gone = [line == b'{"erased":"%s"}' % item["sha256"].encode() for line, item in zip(lines, items, strict=True)]
    for line, item, erased in zip(lines, items, gone, strict=True):
        found = {"size": len(line), "sha256": hashlib.sha256(b"\0" + line).hexdigest()}
        need(erased or item == item | found, 10, f"record {item['id']} is not the one that was signed")
    for line, item, erased in zip(lines, items, gone, strict=True):
        if not erased:
            named = [*map(strict(line, 11).get, ("project", "trainer", "id", "rev"))]
            need(named == [manifest["aud"], manifest["trainer"], item["id"], item["rev"]], 11, "a record of others")
        rev, sha256 = newest.get(item["id"], (0, ""))
        need(item["sha256"] == sha256 or item["rev"] > rev, 11, f"record {item['id']} after a later revision")
        newest[item["id"]] = (item["rev"], item["sha256"])
    return sum(gone)


def bodies(file):
    """Rule 1: one batch's lines at a time; one begins at each line that begins as an envelope does."""
    lines, size = [], 0
    for line in iter(lambda: file.readline(MAX_LINE + 1), b""):
        need(line.endswith(b"\n"), 1 if len(line) > MAX_LINE else 10, "a line is too long or has no end")
        if lines and line.startswith(b'{"payload":"'):
            yield lines
            lines, size = [], 0
        lines, size = [*lines, line[:-1]], size + len(line)
        need(size <= MAX_BODY and len(lines) <= MAX_RECORDS + 1, 1, "a batch is too large")
    need(lines, 10, "the file is empty")
    yield lines


def verify(file, raw_key, *others):
    """Every rule over the whole file, in order; the summary."""
    chains, newest, erased, seqs, first, aud, records, brought, at = {}, {}, 0, [], None, None, 0, NONE, -1
    for envelope, *lines in bodies(file):
        need(found := re.fullmatch(ENVELOPE, envelope.decode("utf-8", "surrogateescape")), 2, "another spelling")
        signatures = [(name, unbase64(text)) for name, text in re.findall(SIGNATURE, found[0])]
        payload, sha256 = unbase64(found[1]), hashlib.sha256(unbase64(found[1])).hexdigest()
        if found[2] == EVENT and not lines and at < len(seqs):  # a chain began since the one before
            (raw_key, aud), brought, at = change(payload, signatures, raw_key, others, aud, chains), sha256, len(seqs)
            continue
        need(found[2] == BATCH, 3, "not a feedback batch")
        check_signatures(BATCH, payload, signatures, [raw_key])
        manifest = shape(strict(payload, 5), MANIFEST, "$")
        seq, prev, chain, items = (manifest[name] for name in ("seq", "prev", "chain", "items"))
        need(len({item["sha256"] for item in items}) == len(items), 5, "a record is named twice")
        first, aud, signer = first or manifest, aud or manifest["aud"], key_id(raw_key)
        need(manifest == manifest | {"device": signer, "aud": aud, "trainer": first["trainer"]}, 6, "other owners")
        start = (0, brought if prev == brought else NONE) if seq == 1 or prev == NONE else (seq - 1, prev)
        held = (0, brought, False) if at == len(seqs) else (*chains.get(chain, start), chain in chains)
        need((seq - 1, prev, chain in chains) == held, 9, f"batch {seq} does not follow the one before it")
        erased += check_records(lines, manifest, newest.setdefault(chain, {}))
        chains[chain], seqs, records = (seq, sha256), [*seqs, seq], records + len(lines)
    need(first and at < len(seqs), 9, "no chain begins after a change of keys")
    whose = {"device": first["device"], "project": first["aud"], "trainer": first["trainer"], "batches": len(seqs)}
    return whose | {"records": records, "erased": erased, "first_seq": seqs[0], "last_seq": seqs[-1]}


def main(arguments):
    if len(arguments) < 2:
        return print(__doc__.splitlines()[0], file=sys.stderr) or 2
    try:
        texts = [Path(name).read_text(encoding="ascii").strip() for name in arguments[1:]]
        keys = [unbase64(json.loads(text)["public_key"] if text.startswith("{") else text) for text in texts]
        with Path(arguments[0]).open("rb") as file:
            return print(json.dumps(verify(file, *keys))) or 0
    except Exception as error:  # whatever else happens is a refusal too
        print(error if isinstance(error, RefusedError) else f"Refused: {error!r}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
