"""Prompts that nobody here wrote, each answered twice by the starter model and judged: every record of it holds.

The way is the window's own: desktop.flow asks the engine, gathers the answers, makes the judgement and saves it. Then
the profile is closed, and what lies in its file is read byte by byte and given to every export.
"""

from __future__ import annotations

import hashlib
import json
import random
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from judging_desk import Desk

from desktop.flow.draft import Draft, PromptDraft
from desktop.profile import Profile
from feedback_store import canonical, records
from feedback_store.database import FILE
from feedback_store.datasets.export import ExportOptions, ExportResult, export
from feedback_store.datasets.formats import FORMATS
from feedback_store.pairs import Rules
from feedback_store.records import Judgement
from feedback_store.rubric_check import check_judgement
from local_models.client import EngineClient

DATA = Path(__file__).resolve().parents[1] / "data" / "vicuna_bench.jsonl"
QUESTIONS = [json.loads(line) for line in DATA.read_text(encoding="utf-8").splitlines()]
HANDFUL = sorted(random.Random(80).sample(range(80), 4))
SEVEREST = 3


def test_the_data_is_whole() -> None:
    assert len(QUESTIONS) == 80
    assert all(question["turns"][0].strip() for question in QUESTIONS)


@pytest.mark.parametrize(
    ("numbers", "max_tokens"),
    [
        pytest.param(HANDFUL, 24, id="a-handful"),
        pytest.param(range(80), 96, id="all-80", marks=(pytest.mark.soak, pytest.mark.timeout(3600))),
    ],
)
def test_every_prompt_is_answered_twice_judged_saved_and_exported(
    tmp_path: Path, numbers: Sequence[int], max_tokens: int
) -> None:
    profile = Profile.open(tmp_path / "profile")
    rubric = profile.rubric(profile.project)
    drafts = judged(profile, numbers, max_tokens)
    profile.close()

    stored = in_the_file(tmp_path / "profile" / FILE)
    assert [record_id for record_id, _, _ in stored] == list(drafts)
    judgements = []
    for record_id, sha256, data in stored:
        record = records.decode(data)
        assert isinstance(record, Judgement)
        assert records.encode(record) == canonical.encode(canonical.strict_loads(data)) == data
        assert hashlib.sha256(b"\x00" + data).hexdigest() == sha256
        check_judgement(record, rubric)
        check_content(record, drafts[record_id])
        judgements.append(record)

    for name in FORMATS:
        wanted = sorted(WANTED[name](judgements))
        result = export(judgements, format=name, out=tmp_path / name, options=ExportOptions(rules=Rules(winners=True)))
        rows = sorted(rows_of(result))
        assert rows == wanted, name
        assert (result.read, result.rows) == (len(judgements), len(rows))


def judged(profile: Profile, numbers: Sequence[int], max_tokens: int) -> dict[str, Draft]:
    """Each prompt through engine, bench and store; the draft that was saved, by the record's id."""
    engine = EngineClient(threads=1)  # beside other tests two threads that wait for each other are slower than one
    desk = Desk(profile, engine)
    found = {}
    try:
        for number in numbers:
            desk.answer(prompt(number, max_tokens), seed=number)
            draft = desk.judge(lot=number)
            found[desk.save().id] = draft
    finally:
        engine.close()
    return found


