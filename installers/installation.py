"""The installation, step by step: hashes all the way, each step one that can be taken again after an interruption.

llama-cpp-python is compiled apart from the rest and without an isolated build, because pip's hashes do not reach the
packages of an isolated one (docs/decisions/001).
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO

import children
import machine
import requirement_files
from environment import Environment
from progress import CompilerShare, PackageCount, Progress
from setup_errors import SetupError

HASHED = ("--no-deps", "--require-hashes")  # the pinned files are complete, so pip has nothing to solve
ATTEMPTS = 2  # to have every package whole


class Installation:
    """Fills `environment`. The caller holds `lock`; so does every child, for as long as it lives."""

    def __init__(self, environment: Environment, progress: Progress, lock: IO[str] | None = None) -> None:
        self._environment = environment
        self._progress = progress
        self._lock = lock

    def make(self, purpose: str) -> None:
        """Make or complete the environment for `purpose`; raises SetupError."""
        target = self._environment
        fits = target.fits()
        compiles = not (fits and self._is_compiled(purpose))
        machine.check_room(target.folder, purpose, compiles=compiles)
        if compiles:
            machine.check_compiler()
        if not fits:
            command = [sys.executable, "-m", "venv", "--clear", str(target.folder)]
            children.run(command, "Making the environment .venv", self._progress, holding=self._lock)
        target.sweep()
        for _ in range(ATTEMPTS):
            self._install(purpose)
            broken = self._damaged()
            if not broken:
                target.write_stamp({"run", purpose})
                return
            self._pip("uninstall", "Removing packages that are not whole", "--yes", *broken)
        raise SetupError(
            f"These packages do not stay whole: {', '.join(broken)}. Check the disk, remove the folder .venv and run "
            "the same command again."
        )

    def _install(self, purpose: str) -> None:
        folder = requirement_files.FOLDER
        plain, compiled = requirement_files.split(
            (folder / name).read_text(encoding="utf-8")
            for name in (*requirement_files.SETS[purpose], requirement_files.BUILD)
        )
        with tempfile.TemporaryDirectory(prefix="preceptor-") as temporary:
            packages, llama = Path(temporary, "packages.txt"), Path(temporary, "llama.txt")
            packages.write_text(plain, encoding="utf-8")
            llama.write_text(compiled, encoding="utf-8")
            count = PackageCount(len(requirement_files.entries(plain)))
            self._pip("install", "Installing packages", *HASHED, "-r", packages, where=count)
            if not self._is_compiled(purpose):
                self._compile(llama)
        self._pip("install", "Installing the starter model", *HASHED, "-r", folder / requirement_files.STARTER)
        itself = ("--no-deps", "--no-build-isolation", "--editable", self._environment.root)
        self._pip("install", "Installing Preceptor", *itself)  # built by hatchling, which came with build.txt

    def _compile(self, requirement: Path) -> None:
        self._progress.say("llama.cpp is compiled for this machine, once: six to eight minutes on two cores.")
        jobs = os.environ.get("CMAKE_BUILD_PARALLEL_LEVEL") or str(machine.compilers_at_once())
        self._pip(
            "install",
            "Compiling llama.cpp",
            *HASHED,
            "--no-build-isolation",
            "--no-cache-dir",  # pip would take what was compiled before, for another machine or with other flags
            "--verbose",  # the compiler's lines tell how far it is
            "-r",
            requirement,
            where=CompilerShare(),
            extra={"CMAKE_BUILD_PARALLEL_LEVEL": jobs} | machine.compiler_flags(),
        )

    def _is_compiled(self, purpose: str) -> bool:
        texts = ((requirement_files.FOLDER / name).read_text("utf-8") for name in requirement_files.SETS[purpose])
        pinned = requirement_files.version_of(requirement_files.split(texts)[1])
        return self._environment.has(requirement_files.COMPILED, pinned)

    def _damaged(self) -> list[str]:
        """Names of installed packages that miss a file, or hold one of another size."""
        looker = Path(__file__).with_name("installed_files.py")
        command = [str(self._environment.python), "-P", str(looker)]
        done = subprocess.run(command, capture_output=True, text=True, env=children.environment(), check=False)
        if done.returncode != 0:
            raise SetupError(
                "The environment's Python does not start. Remove the folder .venv and run the same command again."
            )
        return done.stdout.split("\n")[:-1]

    def _pip(
        self,
        verb: str,
        doing: str,
        *arguments: str | Path,
        where: Callable[[str], str] = lambda _: "",
        extra: Mapping[str, str] | None = None,
    ) -> None:
        options = ["--progress-bar", "off", "--retries", "2"] if verb == "install" else []
        children.run(
            [self._environment.python, "-m", "pip", verb, *options, *arguments],
            doing,
            self._progress,
            log=self._environment.log,
            where=where,
            extra=extra,
            holding=self._lock,
        )
