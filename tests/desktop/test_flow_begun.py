"""A flag and a reason that are begun: kept with the draft, moved with their words, in no record."""

from __future__ import annotations

import msgspec

from desktop.flow import beginning, checks, judging, personal
from desktop.flow import draft as drafts
from desktop.flow.begun import BegunChoice
from desktop.flow.draft import AnswerDraft, Draft
from desktop.flow.judging import FlagChoice
from feedback_store import rubrics
from feedback_store.records import Origin

CHOICE = BegunChoice("factual", 2, note="Karl says")


def draft() -> Draft:
    texts = {"a": "Karl says so, but who is asked?", "b": "No."}
    answers = tuple(AnswerDraft(key, text, state="done", origin=Origin("human")) for key, text in texts.items())
    return msgspec.structs.replace(drafts.new_draft(), answers=answers, order=("a", "b"))


def begun(at: Draft) -> Draft:
    return beginning.keep(at, beginning.at_span(at, 0, (14, 17)), CHOICE)


def words(at: Draft) -> str:
    assert at.begun_flag is not None and at.begun_flag.span is not None
    span = at.begun_flag.span
    return at.answer(at.begun_flag.candidate).text[span.start : span.end]


def test_a_draft_of_an_earlier_version_is_read_and_one_with_nothing_begun_is_written_as_before() -> None:
    data = drafts.to_bytes(draft())
    assert b"begun" not in data
    assert (drafts.from_bytes(data).begun_flag, drafts.from_bytes(data).begun_reason) == (None, "")


def test_what_is_begun_comes_back_from_the_bytes_of_the_draft() -> None:
    kept = beginning.keep_reason(begun(draft()), "Neither ")
    assert drafts.from_bytes(drafts.to_bytes(kept)) == kept


def test_what_is_begun_follows_its_words_in_an_edited_answer_and_through_blacking_out() -> None:
    assert words(begun(draft())) == "but"
    assert words(judging.edit_own(begun(draft()), 0, "So Karl says so, but who is asked?")) == "but"
    blacked = personal.black_out(begun(draft()), "Karl", "name")
    assert words(blacked) == "but"
    assert blacked.begun_flag is not None and blacked.begun_flag.choice.note == "[name] says"


def test_a_change_that_is_begun_follows_its_flag_and_goes_with_it() -> None:
    flagged = judging.flag(draft(), 0, (0, 4), FlagChoice("factual", 1))
    changing = beginning.keep(flagged, beginning.at_flag(flagged.flags[0]), CHOICE)
    milder = judging.set_severity(changing, 0, 0)
    assert milder.begun_flag is not None and milder.begun_flag.at == milder.flags[0]
    done = beginning.finish(milder, milder.begun_flag, FlagChoice("unsafe", 3))
    assert [(flag.category, flag.severity) for flag in done.flags] == [("unsafe", 3)] and done.begun_flag is None
    assert judging.remove_flag(changing, 0).begun_flag is None


def test_what_says_nothing_new_is_not_begun() -> None:
    flagged = judging.flag(draft(), 0, None, FlagChoice("factual", 1))
    same = beginning.at_flag(flagged.flags[0])
    assert beginning.keep(flagged, same, same.choice) == flagged
    assert beginning.keep(draft(), beginning.at_span(draft(), 0, None), BegunChoice()).begun_flag is None


def test_what_the_rubric_does_not_ask_for_holds_up_nothing() -> None:
    kept = beginning.keep_reason(begun(draft()), "Neither")
    rubric = rubrics.load("helpsteer2")
    without = msgspec.structs.replace(rubric, flags=None, verdicts=())

    def places(asked: rubrics.Rubric) -> set[str]:
        return {notice.place for notice in checks.missing(kept, asked)} & {"begun_flag", "begun_reason"}

    assert places(rubric) == {"begun_flag"} | ({"begun_reason"} if rubric.verdicts else set())
    assert places(without) == set()
