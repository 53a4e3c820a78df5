"""`records` on a real store: import with line numbers, all or nothing, known lines; list, search, show, take back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from command_line import Ended, here, preceptor

from feedback_store import records

OTHER = "trn_" + "0" * 32
LINE: dict[str, object] = {
    "prompt": "Which way does water turn?",
    "candidates": ["Clockwise.", {"text": "Either way; Coriolis is too weak.", "model": "kiwi"}, "Left."],
    "verdict": "b>a=c",
    "ratings": [{"candidate": "b", "axis": "helpfulness", "value": 4}],
    "flags": [{"candidate": "a", "category": "factual", "severity": 2, "exact": "Clockwise"}],
}


def write(path: Path, *lines: object) -> Path:
    path.write_text("".join((json.dumps(line) if isinstance(line, dict) else str(line)) + "\n" for line in lines))
    return path


def imported(profile: Path, file: Path, *more: str, trainer: str = "me") -> Ended:
    return here("records", "import", file, "--trainer", trainer, *more, profile=profile)


def listed(profile: Path, *more: str) -> list[dict[str, object]]:
    done = here("records", "list", "--json", *more, profile=profile)
    assert done.status == 0, done.err
    return [json.loads(line) for line in done.out.splitlines()]


def test_lines_are_imported_once_and_counted_as_known_after_that(tmp_path: Path) -> None:
    profile = tmp_path / "profile"
    file = write(tmp_path / "some.jsonl", LINE, LINE | {"verdict": "a>b>c"})
    assert json.loads(imported(profile, file, "--json").out) == {"imported": 2, "known": 0, "refused": []}
    again = write(tmp_path / "more.jsonl", dict(reversed(LINE.items())), LINE | {"verdict": "c>b>a"})
    assert json.loads(imported(profile, again, "--json").out) == {"imported": 1, "known": 1, "refused": []}
    assert len(listed(profile)) == 3


def test_the_same_line_of_another_trainer_is_another_judgement_and_is_never_sent(tmp_path: Path) -> None:
    profile = tmp_path / "profile"
    file = write(tmp_path / "some.jsonl", LINE)
    imported(profile, file)
    assert json.loads(imported(profile, file, "--json", trainer=OTHER).out)["imported"] == 1
    (theirs,) = [each for each in listed(profile) if each["trainer"] == OTHER]
    assert "another trainer" in here("outbox", "release", str(theirs["id"]), profile=profile).sentence


def test_a_bad_line_is_named_by_its_number_and_nothing_is_imported(tmp_path: Path) -> None:
    profile = tmp_path / "profile"
    bad = [
        LINE,
        "{broken",
        LINE | {"verdict": "a>b"},
        "",
        LINE | {"ratings": [{"candidate": "b", "axis": "x", "value": 1}]},
    ]
    done = preceptor("records", "import", write(tmp_path / "bad.jsonl", *bad), "--trainer", "me", profile=profile)
    assert done.status == 1
    told = done.err.splitlines()
    assert [line.split(":")[0] for line in told] == ["line 2", "line 3", "line 5", "preceptor"]
    assert "$.ratings[0].axis" in told[2]
    assert "Nothing was imported: 3 lines were refused." in told[3]
    assert listed(profile) == []


def test_skip_bad_takes_the_good_lines_and_still_names_the_others(tmp_path: Path) -> None:
    profile = tmp_path / "profile"
    file = write(tmp_path / "bad.jsonl", LINE, "[]", '{"prompt": "x", "prompt": "y"}')
    done = imported(profile, file, "--skip-bad")
    assert (done.status, done.out) == (0, "1 imported into My project, 0 known before, 2 refused.\n")
    assert [line.split(":")[0] for line in done.err.splitlines()] == ["line 2", "line 3"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nix.jsonl", "--trainer", "me"], "nix.jsonl"),
        (["some.jsonl", "--trainer", "Ada"], "'Ada' is no trainer's id"),
        (["some.jsonl", "--trainer", "me", "--project", "nix"], "There is no project 'nix'"),
        (["empty.jsonl", "--trainer", "me"], "There is no line"),
    ],
)
def test_what_cannot_be_imported_is_refused_in_one_sentence(
    arguments: list[str], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "some.jsonl", LINE)
    write(tmp_path / "empty.jsonl")
    assert said in here("records", "import", *arguments, profile=tmp_path / "profile").sentence


def test_records_are_found_shown_withdrawn_and_erased(tmp_path: Path) -> None:
    profile = tmp_path / "profile"
    imported(profile, write(tmp_path / "some.jsonl", LINE, LINE | {"prompt": "Name a bird.", "tags": ["birds"]}))
    assert here("records", "search", "coriolis", "wea", profile=profile).out.count("Which way") == 1
    assert here("records", "search", "penguin", profile=profile).out == "Nothing was found.\n"
    (found,) = listed(profile, "--tag", "birds", "--model", "kiwi", "--flag", "factual")
    ident = str(found["id"])
    shown = here("records", "show", ident, profile=profile).out
    assert "overall: b>a=c" in shown
    assert "A factual 2 “Clockwise”" in shown
    data = here("records", "show", ident, "--json", profile=profile).out.rstrip("\n").encode()
    assert records.decode(data).id == ident
    assert here("records", "withdraw", ident, profile=profile).out == "Withdrawn as revision 2.\n"
    assert "withdrawn already" in here("records", "withdraw", ident, profile=profile).sentence
    assert here("records", "show", ident, "--history", profile=profile).out.count("revision") == 2
    assert "--yes" in here("records", "erase", ident, profile=profile).sentence
    erased = json.loads(here("records", "erase", ident, "--yes", "--json", profile=profile).out)
    assert (erased["id"], erased["backups"]) == (ident, [])
    assert b"Name a bird" not in b"".join(path.read_bytes() for path in profile.glob("preceptor.sqlite3*"))
    assert "erased" in here("records", "show", ident, profile=profile).out


def test_an_unknown_record_is_refused_in_one_sentence(tmp_path: Path) -> None:
    here("project", "new", "x", profile=tmp_path)
    for command in (["show"], ["withdraw"], ["erase", "--yes"]):
        assert "There is no judgement nix" in here("records", *command, "nix", profile=tmp_path).sentence


def test_a_limit_that_no_database_takes_is_wrong_usage(tmp_path: Path) -> None:
    assert here("records", "list", "--limit", "1" + "0" * 30, profile=tmp_path).status == 2


def test_foreign_text_cannot_steer_the_terminal(tmp_path: Path) -> None:
    profile = tmp_path / "profile"
    evil = "\x1b[2Jred\u202egnp.exe"
    imported(
        profile, write(tmp_path / "evil.jsonl", LINE | {"prompt": evil, "candidates": [evil, "x", "y"], "flags": []})
    )
    ident = str(listed(profile)[0]["id"])
    out = here("records", "list", profile=profile).out + here("records", "show", ident, profile=profile).out
    assert "gnp.exe" in out
    assert not set(out) & {"\x1b", "\u202e"}
