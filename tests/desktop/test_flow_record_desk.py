"""Many judgements changed at once from their room, and taken back: all or none, each by a next revision."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from made_judgements import judgement

from desktop.flow.record_desk import RecordDesk
from feedback_store.errors import NotFoundError
from feedback_store.record_parts import Judgement
from feedback_store.store import Change, Store, StoredRecord


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(tmp_path / "profile")
    opened.projects.create("Test").result()
    yield opened
    opened.close()


@pytest.fixture
def desk(store: Store) -> RecordDesk:
    return RecordDesk(store, store.app)


def saved(store: Store, count: int) -> tuple[str, ...]:
    project = store.projects.current()
    assert project is not None
    some = [judgement("a>b", project=project.id, trainer=store.trainer) for _each in range(count)]
    return tuple(each.id for each in store.records.save_all(some).result())


def newest(store: Store, record_id: str) -> StoredRecord:
    found = store.records.newest(record_id)
    assert found is not None
    return found


def tags(store: Store, record_id: str) -> tuple[str, ...]:
    record = newest(store, record_id).record
    assert isinstance(record, Judgement)
    return record.prompt.tags or ()


def test_many_are_withdrawn_in_one_step_and_stand_again_as_they_were(store: Store, desk: RecordDesk) -> None:
    ids = saved(store, 3)
    before = [newest(store, each).record for each in ids]
    news: list[Change] = []
    store.on_change(news.append)
    assert desk.withdraw(ids) == "3 judgements were withdrawn."
    assert [each for each in news if each.kind == "records"] == [Change("records", ids)], "all in one word"
    assert {newest(store, each).kind for each in ids} == {"withdrawal"}
    assert desk.undo() == "3 judgements were withdrawn."
    for each, was in zip(ids, before, strict=True):
        now = newest(store, each).record
        assert isinstance(now, Judgement) and isinstance(was, Judgement)
        assert now.rev == 3 and (now.verdicts, now.candidates, now.prompt) == (was.verdicts, was.candidates, was.prompt)
    assert desk.undo() == ""


def test_one_that_cannot_be_withdrawn_leaves_all_as_they_were(store: Store, desk: RecordDesk) -> None:
    ids = saved(store, 3)
    store.records.withdraw(ids[2], "mistake").result()
    with pytest.raises(NotFoundError, match="withdrawn already"):
        desk.withdraw(ids)
    assert [newest(store, each).kind for each in ids] == ["judgement", "judgement", "withdrawal"]
    assert not desk.can_undo


def test_tags_of_many_change_in_one_step_and_come_back_one_by_one_as_they_were(store: Store, desk: RecordDesk) -> None:
    ids = saved(store, 3)
    desk.tag(ids[:1], ("old",), ())
    assert desk.tag(ids, ("new",), ("old",)) == "3 judgements have other tags now."
    assert [tags(store, each) for each in ids] == [("new",)] * 3
    assert desk.tags_of(ids) == ("new",)
    desk.undo()
    assert [tags(store, each) for each in ids] == [("old",), (), ()]
    assert desk.tag(ids[:1], ("old",), ()) == "0 judgements have other tags now.", "nothing new, so no revision"
    assert newest(store, ids[0]).rev == 4


def test_what_was_held_back_by_hand_is_held_again(store: Store, desk: RecordDesk) -> None:
    (one,) = saved(store, 1)
    store.outbox.hold((one,)).result()
    desk.withdraw((one,))
    assert desk.reinstate((one,)) == "1 judgement stands again."
    assert newest(store, one).way == "held"


def test_what_stands_or_is_erased_cannot_stand_again(store: Store, desk: RecordDesk) -> None:
    standing, gone = saved(store, 2)
    with pytest.raises(NotFoundError, match="not withdrawn"):
        desk.reinstate((standing,))
    desk.withdraw((gone,))
    store.records.erase(gone).result()
    with pytest.raises(NotFoundError, match="no judgement"):
        desk.reinstate((gone,))


def test_an_undo_that_fails_can_be_tried_again(store: Store, desk: RecordDesk) -> None:
    (one,) = saved(store, 1)
    desk.withdraw((one,))
    store.records.reinstate_all((one,)).result()
    with pytest.raises(NotFoundError):
        desk.undo()
    assert desk.can_undo
