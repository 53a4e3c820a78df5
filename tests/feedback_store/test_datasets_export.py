"""Exports: the shapes that trainers of models read, the same bytes for the same records, and nothing left unsaid."""

from __future__ import annotations

import hashlib
import itertools
import json
import random
import tempfile
from pathlib import Path
from typing import Any

import msgspec
import pytest
from dataset_files import PROMPT, TRAIN, answer, rows, write
from hypothesis import given, settings
from hypothesis import strategies as st
from made_judgements import RUBRIC, candidate, drafted_revision, judgement, revision

from feedback_store import canonical, records
from feedback_store.datasets.export import ExportOptions, export
from feedback_store.datasets.formats import FORMATS
from feedback_store.datasets.kto import interleave
from feedback_store.datasets.rows import Row
from feedback_store.errors import NotFoundError, StoreError
from feedback_store.pairs import Rules
from feedback_store.record_parts import (
    Conversation,
    Flag,
    Judgement,
    Message,
    Model,
    Origin,
    Parent,
    Prompt,
    Record,
    Versioned,
    Withdrawal,
)


def withdrawal(of: Judgement) -> Withdrawal:
    return Withdrawal(
        v=1,
        id=of.id,
        rev=of.rev + 1,
        supersedes=canonical.record_hash(records.encode(of)),
        nonce=records.new_nonce(),
        created_at=of.created_at,
        project=of.project,
        trainer=of.trainer,
        app=of.app,
        reason="mistake",
    )


def test_each_turn_of_a_branchy_conversation_leaves_with_exactly_its_own_way(tmp_path: Path) -> None:
    """A root, two turns after different answers of it, and one after a rewriting: no row knows of another branch."""

    def said(*contents: str) -> tuple[Message, ...]:
        return tuple(Message("assistant" if n % 2 else "user", content) for n, content in enumerate(contents))

    def turn(verdict: str, *contents: str, after: Judgement | None, answer: str = "", **more: Any) -> Judgement:
        parent = Parent(after.comparison.id, answer) if after is not None else None
        tie = Conversation(root.comparison.id, parent) if after is not None else None
        prompt = Prompt(records.new_id(), 1, said(*contents))
        return judgement(verdict, conversation=tie, prompt=prompt, **more)

    root = judgement("a>b", ask="Why?")
    second = turn("b>a", "Why?", "text of a", "And then?", after=root, answer="a", revision=revision("b", "Put right."))
    other = turn("a>b", "Why?", "text of b", "And now?", after=root, answer="b")
    third = turn("a>b", "Why?", "text of a", "And then?", "Put right.", "Why so?", after=second, answer="revision")
    ways = {tuple((m.role, m.content) for m in each.prompt.messages) for each in (root, second, other, third)}
    for format in FORMATS:
        out = tmp_path / format
        write([root, second, other, third], out, format)
        text = (out / "data/train.jsonl").read_text("utf-8") if (out / "data/train.jsonl").exists() else ""
        prompts = [row["prompt"] for line in text.splitlines() if "prompt" in (row := json.loads(line))]
        messages = [prompt for prompt in prompts if isinstance(prompt, list)]
        assert {tuple((m["role"], m["content"]) for m in prompt) for prompt in messages} <= ways, format
        if format == "preference":
            assert {tuple((m["role"], m["content"]) for m in prompt) for prompt in messages} == ways
    manifest = json.loads((tmp_path / "preference" / "manifest.json").read_bytes())
    assert json.dumps(manifest).count('"groups": 1') == 1, "all of a conversation stays in one split"


def test_preference_rows_have_an_explicit_prompt_and_one_assistant_message_a_side(tmp_path: Path) -> None:
    made = judgement("a>b")
    write([made], tmp_path / "out")
    assert rows(tmp_path / "out") == [
        {
            "prompt": PROMPT,
            "chosen": answer("text of a"),
            "rejected": answer("text of b"),
            "chosen_source": "m",
            "rejected_source": "m",
            "record": made.id,
            "comparison": made.comparison.id,
            "trainer": "t1",
        }
    ]


def test_sft_rows_are_prompt_and_completion(tmp_path: Path) -> None:
    write([judgement(None, revision=revision())], tmp_path / "out", "sft", minimal=True)
    assert rows(tmp_path / "out") == [{"prompt": PROMPT, "completion": answer("text of a, put right")}]


