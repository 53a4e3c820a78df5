"""docs/keys.md, made from the table of keys: `python -m desktop.flow.key_page > docs/keys.md`.

A test compares the file with what this makes.
"""

from __future__ import annotations

import sys

from desktop.flow.places import all_keys

HEAD = """# Keys by place

Made from the table of keys by `python -m desktop.flow.key_page > docs/keys.md`; a test compares the two.

What a key means depends on the part of the window that has the focus. Single letters never act while you type in a
field. `↵` is Enter, `⌫` is Backspace. The window shows the keys of the place that has the focus in its last line, and
all of them at `F1`, or at `?` where no text is typed. There the keys of commands can be changed: choose one, press
Enter, press the new key; of a row of digits, any digit with what is to be held. These are the usual ones; a command
without a key is found by its words, with Ctrl+K as every other, and can be given one.

**fixed** is what is no command: a value that is typed (a digit, **Y** for yes, a letter of a ranking or a flag), or a
move within a list, a text or a form.
"""


def markdown() -> str:
    """The whole page."""
    parts = [HEAD]
    for title, keys in all_keys():
        rows = "\n".join(
            f"| {', '.join(f'`{key}`' for key in each.keys) or '–'} | {each.text} | {'' if each.command else 'fixed'} |"
            for each in keys
        )
        parts.append(f"## {title}\n\n| key | does | |\n|---|---|---|\n{rows}\n")
    return "\n".join(parts)


if __name__ == "__main__":
    sys.stdout.write(markdown())
