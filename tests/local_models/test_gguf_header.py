"""Headers of model files: what is right is read, what is wrong is a sentence, nothing takes memory (T17, T19)."""

from __future__ import annotations

import ctypes
import os
import random
import struct
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from gguf_files import ARRAY, STRING, U32, U64, GgufFile, Tensor, plausible, text, tiny_model
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from local_models.errors import ModelFileError
from local_models.model_files.gguf import MAX_HEADER, ModelHeader, read_header
from local_models.model_files.split_files import part_path
from local_models.model_files.tensor_types import TENSOR_TYPES

MEGABYTE = 1024 * 1024


def refusal(path: Path) -> ModelFileError:
    with pytest.raises(ModelFileError) as caught:
        read_header(path)
    sentence = str(caught.value)
    assert sentence.endswith(".")
    assert sentence.isprintable()
    assert len(sentence) < 400
    return caught.value


def test_the_starter_model_says_what_it_is(starter: str) -> None:
    header = read_header(Path(starter))
    assert (header.architecture, header.quantization, header.licence) == ("llama", "Q4_1", "apache-2.0")
    assert (header.parameters, header.context_length) == (134_515_008, 8192)
    assert (header.layers, header.kv_heads, header.head_size, header.vocabulary) == (30, 3, 64, 49152)
    assert header.cached_numbers == 30 * 3 * 64 * 2
    assert header.file_size == Path(starter).stat().st_size
    assert "<|im_start|>" in header.template
    assert len(header.header_sha256) == 64


def test_a_header_is_the_same_whatever_the_weights_are(tmp_path: Path) -> None:
    first, second = (read_header(tiny_model(tmp_path / f"{seed}.gguf", seed=seed)) for seed in (1, 2))
    assert first == second


def test_the_sizes_of_tensor_types_are_the_librarys_own() -> None:
    import llama_cpp.llama_cpp as ll

    block, size = ll._lib.ggml_blck_size, ll._lib.ggml_type_size
    block.restype, size.restype = ctypes.c_int64, ctypes.c_size_t
    for number, (_, elements, taken) in TENSOR_TYPES.items():
        assert (block(number), size(number)) == (elements, taken)
    assert all(size(number) == 0 for number in range(43) if number not in TENSOR_TYPES)


def test_heads_that_differ_by_layer_are_added_up(tmp_path: Path) -> None:
    made = plausible(layers=3)
    made.keys = [key for key in made.keys if not key[0].endswith("head_count_kv")]
    header = read_header(made.add("llama.attention.head_count_kv", [1, 2, 4]).write(tmp_path / "m.gguf"))
    assert header.kv_heads == 4
    assert header.cached_numbers == (1 + 2 + 4) * 16 * 2


def test_texts_of_a_header_are_one_line_without_marks_that_turn_it(tmp_path: Path) -> None:
    made = plausible()
    made.keys = [key for key in made.keys if key[0] != "general.name"]
    header = read_header(made.add("general.name", "good\n\u202egpj.exe\x00" + "x" * 999).write(tmp_path / "m.gguf"))
    assert header.name.isprintable()
    assert len(header.name) <= 200


