"""The models' room in words: rows of its list, all of one model, cards of what could be added.

Values only, ready to be shown; texts from files and servers among them are foreign and plain. Must not know the store,
nor do anything to a model.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from desktop.flow.models import cards as model_cards
from desktop.flow.quantities import count_text, decimal_text, milliseconds_text, parameters_text, size_text
from desktop.flow.wording import gettext as _
from desktop.flow.wording import ngettext, sentence
from local_models import fit
from local_models.endpoints.address import is_here, is_unprotected
from local_models.endpoints.kept import Endpoint
from local_models.errors import FitError, ModelFileError
from local_models.measuring import Speed
from local_models.model_files.app_folders import APPS
from local_models.model_files.catalog import ModelCard, OfferedFolder

Kind = Literal["coming", "model", "server", "broken"]
Tone = Literal["plain", "success", "warning", "danger"]
ActName = Literal[
    "use", "measure", "stop_measuring", "digest", "remove", "trash", "test", "go_on", "cancel", "discard", "dismiss"
]
LONGEST_TEMPLATE = 100_000  # characters that are shown


@dataclass(frozen=True)
class Row:
    """One line of the list. `key` is stable; `state` has an icon; `share` is how much has come, 0 to 1."""

    key: str
    kind: Kind
    title: str
    size: str
    line: str
    source: str
    state: str
    tone: Tone = "plain"
    share: float | None = None

    @property
    def spoken(self) -> str:
        """All of it for a screen reader."""
        return ", ".join(text for text in (self.title, self.size, self.line, self.source, self.state) if text)


@dataclass(frozen=True)
class Fact:
    """A label and what is known. `copies`: it can be copied."""

    label: str
    value: str
    mono: bool = False
    copies: bool = False


@dataclass(frozen=True)
class Act:
    """Something that can be done with the model that is chosen; `hint` is its key, or `command` whose key it has."""

    name: ActName
    words: str
    hint: str = ""
    icon: str = ""
    enabled: bool = True
    command: str = ""


@dataclass(frozen=True)
class Said:
    """What became of something that was done with a model, told at that model."""

    text: str
    tone: Tone = "plain"


@dataclass(frozen=True)
class Detail:
    """All that is shown of one row. `share` is as a row's, -1 where something goes on and nobody knows how far."""

    key: str
    title: str
    about: str = ""
    acts: tuple[Act, ...] = ()
    said: tuple[Said, ...] = ()
    facts: tuple[Fact, ...] = ()
    speed: tuple[Fact, ...] = ()
    template: str = ""
    doing: str = ""
    share: float | None = None


@dataclass(frozen=True)
class Offer:
    """A model that could be downloaded. Without `button` words it is quiet, and `why` says why."""

    key: str
    title: str
    use: str
    line: str
    why: str = ""
    button: str = ""
    share: float | None = None


@dataclass(frozen=True)
class AppLine:
    """The folders of another app, together."""

    app: str
    title: str
    words: str
    added: bool


def fit_words(card: ModelCard, free: int) -> Said:
    """Whether a model fits in `free` bytes, or with how long a context it would; `tone` is "success" where it does."""
    header = card.header
    whole = header.context_length or model_cards.USUAL_CONTEXT
    usual = min(model_cards.USUAL_CONTEXT, whole)
    try:
        fit.check(header, whole, free)
    except FitError as error:
        most = int(str(error.values["fits"]))
        if most >= usual:
            return Said(_("fits with {context} tokens").format(context=count_text(most)), "success")
        if most:
            return Said(_("only {context} tokens would fit").format(context=count_text(most)), "warning")
        return Said(_("does not fit now"), "warning")
    return Said(_("fits"), "success")


def model_row(card: ModelCard, free: int) -> Row:
    """A model at hand."""
    known, fits = model_cards.row(card, free), fit_words(card, free)
    context = _("{context} tokens").format(context=count_text(card.header.context_length))
    licence = card.header.licence or _("licence unknown")
    words = [known.parameters, known.format, context if card.header.context_length else "", licence]
    return Row(
        key=model_key(card.path),
        kind="model",
        title=card.name,
        size=known.size,
        line=" · ".join(word for word in words if word not in ("", "–")),
        source=first_up(known.source),
        state=first_up(fits.text),
        tone=fits.tone,
    )


