"""A request for answers in the words of OpenAI's chat completions, and what a server is known to understand beyond.

What a server may not know is not sent, and so does not stand in the record either: `Answered.sent` says what was.
Must not know HTTP.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from local_models.endpoints.kept import Endpoint, Server
from local_models.errors import EndpointError
from local_models.events import Finished
from local_models.requests import CandidateRequest, Sampling

MAX_STOPS = 4  # OpenAI takes no more; answers are cut at the others here

# Field of Sampling: name on the wire.
_EVERYWHERE = {name: name for name in ("temperature", "top_p", "max_tokens", "seed")}
_WHERE_NOT_ZERO = ("frequency_penalty", "presence_penalty")
_MORE: Mapping[Server, Mapping[str, str]] = {
    "llama.cpp": {name: name for name in ("top_k", "min_p", "repeat_penalty", "repeat_last_n")},
    "vllm": {"top_k": "top_k", "min_p": "min_p", "repeat_penalty": "repetition_penalty"},
}
# How each is told to go on with a last message of the assistant. Others answer such a message as they like.
_GO_ON: Mapping[Server, Mapping[str, bool]] = {
    "llama.cpp": {"continue_final_message": True, "add_generation_prompt": False, "echo": False},
    "vllm": {"continue_final_message": True, "add_generation_prompt": False, "echo": False},
}
TAKES_NO_N: tuple[Server, ...] = ("ollama",)


class Answered(Finished, frozen=True, tag="finished"):
    """How an endpoint's candidate ended. `sent`: the fields of its Sampling that the server was told, and that drew it.

    The seed is among them only where the request was for this candidate alone. `counted`: whether the server said how
    many tokens they are; else they are 0.
    """

    sent: tuple[str, ...] = ()
    counted: bool = False


def check_request(endpoint: Endpoint, request: CandidateRequest) -> None:
    """Raises EndpointError for what this server cannot be asked; what it is must have been looked at."""
    if request.adapters:
        raise _unsupported(
            endpoint, "The endpoint {name} takes no LoRA adapters from here. Use a model on this computer for them."
        )
    for sampling in request.candidates:
        _check_schema(endpoint, sampling.json_schema)
    if goes_on(request) and endpoint.server not in _GO_ON:
        raise _unsupported(
            endpoint,
            "The endpoint {name} is not known to go on with an answer that was cut off. Ask for it again, with"
            " more tokens.",
        )
    if endpoint.server != "llama.cpp" and any(sampling.grammar for sampling in request.candidates):
        raise _unsupported(
            endpoint, "The endpoint {name} is not known to take a grammar. Use a JSON schema, or a llama-server."
        )


def _check_schema(endpoint: Endpoint, schema: str) -> None:
    """What is sent as a part of a JSON text must be one, an object; nothing else could stand in that place."""
    try:
        if schema:
            msgspec.json.decode(schema, type=dict[str, Any])
    except (msgspec.DecodeError, RecursionError):
        raise _unsupported(
            endpoint, "The endpoint {name} was to be given a JSON schema that is no JSON object. Correct it."
        ) from None


def goes_on(request: CandidateRequest) -> bool:
    """Whether the answers go on with a last message of the assistant."""
    return request.messages[-1].role == "assistant"


def groups(endpoint: Endpoint, request: CandidateRequest) -> tuple[tuple[int, ...], ...]:
    """Which candidates can share a request with `n`: those that are drawn alike but for the seed."""
    if endpoint.takes_n is False:
        return tuple((index,) for index in range(len(request.candidates)))
    alike: dict[Sampling, list[int]] = {}
    for index, sampling in enumerate(request.candidates):
        alike.setdefault(msgspec.structs.replace(sampling, seed=0), []).append(index)
    return tuple(tuple(each) for each in alike.values())


def body(endpoint: Endpoint, request: CandidateRequest, indices: Sequence[int]) -> bytes:
    """The request for the candidates of one group; its seed is the first one's."""
    drawn = request.candidates[indices[0]]
    fields: dict[str, Any] = {
        "model": endpoint.model,
        "messages": [{"role": each.role, "content": each.content} for each in request.messages],
        "stream": True,
        "stream_options": {"include_usage": True},
    }
    if len(indices) > 1:
        fields["n"] = len(indices)
    fields |= {wire: getattr(drawn, name) for name, wire in _names(endpoint, drawn).items()}
    if drawn.stop:
        fields["stop"] = drawn.stop[:MAX_STOPS]
    if drawn.json_schema:
        schema = {"name": "answer", "strict": True, "schema": msgspec.json.decode(drawn.json_schema)}
        fields["response_format"] = {"type": "json_schema", "json_schema": schema}
    if drawn.grammar:
        fields["grammar"] = drawn.grammar
    if drawn.dry is not None and endpoint.server == "llama.cpp":
        fields |= {
            "dry_multiplier": drawn.dry.multiplier,
            "dry_base": drawn.dry.base,
            "dry_allowed_length": drawn.dry.allowed,
            "dry_penalty_last_n": drawn.dry.last_n,
        }
    if goes_on(request):
        fields |= _GO_ON[endpoint.server]
    return msgspec.json.encode(fields)


def sent(endpoint: Endpoint, drawn: Sampling, together: int) -> tuple[str, ...]:
    """The fields of `drawn` that a request for `together` candidates tells the server, and that hold for each."""
    names = [name for name in _names(endpoint, drawn) if name != "seed" or together == 1]
    names += [name for name in ("stop", "json_schema", "grammar") if getattr(drawn, name)]
    return (*names, "dry") if drawn.dry is not None and endpoint.server == "llama.cpp" else tuple(names)


def _names(endpoint: Endpoint, drawn: Sampling) -> dict[str, str]:
    """The numbers of `drawn` that are sent, each with its name on the wire."""
    others = {name: name for name in _WHERE_NOT_ZERO if getattr(drawn, name)}
    return _EVERYWHERE | others | dict(_MORE.get(endpoint.server, {}))


def _unsupported(endpoint: Endpoint, template: str) -> EndpointError:
    return EndpointError.worded(template, code="endpoint_unsupported", name=endpoint.name)
