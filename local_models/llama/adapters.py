"""LoRA adapters of one model: loaded once, used by the whole context."""

from __future__ import annotations

from pathlib import Path

import llama_cpp.llama_cpp as ll

from local_models.errors import ModelFileError
from local_models.llama.context import LlamaContext
from local_models.llama.library import Pointer
from local_models.llama.model import LlamaModel
from local_models.model_files.catalog_state import stamp
from local_models.model_files.gguf import check_adapter
from local_models.requests import Adapter


class Adapters:
    """llama.cpp holds adapters per context, so requests with other adapters do not share a batch."""

    def __init__(self, model: LlamaModel) -> None:
        self._model = model
        self._loaded: dict[str, tuple[str, Pointer]] = {}  # by path: what the file was then, and llama.cpp's own
        self._used: tuple[LlamaContext, tuple[Adapter, ...]] | None = None

    def use(self, context: LlamaContext, wanted: tuple[Adapter, ...]) -> None:
        """Have `context` decode with these; ModelFileError for a file that is no adapter of this model."""
        if self._used == (context, wanted) or (self._used is None and not wanted):
            return
        context.set_adapters([(self._load(adapter.path), adapter.scale) for adapter in wanted])
        self._used = (context, wanted)

    def forget_changed(self, context: LlamaContext | None) -> bool:
        """Let go of files that are others by now; whether there were any, whose work must not be used again."""
        changed = [path for path, (mark, _) in self._loaded.items() if mark != stamp((Path(path),))]
        if changed and context is not None:
            context.set_adapters([])
            self._used = None
        for path in changed:
            ll.llama_adapter_lora_free(self._loaded.pop(path)[1])
        return bool(changed)

    def close(self) -> None:
        for _, pointer in self._loaded.values():
            ll.llama_adapter_lora_free(pointer)
        self._loaded.clear()

    def _load(self, path: str) -> Pointer:
        if path not in self._loaded:
            mark = stamp((Path(path),))
            check_adapter(Path(path))
            found = ll.llama_adapter_lora_init(self._model.pointer, path.encode("utf-8", "surrogateescape"))
            if not found:
                raise ModelFileError.worded(
                    "{name} is no adapter for this model. Choose a LoRA adapter in GGUF form that was made for it.",
                    code="bad_adapter",
                    path=path,
                    name=Path(path).name,
                )
            self._loaded[path] = (mark, found)
        return self._loaded[path][1]
