"""T21: everything that commands, collector and line write down in a full run is searched for what must not be there."""

from __future__ import annotations

import base64
import json
import subprocess
from pathlib import Path

import pytest
from faulty_line import fault_proxy
from test_send_killed import ENVIRONMENT, ROOT, command, preceptor, serving

from desktop.profile import Profile

BATCHES = 4
MARKER = "MARKERxq7"
JUDGED = {
    "prompt": f"{MARKER} How long does the fever last?",
    "candidates": [f"{MARKER} Three days.", f"{MARKER} A week, say the guidelines."],
    "verdict": "a>b",
}


@pytest.mark.timeout(300)
def test_t21_no_text_no_key_no_pass_and_no_code_is_written_down_in_a_full_run(tmp_path: Path) -> None:
    collector, profile, file = tmp_path / "collector", tmp_path / "profile", tmp_path / "judged.jsonl"
    said: list[str] = []

    def run(*words: str | Path, ends: int = 0) -> str:
        printed = preceptor_said(profile, *words, ends=ends)
        said.append(printed)
        return printed

    run("collector", "init", collector, "--project", "Team")
    with serving(collector) as port, fault_proxy([port], "--rate", "0.4", log=tmp_path / "line.txt") as line:
        code = json.loads(preceptor(profile, "collector", "invite", collector, "--json"))["code"]  # its one showing
        run("project", "join", line.address, code, "--use", "--insecure-key-file", "--name", "Ada")
        run("project", "join", line.address, f"{MARKER}-no-such-code", ends=1)
        for number in range(BATCHES):
            file.write_text(json.dumps({**JUDGED, "prompt": f"{JUDGED['prompt']} {number}"}) + "\n")
            run("records", "import", file, "--trainer", "me")
            run("outbox", "release", "--all")
            run("outbox", "seal")
        sent = ""
        for _ in range(20):  # a wrong receipt ends a sending with a sentence
            sent = preceptor_said(profile, "outbox", "send", "--tries", "20", ends=None)
            said.append(sent)
            if "Nothing is sealed" in sent:
                break
        assert "Nothing is sealed" in sent
        for words in (("outbox", "status"), ("doctor",), ("keys", "show"), ("collector", "devices", collector)):
            run(*words)
        run("collector", "revoke", collector, _device(profile), "--reason", "a drill")
        file.write_text(json.dumps(JUDGED) + "\n")
        for words in (("records", "import", file, "--trainer", "me"), ("outbox", "release", "--all")):
            run(*words)
        run("outbox", "seal")
        said.append(preceptor_said(profile, "outbox", "send", "--tries", "20", ends=None))
    secrets = [MARKER, code, *_secrets(profile), *_seeds(collector)]
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


def preceptor_said(profile: Path, *words: str | Path, ends: int | None = 0) -> str:
    """What a command prints on both streams; `ends` is its exit code, None for any."""
    done = subprocess.run(
        command(profile, *words), capture_output=True, text=True, check=False, env=ENVIRONMENT, cwd=ROOT
    )
    assert ends is None or done.returncode == ends, done.stderr
    return done.stdout + done.stderr


def _device(profile: Path) -> str:
    return str(json.loads(preceptor(profile, "keys", "show", "--json"))["device"])


def _secrets(folder: Path) -> list[str]:
    """Signing key and pass of the profile, in every spelling in which somebody could have written them."""
    profile = Profile.open(folder, insecure_key_file=True)
    try:
        seed = profile.device_key(profile.project).seed
        kept = profile.secrets.get(f"token/{profile.project.id}")
    finally:
        profile.close()
    assert kept is not None
    return [seed.hex(), base64.b64encode(seed).decode(), kept.decode(), base64.b64encode(kept).decode()]


def _seeds(collector: Path) -> list[str]:
    return [path.read_text().strip() for path in (collector / "keys").iterdir()]
