"""What the machine lacks is said before anything is fetched."""

from __future__ import annotations

import os
import platform
from pathlib import Path

import machine
import pytest
from setup_errors import NO_COMPILER, SetupError


def _program(folder: Path, name: str, text: str = "") -> None:
    (folder / name).write_text(f"#!/bin/sh\n{text}\n")
    (folder / name).chmod(0o755)


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CXX", raising=False)
    return tmp_path


def test_a_missing_compiler_or_cmake_is_said(path: Path) -> None:
    with pytest.raises(SetupError) as no_compiler:
        machine.check_compiler()
    _program(path, "g++")
    with pytest.raises(SetupError) as no_cmake:
        machine.check_compiler()
    assert str(no_compiler.value) == str(no_cmake.value) == NO_COMPILER


def test_an_old_cmake_is_said_with_both_versions(path: Path) -> None:
    _program(path, "c++")
    _program(path, "cmake", "echo cmake version 3.18.4")
    with pytest.raises(SetupError, match=r"cmake is 3\.18, and llama\.cpp needs 3\.21"):
        machine.check_compiler()
    _program(path, "cmake", "echo cmake version 4.0.1")
    machine.check_compiler()


def test_a_compiler_named_by_the_user_counts(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _program(path, "cmake", "echo cmake version 3.25.1")
    _program(path, "my-compiler")
    monkeypatch.setenv("CXX", "my-compiler -O2")
    machine.check_compiler()


def test_too_little_room_is_said_before_anything_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(machine.ROOM, "run", 10**18)
    with pytest.raises(SetupError, match=r"GB free, and 1000000000\.0 GB are needed"):
        machine.check_room(tmp_path / ".venv", "run", compiles=True)


def test_what_is_there_already_is_taken_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    environment = tmp_path / ".venv"
    environment.mkdir()
    with (environment / "large").open("wb") as file:
        file.truncate(10**12)  # a hole: it takes no room
    monkeypatch.setitem(machine.ROOM, "run", 10**12)
    machine.check_room(environment, "run", compiles=False)


def test_at_least_one_compiler_runs_and_none_a_core_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 64)
    assert 1 <= machine.compilers_at_once() <= 64
    monkeypatch.setattr(os, "sysconf", lambda _: 1)
    assert machine.compilers_at_once() == 1


def test_a_processor_with_amx_has_llama_cpp_compiled_without_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_amx, without = tmp_path / "with", tmp_path / "without"
    with_amx.write_text("flags : fpu avx512f amx_bf16 amx_tile amx_int8\n", encoding="ascii")
    without.write_text("flags : fpu avx512f\n", encoding="ascii")
    monkeypatch.setenv("CFLAGS", "-g")
    monkeypatch.delenv("CXXFLAGS", raising=False)
    words = " ".join(machine.WITHOUT_AMX)
    expected = {"CFLAGS": f"-g {words}", "CXXFLAGS": words} if platform.machine() == "x86_64" else {}
    assert machine.compiler_flags(with_amx) == expected
    assert machine.compiler_flags(without) == {}
    assert machine.compiler_flags(tmp_path / "none") == {}
    monkeypatch.setenv("CXX", "false")  # a compiler that does not know the words
    assert machine.compiler_flags(with_amx) == {}
