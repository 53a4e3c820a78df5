"""Named ways to draw answers, as data. `varied` also changes the temperature from answer to answer."""

from __future__ import annotations

import msgspec

from local_models.errors import RequestError
from local_models.requests import Sampling, spread_seeds

# A light penalty against repeating the last 64 tokens keeps small models from going round in circles.
_PRESETS: dict[str, Sampling] = {
    "balanced": Sampling(seed=0, temperature=0.8, top_k=40, top_p=0.95, min_p=0.05, repeat_penalty=1.1),
    "varied": Sampling(seed=0, temperature=0.9, top_k=100, top_p=0.95, min_p=0.05, repeat_penalty=1.1),
    "precise": Sampling(seed=0, temperature=0.2, top_k=20, top_p=0.9, min_p=0.1, repeat_penalty=1.1),
}
_VARIED_TEMPERATURES = (0.7, 0.9, 1.1, 0.5)  # one answer after the other, and round again

NAMES = tuple(_PRESETS)


def preset(name: str, n: int, seed: int, max_tokens: int) -> tuple[Sampling, ...]:
    """How `n` candidates are drawn under the preset `name`, each with a seed of its own.

    Raises RequestError for a name that is none.
    """
    if name not in _PRESETS:
        raise RequestError.worded(
            "There is no preset {name!r}. Use one of {known}.", code="unknown_preset", name=name, known=", ".join(NAMES)
        )
    chosen = _PRESETS[name]
    temperatures = _VARIED_TEMPERATURES if name == "varied" else (chosen.temperature,)
    return tuple(
        msgspec.structs.replace(
            chosen, seed=each, max_tokens=max_tokens, temperature=temperatures[index % len(temperatures)]
        )
        for index, each in enumerate(spread_seeds(seed, n))
    )
