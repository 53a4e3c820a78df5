"""The restore drill of docs/collector.md: a backup of the running collector, 100 batches more, and back to it."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from joined_profile import Profile, joined, kept_by, sealed_hashes
from running_collector import Running, Team, running
from storages import ask
from waiting_file import write_waiting

from feedback_store import migrations
from feedback_store.collector.by_file import FileDoor
from feedback_store.collector.opening import open_storage
from feedback_store.collector.sqlite_storage import FILE
from feedback_store.delivery.by_file import read_receipts
from feedback_store.store import Project


def back_up(team: Team, copy: Path) -> None:
    """As the page says: beside the running server."""
    with closing(sqlite3.connect(team.folder / FILE)) as connection:
        connection.execute("VACUUM INTO ?", (str(copy),))


def put_back(team: Team, copy: Path) -> None:
    """As the page says: the server is stopped, and nothing of the newer files stays."""
    for path in team.folder.glob(f"{FILE}*"):
        path.unlink()
    copy.replace(team.folder / FILE)


def deliver(profile: Profile, project: Project, batches: int) -> None:
    profile.seal(project.id, batches=batches)
    report = profile.sender().send_pending(project, tries=3)
    assert (report.batches, report.problem) == (batches, None)


@contextmanager
def gone_on(folder: Path, before: Profile) -> Iterator[Profile]:
    """The profile in `folder`, with the keys and passes that it had before: another place begins a new chain."""
    profile = Profile.opened(folder)
    profile.keys, profile.tokens = before.keys, before.tokens
    try:
        yield profile
    finally:
        profile.store.close()


@dataclass(frozen=True)
class Lost:
    """A stopped collector that was put back to the first of four batches, and where their profile has moved to."""

    team: Team
    collector: Running  # has ended
    project: Project
    before: Profile  # closed
    moved: Path


@pytest.fixture
def lost(tmp_path: Path) -> Lost:
    team, copy, moved = Team.made(tmp_path / "c"), tmp_path / "copy.sqlite3", tmp_path / "moved"
    with running(team.folder) as collector:
        with joined(tmp_path / "ada", team, collector.address) as (ada, project):
            deliver(ada, project, 1)
            back_up(team, copy)
            deliver(ada, project, 3)
        assert collector.end() == 0
    shutil.copytree(tmp_path / "ada", moved)
    put_back(team, copy)
    return Lost(team, collector, project, ada, moved)


@pytest.fixture
def earlier_version() -> Iterator[pytest.MonkeyPatch]:
    """Profiles are those of the version before chains that began by file were noted, until it is undone."""
    before = [step.__name__ for step in migrations._STEPS].index("m013_chains_ask_once")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(migrations, "_STEPS", migrations._STEPS[:before])
        patch.setattr(migrations, "VERSION", before)
        yield patch


@pytest.mark.long
def test_a_hundred_batches_that_a_backup_lacks_are_found_and_sent_again_by_those_who_go_on(tmp_path: Path) -> None:
    team = Team.made(tmp_path / "c")
    with running(team.folder) as collector:
        port = collector.port
        with (
            joined(tmp_path / "ada", team, collector.address) as (ada, project),
            joined(tmp_path / "ben", team, collector.address) as (ben, _),
            joined(tmp_path / "eve", team, collector.address) as (eve, _),
        ):
            everybody = (ada, ben, eve)
            for profile in everybody:
                deliver(profile, project, 3)
            back_up(team, tmp_path / "copy.sqlite3")
            for profile, batches in zip(everybody, (60, 30, 10), strict=True):
                deliver(profile, project, batches)
            assert ask(team.folder, "SELECT count(*) FROM batch") == [(109,)]
            assert collector.end() == 0
            put_back(team, tmp_path / "copy.sqlite3")
            with running(team.folder, port=port):
                for profile, lost in ((ada, 60), (ben, 30)):  # their next delivery meets a gap
                    profile.seal(project.id)
                    report = profile.sender().send_pending(project, tries=3)
                    assert (report.batches, report.restored, report.problem) == (lost + 1, True, None)
                    assert [step.event for step in profile.seen].count("restored") == 1
                assert eve.store.outbox.recheck(project.id).result() == 1  # she has nothing to send
                report = eve.sender().send_pending(project, tries=3)
                assert (report.batches, report.restored, report.problem) == (10, True, None)
            assert ask(team.folder, "SELECT count(*) FROM batch") == [(111,)]
            assert ask(team.folder, "SELECT count(*) FROM quarantined") == [(0,)]
            for profile in everybody:
                assert kept_by(team, profile) == sealed_hashes(profile, project)
                assert set(profile.states(project.id)) == {"delivered"}


def test_looking_where_nothing_is_missing_sends_one_batch_of_each_chain_and_changes_nothing(tmp_path: Path) -> None:
    team = Team.made(tmp_path / "c")
    with (
        running(team.folder) as collector,
        joined(tmp_path / "ada", team, collector.address) as (ada, project),
    ):
        deliver(ada, project, 4)
        before = ask(team.folder, "SELECT * FROM batch")
        assert ada.store.outbox.recheck(project.id).result() == 1
        report = ada.sender().send_pending(project, tries=1)
        assert (report.batches, report.held, report.restored, report.problem) == (0, 1, False, None)
        assert ask(team.folder, "SELECT * FROM batch") == before
        assert len(ada.store.outbox.receipts(project.id)) == 4


@pytest.mark.parametrize("lost", [1, 2])
def test_what_a_look_finds_lost_is_told_as_a_restore_and_never_as_new(tmp_path: Path, lost: int) -> None:
    """Of one lost batch nothing was told: its chain's newest meets no gap, but another receipt."""
    team = Team.made(tmp_path / "c")
    with running(team.folder) as collector, joined(tmp_path / "ada", team, collector.address) as (ada, project):
        deliver(ada, project, 1)
        back_up(team, tmp_path / "copy.sqlite3")
        deliver(ada, project, lost)
        assert collector.end() == 0
        put_back(team, tmp_path / "copy.sqlite3")
        with running(team.folder, port=collector.port):
            ada.store.outbox.recheck(project.id).result()
            report = ada.sender().send_pending(project, tries=1)
            assert (report.restored, report.batches, report.again, report.held) == (True, lost, lost, 0)
            assert (report.arrived, report.problem) == (0, None), "its records had arrived before"
            assert sorted(kept_by(team, ada)) == sorted(sealed_hashes(ada, project))
            ada.store.outbox.recheck(project.id).result()
            report = ada.sender().send_pending(project, tries=1)
            assert (report.restored, report.batches, report.held) == (False, 0, 1), "said once"


