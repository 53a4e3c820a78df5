"""`records share` and the other side of it: two trainers of one project who compare what they judged."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from command_line import here
from made_judgements import judgement
from test_commands_delivery import judged

from desktop.flow import sharing
from desktop.profile import Profile
from feedback_store import records
from feedback_store.batches.keys import DeviceKey
from feedback_store.batches.shared import write_shared
from feedback_store.record_parts import App

Two = tuple[Path, Path]


@pytest.fixture
def two(tmp_path: Path) -> Two:
    """Two profiles that know the same project; nobody needs a collector for that."""
    ada, ben = tmp_path / "ada", tmp_path / "ben"
    judged(ada, 3)
    opened = Profile.open(ada)
    project = opened.project
    opened.close()
    other = Profile.open(ben)
    other.store.projects.add(project).result()
    other.close()
    return ada, ben


def shown(profile: Path, project: str = "") -> list[dict[str, object]]:
    more = ["--project", project] if project else []
    return [json.loads(line) for line in here("records", "list", "--json", *more, profile=profile).out.splitlines()]


def shared(profile: Path, file: Path, *more: str) -> str:
    done = here("records", "share", file, *more, profile=profile)
    assert done.status == 0, done.err
    return done.out


def test_a_colleague_reads_what_was_shared_with_name_and_key(two: Two, tmp_path: Path) -> None:
    ada, ben = two
    file = tmp_path / "for-ben.preceptor"
    said = shared(ada, file, "--name", "Ada Lovelace")
    key = re.findall(r"compared: (.+)", said)[0]
    taken = here("records", "import", file, profile=ben)
    assert taken.status == 0, taken.err
    assert taken.out.splitlines() == [
        "3 judgements of Ada Lovelace imported into My project, 0 known before.",
        f"Signed with the key {key}. Compare it with Ada Lovelace.",
    ]
    again = json.loads(here("records", "import", file, "--json", profile=ben).out)
    assert (again["imported"], again["known"], again["fingerprint"], again["name"]) == (0, 3, key, "Ada Lovelace")
    opened = Profile.open(ben)
    held = list(opened.store.records.iter_newest(again["project"]))
    assert {each.trainer for each in held} == {again["trainer"]}
    assert opened.store.outbox.unsent(again["project"]) == []  # they are never on their way out from here
    opened.close()


def test_only_what_may_leave_is_shared(two: Two, tmp_path: Path) -> None:
    ada, _ben = two
    lines = tmp_path / "more.jsonl"
    lines.write_text(
        json.dumps({"prompt": "Mail ada.weber@klinik-berlin.de", "candidates": ["x", "y"], "verdict": "a>b"})
        + "\n"
        + json.dumps({"prompt": "Mine", "candidates": ["x", "y"], "verdict": "a>b", "private": True})
        + "\n"
    )
    assert here("records", "import", lines, "--trainer", "me", profile=ada).status == 0
    file = tmp_path / "out.preceptor"
    assert "Nobody has decided yet" in (said := here("records", "share", file, profile=ada).sentence)
    assert "ada.weber" not in said
    assert not file.exists()
    shared(ada, file, "--kept-as-is")
    assert file.read_bytes().count(b"\n") == 1 + 4
    assert b"Mine" not in file.read_bytes()
    private = next(each for each in shown(ada) if each.get("private"))
    assert "private" in here("records", "share", tmp_path / "p", str(private["id"]), profile=ada).sentence


def test_named_judgements_alone_are_shared(two: Two, tmp_path: Path) -> None:
    ada, ben = two
    chosen = str(shown(ada)[0]["id"])
    shared(ada, tmp_path / "one", chosen)
    assert json.loads(here("records", "import", tmp_path / "one", "--json", profile=ben).out)["imported"] == 1
    assert "no judgement" in here("records", "share", tmp_path / "none", "x", profile=ada).sentence


def test_a_damaged_file_a_foreign_project_and_ones_own_file_change_nothing(two: Two, tmp_path: Path) -> None:
    ada, ben = two
    file = tmp_path / "file"
    shared(ada, file)
    assert "your own" in here("records", "import", file, profile=ada).sentence
    stranger = tmp_path / "stranger"
    assert "a project that is not here" in here("records", "import", file, profile=stranger).sentence
    file.write_bytes(file.read_bytes().replace(b"Kiwi", b"Kaka", 1))
    assert "is not the one that was signed" in here("records", "import", file, profile=ben).sentence
    opened = Profile.open(ben)
    assert all(opened.store.records.count(project.id) == 0 for project in opened.store.projects.list())
    opened.close()


def test_t8_whoever_signed_a_file_that_is_not_taken_is_not_believed_for_later_ones(two: Two, tmp_path: Path) -> None:
    """Somebody signs with a key of their own in Ada's name, and in Ben's; the record is another trainer's here."""
    ada, ben = two
    opened = Profile.open(ben)
    own, project = opened.store.trainer, opened.store.projects.list()[0].id
    opened.close()
    names = {"Ada": shown(ada)[0]["trainer"], "Ben": own}
    for name, trainer in names.items():
        record = judgement("a>b", project=project, trainer=str(trainer), rev=2, supersedes="a" * 64)
        held = judgement("a>b", project=project, trainer=records.new_trainer_id(), id=record.id)
        opened = Profile.open(ben)
        opened.store.records.save_shared([held]).result()
        opened.close()
        file = tmp_path / name
        fields = {"project": project, "trainer": str(trainer), "name": "Mallory", "created_at": records.now()}
        bodies = write_shared(DeviceKey.generate(), [records.encode(record)], app=App("preceptor", "1"), **fields)
        file.write_bytes(b"".join(bodies))
        assert here("records", "import", file, profile=ben).status == 1
    assert "Mallory" not in here("records", "list", profile=ben).out
    shared(ada, tmp_path / "true", "--name", "Ada")
    assert here("records", "import", tmp_path / "true", profile=ben).status == 0
    opened = Profile.open(ben)
    assert [each.partition(" (")[0] for each in sharing.names(opened.store).values()] == ["Ada"]
    opened.close()


