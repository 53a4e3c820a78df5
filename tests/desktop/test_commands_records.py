"""`records` on a real store: import with line numbers, all or nothing, known lines; list, search, show, take back."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest
from command_line import Ended, here, preceptor

from desktop.flow.record_query import Scope, understand
from feedback_store import records
from feedback_store.store import Store

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
    named = ["bad.jsonl, line 2", "bad.jsonl, line 3, verdict", "bad.jsonl, line 5, ratings[0].axis", "preceptor"]
    assert [line.split(":")[0] for line in told] == named
    assert "Nothing was imported: 3 lines were refused." in told[3]
    assert listed(profile) == []


def test_skip_bad_takes_the_good_lines_and_still_names_the_others(tmp_path: Path) -> None:
    profile = tmp_path / "profile"
    file = write(tmp_path / "bad.jsonl", LINE, "[]", '{"prompt": "x", "prompt": "y"}')
    done = imported(profile, file, "--skip-bad")
    assert (done.status, done.out) == (0, "1 imported into My project, 0 known before, 2 refused.\n")
    assert [line.split(":")[0] for line in done.err.splitlines()] == ["bad.jsonl, line 2", "bad.jsonl, line 3"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nix.jsonl", "--trainer", "me"], "nix.jsonl"),
        (["some.jsonl", "--trainer", "Ada"], "'Ada' is no trainer's id"),
        (["some.jsonl", "--trainer", "me", "--project", "nix"], "There is no project 'nix'"),
        (["empty.jsonl", "--trainer", "me"], "empty.jsonl is empty."),
        (["picture.png", "--trainer", "me"], "picture.png holds no judgements: no line of it is JSON"),
    ],
)
def test_what_cannot_be_imported_is_refused_in_one_sentence(
    arguments: list[str], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "some.jsonl", LINE)
    write(tmp_path / "empty.jsonl")
    (tmp_path / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n" * 40)
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
    assert here("records", "reinstate", ident, profile=profile).out == "It stands again as revision 3.\n"
    assert "not withdrawn" in here("records", "reinstate", ident, profile=profile).sentence
    assert here("records", "show", ident, "--history", profile=profile).out.count("revision") == 3
    assert "--yes" in here("records", "erase", ident, profile=profile).sentence
    erased = json.loads(here("records", "erase", ident, "--yes", "--json", profile=profile).out)
    assert (erased["id"], erased["backups"]) == (ident, [])
    assert b"Name a bird" not in b"".join(path.read_bytes() for path in profile.glob("preceptor.sqlite3*"))
    assert "erased" in here("records", "show", ident, profile=profile).out


PENGUINS = LINE | {"prompt": "Where do penguins live?", "tags": ["birds", "two words"], "flags": []}


@pytest.mark.parametrize(
    ("words", "count"),
    [
        (["tag:birds"], 1),
        (['tag:"two words"', "penguin"], 1),
        (["tag:birds", "water"], 0),
        (['"penguins live"'], 1),
        (['"live penguins"'], 0),
        (["trainer:me"], 1),
        (["trainer:others"], 1),
        (["trainer:000000"], 1),
        (["state:saved"], 1),
        (["state:delivered"], 0),
        (["project:all"], 2),
        (['project:"my project"', "water"], 1),
        (["model:kiwi", "tag:birds"], 1),
        (["until:2020"], 0),
    ],
)
def test_search_finds_what_the_windows_search_finds(tmp_path: Path, words: list[str], count: int) -> None:
    profile = tmp_path / "profile"
    imported(profile, write(tmp_path / "mine.jsonl", PENGUINS))
    imported(profile, write(tmp_path / "theirs.jsonl", LINE), trainer=OTHER)
    done = here("records", "search", "--json", *words, profile=profile)
    assert done.status == 0 and len(done.out.splitlines()) == count, done.err
    opened = Store.open(profile, readonly=True)
    try:
        known = tuple((each.id, each.name) for each in opened.projects.list())
        current = opened.projects.current()
        assert current is not None
        asked = understand(" ".join(words), Scope(opened.trainer, current.id, known))
        window = [stored.id for stored in opened.at(opened.search(asked.query))]
    finally:
        opened.close()
    assert [json.loads(line)["id"] for line in done.out.splitlines()] == window


def test_what_others_judged_is_never_to_be_sent_and_filters_are_options_too(tmp_path: Path) -> None:
    profile = tmp_path / "profile"
    imported(profile, write(tmp_path / "some.jsonl", LINE))
    imported(profile, write(tmp_path / "some.jsonl", LINE), trainer=OTHER)
    here("project", "new", "Second", profile=profile)
    assert [each["own"] for each in listed(profile, "--state", "saved")] == [True]
    assert [each["trainer"] for each in listed(profile, "--trainer", "others")] == [OTHER]
    assert [each["trainer"] for each in listed(profile, "--trainer", OTHER[:12])] == [OTHER]
    assert len(listed(profile, "--project", "My project")) == len(listed(profile, "--all-projects")) == 2
    assert listed(profile, "--project", "Second") == []
    assert len(listed(profile, "--project", "Second", "--project", "My project")) == 2
    assert f"By Trainer {OTHER.removeprefix('trn_')[:6]}" in here("records", "list", profile=profile).out


@pytest.mark.parametrize(
    ("option", "said"),
    [
        (("--trainer", "Zoe"), "Zoe is no trainer."),
        (("--since", "soon"), "since:soon is no date."),
        (("--project", "nix"), "There is no project 'nix'"),
    ],
)
def test_an_option_that_says_nothing_is_refused_and_a_word_is_only_said(
    tmp_path: Path, option: tuple[str, str], said: str
) -> None:
    profile = tmp_path / "profile"
    imported(profile, write(tmp_path / "some.jsonl", LINE))
    assert said in here("records", "list", *option, profile=profile).sentence
    typed = here("records", "search", "--json", f"{option[0][2:]}:{option[1]}", profile=profile)
    assert typed.status == 0 and len(typed.out.splitlines()) == 1, "as in the window it is left out"
    assert said.replace("'", "") in typed.err


def test_judgements_of_the_same_text_are_listed_and_erased_together(tmp_path: Path) -> None:
    profile = tmp_path / "profile"
    imported(profile, write(tmp_path / "some.jsonl", LINE))
    (mine,) = listed(profile)
    opened = Store.open(profile)
    judged = opened.records.newest(str(mine["id"]))
    assert judged is not None and isinstance(judged.record, records.Judgement)
    same = [msgspec.structs.replace(judged.record, id=records.new_id(), trainer=trainer) for trainer in (OTHER, OTHER)]
    for each in same:
        opened.records.save(each).result()
    opened.close()
    told = [
        json.loads(line)
        for line in here("records", "erase", judged.id, "--list", "--json", profile=profile).out.splitlines()
    ]
    assert {each["id"] for each in told} == {each.id for each in same}
    assert here("records", "erase", judged.id, "--list", profile=profile).out.count("Trainer 000000") == 2
    assert len(listed(profile)) == 3, "listing erases nothing"
    done = here("records", "erase", judged.id, same[0].id, "--yes", "--json", profile=profile)
    assert [json.loads(line)["same_text"] for line in done.out.splitlines()] == [[same[1].id]] * 2
    assert [each["id"] for each in listed(profile)] == [same[1].id]
    assert "No other judgement" in here("records", "erase", same[1].id, "--list", profile=profile).out


def test_all_of_the_same_text_go_where_that_is_said(tmp_path: Path) -> None:
    profile = tmp_path / "profile"
    imported(profile, write(tmp_path / "some.jsonl", LINE))
    (mine,) = listed(profile)
    opened = Store.open(profile)
    judged = opened.records.newest(str(mine["id"]))
    assert judged is not None and isinstance(judged.record, records.Judgement)
    opened.records.save(msgspec.structs.replace(judged.record, id=records.new_id(), trainer=OTHER)).result()
    opened.close()
    assert "2 revisions erased." in here("records", "erase", judged.id, "--same-text", "--yes", profile=profile).out
    assert listed(profile) == []


@pytest.mark.parametrize(
    ("typed", "left"), [("\ny\n", 2), ("all\ny\n", 0), ("2\ny\n", 1), ("1, 2\nn\n", 3), ("7\ny\n", 3)]
)
def test_at_a_terminal_the_others_are_numbered_and_chosen_and_then_asked_about_once(
    tmp_path: Path, typed: str, left: int
) -> None:
    profile = tmp_path / "profile"
    imported(profile, write(tmp_path / "some.jsonl", LINE))
    (mine,) = listed(profile)
    opened = Store.open(profile)
    judged = opened.records.newest(str(mine["id"]))
    assert judged is not None and isinstance(judged.record, records.Judgement)
    for _ in range(2):
        opened.records.save(msgspec.structs.replace(judged.record, id=records.new_id(), trainer=OTHER)).result()
    opened.close()
    keyboard, terminal = pty.openpty()
    os.write(keyboard, typed.encode())
    command = [sys.executable, "-m", "desktop", "--profile", str(profile), "records", "erase", judged.id]
    done = subprocess.run(
        command, stdin=terminal, capture_output=True, check=False, timeout=180, env={**os.environ, "LANGUAGE": "en"}
    )
    os.close(keyboard)
    os.close(terminal)
    assert b"These hold the same text:" in done.stderr and b"Traceback" not in done.stderr
    assert len(listed(profile)) == left


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
