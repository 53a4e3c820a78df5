"""`records check` lists numbers and addresses in stored judgements, and changes nothing."""

from __future__ import annotations

import json
from pathlib import Path

from command_line import here

LINE = {
    "prompt": "Whom do I call? 😀 My number is +49 30 5550 142.",
    "candidates": ["Call +49 30 5550 142.", "Write to jane.doe@uni-mainz.de."],
    "verdict": "b>a",
}


def _profile(folder: Path, *lines: dict[str, object]) -> Path:
    file = folder / "some.jsonl"
    file.write_text("".join(json.dumps(line) + "\n" for line in lines))
    assert here("records", "import", file, "--trainer", "me", profile=folder / "profile").status == 0
    return folder / "profile"


def test_places_are_listed_with_kind_place_and_words(tmp_path: Path) -> None:
    profile = _profile(tmp_path, LINE, LINE | {"prompt": "Why?", "candidates": ["It is.", "So."]})
    done = here("records", "check", profile=profile)
    assert done.status == 0
    assert "Phone" in done.out and "Prompt, A" in done.out and "jane.doe@uni-mainz.de" in done.out
    assert done.out.endswith(
        "2 judgements looked through, numbers or addresses in 1. Names are not found: read the texts for them.\n"
    )


def test_as_json_each_place_is_a_line_with_its_offsets(tmp_path: Path) -> None:
    profile = _profile(tmp_path, LINE)
    told = [json.loads(line) for line in here("records", "check", "--json", profile=profile).out.splitlines()]
    assert [(each["kind"], each["part"], each.get("candidate")) for each in told] == [
        ("phone", "prompt", None),
        ("phone", "answer", "a"),
        ("email", "answer", "b"),
    ]
    assert all(each["quote"] in ("+49 30 5550 142", "jane.doe@uni-mainz.de") for each in told)
    assert str(LINE["prompt"])[told[0]["start"] : told[0]["end"]] == told[0]["quote"]
    only = here("records", "check", told[0]["id"], profile=profile)
    assert "1 judgement looked through" in only.out


def test_a_judgement_that_is_not_there_is_named(tmp_path: Path) -> None:
    profile = _profile(tmp_path, LINE)
    assert "There is no judgement nothing" in here("records", "check", "nothing", profile=profile).sentence