def test_a_name_that_is_a_path_stays_a_name(tmp_path: Path) -> None:
    made = plausible()
    made.keys = [key for key in made.keys if key[0] != "general.name"]
    made.add("general.name", "../../etc/passwd").write(tmp_path / "m.gguf")
    assert read_header(tmp_path / "m.gguf").name == "../../etc/passwd"  # shown; nothing opens it


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"GGU", "not a GGUF"),
        (b"Dear model, how are you today? Yours, trainer", "not a GGUF"),
        (b"<!DOCTYPE html><html>Please log in to download", "web page"),
        (b"version https://git-lfs.github.com/spec/v1\noid", "Git LFS pointer"),
        (b"PK\x03\x04" + bytes(40), "ZIP"),
        (b"ggjt" + bytes(40), "older than GGUF"),
        (bytes(100), "not a GGUF"),
    ],
)
def test_a_file_that_is_no_model_is_told_by_what_it_is(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "model.gguf"
    path.write_bytes(content)
    error = refusal(path)
    assert error.code == "not_gguf"
    assert said in str(error)


@pytest.mark.parametrize("length", [4, 8, 23])
def test_a_model_cut_within_its_first_line_is_told_to_be_cut(tmp_path: Path, length: int) -> None:
    path = tmp_path / "model.gguf"
    path.write_bytes((b"GGUF" + bytes(20))[:length])
    error = refusal(path)
    assert (error.code, "is not whole" in str(error)) == ("truncated", True)


def _without(name: str) -> GgufFile:
    made = plausible()
    made.keys = [key for key in made.keys if key[0] != name]
    return made


def _raw(made: GgufFile, name: str, kind: int, packed: bytes) -> GgufFile:
    made.keys.append((name, kind, packed))
    return made


def _with(made: GgufFile, **values: object) -> GgufFile:
    for name, value in values.items():
        setattr(made, name, value)
    return made


def _tensor(**values: object) -> GgufFile:
    made = plausible()
    made.tensors.append(_changed(Tensor("second", (64, 3), bytes(64 * 3 * 4)), values))
    return made


def _changed(tensor: Tensor, values: dict[str, object]) -> Tensor:
    for name, value in values.items():
        setattr(tensor, name, value)
    return tensor


HUGE = 2**63 + 5
CRAFTED: dict[str, tuple[Callable[[], GgufFile], str, str]] = {
    "version 1": (lambda: _with(plausible(), version=1), "version", "version 1"),
    "version 99": (lambda: _with(plausible(), version=99), "version", "version 99"),
    "big-endian": (lambda: _with(plausible(), version=3 << 24), "version", "big-endian"),
    "huge key count": (lambda: _with(plausible(), key_count=HUGE), "bounds", "keys"),
    "huge tensor count": (lambda: _with(plausible(), tensor_count=HUGE), "bounds", "tensors"),
    "long key": (lambda: plausible().add("k" * 5000, 1), "bounds", "bytes in one text"),
    "long text": (
        lambda: _raw(plausible(), "general.description", STRING, struct.pack("<Q", 2**40)),
        "bounds",
        "bytes in one text",
    ),
    "negative length": (
        lambda: _raw(plausible(), "general.description", STRING, struct.pack("<q", -1)),
        "bounds",
        "bytes in one text",
    ),
    "long list": (
        lambda: _raw(plausible(), "x", ARRAY, struct.pack("<IQ", U32, 2**61)),
        "bounds",
        "entries",
    ),
    "list longer than the file": (
        lambda: _raw(plausible(), "x", ARRAY, struct.pack("<IQ", U64, 4_000_000)),
        "truncated",
        "ends inside",
    ),
    "list of lists": (
        lambda: _raw(plausible(), "x", ARRAY, struct.pack("<IQ", ARRAY, 1) + struct.pack("<IQ", ARRAY, 1)),
        "bounds",
        "list inside a list",
    ),
    "unknown type": (lambda: _raw(plausible(), "x", 13, b"\0" * 8), "bounds", "unknown type 13"),
    "the same key twice": (lambda: plausible().add("general.name", "again"), "bounds", "twice"),
    "alignment 3": (lambda: plausible().add("general.alignment", 3), "bounds", "alignment"),
    "alignment 0": (lambda: plausible().add("general.alignment", 0), "bounds", "alignment"),
    "alignment 2^31": (lambda: plausible().add("general.alignment", 1 << 31), "bounds", "alignment"),
    "no architecture": (lambda: _without("general.architecture"), "not_a_model", "architecture"),
    "an adapter": (lambda: plausible().add("general.type", "adapter"), "not_a_model", "adapter"),
    "no weights": (lambda: _with(plausible(), tensors=[]), "not_a_model", "no weights"),
    "impossible layers": (
        lambda: _without("llama.block_count").add("llama.block_count", 2**31),
        "bounds",
        "block_count",
    ),
    "impossible heads": (
        lambda: _without("llama.attention.head_count_kv").add("llama.attention.head_count_kv", [2**31 - 1]),
        "bounds",
        "heads",
    ),
    "a tensor of no dimensions": (lambda: _tensor(shape=()), "bounds", "dimensions"),
    "a tensor of nine dimensions": (lambda: _tensor(shape=(1,) * 9), "bounds", "dimensions"),
    "a tensor of 2^64 elements": (lambda: _tensor(shape=(2**62, 4)), "bounds", "outside all bounds"),
    "a tensor of unknown type": (lambda: _tensor(kind=99), "version", "type 99"),
    "half a block": (lambda: _tensor(kind=2, shape=(33, 1)), "bounds", "outside all bounds"),
    "an offset between the alignments": (lambda: _tensor(offset=777), "bounds", "outside all bounds"),
    "an offset beyond the file": (lambda: _tensor(offset=2**40), "truncated", "missing at its end"),
    "an offset that wraps": (lambda: _tensor(offset=2**64 - 32), "bounds", "outside all bounds"),
    "overlapping tensors": (lambda: _tensor(offset=0), "bounds", "overlap"),
    "two tensors of one name": (lambda: _tensor(name="token_embd.weight"), "bounds", "two tensors"),
}


@pytest.mark.parametrize("name", CRAFTED)
def test_a_crafted_header_is_refused_with_a_sentence(tmp_path: Path, name: str) -> None:
    make, code, said = CRAFTED[name]
    error = refusal(make().write(tmp_path / "crafted.gguf"))
    assert error.code == code
    assert said in str(error)


@pytest.mark.parametrize("keep", [0.01, 0.3, 0.9, 0.999])
def test_a_file_cut_anywhere_is_truncated(tmp_path: Path, keep: float) -> None:
    whole = tiny_model(tmp_path / "whole.gguf").read_bytes()
    path = tmp_path / "cut.gguf"
    path.write_bytes(whole[: int(len(whole) * keep)])
    assert refusal(path).code == "truncated"


def test_a_header_without_end_is_given_up_at_its_bound(tmp_path: Path) -> None:
    made = plausible()
    path = tmp_path / "endless.gguf"
    made.keys.append(("x", ARRAY, struct.pack("<IQ", STRING, 400_000) + text("y" * 64) * 400_000))
    made.keys.append(("y", ARRAY, struct.pack("<IQ", STRING, 4_000_000) + text("y" * 64) * 400_000))
    path.write_bytes(made.header())
    with path.open("r+b") as file:
        file.truncate(4 * MAX_HEADER)  # sparse: the rest is zeros, which are empty texts
    assert refusal(path).code == "bounds"


def test_what_is_no_file_is_refused_without_waiting(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.gguf"
    os.mkfifo(pipe)
    assert "device or pipe" in str(refusal(pipe))
    assert "folder" in str(refusal(tmp_path))
    assert refusal(tmp_path / "none.gguf").code == "not_found"


@pytest.mark.parametrize(
    "name", ["nul\0byte.gguf", "x" * 300 + ".gguf", "../" * 200 + "none.gguf", "CON", "C:\\m.gguf", "a\nb\u202e.gguf"]
)
def test_strange_paths_are_sentences(tmp_path: Path, name: str) -> None:
    assert refusal(tmp_path / name).code in ("not_found", "unreadable")


# Split models


def _split(folder: Path, parts: int) -> Path:
    for number in range(1, parts + 1):
        made = plausible() if number == 1 else GgufFile()
        if number > 1:
            made.tensors.append(Tensor(f"blk.{number}.weight", (64, 3), bytes(64 * 3 * 4)))
        made.add("split.no", number - 1).add("split.count", parts)
        made.write(folder / f"model-{number:05}-of-{parts:05}.gguf")
    return folder / f"model-00001-of-{parts:05}.gguf"


def test_a_split_model_is_one_model(tmp_path: Path) -> None:
    first = _split(tmp_path, 3)
    header = read_header(first)
    assert header.split_count == 3
    assert header.parameters == 3 * 64 * 3
    assert header.file_size == sum(path.stat().st_size for path in tmp_path.iterdir())


def test_a_split_model_without_one_of_its_parts_names_it(tmp_path: Path) -> None:
    first = _split(tmp_path, 3)
    part_path(first, 2).unlink()
    error = refusal(first)
    assert error.code == "incomplete"
    assert "model-00002-of-00003.gguf" in str(error)


def test_a_later_part_points_to_the_first(tmp_path: Path) -> None:
    error = refusal(part_path(_split(tmp_path, 2), 2))
    assert "model-00001-of-00002.gguf" in str(error)


def test_an_impossible_number_of_parts_is_refused(tmp_path: Path) -> None:
    plausible().write(tmp_path / "m-00001-of-99999.gguf")
    assert refusal(tmp_path / "m-00001-of-99999.gguf").code == "bounds"


# Whatever is changed in a real header: an error or a card, never a crash, never much memory


def _mutated(path: Path, original: bytes, changes: list[tuple[int, bytes]], size: int) -> Path:
    data = bytearray(original)
    for at, new in changes:
        data[at : at + len(new)] = new
    path.write_bytes(data)
    with path.open("r+b") as file:
        file.truncate(size)  # the weights are not looked at: a hole stands for them
    return path


@pytest.fixture(scope="module")
def real_header(starter: str) -> bytes:
    """The starter model's bytes before its weights, and a little of them."""
    with Path(starter).open("rb") as file:
        return file.read(2 * MEGABYTE)


CHANGE = st.tuples(
    st.one_of(st.integers(0, 3000), st.integers(0, 2 * MEGABYTE - 9), st.integers(1_690_000, 1_790_000)),
    st.one_of(
        st.binary(min_size=1, max_size=8),
        st.sampled_from([b"\xff" * 8, b"\xff" * 4, b"\0" * 8, struct.pack("<Q", 2**40), struct.pack("<Q", 2**63)]),
    ),
)
CHANGES = st.lists(CHANGE, min_size=1, max_size=6)


def _check_mutation(folder: Path, original: bytes, changes: list[tuple[int, bytes]], size: int) -> None:
    path = _mutated(folder / "mutated.gguf", original, changes, size)
    try:
        header = read_header(path)
    except ModelFileError as error:
        assert str(error).isprintable()
    else:
        assert isinstance(header, ModelHeader)


@settings(max_examples=250, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=CHANGES)
def test_a_mutated_header_is_an_error_or_a_card(
    tmp_path: Path, real_header: bytes, starter: str, changes: list[tuple[int, bytes]]
) -> None:
    _check_mutation(tmp_path, real_header, changes, Path(starter).stat().st_size)


@pytest.mark.soak
@pytest.mark.timeout(1200)
@settings(max_examples=5000, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=CHANGES)
def test_five_thousand_mutated_headers_are_errors_or_cards(
    tmp_path: Path, real_header: bytes, starter: str, changes: list[tuple[int, bytes]]
) -> None:
    _check_mutation(tmp_path, real_header, changes, Path(starter).stat().st_size)


def test_no_header_takes_200_megabytes(tmp_path: Path, real_header: bytes, starter: str) -> None:
    """Crafted and mutated headers read by a process of their own, whose peak is looked at in the end."""
    paths = []
    for index, (make, _, _) in enumerate(CRAFTED.values()):
        paths.append(make().write(tmp_path / f"crafted {index}.gguf"))
    draw = random.Random(17)
    for index in range(40):
        changes = [(draw.randrange(3000), struct.pack("<Q", 2 ** draw.randrange(64))) for _ in range(3)]
        paths.append(_mutated(tmp_path / f"mutated {index}.gguf", real_header, changes, Path(starter).stat().st_size))
    greedy = plausible()
    greedy.keys += [(f"text {index}", STRING, text("ä" * (2 * MEGABYTE - 1))) for index in range(25)]
    paths += [greedy.write(tmp_path / "greedy.gguf"), Path(starter)]
    code = (
        "import sys\nfrom pathlib import Path\nfrom local_models.errors import ModelFileError\n"
        "from local_models.model_files.gguf import read_header\n"
        "for path in sys.argv[1:]:\n"
        "    try: read_header(Path(path))\n"
        "    except ModelFileError: pass\n"
        "status = Path('/proc/self/status').read_text()\n"
        "print(status.split('VmHWM:')[1].split()[0])"
    )
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run(
        [sys.executable, "-c", code, *map(str, paths)],
        cwd=root,
        capture_output=True,
        text=True,
        check=True,
        timeout=180,
    )
    assert int(done.stdout) * 1024 < 200 * MEGABYTE
