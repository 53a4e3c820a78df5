"""What is asked, and undo: the prompt and each of its settings are taken back like everything else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from session_desk import Desk

from desktop.flow import judging
from desktop.flow.draft import PromptDraft

replace = msgspec.structs.replace


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path / "profile")
    yield made
    made.close()


@pytest.mark.parametrize(
    "changed",
    [
        {"model": "other"},
        {"answers": 2},
        {"preset": "precise"},
        {"system": "Be brief."},
        {"tags": ("night",)},
        {"domain": "Law"},
        {"blind": False},
        {"text": "Another?"},
    ],
    ids=lambda changed: next(iter(changed)),
)
def test_every_part_of_what_is_asked_is_undone_and_redone(desk: Desk, changed: dict[str, object]) -> None:
    desk.generate()
    session = desk.session
    before = session.draft.prompt
    session.ask(replace(before, **changed))
    after = session.draft.prompt
    session.undo()
    assert session.draft.prompt == before and len(session.draft.answers) == 4
    session.redo()
    assert session.draft.prompt == after != before


def test_a_sitting_at_one_field_is_one_step(desk: Desk) -> None:
    desk.generate()
    session = desk.session
    asked = session.draft.prompt
    for tags in (("n",), ("ni",), ("nig",)):
        session.ask(replace(session.draft.prompt, tags=tags))
    session.ask(replace(session.draft.prompt, model="other"))
    session.history.pause()
    session.ask(replace(session.draft.prompt, model="third"))
    seen = []
    while session.history.can_undo:
        session.undo()
        seen.append((session.draft.prompt.tags, session.draft.prompt.model))
    assert seen == [(("nig",), "other"), (("nig",), "smollm2"), ((), "smollm2")]
    assert session.draft.prompt == asked


def test_what_a_field_took_back_by_itself_is_no_step(desk: Desk) -> None:
    session = desk.session
    session.begin_with(PromptDraft())
    session.ask(PromptDraft(text="W"))
    session.ask(PromptDraft(text="Wh"))
    session.ask(PromptDraft())
    assert not session.history.can_undo


def test_a_model_that_is_gone_makes_no_step(desk: Desk) -> None:
    desk.generate()
    desk.session.act(judging.best(desk.session.draft, 0))
    desk.session.ask(replace(desk.session.draft.prompt, model="other"), noted=False)
    desk.session.undo()
    assert desk.session.draft.tiers is None
