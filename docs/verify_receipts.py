"""Check a file of receipts without Preceptor: python3 verify_receipts.py FILE.receipts FILE.preceptor COLLECTORS_KEY …

FILE.preceptor is what was handed over; verify_bundle.py, which must lie beside this file, checks that. COLLECTORS_KEY:
each key that the collector had; those that statements in the file lead to from it are believed as well. Ends with 0
and a summary, or with 1 and the line that is wrong."""

import base64
import hashlib
import json
import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import verify_bundle as bundle

RECEIPT, REFUSAL, EVENT_REFUSAL, STATEMENT = (
    f"application/vnd.preceptor.{kind}.v1+json" for kind in ("receipt", "refusal", "event-refusal", "collector-key")
)
OF_BATCH = {"v": (1, 1), "aud": bundle.PROJECT, "batch": bundle.HEX, "device": bundle.DEVICE, "chain": bundle.CHAIN}
CODE = "[a-z][a-z0-9_]{0,63}"
ITEM = {"id": bundle.UUID, "rev": (1, bundle.BIG), "status": "stored|known|refused|erased"}
FIELDS = {
    RECEIPT: OF_BATCH
    | {"seq": (1, bundle.BIG), "received_at": bundle.TIME, "prev_receipt": bundle.HEX, "items": ["", 1, 500]},
    REFUSAL: OF_BATCH | {"seq": (1, bundle.BIG), "refused_at": bundle.TIME, "code": "fork|key_retired|key_revoked|gap"},
    EVENT_REFUSAL: {"v": (1, 1), "aud": bundle.PROJECT, "event": bundle.HEX, "old": bundle.DEVICE}
    | {"refused_at": bundle.TIME, "code": "key_retired|key_revoked|key_other_trainer|other_key"},
    STATEMENT: {"v": (1, 1), "aud": bundle.PROJECT, "old": bundle.DEVICE, "new": bundle.DEVICE}
    | {"new_public_key": "(?s:.*)", "created_at": bundle.TIME},
}
MAX_STATEMENT = 4096
HAVE = {"seq": (0, bundle.BIG), "hash": bundle.HEX}


def need(truth, why):
    if not truth:
        raise bundle.RefusedError(f"{why}.")


def envelope(line):
    """A line's kind, its bytes and its signatures, of which none was checked."""
    found = re.fullmatch(bundle.ENVELOPE, line.decode("utf-8", "surrogateescape"))
    need(found and found[2] in FIELDS, "no receipt and no refusal")
    signatures = [(name, bundle.unbase64(text)) for name, text in re.findall(bundle.SIGNATURE, found[0])]
    return found[2], bundle.unbase64(found[1]), signatures


def statement(line):
    """A statement of the collector's keys, of its exact shape: its bytes, its signatures and what it says."""
    kind, payload, signatures = envelope(line)
    need(len(line) <= MAX_STATEMENT, "too long for a statement of the collector's keys")
    said = bundle.strict(payload, 5)
    bundle.shape(said, FIELDS[kind], "$")
    return payload, signatures, said


def follow(statements, keys, projects):
    """The keys that statements lead to from `keys`, whatever their order; those that do not hold are passed over."""
    found, waiting = list(keys), list(statements)
    while True:
        for each in waiting:
            payload, signatures, said = each
            try:
                new = bundle.unbase64(said["new_public_key"])
                need(said["aud"] in projects and bundle.key_id(new) == said["new"] != said["old"], "of other keys")
                old = [key for key in found if bundle.key_id(key) == said["old"]]
                bundle.check_signatures(STATEMENT, payload, signatures, [*old[:1], new])
            except bundle.RefusedError:
                continue
            found.append(new)
            waiting.remove(each)
            break
        else:
            return found


