"""Downloads from the hostile server, begun, fetched or refused, with what lies there before."""

from __future__ import annotations

import hashlib
import json
import random
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from gguf_files import GgufFile, Tensor, plausible
from hostile_server import Request, Script, serving

from local_models.downloads.addresses import Remote
from local_models.downloads.answers import Patience
from local_models.downloads.job import Download, Downloaded
from local_models.downloads.part_file import note_of, part_of
from local_models.errors import EngineError

QUICK = Patience(
    connect_s=10, silence_s=2, tries=3, first_pause_s=0.01, longest_pause_s=0.02, longest_wait_s=0.5
)  # fmt: skip


def model_bytes(size: int = 400_000, seed: int = 1) -> bytes:
    """A model file whose header is right, of about `size` bytes of noise."""
    made = plausible()
    noise = random.Random(seed).randbytes(size // 256 * 256)
    made.tensors.append(Tensor("noise", (64, len(noise) // 256), noise))
    return file_bytes(made)


def file_bytes(made: GgufFile) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        return made.write(Path(folder) / "made.gguf").read_bytes()


DATA = model_bytes()
OTHER = model_bytes(seed=2)
SHA = hashlib.sha256(DATA).hexdigest()


def begin(address: str | Remote, folder: Path, **wishes: object) -> Download:
    remote = address if isinstance(address, Remote) else Remote(address)
    wishes = {"patience": QUICK, "reserve": 0} | wishes
    return Download(remote, folder, **wishes).start()  # type: ignore[arg-type]


def fetched(script: Script, folder: Path, **wishes: object) -> tuple[Downloaded, list[Request]]:
    with serving(script) as server:
        done = begin(server.address(), folder, **wishes).wait(60)
        return done, server.requests


def refused(script: Script, folder: Path, code: str, **wishes: object) -> EngineError:
    """The error of a download that cannot work; it must be one sentence with a way out."""
    with serving(script) as server, pytest.raises(EngineError) as caught:
        begin(server.address(), folder, **wishes).wait(60)
    assert caught.value.code == code, caught.value
    assert "\n" not in str(caught.value) and str(caught.value).endswith((".", "gguf"))
    return caught.value


def left(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()} if folder.exists() else set()


def lay(folder: Path, address: str, data: bytes, **known: object) -> Path:
    """What an earlier download left: a part and what is known of it."""
    target = folder / "model.gguf"
    folder.mkdir(exist_ok=True)
    part_of(target).write_bytes(data)
    note = {"version": 1, "address": address, "etag": '"one"', "total": len(DATA)} | known
    note_of(target).write_text(json.dumps(note))
    return target


def wait_until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.005)
