"""T18: a template that does not end is given up in the worker itself, before anything has to end the worker."""

from __future__ import annotations

import threading

import pytest

from local_models import chat_template
from local_models.errors import RequestError
from local_models.requests import Message


def test_t18_a_template_that_does_not_end_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """The process is ended a second later where this fails; it would take the other answers with it."""
    monkeypatch.setattr(chat_template, "LIMIT_S", 0.05)
    end = threading.Event()
    watch = threading.Timer(20, end.set)  # whoever waits longer than the limit is given a text after all
    watch.start()

    def renderer(_messages: list[dict[str, str]]) -> str:
        end.wait()
        return "too late"

    try:
        with pytest.raises(RequestError) as refused:
            chat_template.render([Message("user", "Why?")], "{{ messages }}", renderer)
        assert refused.value.code == "template_too_slow"
    finally:
        watch.cancel()
        end.set()
