"""The list of records found: every one is a row at once, and is read when it comes into sight."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from made_judgements import candidate, judgement

from desktop.flow import describing
from desktop.qt_models.record_list import PAGE, PAGES_KEPT, RECORD, RecordList
from feedback_store.record_parts import Judgement
from feedback_store.store import SearchQuery, Store, StoredRecord

MANY = PAGE * (PAGES_KEPT + 2) + 7


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    opened = Store.open(tmp_path_factory.mktemp("profile"))
    project = opened.projects.create("Test").result()
    opened.records.save_all([made(opened, project.id, f"Ask {number}") for number in range(MANY)]).result()
    yield opened
    opened.close()


def made(store: Store, project: str, ask: str) -> Judgement:
    return judgement("a>b", candidate("a"), candidate("b"), ask=ask, project=project, trainer=store.trainer)


def stored(model: RecordList, row: int) -> StoredRecord:
    found = model.index(row).data(RECORD)
    assert isinstance(found, StoredRecord)
    return found


def test_every_record_found_is_a_row_and_few_are_held(qapp: object, store: Store) -> None:
    model = RecordList(store, describing.one_line)
    model.show_found(store.search(SearchQuery()))
    assert model.rowCount() == MANY
    assert [stored(model, row).title for row in range(MANY)] == [f"Ask {n}" for n in reversed(range(MANY))]
    assert stored(model, 0).title == f"Ask {MANY - 1}", "a page that was given up is read again"
    assert len(model._pages) == PAGES_KEPT


def test_a_record_has_its_row_wherever_it_stands_and_none_where_it_was_not_found(qapp: object, store: Store) -> None:
    model = RecordList(store, describing.one_line)
    model.show_found(store.search(SearchQuery()))
    ids = {row: stored(model, row).id for row in (0, 1, PAGE - 1, PAGE, MANY - 1)}
    assert [model.row_of(record_id) for record_id in ids.values()] == list(ids)
    model.show_found(store.search(SearchQuery(text="3")))
    assert model.rowCount() == 1 and model.row_of(stored(model, 0).id) == 0
    assert [model.row_of(ids[0]), model.row_of("rec_that_is_nowhere")] == [-1, -1]


def test_rows_stay_where_they_are_while_records_come(qapp: object, store: Store) -> None:
    model = RecordList(store, describing.one_line)
    model.show_found(store.search(SearchQuery()))
    last = stored(model, MANY - 1).id
    project = store.projects.current()
    assert project is not None
    new = store.records.save(made(store, project.id, "Ask more")).result()
    model._pages.clear()
    assert (model.rowCount(), stored(model, MANY - 1).id, model.row_of(new.id)) == (MANY, last, -1)
    store.records.erase(new.id).result()