@pytest.mark.parametrize("form", ["sft", "preference", "kto", "triple"])
def test_a_revision_that_a_model_drafted_is_marked_in_every_row_and_its_model_named(form: str, tmp_path: Path) -> None:
    made: list[Record] = [
        judgement("a>b", revision=drafted_revision("a")),
        judgement("b>a", revision=revision("b", "another")),
    ]
    write(made, tmp_path / "out", form)
    column = {"preference": "chosen_source", "triple": "reference_source"}.get(form, "source")
    marks = [row[column] for row in rows(tmp_path / "out") if "revision" in row[column]]
    assert sorted(marks) == ["assisted revision", "revision"]
    assert "helper" in (tmp_path / "out/README.md").read_text(), "the card names who drafted"
    result, manifest = write(made, tmp_path / "less", form, rules=Rules(without_assisted=True))
    assert result.excluded["assisted"] == 1 and manifest["options"]["without_assisted"] is True
    assert not any(row[column] == "assisted revision" for row in rows(tmp_path / "less"))
    assert "helper" not in (tmp_path / "less/README.md").read_text()


def test_a_triple_has_the_rewriting_as_its_reference_beside_the_pair(tmp_path: Path) -> None:
    made = judgement("a>b", revision=revision())
    result, _ = write([made, judgement("a>b", ask="2")], tmp_path / "out", "triple")
    assert rows(tmp_path / "out") == [
        {
            "prompt": PROMPT,
            "chosen": answer("text of a"),
            "rejected": answer("text of b"),
            "reference": answer("text of a, put right"),
            "chosen_source": "m",
            "rejected_source": "m",
            "reference_source": "revision",
            "record": made.id,
            "comparison": made.comparison.id,
            "trainer": "t1",
        }
    ]
    assert result.excluded == {"no_revision": 1}


def test_kto_labels_are_json_booleans(tmp_path: Path) -> None:
    write([judgement("bad ab")], tmp_path / "out", "kto", minimal=True)
    assert rows(tmp_path / "out") == [
        {"prompt": PROMPT, "completion": answer("text of a"), "label": False},
        {"prompt": PROMPT, "completion": answer("text of b"), "label": False},
    ]


def test_reasoning_leaves_only_by_option_and_then_in_every_row(tmp_path: Path) -> None:
    made = judgement("good ab", candidate("a", reasoning="Hm."), candidate("b"))
    write([made], tmp_path / "plain", "sft", minimal=True)
    assert rows(tmp_path / "plain")[0]["completion"] == answer("text of a")
    write([made], tmp_path / "thinking", "sft", minimal=True, thinking=True)
    assert [row["completion"][0]["thinking"] for row in rows(tmp_path / "thinking")] == ["Hm.", ""]


def test_no_value_anywhere_is_null_and_all_rows_have_the_same_columns(tmp_path: Path) -> None:
    made = [judgement("a>b", ask=str(n), revision=revision() if n % 2 else None) for n in range(4)]
    for name in FORMATS:
        write([*made], tmp_path / name, name, rules=Rules(winners=True))
        data = (tmp_path / name / "data/train.jsonl").read_bytes()
        assert b"null" not in data
        assert len({tuple(row) for row in rows(tmp_path / name)}) == 1


def test_trainers_are_numbered_by_their_first_judgement_and_named_only_on_demand(tmp_path: Path) -> None:
    early, late = records.new_trainer_id(), records.new_trainer_id()
    made = [
        judgement("a>b", ask="2", trainer=late, created_at="2026-11-23T00:00:00.000Z"),
        judgement("a>b", ask="1", trainer=early, created_at="2026-11-22T00:00:00.000Z"),
    ]
    write([*made], tmp_path / "numbers")
    assert [row["trainer"] for row in rows(tmp_path / "numbers")] == ["t1", "t2"]
    assert early.encode() not in (tmp_path / "numbers/data/train.jsonl").read_bytes()
    write([*made], tmp_path / "ids", trainer_ids=True)
    assert [row["trainer"] for row in rows(tmp_path / "ids")] == [early, late]


def test_the_highest_revision_of_an_item_decides_and_a_withdrawal_takes_it_out(tmp_path: Path) -> None:
    first, gone = judgement("a>b"), judgement("a>b", ask="Gone?")
    second = msgspec.structs.replace(
        first,
        rev=2,
        supersedes=canonical.record_hash(records.encode(first)),
        verdicts=judgement("b>a").verdicts,
    )
    result, manifest = write([second, first, withdrawal(gone), gone], tmp_path / "out")
    assert [row["chosen"] for row in rows(tmp_path / "out")] == [answer("text of b")]
    assert result.excluded == {"withdrawn": 1}
    assert manifest["judgements"] == {"read": 2, "used": 1}


def test_what_was_left_out_is_counted_by_reason_with_its_meaning(tmp_path: Path) -> None:
    made = [
        judgement("a>b"),
        judgement("a=b", ask="tie"),
        judgement("not rankable", ask="no"),
        judgement("a>b", candidate("a", kind="page"), candidate("b"), ask="page"),
        judgement("a>b", candidate("a", "same"), candidate("b", "same"), ask="same"),
        judgement("a>b", ask="private", private=True),
    ]
    result, manifest = write([*made], tmp_path / "out")
    expected = {"private": 1, "foreign": 1, "identical": 1, "not_rankable": 1, "tie": 1}
    assert result.excluded == expected
    assert {reason: entry["count"] for reason, entry in manifest["left_out"].items()} == expected
    card = (tmp_path / "out/README.md").read_text(encoding="utf-8")
    assert all(f"`{reason}`" in card and entry["meaning"] in card for reason, entry in manifest["left_out"].items())


