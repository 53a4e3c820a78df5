"""A team's collector that has moved: its address is given in the window, and taken only where the same key answers."""

from __future__ import annotations

import base64
from collections.abc import Callable
from pathlib import Path

import httpx
import msgspec
import pytest
from joined_profile import scripted
from made_judgements import judgement
from PySide6.QtCore import Qt
from running_collector import Team, running
from test_window_key import go_to_project
from trainer import OpenWindow, Trainer

from desktop.profile import Profile
from desktop.views.move_dialog import MoveDialog
from feedback_store.batches.collector_proof import make_proof
from feedback_store.batches.keys import DeviceKey, fingerprint

pytestmark = [pytest.mark.qt_log_ignore("This plugin does not support", extend=True), pytest.mark.long]
STRANGER = DeviceKey.from_seed(bytes([9]) * 32)


def works_for(team: Team, address: str, *, pinned: DeviceKey | None = None) -> Callable[[Profile], None]:
    """Join, use the project, and release a judgement; `pinned` is the key that is held for the collector's."""

    def begin(profile: Profile) -> None:
        project = profile.store.projects.use(profile.collectors.join(address, team.invite()).project.id).result()
        made = judgement("a>b", project=project.id, trainer=profile.trainer)
        made = msgspec.structs.replace(made, rubric=project.rubric)
        profile.store.outbox.release([profile.store.records.save(made).result().id]).result()
        if pinned is not None and project.collector is not None:
            key = base64.b64encode(pinned.public_key).decode("ascii")
            other = msgspec.structs.replace(project.collector, public_key=key)
            profile.store.projects.update(msgspec.structs.replace(project, collector=other)).result()

    return begin


def asked(trainer: Trainer) -> MoveDialog:
    dialog = trainer.dialog("moveDialog")
    assert isinstance(dialog, MoveDialog)
    return dialog


def test_who_cannot_reach_the_collector_gives_its_new_address_there_and_delivers(
    tmp_path: Path, open_window: OpenWindow
) -> None:
    team = Team.made(tmp_path / "collector", "Night shift")
    with running(team.folder) as first:
        workbench = open_window(insecure=True, begin=works_for(team, first.address))
        first.kill()
    trainer = Trainer(workbench)
    trainer.control(Qt.Key.Key_4)
    trainer.control(Qt.Key.Key_Return)
    message = workbench.outbox.message
    trainer.until(lambda: message.message is not None and "If it has moved" in message.message.text, "it is said")
    with running(team.folder) as second:
        trainer.push("way_move_collector")
        dialog = asked(trainer)
        assert dialog.address.text == first.address and trainer.focus is dialog.address.edit
        trainer.replace_text(second.address)
        trainer.press(Qt.Key.Key_Return)
        trainer.alone()
        assert workbench.window.room.name == "outbox"
        assert workbench.outbox.leaving._goes_to.text() == f"Goes to {second.address}"
        trainer.control(Qt.Key.Key_Return)  # it may have gone on by itself by now
        outbox = workbench._profile.store.outbox
        trainer.until(lambda: [each.state for each in outbox.batches(team.project)] == ["delivered"], "it arrives")


def test_another_collector_or_another_key_is_refused_with_what_differs_and_nothing_changes(
    tmp_path: Path, open_window: OpenWindow
) -> None:
    team = Team.made(tmp_path / "collector", "Night shift")
    other = Team.made(tmp_path / "other", "Day shift")
    with running(team.folder) as first, running(other.folder) as stranger:
        workbench = open_window(insecure=True, begin=works_for(team, first.address, pinned=STRANGER))
        trainer = Trainer(workbench)
        go_to_project(trainer)
        trainer.push("moveCollector")
        dialog = asked(trainer)
        for address, said in (
            (" ", "Type the address that the project's operator gave you."),
            ("http://127.0.0.1:1", "Nobody answers at http://127.0.0.1:1."),
            (stranger.address, f"The collector at {stranger.address} does not have this project"),
            (
                first.address,
                f"that you compared when you joined ({fingerprint(STRANGER.public_key)}), and nothing proves",
            ),
        ):
            trainer.go_to("moveAddress")
            trainer.replace_text(address)
            trainer.press(Qt.Key.Key_Return)
            trainer.until(lambda: bool(dialog.address.problem) and not dialog.busy, f"{address} is refused")
            assert said in dialog.address.problem
            assert fingerprint(team.key.public_key) not in dialog.address.problem, "its operator has to read it out"
        trainer.press(Qt.Key.Key_Escape)
        trainer.alone()
        collector = workbench._profile.store.projects.get(team.project).collector
        assert collector is not None and collector.address == first.address
        assert collector.public_key == base64.b64encode(STRANGER.public_key).decode("ascii")


def test_T22_an_address_that_only_repeats_what_the_collector_says_is_refused_and_gets_nothing(
    tmp_path: Path, open_window: OpenWindow
) -> None:
    team = Team.made(tmp_path / "collector", "Night shift")
    with running(team.folder) as first:
        workbench = open_window(insecure=True, begin=works_for(team, first.address))
        facts = httpx.get(f"{first.address}/projects/{team.project}", timeout=180).content
        forged = make_proof(STRANGER, project=team.project, challenge="4" * 64)
        trainer = Trainer(workbench)
        go_to_project(trainer)
        trainer.push("moveCollector")
        dialog = asked(trainer)
        for answer, said in (
            (forged, "signs with another one: it is not the"),
            (b"{}", "does not answer the question"),
        ):
            with scripted(
                lambda request, answer=answer: (200, {}, facts if request.method == "GET" else answer)
            ) as there:
                trainer.go_to("moveAddress")
                trainer.replace_text(there.address)
                trainer.press(Qt.Key.Key_Return)
                trainer.until(lambda said=said: said in dialog.address.problem and not dialog.busy, f"{said}: is said")
            assert [each.method for each in there.asked] == ["GET", "POST"]
            assert not any("authorization" in each.headers for each in there.asked)
        trainer.press(Qt.Key.Key_Escape)
        trainer.alone()
        collector = workbench._profile.store.projects.get(team.project).collector
        assert collector is not None and collector.address == first.address


def test_what_the_collector_says_otherwise_at_its_new_address_is_told(tmp_path: Path, open_window: OpenWindow) -> None:
    team = Team.made(tmp_path / "collector", "Night shift")
    with running(team.folder) as first:

        def begin(profile: Profile) -> None:
            works_for(team, first.address)(profile)
            project = profile.project
            assert project.terms is not None
            older = msgspec.structs.replace(project.terms, sha256="0" * 64, text="Nothing may be trained.")
            profile.store.projects.update(msgspec.structs.replace(project, terms=older)).result()

        workbench = open_window(insecure=True, begin=begin)
        trainer = Trainer(workbench)
        trainer.control(Qt.Key.Key_K)
        trainer.comes_to("paletteField")
        trainer.type("moved")
        trainer.press(Qt.Key.Key_Return)
        asked(trainer)
        trainer.press(Qt.Key.Key_Return)
        trainer.alone()
        page = workbench.preferences.page
        said = page.message.message
        assert workbench.window.room.name == "settings" and said is not None and said.kind == "warning"
        assert said.reason == "It has other terms: read them before you release anything."


def test_a_project_of_ones_own_has_no_collector_that_could_move(open_window: OpenWindow) -> None:
    trainer = Trainer(open_window(insecure=True))
    go_to_project(trainer)
    assert trainer.workbench.preferences.project.move_collector.isHidden()
