"""A model in memory: its words as tokens and back, its chat template, and what it was trained for."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Sequence
from typing import Any

import llama_cpp.llama_cpp as ll

from local_models.answer_text import marks_of
from local_models.chat_template import Rendered, Renderer, render
from local_models.errors import ModelFileError, RequestError
from local_models.llama.devices import device_list
from local_models.llama.library import Pointer, has_amx
from local_models.requests import Message, check_prompt

LEAST_CONTEXT = 512


class LlamaModel:
    """A loaded GGUF file. `pointer` and `vocab` are llama.cpp's.

    `on_load` hears how far loading has come (0 to 1); loading stops when `stopped` says so. Raises ModelFileError for a
    file that llama.cpp refuses or that cannot write, RequestError("cancelled") when it was stopped. The last
    `gpu_layers` layers go on the GPUs that `devices` names, the output layer first.
    """

    def __init__(
        self,
        path: str,
        *,
        on_load: Callable[[float], None],
        stopped: Callable[[], bool],
        gpu_layers: int = 0,
        devices: Sequence[str] = (),
    ) -> None:
        def progressed(share: float, _data: object) -> bool:
            on_load(share)
            return not stopped()  # False ends the loading

        self._progress = ll.llama_progress_callback(progressed)  # kept: a freed callback crashes later
        parameters = ll.llama_model_default_params()
        self.on_gpu = gpu_layers > 0
        chosen = device_list(devices)
        parameters.devices = ctypes.cast(chosen, ctypes.c_void_p)  # without one no computing at all goes to a GPU
        parameters.n_gpu_layers = gpu_layers
        parameters.use_extra_bufts = not has_amx()  # the other layouts for weights are sound
        parameters.progress_callback = self._progress
        self.pointer: Pointer = ll.llama_model_load_from_file(path.encode("utf-8", "surrogateescape"), parameters)
        if not self.pointer:
            if stopped():
                raise RequestError("Stopped before the model was loaded.", code="cancelled")
            raise ModelFileError(
                "llama.cpp could not load this model. The file may be damaged, or newer than this program.",
                code="cannot_load",
                path=path,
            )
        if not ll.llama_model_has_decoder(self.pointer) or ll.llama_model_has_encoder(self.pointer):
            raise ModelFileError(
                "This model does not write text the way a chat needs it. Choose a chat or completion model.",
                code="unsupported_model",
                path=path,
            )
        self.vocab: Pointer = ll.llama_model_get_vocab(self.pointer)
        self.vocab_size: int = ll.llama_vocab_n_tokens(self.vocab)
        self.trained_context: int = max(ll.llama_model_n_ctx_train(self.pointer), LEAST_CONTEXT)
        self._mark_tokens: frozenset[int] = frozenset()
        self.bos_token: int = ll.llama_vocab_bos(self.vocab)
        self.bos = self.word(self.bos_token)
        self.adds_bos: bool = ll.llama_vocab_get_add_bos(self.vocab)  # texts begin with it
        found = ll.llama_model_chat_template(self.pointer, None)
        self.template = found.decode("utf-8", "replace") if found else ""
        self.marks = marks_of(self.template)
        self._mark_tokens = self._tokens_of_marks()
        self._renderer = self._make_renderer()

    def render(self, messages: tuple[Message, ...]) -> Rendered:
        """The conversation as the model's prompt; RequestError when it is empty or its template refuses it.

        A last message by the assistant is the beginning of the answers: what they go on with.
        """
        check_prompt(messages)
        return render(messages, self.template, self._renderer)

    def tokens(self, text: str, *, special: bool = False, begin: bool = False) -> list[int]:
        """`text` as tokens; `special`: marks of control are read as such, `begin`: with the token that begins texts."""
        data = text.encode("utf-8", "replace")
        size = len(data) + 8
        found = (ll.llama_token * size)()
        count = ll.llama_tokenize(self.vocab, data, len(data), found, size, begin, special)
        if count < 0:
            raise RequestError("llama.cpp could not read this text.", code="tokenize")
        return list(found[:count])

    def piece(self, token: int, *, special: bool = False) -> bytes:
        """The bytes of a token; marks of control are empty unless `special`, but for those around reasoning."""
        if token < 0:
            return b""
        special = special or token in self._mark_tokens
        size = 256
        while True:
            buffer = ctypes.create_string_buffer(size)
            count = ll.llama_token_to_piece(self.vocab, token, buffer, size, 0, special)
            if count >= 0:
                return buffer.raw[:count]
            size = -count

    def word(self, token: int) -> str:
        return self.piece(token, special=True).decode("utf-8", "replace")

    def ends(self, token: int) -> bool:
        """Whether this token ends an answer."""
        return bool(ll.llama_vocab_is_eog(self.vocab, token))

    def close(self) -> None:
        """Give its memory back to the system."""
        ll.llama_model_free(self.pointer)

    def _tokens_of_marks(self) -> frozenset[int]:
        """The reasoning marks, where each is a token of its own."""
        marks = (self.tokens(mark, special=True) for mark in (self.marks.opening, self.marks.closing))
        return frozenset(tokens[0] for tokens in marks if len(tokens) == 1)

    def _make_renderer(self) -> Renderer | None:
        if not self.template:
            return None
        bos, end = self.bos, self.word(ll.llama_vocab_eos(self.vocab))

        def renderer(messages: list[dict[str, str]]) -> str:
            from llama_cpp.llama_chat_format import Jinja2ChatFormatter

            # Parsed here too: parsing counts against the time limit.
            formatter: Any = Jinja2ChatFormatter(self.template, eos_token=end, bos_token=bos)
            return str(formatter(messages=messages).prompt)

        return renderer
