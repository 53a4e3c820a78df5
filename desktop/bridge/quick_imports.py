"""What makes importing the window quicker; called before that (docs/decisions/173).

Garbage is not looked for meanwhile: there is hardly any, and each look goes through all that was imported.
`GarbageKeeper` takes it over once a window is to be opened.

PySide6 looks for its own name in the source of every module that is imported after it, to know in which of them
`from __feature__ import …` may change the names of Qt's methods. Nothing here uses that: five hundred files would be
read, and kept, for nothing.
"""

from __future__ import annotations

import gc
import sys

import PySide6.QtCore  # noqa: F401  (only now is there something to be kept from it)

_FEATURES = "shibokensupport.feature"
_LOOK = "_mod_uses_pyside"


def import_quickly() -> bool:
    """From now on no garbage is collected, and every module counts as one that has nothing to do with features.

    False where the latter cannot be said: the place is PySide6's own and may move. Then sources are read, as before.
    """
    gc.disable()
    features = sys.modules.get(_FEATURES)
    if not hasattr(features, _LOOK):
        return False
    setattr(features, _LOOK, _uses_no_features)
    return True


def _uses_no_features(_module: object) -> bool:
    return False