def opened(line, keys):
    """An answer's kind, its bytes and what it says, signed by one of the collector's keys and of its exact shape."""
    kind, payload, signatures = envelope(line)
    need(kind != STATEMENT, "a statement of the collector's keys must stand before all answers")
    theirs = [key for key in keys if bundle.key_id(key) == signatures[0][0]]
    need(theirs, "signed by none of the keys that were named")
    bundle.check_signatures(kind, payload, signatures, theirs[:1])
    said, wanted = bundle.strict(payload, 5), FIELDS[kind]
    if kind == REFUSAL and isinstance(said, dict) and said.get("code") == "gap":
        wanted = wanted | {"have": HAVE}
    if kind == RECEIPT and isinstance(said, dict) and isinstance(said.get("items"), list):
        items = [ITEM | ({"rule": CODE} if isinstance(each, dict) and "rule" in each else {}) for each in said["items"]]
        for number, item in enumerate(items):
            bundle.shape(said["items"][number], item, f"$.items[{number}]")
        bundle.shape({**said, "items": [""] * len(items)}, wanted, "$")
    else:
        bundle.shape(said, wanted, "$")
    return kind, payload, said


def handed_over(file):
    """What was signed in a file: the payload of each batch and key event by its hash."""
    with file.open("rb") as data:
        lines = [lines[0].decode("utf-8", "surrogateescape") for lines in bundle.bodies(data)]
    payloads = [bundle.unbase64(re.fullmatch(bundle.ENVELOPE, line)[1]) for line in lines]
    return {hashlib.sha256(each).hexdigest(): json.loads(each) for each in payloads}


def check(line, signed, keys, before):
    """One answer, held to what it is of, and a receipt to the one before it in its chain; its kind."""
    kind, payload, said = opened(line, keys)
    if kind == EVENT_REFUSAL:
        event = signed.get(said["event"], {})
        need([event.get("aud"), event.get("old")] == [said["aud"], said["old"]], "of another change of keys")
        return kind
    batch = signed.get(said["batch"], {})
    names = ("aud", "device", "chain", "seq")
    need([batch.get(name) for name in names] == [said[name] for name in names], "of another batch")
    if kind == RECEIPT:
        named = [[item["id"], item["rev"]] for item in batch["items"]]
        need([[item["id"], item["rev"]] for item in said["items"]] == named, "not of the records of its batch")
        held = before.get((said["chain"], said["seq"] - 1), bundle.NONE if said["seq"] == 1 else said["prev_receipt"])
        need(said["prev_receipt"] == held, "it does not follow the receipt before it")
        before[said["chain"], said["seq"]] = hashlib.sha256(payload).hexdigest()
    return kind


def verify(data, signed, keys):
    """Every line of a file of receipts; how many of each kind there are."""
    need(data.endswith(b"\n"), "The file is empty, or its last line has no end")
    kinds, before, stated, known = [], {}, [], list(keys)
    for number, line in enumerate(data[:-1].split(b"\n"), 1):
        try:
            if not kinds and envelope(line)[0] == STATEMENT:
                stated.append(statement(line))
                continue
            known = known if kinds else follow(stated, keys, {said["aud"] for said in signed.values()})
            kinds.append(check(line, signed, known, before))
        except bundle.RefusedError as error:
            raise bundle.RefusedError(f"Line {number}: {error}") from None
    need(kinds, "The file holds no receipt and no refusal")
    names = {"receipts": RECEIPT, "refusals": REFUSAL, "event_refusals": EVENT_REFUSAL}
    followed = {"collector_keys": len(known) - len(keys)} if len(known) > len(keys) else {}
    return {name: kinds.count(kind) for name, kind in names.items()} | followed


def main(arguments):
    if len(arguments) < 3:
        return print(__doc__.splitlines()[0], file=sys.stderr) or 2
    try:
        texts = [Path(name).read_text(encoding="ascii").strip() for name in arguments[2:]]
        keys = [base64.b64decode(json.loads(each)["public_key"] if each[:1] == "{" else each) for each in texts]
        signed = handed_over(Path(arguments[1]))
        return print(json.dumps(verify(Path(arguments[0]).read_bytes(), signed, keys))) or 0
    except Exception as error:  # whatever else happens is a refusal too
        print(error if isinstance(error, bundle.RefusedError) else f"Refused: {error!r}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
