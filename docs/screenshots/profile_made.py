"""Makes the profile of the pictures by the command line: a joined project, judgements delivered and waiting."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import example
from msgspec.structs import replace
from same_place import folder_in

from desktop.commands.trial_collector import invite, serving
from desktop.profile import Profile


def make_profile(home: Path, place: Path) -> None:
    """Make the profile of somebody whose home is `home`, who joined a collector in `place` that was up for deliveries.

    Its key is protected by PRECEPTOR_PASSPHRASE, where no keyring is to be used.
    """

    folder = folder_in(home)
    folder.parent.mkdir(parents=True)
    # What the computer remembers of it lies in that home too, and not in the one of whoever takes the pictures.
    kept_there = {"HOME": str(home), "XDG_STATE_HOME": str(home / ".local" / "state")}

    def preceptor(*words: str) -> None:
        command = [sys.executable, "-m", "desktop", *words]
        done = subprocess.run(
            command,
            env={**os.environ, "PRECEPTOR_HOME": str(folder), **kept_there},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise SystemExit(f"preceptor {' '.join(words)}: {done.stderr.strip()}")

    def judge(lines: Sequence[object], trainer: str = "me") -> None:
        file = place / "judged.jsonl"
        file.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
        preceptor("records", "import", str(file), "--trainer", trainer)

    guideline = place.with_suffix(".md")
    guideline.write_text(example.GUIDELINE, encoding="utf-8")
    with serving(place, example.PROJECT, "--name", example.CLINIC, "--guideline", str(guideline)) as collector:
        code = invite(place, "The trainer")
        preceptor("project", "join", collector.address, code, "--use")
        preceptor("backup", "make")
        for end in range(1, len(example.DELIVERED) + 1):
            judge(example.DELIVERED[end - 1])
            for step in (("release", "--all"), ("seal",), ("send",)):
                preceptor("outbox", *step)
            preceptor("backup", "make")
        judge(example.WAITING)
        judge([example.ANOTHERS], example.ANOTHER_TRAINER)
    _give_address(folder)
    preceptor("project", "new", example.LETTERS, "--rubric", "helpsteer3")
    preceptor("endpoints", "add", *example.SERVER)


def _give_address(folder: Path) -> None:
    """The collector was on this computer, on some free port; the pictures show an address as a team has it."""
    profile = Profile.open(folder)
    project = profile.project
    assert project.collector is not None
    there = replace(project.collector, address=example.TEAM)
    profile.store.projects.update(replace(project, collector=there)).result()
    profile.close()
