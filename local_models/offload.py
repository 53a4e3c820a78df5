"""How much of a model goes on the GPUs: as many layers as their memory holds, or as many as were asked for.

llama.cpp counts layers from the end: one is the output layer alone, all are one more than the model's own. It deals
them out to several GPUs by the memory that is free on each. Plain Python; must not know llama.cpp.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from local_models import fit
from local_models.errors import FitError, RequestError
from local_models.events import Device
from local_models.model_files.gguf import ModelHeader

GPU_KINDS = ("gpu", "integrated")
ROOM_TO_GROW = 8192  # tokens of context that have to fit beside the weights, for layers cannot be moved later
KEPT_FREE = 512 * 1024 * 1024  # on each GPU: for the screen, for the driver, and for what is only roughly known


@dataclass(frozen=True)
class Plan:
    """Which GPUs a model uses (none: the processor computes alone), and how many layers go there."""

    devices: tuple[Device, ...] = ()
    layers: int = 0

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(device.name for device in self.devices)

    @property
    def layers_off_host(self) -> int:
        """Layers that take none of the computer's own memory: an integrated GPU computes in that."""
        return 0 if any(device.kind == "integrated" for device in self.devices) else self.layers


def plan(header: ModelHeader, context: int, there: Sequence[Device], names: Sequence[str], layers: int | None) -> Plan:
    """Where the model goes, of the devices that are `there`: those of `names`, or all GPUs.

    `layers` None: as many as fit. Raises RequestError "unknown_device" for a name that there is not, "no_gpu" where
    layers or a device are asked for and this build has no GPU.
    """
    gpus = [device for device in there if device.kind in GPU_KINDS]
    if not gpus and names:
        raise RequestError.worded(
            "This llama.cpp cannot use the GPU {devices}: it finds none. Leave that out, or build one that can:"
            " docs/gpu.md.",
            code="no_gpu",
            devices=", ".join(names),
        )
    if not gpus and layers:
        raise RequestError.worded(
            "This llama.cpp cannot put {layers} layers on a GPU: it finds none. Leave that out, or build one that can:"
            " docs/gpu.md.",
            code="no_gpu",
            layers=layers,
        )
    chosen = tuple(_named(gpus, name) for name in dict.fromkeys(names)) or _usual(gpus)
    if layers is None:
        layers = layers_that_fit(header, max(context, min(ROOM_TO_GROW, header.context_length or ROOM_TO_GROW)), chosen)
    return Plan(chosen, min(layers, header.layers + 1)) if layers and chosen else Plan()


def too_many(header: ModelHeader, context: int, made: Plan) -> FitError | None:
    """Why a model was not loaded, where more layers were asked for than the GPUs probably hold."""
    fits = layers_that_fit(header, context, made.devices)
    if made.layers <= fits:
        return None
    return FitError.worded(
        "{layers} layers of this model do not fit on {devices}. About {fits} would: ask for those, or let Preceptor"
        " choose.",
        code="no_memory",
        devices=", ".join(made.names),
        layers=made.layers,
        fits=fits,
    )


def layers_that_fit(header: ModelHeader, context: int, devices: Sequence[Device]) -> int:
    """How many layers, with the cache for a context of `context` tokens, the free memory of `devices` holds."""
    for count in range(header.layers + 1, 0, -1):
        if devices and all(need <= room for need, room in _needs(header, context, devices, count)):
            return count
    return 0


def bytes_on(header: ModelHeader, context: int, layers: int, *, output: bool) -> int:
    """Bytes that so many of the model's own layers take on a GPU, with the output layer or without.

    The cache of a layer lies beside its weights. What llama.cpp computes in is reserved whole on a GPU.
    """
    compute = fit.UBATCH * (header.width * fit.ACTIVATIONS + header.vocabulary) * 4
    each = fit.layer_bytes(header) + math.ceil(fit.cache_bytes(header, context) / max(1, header.layers))
    return compute + layers * each + (fit.output_bytes(header) if output else 0)


def dealt(free: Sequence[int], count: int) -> list[int]:
    """How many of `count` layers each device gets: by its free memory, as llama.cpp deals them."""
    whole, so_far, before, parts = sum(free), 0, 0, []
    for number, each in enumerate(free, start=1):
        so_far += each
        end = -(-count * so_far // whole) if whole else count * (number == len(free))
        parts.append(end - before)
        before = end
    return parts


def _needs(header: ModelHeader, context: int, devices: Sequence[Device], count: int) -> Iterator[tuple[int, int]]:
    """For each device that would get some of the last `count` layers: what they need, and what it can hold."""
    left = count
    for device, part in zip(devices, dealt([device.free_bytes for device in devices], count), strict=True):
        left -= part
        if part:
            need = bytes_on(header, context, part - (left == 0), output=left == 0)
            yield need, device.free_bytes - KEPT_FREE


def _named(gpus: Sequence[Device], name: str) -> Device:
    for device in gpus:
        if device.name == name:
            return device
    known = ", ".join(device.name for device in gpus)
    raise RequestError.worded(
        "There is no GPU {name!r} here. Choose of these: {known}.",
        code="unknown_device",
        device=name,
        known=known,
        name=name,
    )


def _usual(gpus: Sequence[Device]) -> tuple[Device, ...]:
    """Those that llama.cpp takes by itself: integrated ones only where there is no other."""
    return tuple(device for device in gpus if device.kind == "gpu") or tuple(gpus)
