"""Sending to a real collector: delivered once whatever happens on the way, and every trouble told in a sentence."""

from __future__ import annotations

import shutil
import sqlite3
import threading
from pathlib import Path

import pytest
from joined_profile import Profile, Ready, joined, kept_by, sealed_hashes
from running_collector import Team, running

from desktop.flow import new_chains
from desktop.flow.describing import stopped_text
from feedback_store.batches.receipt import receipt_hash
from feedback_store.collector import administration
from feedback_store.collector.sqlite_storage import FILE
from feedback_store.delivery.sender import SendProgress
from feedback_store.errors import DeliveryError

DIE_AFTER_STORING = """
import os, signal
from feedback_store.collector import service
kept = service.accept
def accept(*given):
    kept(*given)
    os.kill(os.getpid(), signal.SIGKILL)
service.accept = accept
"""


def test_what_is_sealed_arrives_in_order_with_chained_receipts(ready: Ready) -> None:
    team, profile, project = ready
    batches = profile.seal(project.id, records=3, batches=3)
    report = profile.sender().send_pending(project, tries=1)
    assert (report.batches, report.arrived, report.returned) == (3, 9, 0)
    assert (report.problem, report.ended, report.restored) == (None, "done", False)
    assert kept_by(team, profile) == [item.sha256 for batch in batches for item in batch.items]
    assert profile.states(project.id) == ["delivered"] * 3
    receipts = profile.store.outbox.receipts(project.id)
    assert [row.seq for row in receipts] == [1, 2, 3]
    assert [row.sha256 for row in receipts] == [receipt_hash(row.envelope) for row in receipts]
    assert {stored.way for stored in profile.store.records.iter_newest(project.id)} == {"delivered"}
    assert [step.event for step in profile.seen] == ["sending", "delivered"] * 3


def test_nothing_sealed_is_nothing_sent(ready: Ready) -> None:
    _, profile, project = ready
    profile.save(project.id)
    report = profile.sender().send_pending(project, tries=1)
    assert (report.batches, report.problem) == (0, None)


def test_a_large_batch_goes_compressed_and_arrives_whole(ready: Ready) -> None:
    team, profile, project = ready
    profile.seal(project.id, records=100)
    assert profile.sender().send_pending(project, tries=1).arrived == 100
    assert len(kept_by(team, profile)) == 100


def test_a_refused_record_comes_back_with_its_reason(ready: Ready) -> None:
    team, profile, project = ready
    stored = profile.save(project.id)
    connection = sqlite3.connect(team.folder / FILE)
    connection.execute("PRAGMA foreign_keys = OFF")
    connection.execute(  # somebody else has this id already
        "INSERT INTO record (project, id, rev, sha256, kind, trainer, batch, received_at, data, rubric_known)"
        " VALUES (?,?,1,'x','judgement','trn_other','x','x',x'00',1)",
        (project.id, stored.id),
    )
    connection.commit()
    connection.close()
    profile.store.outbox.release([stored.id]).result()
    profile.store.outbox.seal(project.id, profile.key_for(project.id)).result()
    report = profile.sender().send_pending(project, tries=1)
    assert (report.batches, report.arrived, report.returned) == (1, 0, 1)
    (back,) = profile.store.outbox.to_send(project.id, ("returned",))
    assert (back.id, back.reason) == (stored.id, "record_other_trainer")


def test_erasing_here_erases_there(ready: Ready) -> None:
    team, profile, project = ready
    (batch,) = profile.seal(project.id)
    sender = profile.sender()
    sender.send_pending(project, tries=1)
    profile.store.records.erase(batch.items[0].id).result()
    assert profile.store.outbox.seal(project.id, profile.key_for(project.id)).result() is not None
    assert sender.send_pending(project, tries=1).arrived == 1
    connection = sqlite3.connect(team.folder / FILE)
    query = "SELECT rev, data IS NULL FROM record WHERE id = ? ORDER BY rev"
    assert connection.execute(query, (batch.items[0].id,)).fetchall() == [(1, 1), (2, 0)]
    connection.close()


def test_what_was_erased_before_it_left_leaves_as_its_hash_alone(ready: Ready) -> None:
    team, profile, project = ready
    (batch,) = profile.seal(project.id, records=2)
    profile.store.records.erase(batch.items[0].id).result()
    report = profile.sender().send_pending(project, tries=1)
    assert (report.batches, report.arrived, report.returned) == (1, 1, 0)
    assert [each.returned for each in profile.store.outbox.batches(project.id)] == [0], "nobody could mend it"
    connection = sqlite3.connect(team.folder / FILE)
    row = connection.execute("SELECT kind, data FROM record WHERE id = ?", (batch.items[0].id,)).fetchone()
    connection.close()
    assert row == ("erased", None)


