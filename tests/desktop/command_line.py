"""The command line as a user has it: a process of its own, and as tests of one command have it: in this process."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from click.testing import CliRunner, Result

from desktop.commands.asking import Caller
from desktop.commands.program import program


@dataclass(frozen=True)
class Ended:
    """How a command ended, and what it wrote."""

    status: int
    out: str
    err: str

    @property
    def sentence(self) -> str:
        """The one line on stderr of a command that was refused; asserts that it is one, and no traceback."""
        assert self.status == 1, (self.status, self.out, self.err)
        assert "Traceback" not in self.err
        assert "broke during" not in self.err
        lines = self.err.strip().splitlines()
        assert len(lines) == 1, lines
        assert lines[0].startswith("preceptor: ")
        return lines[0].removeprefix("preceptor: ")


def preceptor(
    *arguments: str | Path,
    profile: Path,
    stdin: bytes = b"",
    env: Mapping[str, str] | None = None,
    timeout: float = 180,
) -> Ended:
    """Run `preceptor` as a process on a profile."""
    done = subprocess.run(
        [sys.executable, "-m", "desktop", *map(str, arguments)],
        input=stdin,
        capture_output=True,
        timeout=timeout,
        check=False,
        env={**os.environ, "PRECEPTOR_HOME": str(profile), "LANGUAGE": "en", **(env or {})},
    )
    return Ended(done.returncode, done.stdout.decode(), done.stderr.decode())


def here(*arguments: str | Path, profile: Path, stdin: bytes = b"", env: Mapping[str, str] | None = None) -> Ended:
    """Run a command in this process: quicker, and the same but for signals."""
    return _run(arguments, stdin, {"PRECEPTOR_HOME": str(profile), **(env or {})})


def named(*arguments: str | Path, profile: Path, stdin: bytes = b"") -> Ended:
    """The same with the profile named by --profile."""
    return _run(("--profile", profile, *arguments), stdin, {})


def _run(arguments: Sequence[str | Path], stdin: bytes, env: Mapping[str, str]) -> Ended:
    done: Result = CliRunner().invoke(
        program,
        [*map(str, arguments)],
        obj=Caller(),
        prog_name="preceptor",
        input=stdin,
        env={"LANGUAGE": "en", **env},
    )
    return Ended(done.exit_code, done.stdout, done.stderr)
