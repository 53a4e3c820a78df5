"""The list of pictures: what is on the screen, in which theme, how large."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, NamedTuple

Theme = Literal["light", "dark", "high-contrast"]
SMALL, USUAL, LARGE = (1024, 640), (1440, 900), (1920, 1080)


class Picture(NamedTuple):
    """`scene` is a function of scenes.py or dialog_scenes.py; width and height are logical pixels.

    `scale` is how many pixels of a screen one of them takes.
    """

    name: str
    scene: str
    theme: Theme = "light"
    width: int = USUAL[0]
    height: int = USUAL[1]
    scale: int = 1
    language: str = "en"


# Rooms, empty and full. Whatever is in these three lists is taken in light and dark, small and large.
ROOMS = (
    "welcome",
    "bench_empty",
    "bench_judged",
    "records_empty",
    "records",
    "outbox_empty",
    "outbox",
    "inbox_empty",
    "inbox",
    "models_first",
    "models",
    "models_adding",
    "rubrics",
    "rubric_editing",
    "settings_appearance",
    "settings_shortcuts",
    "settings_backups",
    "settings_project",
    "settings_browsers",
    "settings_about",
    "practice",
)
# What happens on the bench.
STATES = (
    "bench_flagging",
    "bench_rewriting",
    "bench_rewriting_with_a_model",
    "bench_personal_data",
    "bench_two_answers",
    "bench_guideline",
    "bench_next_turn",
    "bench_turns",
    "bench_error",
)
# What stands in front of a room.
DIALOGS = (
    "palette",
    "keys",
    "projects",
    "join",
    "export",
    "server",
    "beside",
    "restore",
    "tags",
    "changes",
    "erase",
    "withdraw",
    "guideline_versions",
    "guideline_editor",
    "connect",
    "key",
    "devices",
    "statement",
)


def _taken(scene: str, size: tuple[int, int], theme: Theme) -> Picture:
    return Picture(f"{scene.replace('_', '-')}-{size[0]}-{theme}", scene, theme, *size)


def _pictures() -> Iterator[Picture]:
    for scene in (*ROOMS, *STATES, *DIALOGS):
        for size in (SMALL, LARGE):
            for theme in ("light", "dark"):
                yield _taken(scene, size, theme)
    yield Picture("bench-light", "bench_judged")
    yield Picture("bench-high-contrast", "bench_judged", "high-contrast", *SMALL)
    yield Picture("bench-2x", "bench_judged", "light", *SMALL, scale=2)
    yield Picture("bench-german", "bench_german", "light", *SMALL, language="de")
    yield Picture("bench-right-to-left", "bench_right_to_left", "light", *SMALL)
    yield Picture("bench-compact", "bench_compact", "light", *SMALL)
    yield Picture("bench-spacious", "bench_spacious", "light", *SMALL)


PICTURES = tuple(_pictures())
