"""`--gpu-layers`, `--device`, `--threads auto`, and what `doctor` says of devices, on this machine's real build."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from command_line import here, preceptor

from desktop.commands import doctor
from desktop.commands.engine_options import engine_maker
from desktop.commands.machine_gpus import gpu_makers
from desktop.commands.models_bench import thread_counts
from local_models.client import EngineClient
from local_models.events import Device
from local_models.offload import GPU_KINDS


@pytest.fixture(scope="module")
def has_gpu() -> bool:
    """Whether the llama.cpp that is tested has one."""
    engine = EngineClient(threads=1)
    try:
        return any(device.kind in GPU_KINDS for device in engine.runs_on().devices)
    finally:
        engine.close()


# Wishes


@pytest.mark.parametrize(
    ("words", "env"),
    [
        (("generate", "--gpu-layers", "3", "-n", "1", "Hello"), {}),
        (("--gpu-layers", "3", "generate", "-n", "1", "Hello"), {}),
        (("generate", "-n", "1", "Hello"), {"PRECEPTOR_GPU_LAYERS": "3"}),
        (("models", "bench", "--device", "CUDA0"), {}),
        (("generate", "-n", "1", "Hello"), {"PRECEPTOR_DEVICE": "CUDA0 CUDA1"}),
    ],
)
def test_a_wish_for_a_gpu_that_there_is_not_ends_with_a_sentence_and_the_way_out(
    words: tuple[str, ...], env: dict[str, str], tmp_path: Path, has_gpu: bool
) -> None:
    if has_gpu:
        pytest.skip("this build has a GPU")
    assert "docs/gpu.md" in here(*words, profile=tmp_path / "new", env=env).sentence


def test_what_stands_nearest_to_the_command_counts(tmp_path: Path) -> None:
    words = ("--gpu-layers", "3", "generate", "--gpu-layers", "0", "-n", "1", "--max-tokens", "2", "Hello")
    done = preceptor(*words, profile=tmp_path / "new", env={"PRECEPTOR_GPU_LAYERS": "5"})
    assert (done.status, done.err) == (
        0,
        "preceptor: 1 answer was cut off at 2 tokens. Ask for longer ones with --max-tokens.\n",
    )


@pytest.mark.parametrize("layers", ["-1", "many", "1e9"])
def test_a_number_of_layers_that_is_none_is_wrong_usage(layers: str, tmp_path: Path) -> None:
    assert here("generate", "--gpu-layers", layers, "Hello", profile=tmp_path).status == 2


def test_without_a_command_an_engine_is_made_as_always() -> None:
    engine = engine_maker()()
    engine.close()
    assert engine.threads == EngineClient().threads


# Threads


@pytest.mark.parametrize(
    ("cores", "tried"), [(1, (1,)), (2, (1, 2)), (3, (1, 2, 3)), (7, (1, 2, 4, 7)), (8, (1, 2, 4, 8))]
)
def test_one_thread_is_tried_then_twice_as_many_and_all(cores: int, tried: tuple[int, ...]) -> None:
    assert thread_counts(cores) == tried


@pytest.mark.long
def test_bench_tries_several_numbers_of_threads_and_tells_the_fastest(tmp_path: Path) -> None:
    words = ("models", "bench", "--model", "smollm2", "--prompt-tokens", "48", "--new-tokens", "4", "--threads", "auto")
    done = preceptor(*words, "--json", profile=tmp_path / "new")
    assert (done.status, done.err) == (0, "")
    found = json.loads(done.out)
    assert "1" in found["tried"]
    assert found["tokens_per_second"] == max(found["tried"].values())


# What doctor says


def test_doctor_names_every_device_with_its_memory_and_what_is_used_of_the_processor(tmp_path: Path) -> None:
    found = json.loads(here("doctor", "--json", profile=tmp_path / "new").out)
    texts = [each["text"] for each in found if each["name"] == "device" and each["state"] == "well"]
    assert any(text.startswith("CPU: ") and " are free" in text and "uses " in text for text in texts)


def _machine(root: Path, *vendors: str, nvidia: bool = False) -> Path:
    for number, vendor in enumerate(vendors):
        device = root / f"sys/class/drm/card{number}/device"
        device.mkdir(parents=True)
        (device / "vendor").write_text(f"{vendor}\n", "ascii")
    if nvidia:
        (root / "proc/driver/nvidia/gpus/0000:01:00.0").mkdir(parents=True)
    return root


def test_a_gpu_is_seen_whatever_llama_cpp_was_built_for(tmp_path: Path) -> None:
    assert gpu_makers(_machine(tmp_path / "a", "0x8086", "0x10de", "0x10de")) == ("Intel", "NVIDIA")
    assert gpu_makers(_machine(tmp_path / "b", "0x1002")) == ("AMD",)
    assert gpu_makers(_machine(tmp_path / "c", nvidia=True)) == ("NVIDIA",)


def test_the_screen_of_a_virtual_machine_is_no_gpu(tmp_path: Path) -> None:
    (tmp_path / "b/sys/class/drm/card0-HDMI-A-1").mkdir(parents=True)
    assert gpu_makers(_machine(tmp_path / "a", "0x1234", "0x1af4")) == ()
    assert gpu_makers(tmp_path / "b") == ()
    assert gpu_makers(tmp_path / "nothing") == ()


@pytest.mark.long
def test_doctor_says_the_way_out_where_a_gpu_is_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, has_gpu: bool
) -> None:
    if has_gpu:
        pytest.skip("this build has a GPU")
    monkeypatch.setattr(doctor, "gpu_makers", lambda: ("AMD",))
    done = here("doctor", profile=tmp_path / "new")
    assert done.status == 0
    assert "seems to have a GPU (AMD)" in done.out and "docs/gpu.md" in done.out


def test_a_gpu_is_told_in_a_line_that_a_driver_cannot_steer() -> None:
    card = Device("Vulkan0", "A\x1b[31m card\nwith lines", "gpu", 4_000_000_000, 8_000_000_000)
    line = doctor.told(card, [])
    assert line.startswith("Vulkan0: A") and line.endswith("4.0\u00a0GB of 8.0\u00a0GB are free")
    assert line.replace("\u00a0", " ").isprintable()
    assert doctor.told(Device("X", "no memory told", "gpu", 0, 0), []) == "X: no memory told"
