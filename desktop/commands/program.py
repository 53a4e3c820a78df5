"""The table of all commands. Each one's module is imported when it runs, so that `--help` stays instant.

The help in the table is what `preceptor --help` prints; a test holds it to each command's own.
"""

from __future__ import annotations

import importlib
import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from desktop import VERSION
from desktop.commands.asking import Caller, default_folder, profile_option
from desktop.commands.endings import guard
from desktop.commands.engine_options import engine_options
from desktop.commands.spoken import speak_through_click
from desktop.flow import languages
from desktop.flow.start_wish import NOTHING, OPENED
from desktop.flow.wording import gettext as _
from desktop.flow.wording import use_language
from feedback_store.glance import setting

# name: (module and attribute, help)
COMMANDS: Mapping[str, tuple[str, str]] = {
    "open": ("desktop.commands.open_window:open_window", "Open the window, with a file, a project or a room."),
    "try": ("desktop.commands.trial:trial", "Do the whole main job once, without a window."),
    "doctor": ("desktop.commands.doctor:doctor", "Check what Preceptor needs on this machine."),
    "models": ("desktop.commands.models:models", "List, add, remove and look into models."),
    "endpoints": ("desktop.commands.endpoints:endpoints", "Add, list, test and remove servers of models."),
    "generate": ("desktop.commands.generate:generate", "Let a model answer a prompt several times at once."),
    "records": ("desktop.commands.records:records", "List, search, import and take back judgements."),
    "export": ("desktop.commands.export:export", "Write judgements as fine-tuning data."),
    "project": ("desktop.commands.project:project", "List, make, use and join projects."),
    "rubrics": ("desktop.commands.rubrics:rubrics", "List, show, copy and check rubrics."),
    "backup": ("desktop.commands.backup:backup", "List, make and restore backups."),
    "keys": ("desktop.commands.keys:keys", "Show and change this device's keys."),
    "outbox": ("desktop.commands.outbox:outbox", "Release, sign and send judgements."),
    "browser": ("desktop.commands.browser:browser", "Connect Chrome and its relatives to the window."),
    "bundle": ("desktop.commands.bundle:bundle", "Hand over deliveries by file, and verify such files."),
    "collector": ("desktop.commands.collector:collector", "Run the server that receives judgements."),
}


class Program(click.Group):
    """A group whose commands are imported by name, and whose every ending is a sentence and an exit code."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, _, attribute = COMMANDS[cmd_name][0].partition(":")
        found = getattr(importlib.import_module(module), attribute)
        assert isinstance(found, click.Command)
        return found

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """A file that the window opens may stand for the command that opens it, as other programs call this one."""
        ending = Path(args[0]).suffix.lower()
        if args[0] not in COMMANDS and ending in OPENED:
            args = ["open", *args]
        elif args[0] not in COMMANDS and ending == ".jsonl":
            words = _(
                "A file is no command. Judgements are taken in by: preceptor records import {file} --trainer NAME"
            )
            raise click.UsageError(words.format(file=shlex.quote(args[0])), ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section(_("Commands")):
            formatter.write_dl([(name, about) for name, (_module, about) in COMMANDS.items()])

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        """Read the words; this is where --help and --version are answered."""
        with guard(extra.get("obj") or Caller(), lambda: "preceptor"):
            speak_through_click()
            use_language(languages.chosen(setting(_folder(args), languages.SETTING)))
            return super().make_context(info_name, args, parent, **extra)

    def invoke(self, ctx: click.Context) -> object:
        with guard(ctx.ensure_object(Caller), lambda: ctx.invoked_subcommand or "the window"):
            return super().invoke(ctx)


def _folder(args: Sequence[str]) -> Path:
    """The profile that the words name, which are not read yet, or the usual one: its language is spoken from now on."""
    for place, word in enumerate(args):
        if word == "--profile" and place + 1 < len(args):
            return Path(args[place + 1])
        if word.startswith("--profile="):
            return Path(word.removeprefix("--profile="))
    return default_folder()


@click.group(
    cls=Program,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@profile_option
@engine_options
@click.version_option(VERSION, prog_name="preceptor")
@click.pass_context
def program(ctx: click.Context) -> None:
    """Compare, rate and correct the answers of local models, and send signed feedback.

    Without a command the window opens.
    """
    if ctx.invoked_subcommand is None:
        caller = ctx.ensure_object(Caller)
        ctx.exit(caller.open_window(Path(caller.folder), NOTHING))
