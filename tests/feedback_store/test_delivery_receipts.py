"""T22: nothing is ever marked as delivered without the pinned key's receipt."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

import msgspec
import pytest
from believable_collector import COLLECTOR, Believable, send
from joined_profile import Profile, Reply, Request, scripted

from feedback_store.batches.dsse import sign_envelope
from feedback_store.batches.keys import DeviceKey
from feedback_store.batches.payload_types import FEEDBACK_BATCH
from feedback_store.delivery.receipts import verify_receipt
from feedback_store.errors import DeliveryError


def test_a_right_receipt_is_believed(profile: Profile) -> None:
    with scripted(Believable()) as fake:
        report, project = send(profile, fake.address, batches=3)
    assert (report.batches, report.problem) == (3, None)
    assert profile.states(project.id) == ["delivered"] * 3


WRONG: dict[str, Callable[[Request], Reply]] = {
    "of another key": Believable(DeviceKey.generate()),
    "for another batch": Believable(batch="0" * 64),
    "for another project": Believable(aud="prj_" + "0" * 32),
    "for another device": Believable(device="ed25519:" + "0" * 64),
    "for another chain": Believable(chain="0" * 32),
    "for another place": Believable(seq=7),
    "that follows another": Believable(prev_receipt="1" * 64),
    "without its records": Believable(items=()),
    "that is no receipt": lambda r: (201, {}, sign_envelope(FEEDBACK_BATCH, b"{}", [COLLECTOR])),
    "that is the batch itself": lambda r: (201, {}, r.body.partition(b"\n")[0]),
    "that is not canonical": lambda r: (201, {}, b" " + Believable()(r)[2]),
    "that is not JSON": lambda r: (200, {}, b"OK"),
    "that is empty": lambda r: (201, {}, b""),
}


@pytest.mark.parametrize("how", WRONG)
def test_a_receipt_is_refused(profile: Profile, how: str) -> None:
    with scripted(WRONG[how]) as fake:
        report, project = send(profile, fake.address)
    assert (report.ended, report.problem.code) == ("stop", "receipt_refused")
    assert "Nothing was marked as delivered" in str(report.problem)
    assert profile.states(project.id) == ["sealed"]
    assert profile.store.outbox.receipts(project.id) == []


@pytest.mark.parametrize("flips", [600, pytest.param(0, marks=pytest.mark.soak)])
def test_no_flipped_bit_of_a_receipt_is_believed(profile: Profile, flips: int) -> None:
    """By default a seeded sample; in soak every bit."""
    with scripted(Believable()) as fake:
        _, project = send(profile, fake.address, batches=2)
    batch = profile.store.outbox.batches(project.id)[1]
    first, receipt = profile.store.outbox.receipts(project.id)
    assert verify_receipt(receipt.envelope, project, batch, [first])
    bits: Sequence[int] = range(8 * len(receipt.envelope))
    for bit in random.Random(20261124).sample(bits, flips) if flips else bits:
        changed = bytearray(receipt.envelope)
        changed[bit // 8] ^= 1 << bit % 8
        with pytest.raises(DeliveryError, match="Nothing was marked as delivered"):
            verify_receipt(bytes(changed), project, batch, [first])


@pytest.mark.parametrize("flips", [100, pytest.param(2_000, marks=[pytest.mark.soak, pytest.mark.timeout(1200)])])
def test_no_flipped_bit_of_a_receipt_that_comes_by_http_is_believed_by_a_sender(profile: Profile, flips: int) -> None:
    """All the way, as batches and key events are flipped on theirs; a seeded sample, in soak a larger one."""
    right: list[bytes] = []
    flipped: list[int] = []
    believable = Believable()

    def answer(request: Request) -> Reply:
        if request.method == "GET":
            return believable(request)
        if not right:
            right.append(believable(request)[2])
        changed = bytearray(right[0])
        for bit in flipped:
            changed[bit // 8] ^= 1 << bit % 8
        return 201, {}, bytes(changed)

    with scripted(answer) as fake:
        project = profile.alone(fake.address, COLLECTOR)
        profile.seal(project.id)
        flipped[:] = [0]
        assert profile.sender().send_pending(project, tries=1).problem is not None  # it is known what is right
        bits: Sequence[int] = range(8 * len(right[0]))
        for bit in random.Random(20261127).sample(bits, flips):
            flipped[:] = [bit]
            report = profile.sender().send_pending(project, tries=1)
            assert (report.ended, report.problem and report.problem.code) == ("stop", "receipt_refused"), bit
            assert (report.batches, profile.states(project.id)) == (0, ["sealed"]), bit
            assert profile.store.outbox.receipts(project.id) == [], bit
        flipped.clear()
        report = profile.sender().send_pending(project, tries=1)
    assert (report.batches, report.problem, profile.states(project.id)) == (1, None, ["delivered"])


def test_a_collector_that_rewrites_what_it_receipted_is_found_out(profile: Profile) -> None:
    with scripted(Believable()) as honest:
        report, project = send(profile, honest.address, batches=2)
        assert report.batches == 2
        assert project.collector is not None
    with scripted(Believable()) as rewriting:  # knows nothing of the receipts before
        moved = msgspec.structs.replace(
            project, collector=msgspec.structs.replace(project.collector, address=rewriting.address)
        )
        profile.seal(project.id)
        report = profile.sender().send_pending(moved, tries=1)
    assert (report.batches, report.problem.code) == (0, "receipt_refused")
