"""The vectors in docs/ are what this program makes and what both verifiers say of them: the format cannot drift."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from pathlib import Path

import golden_batches
import golden_parts
import pytest

from feedback_store import canonical
from feedback_store.batches import payload
from feedback_store.batches.body import read_body, read_bundle
from feedback_store.batches.collector_key import check_statement, follow
from feedback_store.batches.collector_proof import check_proof
from feedback_store.batches.device_list import check_list
from feedback_store.batches.dsse import parse_envelope
from feedback_store.batches.event_refusal import check_event_refusal
from feedback_store.batches.join import check_join
from feedback_store.batches.key_event import event_hash, open_event, read_event
from feedback_store.batches.manifest import GENESIS, Manifest
from feedback_store.batches.payload_types import COLLECTOR_KEY, EVENT_REFUSAL, RECEIPT
from feedback_store.batches.receipt import check_receipt, receipt_hash
from feedback_store.batches.refusal import check_refusal
from feedback_store.batches.shared import read_shared
from feedback_store.batches.verify import open_manifest, verify_bundle
from feedback_store.errors import BatchError

FOLDER = golden_batches.FOLDER
PROGRAM = FOLDER.parent / "verify_bundle.py"
RECEIPTS_PROGRAM = FOLDER.parent / "verify_receipts.py"
KEY = golden_parts.DEVICE.public_key
ROTATION = json.loads((FOLDER / "values.json").read_bytes())["key_events"]["rotate"].encode()


def test_every_vector_is_made_again_byte_for_byte() -> None:
    made = golden_batches.make()
    assert {path.name for path in FOLDER.glob("[!.]*")} == set(made)
    for name, data in made.items():
        assert (FOLDER / name).read_bytes() == data, name


@pytest.mark.parametrize(
    ("name", "batches", "erased"), [("bundle.preceptor", 2, 0), ("erased.preceptor", 1, 1), ("crossed.preceptor", 3, 1)]
)
def test_the_golden_files_are_accepted_by_both_verifiers(name: str, batches: int, erased: int) -> None:
    summary = verify_bundle(FOLDER / name, public_key=KEY)
    assert (summary.batches, summary.erased, summary.warnings) == (batches, erased, ())
    done = subprocess.run(
        [sys.executable, "-I", PROGRAM, FOLDER / name, FOLDER / "key.json"], capture_output=True, text=True, timeout=180
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["erased"] == erased


@pytest.mark.parametrize("case", json.loads((FOLDER / "refused.json").read_bytes()), ids=lambda case: case["name"])
def test_the_files_to_refuse_are_refused_by_their_rule(case: dict[str, object], tmp_path: Path) -> None:
    file = tmp_path / "refused.preceptor"
    file.write_bytes(base64.b64decode(str(case["file"])))
    with pytest.raises(BatchError) as error:
        verify_bundle(file, public_key=KEY)
    assert error.value.values["rule"] == case["rule"]
    done = subprocess.run(
        [sys.executable, "-I", PROGRAM, file, FOLDER / "key.json"], capture_output=True, text=True, timeout=180
    )
    assert done.returncode == 1
    assert done.stderr.startswith(f"Refused by rule {case['rule']}: ")


def test_what_was_shared_is_read_and_taken_by_no_other_door() -> None:
    shared = read_shared(FOLDER / "shared.preceptor")
    assert (shared.name, shared.public_key, len(shared.records)) == ("Ada", KEY, 1)
    with pytest.raises(BatchError) as error:
        verify_bundle(FOLDER / "shared.preceptor", public_key=KEY)
    assert error.value.values["rule"] == 3


def test_the_receipts_are_those_of_the_bundle_and_follow_each_other() -> None:
    before = "0" * 64
    bodies = list(read_bundle(FOLDER / "bundle.preceptor"))
    for body, line in zip(bodies, (FOLDER / "collector.receipts").read_bytes().splitlines(), strict=True):
        envelope, manifest = open_manifest(body, KEY)
        check_receipt(
            line,
            collector_public_key=golden_parts.COLLECTOR.public_key,
            manifest=manifest,
            batch=canonical.sha256_hex(envelope.payload),
            prev_receipt=before,
        )
        before = receipt_hash(line)


def check_answers(data: bytes) -> list[str]:
    """Each line of a file of receipts by the program's own checks, held to rotated.preceptor; the codes of refusals."""
    collector = golden_parts.COLLECTOR.public_key
    signed = [parse_envelope(body.envelope).payload for body in read_bundle(FOLDER / "rotated.preceptor")]
    payloads = {canonical.sha256_hex(each): each for each in signed}
    codes, before = [], GENESIS
    stated = [line for line in data.splitlines() if b'"payloadType":"%s"' % COLLECTOR_KEY.encode() in line]
    collector, _used = follow(stated, project=golden_parts.PROJECT, pinned=collector)
    if not data.endswith(b"\n"):
        raise BatchError("cut", code="cut", rule=0)
    for line in data.splitlines()[len(stated) :]:
        envelope = parse_envelope(line)
        said = json.loads(envelope.payload)
        if envelope.payload_type == EVENT_REFUSAL:
            sha256 = event_hash(ROTATION)
            event, _key = read_event(payloads[sha256])
            codes.append(
                check_event_refusal(
                    line, collector_public_key=collector, project=event.aud, event=sha256, old=event.old
                ).code
            )
            continue
        batch = said["batch"] if said["batch"] in payloads else next(iter(payloads))
        manifest = payload.parse(payloads[batch], Manifest)
        if envelope.payload_type == RECEIPT:
            check_receipt(line, collector_public_key=collector, manifest=manifest, batch=batch, prev_receipt=before)
            before = receipt_hash(line)
        else:
            codes.append(check_refusal(line, collector_public_key=collector, manifest=manifest, batch=batch).code)
    return codes