def prompt(number: int, max_tokens: int) -> PromptDraft:
    """Every second with a system prompt, and both ways of drawing answers that are not nearly greedy."""
    question = QUESTIONS[number]
    return PromptDraft(
        text=question["turns"][0],
        system="You are a helpful assistant." if number % 2 else "",
        domain=question["category"],
        tags=("vicuna_bench", str(question["question_id"])),
        model="smollm2",
        preset=("varied", "balanced")[number // 2 % 2],
        answers=2,
        max_tokens=max_tokens,
    )


def in_the_file(path: Path) -> list[tuple[str, str, bytes]]:
    """Id, hash and bytes of every record, in the order in which they were saved, past all of our code."""
    connection = sqlite3.connect(path)
    try:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        return connection.execute("SELECT id, sha256, data FROM record ORDER BY seq").fetchall()
    finally:
        connection.close()


def check_content(record: Judgement, draft: Draft) -> None:
    """What was asked, answered and judged, and where both answers came from."""
    asked = draft.prompt
    messages = [("system", asked.system)] * bool(asked.system) + [("user", asked.text)]
    assert [(message.role, message.content) for message in record.prompt.messages] == messages
    assert (record.prompt.domain, record.prompt.tags) == (asked.domain, asked.tags)
    assert len({candidate.text for candidate in record.candidates}) == 2
    for candidate, answer in zip(record.candidates, draft.answers, strict=True):
        origin = candidate.origin
        assert origin.model is not None and origin.sampling is not None and origin.engine is not None
        assert candidate.text == answer.text != ""
        assert candidate.finish in ("stop", "length")
        assert candidate.tokens is not None and 0 < candidate.tokens.completion <= asked.max_tokens
        assert (origin.kind, origin.preset, origin.model.name) == ("local", asked.preset, "smollm2")
        assert (origin.engine.name, origin.engine.k) == ("llama-cpp-python", 2)
        assert origin.template_sha256 is not None
    (verdict,) = record.verdicts
    assert (verdict.tiers, verdict.strength, verdict.level) == (draft.tiers, draft.strength, draft.level)
    assert verdict.not_rankable == draft.not_rankable
    assert sorted(record.ratings, key=repr) == sorted(draft.ratings, key=repr) and len(record.ratings) == 10
    assert record.flags == draft.flags
    for flag in record.flags:
        text = draft.answer(flag.candidate).text
        assert flag.span is None or text[flag.span.start : flag.span.end] == flag.span.exact
    assert (record.revision.text if record.revision else None) == (draft.revision.text if draft.revision else None)
    assert (record.justification or "") == draft.justification


# ------------------------------------------------------------------------------- the rows that must come of judgements


def preferences(judgements: Sequence[Judgement]) -> Iterator[tuple[str, ...]]:
    """The better answer over the worse, and a revision over what it revises."""
    for record in judgements:
        texts = texts_of(record)
        tiers = record.verdicts[0].tiers or ()
        pairs = [(texts[tiers[0][0]], texts[tiers[1][0]])] if len(tiers) == 2 else []
        if record.revision is not None:
            pairs.append((record.revision.text, texts[record.revision.of]))
        yield from ((record.id, chosen, rejected) for chosen, rejected in pairs if chosen.strip() != rejected.strip())


def examples(judgements: Sequence[Judgement]) -> Iterator[tuple[str, ...]]:
    """Revisions, and what was called good or better, unless it was cut short or flagged as severe."""
    for record in judgements:
        verdict, good = record.verdicts[0], set()
        if verdict.tiers is not None and (len(verdict.tiers) == 2 or verdict.level == "all_good"):
            good = set(verdict.tiers[0])
        good -= {flag.candidate for flag in record.flags if flag.severity == SEVEREST}
        good -= {candidate.key for candidate in record.candidates if candidate.finish != "stop"}
        yield from ((record.id, texts_of(record)[key]) for key in good)
        if record.revision is not None:
            yield (record.id, record.revision.text)


def labels(judgements: Sequence[Judgement]) -> Iterator[tuple[str, ...]]:
    """Good or bad: by a severe flag, else by the level; a revision is good."""
    for record in judgements:
        severe = {flag.candidate for flag in record.flags if flag.severity == SEVEREST}
        level = record.verdicts[0].level
        for key, text in texts_of(record).items():
            if key in severe or level is not None:
                yield (record.id, text, str(key not in severe and level == "all_good"))
        if record.revision is not None:
            yield (record.id, record.revision.text, "True")


def triples(judgements: Sequence[Judgement]) -> Iterator[tuple[str, ...]]:
    """The better answer over the worse, where there is a revision beside them."""
    for record in judgements:
        revision, texts, tiers = record.revision, texts_of(record), record.verdicts[0].tiers or ()
        if revision is not None and len(tiers) == 2:
            yield (record.id, texts[tiers[0][0]], texts[tiers[1][0]], revision.text)


WANTED = {"preference": preferences, "sft": examples, "kto": labels, "triple": triples}


def texts_of(record: Judgement) -> dict[str, str]:
    return {candidate.key: candidate.text for candidate in record.candidates}


COLUMNS = ("chosen", "rejected", "reference", "completion")


def rows_of(result: ExportResult) -> Iterator[tuple[str, ...]]:
    """Each line of the data files as record id and what it says of it."""
    for path, file in result.files.items():
        for line in file.read_text(encoding="utf-8").splitlines() if path.endswith(".jsonl") else ():
            row: dict[str, Any] = json.loads(line)
            columns = [row[name][0]["content"] for name in COLUMNS if name in row]
            yield (row["record"], *columns, *([str(row["label"])] if "label" in row else []))
