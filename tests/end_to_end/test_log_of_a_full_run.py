"""T21: everything that commands, window, collector and line write down in a full run is searched for what must not be
there."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from pathlib import Path

import pytest
from faulty_line import fault_proxy
from one_in import one_in
from storages import KINDS, Kind, cluster
from test_send_killed import ENVIRONMENT, ROOT, command, preceptor, serving

from desktop.profile import Profile
from feedback_store.database import FILE

WINDOW = Path(__file__).with_name("talkative_window.py")
BATCHES = 4
FAULT = "receipt_of_another_key"  # the window says that it is not to be believed, and is told to send once more
PASSPHRASE = "correct horse battery"
MARKER = "MARKERxq7"
FOUND = ("jane.doe@uni-mainz.de", "+49 30 5550 142", "sk-proj-Ab3dEf6hIj9kLm2nOp5qRs8tUv1wXy4z")
JUDGED = {
    "prompt": f"{MARKER} How long does the fever last?",
    "candidates": [f"{MARKER} Three days.", f"{MARKER} A week, say the guidelines."],
    "verdict": "a>b",
}


@pytest.mark.parametrize("kind", one_in(2, KINDS))
def test_t21_no_text_no_key_no_pass_and_no_code_is_written_down_in_a_full_run(tmp_path: Path, kind: Kind) -> None:
    """On PostgreSQL its own server's log too, which was searched for a password alone."""
    if kind == "sqlite":
        run_through(tmp_path)
        return
    with cluster(log_min_messages="info", log_min_error_statement="error") as database:
        run_through(tmp_path, "--database", database.new())
        written = (database.base / "log.txt").read_text()
    assert "database system is ready" in written
    assert MARKER not in written and not [each for each in FOUND if each in written]


def run_through(tmp_path: Path, *database: str) -> None:
    collector, profile, file = tmp_path / "collector", tmp_path / "profile", tmp_path / "judged.jsonl"
    said: list[str] = []

    def run(*words: str | Path, ends: int = 0) -> str:
        printed = preceptor_said(profile, *words, ends=ends)
        said.append(printed)
        return printed

    run("collector", "init", collector, "--project", "Team", *database)
    with serving(collector) as port, fault_proxy([port], "--rate", "0.4", log=tmp_path / "line.txt") as line:
        code = json.loads(preceptor(profile, "collector", "invite", collector, "--json"))["code"]  # its one showing
        run("project", "join", line.address, code, "--use", "--insecure-key-file", "--name", "Ada")
        run("project", "join", line.address, f"{MARKER}-no-such-code", ends=1)
        for number in range(BATCHES):
            file.write_text(json.dumps({**JUDGED, "prompt": f"{JUDGED['prompt']} {number}"}) + "\n")
            run("records", "import", file, "--trainer", "me")
            run("outbox", "release", "--all")
            run("outbox", "seal")
        file.write_text(json.dumps({**JUDGED, "prompt": f"Who are {', '.join(FOUND)}?"}) + "\n")
        run("records", "import", file, "--trainer", "me")
        run("outbox", "release", "--all", ends=1)  # somebody has to decide first
        assert "1 secret key" in said[-1]
        sent = ""
        for _ in range(20):  # a wrong receipt ends a sending with a sentence
            sent = preceptor_said(profile, "outbox", "send", "--tries", "20", ends=None)
            said.append(sent)
            if "Nothing is signed" in sent:
                break
        assert "Nothing is signed" in sent
        for words in (("outbox", "status"), ("doctor",), ("keys", "show"), ("collector", "devices", collector)):
            run(*words)
        run("collector", "revoke", collector, _device(profile), "--reason", "a drill")
        file.write_text(json.dumps(JUDGED) + "\n")
        for words in (("records", "import", file, "--trainer", "me"), ("outbox", "release", "--all", "--kept-as-is")):
            run(*words)
        run("outbox", "seal")
        said.append(preceptor_said(profile, "outbox", "send", "--tries", "20", ends=None))
    secrets = [MARKER, *FOUND, code, *_secrets(Profile.open(profile, insecure_key_file=True)), *_seeds(collector)]
    assert len(secrets) >= 5
    written = {
        "the collector's log": (tmp_path / "collector-log").read_text(),
        "the line's log": (tmp_path / "line.txt").read_text(),
        "what the commands said": "\n".join(said),
    }
    log = [json.loads(line) for line in written["the collector's log"].splitlines()]
    taken = [each["path"] for each in log if each.get("status") == 201]
    assert len(taken) == BATCHES, [(each.get("status"), each.get("path"), each.get("code")) for each in log]
    assert "key_revoked" in {each.get("code") for each in log}
    assert line.faults.total() >= 1
    for where, text in written.items():
        for secret in secrets:
            assert secret not in text, where
        assert "Traceback" not in text, where