def stranger_on_answers(file: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-I", RECEIPTS_PROGRAM, file, FOLDER / "rotated.preceptor", FOLDER / "collector.json"],
        capture_output=True,
        text=True,
        timeout=180,
    )


@pytest.mark.parametrize(
    ("name", "counts", "codes"),
    [
        ("collector.receipts", (2, 0, 0), []),
        ("followed.receipts", (2, 0, 0, 1), []),
        ("refused.receipts", (1, 1, 1), ["fork", "key_retired"]),
        ("gap.receipts", (0, 1, 0), ["gap"]),
    ],
)
def test_the_answers_that_come_by_file_are_accepted_by_both_verifiers(
    name: str, counts: tuple[int, ...], codes: list[str]
) -> None:
    assert check_answers((FOLDER / name).read_bytes()) == codes
    done = stranger_on_answers(FOLDER / name)
    assert done.returncode == 0, done.stderr
    assert tuple(json.loads(done.stdout).values()) == counts


@pytest.mark.parametrize(
    "case", json.loads((FOLDER / "refused_receipts.json").read_bytes()), ids=lambda case: case["name"]
)
def test_the_answers_to_refuse_are_refused_by_both_verifiers(case: dict[str, str], tmp_path: Path) -> None:
    file = tmp_path / "wrong.receipts"
    file.write_bytes(base64.b64decode(case["file"]))
    with pytest.raises(BatchError):
        check_answers(file.read_bytes())
    done = stranger_on_answers(file)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(("Line ", "The file is empty"))


@pytest.mark.parametrize("name", ["rotated.preceptor", "recovered.preceptor", "copied.preceptor"])
def test_a_file_in_which_the_key_changes_is_accepted_by_both_verifiers(name: str) -> None:
    collector = golden_parts.COLLECTOR.public_key
    summary = verify_bundle(FOLDER / name, public_key=KEY, collector_keys=[collector])
    batches = 4 if name == "copied.preceptor" else 3
    assert (summary.batches, summary.key_events, summary.signature_checked) == (batches, 1, True)
    done = subprocess.run(
        [sys.executable, "-I", PROGRAM, FOLDER / name, FOLDER / "key.json", FOLDER / "collector.json"],
        capture_output=True,
        text=True,
        timeout=180,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["batches"] == batches


def test_a_recovery_needs_the_collectors_key_and_says_so() -> None:
    with pytest.raises(BatchError) as error:
        verify_bundle(FOLDER / "recovered.preceptor", public_key=KEY)
    assert (error.value.code, error.value.values["rule"]) == ("collector_key_needed", 4)
    done = subprocess.run(
        [sys.executable, "-I", PROGRAM, FOLDER / "recovered.preceptor", FOLDER / "key.json"],
        capture_output=True,
        text=True,
        timeout=180,
    )
    assert done.returncode == 1
    assert done.stderr.startswith("Refused by rule 4: the collector's key is needed")


def test_keys_that_change_hold_together_in_the_values() -> None:
    values = json.loads((FOLDER / "values.json").read_bytes())
    collector = golden_parts.COLLECTOR.public_key
    for kind, line in values["key_events"].items():
        opened = open_event(line.encode(), key_of=lambda _name: KEY, collector=collector)
        assert opened.event.kind == kind
    rotated = event_hash(values["key_events"]["rotate"].encode())
    assert values["key_event_address"].endswith(rotated)
    listed = check_list(
        values["device_list"].encode(),
        collector_public_key=collector,
        project=golden_parts.PROJECT,
        trainer=golden_parts.TRAINER,
    )
    assert [(each.state, each.begun_by or each.ended_by) for each in listed.devices] == [
        ("retired", rotated),
        ("active", rotated),
    ]
    new = check_statement(values["collector_key"].encode(), project=golden_parts.PROJECT, old=collector)
    assert new == golden_parts.NEW_DEVICE.public_key


def test_the_values_on_the_way_hold_together() -> None:
    values = json.loads((FOLDER / "values.json").read_bytes())
    bundle = (FOLDER / "bundle.preceptor").read_bytes().split(b"\n")
    assert values["envelope"].encode() == bundle[0]
    assert [each["record"].encode() for each in values["records"]] == bundle[1:3]
    for each in values["records"]:
        assert canonical.record_hash(each["record"].encode()) == each["record_hash"]
    envelope, manifest = open_manifest(read_body(b"\n".join(bundle[:3]) + b"\n"), KEY)
    assert canonical.sha256_hex(envelope.payload) == values["manifest_sha256"]
    check_receipt(
        values["receipt"].encode(),
        collector_public_key=golden_parts.COLLECTOR.public_key,
        manifest=manifest,
        batch=values["manifest_sha256"],
        prev_receipt="0" * 64,
    )
    second = payload.parse(parse_envelope(bundle[3]).payload, Manifest)
    for name in ("refusal", "refusal_gap"):
        check_refusal(
            values[name].encode(),
            collector_public_key=golden_parts.COLLECTOR.public_key,
            manifest=second,
            batch=canonical.sha256_hex(parse_envelope(bundle[3]).payload),
        )
    assert values["event_refusal"].encode() in (FOLDER / "refused.receipts").read_bytes()
    check_join(values["join"].encode(), project=manifest.aud, challenge=values["challenge"])
    check_proof(
        values["collector_proof"].encode(),
        project=manifest.aud,
        challenge=values["challenge"],
        public_key=golden_parts.COLLECTOR.public_key,
    )
    assert canonical.sha256_hex(parse_envelope(values["receipt"].encode()).payload) == values["receipt_sha256"]
