"""T12: a profile that was put back starts a new chain by itself, also where its file looks like the one before."""

from __future__ import annotations

import shutil
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from made_judgements import judgement

from feedback_store import backups
from feedback_store.batches.keys import DeviceKey
from feedback_store.batches.seal import SealedBatch
from feedback_store.database import FILE
from feedback_store.store import Store
from feedback_store.witness import Seen, Witness

KEY = DeviceKey.generate()


@pytest.fixture
def sealed(tmp_path: Path) -> Path:
    return tmp_path / "state" / "preceptor-sealed"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "profile"


@pytest.fixture(autouse=True)
def _the_old_inode(monkeypatch: pytest.MonkeyPatch) -> None:
    """The file system gives every new file the inode of the one that was removed; here that is certain."""
    monkeypatch.setattr("feedback_store.store.place_of", lambda database: str(database.resolve()))


def seal(folder: Path, sealed: Path | None, count: int = 1) -> list[SealedBatch]:
    """Open the profile, seal so many batches, close it."""
    store = Store.open(folder, sealed=sealed)
    try:
        project = store.projects.current() or store.projects.create("Test").result()
        store.projects.use(project.id).result()
        found = []
        for _ in range(count):
            made = judgement("a>b", project=project.id, trainer=store.trainer)
            store.outbox.release([store.records.save(made).result().id]).result()
            batch = store.outbox.seal(project.id, KEY).result()
            assert batch is not None
            found.append(batch)
        return found
    finally:
        store.close()


def reasons(folder: Path) -> list[str]:
    store = Store.open(folder, readonly=True)
    try:
        project = store.projects.list()[0]
        return [row.reason for row in store.outbox.batches(project.id)]
    finally:
        store.close()


def remove_and_copy(kept: Path, folder: Path) -> None:
    (folder / FILE).unlink()
    shutil.copyfile(kept / FILE, folder / FILE)


def write_in_place(kept: Path, folder: Path) -> None:
    before = (folder / FILE).stat().st_ino
    (folder / FILE).write_bytes((kept / FILE).read_bytes())
    assert (folder / FILE).stat().st_ino == before


def whole_folder(kept: Path, folder: Path) -> None:
    shutil.rmtree(folder)
    shutil.copytree(kept, folder)


@pytest.mark.parametrize("put_back", [remove_and_copy, write_in_place, whole_folder])
def test_a_copy_put_back_in_the_same_place_starts_a_new_chain(
    folder: Path, sealed: Path, tmp_path: Path, put_back: Callable[[Path, Path], None]
) -> None:
    first = seal(folder, sealed, 2)
    shutil.copytree(folder, tmp_path / "kept")
    lost = seal(folder, sealed)
    assert {batch.chain for batch in (*first, *lost)} == {first[0].chain}
    put_back(tmp_path / "kept", folder)
    second = seal(folder, sealed, 2)
    assert [batch.seq for batch in second] == [1, 2]
    assert second[0].chain == second[1].chain != first[0].chain
    assert reasons(folder) == ["put back", "put back", "", ""], "the reason that the outbox says in a sentence"


def test_without_the_memory_beside_it_such_a_copy_goes_on_in_its_chain_which_the_collector_then_refuses(
    folder: Path, sealed: Path, tmp_path: Path
) -> None:
    """What was true before, and is where nothing is remembered: nobody is kept from sealing."""
    (first,) = seal(folder, sealed)
    shutil.copytree(folder, tmp_path / "kept")
    (lost,) = seal(folder, sealed)
    shutil.rmtree(sealed)
    whole_folder(tmp_path / "kept", folder)
    (second,) = seal(folder, sealed)
    assert (second.chain, second.seq) == (lost.chain, lost.seq) == (first.chain, 2)


def test_a_copy_in_which_nothing_was_sealed_since_goes_on(folder: Path, sealed: Path, tmp_path: Path) -> None:
    (first,) = seal(folder, sealed)
    shutil.copytree(folder, tmp_path / "kept")
    whole_folder(tmp_path / "kept", folder)
    (second,) = seal(folder, sealed)
    assert (second.chain, second.seq) == (first.chain, 2)


def test_a_copy_that_went_on_as_far_by_itself_is_told_from_the_original(
    folder: Path, sealed: Path, tmp_path: Path
) -> None:
    """As many batches, and others: a number alone would not show it."""
    (first,) = seal(folder, sealed)
    shutil.copytree(folder, tmp_path / "kept")
    seal(folder, sealed)
    whole_folder(tmp_path / "kept", folder)
    (other,) = seal(folder, None)
    assert (other.chain, other.seq) == (first.chain, 2)
    (new,) = seal(folder, sealed)
    assert new.chain != first.chain and new.seq == 1