def test_without_a_collector_or_a_token_the_way_out_is_told(ready: Ready) -> None:
    _, profile, project = ready
    alone = profile.store.projects.create("Alone").result()
    with pytest.raises(DeliveryError, match="preceptor project join"):
        profile.sender().send_pending(alone)
    profile.tokens.clear()
    with pytest.raises(DeliveryError, match="Join the project again"):
        profile.sender().send_pending(project)


def test_a_wrong_token_stops_with_everything_kept(ready: Ready) -> None:
    _, profile, project = ready
    profile.seal(project.id, batches=2)
    profile.tokens[project.id] = "x" * 43
    report = profile.sender().send_pending(project)
    assert report.ended == "stop"
    assert report.problem is not None and "Join the project again" in str(report.problem)
    assert profile.states(project.id) == ["sealed", "sealed"]
    assert profile.seen[-1].event == "stopped"


def test_joining_again_makes_a_wrong_token_right(served: tuple[Team, str], ready: Ready) -> None:
    team, profile, project = ready
    profile.seal(project.id)
    profile.tokens[project.id] = "x" * 43
    profile.sender().send_pending(project)
    profile.join(served[1], team.invite())
    assert profile.sender().send_pending(project).batches == 1


def test_a_revoked_device_closes_its_chain_and_keeps_everything(ready: Ready) -> None:
    team, profile, project = ready
    profile.seal(project.id)
    administration.revoke(team.folder, profile.key_for(project.id).key_id)
    report = profile.sender().send_pending(project)
    assert report.ended == "stop"
    assert report.problem is not None and report.problem.code == "key_refused"
    assert str(report.problem) == (
        "The collector does not accept this device's key any more. Everything is kept. Join the project again, with a"
        f" code that whoever runs it makes for a further device of yours (trainer id {profile.store.trainer})."
    )
    assert profile.states(project.id) == ["closed"]
    (batch,) = profile.store.outbox.batches(project.id)
    assert stopped_text(batch.reason) == "the collector does not accept this device's key any more"
    assert len(profile.store.outbox.to_send(project.id, ("waiting",))) == 1


def test_a_collector_that_is_down_leaves_everything_sealed(tmp_path: Path) -> None:
    team = Team.made(tmp_path / "c")
    with running(team.folder) as collector, joined(tmp_path / "p", team, collector.address) as (profile, project):
        port = collector.port
        collector.kill()
        profile.seal(project.id, batches=2)
        report = profile.sender().send_pending(project, tries=3)
        assert (report.batches, report.ended) == (0, "retry")
        assert report.problem is not None and "cannot be reached" in str(report.problem)
        assert profile.states(project.id) == ["sealed", "sealed"]
        assert [step.event for step in profile.seen] == ["sending", "waiting"] * 2 + ["sending"]
        with running(team.folder, port=port):
            assert profile.sender().send_pending(project, tries=3).batches == 2


def test_an_outage_that_ends_is_no_problem_any_more(tmp_path: Path) -> None:
    team = Team.made(tmp_path / "c")
    with running(team.folder) as collector, joined(tmp_path / "p", team, collector.address) as (profile, project):
        port = collector.port
        collector.kill()
        profile.seal(project.id)
        failed = threading.Event()

        def tell(step: SendProgress) -> None:
            if step.event == "waiting":
                failed.set()

        def send() -> None:
            reports.append(profile.sender().send_pending(project, on_progress=tell))

        reports: list[object] = []
        sending = threading.Thread(target=send)
        sending.start()
        assert failed.wait(60)
        with running(team.folder, port=port):
            sending.join(120)
        (report,) = reports
        assert (report.batches, report.problem, report.ended) == (1, None, "done")  # type: ignore[attr-defined]


def test_killed_between_storing_and_answering_it_is_sent_again_and_stored_once(tmp_path: Path) -> None:
    team = Team.made(tmp_path / "c")
    with running(team.folder, patch=DIE_AFTER_STORING) as dying:
        port = dying.port
        with joined(tmp_path / "p", team, dying.address) as (profile, project):
            profile.seal(project.id, batches=2)
            assert profile.sender().send_pending(project, tries=1).ended == "retry"
            assert profile.states(project.id) == ["sealed", "sealed"]
            assert len(kept_by(team, profile)) == 1
            with running(team.folder, port=port):
                report = profile.sender().send_pending(project, tries=1)
            assert (report.batches, report.arrived) == (2, 2)
            assert kept_by(team, profile) == sealed_hashes(profile, project)


