"""Editing a rubric without a window: every act can be undone, ids outlive names, and what is kept reads as itself."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from desktop.flow import rubric_edits as edits
from desktop.flow.rubric_editing import EditedRubric, RubricEditing, from_bytes, to_bytes
from desktop.flow.rubric_edits import FLAGS, RUBRIC, Spot
from desktop.flow.rubric_words import changes, licence_of_copy, outline, source_text
from feedback_store import rubrics
from feedback_store.rubrics import Choice, Question, Rubric, Step

replace = msgspec.structs.replace
SHIPPED = rubrics.available()


def begin(name: str = "helpsteer2") -> RubricEditing:
    made = edits.copied(rubrics.load(name), "Mine", [each.id for each in SHIPPED])
    return RubricEditing(EditedRubric(made, made), taken=[each.id for each in SHIPPED])


def next_version(of: Rubric) -> RubricEditing:
    return RubricEditing(EditedRubric(of, of), earlier=[of])


Act = Callable[[RubricEditing, st.DataObject], None]
WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)


def _turn(editing: RubricEditing, data: st.DataObject) -> None:
    editing.go_to(data.draw(st.sampled_from(edits.spots(editing.rubric))))


def _name(editing: RubricEditing, data: st.DataObject) -> None:
    part, words = editing.part, data.draw(WORDS)
    if isinstance(part, Question):
        editing.put(replace(part, text=words), data.draw(st.sampled_from(["", "text"])))
    elif editing.spot != FLAGS:
        editing.put(replace(part, name=words), data.draw(st.sampled_from(["", "name"])))


def _inside(editing: RubricEditing, data: st.DataObject) -> None:
    part, spot = editing.part, editing.spot
    choices = tuple(Choice("", words) for words in data.draw(st.lists(WORDS, max_size=4)))
    if spot.kind == "questions":
        kind = data.draw(st.sampled_from(["yes_no", "yes_no_unsure", "one", "several"]))
        editing.put(replace(part, kind=kind, choices=(*getattr(part, "choices", ()), *choices)))
    elif spot.kind == "categories":
        editing.put(replace(part, kinds=choices, letter=data.draw(WORDS)))
    elif spot == FLAGS:
        editing.put(replace(part, target_groups=choices))
    elif spot.kind == "axes":
        bounds = st.integers(-20, 120)
        editing.put(edits.rescaled(part, data.draw(bounds), data.draw(bounds)))  # type: ignore[arg-type]  # an Axis


def _take_set(editing: RubricEditing, data: st.DataObject) -> None:
    if editing.rubric.flags is not None:
        editing.go_to(FLAGS)
        editing.put(rubrics.flag_set(data.draw(st.sampled_from(rubrics.FLAG_SETS))))


ACTS: tuple[Act, ...] = (
    _turn,
    _name,
    _inside,
    lambda editing, data: editing.add(data.draw(st.sampled_from(edits.LISTS))),
    lambda editing, _data: editing.remove(),
    lambda editing, data: editing.move(data.draw(st.integers(-3, 3))),
    _take_set,
)
acts = st.lists(st.sampled_from(ACTS), min_size=1, max_size=25)


@given(st.sampled_from(SHIPPED), acts, st.data())
def test_whatever_is_done_undo_goes_back_to_the_start_and_redo_to_the_end(
    shipped: Rubric, done: list[Act], data: st.DataObject
) -> None:
    editing = begin(shipped.id)
    start = editing.rubric
    for act in done:
        act(editing, data)
        assert editing.spot in edits.spots(editing.rubric)
    end = editing.rubric
    while editing.can_undo:
        editing.undo()
    assert editing.rubric == start
    while editing.can_redo:
        editing.redo()
    assert editing.rubric == end


@given(st.sampled_from(SHIPPED), acts, st.data())
def test_what_is_accepted_reads_as_itself_and_what_is_not_says_where(
    shipped: Rubric, done: list[Act], data: st.DataObject
) -> None:
    editing = begin(shipped.id)
    for act in done:
        act(editing, data)
    assert from_bytes(to_bytes(editing.begun)) == editing.begun, "it comes back after a kill, right or wrong"
    fault = editing.fault
    if fault is None:
        assert rubrics.parse(rubrics.encode(editing.rubric)) == editing.rubric
        assert rubrics.parse(rubrics.file_of(editing.rubric)) == editing.rubric
    else:
        assert fault.text and fault.text[0] != "$" and fault.spot in edits.spots(editing.rubric)


@given(st.sampled_from(SHIPPED), acts, st.data())
def test_no_edit_gives_two_parts_one_id_or_takes_one_from_a_part_that_was_kept(
    shipped: Rubric, done: list[Act], data: st.DataObject
) -> None:
    editing = begin(shipped.id)
    base = edits.ids_of(editing.base)
    for act in done:
        before = edits.ids_of(editing.rubric) & base
        act(editing, data)
        for kind in edits.LISTS:
            ids = [part.id for part in edits.parts(editing.rubric, kind) if not isinstance(part, Rubric)]
            assert len(ids) == len(set(ids))
        if act is _name:
            assert before == edits.ids_of(editing.rubric) & base
    assert {each.text for each in outline(editing.rubric)}


def test_an_axis_keeps_its_id_when_it_is_renamed_and_a_new_one_is_called_after_its_name() -> None:
    editing = next_version(edits.copied(rubrics.load("helpsteer2"), "Mine", ()))
    editing.go_to(Spot("axes", 2))
    editing.put(replace(editing.rubric.axes[2], name="Ease of reading"), "name")
    assert (editing.rubric.axes[2].id, editing.rubric.axes[2].name) == ("coherence", "Ease of reading")
    editing.add("axes")
    for typed in ("T", "To", "Tone – für Patienten"):
        editing.put(replace(editing.rubric.axes[-1], name=typed), "name")
    assert editing.rubric.axes[-1].id == "tone_fur_patienten"
    assert [axis.lowest for axis in editing.rubric.axes] == [0] * 6, "a new one has the scale of the one before"
    assert editing.fault is None


def test_an_axis_that_was_taken_out_is_another_one_when_it_is_added_again_unless_by_undo() -> None:
    editing = next_version(edits.copied(rubrics.load("helpsteer2"), "Mine", ()))
    editing.go_to(Spot("axes", 2))
    editing.remove()
    editing.add("axes")
    editing.put(replace(editing.rubric.axes[-1], name="Coherence"), "name")
    assert editing.rubric.axes[-1].id == "coherence_2"
    for _step in range(3):
        editing.undo()
    assert [axis.id for axis in editing.rubric.axes][2] == "coherence" and not editing.changed


def test_typing_in_one_field_is_one_step_and_turning_to_another_part_ends_it() -> None:
    editing = begin()
    for typed in ("M", "My", "My own"):
        editing.put(replace(editing.rubric, name=typed), "name")
    assert editing.rubric.id == "my_own"
    editing.go_to(RUBRIC)
    editing.put(replace(editing.rubric, name="My own one"), "name")
    editing.undo()
    assert editing.rubric.name == "My own"
    editing.undo()
    assert editing.rubric.name == "Mine" and not editing.can_undo


@pytest.mark.parametrize(
    ("spot", "change", "field", "row", "text"),
    [
        (RUBRIC, {"name": ""}, "name", None, "Give it a name."),
        (Spot("axes", 0), {"name": ""}, "name", None, "Give it a name."),
        (Spot("axes", 0), {"steps": (Step(3), Step(1))}, "steps", None, "Each step's value is higher"),
        (Spot("questions", 0), {"text": ""}, "text", None, "Type the question."),
        (Spot("questions", 0), {"kind": "one"}, "choices", None, "two or more"),
        (Spot("questions", 0), {"kind": "one", "choices": (Choice("", "A"), Choice("", ""))}, "choices", 1, "a name"),
        (Spot("categories", 1), {"letter": "F"}, "letter", None, "“F” stands twice"),
        (Spot("categories", 1), {"letter": "1"}, "letter", None, "one letter from A to Z"),
        (FLAGS, {"severities": ()}, "severities", None, "one severity or more"),
        (FLAGS, {"target_groups": ()}, "target_groups", None, "asks for a target group"),
    ],
)
def test_what_is_wrong_is_said_at_its_place(
    spot: Spot, change: dict[str, object], field: str, row: int | None, text: str
) -> None:
    editing = begin("instructgpt")
    editing.go_to(spot)
    editing.put(replace(editing.part, **change))
    fault = editing.fault
    assert fault is not None
    assert (fault.spot, fault.field, fault.row) == (spot, field, row) and text in fault.text
    editing.undo()
    assert editing.fault is None


def test_flags_can_be_taken_out_and_begun_anew_and_a_changed_set_does_not_pass_for_a_shipped_one() -> None:
    editing = begin()
    editing.go_to(FLAGS)
    editing.remove()
    assert editing.rubric.flags is None and editing.fault is None
    editing.add("categories")
    assert editing.rubric.flags == rubrics.flag_set("general") and editing.spot == FLAGS
    editing.go_to(Spot("categories", 0))
    editing.put(replace(editing.part, name="Wrong"))
    assert editing.rubric.flags is not None and editing.rubric.flags.id == edits.OWN_FLAGS
    editing.undo()
    assert editing.rubric.flags == rubrics.flag_set("general")


def test_a_longer_scale_keeps_the_words_of_values_that_stay() -> None:
    axis = rubrics.load("helpsteer2").axes[0]
    wide = edits.rescaled(axis, 0, 100)
    assert [step.value for step in wide.steps] == [0, 1, 2, 3, 4, 100] and wide.steps[2].help == axis.steps[2].help
    assert [step.value for step in edits.rescaled(axis, 1, 3).steps] == [1, 2, 3]
    assert edits.rescaled(axis, 5, 2).highest == 6


def test_what_a_version_changes_is_said_and_a_renamed_part_is_the_same_part() -> None:
    before = rubrics.load("helpsteer2")
    editing = next_version(edits.copied(before, before.name, ()))
    editing.go_to(Spot("axes", 2))
    editing.put(replace(editing.part, name="Flow"))
    editing.go_to(Spot("axes", 0))
    editing.put(edits.rescaled(editing.rubric.axes[0], 1, 5))
    editing.go_to(Spot("axes", 4))
    editing.remove()
    editing.add("questions")
    editing.put(replace(editing.part, text="Is it polite?"))
    assert changes(editing.base, editing.rubric) == (
        "Not asked any more: Verbosity",
        "Helpfulness: rated from 1 to 5, before from 0 to 4",
        "“Coherence” is called “Flow” now",
        "New: Is it polite?",
    )


def test_a_copy_says_what_it_was_made_from_and_its_licence_is_left_to_be_named() -> None:
    """It stood under its source's licence line, “help texts ours” and all, as if that were its own."""
    of = replace(rubrics.load("helpsteer2"), version=3)
    made = edits.copied(of, "Mine", ())
    assert made.source == (
        "Made from “HelpSteer2”, version 3; its source: HelpSteer2 and HelpSteer2-Preference (NVIDIA); "
        f"its licence: “{of.licence}”"
    )
    assert "CC-BY-4.0" in made.source  # which asks to be named
    assert made.licence == ""
    assert source_text(made) == f"Source: {made.source}. No licence is named yet."
    assert "yours to name" in licence_of_copy(made)
    assert rubrics.check_own(made) == made
    again = edits.copied(replace(made, licence="CC0-1.0"), "Mine too", ())
    assert "CC-BY-4.0" in again.source and "CC0-1.0" in again.source


@pytest.mark.parametrize(
    "licence",
    [
        "CC-BY-SA-4.0",
        "CC BY-NC 4.0",
        "CC-BY-NC-SA-4.0",
        "CC-BY-ND-4.0",
        "GPL-3.0",
        "Share-alike",
        "All rights reserved",
    ],
)
def test_a_copy_keeps_a_licence_that_holds_for_copies(licence: str) -> None:
    made = edits.copied(replace(rubrics.load("arena"), licence=licence), "Mine", ())
    assert made.licence == licence and licence in made.source
    assert "holds for copies" in licence_of_copy(made)


def test_no_shipped_rubric_binds_what_is_made_from_it() -> None:
    """Also where data that is not included has such a licence."""
    assert [each.id for each in SHIPPED if edits.copied(each, "Mine", ()).licence] == []


@given(st.binary(max_size=60))
@example(b'"\x80"')
@example(b"[" * 100_000)
def test_bytes_that_are_no_edit_are_refused(data: bytes) -> None:
    with pytest.raises(msgspec.DecodeError):
        from_bytes(data)
