"""`models add`: from the disk, from an address, from Hugging Face; stopped, killed, refused, as a user has it."""

from __future__ import annotations

import hashlib
import json
import os
import pty
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from command_line import here, preceptor
from gguf_files import tiny_model
from hostile_server import Answer, HostileServer, Polite, Request, serving

from desktop.commands.download_lines import line, time_text
from local_models.downloads.progress import Progress


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return tiny_model(tmp_path_factory.mktemp("made") / "tiny.gguf").read_bytes()


def begun(profile: Path, *words: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "desktop", "--profile", str(profile), "models", "add", *words]
    environment = {**os.environ, "LANGUAGE": "en"}
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment)


def wait_until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_a_download_prints_one_object_and_the_model_is_listed_with_its_digest(tmp_path: Path, data: bytes) -> None:
    with serving(Polite(data)) as server:
        done = preceptor("models", "add", "--json", server.address("/tiny.gguf"), profile=tmp_path)
    assert (done.status, done.err) == (0, "")
    found = json.loads(done.out)
    path = tmp_path / "models" / "tiny.gguf"
    assert found == {
        "path": str(path),
        "names": ["tiny"],
        "size": len(data),
        "sha256": hashlib.sha256(data).hexdigest(),
        "seconds": found["seconds"],
    }
    assert path.read_bytes() == data
    seen = json.loads(here("models", "inspect", "tiny", "--json", profile=tmp_path).out)
    assert seen["file_sha256"] == found["sha256"]


def test_without_a_terminal_a_download_prints_lines(tmp_path: Path, data: bytes) -> None:
    with serving(Polite(data)) as server:
        done = preceptor("models", "add", server.address("/tiny.gguf"), profile=tmp_path)
    assert done.status == 0
    assert done.out.startswith("Downloaded tiny: ") and hashlib.sha256(data).hexdigest() in done.out
    first, *more = done.err.splitlines()
    assert first == "Downloading tiny.gguf"
    assert "100 % [########################]" in more[-1]
    assert "\r" not in done.err


def test_on_a_terminal_one_line_changes(tmp_path: Path, data: bytes) -> None:
    ours, theirs = pty.openpty()
    with serving(Polite(data)) as server:
        command = [sys.executable, "-m", "desktop", "models", "add", server.address("/tiny.gguf")]
        environment = {**os.environ, "PRECEPTOR_HOME": str(tmp_path), "LANGUAGE": "en"}
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=theirs, env=environment, check=True)
    os.close(theirs)
    shown = os.read(ours, 65536).decode()
    os.close(ours)
    assert b"Downloaded tiny" in done.stdout
    assert "\rAsking the server …" in shown and "\r100 % [########################]" in shown


def test_ctrl_c_keeps_the_part_and_the_same_command_goes_on(tmp_path: Path, data: bytes) -> None:
    with serving(Polite(data, cuts=(200_000,), hang=True)) as server:
        address = server.address("/tiny.gguf")
        process = begun(tmp_path, address)
        part = tmp_path / "models" / "tiny.gguf.part"
        wait_until(lambda: part.exists() and part.stat().st_size == 200_000)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=180)
        assert (process.returncode, out) == (130, "")
        assert err.splitlines()[-1] == "preceptor: Stopped. What has come is kept; the same command goes on from there."
        assert "Traceback" not in err
        assert {path.name for path in part.parent.iterdir()} == {"tiny.gguf.part", "tiny.gguf.part.json"}
        assert here("models", "add", address, profile=tmp_path).status == 0
        assert server.requests[-1].start == 200_000 - 65_536
    assert part.with_suffix("").read_bytes() == data


@pytest.mark.parametrize("after", [70_000, 131_072, 250_000])
def test_a_download_that_was_killed_goes_on_to_the_same_bytes(tmp_path: Path, data: bytes, after: int) -> None:
    with serving(Polite(data, cuts=(after,), hang=True)) as server:
        address = server.address("/tiny.gguf")
        process = begun(tmp_path, address)
        part = tmp_path / "models" / "tiny.gguf.part"
        wait_until(lambda: part.exists() and part.stat().st_size == after)
        process.kill()
        process.communicate(timeout=180)
        done = here("models", "add", "--json", address, profile=tmp_path)
        assert done.status == 0
        assert json.loads(done.out)["sha256"] == hashlib.sha256(data).hexdigest()
        assert server.requests[-1].start == after - 65_536
    assert part.with_suffix("").read_bytes() == data


