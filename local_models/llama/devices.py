"""The devices that this build of llama.cpp can compute on, and how much memory each has now.

They are asked of the ggml that libllama itself uses: llama_cpp._ggml loads another copy (a wheel holds files where the
build had links), whose devices are not the ones that models are loaded on. Must not know models or requests.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator, Sequence
from functools import cache

import llama_cpp.llama_cpp as ll

from local_models.events import Device, DeviceKind
from local_models.llama.library import Pointer

KINDS: tuple[DeviceKind, ...] = ("cpu", "gpu", "integrated", "accelerator")  # the order of ggml_backend_dev_type
MOST_TEXT = 200  # characters of a driver's words


def devices() -> tuple[Device, ...]:
    """All devices, in llama.cpp's order, with the memory that is free on each now.

    Asking a GPU for its memory starts its driver in this process, which takes some of it.
    """
    return tuple(_device(pointer) for pointer in _pointers())


def device_list(names: Sequence[str]) -> ctypes.Array[ctypes.c_void_p]:
    """The devices of these names as llama.cpp's model parameters take them: pointers, NULL at the end.

    An empty list keeps a model off every GPU. Raises KeyError for a name that there is not.
    """
    known = {_text(_library().ggml_backend_dev_name(pointer)): pointer for pointer in _pointers()}
    return (ctypes.c_void_p * (len(names) + 1))(*(known[name] for name in names), None)


def _pointers() -> Iterator[Pointer]:
    library = _library()
    for index in range(library.ggml_backend_dev_count()):
        yield library.ggml_backend_dev_get(index)


def _device(pointer: Pointer) -> Device:
    library = _library()
    kind = library.ggml_backend_dev_type(pointer)
    free, total = ctypes.c_size_t(), ctypes.c_size_t()
    library.ggml_backend_dev_memory(pointer, ctypes.byref(free), ctypes.byref(total))
    return Device(
        name=_text(library.ggml_backend_dev_name(pointer)),
        description=_text(library.ggml_backend_dev_description(pointer)),
        kind=KINDS[kind] if kind < len(KINDS) else "accelerator",
        free_bytes=free.value,
        total_bytes=total.value,
    )


@cache
def _library() -> ctypes.CDLL:
    """libllama, through which its own ggml is found; the functions' types are set, for ctypes takes all for int."""
    library: ctypes.CDLL = ll._lib
    library.ggml_backend_dev_count.restype = ctypes.c_size_t
    library.ggml_backend_dev_get.argtypes = [ctypes.c_size_t]
    library.ggml_backend_dev_get.restype = ctypes.c_void_p
    for name in ("ggml_backend_dev_name", "ggml_backend_dev_description"):
        function = getattr(library, name)
        function.argtypes, function.restype = [ctypes.c_void_p], ctypes.c_char_p
    library.ggml_backend_dev_type.argtypes = [ctypes.c_void_p]
    library.ggml_backend_dev_type.restype = ctypes.c_int
    size = ctypes.POINTER(ctypes.c_size_t)
    library.ggml_backend_dev_memory.argtypes = [ctypes.c_void_p, size, size]
    library.ggml_backend_dev_memory.restype = None
    return library


def _text(found: bytes | None) -> str:
    return (found or b"").decode("utf-8", "replace")[:MOST_TEXT]
