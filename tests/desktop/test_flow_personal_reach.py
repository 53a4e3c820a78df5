"""Blacking out reaches every text of a draft and of a record: a field that joins later cannot be forgotten."""

from __future__ import annotations

import types
import typing
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from session_desk import Desk

from desktop.flow import judging, personal
from desktop.flow.draft import AnswerDraft, Draft, Drafted, FeedbackPoint, RevisionDraft, Unasked, to_bytes
from desktop.flow.draft_spots import spots
from feedback_store import records
from feedback_store.record_parts import (
    Asked,
    Flag,
    Judgement,
    Message,
    Page,
    PositionSelector,
    QuoteSelector,
    RangeSelector,
    Variable,
    Verdict,
)
from feedback_store.spans import span_at

PHONE = "+49 30 5550 142"
GONE = "[phone]"

# Texts that nobody writes freely: by the annotation's pattern, or here with the reason.
HARMLESS = {
    "AnswerDraft.key Drafted.instruction RevisionDraft.of Unasked.rubric Draft.axis Draft.rubric": "names of ours",
    "AnswerDraft.run Draft.id Draft.comparison Draft.prompt_id Draft.replaces": "ids of ours",
    "Draft.order Draft.held": "keys of ours",
    "Draft.shown_at": "a time of ours",
    "Draft.typed": "letters for a ranking, 64 characters at most, which no record ever holds",
    "Supersedes.id Supersedes.sha256 Supersedes.rubric Basis.hashes": "ids and hashes",
    "PromptDraft.model PromptDraft.beside PromptDraft.preset AnswerDraft.model": "names of models and of settings",
    "App.name App.version Engine.name Engine.version Engine.llama_cpp Engine.backend": "names of programs",
    "Model.name Model.architecture Model.quantization Model.licence Origin.preset": "what a model's file says of it",
    "Sampling.stop": "settings, which the bench does not let anybody type",
    "Prompt.language Variable.name Context.queue": "names of a language, a place in a template, a queue",
    "Page.origin": "scheme and host of a site: what the capture is allowed for",
    "Verdict.axis Rating.axis Answer.question Answer.value Flag.category Flag.kind Flag.target_group": "a rubric's ids",
    "Drafted.instruction Versioned.id": "ids of what was asked, and by which rubric or guideline",
    "BegunFlag.candidate": "a key of ours",
    "BegunChoice.category BegunChoice.kind BegunChoice.target_group FeedbackPoint.category": "a rubric's ids",
    "Span.exact Span.prefix Span.suffix": "made anew from the answer's text, by spans_moved",
}
LISTED = {name for names in HARMLESS for name in names.split()}
BYTES = {"Supersedes.record", "Basis.record"}  # records, which black_out decodes


def types_in(annotation: object) -> Iterator[object]:
    """The plain types of an annotation, without what only names a fixed set or a pattern."""
    origin = typing.get_origin(annotation)
    if origin is typing.Annotated:
        inner, *metas = typing.get_args(annotation)
        if not any(isinstance(meta, msgspec.Meta) and meta.pattern for meta in metas):
            yield from types_in(inner)
    elif origin in (typing.Union, types.UnionType, tuple):
        for each in typing.get_args(annotation):
            yield from types_in(each)
    elif origin is not typing.Literal:
        yield annotation


def fields_of(root: type) -> Iterator[tuple[type, str, set[object]]]:
    """Every field of a struct and of the structs that it holds, with its plain types."""
    todo, known = [root], {root}
    while todo:
        struct = todo.pop()
        hints = typing.get_type_hints(struct, include_extras=True)
        for field in msgspec.structs.fields(struct):
            kinds = set(types_in(hints[field.name]))
            yield struct, field.name, kinds
            held = {each for each in kinds if isinstance(each, type) and issubclass(each, msgspec.Struct)}
            todo += held - known
            known |= held


@pytest.mark.parametrize("root", [Draft, Judgement])
def test_every_text_is_searched_or_listed_as_harmless_with_a_reason(root: type) -> None:
    seen = 0
    for struct, name, kinds in fields_of(root):
        called = f"{struct.__name__}.{name}"
        seen += 1
        assert not kinds & {dict, typing.Any, object}, f"{called} may hold anything"
        if str in kinds:
            named = name in personal.DRAFT_TEXTS.get(struct, ())
            assert named or called in LISTED, f"{called} is neither blacked out nor harmless"
        if bytes in kinds:
            assert called in BYTES, f"{called} holds bytes that nobody looks into"
    assert seen > 40


def test_what_is_called_free_text_exists() -> None:
    for struct, names in personal.DRAFT_TEXTS.items():
        assert set(names) <= {field.name for field in msgspec.structs.fields(struct)}, struct


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path / "profile")
    desk.answers = (f"Call {PHONE}.", f"Not {PHONE}!", "No.", "Perhaps.")
    desk.generate()
    yield desk
    desk.close()


