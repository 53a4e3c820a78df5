"""The commands of a room that is not shown: found from anywhere, by its name; what becomes of them on arriving there.

What is about the room is done there at once. What is about the row that is chosen in it is not, for nobody has seen
which one that is: the room is shown, and the next press does it. Must not know Qt, nor how a room does anything.
"""

from __future__ import annotations

from desktop.flow import keymap
from desktop.flow.wording import gettext as _

ABOUT_A_ROW = frozenset(
    {
        *("measure", "test_server", "digest", "use_model", "remove_model", "trash_model"),
        *("open_record", "withdraw_record", "reinstate_record", "record_beside", "record_changes"),
        *("record_guideline", "record_tags", "record_black_out", "record_page", "erase_record"),
        *("release_record", "hold"),
        *("accept_captures", "edit_capture", "join_captures", "open_capture", "discard_capture"),
        *("change_key", "usual_key", "disconnect_browser", "rename_browser"),
    }
)


def found_text(room: str, command: str) -> str:
    """A command as it is found from elsewhere."""
    return f"{room}: {command}"


def choose_first_text(name: str) -> str:
    """That the row is to be seen first, and what does it then."""
    text, key = keymap.command(name).text, keymap.current().shown(name)
    if key:
        words = _("{command}: choose here what it is about; then {key} does it.")
        return words.format(command=text, key=key)
    words = _("{command}: choose here what it is about; then {palette} finds it again.")
    return words.format(command=text, palette=keymap.current().shown("palette"))


def not_now_text(name: str, why_not: str) -> str:
    """That it cannot be done there now, with the reason that its button has; "" for none."""
    return why_not or _("There is nothing to do now for: {command}.").format(command=keymap.command(name).text)
