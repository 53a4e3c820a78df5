"""A profile: made with a first project, written by one process at a time, its keys kept apart for each project."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from command_line import preceptor

from desktop.profile import APP, Profile
from feedback_store import rubrics
from feedback_store.errors import EnvironmentTrouble, NotFoundError, RubricError
from feedback_store.records import Versioned


def test_a_new_profile_has_a_project_to_judge_in(tmp_path: Path) -> None:
    profile = Profile.open(tmp_path / "new")
    try:
        project = profile.project
        assert profile.rubric(project) == rubrics.load("helpsteer2")
        frame = profile.frame(project)
        assert (frame.project, frame.trainer, frame.app) == (project.id, profile.trainer, APP)
        assert profile.find_project(None) == profile.find_project("My project") == project
    finally:
        profile.close()
    again = Profile.open(tmp_path / "new", readonly=True)
    try:
        assert again.project == project
        assert again.trainer == frame.trainer
    finally:
        again.close()


def test_no_secret_and_no_engine_is_made_before_it_is_needed(tmp_path: Path) -> None:
    Profile.open(tmp_path).close()
    assert {path.name for path in tmp_path.iterdir()} <= {"preceptor.sqlite3", "preceptor.lock"}


def test_a_device_has_one_key_for_each_project_and_keeps_it(tmp_path: Path) -> None:
    profile = Profile.open(tmp_path, insecure_key_file=True)
    first, second = profile.project, profile.new_project("Other")
    keys = [profile.device_key(first).key_id, profile.device_key(second).key_id]
    profile.close()
    again = Profile.open(tmp_path, readonly=True)
    try:
        assert [again.device_key(first).key_id, again.device_key(second).key_id] == keys
        assert keys[0] != keys[1]
    finally:
        again.close()


def test_a_profile_open_for_reading_makes_no_key(tmp_path: Path) -> None:
    Profile.open(tmp_path).close()
    profile = Profile.open(tmp_path, readonly=True, insecure_key_file=True)
    try:
        with pytest.raises(NotFoundError):
            profile.device_key(profile.project)
    finally:
        profile.close()


def test_a_rubric_that_is_not_the_one_named_is_refused(tmp_path: Path) -> None:
    profile = Profile.open(tmp_path)
    try:
        project = profile.project
        other = type(project)(id=project.id, name="x", rubric=Versioned("helpsteer2", 1, "0" * 64))
        with pytest.raises(RubricError):
            profile.rubric(other)
    finally:
        profile.close()


def test_reading_where_there_is_no_profile_is_said(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentTrouble, match="no profile"):
        Profile.open(tmp_path / "nix", readonly=True)


def test_a_second_writing_command_gets_a_sentence_and_readers_go_on(tmp_path: Path) -> None:
    profile = Profile.open(tmp_path)
    try:
        assert "Another Preceptor" in preceptor("project", "new", "x", profile=tmp_path).sentence
        assert preceptor("project", "list", profile=tmp_path).status == 0
        assert preceptor("records", "list", profile=tmp_path).status == 0
        assert preceptor("backup", "make", profile=tmp_path).status == 0
    finally:
        profile.close()
    assert preceptor("project", "new", "x", profile=tmp_path).status == 0


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="a folder that nobody may write is named otherwise")
def test_a_profile_that_may_not_be_written_gets_a_sentence() -> None:
    assert "/sys" in preceptor("project", "new", "x", profile=Path("/sys/preceptor")).sentence


def test_a_profile_that_is_a_file_or_no_database_gets_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    assert "file" in preceptor("project", "new", "x", profile=tmp_path / "file" / "profile").sentence
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad" / "preceptor.sqlite3").write_text("This is no database. " * 100)
    assert "not a Preceptor database" in preceptor("project", "list", profile=tmp_path / "bad").sentence


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no full device")
def test_a_full_disk_under_the_output_gets_a_sentence(tmp_path: Path) -> None:
    with Path("/dev/full").open("w") as full:
        command = [sys.executable, "-m", "desktop", "--profile", str(tmp_path), "rubrics", "list"]
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "disk is full" in done.stderr
