"""The page on which rubrics are looked at, copied and edited: `RubricsPage(desk, work)`, whole in itself.

`RubricDialog` opens it before the window; another room shows it by adding the page to its layout. Must not know a
profile or the window.
"""

from desktop.views.rubrics.dialog import RubricDialog
from desktop.views.rubrics.page import RubricsPage

__all__ = ["RubricDialog", "RubricsPage"]