def test_a_prompt_that_does_not_end_with_a_question_is_left_out(tmp_path: Path) -> None:
    ends = Prompt(records.new_id(), 1, (Message("user", "Go on:"), Message("assistant", "I")))
    result, _ = write([judgement("a>b"), judgement("a>b", prompt=ends)], tmp_path / "out")
    assert result.excluded == {"prompt_end": 1}


def test_equal_examples_of_several_judgements_leave_once(tmp_path: Path) -> None:
    result, _ = write([judgement("good ab"), judgement("good ab")], tmp_path / "out", "sft")
    assert (result.rows, result.excluded) == (2, {"repeated": 2})
    votes, _ = write([judgement("a>b"), judgement("a>b")], tmp_path / "votes")
    assert votes.rows == 2


def test_the_projects_own_rubric_says_which_severity_is_the_highest(tmp_path: Path) -> None:
    assert RUBRIC.flags is not None
    own = msgspec.structs.replace(
        RUBRIC, id="own", flags=msgspec.structs.replace(RUBRIC.flags, severities=RUBRIC.flags.severities[:2])
    )
    made = judgement("good ab", flags=(Flag("a", "unsafe", 1),), rubric=Versioned("own", 1, own.sha256))
    assert write([made], tmp_path / "unknown", "sft")[0].rows == 2
    assert write([made], tmp_path / "known", "sft", rubrics=(own,))[0].excluded == {"flagged_severe": 1}


def test_the_manifest_has_the_hash_of_every_other_file(tmp_path: Path) -> None:
    result, manifest = write([judgement("a>b")], tmp_path / "out", licence="CC0-1.0", terms="For research.")
    there = {path.relative_to(tmp_path / "out").as_posix() for path in (tmp_path / "out").rglob("*") if path.is_file()}
    assert there == set(result.files) == {"data/train.jsonl", "README.md", "croissant.json", "manifest.json"}
    for entry in manifest["files"]:
        data = (tmp_path / "out" / entry["path"]).read_bytes()
        assert (entry["bytes"], entry["sha256"]) == (len(data), hashlib.sha256(data).hexdigest())
    assert {entry["path"] for entry in manifest["files"]} == there - {"manifest.json"}
    assert (manifest["licence"], manifest["terms"]) == ("CC0-1.0", "For research.")
    assert manifest["rubrics"] == [{"id": RUBRIC.id, "version": 1, "sha256": RUBRIC.sha256}]


def test_lengths_are_told_in_characters_and_in_tokens_where_they_can_be_counted(tmp_path: Path) -> None:
    made = [judgement("a>b", candidate("a", "x " * n), candidate("b"), ask=str(n)) for n in range(1, 101)]
    _, manifest = write([*made], tmp_path / "plain")
    assert manifest["lengths"]["chosen"]["characters"] == {"p50": 100, "p90": 180, "p95": 190, "p99": 198, "p100": 200}
    assert "tokens" not in manifest["lengths"]["chosen"]
    export(
        made,
        format="preference",
        out=tmp_path / "counted",
        options=ExportOptions(shares=TRAIN),
        count_tokens=lambda text: len(text.split()),
    )
    counted = json.loads((tmp_path / "counted/manifest.json").read_bytes())
    assert counted["lengths"]["chosen"]["tokens"]["p50"] == 50


def test_the_card_names_its_configs_and_escapes_what_others_wrote(tmp_path: Path) -> None:
    evil = Model("m|<b>x</b>\n---\n# [me](http://x)")
    made = judgement("a>b", candidate("a", origin=Origin("import", model=evil), finish=None), candidate("b"))
    write([made], tmp_path / "out", name='My "set"\nlicense: mit', licence="Our own terms")
    card = (tmp_path / "out/README.md").read_text(encoding="utf-8")
    head = card.split("---\n")[1]
    assert 'pretty_name: "My \\"set\\" license: mit"' in head
    assert 'license: other\nlicense_name: "Our own terms"' in head
    assert '- config_name: "preference"\n  default: true' in head
    assert '  - split: "train"\n    path: "data/train.jsonl"' in head
    assert r"m\|\<b\>x\</b\> --- \# \[me\]\(http://x\)" in card


