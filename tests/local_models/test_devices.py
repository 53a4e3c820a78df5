"""Which devices this llama.cpp has, how much of a model goes on a GPU, and wishes that cannot be met."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from asked import Asked, ask, refused, texts
from hypothesis import given
from hypothesis import strategies as st
from seven_billion import SEVEN

from local_models import fit, offload, wire
from local_models.client import EngineClient
from local_models.errors import FitError, RequestError, WorkerError
from local_models.events import Device, DeviceKind, Ready
from local_models.model_files.gguf import ModelHeader
from local_models.requests import Load

GIGABYTE = 1_000_000_000
CPU = Device("CPU", "A processor", "cpu", 16 * GIGABYTE, 16 * GIGABYTE)


def gpu(number: int, free: int, kind: DeviceKind = "gpu") -> Device:
    return Device(f"CUDA{number}", "A card", kind, free, max(free, 24 * GIGABYTE))


# What there is


def test_a_worker_tells_the_devices_that_it_can_compute_on(engine: EngineClient) -> None:
    ready = engine.runs_on()
    assert ready.devices[-1].kind == "cpu"
    assert all(device.name and device.total_bytes >= device.free_bytes >= 0 for device in ready.devices)
    assert ready.devices[-1].total_bytes > GIGABYTE
    assert wire.read_event(wire.to_line(ready)) == ready
    assert isinstance(ready, Ready)


def test_devices_are_those_of_the_library_that_loads_models() -> None:
    program = (
        "from local_models.llama import devices as d\n"
        "found = d.devices()\n"
        "assert len(found) == len(list(d._pointers())) > 0\n"
        "listed = d.device_list([found[-1].name])\n"
        "assert len(listed) == 2 and listed[0] and listed[1] is None\n"
        "assert len(d.device_list([])) == 1\n"
        "try:\n    d.device_list(['nothing'])\nexcept KeyError:\n    print('as it should be')\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "as it should be\n"


# What goes where


def test_all_of_a_model_goes_on_a_gpu_that_holds_it() -> None:
    made = offload.plan(SEVEN, 2048, [gpu(0, 12 * GIGABYTE), CPU], (), None)
    assert (made.names, made.layers) == (("CUDA0",), 33)
    assert made.layers_off_host == 33


def test_a_gpu_that_holds_a_part_gets_a_part_and_one_that_holds_nothing_nothing() -> None:
    small = offload.plan(SEVEN, 2048, [gpu(0, 4 * GIGABYTE), CPU], (), None)
    assert 5 < small.layers < 25
    assert offload.plan(SEVEN, 2048, [gpu(0, GIGABYTE // 2), CPU], (), None) == offload.Plan()


def test_none_are_put_there_when_none_are_asked_for() -> None:
    assert offload.plan(SEVEN, 2048, [gpu(0, 12 * GIGABYTE), CPU], (), 0) == offload.Plan()


def test_a_number_that_is_asked_for_is_taken_and_cut_at_what_the_model_has() -> None:
    there = [gpu(0, GIGABYTE), CPU]
    assert offload.plan(SEVEN, 2048, there, (), 7).layers == 7
    assert offload.plan(SEVEN, 2048, there, (), 500).layers == 33


def test_only_named_gpus_are_used_each_once() -> None:
    there = [gpu(0, 12 * GIGABYTE), gpu(1, 12 * GIGABYTE), CPU]
    assert offload.plan(SEVEN, 2048, there, (), None).names == ("CUDA0", "CUDA1")
    assert offload.plan(SEVEN, 2048, there, ("CUDA1", "CUDA1"), None).names == ("CUDA1",)


def test_an_integrated_gpu_is_used_where_there_is_no_other_and_takes_the_computers_memory() -> None:
    own, shared = gpu(0, 12 * GIGABYTE), gpu(1, 12 * GIGABYTE, "integrated")
    assert offload.plan(SEVEN, 2048, [own, shared, CPU], (), None).names == ("CUDA0",)
    alone = offload.plan(SEVEN, 2048, [shared, CPU], (), None)
    assert (alone.names, alone.layers, alone.layers_off_host) == (("CUDA1",), 33, 0)


def test_layers_leave_room_for_a_context_that_grows() -> None:
    there = [gpu(0, 6 * GIGABYTE)]
    assert offload.plan(SEVEN, 512, there, (), None) == offload.plan(SEVEN, offload.ROOM_TO_GROW, there, (), None)
    assert offload.plan(SEVEN, 32_768, there, (), None).layers < offload.plan(SEVEN, 512, there, (), None).layers


FREE = st.lists(st.integers(0, 80 * GIGABYTE), min_size=1, max_size=4)
HEADERS = st.builds(
    lambda layers, size, vocabulary, width: replace(
        SEVEN, layers=layers, file_size=size, parameters=size // 2, vocabulary=vocabulary, width=width
    ),
    st.integers(0, 200),
    st.integers(1, 100 * GIGABYTE),
    st.integers(0, 300_000),
    st.integers(1, 20_000),
)


def _devices(free: Sequence[int]) -> list[Device]:
    return [gpu(number, each) for number, each in enumerate(free)]


@given(header=HEADERS, context=st.integers(1, 1 << 20), free=FREE)
def test_what_is_put_on_gpus_fits_there_and_one_layer_more_does_not(
    header: ModelHeader, context: int, free: list[int]
) -> None:
    found = offload.layers_that_fit(header, context, _devices(free))
    assert 0 <= found <= header.layers + 1
    parts = offload.dealt(free, found)
    assert sum(parts) == found
    last = max((number for number, part in enumerate(parts) if part), default=-1)
    for number, part in enumerate(parts):
        if part:
            output = number == last
            need = offload.bytes_on(header, context, part - output, output=output)
            assert need + offload.KEPT_FREE <= free[number]
    if found <= header.layers and len(free) == 1:
        assert offload.bytes_on(header, context, found, output=True) + offload.KEPT_FREE > free[0]


@given(
    header=HEADERS, context=st.integers(1, 1 << 20), free=st.integers(0, 80 * GIGABYTE), more=st.integers(0, 1 << 36)
)
def test_more_memory_never_takes_fewer_layers(header: ModelHeader, context: int, free: int, more: int) -> None:
    few, many = (offload.layers_that_fit(header, context, [gpu(0, room)]) for room in (free, free + more))
    assert few <= many


@given(free=FREE, count=st.integers(0, 300))
def test_layers_are_dealt_by_free_memory_as_llama_cpp_deals_them(free: list[int], count: int) -> None:
    parts = offload.dealt(free, count)
    if sum(free):
        ends = [sum(free[: number + 1]) / sum(free) for number in range(len(free))]
        by_hand = [0] * len(free)
        for layer in range(count):
            by_hand[next((n for n, end in enumerate(ends) if end > layer / count), len(free) - 1)] += 1
        assert all(abs(ours - theirs) <= 1 for ours, theirs in zip(parts, by_hand, strict=True))
    assert sum(parts) == count


def test_what_lies_on_a_gpu_need_not_fit_beside_the_window() -> None:
    available = 3 * GIGABYTE
    with pytest.raises(FitError):
        fit.check(SEVEN, 2048, available)
    assert fit.check(SEVEN, 2048, available, off_host=33).total < available


@given(context=st.integers(1, 1 << 20), layers=st.integers(0, 40))
def test_no_layer_on_a_gpu_makes_the_rest_larger(context: int, layers: int) -> None:
    found, fewer = (fit.estimate(SEVEN, context, off_host=each).total for each in (layers, layers + 1))
    assert found >= fewer


# Wishes that cannot be met


def test_a_gpu_that_there_is_not_is_refused_with_the_names_of_those_there_are() -> None:
    with pytest.raises(RequestError) as caught:
        offload.plan(SEVEN, 512, [gpu(0, GIGABYTE), gpu(1, GIGABYTE), CPU], ("CUDA0", "Vulkan7"), None)
    assert caught.value.code == "unknown_device"
    assert "'Vulkan7'" in str(caught.value) and "CUDA0, CUDA1" in str(caught.value)


def test_the_processor_is_no_gpu_to_choose() -> None:
    with pytest.raises(RequestError) as caught:
        offload.plan(SEVEN, 512, [gpu(0, GIGABYTE), CPU], ("CPU",), None)
    assert caught.value.code == "unknown_device"


def test_more_layers_than_a_gpu_holds_are_said_with_those_that_it_would() -> None:
    made = offload.plan(SEVEN, 2048, [gpu(0, 3 * GIGABYTE)], (), 33)
    error = offload.too_many(SEVEN, 2048, made)
    assert error is not None and error.code == "no_memory"
    assert f"About {error.values['fits']} would" in str(error)
    assert offload.too_many(SEVEN, 2048, offload.Plan()) is None


def _needs_no_gpu(engine: EngineClient) -> None:
    if any(device.kind in offload.GPU_KINDS for device in engine.runs_on().devices):
        pytest.skip("this build has a GPU")


@pytest.mark.parametrize(
    ("layers", "devices", "said"), [(10, (), "put 10 layers on a GPU"), (None, ("CUDA0",), "use the GPU CUDA0")]
)
def test_a_wish_for_a_gpu_is_refused_where_there_is_none_and_says_the_way_out(
    tiny: str, layers: int | None, devices: tuple[str, ...], said: str
) -> None:
    engine = EngineClient(threads=1, gpu_layers=layers, devices=devices)
    try:
        _needs_no_gpu(engine)
        error, _ = refused(engine, ask(tiny, n=1, max_tokens=2))
        assert (type(error), error.code) == (RequestError, "no_gpu")
        assert said in str(error) and "docs/gpu.md" in str(error)
    finally:
        engine.close()
    assert (Path(__file__).resolve().parents[2] / "docs" / "gpu.md").exists()


def test_no_layers_on_a_gpu_is_a_wish_that_every_build_meets(tiny: str) -> None:
    engine = EngineClient(threads=1, gpu_layers=0)
    try:
        asked = Asked(engine, ask(tiny, n=1, max_tokens=4))
        asked.job.wait(180)
        assert texts(asked)
    finally:
        engine.close()


def test_layers_below_none_are_no_request() -> None:
    line = wire.to_line(Load(id="r", path="m", context=1, threads=1, gpu_layers=-1))
    with pytest.raises(WorkerError, match="gpu_layers"):
        wire.read_request(line)
