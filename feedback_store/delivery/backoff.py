"""How long to wait before the next try: full jitter from 2 seconds to 15 minutes, or what the collector asks for."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

FIRST_S = 2.0
LONGEST_S = 15 * 60.0


def wait_before(tries: int, retry_after: str = "", *, now: datetime | None = None) -> float:
    """Seconds before the next try after `tries` failed ones (Retry-After per RFC 9110 10.2.3 is honoured)."""
    asked = _asked(retry_after, now or datetime.now(UTC))
    ceiling = min(LONGEST_S, FIRST_S * 2 ** min(tries - 1, 16))
    return max(asked, random.uniform(0, ceiling))  # noqa: S311 (spreads load, keeps no secret)


def _asked(text: str, now: datetime) -> float:
    if text.isascii() and text.strip().isdigit():
        return min(float(text.strip()[:9]), 24 * 3600.0)
    try:
        moment = parsedate_to_datetime(text)
    except (TypeError, ValueError):
        return 0.0
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, min((moment - now).total_seconds(), 24 * 3600.0))
