"""The command line where nothing goes on by itself: a collector's key that leads nowhere, another computer's backup."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from test_commands_delivery import judged, serving
from test_commands_told import Desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path / "collector", tmp_path / "profile", "")
    assert made.type("collector", "init", made.collector, "--project", "Team").status == 0
    with serving(made.collector) as (address, _process):
        made.address = address
        judged(made.profile)
        code = made.ask("collector", "invite", made.collector)["code"]
        assert made.type("project", "join", address, code, "--use").status == 0
        yield made


def test_after_a_lost_collector_key_each_trainer_joins_anew_by_the_fingerprint_that_is_read_out(desk: Desk) -> None:
    """ "Trainers join anew", said the page, and joining refused it; what was signed stayed where it was, for good."""
    desk.seal(1)
    assert desk.type("outbox", "send").status == 0
    before = desk.type("project", "join", desk.address, desk.ask("collector", "invite", desk.collector)["code"])
    (known,) = (line.removeprefix("Collector's key: ") for line in before.out.splitlines() if "Collector's" in line)
    (file,) = (desk.collector / "keys").iterdir()
    refused = desk.type("collector", "rotate-key", desk.collector, "--lost")
    assert refused.status == 1 and refused.sentence.startswith(f"The key is there: {file}.")
    file.unlink()
    said = desk.type("collector", "rotate-key", desk.collector, "--lost")
    assert said.status == 0, said.err
    read_out = desk.type("collector", "fingerprint", file).out.strip()
    assert said.out.startswith(f"From now on: {read_out}.") and f'--collector-key "{read_out}"' in said.out
    desk.seal(2)  # one of which is known
    assert desk.type("outbox", "send").status == 1
    code = desk.ask("collector", "invite", desk.collector)["code"]
    without = desk.type("project", "join", desk.address, code)
    assert without.status == 1 and "--collector-key FINGERPRINT" in without.sentence
    assert known in without.sentence, "the one that was compared is named"
    assert read_out not in without.sentence, "the one that answers is not: its operator has to say it"
    half = desk.type("project", "join", desk.address, code, "--collector-key", read_out[:19])
    assert half.status == 1 and "no whole fingerprint" in half.sentence
    done = desk.type("project", "join", desk.address, code, "--collector-key", read_out)
    assert done.status == 0, done.err
    assert "The collector's key is another one from now on, as you typed it." in done.out
    assert f"Before: {known}. Now: {read_out}." in done.out
    assert desk.ask("outbox", "send")["arrived"] == 1
