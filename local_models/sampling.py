"""Named ways to draw answers. `varied` also changes the temperature from answer to answer, so that they differ."""

from __future__ import annotations

import msgspec

from local_models.errors import RequestError
from local_models.requests import Sampling, spread_seeds

_PRESETS: dict[str, Sampling] = {
    "balanced": Sampling(seed=0, temperature=0.8),
    "varied": Sampling(seed=0, temperature=0.9, top_k=0, top_p=0.95, min_p=0.05),
    "precise": Sampling(seed=0, temperature=0.2, top_k=20, top_p=0.9, min_p=0.1),
}
_VARIED_STEPS = (0.7, 0.9, 1.1, 0.5)
# Small models repeat themselves; a light penalty keeps them going without changing what larger ones write.
_REPEAT_PENALTY = 1.1

NAMES = tuple(_PRESETS)


def preset(name: str, count: int, seed: int, max_tokens: int) -> tuple[Sampling, ...]:
    """How `count` candidates are drawn under the preset `name`, each with a seed of its own.

    Raises RequestError for a name that is none.
    """
    if name not in _PRESETS:
        raise RequestError(
            f"There is no preset {name!r}. Use one of {', '.join(NAMES)}.", code="unknown_preset", name=name
        )
    return tuple(
        msgspec.structs.replace(
            _PRESETS[name],
            seed=each,
            max_tokens=max_tokens,
            repeat_penalty=_REPEAT_PENALTY,
            temperature=_VARIED_STEPS[index % len(_VARIED_STEPS)] if name == "varied" else _PRESETS[name].temperature,
        )
        for index, each in enumerate(spread_seeds(seed, count))
    )