def test_what_goes_by_itself_ends_with_the_word_that_the_collector_was_put_back(tmp_path: Path) -> None:
    team = Team.made(tmp_path / "c")
    with running(team.folder) as collector, joined(tmp_path / "ada", team, collector.address) as (ada, project):
        back_up(team, tmp_path / "copy.sqlite3")
        deliver(ada, project, 1)
        assert collector.end() == 0
        put_back(team, tmp_path / "copy.sqlite3")
        with running(team.folder, port=collector.port):
            ada.seal(project.id)
            ada.store.outbox.recheck(project.id).result()
            ada.seen.clear()
            ada.sender().look()
            events = [step.event for step in ada.seen if step.event != "sending"]
            assert events == ["again", "delivered", "put_back"]


def test_what_was_asked_for_again_and_then_refused_waits_for_the_trainer(tmp_path: Path) -> None:
    """It had arrived once; a chain that is closed now would otherwise hold it for ever."""
    team = Team.made(tmp_path / "c")
    with (
        running(team.folder) as collector,
        joined(tmp_path / "ada", team, collector.address) as (ada, project),
    ):
        deliver(ada, project, 2)
        ada.store.outbox.recheck(project.id).result()
        (chain,) = {batch.chain for batch in ada.store.outbox.batches(project.id)}
        ada.store.outbox.close_chain(project.id, chain, "program_fault").result()
        assert len(ada.store.outbox.to_send(project.id, ("waiting",))) == 2, "nobody knows what else of it is lost"
        assert ada.store.outbox.send_again(project.id).result() == 2
        ada.store.outbox.seal(project.id, ada.key_for(project.id)).result()
        report = ada.sender().send_pending(project, tries=1)
        assert (report.batches, report.arrived, report.problem) == (1, 2, None)
        assert kept_by(team, ada) == sealed_hashes(ada, project), "both were there, and are there once"


def test_both_sides_put_back_a_receipt_that_follows_one_we_have_not_seen_is_looked_for(tmp_path: Path) -> None:
    """What the state machine found: the sender stopped for good at a receipt of a collector that tells the truth."""
    team = Team.made(tmp_path / "c")
    with running(team.folder) as collector:
        port = collector.port
        back_up(team, tmp_path / "copy.sqlite3")  # it knows nobody yet
        with joined(tmp_path / "ada", team, collector.address) as (ada, project):
            deliver(ada, project, 2)
            ada.seal(project.id)
        assert collector.end() == 0
    image = {path: path.read_bytes() for path in (tmp_path / "ada").glob("*.sqlite3*")}
    put_back(team, tmp_path / "copy.sqlite3")
    with running(team.folder, port=port) as collector:
        with gone_on(tmp_path / "ada", ada) as again:
            again.join(collector.address, team.invite())
            report = again.sender().send_pending(project, tries=3)  # second receipts for 1 and 2, and one for 3
            assert (report.batches, report.restored) == (3, True)
        for path, data in image.items():  # put back in place, byte over byte: the second receipts are forgotten
            path.write_bytes(data)
        with gone_on(tmp_path / "ada", again) as back:
            report = back.sender().send_pending(project, tries=3)
            assert (report.problem, report.ended) == (None, "done")
            assert back.states(project.id) == ["delivered"] * 3
            assert kept_by(team, back) == sealed_hashes(back, project)


