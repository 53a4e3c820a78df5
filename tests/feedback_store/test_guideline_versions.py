"""Versions of a guideline: never changed, at hand for good by their hash, whoever wrote the project anew."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from joined_profile import Profile
from made_judgements import judgement
from running_collector import Team, running

from feedback_store import backups, canonical, migrations
from feedback_store.database import FILE
from feedback_store.errors import StoreError
from feedback_store.guideline_table import MAX_GUIDELINE, Guideline, KeptGuideline
from feedback_store.project_table import CollectorAddress, Project
from feedback_store.records import App
from feedback_store.store import Store

replace = msgspec.structs.replace
APP = App("preceptor", "test")
FIRST, SECOND, THIRD = "# Judge\n\nTruth first.", "# Judge\n\nTruth first, then length.", "# Judge"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(tmp_path, app=APP)
    yield opened
    opened.close()


def guided(store: Store, *texts: str) -> Project:
    """A project of one's own that had these guidelines, one after the other."""
    project = store.projects.create("P").result()
    for text in texts:
        project = store.projects.set_guideline(project, text).result()
    return project


def theirs(text: str, version: int) -> Guideline:
    return Guideline("house", version, canonical.sha256_hex(text.encode()), text)


def words(found: list[KeptGuideline]) -> list[tuple[int, str]]:
    return [(each.guideline.version, each.guideline.text) for each in found]


def test_every_version_stays_readable_by_its_hash_with_the_time_since_when(store: Store) -> None:
    project = guided(store, FIRST, SECOND)
    found = store.guidelines.versions(project.id)
    assert words(found) == [(1, FIRST), (2, SECOND)]
    assert all(each.since and each.source == "" for each in found)
    assert store.guidelines.find(canonical.sha256_hex(FIRST.encode())) == found[0]
    assert store.guidelines.find("0" * 64) is None
    assert project.guideline == found[1].guideline


def test_the_same_text_again_is_no_version_and_an_earlier_text_is_the_next_one(store: Store) -> None:
    project = guided(store, FIRST, FIRST, SECOND, FIRST)
    assert words(store.guidelines.versions(project.id)) == [(1, FIRST), (2, SECOND), (3, FIRST)]


def test_a_version_is_numbered_by_what_is_kept_not_by_what_the_caller_still_holds(store: Store) -> None:
    before = store.projects.create("P").result()
    store.projects.set_guideline(before, FIRST).result()
    store.projects.rename(before.id, "Named anew").result()
    after = store.projects.set_guideline(before, SECOND).result()
    assert (after.name, after.guideline and after.guideline.version) == ("Named anew", 2)


def test_a_new_name_leaves_the_guideline_as_it_is(store: Store) -> None:
    project = guided(store, FIRST)
    named = store.projects.rename(project.id, "Other").result()
    assert named == replace(project, name="Other") == store.projects.get(project.id)


def test_what_a_collector_says_anew_does_not_displace_what_was_judged_by(store: Store) -> None:
    address = CollectorAddress("https://example.org", "k", "House")
    project = replace(store.projects.create("P").result(), collector=address)
    for guideline in (theirs(FIRST, 1), theirs(SECOND, 2), theirs(SECOND, 2), theirs(THIRD, 2)):
        store.projects.add(replace(project, guideline=guideline)).result()
    found = store.guidelines.versions(project.id)
    assert words(found) == [(1, FIRST), (2, SECOND), (2, THIRD)], "two texts under one number are both kept"
    assert {each.source for each in found} == {"https://example.org"}
    with pytest.raises(StoreError, match="comes from its collector"):
        store.projects.set_guideline(store.projects.get(project.id), FIRST)


def test_a_hash_is_found_in_its_own_project_first(store: Store) -> None:
    mine, other = guided(store, FIRST), guided(store, SECOND, FIRST)
    sha256 = canonical.sha256_hex(FIRST.encode())
    for project in (mine, other):
        found = store.guidelines.find(sha256, project.id)
        assert found is not None and found.project == project.id
    elsewhere = store.guidelines.find(sha256, "prj_elsewhere")
    assert elsewhere is not None and elsewhere.guideline.text == FIRST


