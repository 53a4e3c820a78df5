"""What is said to be unknown is unknown to llama.cpp, and what is said to be known is known: the library is asked."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from gguf.constants import MODEL_ARCH_NAMES
from gguf_files import GgufFile, Tensor, plausible, tiny_model

from local_models.client import EngineClient
from local_models.errors import ModelFileError
from local_models.model_files import architectures
from local_models.model_files.gguf import read_header
from local_models.requests import CandidateRequest, Message, Sampling

ASK = """
import ctypes, json, sys
import llama_cpp.llama_cpp as ll
said = []
log = ll.llama_log_callback(lambda _level, text, _data: said.append(text.decode("utf-8", "replace")))
ll.llama_log_set(log, ctypes.c_void_p(0))
ll.llama_backend_init()
known = []
for path in sys.stdin.read().splitlines():
    said.clear()
    assert not ll.llama_model_load_from_file(path.encode(), ll.llama_model_default_params())
    known.append("unknown model architecture" not in "".join(said))
print(json.dumps(known))
"""


def of_architecture(path: Path, name: str) -> Path:
    """A file that names an architecture, with a tensor, and is otherwise no model."""
    made = GgufFile().add("general.architecture", name)
    made.tensors.append(Tensor("token_embd.weight", (64, 3), bytes(768)))
    return made.write(path)


def test_the_lists_are_what_the_library_knows(tmp_path: Path) -> None:
    names = sorted(architectures.WRITES_TEXT | architectures.NO_TEXT | {*MODEL_ARCH_NAMES.values(), "nosuch", "llama9"})
    files = [of_architecture(tmp_path / f"{number}.gguf", name) for number, name in enumerate(names)]
    done = subprocess.run(
        [sys.executable, "-c", ASK], input="\n".join(map(str, files)), capture_output=True, text=True, check=True
    )
    known = {name for name, answer in zip(names, json.loads(done.stdout), strict=True) if answer}
    assert known == architectures.WRITES_TEXT | architectures.NO_TEXT
    assert not architectures.WRITES_TEXT & architectures.NO_TEXT


@pytest.mark.parametrize(
    ("name", "said"), [("nosuch", "does not know"), ("bert", "way a chat needs it"), ("", "does not know")]
)
def test_what_would_not_load_or_not_write_is_a_sentence(name: str, said: str, tmp_path: Path) -> None:
    header = read_header(plausible().write(tmp_path / "m.gguf"))
    with pytest.raises(ModelFileError, match=said) as caught:
        architectures.check(tmp_path / "odd\x1b[2J\nname.gguf", replace(header, architecture=name))
    assert caught.value.code == "unsupported_architecture"
    assert "\x1b" not in str(caught.value) and "\n" not in str(caught.value)


def test_a_model_that_llama_cpp_loads_is_not_refused(tmp_path: Path) -> None:
    path = tiny_model(tmp_path / "tiny.gguf")
    architectures.check(path, read_header(path))


def test_the_worker_refuses_before_llama_cpp_sees_the_file(fresh_engine: EngineClient, tmp_path: Path) -> None:
    path = of_architecture(tmp_path / "new.gguf", "nosuch")
    request = CandidateRequest(
        id="r", model_path=str(path), messages=(Message("user", "Hello"),), candidates=(Sampling(seed=1, max_tokens=4),)
    )
    with pytest.raises(ModelFileError, match="architecture 'nosuch'") as caught:
        fresh_engine.generate(request, lambda _event: None).wait(30)
    assert caught.value.code == "unsupported_architecture"
