"""The table of commands: keys that meet nowhere, changes refused in words, and what a profile keeps of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.flow import keymap, wording
from desktop.flow.key_page import markdown
from desktop.flow.keymap import Keymap, commands, in_english, shown
from desktop.flow.places import all_keys, everywhere, keys_of
from desktop.flow.wording import use_language

USUAL = Keymap({})
names = st.sampled_from([each.id for each in commands()])
keys = st.sampled_from(
    ["B", "H", "Ctrl+H", "Ctrl+S", "F7", "Alt+J", "?", "1", "Esc", "Ctrl+3", "Shift+F6", "Alt+1", ">", "Ctrl+Left"]
)


def test_the_table_is_kept_and_made_anew_for_another_language() -> None:
    english = commands()
    assert commands() is english
    try:
        wording.use_language("de")
        assert [each.id for each in commands()] == [each.id for each in english]
        assert keymap.command("save").text == "Speichern und weiter"
    finally:
        wording.use_language("en")
    assert commands() == english and keymap.command("save").text == "Save and next"


def test_no_usual_key_is_taken_twice() -> None:
    for each in commands():
        for key in each.keys:
            assert USUAL.problem(each.id, key) == "", f"{each.id}: {key}"


@pytest.mark.parametrize(
    ("command", "key", "said"),
    [
        ("best", "G", "G is taken by: All good."),
        ("best", "?", "? is taken by: All keys."),
        ("best", "3", "its own meaning"),
        ("flag", "Return", "↵ has its own meaning"),
        ("save", "H", "needs Ctrl, Alt or an F key"),
        ("save", "Ctrl+2", "Ctrl+2 is taken by: Room."),
        ("save", "Ctrl+C", "its own meaning"),
        ("blind", "Alt+1", "Alt+1 is taken by: Tick a point, as done."),
        ("blind", "Alt+Down", "Alt+↓ is taken by: The next change."),
        ("put_back", "Alt+9", "Alt+9 is taken by: Tick a point"),
        ("tree", "Ctrl+Left", "in one place: Text and lists."),
        ("best", "Ctrl+Backspace", "Ctrl+⌫ has its own meaning in one place: Text and lists."),
        ("best", ">", "in one place: Ranking."),
        ("flag", "=", "in one place: Ranking."),
        ("save", "+", "needs Ctrl, Alt or an F key"),
        ("room", "Ctrl+Shift+1", "Press a digit with Ctrl or Alt"),
        ("room", "R", "Press a digit with Ctrl or Alt"),
        ("tick_point", "Ctrl+4", "Ctrl+1…9 is taken by: Room."),
        ("tree", "Ctrl+0", "Ctrl+0 is taken by: Text in its usual size."),
        ("no_to_rest", "N", "needs Ctrl, Alt or an F key"),
        ("next_change", "J", "needs Ctrl, Alt or an F key"),
        ("keep_found", "R", "R is taken by: Black out the words of the row."),
    ],
)
def test_a_key_that_cannot_be_had_is_refused_in_a_sentence(command: str, key: str, said: str) -> None:
    assert said in USUAL.problem(command, key)


def test_a_changed_key_holds_alone_and_its_place_forgets_the_usual_one() -> None:
    changed = USUAL.with_key("best", "H")
    assert (changed.at("answers", "H"), changed.at("answers", "B")) == ("best", None)
    assert changed.problem("flag", "B") == "", "the usual key of another is free now"
    assert changed.with_key("best", "") == USUAL == changed.with_key("best", "B")


def test_a_row_of_digits_is_changed_by_one_of_them_and_goes_as_a_whole() -> None:
    assert USUAL.problem("room", "Ctrl+Alt+4") == ""
    changed = USUAL.with_key("room", "Ctrl+Alt+4")
    assert changed.keys("room") == ("Ctrl+Alt+1…9",) and changed.in_row("room", 2) == "Ctrl+Alt+2"
    assert (changed.at("everywhere", "Ctrl+Alt+9"), changed.at("everywhere", "Ctrl+9")) == ("room", None)
    assert (changed.digit("room", "Ctrl+Alt+9"), changed.digit("room", "Ctrl+9")) == (9, None)
    assert changed.problem("save", "Ctrl+3") == "", "the digits that it had are free now"
    assert changed.problem("tick_point", "Ctrl+5") == ""
    assert changed.with_key("room", "Ctrl+1") == USUAL == changed.with_key("room", "")
    assert Keymap.of({"room": "Ctrl+Alt+1…9"}) == changed
    assert Keymap.of({"room": "Ctrl+Shift+1…9"}) == USUAL == Keymap.of({"save": "Ctrl+Alt+1…9"})


def test_what_stands_in_the_list_without_a_command_is_a_value_or_a_move() -> None:
    """Every command can be changed: nothing that is fixed is held with Ctrl or Alt, but for the welcome's steps."""
    held = {key for _title, place in all_keys() for each in place if not each.command for key in each.keys}
    assert {key for key in held if key.startswith(("Ctrl+", "Alt+"))} == {"Alt+1…3"}


