"""A collector that was put back to an older copy: what is said of what had arrived, and what of what is new."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from command_line import Ended, here
from test_commands_delivery import judged, sealed, serving
from test_commands_handover import ids

STILL_THERE = (
    "The collector still has every delivery that this profile holds, but for what was erased there; its receipts were"
    " checked."
)
Place = tuple[Path, Path]  # the collector's folder, and a profile that has joined


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    collector, profile = tmp_path / "collector", tmp_path / "profile"
    here("collector", "init", collector, "--project", "Team", profile=profile)
    with serving(collector) as (address, _process):
        judged(profile)
        code = json.loads(here("collector", "invite", collector, "--json", profile=profile).out)["code"]
        assert here("project", "join", address, code, "--use", profile=profile).status == 0
    yield collector, profile


def delivered(place: Place, count: int) -> None:
    """So many deliveries of one judgement each."""
    _collector, profile = place
    for number in range(count):
        judged(profile, 10 * number + count)
        sealed(profile)
        assert sent(place).status == 0


def sent(place: Place, *more: str) -> Ended:
    """What is sent to the collector, wherever it listens now."""
    collector, profile = place
    with serving(collector) as (address, _process):
        assert here("project", "move", address, profile=profile).status == 0
        return here("outbox", "send", *more, profile=profile)


def image(collector: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in collector.glob("*.sqlite3*")}


def put_back(collector: Path, image: dict[Path, bytes]) -> None:
    for path in collector.glob("*.sqlite3*"):
        path.unlink()
    for path, data in image.items():
        path.write_bytes(data)


@pytest.mark.long
def test_a_look_that_finds_everything_there_says_so_each_time_and_that_nothing_arrived(place: Place) -> None:
    """It said that the judgements of the last delivery arrived, at every look."""
    delivered(place, 1)
    for _twice in range(2):
        done = sent(place, "--look")
        assert done.out == f"{STILL_THERE}\n"
        assert "arrived" not in done.err
    found: dict[str, Any] = json.loads(sent(place, "--look", "--json").out)
    assert found == {"batches": 0, "again": 0, "held": 1, "restored": False, "arrived": 0, "returned": 0, "waiting": 0}


@pytest.mark.parametrize("as_json", [False, True])
def test_a_look_that_finds_one_delivery_lost_says_that_it_was_put_back(place: Place, as_json: bool) -> None:
    """Text and JSON were the same, whether or not it had been lost: only the newest was, so that nothing was a gap."""
    before = image(place[0])
    delivered(place, 1)
    put_back(place[0], before)
    done = sent(place, "--look", *(["--json"] if as_json else []))
    if as_json:
        found: dict[str, Any] = json.loads(done.out)
        assert found == {
            "batches": 1,
            "again": 1,
            "held": 0,
            "restored": True,
            "arrived": 0,
            "returned": 0,
            "waiting": 0,
        }
        return
    lacked = "The collector was put back to an older copy. 1 delivery that it lacked was sent again;"
    assert done.out == f"{lacked} every delivery that this profile holds is there.\n"
    assert "Delivery 1 was not there any more. It has arrived again, its receipt checked." in done.err
    assert "still has" in sent(place, "--look").out, "said once"


def test_what_the_collector_erased_is_not_said_to_be_there(place: Place) -> None:
    """A look said that it still has all that arrived."""
    delivered(place, 1)
    collector, profile = place
    name = ids(profile)[0]
    assert here("collector", "erase", collector, name, "--yes", profile=profile).status == 0
    assert sent(place, "--look").out == f"{STILL_THERE}\n"


@pytest.mark.long
def test_where_both_were_put_back_it_is_not_said_that_nothing_is_lost(place: Place) -> None:
    """What was delivered between the two copies is on neither side, and the profile cannot know of it."""
    collector, profile = place
    before = image(collector)
    delivered(place, 1)
    backup = Path(json.loads(here("backup", "make", "--json", profile=profile).out)["path"]).stem
    delivered(place, 1)
    assert here("backup", "restore", backup, profile=profile).status == 0
    put_back(collector, before)
    done = sent(place, "--look")
    assert "lost" not in done.out + done.err
    assert "1 delivery that it lacked was sent again; every delivery that this profile holds is there." in done.out


@pytest.mark.long
def test_what_had_arrived_before_is_not_counted_with_what_is_new(place: Place) -> None:
    """A send after a restore printed that all of it arrived, though one judgement was new."""
    before = image(place[0])
    delivered(place, 2)
    put_back(place[0], before)
    judged(place[1], 50)
    sealed(place[1])
    new = json.loads(here("outbox", "status", "--json", profile=place[1]).out)["batches"][-1]["records"]
    done = sent(place)
    assert done.out.splitlines() == [
        f"{new} judgements arrived; every receipt was checked.",
        "The collector was put back to an older copy. 2 deliveries that it lacked were sent again; every delivery that"
        " this profile holds is there.",
    ]


def test_what_a_new_chain_asks_about_is_said_where_it_was_lost(place: Place, tmp_path: Path) -> None:
    """The profile was moved, so that its next delivery begins anew and asks; the answer was heard and not told."""
    collector, profile = place
    before = image(collector)
    delivered(place, 1)
    put_back(collector, before)
    profile.rename(tmp_path / "moved")
    moved = (collector, tmp_path / "moved")
    judged(moved[1], 50)
    sealed(moved[1])
    done = sent(moved)
    assert "judgements arrived; every receipt was checked." in done.out
    assert "The collector was put back to an older copy. 1 delivery that it lacked was sent again" in done.out
