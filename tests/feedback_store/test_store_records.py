"""The store: records are only added, drafts go with them, news are told, and every refusal leaves all as it was."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from made_judgements import candidate, judgement

from feedback_store import canonical, records, rubrics
from feedback_store.errors import EnvironmentTrouble, NotFoundError, RecordError, RubricError
from feedback_store.record_parts import App, Judgement, Withdrawal
from feedback_store.store import Change, Project, Store, StoredRecord, Terms

ROOT = Path(__file__).resolve().parents[2]
APP = App("preceptor", "test")
replace = msgspec.structs.replace


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(tmp_path / "profile", app=APP)
    opened.projects.create("First").result()
    yield opened
    opened.close()


def project(store: Store) -> Project:
    found = store.projects.current()
    assert found is not None
    return found


def made(store: Store, said: str = "a>b", **changes: Any) -> Judgement:
    fields = {"project": project(store).id, "trainer": store.trainer, **changes}
    return judgement(said, **fields)


def next_revision(stored: StoredRecord, **changes: Any) -> Judgement:
    record = stored.record
    assert isinstance(record, Judgement)
    return replace(record, rev=stored.rev + 1, supersedes=stored.sha256, nonce=records.new_nonce(), **changes)


# Saving


def test_a_saved_record_is_stored_byte_for_byte(store: Store) -> None:
    record = made(store)
    stored = store.records.save(record).result()
    assert stored.data == records.encode(record)
    assert stored.sha256 == canonical.record_hash(stored.data)
    assert stored.record == record
    assert (stored.state, stored.title, stored.rev) == ("saved", "Why?", 1)
    assert store.records.newest(record.id) == store.records.by_hash(stored.sha256) == stored


def test_saving_drops_the_draft_in_the_same_transaction(store: Store) -> None:
    store.drafts.save("bench", b"half").result()
    wrong = replace(made(store), rev=2, supersedes="0" * 64)
    with pytest.raises(RecordError):
        store.records.save(wrong, draft="bench").result()
    assert [kept.data for kept in store.drafts.list()] == [b"half"]
    store.records.save(made(store), draft="bench").result()
    assert store.drafts.list() == []


def test_a_record_over_a_mebibyte_is_refused_in_words(store: Store) -> None:
    with pytest.raises(RecordError) as refused:
        store.records.save(made(store, justification="x" * 1_100_000))
    assert refused.value.code == "record_too_large"
    assert "Shorten an answer" in str(refused.value)


def test_a_revision_follows_the_newest_one(store: Store) -> None:
    first = store.records.save(made(store)).result()
    second = store.records.save(next_revision(first, justification="On reflection.")).result()
    assert [stored.rev for stored in store.records.history(first.id)] == [1, 2]
    assert store.records.newest(first.id) == second
    assert store.records.count(project(store).id) == 1


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"rev": 3}, "$.rev"),
        ({"rev": 1, "supersedes": None}, "$.rev"),
        ({"supersedes": "0" * 64}, "$.supersedes"),
        ({"project": records.new_project_id()}, "$.project"),
        ({"trainer": records.new_trainer_id()}, "$.project"),
    ],
)
def test_a_revision_that_does_not_follow_is_refused_by_its_path(
    store: Store, changes: dict[str, Any], path: str
) -> None:
    first = store.records.save(made(store)).result()
    with pytest.raises(RecordError) as refused:
        store.records.save(replace(next_revision(first), **changes)).result()
    assert refused.value.values["path"] == path
    assert store.records.history(first.id) == [first]


def test_the_same_revision_cannot_be_saved_twice_at_once(store: Store) -> None:
    first = store.records.save(made(store)).result()
    two = [store.records.save(next_revision(first, confidence=n)) for n in (1, 2)]
    assert [future.exception() is None for future in two] == [True, False]


def test_own_records_begin_with_revision_one_and_others_need_not(store: Store) -> None:
    late = {"rev": 4, "supersedes": "1" * 64}
    with pytest.raises(RecordError):
        store.records.save(made(store, **late)).result()
    foreign = made(store, trainer=records.new_trainer_id(), **late)
    stored = store.records.save(foreign).result()
    assert store.records.save(replace(next_revision(stored), rev=7)).result().rev == 7
    with pytest.raises(RecordError):
        store.records.save(replace(next_revision(stored), rev=6)).result()


# Many at once


def test_all_or_nothing_is_stored_and_the_refused_one_is_named(store: Store) -> None:
    good, bad = made(store), made(store, rev=2, supersedes="0" * 64)
    with pytest.raises(RecordError) as refused:
        store.records.save_all([good, bad]).result()
    assert refused.value.values["position"] == 1
    assert store.records.newest(good.id) is None
    with pytest.raises(RecordError) as refused:
        store.records.save_all([good, good, made(store, justification="x" * 1_100_000)])
    assert refused.value.values["position"] == 2


def test_a_line_imported_before_is_known_in_its_project_and_for_its_trainer(store: Store) -> None:
    first, again = made(store), made(store)
    assert [s.id for s in store.records.save_all([first], import_keys=["k1"]).result()] == [first.id]
    assert store.records.save_all([again, again], import_keys=["k1", "k1"]).result() == []
    other = made(store, trainer=records.new_trainer_id())
    assert len(store.records.save_all([other], import_keys=["k1"]).result()) == 1


# Withdrawing


def test_a_withdrawal_is_the_next_revision_and_a_judgement_brings_it_back(store: Store) -> None:
    first = store.records.save(made(store)).result()
    gone = store.records.withdraw(first.id, "mistake").result()
    assert gone.record == Withdrawal(
        v=1,
        id=first.id,
        rev=2,
        supersedes=first.sha256,
        nonce=gone.record.nonce,
        created_at=gone.created_at,
        project=first.project,
        trainer=first.trainer,
        app=APP,
        reason="mistake",
    )
    assert gone.state == "withdrawn" and gone.title == first.title
    assert store.records.count(first.project) == 0
    back = replace(next_revision(first), rev=3, supersedes=gone.sha256)
    assert store.records.save(back).result().state == "saved"
    assert store.records.count(first.project) == 1


def test_what_is_not_there_or_withdrawn_cannot_be_withdrawn(store: Store) -> None:
    with pytest.raises(NotFoundError) as refused:
        store.records.withdraw(records.new_id(), "other").result()
    assert refused.value.code == "no_record"
    first = store.records.save(made(store)).result()
    store.records.withdraw(first.id, "other").result()
    with pytest.raises(NotFoundError) as refused:
        store.records.withdraw(first.id, "other").result()
    assert refused.value.code == "already_withdrawn"


# Reading


def test_the_newest_revisions_are_read_in_order_even_while_the_program_saves(store: Store) -> None:
    saved = store.records.save_all([made(store) for _ in range(450)]).result()
    read: list[StoredRecord] = []
    for stored in store.records.iter_newest(project(store).id):
        if not read:
            store.records.save(next_revision(saved[400])).result()
        read.append(stored)
    assert read == saved


def test_withdrawn_and_private_records_are_read_only_when_asked_for(store: Store) -> None:
    plain, private, gone = (store.records.save(made(store, **c)).result() for c in ({}, {"private": True}, {}))
    withdrawal = store.records.withdraw(gone.id, "duplicate").result()
    here = project(store).id
    assert list(store.records.iter_newest(here)) == [plain, private]
    assert list(store.records.iter_newest(here, include_private=False)) == [plain]
    assert list(store.records.iter_newest(here, include_withdrawn=True)) == [plain, private, withdrawal]


# Drafts, settings, projects, news


def test_drafts_are_listed_last_kept_first(store: Store) -> None:
    for key in ("one", "two", "one"):
        store.drafts.save(key, key.encode())
    store.drafts.delete("none").result()
    assert [kept.key for kept in store.drafts.list()] == ["one", "two"]
    kept = store.drafts.get("two")
    assert kept is not None and kept.data == b"two" and store.drafts.get("three") is None


def test_settings_keep_what_json_keeps(store: Store) -> None:
    assert store.settings.get("window", [0]) == [0]
    store.settings.set("window", {"size": [1280, 800], "split": 0.5}).result()
    store.settings.set("window", {"size": [1024, 640], "open": None}).result()
    assert store.settings.get("window") == {"size": [1024, 640], "open": None}


def test_projects_keep_their_rubric_terms_and_collector(store: Store) -> None:
    own = replace(rubrics.load("arena"), id="mine", version=3)
    terms = Terms("t", 2, "1" * 64, "CC-BY-4.0", "All of it.")
    second = store.projects.create("Second", rubric=own, terms=terms).result()
    assert second.rubric_body == own and second.rubric.sha256 == own.sha256
    assert store.projects.get(second.id) == second
    assert [p.name for p in store.projects.list()] == ["First", "Second"]
    assert project(store).name == "First" and project(store).rubric.id == "helpsteer2"
    store.projects.use(second.id).result()
    assert project(store) == second
    changed = replace(second, name="Renamed", train_on_foreign=True)
    store.projects.update(changed).result()
    assert project(store) == changed == store.projects.find("Renamed") == store.projects.find(second.id)


def test_projects_that_are_not_there_are_said_with_those_that_are(store: Store) -> None:
    with pytest.raises(NotFoundError, match="'First'"):
        store.projects.find("Third")
    store.projects.create("First").result()
    with pytest.raises(NotFoundError, match="by its id"):
        store.projects.find("First")
    with pytest.raises(NotFoundError):
        store.projects.use("prj_" + "0" * 32).result()
    with pytest.raises(NotFoundError):
        store.projects.update(replace(project(store), id=records.new_project_id())).result()
    with pytest.raises(RubricError):
        store.projects.create("Bad", rubric=("helpsteer2", 99))


def test_listeners_hear_what_was_committed_until_they_stop(store: Store) -> None:
    heard: list[Change] = []
    stop = store.on_change(heard.append)
    record = made(store)
    store.records.save(record, draft="d").result()
    store.settings.set("x", 1).result()
    assert heard == [Change("records", (record.id,)), Change("drafts", ("d",)), Change("settings", ("x",))]
    with pytest.raises(RecordError):
        store.records.save(record).result()
    stop()
    store.settings.set("x", 2).result()
    assert len(heard) == 3


def test_a_listener_that_fails_keeps_nobody_from_hearing(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    heard: list[Change] = []

    def fail(_: Change) -> None:
        raise ZeroDivisionError

    store.on_change(fail)
    store.on_change(heard.append)
    store.settings.set("x", 1).result()
    assert heard == [Change("settings", ("x",))] and "listener failed" in caplog.text


# Opening


def test_a_profile_keeps_its_trainer_and_a_reader_sees_it(tmp_path: Path) -> None:
    first = Store.open(tmp_path)
    trainer = first.trainer
    reader = Store.open(tmp_path, readonly=True)
    assert reader.trainer == trainer and reader.readonly and reader.app.name == "preceptor"
    with pytest.raises(EnvironmentTrouble):
        reader.settings.set("x", 1)
    first.close()
    reader.close()
    again = Store.open(tmp_path)
    assert again.trainer == trainer
    again.close()


def test_a_current_profile_opens_without_importing_sqlite_utils(tmp_path: Path) -> None:
    Store.open(tmp_path).close()
    program = (
        "import sys; from pathlib import Path; from feedback_store.store import Store\n"
        "Store.open(Path(sys.argv[1])).close(); print('sqlite_utils' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout == "False\n"


def test_what_a_model_wrote_is_stored_as_it_is(store: Store) -> None:
    text = "\u0000 e\u0301 \U0001f600 \u202e\r\n\t<b>'\"; DROP TABLE record;--"
    stored = store.records.save(
        judgement("a>b", candidate("a", text), candidate("b"), project=project(store).id, trainer=store.trainer)
    ).result()
    record = store.records.history(stored.id)[0].record
    assert isinstance(record, Judgement) and record.candidates[0].text == text
