"""The list of pictures: what is on the screen, in which theme, how large."""

from __future__ import annotations

from typing import Literal, NamedTuple


class Picture(NamedTuple):
    """`scene` is a function of scenes.py; width and height are logical pixels, `scale` device pixels for each."""

    name: str
    scene: str
    theme: Literal["light", "dark", "high-contrast"] = "light"
    width: int = 1440
    height: int = 900
    scale: int = 1


PICTURES = (
    Picture("bench-light", "judged"),
    Picture("bench-dark", "judged", "dark"),
    Picture("bench-high-contrast", "judged", "high-contrast"),
    Picture("bench-1024-light", "judged", width=1024, height=640),
    Picture("bench-2x-light", "judged", scale=2),
    Picture("bench-flagging-light", "flagging"),
    Picture("bench-empty-light", "empty"),
    Picture("bench-error-light", "error"),
    Picture("revision-light", "rewriting"),
    Picture("models-light", "models"),
    Picture("models-dark", "models", "dark"),
    Picture("records-light", "records"),
    Picture("outbox-light", "outbox"),
)
