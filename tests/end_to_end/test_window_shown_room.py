"""The room that is shown: what is said stands over it, what it can do is offered; each project has its own."""

from __future__ import annotations

import pytest
from trainer import ShowWindow

from desktop.app import Workbench
from desktop.views.parts import Message

ROOMS = ("bench", "models", "records", "outbox", "inbox", "settings")


@pytest.fixture
def workbench(show_window: ShowWindow) -> Workbench:
    return show_window()


def offered(workbench: Workbench) -> set[str]:
    return {entry.id for entry in workbench.shown.offers(workbench._profile.store.projects.list())}


@pytest.mark.parametrize("room", ROOMS)
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
    [("settings", "make_backup", "save"), ("bench", "save", "make_backup"), ("records", "undo", "redo")],
)
def test_a_room_offers_its_own_commands_and_those_for_everywhere_that_do_something_in_it(
    workbench: Workbench, room: str, offers: str, not_here: str
) -> None:
    workbench.window.show_named(room)
    assert {offers, "settings"} <= offered(workbench) and not_here not in offered(workbench)


def test_every_room_is_offered_and_gone_to_and_a_command_of_the_settings_is_done_there(workbench: Workbench) -> None:
    for room in ROOMS:
        assert f"room:{room}" in offered(workbench)
        workbench.shown.do(f"room:{room}")
        assert workbench.shown.name == room
    workbench.shown.do("check_profile")
    assert not workbench.preferences.about.check.isEnabled(), "the profile is being checked"


def test_projects_are_offered_but_the_one_in_use_also_after_it_was_changed(workbench: Workbench) -> None:
    first, second = workbench.rooms.project, workbench._profile.new_project("Night shift", "arena")
    before = workbench.shown
    assert {f"use:{first.id}", f"use:{second.id}"} & offered(workbench) == {f"use:{second.id}"}
    workbench._change(second)
    assert {f"use:{first.id}", f"use:{second.id}"} & offered(workbench) == {f"use:{first.id}"}
    assert workbench.shown is not before and workbench.shown.bar is workbench.bench.message
