"""`keys`, `outbox`, `bundle` and `collector`: from a saved judgement to a checked receipt, and all that is refused."""

from __future__ import annotations

import base64
import codecs
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from command_line import here, preceptor

from feedback_store.batches.keys import DeviceKey, fingerprint_of
from feedback_store.pause_table import Clock
from feedback_store.record_parts import App
from feedback_store.store import Store

LINE = {"prompt": "Name a bird.", "candidates": ["Kiwi", "Bat"], "verdict": "a>>b"}


def judged(profile: Path, count: int = 1, project: str | None = None) -> None:
    """A profile with an unprotected key and some judgements of its own."""
    assert here("keys", "show", "--insecure-key-file", profile=profile).status == 0
    file = profile / "some.jsonl"
    file.write_text("".join(json.dumps(LINE | {"tags": [str(n)]}) + "\n" for n in range(count)))
    more = ["--project", project] if project else []
    assert here("records", "import", file, "--trainer", "me", *more, profile=profile).status == 0


def sealed(profile: Path, *more: str) -> None:
    for command in (["release", "--all"], ["seal"]):
        done = here("outbox", *command, *more, profile=profile)
        assert done.status == 0, done.err


@contextmanager
def serving(folder: Path) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    command = [sys.executable, "-m", "desktop", "collector", "serve", str(folder), "--port", "0", "--json"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None
    try:
        yield json.loads(process.stdout.readline())["address"], process
    finally:
        process.terminate()
        process.communicate(timeout=180)


def with_another_token(kept: dict[str, Any]) -> dict[str, Any]:
    """What an unprotected profile keeps, but for the token, which is one that no collector gave."""
    wrong = base64.b64encode(b"x" * 43).decode()
    return kept | {"secrets": {n: wrong if n.startswith("token/") else v for n, v in kept["secrets"].items()}}


def test_keys_show_prints_device_and_key_and_keeps_them(tmp_path: Path) -> None:
    shown = here("keys", "show", "--insecure-key-file", "--json", profile=tmp_path)
    values = json.loads(shown.out)
    assert values.keys() == {"device", "public_key"}
    assert len(base64.b64decode(values["public_key"])) == 32
    assert values["device"].startswith("ed25519:")
    assert json.loads(here("keys", "show", "--json", profile=tmp_path).out) == values
    assert "UNPROTECTED" in here("keys", "show", profile=tmp_path).out


def test_without_keyring_terminal_or_passphrase_there_is_no_silent_way_to_keep_a_key(tmp_path: Path) -> None:
    nowhere = {"PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring"}
    assert "--insecure-key-file" in preceptor("keys", "show", profile=tmp_path, env=nowhere).sentence
    too_short = nowhere | {"PRECEPTOR_PASSPHRASE": "abc"}
    assert "it needs 12 characters or more" in preceptor("keys", "show", profile=tmp_path, env=too_short).sentence
    with_passphrase = nowhere | {"PRECEPTOR_PASSPHRASE": "correct horse"}
    first = preceptor("keys", "show", "--json", profile=tmp_path, env=with_passphrase)
    assert first.status == 0, first.err
    assert preceptor("keys", "show", "--json", profile=tmp_path, env=with_passphrase).out == first.out
    wrong = nowhere | {"PRECEPTOR_PASSPHRASE": "wrong"}
    assert "does not open the key" in preceptor("keys", "show", profile=tmp_path, env=wrong).sentence


def test_a_bundle_is_verified_by_a_key_file_alone_and_by_its_own_profile(tmp_path: Path) -> None:
    profile = tmp_path / "profile"
    judged(profile, 3)
    sealed(profile)
    bundle, key = tmp_path / "some.preceptor", tmp_path / "key.json"
    assert here("bundle", "export", bundle, profile=profile).status == 0
    shown = here("keys", "show", "--json", profile=profile).out
    key.write_text(shown)
    found = json.loads(here("bundle", "verify", bundle, "--key", key, "--json", profile=tmp_path / "nobody").out)
    assert (found["valid"], found["batches"], found["records"]) == (True, 1, 3)
    assert found["device"] == json.loads(shown)["device"]
    key.write_text(json.loads(shown)["public_key"])
    assert here("bundle", "verify", bundle, "--key", key, profile=tmp_path / "nobody").status == 0
    assert "Valid: 1 delivery with 3 records." in here("bundle", "verify", bundle, profile=profile).out
    assert "is there already" in here("bundle", "export", bundle, profile=profile).sentence


def test_a_tampered_or_foreign_bundle_is_refused_with_what_is_wrong_and_what_to_do(tmp_path: Path) -> None:
    profile = tmp_path / "profile"
    judged(profile, 2)
    sealed(profile)
    bundle, key, other = tmp_path / "some.preceptor", tmp_path / "key.json", tmp_path / "other.json"
    here("bundle", "export", bundle, profile=profile)
    key.write_text(here("keys", "show", "--json", profile=profile).out)
    other.write_text(base64.b64encode(DeviceKey.generate().public_key).decode())
    whole = bundle.read_bytes()
    asked, saved_anew, once_more = "Ask for the file as it was written", "saves it anew changes it", "once more"
    cases = [
        ("rule 10", whole.replace(b"Kiwi", b"Kaka", 1), asked),
        ("rule 2", whole.replace(b"\n", b"\r\n"), asked),
        ("not written by Preceptor", b"x" + whole, saved_anew),
        ("not written by Preceptor", codecs.BOM_UTF8 + whole, saved_anew),
        ("not written by Preceptor", whole.decode().encode("utf-16-be"), saved_anew),
        ("not written by Preceptor", whole.decode().encode("utf-16-le"), saved_anew),
        ("cut off", whole[:-1], once_more),
    ]
    for said, data, what_to_do in cases:
        bundle.write_bytes(data)
        sentence = here("bundle", "verify", bundle, "--key", key, profile=tmp_path).sentence
        assert said in sentence
        assert what_to_do in sentence
    bundle.write_bytes(whole)
    by_another = here("bundle", "verify", bundle, "--key", other, profile=tmp_path).sentence
    assert "rule 4" in by_another
    assert "--key FILE" in by_another
    assert "--key FILE" in here("bundle", "verify", bundle, profile=tmp_path / "nobody").sentence
    assert "no public key" in here("bundle", "verify", bundle, "--key", bundle, profile=tmp_path).sentence
    assert "no such file" in here("bundle", "verify", tmp_path / "nix", "--key", key, profile=tmp_path).sentence


def test_nothing_is_sealed_or_exported_that_was_not_released(tmp_path: Path) -> None:
    judged(tmp_path)
    release_all = "Nothing is released. To release all that waits: preceptor outbox release --all\n"
    assert here("outbox", "seal", profile=tmp_path).out == release_all
    assert "Nothing is signed yet" in here("bundle", "export", tmp_path / "x", profile=tmp_path).sentence
    assert here("outbox", "release", profile=tmp_path).status == 2
    assert json.loads(here("outbox", "status", "--json", profile=tmp_path).out)["records"] == {"saved": 1}


def test_the_status_says_of_a_pause_how_long_it_lasts_and_how_to_send_all_the_same(tmp_path: Path) -> None:
    judged(tmp_path)
    sealed(tmp_path)
    with closing(Store.open(tmp_path, app=App("preceptor", "0.1.0"))) as store:
        project = store.projects.current()
        assert project is not None
        store.outbox.keep_pause(project.id, 900.0, Clock().now()).result()
    out = here("outbox", "status", profile=tmp_path).out
    assert "for another 15\u00a0min. To send anyway: preceptor outbox send" in out
    assert 890 < json.loads(here("outbox", "status", "--json", profile=tmp_path).out)["pause_s"] <= 900


def test_a_project_without_a_collector_sends_nothing(tmp_path: Path) -> None:
    judged(tmp_path)
    sealed(tmp_path)
    assert "has no collector" in here("outbox", "send", profile=tmp_path).sentence


def test_from_an_invitation_to_a_checked_receipt_and_a_revoked_device(tmp_path: Path) -> None:
    collector, profile = tmp_path / "collector", tmp_path / "profile"
    made = json.loads(here("collector", "init", collector, "--project", "Team", "--json", profile=profile).out)
    judged(profile)
    with serving(collector) as (address, _process):
        code = json.loads(here("collector", "invite", collector, "--name", "Ada", "--json", profile=profile).out)[
            "code"
        ]
        assert "does not know this code" in here("project", "join", address, "ABCD-EFGH", profile=profile).sentence
        joined = here("project", "join", address, code, "--use", profile=profile)
        assert "Joined Team as Ada." in joined.out
        assert "Type the code" in here("project", "join", address, profile=profile).sentence
        assert "used" in preceptor("project", "join", address, code, profile=tmp_path / "b", env=BARE).sentence
        assert here("outbox", "send", profile=profile).out == "Nothing is signed.\n"
        judged(profile, 2, made["project"])
        sealed(profile)
        kept = (profile / "secrets.json").read_text()
        (profile / "secrets.json").write_text(json.dumps(with_another_token(json.loads(kept))))
        assert "Join the project again" in preceptor("outbox", "send", profile=profile).sentence
        (profile / "secrets.json").write_text(kept)
        sent = here("outbox", "send", "--json", profile=profile)
        counts = {"batches": 1, "again": 0, "held": 0, "restored": False, "arrived": 2, "returned": 0, "waiting": 0}
        assert json.loads(sent.out) == counts
        (batch,) = json.loads(here("outbox", "status", "--json", profile=profile).out)["batches"]
        assert (batch["state"], batch["records"]) == ("delivered", 2)
        (device,) = json.loads(here("collector", "devices", collector, "--json", profile=profile).out)
        assert (device["name"], device["state"]) == ("Ada", "active")
        shown = fingerprint_of(device["device"])
        assert shown in here("collector", "devices", collector, profile=profile).out, "as everywhere, to be compared"
        assert shown in here("keys", "devices", profile=profile).out
        assert "No device" in here("collector", "revoke", collector, shown[:6], profile=profile).sentence
        assert here("collector", "revoke", collector, shown, profile=profile).status == 0
        judged(profile, 3, made["project"])
        sealed(profile)
        assert "key" in preceptor("outbox", "send", profile=profile).err.splitlines()[-1]
        status = json.loads(here("outbox", "status", "--json", profile=profile).out)
        assert [each["state"] for each in status["batches"]] == ["delivered", "closed"]
        assert sum(status["records"].values()) == 1  # kept here, to be sent again


def test_t21_a_code_needs_no_place_on_a_command_line_which_everybody_can_read(tmp_path: Path) -> None:
    collector, profile = tmp_path / "collector", tmp_path / "profile"
    here("collector", "init", collector, "--project", "Team", profile=profile)
    with serving(collector) as (address, _process):
        code = str(json.loads(here("collector", "invite", collector, "--json", profile=profile).out)["code"])
        bare = ("--insecure-key-file", "--use")
        joined = preceptor("project", "join", address, *bare, profile=profile, stdin=f"{code}\n".encode(), env=BARE)
        assert joined.status == 0 and "Joined Team" in joined.out, joined.err
        (device,) = json.loads(here("collector", "devices", collector, "--json", profile=profile).out)
        code = str(
            json.loads(here("collector", "recover", collector, device["device"], "--json", profile=profile).out)["code"]
        )
        (profile / "secrets.json").unlink()
        assert "Type the code" in preceptor("keys", "recover", *bare[:1], profile=profile, env=BARE).sentence
        recovered = preceptor("keys", "recover", *bare[:1], profile=profile, stdin=f" {code} \n".encode(), env=BARE)
        assert recovered.status == 0 and "The lost key was replaced." in recovered.out, recovered.err


def test_a_device_whose_key_is_damaged_joins_again_with_a_new_one_and_delivers(tmp_path: Path) -> None:
    collector, profile = tmp_path / "collector", tmp_path / "profile"
    here("collector", "init", collector, "--project", "Team", profile=profile)

    def code(*more: str) -> str:
        return str(json.loads(here("collector", "invite", collector, "--json", *more, profile=profile).out)["code"])

    with serving(collector) as (address, _process):
        judged(profile)
        assert here("project", "join", address, code(), "--use", profile=profile).status == 0
        judged(profile)
        sealed(profile)
        judged(profile, 2)
        (profile / "secrets.json").write_text("damaged")
        assert "move secrets.json aside" in here("outbox", "seal", profile=profile).sentence
        (profile / "secrets.json").rename(profile / "aside.json")
        (device,) = json.loads(here("collector", "devices", collector, "--json", profile=profile).out)
        trainer = ["--trainer", device["trainer"]]
        joined = here("project", "join", address, code(*trainer), "--insecure-key-file", profile=profile)
        assert "Joined Team" in joined.out, joined.err
        sealed(profile)
        sent = json.loads(here("outbox", "send", "--json", profile=profile).out)
        assert (sent["batches"], sent["arrived"], sent["returned"]) == (2, 2, 0), "what the old key had signed, too"


def test_a_second_computer_is_the_same_trainer_by_a_backup_of_the_first_and_a_code_for_that_trainer(
    tmp_path: Path,
) -> None:
    collector, first, second = tmp_path / "collector", tmp_path / "first", tmp_path / "second"
    here("collector", "init", collector, "--project", "Team", profile=first)

    def code(*more: str) -> str:
        return str(json.loads(here("collector", "invite", collector, "--json", *more, profile=first).out)["code"])

    with serving(collector) as (address, _process):
        assert here("project", "join", address, code(), "--use", "--insecure-key-file", profile=first).status == 0
        judged(first)
        sealed(first)
        here("outbox", "send", profile=first)
        (device,) = json.loads(here("collector", "devices", collector, "--json", profile=first).out)
        trainer = ["--trainer", device["trainer"]]
        judged(tmp_path / "stranger")
        refused = here("project", "join", address, code(*trainer), profile=tmp_path / "stranger").sentence
        assert "you are trn_" in refused and "put a backup of the first one back here" in refused

        made = json.loads(here("backup", "make", "--json", profile=first).out)
        (tmp_path / "stick").write_bytes(Path(made["path"]).read_bytes())
        assert "There is no backup" in here("backup", "restore", tmp_path / "nothing", profile=second).sentence
        assert here("backup", "restore", tmp_path / "stick", profile=second).status == 0
        joined = here("project", "join", address, code(*trainer), "--insecure-key-file", profile=second)
        assert "Joined Team" in joined.out, joined.err
        judged(second, 2)  # the first of them came with the backup
        sealed(second)
        assert json.loads(here("outbox", "send", "--json", profile=second).out)["arrived"] == 1
        devices = json.loads(here("collector", "devices", collector, "--json", profile=first).out)
        assert len(devices) == 2 and {each["trainer"] for each in devices} == {device["trainer"]}


BARE = {"PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring", "PRECEPTOR_PASSPHRASE": "a passphrase of mine"}


def test_a_collector_that_is_down_loses_nothing(tmp_path: Path) -> None:
    collector, profile = tmp_path / "collector", tmp_path / "profile"
    here("collector", "init", collector, "--project", "Team", profile=profile)
    judged(profile)
    with serving(collector) as (address, _process):
        code = json.loads(here("collector", "invite", collector, "--json", profile=profile).out)["code"]
        here("project", "join", address, code, "--use", profile=profile)
    judged(profile, 1, "Team")
    sealed(profile)
    done = preceptor("outbox", "send", "--tries", "2", profile=profile)
    first, second, last = done.err.splitlines()
    assert address in first and "What is signed stays" in first and "waits" in second, "why is said before it waits"
    assert done.status == 1 and "waits 0 s" not in second
    assert last == "preceptor: Nothing more is tried now. To go on where it stopped: preceptor outbox send", "why, once"
    (batch,) = json.loads(here("outbox", "status", "--json", profile=profile).out)["batches"]
    assert batch["state"] == "sealed"
    lines = here("outbox", "status", profile=profile).out.splitlines()
    assert lines[-2].split()[:3] == ["Delivery", "State", "Records"] and lines[-1].split()[:3] == ["1", "signed", "1"]


def test_a_second_project_of_one_name_is_refused_and_one_of_another_name_says_how_it_is_meant(tmp_path: Path) -> None:
    collector = tmp_path / "c"
    first = here("collector", "init", collector, "--project", "Team", profile=tmp_path).out
    assert "--project" not in first
    again = here("collector", "init", collector, "--project", "Team", profile=tmp_path).sentence
    assert "has a project “Team” already" in again and "preceptor collector invite" in again
    assert len(list((collector / "keys").iterdir())) == 1, "and nothing was made"
    other = here("collector", "init", collector, "--project", "Night shift", profile=tmp_path).out
    assert "This collector has 2 projects now: name the one that is meant with --project." in other


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["serve", "nix"], "nix"),
        (["invite", "nix"], "nix"),
        (["devices", "nix"], "nix"),
        (["init", "some", "--project", "Team", "--rubric", "nix"], "There is no rubric 'nix'"),
        (["init", "some", "--project", "Team", "--terms", "nix.md"], "nix.md"),
    ],
)
def test_a_collector_that_is_not_there_is_refused_in_one_sentence(
    arguments: list[str], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert said in here("collector", *arguments, profile=tmp_path).sentence


def test_a_port_that_is_taken_and_a_host_without_tls_are_refused(tmp_path: Path) -> None:
    here("collector", "init", tmp_path / "c", "--project", "Team", profile=tmp_path)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        assert port in preceptor("collector", "serve", tmp_path / "c", "--port", port, profile=tmp_path).sentence
    assert "certificate" in here("collector", "serve", tmp_path / "c", "--host", "0.0.0.0", profile=tmp_path).sentence


def test_serving_ends_with_0_while_the_servers_own_threads_are_still_on_their_way_out(tmp_path: Path) -> None:
    """One that asked for the interpreter while it was taken down ended the process with SIGABRT: every other time where
    that takes as long as here.
    """
    here("collector", "init", tmp_path / "c", "--project", "Team", profile=tmp_path)
    slow = (
        "import time\n"
        "class Slow:\n"
        "    def __del__(self, sleep=time.sleep):\n"
        "        sleep(1)\n"
        "slow = Slow()\n"
        "from desktop.__main__ import main\n"
        "main()"
    )
    command = [sys.executable, "-c", slow, "collector", "serve", str(tmp_path / "c"), "--port", "0", "--json"]
    for _ in range(3):
        with (
            subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process,
            httpx.Client(timeout=180) as one,
            httpx.Client(timeout=180) as other,
        ):
            assert process.stdout is not None
            address = json.loads(process.stdout.readline())["address"]
            for client in (one, other):
                assert client.get(f"{address}/health").status_code == 200
            process.terminate()
            assert process.wait(60) == 0


@pytest.mark.parametrize("how", ["ctrl-c", "input"])
def test_serving_ends_with_0_by_ctrl_c_and_by_the_end_of_its_input(how: str, tmp_path: Path) -> None:
    here("collector", "init", tmp_path / "c", "--project", "Team", profile=tmp_path)
    command = [sys.executable, "-m", "desktop", "collector", "serve", str(tmp_path / "c"), "--port", "0", "--json"]
    more = ["--stop-with-input"] if how == "input" else []
    with subprocess.Popen([*command, *more], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=os.environ) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        assert b"address" in process.stdout.readline()
        if how == "ctrl-c":
            process.send_signal(signal.SIGINT)
        else:
            process.stdin.close()
        assert process.wait(60) == 0
