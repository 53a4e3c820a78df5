"""`preceptor open`: the window with a file, a project or a room; where one is open already, that one does it."""

from __future__ import annotations

from pathlib import Path

import click

from desktop.commands.asking import Caller, in_profile, name_by
from desktop.commands.engine_options import engine_options
from desktop.commands.refusal import Refused
from desktop.flow.start_wish import MAX_NAME, OPENED, ROOMS, StartWish
from desktop.flow.typed_commands import typed
from desktop.flow.wording import gettext as _


@click.command("open", short_help="Open the window, with a file, a project or a room.")
@in_profile
@engine_options
@click.option("--project", default="", metavar="NAME", help="Judge in this project, by its name or id.")
@click.option("--room", type=click.Choice(ROOMS), help="Go to this room.")
@click.argument("file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.pass_context
def open_window(ctx: click.Context, caller: Caller, project: str, room: str | None, file: Path | None) -> None:
    """Open the window; where it is open already, it comes to the front and does what is asked here.

    FILE is a model (.gguf), which is added; a colleague's judgements (.preceptor) or a collector's receipts
    (.receipts), which are read. A file alone says the same: `preceptor FILE`.
    """
    name_by(ctx, typed(profile=caller.given_folder))  # the window goes to other projects
    wish = StartWish(project.strip(), room or "", file and file.absolute())
    if file is not None and wish.opens is None:
        known = ", ".join(OPENED)
        raise Refused(
            _("The window opens files of these kinds: {known}. {file} is none.").format(known=known, file=file)
        )
    if len(wish.project) > MAX_NAME:
        raise Refused(_("A project's name has at most {most} characters.").format(most=MAX_NAME))
    ctx.exit(caller.open_window(Path(caller.folder), wish))
