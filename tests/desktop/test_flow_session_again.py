"""What comes back on the bench: drafts, an undone save, a record that is opened and superseded."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from session_desk import Desk

from desktop.flow import judging
from desktop.flow.draft import PromptDraft
from desktop.flow.outcome import from_judgement, to_judgement
from feedback_store import canonical, records
from feedback_store.records import Judgement


def test_the_undone_save_is_a_withdrawal_and_the_draft_is_back(desk: Desk) -> None:
    desk.generate()
    desk.judge()
    before = desk.session.draft
    saved = desk.save()
    desk.session.undo_save()
    desk.settle(lambda: bool(desk.session.draft.answers))
    assert [s.kind for s in desk.store.records.history(saved)] == ["judgement", "withdrawal"]
    assert desk.session.draft.tiers == before.tiers
    desk.save()
    assert [s.rev for s in desk.store.records.history(saved)] == [1, 2, 3]


def test_an_opened_record_is_superseded_by_the_next_save(desk: Desk) -> None:
    desk.generate()
    desk.judge()
    saved = desk.save()
    stored = desk.store.records.newest(saved)
    desk.session.open(stored)
    desk.session.act(judging.best(desk.session.draft, 0))
    assert desk.save() == saved
    first, second = desk.store.records.history(saved)
    assert (second.rev, second.record.supersedes) == (2, first.sha256)
    assert second.record.comparison == first.record.comparison  # type: ignore[union-attr]


def test_a_draft_is_kept_and_comes_back_in_another_process_of_the_same_profile(tmp_path: Path) -> None:
    first = Desk(tmp_path / "profile")
    first.generate()
    first.judge()
    kept = first.session.draft
    future = first.session.keep()
    assert future is not None
    future.result()
    first.close()
    second = Desk(tmp_path / "profile")
    assert second.session.restore()
    assert second.session.draft == kept
    second.close()


def test_each_project_finds_its_own_draft_and_never_anothers(tmp_path: Path) -> None:
    first = Desk(tmp_path / "profile")
    first.generate()
    kept = first.session.draft
    future = first.session.keep()
    assert future is not None
    future.result()
    home = first.project
    other = first.store.projects.create("Other", rubric="arena").result()
    first.store.projects.use(other.id).result()
    first.close()
    second = Desk(tmp_path / "profile")
    assert second.project.id == other.id and not second.session.restore()
    second.generate()
    second.judge()
    second.save()
    second.store.projects.use(home.id).result()
    second.close()
    third = Desk(tmp_path / "profile")
    assert third.session.restore() and third.session.draft == kept
    third.close()


def test_a_draft_that_cannot_be_kept_is_said_and_tried_again_until_it_is(desk: Desk) -> None:
    session, database = desk.session, desk.store._database
    pages = database.write(lambda c: c.execute("PRAGMA page_count").fetchone()[0]).result()
    database.write(lambda c: c.execute(f"PRAGMA max_page_count = {pages}")).result()
    session.ask(PromptDraft(text="Half a thought. " * 10_000))
    assert session.keep() is not None
    desk.settle(lambda: session.problem is not None)
    assert session.problem is not None and session.problem.while_doing == "draft"
    assert session.problem.text.startswith("The disk is full.") and "Draft kept" not in session.status
    database.write(lambda c: c.execute("PRAGMA max_page_count = 1000000")).result()
    assert session.keep() is not None
    desk.settle(lambda: session.draft_kept)
    assert session.problem is None and session.status == ("Draft kept", "Models idle")


def test_what_was_begun_before_a_save_was_undone_comes_back_after_it(desk: Desk) -> None:
    desk.generate()
    desk.judge()
    saved = desk.save()
    session = desk.session
    session.ask(PromptDraft(text="The next question", model="smollm2"))
    future = session.undo_save()
    assert future is not None
    desk.settle(lambda: session.draft.supersedes is not None)
    assert session.draft.prompt.text == "Why is the sky blue?"
    assert desk.save() == saved
    assert session.draft.prompt.text == "The next question"


def test_what_was_begun_before_a_record_was_opened_comes_back_after_it(desk: Desk) -> None:
    desk.generate()
    desk.judge()
    stored = desk.store.records.history(desk.save())[-1]
    desk.generate()
    desk.session.act(judging.best(desk.session.draft, 1))
    begun = desk.session.draft
    desk.session.open(stored)
    desk.save()
    assert desk.session.draft == begun


def test_superseding_changes_only_what_was_judged_anew(desk: Desk) -> None:
    """Opened and saved: what the bench does not show (what a candidate was asked, masks) is as it was."""
    desk.generate()
    desk.judge()
    first = desk.store.records.history(desk.save())[-1]
    made: dict[str, Any] = json.loads(first.data)
    made |= {"id": records.new_id(), "comparison": {"id": records.new_id()}}
    made["candidates"][0]["asked"] = {
        "prompt": records.new_id(), "version": 1, "messages": [{"role": "user", "content": "Why blue?"}]
    }  # fmt: skip
    made["shown"]["masked"] = ["b"]
    made["revision"] = {
        "of": "a", "text": "Better.", "feedback": ["shorter"], "change_summary": "Shorter", "method": "model_assisted",
        "edit": {"inserted": 1, "deleted": 5, "distance": 5},
    }  # fmt: skip
    record = records.decode(canonical.encode(made))
    assert isinstance(record, Judgement)
    stored = desk.store.records.save(record).result()
    desk.session.open(stored)
    desk.session.act(judging.be_sure(desk.session.draft, 2))
    desk.save()
    found = json.loads(desk.store.records.history(stored.id)[1].data)
    assert (found.pop("rev"), found.pop("supersedes"), found.pop("confidence")) == (2, stored.sha256, 2)
    assert found["shown"].pop("revealed") is True
    anew = ("rev", "nonce", "created_at", "timing")
    assert {k: v for k, v in found.items() if k not in anew} == {k: v for k, v in made.items() if k not in anew}


def test_superseding_keeps_verdicts_on_axes_that_the_bench_does_not_show(desk: Desk) -> None:
    desk.generate()
    desk.judge()
    made: dict[str, Any] = json.loads(desk.store.records.history(desk.save())[-1].data)
    made["verdicts"].append({"axis": "coherence", "tiers": [["a", "b"], ["c", "d"]]})
    data = canonical.encode(made)
    record = records.decode(data)
    assert isinstance(record, Judgement)
    draft = from_judgement(record, "0" * 64, data)
    assert to_judgement(draft, desk.session.frame).verdicts == record.verdicts
    assert to_judgement(judging.best(draft, 0), desk.session.frame).verdicts[1:] == record.verdicts[1:]
    more = judging.edit_own(judging.write_own(draft), 4, "My own.")
    assert to_judgement(more, desk.session.frame).verdicts == (), "they do not speak of the new answer"


def test_a_prompt_that_was_emptied_does_not_come_back(desk: Desk) -> None:
    session = desk.session
    session.ask(PromptDraft(text="Half a thought"))
    session.keep()
    session.ask(PromptDraft(text=" "))
    kept = session.keep()
    assert kept is not None
    kept.result()
    assert desk.store.drafts.list() == []


def test_a_record_opened_again_is_the_one_draft_that_was_begun_of_it(desk: Desk) -> None:
    saved = []
    for _ in range(2):
        desk.generate()
        desk.judge()
        saved.append(desk.store.records.history(desk.save())[-1])
    first, second = saved
    session = desk.session
    session.open(first)
    session.act(judging.justify(session.draft, "New words."))
    session.open(first)
    assert session.draft.justification == "New words.", "it stands on the bench already"
    session.open(second)
    session.open(first)
    assert session.draft.justification == "New words.", "it was set aside"
    desk.save()
    record = desk.store.records.history(first.id)[-1].record
    assert isinstance(record, Judgement) and (record.rev, record.justification) == (2, "New words.")


def test_a_draft_of_a_record_that_got_a_newer_version_meanwhile_is_the_next_one_after_it(desk: Desk) -> None:
    desk.generate()
    desk.judge()
    stored = desk.store.records.history(desk.save())[-1]
    desk.session.open(stored)
    desk.session.act(judging.justify(desk.session.draft, "New words."))
    kept = desk.session.keep()
    assert kept is not None
    kept.result()
    desk.store.records.withdraw(stored.id, "mistake").result()
    assert desk.session.restore()
    desk.save()
    assert [each.kind for each in desk.store.records.history(stored.id)] == ["judgement", "withdrawal", "judgement"]
