"""The room that is shown: what is said stands over it, what it can do is offered; each project has its own."""

from __future__ import annotations

import pytest
from one_in import one_in
from PySide6.QtWidgets import QApplication
from trainer import ShowWindow

from desktop.app import Workbench
from desktop.flow import keymap
from desktop.flow.elsewhere import ABOUT_A_ROW
from desktop.views.palette import Entry
from desktop.views.parts import Message

pytestmark = [pytest.mark.qt_log_ignore("This plugin does not support", extend=True), pytest.mark.long]
ROOMS = ("bench", "models", "records", "outbox", "inbox", "settings")


def names_at(place: str) -> list[str]:
    return [each.id for each in keymap.commands() if each.place == place]


@pytest.fixture
def workbench(show_window: ShowWindow) -> Workbench:
    return show_window()


def offered(workbench: Workbench) -> set[str]:
    return {entry.id for entry in offers_of(workbench)}


def offers_of(workbench: Workbench) -> list[Entry]:
    return workbench.shown.offers(workbench._profile.store.projects.list())


@pytest.mark.parametrize("room", one_in(3, ROOMS))
def test_what_is_said_stands_over_the_room_that_is_shown_and_goes_from_it_in_any(
    workbench: Workbench, room: str
) -> None:
    shown, said = workbench.shown, Message("error", "The disk is full.")
    workbench.window.show_named(room)
    shown.say(said)
    bar = shown.bar
    assert shown.name == room and bar.message is said and workbench.window.room.page.isAncestorOf(bar)
    workbench.window.show_named("records" if room == "bench" else "bench")
    shown.unsay(None)
    shown.unsay(Message("error", "The disk is full."))
    assert bar.message is said, "another message of the same words is still true"
    shown.unsay(said)
    assert bar.message is None


def test_the_way_out_of_a_message_is_offered_where_it_is_read(workbench: Workbench) -> None:
    workbench.window.show_named("records")
    workbench.shown.say(Message("error", "The disk is full.", ways=(("make_room", "Make room"),)))
    assert "notice_way" in offered(workbench)
    workbench.window.show_named("outbox")
    assert "notice_way" not in offered(workbench)


@pytest.mark.parametrize(
    ("room", "offers", "not_here"),
    [("settings", "make_backup", "save"), ("bench", "save", "erase_record"), ("records", "undo", "redo")],
)
def test_a_room_offers_its_own_commands_and_those_for_everywhere_that_do_something_in_it(
    workbench: Workbench, room: str, offers: str, not_here: str
) -> None:
    workbench.window.show_named(room)
    here = {entry.id for entry in offers_of(workbench) if not entry.elsewhere}
    assert {offers, "settings"} <= here and not_here not in here


def test_every_room_is_offered_and_gone_to_and_a_command_of_the_settings_is_done_there(workbench: Workbench) -> None:
    for room in ROOMS:
        assert f"room:{room}" in offered(workbench)
        workbench.shown.do(f"room:{room}")
        assert workbench.shown.name == room
    workbench.shown.do("check_profile")
    assert not workbench.preferences.about.check.isEnabled(), "the profile is being checked"


@pytest.mark.parametrize("room", one_in(3, ROOMS, first=1))
def test_the_commands_of_every_room_are_found_once_wherever_one_is(workbench: Workbench, room: str) -> None:
    workbench.window.show_named(room)
    found = [entry.id for entry in offers_of(workbench)]
    assert len(found) == len(set(found))
    for place, doings in workbench.shown.doings.items():
        if place != room:
            assert set(doings) <= {entry.id for entry in offers_of(workbench) if entry.elsewhere}
    assert set(ABOUT_A_ROW) <= {name for doings in workbench.shown.doings.values() for name in doings}


@pytest.mark.parametrize(
    "command", one_in(4, (name for place in ("outbox", "records", "models", "inbox") for name in names_at(place)))
)
def test_a_command_of_another_room_goes_there_and_says_why_nothing_is_done_on_an_empty_profile(
    workbench: Workbench, command: str
) -> None:
    place = keymap.command(command).place
    workbench.shown.do(command)
    assert workbench.shown.name == place
    menu = QApplication.activePopupWidget()
    if menu is not None:
        menu.close()
    message, asked = workbench.shown.bar.message, QApplication.activeModalWidget()
    if command in ABOUT_A_ROW:
        assert message is not None and keymap.command(command).text in message.text and asked is None
    elif not workbench.shown.doings[place][command].possible():
        assert message is not None and message.text.endswith(".") and asked is None


def test_projects_are_offered_but_the_one_in_use_also_after_it_was_changed(workbench: Workbench) -> None:
    first, second = workbench.rooms.project, workbench._profile.new_project("Night shift", "arena")
    before = workbench.shown
    assert {f"use:{first.id}", f"use:{second.id}"} & offered(workbench) == {f"use:{second.id}"}
    workbench._change(second)
    assert {f"use:{first.id}", f"use:{second.id}"} & offered(workbench) == {f"use:{first.id}"}
    assert workbench.shown is not before and workbench.shown.bar is workbench.bench.message
