"""Keeps PySide6 from reading the source of every module that is imported after it (docs/decisions/173).

It looks there for its own name, to know in which modules `from __feature__ import …` may change the names of Qt's
methods. Nothing here uses that: five hundred files would be read, and kept, for nothing.
"""

from __future__ import annotations

import sys

import PySide6.QtCore  # noqa: F401  (only now is there something to be kept from it)

_FEATURES = "shibokensupport.feature"
_LOOK = "_mod_uses_pyside"


def leave_sources_unread() -> bool:
    """From now on every module counts as one that has nothing to do with features; False where that cannot be said.

    The place is PySide6's own and may move: then sources are read, as before.
    """
    features = sys.modules.get(_FEATURES)
    if not hasattr(features, _LOOK):
        return False
    setattr(features, _LOOK, _uses_no_features)
    return True


def _uses_no_features(_module: object) -> bool:
    return False
