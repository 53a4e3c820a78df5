"""docs/commands.md, made from the commands themselves: `python -m desktop.commands.reference > docs/commands.md`.

A test compares the file with what this makes.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

import click

from desktop.commands.program import program

HEAD = """# The command line

Made from the commands themselves by `python -m desktop.commands.reference > docs/commands.md`; a test compares the two.

Exit codes: 0 done; 1 the work was refused or failed, with one sentence that says why and what to do; 2 wrong usage;
130 stopped by Ctrl+C. `--json` prints one JSON value or JSON lines on standard output and nothing else. `--profile DIR`
is understood by every command that uses a profile, before or after the command's name; without it `PRECEPTOR_HOME`
names the folder, or else it is the system's usual place. `PRECEPTOR_PASSPHRASE` is the passphrase of the key file on
machines without a keyring.
"""
SHARED = ("profile", "help")  # said once in the head


def markdown() -> str:
    """The whole document."""
    parts = [HEAD]
    for path, command in every_command(program, click.Context(program, info_name="preceptor")):
        parts.append(_section(path, command))
    return "\n".join(parts)


def every_command(
    group: click.Group, context: click.Context, path: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """All commands with their names, groups before what is in them."""
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        yield (*path, name), command
        if isinstance(command, click.Group):
            yield from every_command(command, context, (*path, name))


def _section(path: tuple[str, ...], command: click.Command) -> str:
    name = " ".join(path)
    lines = [f"{'#' * (len(path) + 1)} `preceptor {name}`", "", " ".join((command.help or "").split("\f")[0].split())]
    if isinstance(command, click.Group):
        return "\n".join([*lines, ""])
    with click.Context(command, info_name=f"preceptor {name}") as context:
        lines += ["", f"    preceptor {name} {' '.join(command.collect_usage_pieces(context))}"]
        options = [_option(p, context) for p in command.params if isinstance(p, click.Option) and p.name not in SHARED]
    return "\n".join([*lines, *(["", *options] if options else []), ""])


def _option(option: click.Option, context: click.Context) -> str:
    record = option.get_help_record(context)
    assert record is not None
    return f"- `{record[0]}` {record[1]}"


if __name__ == "__main__":
    sys.stdout.write(markdown())
