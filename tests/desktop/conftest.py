"""Tests of commands may use the servers and files that the tests of the packages below are made with."""

from __future__ import annotations

import sys
from pathlib import Path

for package in ("local_models", "feedback_store"):
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent / package))
