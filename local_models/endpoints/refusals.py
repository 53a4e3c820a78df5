"""What a server's refusal means, as a sentence with a way out. Must not know HTTP.

A server's own words are quoted only where they help, on one short line, and never where a key could stand in them.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import msgspec

from local_models.endpoints.kept import Endpoint
from local_models.errors import EndpointError

MAX_QUOTED = 200
MAX_NAMED = 8  # models
PAUSES_S = (0.5, 1.0, 2.0)  # between tries
LONGEST_PAUSE_S = 30.0  # a server that asks for a longer one is not waited for
PASSING = (429, 502, 503, 504)  # what may be over in a moment
NO_N = (400, 422, 501)  # how a server says that it cannot give several answers to one request

MODEL_NOT_FOUND = "model_not_found"
_CONTEXT_CODES = ("context_length_exceeded", "exceed_context_size_error")


@dataclass(frozen=True)
class Reply:
    """A reply that is no stream of answers: its status, the beginning of its body, and how long it asks to wait."""

    status: int
    body: bytes
    retry_after: float | None = None


class _Said(msgspec.Struct):
    message: str = ""
    code: str | int | float | None = None
    type: str | None = None


class _Body(msgspec.Struct):
    error: _Said | str | None = None
    message: str | None = None
    detail: str | None = None


def error_of(endpoint: Endpoint, reply: Reply, key: str | None, models: Sequence[str] | None) -> EndpointError:
    """The sentence for a refusal. `models`: the ids that the server lists, where it was asked for them and did."""
    said = _said(reply.body)
    status = reply.status
    if status == 401:
        return _error(
            endpoint,
            "The endpoint {name} wants another key. Remove it and add it again with the right key.",
            "endpoint_key",
        )
    if status == 403:
        return _error(
            endpoint,
            "The endpoint {name} does not let this key in. Remove it and add it again with the right key.",
            "endpoint_forbidden",
        )
    if status == 429:
        return _busy(endpoint, reply)
    if _is_about_context(said):
        return _error(
            endpoint,
            "The endpoint {name} has no room for a prompt and an answer of this length. Shorten them.",
            "endpoint_context",
        )
    if is_about_model(reply):
        return _not_found(endpoint, models, missing=said.code == MODEL_NOT_FOUND)
    if 300 <= status < 400:
        return _error(
            endpoint,
            "The endpoint {name} points to another address. Redirects are not followed; add it by the address that it"
            " leads to.",
            "endpoint_redirect",
        )
    if status in PASSING:
        return _error(
            endpoint,
            "The endpoint {name} is not ready (status {status}). Try again in a while.",
            "endpoint_trouble",
            status=status,
        )
    quoted = _quoted(said.message, key)
    if status >= 500:
        return _error(
            endpoint,
            "The endpoint {name} failed (status {status}){quoted}. Look into its log.",
            "endpoint_trouble",
            status=status,
            quoted=quoted,
        )
    return _error(
        endpoint,
        "The endpoint {name} refused (status {status}){quoted}. Ask for something else.",
        "endpoint_refused",
        status=status,
        quoted=quoted,
    )


def is_about_model(reply: Reply) -> bool:
    """Whether a refusal may mean that the server has no such model."""
    return reply.status == 404 or _said(reply.body).code == MODEL_NOT_FOUND


def error_in_stream(endpoint: Endpoint, body: bytes, key: str | None) -> EndpointError:
    """The sentence for an error that a server says in the middle of its answers."""
    said = _said(body)
    if _is_about_context(said):
        return error_of(endpoint, Reply(400, body), key, None)
    quoted = _quoted(said.message, key)
    return _error(
        endpoint,
        "The endpoint {name} broke off{quoted}. What came is kept; ask again.",
        "endpoint_broke_off",
        quoted=quoted,
    )


def refuses_n(error: EndpointError) -> bool:
    """Whether a refusal may mean no more than that several answers cannot be had by one request."""
    return error.code == "endpoint_refused" and error.values.get("status") in NO_N


def no_stream(endpoint: Endpoint, content_type: str) -> EndpointError:
    """The sentence for a reply that is something else than a stream of events."""
    if "html" in content_type:
        return _error(
            endpoint,
            "The endpoint {name} answered with a web page. Check its address; most end in /v1.",
            "endpoint_no_stream",
        )
    return _error(
        endpoint,
        "The endpoint {name} answered with something that is no stream of answers. Check its address; most end in /v1.",
        "endpoint_no_stream",
    )


# What was waited for, with the sentence for waiting too long.
Awaited = Literal["first word", "more", "end of the answer"]
_SLOW: Mapping[Awaited, str] = {
    "first word": "The endpoint {name} gave no first word within {seconds:g} seconds. Ask again, or give it more time"
    " when you add it.",
    "more": "The endpoint {name} gave no more within {seconds:g} seconds. Ask again, or give it more time when you add"
    " it; what came is kept.",
    "end of the answer": "The endpoint {name} gave no end of the answer within {seconds:g} seconds. Ask again, or give"
    " it more time when you add it; what came is kept.",
}


def slow(endpoint: Endpoint, seconds: float, waited_for: Awaited) -> EndpointError:
    """The sentence for a time limit."""
    return _error(endpoint, _SLOW[waited_for], "endpoint_slow", seconds=seconds)


def _busy(endpoint: Endpoint, reply: Reply) -> EndpointError:
    if reply.retry_after:
        return _error(
            endpoint,
            "The endpoint {name} is asked too much, and asks to wait {seconds:.0f} seconds. Wait, or ask for fewer"
            " answers at once.",
            "endpoint_busy",
            seconds=reply.retry_after,
        )
    return _error(
        endpoint,
        "The endpoint {name} is asked too much. Wait, or ask for fewer answers at once.",
        "endpoint_busy",
    )


def _not_found(endpoint: Endpoint, models: Sequence[str] | None, *, missing: bool) -> EndpointError:
    if models is None and missing:
        return _error(
            endpoint,
            "The endpoint {name} has no model {model!r}. Look up what it is called there, and add it by that name.",
            "endpoint_no_model",
            model=endpoint.model,
        )
    if models is None:
        return _error(
            endpoint,
            "The endpoint {name} has no chat completions at its address. Check its address; most end in /v1.",
            "endpoint_no_service",
        )
    named = ", ".join(one_line(each) for each in models[:MAX_NAMED]) or "–"
    more = ", …" if len(models) > MAX_NAMED else ""
    return _error(
        endpoint,
        "The endpoint {name} has no model {model!r}. It has: {known}.",
        "endpoint_no_model",
        model=endpoint.model,
        known=named + more,
    )


def _error(endpoint: Endpoint, template: str, code: str, **values: object) -> EndpointError:
    return EndpointError.worded(template, code=code, name=endpoint.name, **values)


def _said(body: bytes) -> _Said:
    try:
        found = msgspec.json.decode(body, type=_Body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return _Said()
    if isinstance(found.error, _Said):
        return found.error
    return _Said(message=found.error or found.message or found.detail or "")


def _is_about_context(said: _Said) -> bool:
    words = said.message.casefold()
    return (
        said.code in _CONTEXT_CODES
        or said.type in _CONTEXT_CODES
        or ("context" in words and any(word in words for word in ("length", "size", "window")))
    )


def _quoted(message: str, key: str | None) -> str:
    text = one_line(message.replace(key, "…") if key else message)
    return f": {text!r}" if text else ""


def one_line(text: str) -> str:
    """Foreign text for a sentence: no line ends, nothing that steers a terminal, shortened."""
    plain = "".join(c for c in " ".join(text.split()) if unicodedata.category(c) not in ("Cc", "Cf", "Cs"))
    return plain if len(plain) <= MAX_QUOTED else plain[: MAX_QUOTED - 1] + "…"