@pytest.mark.long
def test_t21_nothing_of_it_is_written_down_by_the_true_window_either_however_talkative(tmp_path: Path) -> None:
    """All that the process writes is looked through: its two streams, and every file that is there afterwards."""
    collector, profile, home = tmp_path / "collector", tmp_path / "here" / "profile", tmp_path / "here"
    home.mkdir()
    terms = tmp_path / "terms.md"
    terms.write_text("What you send may train models.")
    preceptor(profile.with_name("other"), "collector", "init", collector, "--project", "Team", "--terms", terms)
    with serving(collector) as port, fault_proxy([port], "--only", FAULT, log=tmp_path / "line.txt") as line:
        code = json.loads(preceptor(profile, "collector", "invite", collector, "--json"))["code"]
        said = subprocess.run(
            [sys.executable, str(WINDOW), str(profile), line.address],
            input=json.dumps({"code": code, "passphrase": PASSPHRASE, "marker": MARKER}),
            capture_output=True,
            text=True,
            check=False,
            cwd=ROOT,
            env=_talkative(home),
            timeout=500,
        )
    assert said.stdout == "done\n", said.stderr[said.stderr.rfind("Traceback") :][:4000]
    assert line.done[FAULT] == 2
    for talker in ("httpcore", "httpx", "qt."):
        assert talker in said.stderr, f"{talker} was to say all that it can"
    opened = Profile.open(profile, passphrase=lambda _new: PASSPHRASE)
    secrets = [code, code.lower(), code.replace("-", ""), code[::-1], PASSPHRASE, PASSPHRASE[::-1], *_secrets(opened)]
    texts = {"what the window said": said.stderr.encode()}
    texts |= {name: (tmp_path / name).read_bytes() for name in ("collector-log", "line.txt")}
    texts |= {str(path.relative_to(home)): path.read_bytes() for path in home.rglob("*") if path.is_file()}
    kept = [name for name, data in texts.items() if MARKER.encode() in data]
    assert {Path(name).name.partition("-")[0] for name in kept} == {FILE}, "judgements stand in the database alone"
    assert len(secrets) == 10
    for where, data in texts.items():
        for secret in secrets:
            assert secret.encode() not in data, where
        assert b"Traceback" not in data, where


def preceptor_said(profile: Path, *words: str | Path, ends: int | None = 0) -> str:
    """What a command prints on both streams; `ends` is its exit code, None for any."""
    done = subprocess.run(
        command(profile, *words), capture_output=True, text=True, check=False, env=ENVIRONMENT, cwd=ROOT
    )
    assert ends is None or done.returncode == ends, done.stderr
    return done.stdout + done.stderr


def _device(profile: Path) -> str:
    return str(json.loads(preceptor(profile, "keys", "show", "--json"))["device"])


def _secrets(profile: Profile) -> list[str]:
    """Signing key and pass of the profile, in every spelling in which somebody could have written them; closes it."""
    try:
        seed = profile.device_key(profile.project).seed
        kept = profile.secrets.get(f"token/{profile.project.id}")
    finally:
        profile.close()
    assert kept is not None
    return [seed.hex(), base64.b64encode(seed).decode(), kept.decode(), base64.b64encode(kept).decode()]


def _talkative(home: Path) -> dict[str, str]:
    """All that the window's process might write lies in `home`, and whoever can be made to talk talks."""
    folders = ("XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_RUNTIME_DIR", "TMPDIR")
    for name in folders:
        (home / name).mkdir(mode=0o700)
    return ENVIRONMENT | {
        **{name: str(home / name) for name in folders},
        "HOME": str(home),
        "QT_QPA_PLATFORM": "offscreen",
        "QT_LOGGING_RULES": "*=true",
        "PYTHONPATH": str(ROOT),
    }


def _seeds(collector: Path) -> list[str]:
    return [path.read_text().strip() for path in (collector / "keys").iterdir()]