def busy(row: Row, doing: str) -> Row:
    """The row while something goes on with its model."""
    return replace(row, state=first_up(doing), tone="plain") if doing else row


def model_detail(
    card: ModelCard,
    free: int,
    *,
    said: tuple[Said, ...],
    speed: Speed | None,
    doing: str = "",
    share: float | None = None,
    measuring: bool = False,
) -> Detail:
    """All of a model at hand."""
    notes = tuple(Said(note, "warning") for note in model_cards.notes(card))
    return Detail(
        key=model_key(card.path),
        title=card.name,
        about=card.header.name,
        acts=_model_acts(card, busy=bool(doing), measuring=measuring),
        said=(*said, *notes),
        facts=_model_facts(card, free),
        speed=speed_facts(speed) if speed is not None else (),
        template=card.header.template[:LONGEST_TEMPLATE],
        doing=doing,
        share=share,
    )


def server_row(each: Endpoint) -> Row:
    """A server's model."""
    return Row(
        key=server_key(each.name),
        kind="server",
        title=each.name,
        size="",
        line=each.model,
        source=each.address,
        state=first_up(where_short(each)),
        tone="plain" if is_here(each.address) else "warning",
    )


def server_detail(each: Endpoint, *, said: tuple[Said, ...], doing: str = "") -> Detail:
    """All of a server's model."""
    facts = (
        Fact(_("What you ask"), first_up(where_text(each))),
        Fact(_("Model"), each.model),
        Fact(_("Address"), each.address, copies=True),
        Fact(_("Key"), _("Kept with this device's keys") if each.has_key else _("None")),
        Fact(_("Server"), each.server or _("Not looked at yet")),
        Fact(_("At once"), ngettext("{} request", "{} requests", each.limits.at_once).format(each.limits.at_once)),
    )
    acts = (
        Act("use", _("Use on the bench"), "↵"),
        Act("test", _("Test"), command="test_server", enabled=not doing),
        Act("remove", _("Remove"), "Del", enabled=not doing),
    )
    about = _("A model of a server")
    share = -1.0 if doing else None
    return Detail(server_key(each.name), each.name, about, acts, said, facts, doing=doing, share=share)


def broken_row(path: Path, error: ModelFileError) -> Row:
    """A file that was added and is no usable model."""
    why = " ".join(sentence(error).split())
    return Row(f"broken:{path}", "broken", path.name, "", why, str(path.parent), _("Cannot be used"), "danger")


def broken_detail(path: Path, error: ModelFileError, *, alone: bool) -> Detail:
    """What is wrong with such a file; `alone`: it was added by itself, not found in a folder."""
    acts = (Act("remove", _("Remove from the list") if alone else _("Remove its folder"), "Del"),)
    facts = (Fact(_("File"), str(path), copies=True),)
    return Detail(f"broken:{path}", path.name, acts=acts, said=(Said(sentence(error), "danger"),), facts=facts)


def speed_facts(speed: Speed) -> tuple[Fact, ...]:
    """What was measured, for people."""
    writing = ngettext("{k} answer at once", "{k} answers at once", speed.k).format(k=speed.k)
    rate = _("{speed} tokens a second")
    first = max(speed.first_token_ms, default=0.0)
    return (
        Fact(_("Writing"), f"{rate.format(speed=decimal_text(speed.generation_tokens_per_second))}, {writing}"),
        Fact(_("Reading the prompt"), rate.format(speed=decimal_text(speed.prompt_tokens_per_second))),
        Fact(_("To the first word"), _("{time}, of the last answer").format(time=milliseconds_text(first))),
        Fact(_("Threads"), str(speed.threads)),
    )


def app_lines(folders: tuple[OfferedFolder, ...]) -> tuple[AppLine, ...]:
    """One line for each app, however many folders it has."""
    lines = []
    for app in dict.fromkeys(folder.app for folder in folders):
        own = [folder for folder in folders if folder.app == app]
        count = sum(folder.models for folder in own)
        words = ngettext("{} model", "{} models", count).format(count_text(count))
        where = ", ".join(str(folder.path) for folder in own)
        lines.append(AppLine(app, APPS.get(app, app), f"{words} · {where}", all(folder.added for folder in own)))
    return tuple(lines)


