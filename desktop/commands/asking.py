"""What every command may be asked: which profile, and how its keys are kept. Must not know any one command."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial, wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

import click

from desktop.commands.engine_options import engine_maker
from desktop.commands.refusal import Refused
from desktop.flow import languages
from desktop.flow.start_wish import StartWish
from desktop.flow.typed_commands import Typed, typed
from desktop.flow.wording import gettext as _
from desktop.flow.wording import sentence, use_language, use_options
from feedback_store.errors import SecretsError
from feedback_store.passphrases import LEAST, check_new

if TYPE_CHECKING:
    from desktop.profile import Profile
    from feedback_store.secrets import Secrets

MAX_CODE = 200  # characters that are read of a line

F = TypeVar("F", bound=Callable[..., Any])
P = ParamSpec("P")
R = TypeVar("R")


def default_folder() -> Path:
    """PRECEPTOR_HOME, or the system's folder for data of programs."""
    named = os.environ.get("PRECEPTOR_HOME")
    if named:
        return Path(named).expanduser()
    import platformdirs

    return platformdirs.user_data_path("preceptor", appauthor=False)


def _no_window(_folder: Path, _wish: StartWish) -> int:
    raise click.UsageError(_("Name a command."))


@dataclass
class Caller:
    """Who calls: the profile's folder, how keys are kept, and the way to open the window."""

    open_window: Callable[[Path, StartWish], int] = _no_window
    given_folder: Path | None = None
    insecure_key_file: bool = False
    opened: list[Profile] = field(default_factory=list)

    @property
    def folder(self) -> Path:
        return self.given_folder or default_folder()

    def open(self, *, readonly: bool = False) -> Profile:
        """The profile, opened; closed when the command ends. From then on its language is spoken."""
        return self.open_at(self.folder, readonly=readonly)

    def open_at(self, folder: Path, *, readonly: bool = False, lasting: bool = True) -> Profile:
        from desktop.profile import Profile

        profile = Profile.open(
            folder,
            readonly=readonly,
            insecure_key_file=self.insecure_key_file,
            passphrase=ask_passphrase,
            lasting=lasting,
        )
        profile.run_models_by(engine_maker())
        self.opened.append(profile)
        wished = languages.chosen(profile.store.settings.get(languages.SETTING))
        if wished != languages.SYSTEM:
            use_language(wished)
        return profile

    def secrets(self) -> Secrets:
        """Where the profile's keys are kept; nothing else of it is opened."""
        from feedback_store.secrets import open_secrets

        return open_secrets(self.folder, insecure_key_file=self.insecure_key_file, passphrase=ask_passphrase)

    def close(self) -> None:
        while self.opened:
            self.opened.pop().close()


pass_caller = click.make_pass_decorator(Caller, ensure=True)


def ask_passphrase(confirm: bool) -> str:
    """The passphrase of the key file: PRECEPTOR_PASSPHRASE, or asked on the terminal."""
    named = os.environ.get("PRECEPTOR_PASSPHRASE")
    if named:
        return named
    if not sys.stdin.isatty():
        raise Refused(
            _(
                "No keyring can be used here, and there is no terminal to ask for a passphrase. Set"
                " PRECEPTOR_PASSPHRASE, or keep the key unprotected with --insecure-key-file."
            )
        )
    words = _("Passphrase of the key file")
    if confirm:
        words = _("New passphrase for the key file, at least {least} characters").format(least=LEAST)
    found: str = click.prompt(
        words, hide_input=True, confirmation_prompt=confirm, value_proc=_new_passphrase if confirm else None, err=True
    )
    return found


def ask_code(given: str | None) -> str:
    """The code as it was given, or else asked for: everybody on this machine can read a command line."""
    if given is not None:
        return given
    if sys.stdin.isatty():
        return str(click.prompt(_("Code that the project's operator gave you"), err=True)).strip()
    return sys.stdin.readline(MAX_CODE).strip()


def _new_passphrase(said: str) -> str:
    """What was typed; click asks again where it protects too little."""
    try:
        check_new(said)
    except SecretsError as error:
        raise click.UsageError(sentence(error)) from error
    return said


def _take_profile(ctx: click.Context, _parameter: click.Parameter, value: Path | None) -> None:
    if value is not None:
        ctx.ensure_object(Caller).given_folder = value
        name_by(ctx, typed(profile=value))


def _take_insecure(ctx: click.Context, _parameter: click.Parameter, value: bool) -> None:
    if value:
        ctx.ensure_object(Caller).insecure_key_file = True


def profile_option(function: F) -> F:
    """`--profile DIR`, before or after the command's name."""
    return click.option(
        "--profile",
        type=click.Path(file_okay=False, path_type=Path),
        metavar="DIR",
        expose_value=False,
        callback=_take_profile,
        help="Data folder; otherwise PRECEPTOR_HOME or the system's usual place.",
    )(function)


def in_profile(function: Callable[Concatenate[Caller, P], R]) -> Callable[P, R]:
    """A command of one profile: gets the Caller and takes `--profile`.

    From then on sentences name commands with the profile and the project that were named to it, and how keys are kept.
    """

    @pass_caller
    @wraps(function)
    def run(caller: Caller, /, *args: P.args, **kwargs: P.kwargs) -> R:
        context = click.get_current_context()
        project, insecure = _named_project(context), caller.insecure_key_file
        name_by(context, typed(profile=caller.given_folder, project=project, insecure=insecure))
        return function(caller, *args, **kwargs)

    return profile_option(run)


def name_by(context: click.Context, typed: Typed) -> None:
    """Have sentences name commands with what was typed, until the whole of it has ended."""
    use_options(typed)
    context.find_root().call_on_close(partial(use_options, Typed()))


def _named_project(context: click.Context) -> str:
    """What stands after `--project`, "" where nothing does or several do."""
    names = [each.name for each in context.command.params if "--project" in each.opts]
    value = context.params.get(names[0] or "") if names else None
    return value if isinstance(value, str) else ""


def key_option(function: F) -> F:
    """`--insecure-key-file`, for machines without a keyring and nobody to type a passphrase."""
    return click.option(
        "--insecure-key-file",
        is_flag=True,
        expose_value=False,
        callback=_take_insecure,
        help="Keep keys unprotected in the profile: for machines with neither keyring nor person.",
    )(function)


collector_key_option = click.option(
    "--collector-key", metavar="FINGERPRINT", default="", help="The collector's key, as its operator reads it out."
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON and nothing else.")
