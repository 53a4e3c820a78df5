"""Tab goes as one reads: as the layouts have it, from one container to the next.

Qt's own order is that in which widgets came into the window, so that what is made later comes last wherever it stands.
Must not know what the parts are.
"""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLayout, QSplitter, QWidget

from desktop.views.parts.layouts import parts_of
from desktop.views.parts.wrapping_row import WrappingRow


def tab_on(window: QWidget, *, forward: bool) -> bool:
    """Give the keyboard to the next stop of `window` in reading order, or to the one before; False where none is.

    For a window's `focusNextPrevChild`. Qt asks that also when what has the keyboard is hidden: it goes on from there.
    """
    here = window.focusWidget()
    stops = [each for each in _stops(window, here) if each is here or _takes_keyboard(each)]
    if not stops or stops == [here]:
        return False
    at = stops.index(here) if here in stops else -1 if forward else 0
    reason = Qt.FocusReason.TabFocusReason if forward else Qt.FocusReason.BacktabFocusReason
    stops[(at + (1 if forward else -1)) % len(stops)].setFocus(reason)
    return True


def _stops(widget: QWidget, here: QWidget | None) -> Iterator[QWidget]:
    """All that can have the keyboard inside of a widget; nothing that is hidden, but for `here`."""
    for child in _as_read(widget):
        if child.isWindow() or not (child.isVisible() or child is here or (here and child.isAncestorOf(here))):
            continue
        if child is here or child.focusPolicy() & Qt.FocusPolicy.TabFocus:
            yield child
        yield from _stops(child, here)


def _takes_keyboard(widget: QWidget) -> bool:
    return widget.isVisible() and widget.isEnabled() and widget.focusProxy() is None


def _as_read(widget: QWidget) -> list[QWidget]:
    """The children of a widget: first what is laid out in it, then what lies over that."""
    layout = widget.layout()
    placed = list(_laid_out(layout)) if layout is not None else []
    if isinstance(widget, WrappingRow):
        placed = list(widget.parts)
    if isinstance(widget, QSplitter):
        placed = [part for at in range(widget.count()) if (part := widget.widget(at)) is not None]
    over = [each for each in widget.children() if isinstance(each, QWidget) and each not in placed]
    onward = -1 if widget.isRightToLeft() else 1
    read = [
        *placed,
        *sorted((each for each in over if each.isVisible()), key=lambda each: (each.y(), onward * each.x())),
    ]
    for gone in (each for each in over if not each.isVisible()):  # taken out of the layout with the keyboard in it
        below = (at for at, each in enumerate(read) if each.isVisible() and each.y() >= gone.y())
        read.insert(next(below, len(read)), gone)
    return read


def _laid_out(layout: QLayout) -> Iterator[QWidget]:
    parts = parts_of(layout)
    if isinstance(layout, QGridLayout):
        parts.sort(key=lambda part: layout.getItemPosition(layout.indexOf(part))[:2])  # type: ignore[index]
    for part in parts:
        if isinstance(part, QWidget):
            yield part
        else:
            yield from _laid_out(part)
