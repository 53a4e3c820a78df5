"""Errors to events and back: what a worker could not do is raised again where it was asked."""

from __future__ import annotations

from local_models.errors import (
    DownloadError,
    EndpointError,
    EngineError,
    FitError,
    ModelFileError,
    Phrase,
    RequestError,
    WorkerError,
)
from local_models.events import Failed

# Which error a code belongs to. "internal" is no one's: a bug of ours, told as EngineError.
CODES: dict[type[EngineError], tuple[str, ...]] = {
    ModelFileError: (
        "bad_adapter", "bounds", "cannot_keep", "cannot_load", "in_folder", "incomplete", "no_models", "not_a_model",
        "not_found", "no_trash", "not_gguf", "not_yours", "truncated", "unknown_app", "unknown_model", "unreadable",
        "unsupported_architecture", "unsupported_model", "version",
    ),
    FitError: ("context_full", "does_not_fit", "no_memory"),
    RequestError: (
        "bad_grammar", "bad_request", "cancelled", "decode_failed", "empty_prompt", "mark_in_message",
        "prompt_too_long", "no_gpu", "template_refused", "template_too_slow", "tokenize", "unknown_device",
        "unknown_preset",
    ),
    DownloadError: (
        "bad_address", "bad_certificate", "bad_digest", "bad_listing", "bad_name", "bad_size", "broken_off",
        "cannot_write", "download_cancelled", "downloading", "insecure_address", "name_taken", "no_space",
        "no_such_file", "not_allowed", "other_kind", "other_length", "other_part", "packed", "proxy_unusable",
        "redirect_refused", "server_busy", "too_long", "too_short", "unreachable", "web_page", "wrong_digest",
    ),
    EndpointError: (
        "endpoint_address", "endpoint_broke_off", "endpoint_busy", "endpoint_certificate", "endpoint_context",
        "endpoint_down", "endpoint_empty", "endpoint_exists", "endpoint_filtered", "endpoint_forbidden",
        "endpoint_insecure", "endpoint_key", "endpoint_name", "endpoint_no_model", "endpoint_no_service",
        "endpoint_no_stream", "endpoint_nonsense", "endpoint_not_http", "endpoint_proxy", "endpoint_redirect",
        "endpoint_refused", "endpoint_slow", "endpoint_too_much", "endpoint_trouble", "endpoint_unknown",
        "endpoint_unsupported", "endpoints_unreadable", "endpoints_unwritable",
    ),
    WorkerError: ("closed", "not_loaded", "protocol", "worker_died", "worker_not_started", "worker_silent"),
}  # fmt: skip
_BY_CODE = {code: kind for kind, codes in CODES.items() for code in codes}


def failed(request: str, error: EngineError) -> Failed:
    """The event that tells `error`."""
    values = {
        name: value if isinstance(value, str | int | float | Phrase) else str(value)
        for name, value in error.values.items()
    }
    return Failed(request=request, code=error.code, message=str(error), values=values, template=error.template)


def error_of(event: Failed) -> EngineError:
    """The error that `event` tells, of the class that its code belongs to."""
    error = _BY_CODE.get(event.code, EngineError)(event.message, code=event.code, **event.values)
    error.template = event.template or error.template
    return error
