"""Some of many alike cases run with every change, all of them with `just test-all`.

    @pytest.mark.parametrize("name", one_in(4, SCENES))

Tests that walk the same cases begin at different ones, so that together they come to each.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest


def one_in(count: int, cases: Iterable[object], first: int = 0) -> list[Any]:
    """The cases as parameters: from `first` on every `count`-th as it is, the others marked as long."""
    return [
        case if number % count == first else pytest.param(case, marks=pytest.mark.long)
        for number, case in enumerate(cases)
    ]
