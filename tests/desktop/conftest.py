"""Tests may use what the tests of the packages below are made with, and how those of the window wait for it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from company import Company
from session_desk import Desk

for package in ("local_models", "feedback_store", "end_to_end"):
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent / package))


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A bench without a window, on a profile of this test."""
    made = Desk(tmp_path / "profile")
    yield made
    made.close()


@pytest.fixture
def company() -> Iterator[Company]:
    """Several models, each at its own pace."""
    made = Company()
    yield made
    made.close()


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home folder of nobody else's."""
    folder = tmp_path / "home"
    folder.mkdir()
    monkeypatch.setenv("HOME", str(folder))
    for name in (
        "HF_HOME", "HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE", "HF_ENDPOINT", "HF_TOKEN", "OLLAMA_MODELS",
        "JAN_DATA_FOLDER", "XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME",
    ):  # fmt: skip
        monkeypatch.delenv(name, raising=False)
    return folder
