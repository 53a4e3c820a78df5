"""What stops the set-up is said in one sentence; the causes come from the real pip, cmake and Python."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import children
import made_packages
import pytest
import setup_errors
from progress import Progress


def _said_by(command: list[str], **environment: str) -> str:
    done = subprocess.run(
        command, capture_output=True, text=True, env={**os.environ, "LC_ALL": "C.UTF-8", **environment}, check=False
    )
    assert done.returncode != 0
    return str(setup_errors.explain(done.stdout + done.stderr, "Installing"))


def _pip(*arguments: str, **environment: str) -> str:
    command = [sys.executable, "-m", "pip", "--isolated", "install", "--no-cache-dir", "--no-deps", *arguments]
    return _said_by(command, **environment)


def test_no_network_is_said(tmp_path: Path) -> None:
    with socket.socket() as closed:  # bound, and never listened on: every connection is refused
        closed.bind(("127.0.0.1", 0))
        index = f"http://127.0.0.1:{closed.getsockname()[1]}/simple"
        said = _pip("--index-url", index, "--retries", "1", "--target", str(tmp_path), "click", NO_PROXY="127.0.0.1")
    assert said == setup_errors.NO_NETWORK


def test_a_wrong_hash_is_said_and_nothing_is_installed(tmp_path: Path) -> None:
    entry = made_packages.wheel(tmp_path, "tiny")
    requirement = tmp_path / "pinned.txt"
    requirement.write_text(re.sub(r"sha256:\w+", "sha256:" + "0" * 64, entry))
    target = tmp_path / "target"
    said = _pip(
        "--no-index", "--find-links", str(tmp_path), "--require-hashes", "-r", str(requirement), "--target", str(target)
    )
    assert "its hash differs" in said
    assert not target.exists()


def test_an_incomplete_package_source_is_said(tmp_path: Path) -> None:
    said = _pip("--no-index", "--find-links", str(tmp_path), "--target", str(tmp_path / "target"), "tiny==1.0")
    assert "does not offer a package" in said


def test_a_missing_compiler_is_said(tmp_path: Path) -> None:
    (tmp_path / "CMakeLists.txt").write_text("cmake_minimum_required(VERSION 3.21)\nproject(tiny CXX)\n")
    said = _said_by(["cmake", "-S", str(tmp_path), "-B", str(tmp_path / "build")], CXX="no-such-compiler")
    assert said == setup_errors.NO_COMPILER


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no device that is always full")
def test_a_full_disk_is_said() -> None:
    code = "import sys; out = open('/dev/full', 'w'); out.write('x'); out.flush()"
    assert _said_by([sys.executable, "-c", code]) == setup_errors.DISK_FULL


@pytest.mark.parametrize(
    ("printed", "sentence"),
    [
        ("The virtual environment was not created successfully because ensurepip is not available.", "python3-venv"),
        ("c++: fatal error: Killed signal terminated program cc1plus", "memory ran out"),
        ("ERROR: Could not install packages due to an OSError: [Errno 13] Permission denied", "cannot be written"),
        (
            "socket.gaierror: [Errno -3] Temporary failure in name resolution\n(from versions: none)",
            "Check the network",
        ),
        ("FileNotFoundError: [Errno 2] No usable temporary directory found in ['/tmp', '/var/tmp']", "TMPDIR"),
    ],
)
def test_causes_that_cannot_be_had_in_a_test_are_known(printed: str, sentence: str) -> None:
    assert sentence in str(setup_errors.explain(printed, "Installing"))


def test_an_unknown_cause_is_quoted_with_the_place_of_the_log() -> None:
    said = str(setup_errors.explain("step one\nERROR: the moon is full\n\nbye\n", "Installing packages"))
    assert said == "Installing packages failed: ERROR: the moon is full (all of it is in .venv/setup.log)"


def test_a_failing_child_becomes_the_sentence_and_its_words_are_kept(tmp_path: Path) -> None:
    log = tmp_path / "setup.log"
    code = "print('WARNING: Location is ignored'); print('[Errno 28] No space left on device'); raise SystemExit(1)"
    with pytest.raises(setup_errors.SetupError, match="disk is full"):
        children.run([sys.executable, "-c", code], "Installing", Progress(), log=log)
    assert log.read_text() == "[Errno 28] No space left on device\n"
