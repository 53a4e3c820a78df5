"""A code for a lost key is looked at before it is used up: one that replaces nothing, or another computer's key."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QWidget
from test_commands_delivery import judged, serving
from test_commands_told import Desk

from desktop.bridge.courier import Courier
from desktop.errands import Errands
from desktop.flow.joining import FieldProblem, problem, wish
from desktop.profile import Profile
from feedback_store.batches.keys import fingerprint_of
from feedback_store.errors import DeliveryError


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    collector, profile = tmp_path / "collector", tmp_path / "profile"
    made = Desk(collector, profile, "")
    made.type("collector", "init", collector, "--project", "Team")
    with serving(collector) as (address, _process):
        judged(profile)
        found = Desk(collector, profile, address)
        code = found.ask("collector", "invite", collector)["code"]
        assert found.type("project", "join", address, code, "--use").status == 0
        yield found


@pytest.mark.parametrize("lost", [True, False], ids=["a lost key", "a living key"])
def test_a_code_that_replaces_no_key_is_refused_unused_and_says_which_to_ask_for(desk: Desk, lost: bool) -> None:
    """It said that the lost key was replaced, and a thief could go on delivering with it."""
    (device,) = desk.ask("collector", "devices", desk.collector)
    if lost:
        (desk.profile / "secrets.json").unlink()
    code = desk.ask("collector", "invite", desk.collector, "--trainer", device["trainer"])["code"]
    refused = desk.type("keys", "recover", code, "--insecure-key-file")
    assert refused.status == 1 and "replaced." not in refused.out
    assert "This code replaces no key" in refused.err and "preceptor collector recover DIR DEVICE" in refused.err
    assert [each["state"] for each in desk.ask("collector", "devices", desk.collector)] == ["active"]
    joined = desk.type("project", "join", desk.address, code, "--insecure-key-file")
    assert joined.status == 0, joined.err  # the code was not used up


def test_the_key_that_a_code_has_ended_is_named(desk: Desk) -> None:
    (device,) = desk.ask("collector", "devices", desk.collector)
    (desk.profile / "secrets.json").unlink()
    code = desk.ask("collector", "recover", desk.collector, device["device"])["code"]
    done = desk.type("keys", "recover", code, "--insecure-key-file")
    assert done.status == 0, done.err
    assert f"The key that ended: {fingerprint_of(device['device'])}" in done.out


def test_a_code_for_another_computers_key_ends_nothing_until_that_is_meant(
    desk: Desk, tmp_path: Path, qapp: QApplication
) -> None:
    """The second computer's own living chain was closed by it, and the first one's key had ended."""
    desk.seal(1)
    assert desk.type("outbox", "send").status == 0
    (first,) = desk.ask("collector", "devices", desk.collector)
    second = Desk(desk.collector, tmp_path / "second", desk.address)
    assert second.type("backup", "restore", desk.ask("backup", "make")["path"]).status == 0
    further = desk.ask("collector", "invite", desk.collector, "--trainer", first["trainer"])["code"]
    assert second.type("project", "join", desk.address, further, "--insecure-key-file").status == 0
    second.seal(2)
    code = desk.ask("collector", "recover", desk.collector, first["device"])["code"]
    for refused in (second.type("keys", "recover", code), second.type("project", "join", desk.address, code)):
        assert refused.status == 1
        assert f"ends the key {fingerprint_of(first['device'])}, which is not the one of this computer" in refused.err
    told = in_the_window(second, code)
    assert told is not None and told.field == "code" and fingerprint_of(first["device"]) in told.text
    assert [each["state"] for each in desk.ask("collector", "devices", desk.collector)] == ["active", "active"]
    assert second.ask("outbox", "send")["arrived"] == 1
    meant = second.type("keys", "recover", code, "--end-another-key")
    assert meant.status == 0, meant.err
    assert "retired" in [each["state"] for each in desk.ask("collector", "devices", desk.collector)]


def test_nothing_that_joins_ends_another_computers_key_unless_that_one_was_meant(desk: Desk, tmp_path: Path) -> None:
    """Only those who looked at the code before had checked it: whoever joined at once ended the other's key."""
    (first,) = desk.ask("collector", "devices", desk.collector)
    backup = desk.ask("backup", "make")["path"]
    second = Desk(desk.collector, tmp_path / "second", desk.address)
    assert second.type("backup", "restore", backup).status == 0
    code = desk.ask("collector", "recover", desk.collector, first["device"])["code"]
    profile = Profile.open(second.profile, insecure_key_file=True)
    try:
        for ends in ("", "ed25519:" + "0" * 64):
            with pytest.raises(DeliveryError, match="which is not the one of this computer"):
                profile.collectors.join(desk.address, code, ends=ends)
        assert [each["state"] for each in desk.ask("collector", "devices", desk.collector)] == ["active"]
        profile.collectors.join(desk.address, code, ends=first["device"])
    finally:
        profile.close()
    states = [each["state"] for each in desk.ask("collector", "devices", desk.collector)]
    assert sorted(states) == ["active", "retired"]


def in_the_window(desk: Desk, code: str) -> FieldProblem | None:
    """What the window's dialog shows at the code that is typed there."""
    profile = Profile.open(desk.profile)
    window, courier = QWidget(), Courier()
    try:
        Errands(profile, courier, window).projects._terms(wish(desk.address, code, ""))
    except DeliveryError as error:
        return problem(error)
    finally:
        profile.close()
    return None
