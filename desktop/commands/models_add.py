"""`preceptor models add`: a model becomes known to this profile, from the disk or from an address.

Nothing is downloaded but by this command. Must not know the other commands of the group.
"""

from __future__ import annotations

import contextlib
import os
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import click

from desktop.commands.asking import Caller, in_profile, json_option
from desktop.commands.download_lines import DownloadLines
from desktop.commands.endings import say
from desktop.commands.printing import one_line, print_json, print_table
from desktop.commands.refusal import Refused
from desktop.flow.quantities import count_text, size_text, time_text
from desktop.flow.wording import gettext as _
from desktop.flow.wording import ngettext
from desktop.profile import catalog_in, models_folder
from local_models.downloads.addresses import Hub, Remote, Repository, read_word
from local_models.errors import EngineError
from local_models.model_files import recommended
from local_models.model_files.catalog import ModelCard

if TYPE_CHECKING:
    from local_models.downloads.job import Downloaded

SHOWN_MODELS = 100
CLOSING_S = 5.0  # for a download that was stopped to close its files


@click.command("add", short_help="Add a model from this computer, or download one.")
@in_profile
@click.option("--sha256", multiple=True, metavar="HEX", help="What the file must come to; once for each part.")
@click.option("--name", default="", metavar="NAME.gguf", help="What the downloaded file is called here.")
@click.option("--allow-http", is_flag=True, help="Download without encryption, in a network that you trust.")
@json_option
@click.argument("source", metavar="FILE|FOLDER|ADDRESS|OWNER/REPO/FILE")
def add(caller: Caller, sha256: tuple[str, ...], name: str, allow_http: bool, as_json: bool, source: str) -> None:
    """Add a GGUF file or a folder of them, or download a model into the profile.

    A file or folder that exists is remembered where it is; nothing is copied. Anything else is an address (https://…)
    or a file on Hugging Face, OWNER/REPO/FILE.gguf, or OWNER/REPO@REVISION/FILE.gguf; without the file its models are
    listed. Of a model in parts all are downloaded. A download that was stopped goes on with the same command. HF_TOKEN,
    HF_HOME and HF_ENDPOINT are understood.
    """
    if not source.strip():
        raise Refused(_("Nothing is named. Give a file, a folder, an address, or OWNER/REPO/FILE.gguf."))
    found = read_word(source, Hub.of(os.environ, Path.home()), allow_http=allow_http)
    if isinstance(found, Repository):
        _name_one(found, allow_http=allow_http, as_json=as_json)
    elif isinstance(found, Path):
        if sha256 or name:
            raise Refused(_("--sha256 and --name are for downloads. {path} is on this computer.").format(path=found))
        catalog = catalog_in(caller.folder)
        before = {card.path for card in catalog.list()}
        cards = catalog.add(found)
        _say_added(cards, {card.path for card in cards} - before, found, as_json=as_json)
    else:
        _download(caller, found, sha256 or _known_digest(found), name, allow_http=allow_http, as_json=as_json)


def _known_digest(remote: Remote) -> tuple[str, ...]:
    """The digest of a model that is recommended."""
    known = recommended.known(remote.repo, remote.file) if remote.repo else None
    return (known.sha256,) if known is not None and known.sha256 else ()


def _download(
    caller: Caller, remote: Remote, sha256: tuple[str, ...], name: str, *, allow_http: bool, as_json: bool
) -> None:
    from local_models.downloads.http import Rules  # brings the HTTP client, which `models list` does not need
    from local_models.downloads.job import Download

    lines = DownloadLines(quiet=as_json)
    download = Download(
        remote,
        models_folder(caller.folder),
        name=name,
        sha256=sha256,
        rules=Rules(allow_http=allow_http),
        on_progress=lines.show,
    )
    lines.begin(download.path.name)
    download.start()
    try:
        done = download.wait()
    except KeyboardInterrupt:
        download.cancel()
        lines.end()
        with contextlib.suppress(EngineError, TimeoutError):
            download.wait(CLOSING_S)
        say(_("Stopped. What has come is kept; the same command goes on from there."))
        raise
    finally:
        lines.end()
    catalog = catalog_in(caller.folder)
    cards = catalog.add(done.path)
    for card in cards:
        catalog.digested(card, done.sha256)
    _say_downloaded(done, cards, as_json=as_json)


def _say_added(cards: list[ModelCard], new: set[Path], path: Path, *, as_json: bool) -> None:
    if as_json:
        print_json({"path": str(path.expanduser().resolve()), "names": [card.name for card in cards]})
    elif not cards:
        click.echo(_("The folder is remembered. There is no usable model in it yet."))
    else:
        added = [one_line(card.name) for card in cards if card.path in new]
        known = [one_line(card.name) for card in cards if card.path not in new]
        if added:
            text = ngettext("Added {} model: {}", "Added {} models: {}", len(added))
            click.echo(text.format(count_text(len(added)), ", ".join(added)))
        if known:
            click.echo(_("Listed before: {names}").format(names=", ".join(known)))


def _say_downloaded(done: Downloaded, cards: list[ModelCard], *, as_json: bool) -> None:
    names = [card.name for card in cards]
    if as_json:
        print_json(
            {
                "path": str(done.path),
                "names": names,
                "size": done.size,
                "sha256": done.sha256,
                "seconds": round(done.seconds, 3),
            }
        )
        return
    told = _("Downloaded {name}: {size} in {time}, SHA-256 {sha256}")
    shown = one_line(", ".join(names))
    click.echo(told.format(name=shown, size=size_text(done.size), time=time_text(done.seconds), sha256=done.sha256))


def _name_one(repository: Repository, *, allow_http: bool, as_json: bool) -> None:
    """Print what a repository holds; ends refused, for nothing was added."""
    from local_models.downloads.http import Rules  # as in _download
    from local_models.downloads.listing import list_models

    found = list_models(repository, rules=Rules(allow_http=allow_http))
    words = [repository.word(each.file) for each in found]
    if as_json:
        rows = zip(found, words, strict=True)
        print_json({"models": [{"source": w, "size": each.size, "parts": each.parts} for each, w in rows]})
    elif found:
        table = [(size_text(each.size), str(each.parts), w) for each, w in zip(found, words, strict=True)]
        print_table(table[:SHOWN_MODELS], (_("Size"), _("Parts"), _("Model")))
    if not found:
        raise Refused(
            _("{name} holds no .gguf files. Look for a repository that does; many are called …-GGUF.").format(
                name=repository.name
            )
        )
    raise Refused(
        ngettext(
            "Nothing was added: {name} is a repository of {count} model. Name it: preceptor models add {word}",
            "Nothing was added: {name} is a repository of {count} models. Name one: preceptor models add {word}",
            len(found),
        ).format(name=repository.name, count=len(found), word=one_line(shlex.quote(words[0])))
    )
