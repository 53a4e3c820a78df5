"""Cards of models that could be added: the recommended ones, and what was found at an address.

Licence and size are said before anything is downloaded; what does not fit here stays in sight, and says why. Must not
know where models come from.
"""

from __future__ import annotations

from desktop.flow.models import cards as model_cards
from desktop.flow.models.downloads import Downloads, Sized, known_digest, progress_text
from desktop.flow.models.rows import Offer
from desktop.flow.quantities import size_text
from desktop.flow.wording import gettext as _
from local_models import fit
from local_models.downloads.addresses import shown
from local_models.model_files import recommended
from local_models.model_files.catalog import Cards

MAX_FOUND = 60  # of a repository that are shown


def recommended_offers(cards: Cards, free: int, downloads: Downloads) -> tuple[Offer, ...]:
    """The recommended models as cards, the smallest first."""
    rows = model_cards.recommended_rows(cards, free)
    return tuple(_recommended(row, free, downloads) for row in rows)


def looked_up(found: tuple[Sized, ...], cards: Cards, free: int, downloads: Downloads) -> tuple[Offer, ...]:
    """What was found at an address as cards; of its licence only where to read it is known."""
    return tuple(_found(each, cards, free, downloads) for each in found[:MAX_FOUND])


def _recommended(row: model_cards.RecommendedRow, free: int, downloads: Downloads) -> Offer:
    need = _("takes {memory} of memory").format(memory=row.memory)
    offer = Offer(
        key=row.address or row.name,
        title=row.name,
        use=row.use,
        line=" · ".join((row.licence, row.format, need)),
    )
    if row.here:
        return _with(offer, why=_("Here as {name}").format(name=row.here))
    if not row.address:
        return _with(offer, why=_("Install it with: {command}").format(command=row.command))
    coming = next((each for each in downloads.all if each.path.name == row.address.rpartition("/")[2]), None)
    if coming is not None and coming.running:
        return _with(offer, why=progress_text(coming), share=coming.share if coming.share is not None else -1.0)
    if coming is not None and coming.done:
        return _with(offer, why=progress_text(coming), button=_("Go on"))
    if not row.fits:
        why = _("Does not fit now: {free} of memory are free.").format(free=size_text(free))
        return _with(offer, why=why)
    return _with(offer, button=_("Download, {size}").format(size=row.size))


def _found(each: Sized, cards: Cards, free: int, downloads: Downloads) -> Offer:
    known = recommended.known(each.remote.repo, each.remote.file) if each.remote.repo else None
    licence = known.licence if known is not None else ""
    if not licence:
        page = shown(each.remote.page)
        licence = _("licence: see {page}").format(page=page) if page else _("licence: see where you found it")
    size = size_text(each.size) if each.size is not None else _("size not told")
    offer = Offer(each.word, each.word.rpartition("/")[2] or each.word, size, licence)
    coming = downloads.of(each.remote.address)
    if coming is not None and coming.running:
        return _with(offer, why=progress_text(coming), share=coming.share if coming.share is not None else -1.0)
    here = next((card for card in cards if card.sha256 and card.sha256 == known_digest(each.remote)), None)
    if here is not None:
        return _with(offer, why=_("Here as {name}").format(name=here.name))
    tight = each.size is not None and each.size + fit.KEEP_FREE > free
    why = _("Larger than the {free} of memory that are free now.").format(free=size_text(free)) if tight else ""
    words = _("Download, {size}").format(size=size) if each.size is not None else _("Download, size not told")
    return _with(offer, why=why, button=words)


def _with(offer: Offer, *, why: str = "", button: str = "", share: float | None = None) -> Offer:
    return Offer(offer.key, offer.title, offer.use, offer.line, why, button, share)
