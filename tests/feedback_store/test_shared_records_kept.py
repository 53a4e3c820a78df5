"""A colleague's records beside what is here: known is only what is the same, and nothing takes another's place."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from made_judgements import PROJECT, judgement

from feedback_store import canonical, records
from feedback_store.errors import RecordError
from feedback_store.record_parts import App, Judgement
from feedback_store.store import Store

APP = App("preceptor", "test")
IDS = [records.new_id() for _ in range(2)]
TRAINERS = ["trn_" + letter * 32 for letter in "78"]
PROJECTS = [PROJECT, "prj_" + "9" * 32]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(tmp_path / "profile", app=APP)
    yield opened
    opened.close()


def of(rev: int = 1, words: str = "Why?", **changes: Any) -> Judgement:
    """The same arguments give the same bytes."""
    fields = {"id": IDS[0], "trainer": TRAINERS[0], "nonce": "A" * 22, **changes}
    return msgspec.structs.replace(
        judgement("a>b", ask=words, rev=rev, **fields, **({"supersedes": "a" * 64} if rev > 1 else {})),
        comparison=msgspec.structs.replace(judgement().comparison, id=IDS[1]),
        prompt=msgspec.structs.replace(judgement(ask=words).prompt, id=IDS[1]),
    )


@pytest.mark.parametrize("wrong", [{"words": "Why not?"}, {"trainer": TRAINERS[1]}, {"project": PROJECTS[1]}])
def test_a_record_of_another_trainer_project_or_text_is_not_called_known(store: Store, wrong: dict[str, Any]) -> None:
    assert len(store.records.save_shared([of()]).result()) == 1
    assert store.records.save_shared([of()]).result() == []
    with pytest.raises(RecordError, match=f"The judgement {IDS[0]} is here") as told:
        store.records.save_shared([of(id=IDS[1]), of(**wrong)]).result()
    assert told.value.code == ("shared_differs" if "words" in wrong else "shared_owner")
    assert "Nothing was taken" in str(told.value) and store.records.newest(IDS[1]) is None


def test_an_erased_record_is_known_by_its_hash_and_an_earlier_revision_by_a_later_one(store: Store) -> None:
    store.records.save_shared([of(), of(3)]).result()
    store.records.erase(IDS[0]).result()
    assert store.records.save_shared([of(), of(2), of(3)]).result() == []
    with pytest.raises(RecordError, match="in another version 3 than in the file"):
        store.records.save_shared([of(3, "Why not?")]).result()


def test_what_is_ones_own_is_not_known_as_a_colleagues(store: Store) -> None:
    project = store.projects.create("First").result()
    own = store.records.save(judgement("a>b", project=project.id, trainer=store.trainer)).result()
    with pytest.raises(RecordError, match="as another trainer's"):
        store.records.save_shared([of(id=own.id, project=project.id)]).result()


SHARED = st.builds(
    of,
    rev=st.integers(1, 3),
    words=st.sampled_from(["Why?", "Why not?"]),
    id=st.sampled_from(IDS),
    trainer=st.sampled_from(TRAINERS),
    project=st.sampled_from(PROJECTS),
)
SAME_OWNER = st.builds(of, rev=st.integers(1, 4), words=st.sampled_from(["Why?", "Why not?"]), id=st.sampled_from(IDS))
FILES = st.lists(st.lists(st.one_of(SAME_OWNER, SHARED), min_size=1, max_size=3), max_size=5)


@settings(max_examples=40, deadline=None)
@example(files=[[of()], [of(words="Why not?")]])
@example(files=[[of(2)], [of(trainer=TRAINERS[1])]])
@example(files=[[of(), of(words="Why not?")]])
@given(files=FILES)
def test_each_record_of_a_file_that_is_taken_is_here_or_a_later_one_of_its_own_is(files: list[list[Judgement]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = Store.open(Path(folder), app=APP)
        try:
            for file in files:
                before = [store.records.history(each) for each in IDS]
                try:
                    store.records.save_shared(file).result()
                except RecordError as error:
                    assert str(error.values["id"]) in str(error)
                    assert [store.records.history(each) for each in IDS] == before
                    continue
                for each in file:
                    here = store.records.by_hash(canonical.record_hash(records.encode(each)))
                    history = store.records.history(each.id)
                    assert here is not None or all(known.rev != each.rev for known in history)
                    assert history[-1].rev >= each.rev
                    assert {(known.project, known.trainer) for known in history} == {(each.project, each.trainer)}
        finally:
            store.close()