def where_text(each: Endpoint) -> str:
    """Where what you ask goes, in a few words."""
    if is_here(each.address):
        return _("stays on this computer, if the server does not pass it on")
    if is_unprotected(each.address):
        return _("leaves this computer, readable for everybody on the way")
    return _("leaves this computer")


def where_short(each: Endpoint) -> str:
    """The same in a list."""
    return _("on this computer") if is_here(each.address) else _("leaves this computer")


def first_up(words: str) -> str:
    """Words as they stand at the beginning of a line."""
    return words[:1].upper() + words[1:]


def model_key(path: Path) -> str:
    """The key of a model at hand."""
    return f"model:{path}"


def server_key(name: str) -> str:
    """The key of a server's model."""
    return f"server:{name}"


def _model_acts(card: ModelCard, *, busy: bool, measuring: bool) -> tuple[Act, ...]:
    own = card.source in ("file", "folder")
    acts = [Act("use", _("Use on the bench"), "↵")]
    if measuring:
        acts.append(Act("stop_measuring", _("Stop measuring"), command="measure"))
    else:
        acts.append(Act("measure", _("Measure"), command="measure", enabled=not busy))
    if card.sha256 is None:
        acts.append(Act("digest", _("Compute SHA-256"), command="digest", enabled=not busy))
    if card.source != "starter":
        words = {"file": _("Remove"), "folder": _("Remove its folder")}
        hide = _("Hide {app}").format(app=APPS.get(card.source, card.source))
        acts.append(Act("remove", words.get(card.source, hide), "Del", enabled=not busy))
    if own:
        acts.append(Act("trash", _("To the trash …"), "", "trash-2", enabled=not busy))
    return tuple(acts)


def _model_facts(card: ModelCard, free: int) -> tuple[Fact, ...]:
    header = card.header
    usual = min(model_cards.USUAL_CONTEXT, header.context_length or model_cards.USUAL_CONTEXT)
    memory = _("About {need} with a context of {context} tokens; {free} are free").format(
        need=size_text(model_cards.needed(card)), context=count_text(usual), free=size_text(free)
    )
    context = _("{context} tokens").format(context=count_text(header.context_length)) if header.context_length else "–"
    kind = f"{header.architecture}, {parameters_text(header.parameters)}, {header.quantization or '–'}"
    return (
        Fact(_("Fits here"), _fit_sentence(card, free)),
        Fact(_("Memory"), memory),
        Fact(_("Context"), context),
        Fact(_("Kind, size, format"), kind),
        Fact(_("Licence"), header.licence or _("Unknown: the file does not say")),
        Fact(_("From"), first_up(model_cards.source_text(card))),
        Fact(_("File"), str(card.path), copies=True),
        Fact(_("Size"), _size_words(card)),
        Fact(_("Header SHA-256"), header.header_sha256, mono=True, copies=True),
        _digest_fact(card),
    )


def _fit_sentence(card: ModelCard, free: int) -> str:
    header, said = card.header, fit_words(card, free)
    words = first_up(said.text)
    if said.tone == "success":
        if header.context_length and header.context_length <= model_cards.USUAL_CONTEXT:
            return words
        if said.text == _("fits"):
            return _("Yes, with its whole context of {context} tokens").format(
                context=count_text(header.context_length)
            )
        return words
    need = size_text(model_cards.needed(card) + fit.KEEP_FREE)
    return _("{words}: it needs {need}, {free} are free. Close other programs, or take a smaller model.").format(
        words=words, need=need, free=size_text(free)
    )


def _size_words(card: ModelCard) -> str:
    files = ngettext("{} file", "{} files", card.header.split_count).format(card.header.split_count)
    size = size_text(card.header.file_size)
    return f"{size}, {files}" if card.header.split_count > 1 else size


def _digest_fact(card: ModelCard) -> Fact:
    if card.sha256:
        return Fact(_("File SHA-256"), card.sha256, mono=True, copies=True)
    if card.claimed_sha256:
        said = _("Not computed yet; {app} says {digest}").format(app=APPS[card.source], digest=card.claimed_sha256)
        return Fact(_("File SHA-256"), said)
    return Fact(_("File SHA-256"), _("Not computed yet"))
