"""A guideline in words: what is new since it was read, where words stand in it, and what is begun and not saved."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from desktop.flow import finding, guideline_desk, guidelines
from desktop.flow.guideline_desk import GuidelineDesk
from feedback_store.guideline_table import MAX_GUIDELINE, Guideline
from feedback_store.project_table import CollectorAddress
from feedback_store.store import Project, Store

FIRST, SECOND = "Truth first.", "Truth first, then kindness."


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(tmp_path)
    yield opened
    opened.close()


def guided(store: Store, *texts: str) -> Project:
    project = store.projects.create("P").result()
    for text in texts:
        project = store.projects.set_guideline(project, text).result()
    return project


def test_what_is_new_rests_on_the_version_that_was_read_however_many_came_since(store: Store) -> None:
    project = guided(store, FIRST)
    view = guidelines.view_of(store, project)
    assert view is not None and view.unread and view.before is None
    assert project.guideline is not None
    guidelines.mark_read(store, project, project.guideline).result()
    for text in ("Something else.", SECOND):
        project = store.projects.set_guideline(project, text).result()
    view = guidelines.view_of(store, project)
    assert view is not None and view.before == FIRST
    assert view.news == "Changed since you read it: 3 words are new, 1 is gone."
    assert "text" not in store.settings.get(guidelines.READ)[project.id], "its words are among the versions"


def test_what_is_read_by_an_earlier_program_is_still_known(store: Store) -> None:
    project = guided(store, FIRST, SECOND)
    first = store.guidelines.versions(project.id)[0].guideline
    earlier = {"sha256": first.sha256, "version": 1, "text": FIRST}
    store.settings.set(guidelines.READ, {project.id: earlier}).result()
    view = guidelines.view_of(store, project)
    assert view is not None and view.before == FIRST


def test_versions_are_named_with_since_when_and_where_from(store: Store) -> None:
    project = guided(store, FIRST, SECOND)
    theirs = Guideline("house", 5, "5" * 64, "Theirs.")
    address = CollectorAddress("https://example.org", "k", "House\u202e")
    project = store.projects.update(msgspec.structs.replace(project, guideline=theirs, collector=address)).result()
    newest, second, _first = guidelines.versions_of(store, project)
    assert (newest.title, newest.in_use) == ("Version 5", True)
    assert newest.note.startswith("in use · Today ") and newest.note.endswith(" · from https://example.org")
    assert (second.title, second.in_use) == ("Version 2", False) and second.note.startswith("Today ")
    assert "House[RLO] decides it" in guidelines.locked_words(project)


def test_what_is_begun_says_with_which_version_and_is_gone_once_it_is_saved(store: Store) -> None:
    project = guided(store, FIRST)
    desk = GuidelineDesk(store, project)
    assert (desk.begun, desk.save_words) == (None, "Save as version 2")
    desk.keep_begun("Draft").result()
    begun = desk.begun
    assert begun is not None and begun.text == "Draft"
    store.drafts.save(f"guideline/{project.id}", b'{"text": "\xff"}').result()
    assert desk.begun is None, "of another program"
    desk.keep_begun("Draft").result()
    assert desk.begun_words(begun) == "You go on with what you had not saved."
    later = GuidelineDesk(store, store.projects.set_guideline(project, SECOND).result())
    assert later.begun == begun and "before version 2, which holds now" in later.begun_words(begun)
    later.keep_begun("Draft, more", begun).result()
    assert later.begun is not None and later.begun.version == 1, "what it was begun with stays"
    made = later.save("Draft, more")
    assert made.guideline is not None and made.guideline.version == 3
    after = GuidelineDesk(store, project)
    assert after.begun is None and after.text == "Draft, more" and store.drafts.list() == []
    view = guidelines.view_of(store, made)
    assert view is not None and not view.unread


def test_bytes_that_another_program_left_are_no_draft(store: Store) -> None:
    project = guided(store, FIRST)
    store.drafts.save(f"guideline/{project.id}", b"\x00{").result()
    assert GuidelineDesk(store, project).begun is None


def test_a_length_is_said_before_it_is_too_much() -> None:
    assert guideline_desk.size_words("two words") == "2 words, 9\u00a0B"
    assert guideline_desk.size_words("a" * (MAX_GUIDELINE - 5)).endswith("of at most 262.1\u00a0kB")
    assert guideline_desk.problem("a" * MAX_GUIDELINE) == ""
    assert guideline_desk.problem("ä" * MAX_GUIDELINE).startswith("Too long by 262.1\u00a0kB")
    assert "without words" in guideline_desk.problem("\n")
    assert guideline_desk.hidden_words("a\u200bb\u202ec") == (
        "2 characters cannot be seen; where it is read they stand by their names."
    )
    assert guideline_desk.hidden_words("plain") == ""


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("one", ((0, 3), (4, 7), (14, 17))),
        ("ONE one", ((0, 7),)),
        (" one ", ((0, 3), (4, 7), (14, 17))),
        (".*", ()),
        ("", ()),
        ("  ", ()),
    ],
)
def test_words_are_found_in_any_case_across_lines_and_as_they_are_written(
    words: str, found: tuple[tuple[int, int], ...]
) -> None:
    assert finding.places("One\none, two (one)", words) == found


def test_a_search_goes_round_both_ways_and_says_where_it_is() -> None:
    places = ((0, 1), (4, 5), (8, 9))
    assert [finding.next_place(places, at, 1) for at in (None, 0, 2)] == [0, 1, 0]
    assert [finding.next_place(places, at, -1) for at in (None, 0, 2)] == [2, 2, 1]
    assert finding.next_place((), None, 1) is None
    assert (finding.found_words(1, 1234), finding.found_words(None, 0)) == ("2 of 1,234", "Not found.")
