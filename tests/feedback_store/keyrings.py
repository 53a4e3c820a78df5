"""Keyrings that keep, forget, hang, are locked or broken; for tests of secrets."""

from __future__ import annotations

import keyring
import keyring.backend
import keyring.backends.fail
import keyring.backends.null
import keyring.errors
import pytest

from feedback_store.errors import SecretsError

VALUE = bytes(range(32))


class Kept(keyring.backend.KeyringBackend):
    """Keeps what it is given, in memory, and passes for a trusted backend by its module."""

    priority = 0  # never chosen by itself
    __module__ = "keyring.backends.SecretService"

    def __init__(self) -> None:
        super().__init__()
        self.held: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.held.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.held[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.held[service, username]


def code_of(error: pytest.ExceptionInfo[SecretsError]) -> str:
    assert len(str(error.value)) > 20  # a sentence
    return error.value.code
