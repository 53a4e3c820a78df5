"""What a screen reader is told of Preceptor's window; run by Debian's own Python, which has pyatspi.

    /usr/bin/python3 screen_reader.py

Prints {} as soon as it listens: a window asks at its start who does. Then prints one line of JSON for each line on its
standard input: {"answers": [...], "focus": [...], "ratings": [...], "heard": [...]}. Each answer has its role, name,
description, place in its list and that list's length. The focus is the chain of parts from the one that has the
keyboard outwards. Heard is all that was announced since the start.
"""

import json
import sys
import time

import pyatspi
from gi.repository import GLib

PATIENCE_S = 60


def application():
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        for found in pyatspi.Registry.getDesktop(0):
            if found is not None and "receptor" in (found.name or "") and found.childCount:
                return found
        time.sleep(0.1)
    raise SystemExit("no window is told of")


def shown(part):
    return part.getState().contains(pyatspi.STATE_SHOWING)


def has_focus(part):
    """Whether the keyboard is here; lists and tables say it of their current item also while it is elsewhere."""
    item = part.getRole() in (pyatspi.ROLE_LIST_ITEM, pyatspi.ROLE_TABLE_CELL)
    return shown(part) and part.getState().contains(pyatspi.STATE_FOCUSED) and (not item or has_focus(part.parent))


def words(part):
    return {"role": part.getRoleName(), "name": part.name, "description": part.description}


def find(root, true):
    if true(root):
        return root
    for child in root:
        found = find(child, true) if child is not None else None
        if found is not None:
            return found
    return None


def answers(root):
    listed = find(root, lambda part: part.getRole() == pyatspi.ROLE_LIST and part.name == "Answers")
    if listed is None:
        return []
    return [{**words(part), "place": part.getIndexInParent(), "of": listed.childCount} for part in listed]


def focus(root):
    found = find(root, has_focus)
    chain = []
    while found is not None and found.getRole() != pyatspi.ROLE_APPLICATION:
        chain.append(words(found))
        found = found.parent
    return chain


def ratings(root):
    table = find(root, lambda part: part.getRole() == pyatspi.ROLE_TABLE and part.name == "Ratings" and shown(part))
    if table is None:
        return []
    cells = table.queryTable()
    return [cells.getAccessibleAt(row, column).name for row in range(cells.nRows) for column in range(cells.nColumns)]


heard = []
pyatspi.Registry.registerEventListener(lambda event: heard.append(str(event.any_data)), "object:announcement")
pyatspi.Registry.getDesktop(0).getChildCount()  # the registry answers in order: it knows of the listener now
print("{}", flush=True)
for _line in sys.stdin:
    window = application()
    events = GLib.MainContext.default()
    while events.pending():
        events.iteration(False)
    told = {"answers": answers(window), "focus": focus(window), "ratings": ratings(window), "heard": heard}
    print(json.dumps(told), flush=True)
