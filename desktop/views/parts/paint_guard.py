"""What keeps a mistake in a paintEvent, or a delegate's paint, from taking the program down.

An exception that leaves one is kept by PySide, and with it the frame that holds a QPainter. Qt frees what that still
paints on: a segmentation fault, seconds later, wherever Python looks for garbage (docs/decisions/088). Must not know
what is painted.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Concatenate, ParamSpec, TypeVar

from PySide6.QtCore import qWarning

S = TypeVar("S")
P = ParamSpec("P")

_told: set[tuple[str, int]] = set()


def guarded(paint: Callable[Concatenate[S, P], None]) -> Callable[Concatenate[S, P], None]:
    """A paintEvent, or a delegate's paint, that never raises: what it cannot paint stays unpainted, and is told once.

    As a warning of Qt, at which tests fail: where, and of what type the mistake was; its words might be a prompt's.
    """

    @functools.wraps(paint)
    def guarded_paint(self: S, /, *given: P.args, **named: P.kwargs) -> None:
        try:
            paint(self, *given, **named)
        except Exception as error:  # whatever it is, it must not leave
            _tell(paint.__qualname__, error)

    return guarded_paint


def _tell(name: str, error: Exception) -> None:
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    line = trace.tb_lineno if trace is not None else 0
    if (name, line) not in _told:
        _told.add((name, line))
        qWarning(f"{name} could not paint: {type(error).__name__} in line {line}")
