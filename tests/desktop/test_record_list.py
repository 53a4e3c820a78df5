"""The list of records found: every one is a row at once, and is read when it comes into sight."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from made_judgements import candidate, judgement
from PySide6.QtCore import QPersistentModelIndex

from desktop.flow import describing
from desktop.qt_models.counted_rows import CountedRows
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


def test_records_of_the_first_page_that_are_there_already_are_not_read_again(
    qapp: object, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = store.search(SearchQuery())
    first = store.at(found[:PAGE])
    model = RecordList(store, describing.one_line)
    model.show_found(found, first)
    read: list[int] = []
    real = Store.at
    monkeypatch.setattr(Store, "at", lambda self, places: (read.extend(places), real(self, places))[1])
    assert [stored(model, row) for row in range(PAGE)] == first and not read
    assert stored(model, PAGE).seq == found[PAGE] and read == list(found[PAGE : 2 * PAGE])
    model.show_found(found[1:], first[:-3])
    assert stored(model, 0).seq == found[1], "a page that is not whole is read"


@pytest.mark.parametrize("counts", [(5, 3, 3, 0, 7, 1), (0, 100_000, 99_000, 100_001, 2)])
def test_whatever_was_counted_before_the_rows_are_counted_anew_and_all_are_others(
    qapp: object, counts: tuple[int, ...]
) -> None:
    model = CountedRows()
    told: list[str] = []
    model.modelAboutToBeReset.connect(lambda: told.append("about"))
    model.modelReset.connect(lambda: told.append("reset"))
    model.rowsInserted.connect(lambda *_rows: told.append("came"))
    model.rowsRemoved.connect(lambda *_rows: told.append("went"))
    for count in counts:
        kept = QPersistentModelIndex(model.index(0))
        model.count_anew(count)
        assert model.rowCount() == count and not kept.isValid()
    assert told == ["about", "reset"] * len(counts)