@given(st.lists(st.tuples(names, keys)))
def test_no_run_of_accepted_changes_gives_one_key_two_meanings(wishes: list[tuple[str, str]]) -> None:
    now = USUAL
    for name, key in wishes:
        if not now.problem(name, key):
            now = now.with_key(name, key)
    for each in commands():
        for key in now.keys_of(each):
            assert now.at(each.place, key) == each.id
    assert Keymap.of(dict(now.changed)) == now


@pytest.mark.parametrize(
    "kept", [None, 3, [], {"nosuch": "B"}, {"best": 3}, {"best": ""}, {3: "B"}, {"blind": "Alt+1"}, {"best": ">"}]
)
def test_what_a_profile_keeps_and_nobody_understands_changes_nothing(kept: object) -> None:
    assert Keymap.of(kept) == USUAL


def test_keys_are_shown_as_people_read_them() -> None:
    assert [shown(key) for key in ("Ctrl+Return", "Ctrl++", "?", "Shift+F6", "+")] == [
        "Ctrl+↵", "Ctrl++", "?", "Shift+F6", "+",
    ]  # fmt: skip


@pytest.fixture
def german() -> Iterator[None]:
    use_language("de")
    yield
    use_language("en")


def test_in_german_keys_have_the_names_of_a_german_keyboard(german: None) -> None:
    pressed = ("Ctrl+Return", "Ctrl+Shift+M", "Del", "Space", "Ctrl++", "+", "PgDown", "Shift+F6", "Alt+Home", "Esc")
    assert [shown(key) for key in pressed] == [
        "Strg+↵", "Strg+Umschalt+M", "Entf", "Leertaste", "Strg++", "+", "Bild ab", "Umschalt+F6", "Alt+Pos1", "Esc",
    ]  # fmt: skip
    listed = [key for _title, place in all_keys() for each in place for key in each.keys]
    assert not [key for key in listed if set(key.split("+")) & set(keymap.names())], "nothing English is left"
    assert "Strg+S ist vergeben an: " in USUAL.problem("redo", "Ctrl+S")


@given(st.lists(st.sampled_from(["Ctrl", "Shift", "Alt"]), unique=True), st.sampled_from([*keymap.names(), "+", "S"]))
def test_a_shown_key_is_shown_as_it_is_and_found_by_its_english_name(held: list[str], last: str) -> None:
    key = "+".join((*held, last))
    for language in ("en", "de"):
        use_language(language)
        try:
            assert shown(shown(key)) == shown(key)
            assert in_english(shown(key)) == in_english(key) == key
        finally:
            use_language("en")


def test_the_lists_of_keys_follow_the_keymap() -> None:
    keymap.use(USUAL.with_key("best", "H"))
    try:
        assert ("H",) in [each.keys for each in keys_of("answers")]
    finally:
        keymap.use(USUAL)
    listed = {each.command for _title, place in all_keys() for each in place if each.command}
    assert listed == {each.id for each in commands()}, "every command stands in the list"
    assert {each.command for each in everywhere() if each.command} <= listed


def test_no_place_lists_a_key_or_a_command_twice() -> None:
    for title, listed in all_keys():
        pressed = [key for each in listed for key in each.keys]
        if title not in ("Editing a rubric", "Rewriting"):
            assert sorted(pressed) == sorted(set(pressed)), title
        named = [each.command for each in listed if each.command]
        assert sorted(named) == sorted(set(named)), title


def test_the_list_of_all_keys_has_the_second_keys_and_the_line_has_not() -> None:
    listed = {each.command: each.keys for _title, place in all_keys() for each in place}
    for each in commands():
        assert set(map(shown, each.keys)) <= set(listed[each.id]) or each.id == "main", each.id
    assert ("?" in listed["keys"], "?" in {key for each in keys_of("answers") for key in each.keys}) == (True, False)


def test_the_key_for_all_keys_is_the_one_that_works_in_every_field_wherever_one_is_named() -> None:
    named = {key for place in ("none", "prompt", "answers", "outbox") for each in keys_of(place) for key in each.keys
             if each.command == "keys"}  # fmt: skip
    assert named == {"F1"}


def test_every_single_key_that_the_answers_take_is_listed_there() -> None:
    listed = dict(all_keys())["Answers"]
    pressed = {key for each in listed for key in each.keys}
    assert {">", "=", "PgUp", "PgDn", "Shift+→", "5…8", "S", "Y", "."} <= pressed


def test_the_page_of_all_keys_is_the_table() -> None:
    written = (Path(__file__).parents[2] / "docs" / "keys.md").read_text(encoding="utf-8")
    assert written == markdown(), "make it anew: python -m desktop.flow.key_page > docs/keys.md"