def test_another_key_for_the_same_trainer_is_asked_about(two: Two, tmp_path: Path) -> None:
    ada, ben = two
    shared(ada, tmp_path / "first")
    assert here("records", "import", tmp_path / "first", profile=ben).status == 0
    opened = Profile.open(ada)
    project = opened.project
    opened.secrets.delete(f"device-key/{project.id}")
    opened.close()
    shared(ada, tmp_path / "second")
    sentence = here("records", "import", tmp_path / "second", profile=ben).sentence
    assert "were signed with the key" in sentence
    assert "--new-key" in sentence
    assert here("records", "import", tmp_path / "second", "--new-key", profile=ben).status == 0
    assert here("records", "import", tmp_path / "second", profile=ben).status == 0


def test_a_colleagues_former_key_is_asked_about_each_time_after_another_one_was_taken(two: Two, tmp_path: Path) -> None:
    """It stayed believed: whoever had the lost key could go on speaking in the colleague's name."""
    ada, ben = two
    shared(ada, tmp_path / "first")
    assert here("records", "import", tmp_path / "first", profile=ben).status == 0
    opened = Profile.open(ada)
    opened.secrets.delete(f"device-key/{opened.project.id}")
    opened.close()
    shared(ada, tmp_path / "second")
    assert here("records", "import", tmp_path / "second", "--new-key", profile=ben).status == 0
    for _time in range(2):
        refused = here("records", "import", tmp_path / "first", profile=ben)
        assert refused.status == 1
        assert "a former one" in refused.sentence and "--new-key" in refused.sentence
        assert here("records", "import", tmp_path / "first", "--new-key", profile=ben).status == 0
        assert here("records", "import", tmp_path / "second", profile=ben).status == 0


def test_lines_of_another_program_still_need_a_trainer(tmp_path: Path) -> None:
    file = tmp_path / "lines"
    file.write_text("{}\n")
    ended = here("records", "import", file, profile=tmp_path / "p")
    assert ended.status == 2
    assert "--trainer" in ended.err