def test_what_went_by_a_chain_that_was_left_is_found_with_the_first_gap(tmp_path: Path) -> None:
    """The profile was restored, so that its old chain has nothing more to send: nothing of it would ever meet a gap."""
    team = Team.made(tmp_path / "c")
    with running(team.folder) as collector:
        port = collector.port
        with joined(tmp_path / "ada", team, collector.address) as (ada, project):
            deliver(ada, project, 1)
            back_up(team, tmp_path / "copy.sqlite3")
            deliver(ada, project, 3)
        shutil.copytree(tmp_path / "ada", tmp_path / "restored")
        with gone_on(tmp_path / "restored", ada) as again:
            deliver(again, project, 1)
            assert collector.end() == 0
            put_back(team, tmp_path / "copy.sqlite3")
            with running(team.folder, port=port):
                again.seal(project.id)
                report = again.sender().send_pending(project, tries=3)
            assert (report.restored, report.problem) == (True, None)
            assert len({batch.chain for batch in again.store.outbox.batches(project.id)}) == 2
            assert sorted(kept_by(team, again)) == sorted(sealed_hashes(again, project))


def hand_over(team: Team, profile: Profile, project: Project, file: Path) -> None:
    """A new batch on a stick, and its receipt back by file."""
    profile.seal(project.id)
    write_waiting(profile.store.outbox, project.id, file)
    storage = open_storage(team.folder)
    try:
        taken = FileDoor(team.folder, storage).take(file)
    finally:
        storage.close()
    file.write_bytes(b"".join(line + b"\n" for line in taken.receipts))
    assert read_receipts(profile.store, file).delivered == 1


@pytest.mark.parametrize("by_file", [1, 2])
def test_what_a_restored_collector_lost_is_found_by_a_chain_that_began_by_file_once_it_is_sent(
    tmp_path: Path, lost: Lost, by_file: int
) -> None:
    """Its first receipt asked nothing, and no later one ever did: what the chain before had lost stayed Delivered."""
    team, project = lost.team, lost.project
    with gone_on(lost.moved, lost.before) as again:
        with running(team.folder, port=lost.collector.port):
            for _ in range(by_file):
                hand_over(team, again, project, tmp_path / "stick")
            assert set(again.states(project.id)) == {"delivered"}, (
                "whoever hands over files finds nothing waiting again"
            )
            assert len(kept_by(team, again)) == 1 + by_file
            again.seal(project.id)
            report = again.sender().send_pending(project, tries=3)
        assert (report.batches, report.restored, report.problem) == (1 + 3, True, None)
        assert sorted(kept_by(team, again)) == sorted(sealed_hashes(again, project))


def test_a_chain_that_began_by_file_before_that_was_noted_asks_with_its_first_delivery_since(
    tmp_path: Path,
    earlier_version: pytest.MonkeyPatch,  # before the next, which makes a profile
    lost: Lost,
) -> None:
    """A profile of an earlier version had gone on by file; this one has it ask, once."""
    team, project = lost.team, lost.project
    with gone_on(lost.moved, lost.before) as earlier:
        hand_over(team, earlier, project, tmp_path / "stick")
        earlier.store._database.write(lambda c: c.execute("UPDATE chain SET reason = '' WHERE state = 'open'")).result()
    earlier_version.undo()
    with gone_on(lost.moved, earlier) as again, running(team.folder, port=lost.collector.port):
        again.seal(project.id)
        report = again.sender().send_pending(project, tries=3)
        assert (report.batches, report.restored, report.problem) == (1 + 3, True, None)
        assert sorted(kept_by(team, again)) == sorted(sealed_hashes(again, project))
        again.seen.clear()
        deliver(again, project, 1)
        assert [step.event for step in again.seen if step.event != "sending"] == ["delivered"], "once"


def test_a_chain_that_began_by_file_asks_about_the_others_once(tmp_path: Path) -> None:
    team = Team.made(tmp_path / "c")
    with running(team.folder) as collector:
        with joined(tmp_path / "ada", team, collector.address) as (ada, project):
            deliver(ada, project, 2)
        shutil.copytree(tmp_path / "ada", tmp_path / "moved")
        with gone_on(tmp_path / "moved", ada) as again:
            hand_over(team, again, project, tmp_path / "stick")
            assert [batch.reason for batch in again.store.outbox.batches(project.id)] == ["elsewhere"] * 2 + [""]
            deliver(again, project, 1)
            assert [step.event for step in again.seen if step.event != "sending"] == ["delivered", "held"]
            again.seen.clear()
            deliver(again, project, 1)
            assert [step.event for step in again.seen if step.event != "sending"] == ["delivered"]