def test_joining_a_team_keeps_its_guideline_with_where_it_came_from(tmp_path: Path) -> None:
    team, profile = Team.made(tmp_path / "collector"), Profile.opened(tmp_path / "profile")
    with running(team.folder) as there:
        project = profile.join(there.address, team.invite()).project
        (found,) = profile.store.guidelines.versions(project.id)
        assert found.guideline == project.guideline and found.source == there.address
        profile.join(there.address, team.invite())
        assert profile.store.guidelines.versions(project.id) == [found], "joined again, the same version"
    profile.store.close()


def test_a_guideline_that_is_empty_or_too_long_is_refused_and_leaves_no_version(store: Store) -> None:
    project = guided(store, FIRST)
    for text in (" \n", "ä" * (MAX_GUIDELINE // 2 + 1)):
        with pytest.raises(StoreError, match="at most 262,144 bytes"):
            store.projects.set_guideline(project, text)
    longest = store.projects.set_guideline(project, "ä" * (MAX_GUIDELINE // 2)).result()
    assert [version for version, _text in words(store.guidelines.versions(project.id))] == [1, 2]
    assert longest.guideline is not None and longest.guideline.version == 2


def test_erasing_a_record_leaves_the_guideline_that_it_named_and_a_backup_brings_all_versions_back(
    tmp_path: Path,
) -> None:
    store = Store.open(tmp_path, app=APP)
    project = guided(store, FIRST, SECOND)
    stored = store.records.save(judgement("a>b", project=project.id, trainer=store.trainer)).result()
    store.records.erase(stored.id).result()
    before = store.guidelines.versions(project.id)
    made = store.backup()
    store.projects.set_guideline(project, THIRD).result()
    store.close()
    backups.restore(tmp_path / FILE, made.name)
    store = Store.open(tmp_path, app=APP)
    assert store.guidelines.versions(project.id) == before and len(before) == 2
    store.close()


def test_of_a_profile_from_before_versions_were_kept_the_words_that_are_still_there_become_versions(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = [step.__name__ for step in migrations._STEPS].index("m008_guidelines")
    odd = "# Judge\0\n\n“Truth” first.\r\n"
    with monkeypatch.context() as patch:
        patch.setattr(migrations, "_STEPS", migrations._STEPS[:before])
        patch.setattr(migrations, "VERSION", before)
        patch.setattr("feedback_store.guideline_table.keep", lambda *_values: None)
        store = Store.open(tmp_path, app=APP)
        own, none, unread = (store.projects.create(name).result() for name in ("Own", "None", "Unread"))
        own = replace(own, guideline=Guideline("guideline", 3, canonical.sha256_hex(SECOND.encode()), SECOND))
        joined = replace(
            unread, guideline=theirs(FIRST, 7), collector=CollectorAddress("https://example.org", "k", "House")
        )
        for project in (own, joined):
            store.projects.update(project).result()
        last = {"sha256": canonical.sha256_hex(odd.encode()), "version": 2, "text": odd}
        store.settings.set("guideline_read", {own.id: last, "prj_gone": last}).result()
        store.close()
        older = Store.open(tmp_path, app=APP, readonly=True)
        assert older.guidelines.versions(own.id) == []
        older.close()
    store = Store.open(tmp_path, app=APP)
    assert words(store.guidelines.versions(own.id)) == [(2, odd), (3, SECOND)]
    (team,) = store.guidelines.versions(joined.id)
    assert (team.guideline, team.source, team.since) == (joined.guideline, "https://example.org", "")
    assert store.guidelines.versions(none.id) == []
    after = store.projects.set_guideline(own, THIRD).result()
    assert after.guideline is not None and after.guideline.version == 4
    store.close()
