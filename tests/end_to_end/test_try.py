"""`preceptor try`, as a newcomer runs it: the real model, a real collector, and everything it says looked into."""

from __future__ import annotations

import base64
import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from feedback_store import records
from feedback_store.batches.verify import verify_bundle
from feedback_store.record_parts import Judgement

ROOT = Path(__file__).resolve().parents[2]
STEPS = [
    "profile", "collector", "joined", "prompt", "answers", "judgement", "record", "sealed", "delivered", "bundle",
    "verified", "export", "export",
]  # fmt: skip
# As on a machine without a keyring, whoever runs the tests.
ENVIRONMENT = {**os.environ, "LANGUAGE": "en", "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring"}
ENVIRONMENT.pop("PRECEPTOR_PASSPHRASE", None)


def preceptor(*arguments: str | Path, env: dict[str, str] | None = None) -> str:
    command = [sys.executable, "-m", "desktop", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env={**ENVIRONMENT, **(env or {})})
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    return done.stdout


def records_of(database: Path) -> dict[str, list[bytes]]:
    """The records of each project, straight from the file."""
    connection = sqlite3.connect(database)
    rows = connection.execute("SELECT project, data FROM record ORDER BY seq").fetchall()
    connection.close()
    return {project: [data for each, data in rows if each == project] for project, _ in rows}


def test_the_whole_main_job_in_a_profile_that_is_in_use_already(tmp_path: Path) -> None:
    profile = tmp_path / "a profile"
    line = tmp_path / "mine.jsonl"
    line.write_text('{"prompt": "Mine", "candidates": ["a", "b"], "verdict": "a>>b"}\n')
    preceptor("--profile", profile, "records", "import", line, "--trainer", "me")
    (before,) = json.loads(preceptor("--profile", profile, "project", "list", "--json"))
    database = profile / "preceptor.sqlite3"
    mine = records_of(database)[before["id"]]

    *steps, last = [json.loads(each) for each in preceptor("try", "--profile", profile, "--json").splitlines()]

    assert [step["step"] for step in steps] == STEPS
    assert last.keys() == {"bundle", "public_key_file", "receipt", "exports", "database", "seconds"}
    assert last["database"] == str(database)
    told = {step["step"]: step for step in steps}
    assert "the prompt was evaluated once" in told["answers"]["text"]
    assert len(set(told["answers"]["details"])) == 4
    assert "not a person" in told["judgement"]["text"]

    both = json.loads(preceptor("--profile", profile, "project", "list", "--json"))
    assert both[0] == before, "the project that was there is as it was, and still in use"
    assert records_of(database)[before["id"]] == mine
    (data,) = records_of(database)[both[1]["id"]]
    judgement = records.decode(data)
    assert isinstance(judgement, Judgement)
    check_judgement(judgement)

    key = json.loads(Path(last["public_key_file"]).read_text())
    assert key == json.loads(preceptor("--profile", profile, "keys", "show", "--json", "--project", both[1]["id"]))
    bundle = Path(last["bundle"])
    verifier = [sys.executable, "-I", str(ROOT / "docs" / "verify_bundle.py"), str(bundle), last["public_key_file"]]
    said = json.loads(subprocess.run(verifier, capture_output=True, text=True, check=True).stdout)
    assert (said["batches"], said["records"], said["device"]) == (1, 1, key["device"])
    assert bundle.read_bytes().splitlines()[1] == data
    assert verify_bundle(bundle.read_bytes(), public_key=base64.b64decode(key["public_key"])).records == 1
    assert json.loads(Path(last["receipt"]).read_text())["payloadType"].endswith("receipt.v1+json")

    rows = {name: Path(path).read_text().splitlines() for name, path in last["exports"].items()}
    assert rows.keys() == {"preference", "sft"}
    assert all(json.loads(row)["chosen"] != json.loads(row)["rejected"] for row in rows["preference"])
    assert [json.loads(row)["completion"][0]["role"] for row in rows["sft"]] == ["assistant"] * len(rows["sft"])
    assert rows["sft"]

    address = urlsplit(told["collector"]["text"].rsplit(" ", 1)[1])
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((address.hostname or "", address.port or 0), 5).close()
    assert not (bundle.parent / "collector").exists()


def check_judgement(judgement: Judgement) -> None:
    """Four different answers with their whole origin, judged, and said to be judged by a rule."""
    assert len({candidate.text for candidate in judgement.candidates}) == 4
    for candidate in judgement.candidates:
        origin = candidate.origin
        assert origin.model is not None
        assert origin.engine is not None
        assert origin.sampling is not None
        assert (origin.kind, origin.model.name, origin.engine.k) == ("local", "smollm2", 4)
    assert len({c.origin.sampling.seed for c in judgement.candidates if c.origin.sampling}) == 4
    assert judgement.verdicts[0].tiers
    assert judgement.ratings
    assert judgement.prompt.tags == ("try",)
    assert "rule" in (judgement.justification or "")


@pytest.mark.long
def test_without_a_profile_named_everything_lies_in_a_folder_of_its_own(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    told = preceptor("try", "--prompt", "22", env={"TMPDIR": str(tmp_path), "HOME": str(home), "PRECEPTOR_HOME": ""})
    (folder,) = tmp_path.glob("preceptor-try-*")
    assert told.splitlines()[0] == f" 1. Profile in {folder}, its keys UNPROTECTED in the folder"
    assert "pirate captain" in told
    assert told.splitlines()[-1].endswith(str(next((folder / "try").iterdir())))
    assert list(home.iterdir()) == []
    folder_mode = folder.stat().st_mode & 0o777
    assert folder_mode == 0o700


def test_a_prompt_that_is_not_there_is_refused(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "desktop", "try", "--prompt", "99", "--profile", str(tmp_path / "new")]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=ENVIRONMENT)
    assert (done.returncode, done.stdout) == (1, "")
    assert "There is no prompt 99 here." in done.stderr
    assert not (tmp_path / "new").exists()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="children are looked for in /proc")
@pytest.mark.parametrize("number", [signal.SIGTERM, pytest.param(signal.SIGINT, marks=pytest.mark.soak)])
def test_stopping_it_stops_every_child_and_leaves_no_empty_folder(number: signal.Signals, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "desktop", "try", "--profile", str(tmp_path), "--json"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=ENVIRONMENT)
    assert process.stdout is not None
    while json.loads(process.stdout.readline())["step"] != "prompt":
        pass
    children = wait_for_children(process.pid, 2)  # the collector and the model's worker
    process.send_signal(number)
    _, err = process.communicate(timeout=180)
    assert (process.returncode, err) == (128 + number, b"")
    assert [child for child in children if Path(f"/proc/{child}").exists()] == []
    assert not (tmp_path / "try").exists()


def wait_for_children(pid: int, count: int) -> list[str]:
    """The children of a process, once there are `count` of them."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        tasks = Path(f"/proc/{pid}/task").glob("*/children")
        found = [child for task in tasks for child in task.read_text().split()]
        if len(found) >= count:
            return found
        time.sleep(0.02)
    raise AssertionError(f"there were never {count} children")
