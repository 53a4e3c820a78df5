"""`project`, `rubrics`, `export`, `backup` and `doctor` on real files."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from command_line import here, preceptor

from desktop.commands import display, doctor
from desktop.flow import exporting
from feedback_store import rubrics
from feedback_store.store import Store

LINE = {"prompt": "Name a bird.", "candidates": ["Kiwi", "Bat", "Emu"], "verdict": "a=c>b"}


SAFER_BUT_LESS_HELPFUL = [
    {"axis": "helpful", "tiers": [["a"], ["b"]]},
    {"axis": "safe", "tiers": [["b"], ["a"]]},
]


def judged(profile: Path) -> None:
    file = profile.parent / "some.jsonl"
    file.write_text(json.dumps(LINE) + "\n")
    assert here("records", "import", file, "--trainer", "me", profile=profile).status == 0


def test_projects_are_made_used_and_listed(tmp_path: Path) -> None:
    made = json.loads(here("project", "new", "Team", "--rubric", "arena", "--use", "--json", profile=tmp_path).out)
    assert here("project", "new", "Another", profile=tmp_path).status == 0
    listed = json.loads(here("project", "list", "--json", profile=tmp_path).out)
    assert [(p["name"], p["in_use"]) for p in listed] == [("My project", False), ("Team", True), ("Another", False)]
    assert listed[1]["rubric"]["id"] == made["rubric"]["id"] == "arena"
    assert here("project", "use", "My project", profile=tmp_path).status == 0
    assert "There is no rubric" in here("project", "new", "x", "--rubric", "nix", profile=tmp_path).sentence
    assert "nix" in here("project", "use", "nix", profile=tmp_path).sentence


@pytest.mark.parametrize("blank", ["", " \t ", "\u200b\u00a0"])
def test_a_project_without_a_name_is_not_made(blank: str, tmp_path: Path) -> None:
    assert "needs a name" in here("project", "new", blank, profile=tmp_path).sentence
    assert len(json.loads(here("project", "list", "--json", profile=tmp_path).out)) == 1
    made = tmp_path / "collector"
    assert "need names" in here("collector", "init", made, "--project", blank, profile=tmp_path).sentence
    assert not made.exists()


def test_rubrics_are_listed_shown_and_checked(tmp_path: Path) -> None:
    listed = json.loads(here("rubrics", "list", "--json", profile=tmp_path).out)
    assert {each["id"] for each in listed} == {rubric.id for rubric in rubrics.available()}
    assert "Helpfulness (0–4)" in here("rubrics", "show", "helpsteer2", profile=tmp_path).out
    own = tmp_path / "own.json"
    own.write_text(here("rubrics", "show", "helpsteer2", "--json", profile=tmp_path).out)
    checked = json.loads(here("rubrics", "check", own, "--json", profile=tmp_path).out)
    assert checked["sha256"] == rubrics.load("helpsteer2").sha256
    for text, said in (
        ("{", "JSON"),
        ('{"id": "X"}', "own.json, id: 'X' stands where an id"),
        ('{"prompt": "Why?"}', "own.json is no rubric: Unknown key 'prompt'"),
        ("[]", "own.json is no rubric"),
    ):
        own.write_text(text)
        told = here("rubrics", "check", own, profile=tmp_path).sentence
        assert said in told and "$" not in told, "the file is named, and the field as it is written there"
    assert "no such file" in here("rubrics", "check", tmp_path / "nix.json", profile=tmp_path).sentence
    assert "There is no rubric" in here("rubrics", "show", "nix", profile=tmp_path).sentence


def test_a_rubric_is_copied_into_a_file_changed_and_judged_by_in_its_next_version(tmp_path: Path) -> None:
    profile, file = tmp_path / "profile", tmp_path / "mine.json"
    here("rubrics", "copy", "helpsteer2", file, "--name", "Patient answers", profile=profile)
    assert (rubrics.read(file).id, rubrics.read(file).version) == ("patient_answers", 1)
    assert "is there already" in here("rubrics", "copy", "arena", file, profile=profile).sentence
    first = json.loads(here("project", "rubric", "--set", file, "--json", profile=profile).out)
    file.write_text(file.read_text(encoding="utf-8").replace('"Coherence"', '"Flow"'), encoding="utf-8")
    said = here("project", "rubric", "--set", file, profile=profile).out
    assert said == "My project is judged by Patient answers, version 2.\n"
    assert here("project", "rubric", profile=profile).out == said
    listed = json.loads(here("rubrics", "list", "--json", profile=profile).out)
    assert [each["version"] for each in listed if each["id"] == "patient_answers"] == [1, 2]
    shown = json.loads(here("rubrics", "show", "patient_answers", "--version", "1", "--json", profile=profile).out)
    assert rubrics.parse(json.dumps(shown).encode()).sha256 == first["sha256"]
    assert "Flow" in here("rubrics", "show", "patient_answers", profile=profile).out
    exported = json.loads(
        here("rubrics", "copy", "patient_answers", file, "--version", "1", "--force", "--json", profile=profile).out
    )
    assert exported["sha256"] == first["sha256"] == rubrics.read(file).sha256
    store = Store.open(profile, readonly=True)
    known = exporting.options_for(store, store.projects.list()[0]).rubrics
    store.close()
    assert [each.version for each in known] == [1, 2]


def test_a_preset_that_was_changed_is_refused_under_its_own_id(tmp_path: Path) -> None:
    profile, file = tmp_path / "profile", tmp_path / "mine.json"
    here("rubrics", "copy", "helpsteer2", file, profile=profile)
    assert here("rubrics", "check", file, profile=profile).status == 0
    file.write_text(file.read_text(encoding="utf-8").replace('"Coherence"', '"Flow"'), encoding="utf-8")
    collector = ("collector", "init", tmp_path / "c", "--project", "P")
    for command in (
        ("rubrics", "check", file),
        ("project", "new", "P", "--rubric", file),
        ("project", "rubric", "--set", file),
        (*collector, "--rubric", file),
    ):
        assert "is the shipped rubric" in here(*command, profile=profile).sentence, command


def test_judgements_leave_as_training_data(tmp_path: Path) -> None:
    profile, out = tmp_path / "profile", tmp_path / "out"
    judged(profile)
    done = json.loads(here("export", "--as", "preference", "--out", out, "--json", profile=profile).out)
    assert (done["format"], done["rows"], done["read"], done["used"]) == ("preference", 2, 1, 1)
    rows = [
        json.loads(line) for name in done["counts"] for line in (out / f"data/{name}.jsonl").read_text().splitlines()
    ]
    assert {row["rejected"][0]["content"] for row in rows} == {"Bat"}
    assert (out / "README.md").exists()
    assert "sft: " in here("export", "--list", profile=profile).out


def test_judgements_by_a_rubric_without_an_overall_verdict_leave_too(tmp_path: Path) -> None:
    profile = tmp_path / "profile"
    here("project", "new", "Safety", "--rubric", "safe_rlhf", "--use", profile=profile)
    given = {"prompt": "Q", "candidates": ["Ant", "Bat"], "verdicts": SAFER_BUT_LESS_HELPFUL}
    (tmp_path / "safe.jsonl").write_text(json.dumps(given), encoding="utf-8")
    assert here("records", "import", tmp_path / "safe.jsonl", "--trainer", "me", profile=profile).status == 0
    chosen = {}
    for axis in ((), ("--axis", "safe")):
        out = tmp_path / f"out{len(axis)}"
        done = json.loads(here("export", "--as", "preference", "--out", out, *axis, "--json", profile=profile).out)
        (name,) = [name for name, rows in done["counts"].items() if rows]
        chosen[axis[-1:]] = json.loads((out / f"data/{name}.jsonl").read_text())["chosen"][0]["content"]
    assert chosen == {(): "Ant", ("safe",): "Bat"}


def test_an_export_that_would_be_empty_or_overwrite_is_refused(tmp_path: Path) -> None:
    profile = tmp_path / "profile"
    judged(profile)
    assert "1 ×" in here("export", "--as", "kto", "--out", tmp_path / "kto", profile=profile).sentence
    assert not (tmp_path / "kto").exists()
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "letter.txt").write_text("Dear reader")
    assert "letter.txt" in here("export", "--as", "preference", "--out", mine, profile=profile).sentence
    assert here("export", "--as", "nix", "--out", mine, profile=profile).status == 2


def test_an_earlier_export_is_refused_in_one_sentence_unless_it_is_to_be_replaced(tmp_path: Path) -> None:
    profile, out = tmp_path / "profile", tmp_path / "pairs"
    judged(profile)
    assert here("export", "--as", "preference", "--out", out, profile=profile).status == 0
    before = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}
    refused = here("export", "--as", "preference", "--out", out, profile=profile).sentence
    assert refused == f"{out} holds an export already. Name another folder, or say --replace."
    assert {path: path.read_bytes() for path in out.rglob("*") if path.is_file()} == before
    assert here("export", "--as", "preference", "--minimal", "--out", out, "--replace", profile=profile).status == 0
    assert {path: path.read_bytes() for path in out.rglob("*") if path.is_file()} != before
    (out / "notes.txt").write_text("mine")
    assert "notes.txt" in here("export", "--as", "preference", "--out", out, "--replace", profile=profile).sentence


def test_well_rated_answers_leave_once_it_is_said_which_rating_counts(tmp_path: Path) -> None:
    profile, file = tmp_path / "profile", tmp_path / "some.jsonl"
    rated = [{"candidate": "a", "axis": axis, "value": 3} for axis in ("helpfulness", "correctness")]
    file.write_text(json.dumps(LINE | {"ratings": rated}) + "\n")
    assert here("records", "import", file, "--trainer", "me", profile=profile).status == 0
    asked = ["export", "--as", "sft", "--min-rating", "3", "--out", tmp_path / "out"]
    assert "--rating-axis: correctness, helpfulness." in here(*asked, profile=profile).sentence
    done = here(*asked, "--rating-axis", "helpfulness", "--json", profile=profile)
    assert json.loads(done.out)["rows"] == 1
    alone = here("export", "--as", "sft", "--out", tmp_path / "x", "--rating-axis", "helpfulness", profile=profile)
    assert alone.status == 2


def test_a_backup_is_made_listed_and_restored(tmp_path: Path) -> None:
    profile = tmp_path / "profile"
    assert "no profile" in here("backup", "make", profile=profile).sentence
    judged(profile)
    name = json.loads(here("backup", "make", "--json", profile=profile).out)["name"]
    ident = json.loads(here("records", "list", "--json", profile=profile).out)["id"]
    here("records", "withdraw", ident, profile=profile)
    assert here("backup", "restore", name, profile=profile).status == 0
    assert json.loads(here("records", "list", "--json", profile=profile).out)["state"] == "saved"
    names = [each["name"] for each in json.loads(here("backup", "list", "--json", profile=profile).out)]
    assert len(names) == 2
    assert names[1] == name
    assert "There is no backup 'nix'" in here("backup", "restore", "nix", profile=profile).sentence


def test_doctor_finds_this_machine_fit_and_says_so_of_each_thing(tmp_path: Path) -> None:
    nowhere = {"PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring", "DISPLAY": "", "WAYLAND_DISPLAY": ""}
    done = preceptor("doctor", "--json", profile=tmp_path / "new", env=nowhere)
    found = {each["name"]: each for each in json.loads(done.out)}
    assert (done.status, done.err) == (0, "")
    assert found.keys() == {"window", "device", "engine", "keys", "database", "disk"}
    assert found["engine"]["state"] == "well"
    assert "smollm2 answers" in found["engine"]["text"]
    assert (found["keys"]["state"], found["database"]["state"]) == ("note", "note")
    assert not (tmp_path / "new").exists()


def test_doctor_says_a_way_out_for_a_damaged_database_and_ends_with_1(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor, "check_engine", lambda _folder: iter(()))
    (tmp_path / "preceptor.sqlite3").write_text("This is no database. " * 100)
    done = here("doctor", profile=tmp_path)
    assert done.status == 1
    assert "preceptor backup list" in done.out
    assert "Traceback" not in done.err


def test_a_library_that_qt_lacks_is_named(tmp_path: Path) -> None:
    assert display.missing_library(tmp_path / "libnix.so.1").endswith("libnix.so.1")


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere there always is a display")
@pytest.mark.parametrize("display_name", ["", ":987"])
def test_the_window_without_a_display_ends_in_one_sentence_instead_of_an_abort(
    display_name: str, tmp_path: Path
) -> None:
    nowhere = {"DISPLAY": display_name, "WAYLAND_DISPLAY": "", "QT_QPA_PLATFORM": ""}
    assert "preceptor try" in preceptor(profile=tmp_path / "new", env=nowhere).sentence
    assert not (tmp_path / "new").exists()
