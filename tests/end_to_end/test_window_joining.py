"""Joining a team's project in the window: what is wrong stands at its field, and closing in between harms nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from held_line import holding_back
from PySide6.QtCore import Qt
from running_collector import Team, running
from trainer import OpenWindow, Trainer, words_of

from desktop.profile import Profile
from desktop.views.join_dialog import JoinDialog
from desktop.views.parts import KeyButton, RenderedText
from feedback_store.batches.keys import fingerprint
from feedback_store.collector import key_ceremony, key_files

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)


def opened(trainer: Trainer) -> JoinDialog:
    trainer.choose_in_menu("Join a team")
    dialog = trainer.dialog("joinDialog")
    assert isinstance(dialog, JoinDialog)
    return dialog


def fill_in(trainer: Trainer, address: str, code: str, name: str = "") -> None:
    for field, text in (("joinAddress", address), ("joinCode", code), *([("joinName", name)] if name else [])):
        trainer.go_to(field)
        trainer.replace_text(text)
    trainer.press(Qt.Key.Key_Return)


def accept(trainer: Trainer) -> None:
    """The terms; the dialog says then what was joined."""
    trainer.accept_terms()
    trainer.comes_to("joinDialogMain")


def joined(trainer: Trainer, address: str, code: str, name: str = "") -> JoinDialog:
    """The dialog, in which a project was joined for the first time."""
    dialog = opened(trainer)
    fill_in(trainer, address, code, name)
    accept(trainer)
    return dialog


def problems(dialog: JoinDialog) -> tuple[str, str]:
    return dialog.address.problem, dialog.code.problem


def test_an_address_without_its_beginning_is_completed_to_be_seen_and_enter_joins_there(
    team: Team, open_window: OpenWindow
) -> None:
    trainer = Trainer(open_window(insecure=True))
    dialog = opened(trainer)
    with running(team.folder) as collector:
        fill_in(trainer, collector.address.removeprefix("http://"), team.invite())
        trainer.until(lambda: bool(dialog.address.problem) and not dialog.busy, "it is refused")
        assert dialog.address.text == collector.address and trainer.focus is dialog.address.edit
        assert dialog.address.problem.endswith("It stands in the field now; ↵ joins there.")
        trainer.press(Qt.Key.Key_Return)
        accept(trainer)
        assert words_of(dialog, "joinedWords").startswith("Joined Night shift. The team knows you by a number only.")


@pytest.mark.long
def test_a_collector_at_its_limit_is_said_with_the_time_and_enter_joins_once_it_is_over(
    team: Team, open_window: OpenWindow
) -> None:
    """It stood at the address, in which nothing is wrong, and asked to try again later."""
    trainer = Trainer(open_window(insecure=True))
    dialog = opened(trainer)
    with running(team.folder, patch="from feedback_store.collector import limits\nlimits.FREE_ROOM = 0") as full:
        fill_in(trainer, full.address, team.invite())
        trainer.until(lambda: "asks for a pause. Try again in" in dialog.words and not dialog.busy, "it is refused")
        assert problems(dialog) == ("", "")
    with running(team.folder, port=full.port):
        trainer.press(Qt.Key.Key_Return)
        accept(trainer)
        trainer.until(lambda: not dialog.busy, "joined")
        assert words_of(dialog, "joinedWords").startswith("Joined Night shift.")


def test_what_is_wrong_is_said_at_the_field_that_it_is_about(team: Team, open_window: OpenWindow) -> None:
    workbench = open_window(insecure=True, size=(1024, 640))
    trainer = Trainer(workbench)
    dialog = opened(trainer)
    trainer.press(Qt.Key.Key_Return)
    assert problems(dialog) == ("Type the address that the project's operator gave you.", "")
    fill_in(trainer, "http://127.0.0.1:8470", " ")
    assert problems(dialog) == ("", "Type the code that the project's operator gave you.")
    assert trainer.focus is dialog.code.edit

    for address, said in (
        ("127.0.0.1:8470", "Is http://127.0.0.1:8470 meant?"),
        ("http://collector.example.org", "would send judgements in the clear"),
        ("http://127.0.0.1:1", "Nobody answers at http://127.0.0.1:1."),
    ):
        fill_in(trainer, address, "ABCD")
        trainer.until(lambda: bool(dialog.address.problem) and not dialog.busy, f"{address} is refused")
        assert said in dialog.address.problem and dialog.code.problem == ""
        assert trainer.focus is dialog.address.edit

    with running(team.folder) as collector:
        fill_in(trainer, collector.address, "ABCD-EFGH")
        trainer.until(lambda: bool(dialog.code.problem) and not dialog.busy, "the code is refused")
        assert "does not know this code" in dialog.code.problem and dialog.address.problem == ""
        code = team.invite()
        fill_in(trainer, collector.address, f"  {code.lower()} ")  # as it is read aloud and typed
        accept(trainer)
        assert words_of(dialog, "joinedWords").startswith("Joined Night shift. The team knows you by a number only.")
        trainer.press(Qt.Key.Key_Escape)  # later
        trainer.alone()
        assert workbench.rooms.project.name == "My project"
        assert workbench._profile.store.projects.get(team.project).collector is not None

        # Joining again renews what is kept; the project stands there once.
        opened(trainer)
        fill_in(trainer, collector.address, team.invite())
        trainer.comes_to("joinDialogMain")
        trainer.press(Qt.Key.Key_Return)
        trainer.until(lambda: workbench.rooms.project.id == team.project, "it is judged in now")
        assert [p.name for p in workbench._profile.store.projects.list()] == ["My project", "Night shift"]


def test_the_outbox_of_a_project_without_a_collector_leads_to_joining(team: Team, open_window: OpenWindow) -> None:
    workbench = open_window(insecure=True)
    trainer = Trainer(workbench)
    trainer.control(Qt.Key.Key_4)
    assert workbench.outbox.leaving._goes_to.text() == "No collector joined yet"
    trainer.push("joinFromOutbox")
    trainer.dialog("joinDialog")
    with running(team.folder) as collector:
        fill_in(trainer, collector.address, team.invite())
        accept(trainer)
        trainer.press(Qt.Key.Key_Return)
        trainer.until(lambda: workbench.rooms.project.id == team.project, "the team's project is shown")
    trainer.control(Qt.Key.Key_4)
    assert workbench.outbox.leaving.join.isHidden()
    assert workbench.outbox.leaving._goes_to.text() == f"Goes to {collector.address}"


@pytest.mark.long
def test_a_dialog_closed_while_it_joins_harms_nothing_and_the_window_says_what_became_of_it(
    team: Team, open_window: OpenWindow, tmp_path: Path
) -> None:
    workbench = open_window(insecure=True)
    trainer = Trainer(workbench)
    with running(team.folder) as collector, holding_back(collector.address) as (address, go_on):
        # It fails: somebody else has used the code since the terms were shown.
        opened(trainer)
        go_on.set()
        code = team.invite()
        fill_in(trainer, address, code)
        trainer.comes_to("joinTerms")
        go_on.clear()
        other = Profile.open(tmp_path / "other", insecure_key_file=True)
        other.collectors.join(collector.address, code)
        other.close()
        trainer.push("joinDialogMain")
        trainer.press(Qt.Key.Key_Escape)
        trainer.alone()
        go_on.set()
        message = workbench.bench.message
        trainer.until(lambda: message.message is not None, "the window says why it has not")
        assert "was used by another device" in message.accessibleName()
        message.clear()

        dialog = opened(trainer)
        fill_in(trainer, address, team.invite())
        trainer.comes_to("joinTerms")
        go_on.clear()
        trainer.push("joinDialogMain")
        assert dialog.busy and "You may close this" in dialog.words
        trainer.press(Qt.Key.Key_Escape)
        trainer.alone()
        trainer.type("Meanwhile")
        go_on.set()
        message = workbench.bench.message
        trainer.until(lambda: message.message is not None, "the window says that it has joined")
        assert message.accessibleName().startswith("Joined Night shift. The team knows you by a number only.")
        assert "Compare both keys" in message.accessibleDescription()
        assert workbench.session.draft.prompt.text == "Meanwhile"
        trainer.push(f"way_use:{team.project}")
        trainer.until(lambda: workbench.rooms.project.id == team.project, "it is judged in now")


def test_a_window_closed_while_it_joins_can_join_again_with_the_same_code(team: Team, open_window: OpenWindow) -> None:
    workbench = open_window(insecure=True)
    trainer, code = Trainer(workbench), team.invite()
    with running(team.folder) as collector, holding_back(collector.address) as (address, go_on):
        opened(trainer)
        fill_in(trainer, address, code)
        trainer.press(Qt.Key.Key_Escape)
        trainer.alone()
        again = open_window(insecure=True)  # closes the first
        go_on.set()
        trainer = Trainer(again)
        joined(trainer, collector.address, code)
        trainer.press(Qt.Key.Key_Return)
        trainer.until(lambda: again.rooms.project.id == team.project, "it is judged in now")


def test_the_terms_are_read_laid_out_before_anything_is_joined_and_enter_accepts_none(
    tmp_path: Path, open_window: OpenWindow
) -> None:
    """They stood there as raw Markdown, and only once a judgement was to be released."""
    team = Team.made(tmp_path / "collector", "Night shift", terms="# Use\n\nIt **may** train models.")
    workbench = open_window(insecure=True, size=(1024, 640))
    trainer, code = Trainer(workbench), team.invite()
    with running(team.folder) as collector:
        dialog = opened(trainer)
        fill_in(trainer, collector.address, code)
        trainer.comes_to("joinTerms")
        assert words_of(dialog, "joinTermsName") == "Version 1 (CC-BY-4.0)"
        text = dialog.findChild(RenderedText, "joinTerms")
        assert text is not None and text.toPlainText() == "Use\nIt may train models."
        (accept,) = dialog.findChildren(KeyButton, "joinDialogMain")
        assert accept.kind == "normal" and not accept.isDefault()
        trainer.press(Qt.Key.Key_Return)
        assert dialog.isVisible() and not dialog.busy, "who pressed Enter twice has read nothing"
        trainer.press(Qt.Key.Key_Escape)
        trainer.alone()
        assert [p.name for p in workbench._profile.store.projects.list()] == ["My project"]
        joined(trainer, collector.address, code)  # nothing was used up
        trainer.press(Qt.Key.Key_Return)
        trainer.until(lambda: workbench.rooms.project.id == team.project, "it is judged in now")
    trainer.control(Qt.Key.Key_4)
    workbench.shown.do("read_terms")
    read = trainer.dialog("termsDialog").findChild(RenderedText, "termsText")
    assert read is not None and read.toPlainText() == "Use\nIt may train models."


@pytest.mark.long
def test_who_joins_again_finds_the_address_and_is_told_where_a_name_was_not_taken(
    team: Team, open_window: OpenWindow
) -> None:
    workbench = open_window(insecure=True)
    trainer = Trainer(workbench)
    with running(team.folder) as collector:
        dialog = joined(trainer, collector.address, team.invite(name="Dr. Berg"), "Ada")
        assert words_of(dialog, "joinedWords") == (
            "Joined Night shift as Dr. Berg: the team has you by this name, and Ada was not taken over."
            " The project's operator can tell you more."
        )
        trainer.press(Qt.Key.Key_Return)
        trainer.until(lambda: workbench.rooms.project.id == team.project, "it is judged in now")
        again = opened(trainer)
        assert again.address.text == collector.address and again.address.edit.selectedText() == collector.address
        trainer.press(Qt.Key.Key_Tab)
        trainer.type(team.invite())
        trainer.press(Qt.Key.Key_Return)
        trainer.comes_to("joinDialogMain")  # these terms were accepted
        assert words_of(again, "joinedWords") == "Joined Night shift as Dr. Berg."


@pytest.mark.long
def test_who_joins_again_from_the_settings_is_there_all_the_while_and_afterwards(
    team: Team, open_window: OpenWindow
) -> None:
    """The bench stood behind the dialog, and Later left her there; the settings opened at Appearance."""
    workbench = open_window(insecure=True)
    with running(team.folder) as collector:
        joined = workbench._profile.collectors.join(collector.address, team.invite(), name="Ada")
        workbench._on_project(joined.project.id)
        trainer = Trainer(workbench)
        trainer.until(lambda: workbench.rooms.project.id == team.project, "the team's project is in use")
        trainer.press(Qt.Key.Key_Comma, Qt.KeyboardModifier.ControlModifier)
        workbench.preferences.page.show_part("project")
        trainer.push("joinProject")
        dialog = trainer.dialog("joinDialog")
        trainer.press(Qt.Key.Key_Tab)
        trainer.type(team.invite())
        trainer.press(Qt.Key.Key_Return)
        trainer.comes_to("joinDialogMain")
        assert words_of(dialog, "joinedWords").startswith("Joined Night shift")
        page = workbench.preferences.page
        assert (workbench.window.room.name, page.shown) == ("settings", "project"), "behind the dialog"
        trainer.press(Qt.Key.Key_Escape)  # later
        trainer.alone()
        assert (workbench.window.room.name, page.shown) == ("settings", "project")
        assert page.isVisible() and trainer.focus.objectName() == "joinProject"


@pytest.mark.long
def test_another_key_of_the_collector_is_taken_only_as_its_operator_reads_it_out(
    team: Team, open_window: OpenWindow
) -> None:
    """The window said not to go on, and there was no way to."""
    workbench = open_window(insecure=True)
    trainer = Trainer(workbench)
    with running(team.folder) as collector:
        dialog = opened(trainer)
        assert dialog.key.isHidden(), "who joins for the first time is asked nothing more"
        fill_in(trainer, collector.address, team.invite())
        accept(trainer)
        trainer.press(Qt.Key.Key_Escape)
        trainer.alone()
        compared = fingerprint(team.key.public_key)
        key_files.key_path(team.folder, team.project).unlink()
        key_ceremony.replace_lost_key(team.folder)
        read_out = fingerprint(team.key.public_key)
        dialog = opened(trainer)
        fill_in(trainer, collector.address, team.invite())
        trainer.until(lambda: bool(dialog.key.problem) and not dialog.busy, "another key is refused")
        assert trainer.focus is dialog.key.edit
        assert compared in dialog.key.problem and read_out not in dialog.key.problem
        for typed, said in ((read_out[:20], "no whole fingerprint"), (compared, "shows another key than the one")):
            trainer.replace_text(typed)
            trainer.press(Qt.Key.Key_Return)
            trainer.until(lambda said=said: said in dialog.key.problem and not dialog.busy, f"{said}")  # type: ignore[misc]
        trainer.replace_text(read_out)
        trainer.press(Qt.Key.Key_Return)
        trainer.comes_to("joinDialogMain")
        trainer.until(lambda: dialog._project == team.project, "it is joined")
        said = words_of(dialog, "joinedKeys")
        assert f"Before: {compared}. Now: {read_out}." in said
