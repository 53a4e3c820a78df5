"""A table of what rounds found: a measure a row, the median of its rounds beside the highest, and its bar.

README.md says how to read the two; bars.py reads the rows again.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence

HEAD = "| measure | median | highest | bar |\n|---|---|---|---|\n"


def row(what: str, values: Sequence[float], bar: str = "", *, digits: int = 1) -> str:
    """`values` hold a number a round; a `bar` that begins with "each" is held by the highest of them."""
    return f"| {what} | {statistics.median(values):.{digits}f} | {max(values):.{digits}f} | {bar} |\n"


def share(values: Sequence[float], of: float) -> float:
    """The value that so large a share is not above, by its nearest rank: 0.95 for p95, the 19th of 20."""
    return sorted(values)[max(math.ceil(len(values) * of), 1) - 1]