@pytest.mark.parametrize("licence", ["", "unspecified", " Unspecified "])
def test_a_licence_that_nobody_named_is_said_to_be_missing_with_what_to_do(tmp_path: Path, licence: str) -> None:
    """It read "Licence: unspecified", and its head named a licence of that id."""
    given = Origin("import", model=Model("m", licence="unspecified"))
    made = judgement("a>b", candidate("a", origin=given, finish=None), candidate("b", origin=given, finish=None))
    _, manifest = write([made], tmp_path / "out", licence=licence)
    text = (tmp_path / "out/README.md").read_text(encoding="utf-8")
    assert "unspecified" not in text.lower() and 'license: "unknown"' in text
    assert "No licence was named" in text and "`--licence` puts it here" in text
    assert "| m | not told |" in text
    assert manifest["licence"] == ""
    assert json.loads((tmp_path / "out/croissant.json").read_bytes())["license"] == "unknown"


def test_the_card_of_kto_gives_counts_and_weights(tmp_path: Path) -> None:
    made = [judgement("good ab", ask="1"), judgement("bad a", candidate("a"), ask="2")]
    write([*made], tmp_path / "out", "kto")
    card = (tmp_path / "out/README.md").read_text(encoding="utf-8")
    assert "2 rows are good, 1 are bad" in card
    assert "between 0.50 and 0.67" in card


def test_croissant_describes_every_file_and_column(tmp_path: Path) -> None:
    _, manifest = write([judgement("a>b")], tmp_path / "out")
    found = json.loads((tmp_path / "out/croissant.json").read_bytes())
    (file,) = found["distribution"]
    (entry,) = [entry for entry in manifest["files"] if entry["path"] == file["contentUrl"]]
    assert file["sha256"] == entry["sha256"]
    (split,) = found["recordSet"]
    assert [field["@id"].removeprefix("train/") for field in split["field"]] == list(rows(tmp_path / "out")[0])
    assert [part["@id"] for part in split["field"][0]["subField"]] == ["train/prompt/role", "train/prompt/content"]
    assert found["datePublished"] == "2026-11-22"
    assert {
        "rai:dataCollection",
        "rai:dataAnnotationProtocol",
        "rai:dataBiases",
        "rai:personalSensitiveInformation",
    } <= (found.keys())


def test_an_unknown_format_is_refused_with_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match=r"'dpo'. Known: sft, preference, kto, triple\."):
        export([judgement("a>b")], format="dpo", out=tmp_path / "out")


@pytest.mark.parametrize("form", FORMATS.values(), ids=FORMATS.keys())
def test_every_format_is_explained_in_a_sentence(form: Any) -> None:
    assert form.explain.endswith(".")
    assert len(form.explain) < 120


def test_records_that_give_no_row_are_refused_with_the_reasons_and_nothing_is_written(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"gives a row for preference: 1 × a tie\.") as refused:
        export([judgement("a=b")], format="preference", out=tmp_path / "out")
    assert refused.value.values["left_out"] == {"tie": 1}
    with pytest.raises(StoreError, match="there are no judgements"):
        export([], format="preference", out=tmp_path / "out")
    assert list(tmp_path.iterdir()) == []


_said = st.sampled_from(["a>b", "b>>a", "a=b", "good ab", "bad ab", "not rankable", None])
_made = st.builds(
    lambda said, ask, day, revised: judgement(
        said,
        ask=ask,
        created_at=f"2026-11-{day:02d}T00:00:00.000Z",
        trainer=f"trn_{day % 3:032x}",
        revision=revision() if revised else None,
    ),
    _said,
    st.text(max_size=3),
    st.integers(1, 28),
    st.booleans(),
)


@settings(max_examples=25)
@given(st.lists(_made, max_size=8), st.randoms(), st.sampled_from(sorted(FORMATS)))
def test_the_same_records_in_any_order_give_the_same_bytes(
    made: list[Judgement], chance: random.Random, format: str
) -> None:
    shuffled = made.copy()
    chance.shuffle(shuffled)
    with tempfile.TemporaryDirectory() as folder:
        found = []
        for name, some in (("one", made), ("two", shuffled + made)):
            out = Path(folder) / name
            try:
                result = export(some, format=format, out=out)
            except StoreError as refused:
                found.append({"refused": str(refused).encode()})
            else:
                found.append({path: file.read_bytes() for path, file in result.files.items()})
        assert found[0] == found[1]


@given(st.lists(st.integers(0, 6), max_size=40))
def test_kto_rows_of_one_prompt_are_neighbours_only_where_nothing_else_is_left(prompts: list[int]) -> None:
    made = [Row({"label": True}, {}, (Message("user", str(number)),), judgement()) for number in prompts]
    mixed = [row.prompt[0].content for row in interleave(made)]
    assert sorted(mixed) == sorted(str(number) for number in prompts)
    touching = sum(one == other for one, other in itertools.pairwise(mixed))
    most = max((prompts.count(number) for number in prompts), default=0)
    assert touching == max(0, most - 1 - (len(prompts) - most))