def test_a_restored_collector_is_sent_again_what_it_lost(tmp_path: Path) -> None:
    team = Team.made(tmp_path / "c")
    with running(team.folder) as collector, joined(tmp_path / "p", team, collector.address) as (profile, project):
        port = collector.port
        profile.seal(project.id, batches=2)
        profile.sender().send_pending(project)
        assert collector.end() == 0
        shutil.copytree(team.folder, tmp_path / "backup")
        with running(team.folder, port=port) as later:
            profile.seal(project.id, batches=3)
            assert profile.sender().send_pending(project).batches == 3
            assert later.end() == 0
        shutil.rmtree(team.folder)
        shutil.copytree(tmp_path / "backup", team.folder)
        with running(team.folder, port=port):
            profile.seal(project.id)
            report = profile.sender().send_pending(project)
        assert (report.batches, report.restored, report.problem) == (4, True, None)
        assert [step.event for step in profile.seen].count("restored") == 1
        assert kept_by(team, profile) == sealed_hashes(profile, project)
        assert profile.states(project.id) == ["delivered"] * 6
        seqs = [row.seq for row in profile.store.outbox.receipts(project.id)]
        assert seqs == [1, 2, 3, 4, 5, 3, 4, 5, 6]  # the second ones beside the first


def test_a_collector_restored_to_nothing_of_the_chain_is_sent_all(tmp_path: Path) -> None:
    team = Team.made(tmp_path / "c")
    with running(team.folder) as collector, joined(tmp_path / "p", team, collector.address) as (profile, project):
        port = collector.port
        assert collector.end() == 0
        shutil.copytree(team.folder, tmp_path / "backup")
        with running(team.folder, port=port) as later:
            profile.seal(project.id, batches=2)
            profile.sender().send_pending(project)
            assert later.end() == 0
        shutil.rmtree(team.folder)
        shutil.copytree(tmp_path / "backup", team.folder)
        with running(team.folder, port=port):
            profile.seal(project.id)
            report = profile.sender().send_pending(project)
        assert (report.batches, report.restored, report.problem) == (3, True, None)
        assert kept_by(team, profile) == sealed_hashes(profile, project)


def test_two_clones_of_one_profile_deliver_side_by_side(served: tuple[Team, str], tmp_path: Path) -> None:
    """T12. The copy notices that it is one and starts a chain of its own."""
    team, address = served
    with joined(tmp_path / "one", team, address) as (first, project):
        first.seal(project.id)
        first.sender().send_pending(project)
    shutil.copytree(tmp_path / "one", tmp_path / "two")
    clones = [Profile.opened(tmp_path / name) for name in ("one", "two")]
    for clone in clones:
        clone.keys, clone.tokens = first.keys, first.tokens
    try:
        for _ in range(2):
            for clone in clones:
                clone.seal(project.id)
                report = clone.sender().send_pending(project, tries=1)
                assert (report.batches, report.arrived, report.problem) == (1, 1, None)
        told = [new_chains.began_anew(clone.store.outbox.batches(project.id)) for clone in clones]
        assert [list(each.values()) for each in told] == [[], ["elsewhere"]]
        assert "numbered from 1 again" in new_chains.began_text("elsewhere")
        assert len({clone.store.outbox.batches(project.id)[-1].chain for clone in clones}) == 2
    finally:
        for clone in clones:
            clone.store.close()


def test_a_fork_closes_the_chain_and_what_did_not_arrive_goes_out_again_on_request(
    served: tuple[Team, str], tmp_path: Path
) -> None:
    team, address = served
    with joined(tmp_path / "profile", team, address) as (profile, project):
        profile.seal(project.id)
        profile.sender().send_pending(project)
    shutil.copytree(tmp_path / "profile", tmp_path / "aside")
    again = Profile.opened(tmp_path / "profile")
    again.keys, again.tokens = profile.keys, profile.tokens
    again.seal(project.id)
    again.sender().send_pending(project)
    again.store.close()
    for path in (tmp_path / "aside").iterdir():  # put the older copy back in place, byte over byte
        (tmp_path / "profile" / path.name).write_bytes(path.read_bytes())
    back = Profile.opened(tmp_path / "profile")
    back.keys, back.tokens = profile.keys, profile.tokens
    try:
        back.seal(project.id)
        report = back.sender().send_pending(project)
        assert report.problem is not None and report.problem.code == "fork"
        assert str(report.problem) == (
            "The collector holds other judgements in this place: this profile was copied or restored. What did not"
            " arrive waits here until you send it again."
        )
        assert stopped_text(back.store.outbox.batches(project.id)[-1].reason) == (
            "the collector holds others in its place; this profile was copied or restored"
        )
        assert (report.ended, back.states(project.id)) == ("done", ["delivered", "closed"])
        assert back.store.outbox.send_again(project.id).result() == 1
        assert back.store.outbox.seal(project.id, back.key_for(project.id)).result() is not None
        after = back.sender().send_pending(project)
        assert (after.batches, after.arrived, after.problem) == (1, 1, None)
    finally:
        back.store.close()
