"""What commands of `preceptor collector` are asked: which folder, and which of its projects."""

from __future__ import annotations

from pathlib import Path

import click

from desktop.commands.asking import name_by
from desktop.flow.typed_commands import typed


def _take(context: click.Context, _parameter: click.Parameter, value: Path | str | None) -> Path | str | None:
    """From now on sentences name commands with this folder, and the project, if there is one; either is read first."""
    folder = value if isinstance(value, Path) else context.params.get("folder")
    project = value if isinstance(value, str) else context.params.get("project")
    name_by(context, typed(collector=folder, project=project or ""))
    return value


folder_argument = click.argument("folder", metavar="DIR", type=click.Path(path_type=Path), callback=_take)
project_option = click.option(
    "--project", metavar="ID", help="Of this project, where the collector has several.", callback=_take
)