def everywhere(draft: Draft) -> Draft:
    """The draft with the number in each of its texts."""
    answer = msgspec.structs.replace(draft.answers[0], text=f"Call {PHONE}.", reasoning=f"So {PHONE}.")
    flag = Flag("a", "factual", 1, span=span_at(answer.text, 0, 6), note=PHONE, suggestion=PHONE)
    prompt = msgspec.structs.replace(
        draft.prompt,
        text=f"Who has {PHONE}?",
        system=f"Know {PHONE}.",
        turns=(Message("user", PHONE), Message("assistant", f"{PHONE} is it.")),
        domain=PHONE,
        tags=(PHONE, "phones"),
    )
    by = AnswerDraft("revision", f"Ring {PHONE}.", f"I think {PHONE}.", "done", "stop", draft.answers[0].origin)
    revision = RevisionDraft(
        "a",
        f"Ring {PHONE} now.",
        (FeedbackPoint(f"Say {PHONE}."),),
        f"Said {PHONE}.",
        drafts=(Drafted(by, f"Call {PHONE}, please.", (f"Say {PHONE}.",), "rewrite-1"),),
    )
    return msgspec.structs.replace(
        draft,
        prompt=prompt,
        asked=prompt,
        answers=(answer, *draft.answers[1:]),
        flags=(flag,),
        revision=revision,
        justification=f"Because of {PHONE}.",
        unasked=(Unasked("0" * 64, (Verdict("overall", not_rankable=PHONE),), flags=(flag,)),),
        kept=(f"{PHONE} 7",),
    )


def on_disk(desk: Desk) -> bytes:
    folder = desk.store.path.parent
    return b"".join(file.read_bytes() for file in folder.rglob("*") if file.is_file())


def test_one_decision_takes_the_number_out_of_every_text_of_a_draft(desk: Desk) -> None:
    draft = everywhere(desk.session.draft)
    made = personal.black_out(draft, PHONE, "phone")
    assert PHONE.encode() in to_bytes(draft) and PHONE.encode() not in to_bytes(made)
    assert made.unasked[0].flags[0].span == made.flags[0].span
    assert made.unasked[0].flags[0].note == GONE and made.revision is not None
    assert made.revision.drafts[0].before == f"Call {GONE}, please."


def test_words_said_by_an_earlier_rubric_are_found_too(desk: Desk) -> None:
    other = "+49 30 5550 199"
    aside = Unasked("0" * 64, (Verdict("overall", not_rankable=other),), flags=(Flag("a", "factual", 1, note=other),))
    found = [spot.text for spot in spots(msgspec.structs.replace(desk.session.draft, unasked=(aside,)))]
    assert found.count(other) == 2


def test_the_number_stands_in_no_file_once_the_judgement_is_saved(desk: Desk) -> None:
    """In the stored judgement, its drafts, turns that were passed and drafts set aside: everywhere at once."""
    session = desk.session
    desk.judge()
    record = desk.save()
    stored = desk.store.records.newest(record)
    assert stored is not None
    aside = msgspec.structs.replace(everywhere(stored_draft(desk)), id=records.new_id(), comparison=records.new_id())
    desk.store.drafts.save(f"{desk.project.id}/{aside.id}", to_bytes(aside)).result()
    passed = msgspec.structs.replace(aside, id=records.new_id())
    desk.store.drafts.save(f"{desk.project.id}:{passed.comparison}/{passed.id}", to_bytes(passed)).result()
    session.open(stored)
    session.act(everywhere_said(session.draft))
    kept = session.keep()
    assert kept is not None
    kept.result()
    assert on_disk(desk).count(PHONE.encode()) > 20
    session.act(session.findings.black_out(session.draft, PHONE, "phone"))
    assert desk.save() == record
    assert PHONE.encode() not in on_disk(desk)
    waits = session._drafts.find(f"{desk.project.id}/{aside.id}")
    assert waits is not None and waits.blacked_out and waits.prompt.text == f"Who has {GONE}?"


def test_a_blackout_that_was_undone_leaves_other_drafts_alone(desk: Desk) -> None:
    session = desk.session
    desk.judge()
    aside = msgspec.structs.replace(session.draft, id=records.new_id(), comparison=records.new_id())
    desk.store.drafts.save(f"{desk.project.id}/{aside.id}", to_bytes(aside)).result()
    session.act(session.findings.black_out(session.draft, PHONE, "phone"))
    session.undo()
    desk.save()
    assert session.draft.id == aside.id and session.draft.answers == aside.answers


def stored_draft(desk: Desk) -> Draft:
    assert desk.session.saved is not None
    return desk.session.saved.draft


def everywhere_said(draft: Draft) -> Draft:
    """The number in what is said of stored answers, whose own words stand."""
    flagged = judging.justify(draft, f"Because of {PHONE}.")
    aside = Unasked("0" * 64, flags=(Flag("a", "factual", 1, note=PHONE, suggestion=PHONE),))
    return msgspec.structs.replace(flagged, unasked=(aside,))


def test_a_record_with_the_number_everywhere_loses_it_everywhere(desk: Desk) -> None:
    from feedback_store.redaction import Blackout, redacted

    desk.judge()
    stored = desk.store.records.newest(desk.save())
    assert stored is not None and isinstance(stored.record, Judgement)
    asked = Asked(records.new_id(), 1, (Message("user", PHONE),))
    candidates = (msgspec.structs.replace(stored.record.candidates[0], asked=asked), *stored.record.candidates[1:])
    selectors = (
        QuoteSelector(PHONE, PHONE, PHONE),
        PositionSelector(0, 1),
        RangeSelector(f"[title='{PHONE}']", 0, f"[title='{PHONE}']", 1),
    )
    page = Page("https://example.com", PHONE, records.now(), True, selectors, f"https://example.com/?n={PHONE}")
    context = msgspec.structs.replace(stored.record.context, page=page)
    prompt = msgspec.structs.replace(stored.record.prompt, variables=(Variable("who", PHONE),), tags=(PHONE,))
    made = msgspec.structs.replace(stored.record, candidates=candidates, context=context, prompt=prompt)
    done = redacted(made, Blackout(PHONE, "phone"))
    assert PHONE.encode() in msgspec.json.encode(made) and PHONE.encode() not in msgspec.json.encode(done)