def hub(data: bytes, store: HostileServer) -> Callable[[Request], Answer]:
    """A hub with one repository, whose files lie at another server."""
    entries = [
        {"type": "file", "path": "tiny.gguf", "size": len(data)},
        {"type": "file", "path": "big-00001-of-00002.gguf", "size": 5_000_000_000},
        {"type": "file", "path": "big-00002-of-00002.gguf", "size": 3_000_000_000},
        {"type": "file", "path": "README.md", "size": 5},
    ]

    def script(request: Request) -> Answer:
        if request.headers.get("authorization") != "Bearer hf_marker":
            return Answer(401)
        if request.target.startswith("/api/models/owner/repo/tree/main"):
            body = json.dumps(entries).encode()
            return Answer(200, {"Content-Length": str(len(body))}, body)
        if request.target == "/owner/repo/resolve/main/tiny.gguf":
            digest = hashlib.sha256(data).hexdigest()
            return Answer(302, {"Location": store.address("/cdn?sig=marker"), "X-Linked-Etag": f'"{digest}"'})
        return Answer(404)

    return script


def test_a_file_on_the_hub_is_named_without_an_address_and_the_token_stays_there(tmp_path: Path, data: bytes) -> None:
    with serving(Polite(data)) as store, serving(hub(data, store)) as server:
        environment = {"HF_ENDPOINT": server.origin, "HF_TOKEN": "hf_marker"}

        def added(*words: str) -> tuple[int, str, str]:
            done = preceptor("models", "add", *words, profile=tmp_path, env=environment)
            assert "marker" not in done.out + done.err
            return done.status, done.out, done.err

        status, out, err = added("owner/repo")
        assert status == 1
        assert [row.split() for row in out.splitlines()] == [
            ["Size", "Parts", "Model"],
            ["8.0", "GB", "2", "owner/repo/big-00001-of-00002.gguf"],
            [*f"{len(data) / 1000:.1f} kB".split(), "1", "owner/repo/tiny.gguf"],
        ]
        assert "preceptor models add owner/repo/big-00001-of-00002.gguf" in err
        status, out, err = added("owner/repo", "--json")
        assert (status, json.loads(out)["models"][1]["source"]) == (1, "owner/repo/tiny.gguf")
        assert added("owner/repo/tiny.gguf")[0] == 0
        assert "authorization" not in store.requests[0].headers
        status, out, err = added("owner/repo/other.gguf")
        assert status == 1 and "has no 'other.gguf'" in err
        environment["HF_TOKEN"] = "hf_marker2"
        status, out, err = added("owner/repo/tiny.gguf", "--name", "again")
        assert status == 1 and f"{server.origin}/owner/repo" in err
    assert not any(b"marker" in path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["ftp://example.org/x.gguf"], "is no address"),
        (["http://example.org/x.gguf"], "--allow-http"),
        (["https://user:secret@example.org/x.gguf"], "user name or password"),
        (["http://127.0.0.1:9/x"], "--name"),
        (["http://127.0.0.1:9/x.gguf", "--sha256", "abc"], "64 digits"),
        (["http://127.0.0.1:9/x-00001-of-00002.gguf", "--sha256", "0" * 64], "2 parts"),
        (["nix.gguf"], "nix.gguf"),
    ],
)
def test_what_cannot_be_downloaded_is_a_sentence(tmp_path: Path, words: list[str], said: str) -> None:
    sentence = here("models", "add", *words, profile=tmp_path).sentence
    assert said in sentence and "secret" not in sentence
    assert not (tmp_path / "models").exists()


def test_a_machine_that_is_not_there_and_options_that_do_not_fit_are_sentences(tmp_path: Path, data: bytes) -> None:
    done = here("models", "add", "http://127.0.0.1:9/x.gguf", profile=tmp_path)
    assert done.status == 1
    assert done.err.splitlines()[-1].startswith("preceptor: 127.0.0.1 cannot be reached (no connection).")
    file = tmp_path / "tiny.gguf"
    file.write_bytes(data)
    assert "are for downloads" in here("models", "add", file, "--name", "x", profile=tmp_path).sentence
    found = json.loads(here("models", "add", "--json", file, profile=tmp_path).out)
    assert found == {"path": str(file), "names": ["tiny"]}


def test_progress_is_a_line_that_a_person_reads() -> None:
    assert line(Progress("downloading", 250_000_000, 1_000_000_000, 12_500_000.0)) == (
        " 25 % [######..................] 250.0\u00a0MB of 1.0\u00a0GB, 12.5\u00a0MB a second, 60\u00a0s left"
    )
    assert line(Progress("downloading", 5, None, 0.0)) == "5\u00a0B, 0\u00a0B a second"
    assert line(Progress("checking", 5, 10, 0.0)).endswith("reading what is there")
    assert line(Progress("waiting", 5, 10, 0.0)).endswith("trying again")
    assert [time_text(seconds) for seconds in (3, 120, 36_000)] == ["3\u00a0s", "2\u00a0min", "10.0\u00a0h"]
