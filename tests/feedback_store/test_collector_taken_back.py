"""What a collector makes of a withdrawal that bears too low a number: one that erases counts, another one does not."""

from __future__ import annotations

import httpx
import msgspec
import pytest
from keys_over_http import fork
from running_collector import Device, Team, stored
from test_collector_erase import is_kept, told
from test_collector_rules import revised, withdrawal

from feedback_store import records
from feedback_store.collector import key_ceremony


def said(device: Device, *lines: bytes) -> list[tuple[str, str | None]]:
    return [(item.status, item.rule) for item in device.deliver(*lines).items]


def gone_on(device: Device, line: bytes) -> tuple[bytes, bytes, bytes]:
    """The record and its later versions, delivered: the last one lets it stand again after a withdrawal."""
    taken_back = withdrawal(device, line, "mistake")
    again = revised(line, rev=3, justification=None)
    assert said(device, line, taken_back, again) == [("stored", None)] * 3
    return line, taken_back, again


@pytest.mark.parametrize("number", [2, 3])
def test_an_erasure_counts_whatever_its_number_and_whatever_program_sent_it(device: Device, number: int) -> None:
    """An earlier one would not send it again."""
    kept = gone_on(device, told(device))
    late = records.encode(msgspec.structs.replace(records.decode(withdrawal(device, kept[0])), rev=number))
    assert said(device, late) == [("known", None)]
    assert {row[8] for row in stored(device)} == {None}
    assert not any(is_kept(device.team, line) for line in kept)
    assert said(device, late) == [("known", None)], "however often it comes"
    assert said(device, revised(kept[0], rev=9)) == [("erased", None)], "and whatever comes after it"


def test_a_withdrawal_that_erases_nothing_counts_by_its_number_alone(device: Device) -> None:
    """It may be one from before the judgement was let stand again: nobody can tell, and the old bytes take nothing
    back.
    """
    kept = gone_on(device, told(device))
    other = withdrawal(device, kept[0], "mistake")
    assert said(device, other) == [("refused", "record_old_revision")]
    assert stored(device)[-1][8] == kept[-1]


@pytest.mark.parametrize(("reason", "stands"), [("mistake", True), ("erase", False)])
def test_a_withdrawal_that_was_set_aside_and_is_taken_late_takes_back_only_for_good(
    device: Device, team: Team, reason: str, stands: bool
) -> None:
    """It was signed before the judgement was let stand again."""
    line = told(device)
    device.deliver(line)
    early = withdrawal(device, line, reason)
    aside = fork(device, early)
    device = Device(team, device.http, device.key, device.trainer, device.token)
    again = revised(line, rev=3)
    assert said(device, again) == [("stored", None)]
    key_ceremony.resolve(team.folder, aside, take=True, project=team.project)
    assert (stored(device)[-1][8] == again) is stands
    assert is_kept(team, again) is stands


def test_nobody_erases_another_trainers_record(device: Device, http: httpx.Client) -> None:
    line = told(device)
    kept = gone_on(device, line)
    other = Device(device.team, http)
    other.join()
    before = records.decode(withdrawal(device, line))
    theirs = other.record(id=before.id)
    assert said(other, withdrawal(other, theirs)) == [("refused", "record_other_trainer")]
    assert stored(device)[-1][8] == kept[-1]


def test_of_a_record_whose_text_never_came_nothing_comes_after_its_erasure(device: Device) -> None:
    """A copy of the profile goes on with it."""
    line = told(device)
    assert said(device, withdrawal(device, line)) == [("stored", None)]
    later = revised(line, rev=5)
    assert said(device, later) == [("erased", None)]
    assert not is_kept(device.team, later)
    aside = revised(line, rev=6)
    assert fork(device, aside)
    assert not is_kept(device.team, aside), "nor is it set aside"


def test_a_withdrawal_that_comes_again_is_known_also_where_it_was_erased_meanwhile(device: Device) -> None:
    """To an earlier program "erased" meant that it had come back."""
    line = told(device)
    mild = withdrawal(device, line, "mistake")
    last = records.encode(msgspec.structs.replace(records.decode(withdrawal(device, line)), rev=3))
    assert said(device, line, mild, last) == [("stored", None)] * 3
    assert said(device, line, mild, last) == [("erased", None), ("known", None), ("known", None)]
