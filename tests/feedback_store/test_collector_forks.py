"""A second batch in the place of one that is stored: what an operator decides about its records."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest
from keys_over_http import fork
from running_collector import Device, Team, address_of, refused, stored
from storages import ask

from feedback_store.batches.body import write_body
from feedback_store.collector import key_ceremony
from feedback_store.collector.opening import open_storage
from feedback_store.errors import NotFoundError, StoreError


def test_the_records_of_a_fork_are_taken_by_rule_11(device: Device, team: Team) -> None:
    known = device.record()
    device.deliver(known)
    taken = device.body(known, device.record(), device.record(project="prj_" + "0" * 32), seq=1, prev="0" * 64)
    assert refused(device.put(taken)) == (409, "fork")
    sha256 = address_of(taken)
    (found,) = (each for each in key_ceremony.list_forks(team.folder, project=team.project) if each.sha256 == sha256)
    assert (found.records, found.resolved) == (3, None)
    done = key_ceremony.resolve(team.folder, sha256[:12], take=True, project=team.project)
    assert (done.stored, done.known, done.refused) == (1, 1, 1)
    assert len(stored(device)) == 2
    with pytest.raises(StoreError, match="taken before"):
        key_ceremony.resolve(team.folder, sha256, take=False, project=team.project)
    assert refused(device.put(device.body())) == (409, "fork"), "the chain stays closed"
    assert refused(device.put(taken)) == (409, "fork"), "its receipt would follow nothing that the device knows"
    assert len(stored(device)) == 2
    second = fork(device, device.record())
    assert key_ceremony.resolve(team.folder, second, take=True, project=team.project).stored == 1


def test_the_records_of_a_fork_are_dropped_with_their_bytes(device: Device, team: Team) -> None:
    device.deliver()
    sha256 = fork(device, device.record())
    done = key_ceremony.resolve(team.folder, sha256, take=False, project=team.project)
    assert (done.stored, len(stored(device))) == (0, 1)
    storage = open_storage(team.folder)
    with storage.reading() as view:
        assert view.fork_lines(team.project, sha256) == [None]
    storage.close()


def test_a_fork_without_its_records_can_only_be_dropped(device: Device, team: Team) -> None:
    device.deliver()
    lines = [device.record()]
    manifest = device.manifest(lines, seq=1, prev="0" * 64)
    body = write_body(device.sign(manifest), [device.record()])
    assert refused(device.put(body)) == (409, "fork")
    with pytest.raises(StoreError, match="Drop it"):
        key_ceremony.resolve(team.folder, address_of(body), take=True, project=team.project)
    key_ceremony.resolve(team.folder, address_of(body), take=False, project=team.project)


def test_a_fork_that_is_not_there_is_told(team: Team) -> None:
    for named in ("", "0" * 64):
        with pytest.raises(NotFoundError, match="collector forks"):
            key_ceremony.resolve(team.folder, named, take=True, project=team.project)


def test_of_two_who_resolve_a_fork_at_once_one_decides_and_all_of_it_is_as_decided(device: Device, team: Team) -> None:
    device.deliver()
    for _ in range(10):
        lines = [device.record() for _ in range(30)]
        sha256 = fork(device, *lines)
        decided = at_once(
            lambda take, sha256=sha256: key_ceremony.resolve(team.folder, sha256, take=take, project=team.project),  # type: ignore[misc]
            (True, False),
        )
        refusals = [each for each in decided if isinstance(each, StoreError)]
        assert [each.code for each in refusals] == ["fork_resolved"], decided
        (done,) = (each for each in decided if isinstance(each, key_ceremony.Resolved))
        there = {row[0] for row in ask(team.folder, "SELECT sha256 FROM record WHERE batch = ?", (sha256,))}
        (said,) = ask(team.folder, "SELECT resolved FROM quarantined WHERE sha256 = ?", (sha256,))
        assert (said[0], len(there)) == (("taken", 30) if done.stored else ("dropped", 0))


def at_once(work: Callable[[bool], object], given: Sequence[bool]) -> list[object]:
    """What each gives or raises, all of them started at the same moment."""
    ready = threading.Barrier(len(given))

    def run(value: bool) -> object:
        ready.wait(120)
        try:
            return work(value)
        except StoreError as error:
            return error

    with ThreadPoolExecutor(len(given)) as threads:
        return list(threads.map(run, given))
