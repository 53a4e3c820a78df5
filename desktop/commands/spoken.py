"""Help and usage in the trainer's language: what the commands say of themselves, and click's own sentences.

Commands are written in English, as docs/commands.md has them; they are translated while they are printed. Must not know
any command.
"""

from __future__ import annotations

import gettext as standard
import re
import sys
from collections.abc import Iterable

import click

from desktop.flow import wording
from desktop.flow.wording import gettext as _
from desktop.flow.wording import ngettext

_NOTES = re.compile(r"(.*?)((?:  \[[^]]*\])?)", re.DOTALL)  # behind an option's help: its default, its variable


class SpokenFormatter(click.HelpFormatter):
    """Prints what commands and options say of themselves in the language that is spoken."""

    def write_text(self, text: str) -> None:
        super().write_text(wording.ours(text))

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        super().write_dl([(name, _spoken(help_text)) for name, help_text in rows], col_max, col_spacing)


def speak_through_click() -> None:
    """Let click print by this formatter, and say its own sentences by our catalogue instead of the system's."""
    click.Context.formatter_class = SpokenFormatter
    for name, module in list(sys.modules.items()):
        if name.startswith("click."):
            for attribute, theirs, ours in (
                ("_", standard.gettext, wording.gettext),
                ("ngettext", standard.ngettext, wording.ngettext),
            ):
                if getattr(module, attribute, None) is theirs:
                    setattr(module, attribute, ours)


def _spoken(help_text: str) -> str:
    found = _NOTES.fullmatch(help_text)
    assert found is not None  # both parts take anything
    notes = found[2].replace("[required]", f"[{_('required')}]")
    return wording.ours(found[1]) + notes


def of_click() -> tuple[str, ...]:
    """What click says to people, here only to stand in the catalogue; a test holds it to click's source."""
    return (
        _("Aborted!"),
        _("Missing command."),
        _("Options"),
        _("Positional arguments"),
        ngettext("Got unexpected extra argument ({args})", "Got unexpected extra arguments ({args})", 1),
        _("Commands"),
        _("env var: {var}"),
        _("default: {default}"),
        _("(dynamic)"),
        ngettext("Takes {nargs} values but 1 was given.", "Takes {nargs} values but {len} were given.", 1),
        _("%(prog)s, version %(version)s"),
        _("Show the version and exit."),
        _("Show this message and exit."),
        ngettext("Did you mean {possibility}?", "(Did you mean one of: {possibilities}?)", 1),
        _("Missing argument"),
        _("unknown error"),
        _("Invalid value for {param_hint}: {message}"),
        _("Missing option"),
        _("Could not open file {filename!r}: {message}"),
        _("Error: {message}"),
        _("Try '{command} {option}' for help."),
        _("Missing parameter"),
        _("Missing parameter: {param_name}"),
        _("No such option {name!r}."),
        _("No such command {name!r}."),
        _("Invalid value: {message}"),
        _("Missing {param_type}"),
        _("Usage:"),
        _("Option {name!r} does not take a value."),
        ngettext("Option {name!r} requires an argument.", "Option {name!r} requires {nargs} arguments.", 1),
        _("Argument {name!r} takes {nargs} values."),
        _("Repeat for confirmation"),
        _("Error: The two entered values do not match."),
        _("Error: invalid input"),
        _("file"),
        _("Choose from:\n\t{choices}"),
        ngettext("{value!r} is not {choice}.", "{value!r} is not one of {choices}.", 1),
        _("directory"),
        _("path"),
        _("{value} is not in the range {range}."),
        _("{value!r} is not a valid boolean. Recognized values: {states}"),
        ngettext(
            "{len_type} values are required, but {len_value} was given.",
            "{len_type} values are required, but {len_value} were given.",
            1,
        ),
        _("{value!r} is not a valid {number_type}."),
        _("{name} {filename!r} is a file."),
        _("{name} {filename!r} is a directory."),
        _("{name} {filename!r} is not readable."),
        _("{name} {filename!r} is not writable."),
        _("{name} {filename!r} is not executable."),
        _("{name} {filename!r} does not exist."),
    )