def test_our_own_restore_starts_one_new_chain_and_no_more(folder: Path, sealed: Path) -> None:
    seal(folder, sealed)
    kept = backups.make(folder / FILE)
    (lost,) = seal(folder, sealed)
    backups.restore(folder / FILE, kept.name)
    second = seal(folder, sealed, 2)
    assert [batch.seq for batch in second] == [1, 2] and second[0].chain != lost.chain
    backups.restore(folder / FILE, kept.name)
    assert seal(folder, sealed)[0].chain not in {lost.chain, second[0].chain}


def test_two_clones_of_one_profile_remember_beside_each_other(folder: Path, sealed: Path, tmp_path: Path) -> None:
    (first,) = seal(folder, sealed)
    shutil.copytree(folder, tmp_path / "clone")
    chains = {folder: first.chain}
    for _round in range(3):
        for each in (tmp_path / "clone", folder):
            (batch,) = seal(each, sealed)
            assert chains.setdefault(each, batch.chain) == batch.chain, "each goes on in its own"
    assert len(set(chains.values())) == 2


@pytest.mark.parametrize("broken", [b"", b"x", b"0 " + b"a" * 64 + b"\n", b"2 " + b"a" * 63 + b"\n", b"\xff" * 4096])
def test_a_memory_that_cannot_be_read_keeps_nobody_from_sealing(folder: Path, sealed: Path, broken: bytes) -> None:
    (first,) = seal(folder, sealed)
    (sealed / first.chain).write_bytes(broken)
    (second,) = seal(folder, sealed)
    assert (second.chain, second.seq) == (first.chain, 2)
    assert Witness(sealed).seen(first.chain) == Seen(2, second.payload_sha256), "it is written anew"


def test_a_place_that_cannot_be_written_keeps_nobody_from_sealing(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    batches = seal(folder, tmp_path / "file" / "sealed", 2)
    assert [batch.seq for batch in batches] == [1, 2]


def test_a_folder_in_the_place_of_the_line_keeps_nobody_from_sealing(folder: Path, sealed: Path) -> None:
    (first,) = seal(folder, sealed)
    (sealed / first.chain).unlink()
    (sealed / first.chain).mkdir()
    assert seal(folder, sealed)[0].seq == 2


def test_a_crash_between_the_commit_and_the_memory_goes_on_in_the_chain(
    folder: Path, sealed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (first,) = seal(folder, sealed)
    with monkeypatch.context() as patch:
        patch.setattr(Witness, "note", lambda *_: None)
        (second,) = seal(folder, sealed)
    assert Witness(sealed).seen(first.chain) == Seen(1, first.payload_sha256)
    Store.open(folder, sealed=sealed).close()
    assert Witness(sealed).seen(first.chain) == Seen(2, second.payload_sha256), "it learns it before anything is sent"
    assert seal(folder, sealed)[0].seq == 3


def test_what_was_sealed_is_remembered_before_the_seal_is_told(folder: Path, sealed: Path) -> None:
    store = Store.open(folder, sealed=sealed)
    project = store.projects.create("Test").result()
    heard: list[Seen | None] = []

    def listen(_change: object) -> None:
        heard.extend(Witness(sealed).seen(row.chain) for row in store.outbox.batches(project.id))

    store.outbox.release(
        [store.records.save(judgement("a>b", project=project.id, trainer=store.trainer)).result().id]
    ).result()
    store.on_change(listen)
    batch = store.outbox.seal(project.id, KEY).result()
    store.close()
    assert batch is not None
    assert heard and set(heard) == {Seen(1, batch.payload_sha256)}


def test_a_chain_with_a_name_that_is_none_reaches_no_file(tmp_path: Path) -> None:
    """A database that came from somebody may hold any name."""
    witness = Witness(tmp_path / "sealed")
    for name in ("../outside", "/etc/passwd", "a" * 31, "A" * 32, ""):
        witness.note(name, 1, "a" * 64)
        assert witness.seen(name) is None
    assert list(tmp_path.iterdir()) == []


def test_the_memory_is_for_its_owner_alone_and_says_only_numbers(folder: Path, sealed: Path) -> None:
    (batch,) = seal(folder, sealed)
    assert [path.name for path in sealed.iterdir()] == [batch.chain]
    assert (sealed / batch.chain).read_text() == f"1 {batch.payload_sha256}\n"
    assert stat.S_IMODE((sealed / batch.chain).stat().st_mode) == 0o600
    assert stat.S_IMODE(sealed.stat().st_mode) == 0o700


def test_a_key_that_was_replaced_leaves_its_chain_to_its_memory(folder: Path, sealed: Path) -> None:
    (first,) = seal(folder, sealed)
    store = Store.open(folder, sealed=sealed)
    project = store.projects.list()[0].id
    other = DeviceKey.generate()
    store.outbox.release(
        [store.records.save(judgement("a>b", project=project, trainer=store.trainer)).result().id]
    ).result()
    batch = store.outbox.seal(project, other).result()
    store.close()
    assert batch is not None and batch.chain != first.chain
    assert {path.name for path in sealed.iterdir()} == {first.chain, batch.chain}
