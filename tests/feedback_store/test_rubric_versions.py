"""Versions of a rubric: never changed, numbered by their words, at hand for good by their hash."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from feedback_store import migrations, rubrics
from feedback_store.errors import RubricError, StoreError
from feedback_store.project_table import CollectorAddress
from feedback_store.records import App
from feedback_store.rubrics import Rubric
from feedback_store.store import Store

replace = msgspec.structs.replace
APP = App("preceptor", "test")
MINE = replace(rubrics.load("arena"), id="mine", name="Mine")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(tmp_path, app=APP)
    yield opened
    opened.close()


def named(rubric: Rubric, name: str) -> Rubric:
    return replace(rubric, name=name)


def test_other_words_under_an_id_are_its_next_version_and_the_earlier_one_stays_as_it_was(store: Store) -> None:
    project = store.projects.create("P", rubric=MINE).result()
    after = store.projects.set_rubric(project, named(MINE, "Mine, better")).result()
    assert (after.rubric.id, after.rubric.version) == ("mine", 2)
    assert after.rubric_body == replace(MINE, name="Mine, better", version=2)
    assert store.rubrics.find(project.rubric.sha256) == MINE
    assert [each.version for each in store.rubrics.versions("mine")] == [1, 2]
    assert store.projects.get(project.id) == after


def test_the_words_of_an_earlier_version_are_that_version_again(store: Store) -> None:
    project = store.projects.create("P", rubric=MINE).result()
    second = store.projects.set_rubric(project, named(MINE, "Other")).result()
    back = store.projects.set_rubric(second, MINE).result()
    assert back.rubric == project.rubric
    again = store.projects.set_rubric(back, replace(MINE, name="Other", version=1)).result()
    assert again.rubric == second.rubric


def test_two_projects_never_have_two_rubrics_under_one_id_and_number(store: Store) -> None:
    store.projects.create("One", rubric=MINE).result()
    other = store.projects.create("Two", rubric=named(MINE, "Another's")).result()
    assert other.rubric.version == 2
    far = store.projects.create("Three", rubric=replace(MINE, name="From a colleague", version=7)).result()
    assert far.rubric.version == 7
    assert store.projects.set_rubric(far, named(MINE, "Next")).result().rubric.version == 8


def test_a_preset_can_be_judged_by_and_is_kept_as_the_programs_file(store: Store) -> None:
    project = store.projects.create("P", rubric=MINE).result()
    preset = store.projects.set_rubric(project, rubrics.load("safe_rlhf")).result()
    assert preset.rubric_body is None and preset.rubric.id == "safe_rlhf"
    assert store.rubrics.all() == [MINE]


def test_a_changed_preset_does_not_pass_for_the_published_one(store: Store) -> None:
    changed = named(rubrics.load("helpsteer2"), "HelpSteer2, nearly")
    project = store.projects.create("P").result()
    for refused in (
        lambda: store.projects.create("Q", rubric=changed),
        lambda: store.projects.set_rubric(project, changed),
        lambda: rubrics.check_own(changed),
    ):
        with pytest.raises(RubricError, match="helpsteer2 is the shipped rubric") as error:
            refused()
        assert error.value.values["path"] == "$.id"
    assert store.projects.get(project.id) == project


def test_a_broken_rubric_is_refused_before_anything_is_written(store: Store) -> None:
    project = store.projects.create("P", rubric=MINE).result()
    with pytest.raises(RubricError, match="stands where a text"):
        store.projects.set_rubric(project, named(MINE, ""))
    assert store.rubrics.all() == [MINE]


def test_a_teams_project_keeps_the_rubric_of_its_collector(store: Store) -> None:
    project = store.projects.create("P", rubric=MINE).result()
    joined = replace(project, collector=CollectorAddress("https://example.org", "k"))
    with pytest.raises(StoreError, match="comes from its collector"):
        store.projects.set_rubric(joined, named(MINE, "Mine, not theirs"))


def test_what_a_collector_says_anew_does_not_displace_what_was_judged_by(store: Store) -> None:
    project = store.projects.create("P", rubric=MINE).result()
    theirs = replace(MINE, name="Theirs", version=2)
    named_by = replace(project.rubric, version=2, sha256=theirs.sha256)
    store.projects.add(replace(project, rubric=named_by, rubric_body=theirs)).result()
    assert store.rubrics.find(project.rubric.sha256) == MINE and store.rubrics.find(theirs.sha256) == theirs


def test_rubrics_of_projects_from_before_versions_were_kept_are_kept_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = [step.__name__ for step in migrations._STEPS].index("m004_rubrics")
    with monkeypatch.context() as patch:
        patch.setattr(migrations, "_STEPS", migrations._STEPS[:before])
        patch.setattr(migrations, "VERSION", before)
        patch.setattr("feedback_store.rubric_table.keep", lambda _connection, _rubric: None)
        store = Store.open(tmp_path, app=APP)
        project = store.projects.create("P", rubric=MINE).result()
        store.projects.create("Preset").result()
        store.close()
        older = Store.open(tmp_path, app=APP, readonly=True)
        assert older.rubrics.find(project.rubric.sha256) is None and older.rubrics.all() == []
        older.close()
    store = Store.open(tmp_path, app=APP)
    assert store.rubrics.all() == [MINE]
    assert store.rubrics.find(project.rubric.sha256) == MINE
    store.close()


def test_a_rubric_as_a_file_reads_as_itself_and_no_more_of_a_file_is_read_than_a_rubric_may_have(
    tmp_path: Path,
) -> None:
    file = tmp_path / "mine.json"
    file.write_bytes(rubrics.file_of(MINE))
    assert rubrics.read(file) == MINE and file.read_text(encoding="utf-8").startswith('{\n  "id": "mine"')
    file.write_bytes(b"\xef\xbb\xbf" + rubrics.file_of(MINE))
    assert rubrics.read(file) == MINE
    file.write_bytes(b" " * (rubrics.MAX_BYTES + 50))
    with pytest.raises(RubricError, match="at most"):
        rubrics.read(file)
