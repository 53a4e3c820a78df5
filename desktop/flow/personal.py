"""Personal data in a draft: where it was found, what was decided about it, and blacking it out.

The same words are decided once, wherever they stand: blacked out, they go from the prompt, all answers, their reasoning
and what was said of them. Searching takes its time and is done elsewhere (`Findings` holds what came of it). Must not
know Qt.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import msgspec

from desktop.flow import judging
from desktop.flow.begun import BegunChoice, BegunFlag, followed
from desktop.flow.draft import AnswerDraft, Draft, Drafted, FeedbackPoint, PromptDraft, RevisionDraft
from desktop.flow.draft_spots import Spot, spots
from desktop.flow.flag_places import stands
from desktop.flow.quantities import count_text
from desktop.flow.ranking import letter
from desktop.flow.wording import gettext as _
from desktop.flow.wording import ngettext
from feedback_store import records
from feedback_store.personal_data import Found
from feedback_store.record_parts import Flag, Judgement
from feedback_store.record_values import RedactedKind
from feedback_store.redaction import (
    PLACEHOLDERS,
    RECORD_TEXTS,
    Blackout,
    Where,
    added,
    counted,
    redacted,
    spans_moved,
    texts_of,
    with_texts,
)
from feedback_store.spans import span_at

DRAFT_TEXTS = {
    **RECORD_TEXTS,
    PromptDraft: ("text", "system", "domain", "tags"),
    AnswerDraft: ("text", "reasoning", "problem"),
    FeedbackPoint: ("text",),
    RevisionDraft: ("text", "new_point", "summary"),
    Drafted: ("before", "points"),
    BegunChoice: ("note", "suggestion"),
    Draft: ("justification", "begun_reason", "kept", "copied"),
}
MARKED_KINDS: tuple[RedactedKind, ...] = ("name", "date_of_birth", "address", "other")  # found by people only

replace = msgspec.structs.replace


@dataclass(frozen=True)
class Place:
    """Words that were found, once for all spots in which they stand."""

    kind: RedactedKind
    quote: str
    spots: tuple[Spot, ...]
    kept: bool = False


class Findings:
    """What was found in texts that were searched. Texts are their own keys; those of other drafts are forgotten.

    And what was blacked out on the bench: known to memory alone, since no file may say it.
    """

    def __init__(self) -> None:
        self._found: dict[str, tuple[Found, ...]] = {}
        self._gone: list[tuple[str, Blackout]] = []  # with the draft's id

    def black_out(self, draft: Draft, quote: str, kind: RedactedKind) -> Draft:
        """The draft without these words, as `black_out` makes it; they are remembered until it is saved."""
        self._gone.append((draft.id, _blackout(draft, quote, kind)))
        return black_out(draft, quote, kind)

    def gone_from(self, draft: Draft) -> Callable[[Draft], Draft]:
        """Takes out of other drafts what was blacked out in this one, and not undone. Then it is forgotten."""
        own = [blackout for name, blackout in self._gone if name == draft.id]
        self._gone = [each for each in self._gone if each[0] != draft.id]
        texts = tuple(texts_of(draft, DRAFT_TEXTS))
        gone = [each for each in own if not any(each.places(text) for text in texts)]

        def change(other: Draft) -> Draft:
            for blackout in gone:
                other = without(other, blackout)
            return other

        return change

    def unknown(self, draft: Draft) -> tuple[str, ...]:
        """Texts of the draft that are still to be searched; those that a model still writes are not."""
        texts = dict.fromkeys(spot.text for spot in spots(draft))
        self._found = {text: found for text, found in self._found.items() if text in texts}
        return tuple(text for text in texts if text not in self._found)

    def learn(self, found: Mapping[str, tuple[Found, ...]]) -> None:
        """Take what a search has found in each of some texts."""
        self._found.update(found)

    def of(self, text: str) -> tuple[Found, ...]:
        """What was found in a text; nothing yet, where it was not searched."""
        return self._found.get(text, ())

    def complete(self, draft: Draft) -> bool:
        """Whether every text of the draft was searched."""
        return all(spot.text in self._found for spot in spots(draft))

    def places(self, draft: Draft) -> tuple[Place, ...]:
        """What was found, in the order of reading; the same words once."""
        kinds: dict[str, RedactedKind] = {}
        where: dict[str, dict[Spot, None]] = {}
        for spot in spots(draft):
            for found in self.of(spot.text):
                kinds.setdefault(found.quote, found.kind)
                where.setdefault(found.quote, {})[spot] = None
        return tuple(Place(kinds[quote], quote, tuple(where[quote]), quote in draft.kept) for quote in kinds)

    def undecided(self, draft: Draft) -> tuple[Place, ...]:
        """Places that are neither blacked out nor kept."""
        return tuple(place for place in self.places(draft) if not place.kept)


def black_out(draft: Draft, quote: str, kind: RedactedKind) -> Draft:
    """The draft without these words, wherever they stand; the records that it rests on lose them too.

    Words that stand nowhere by themselves (half a word was marked) go wherever they stand.
    """
    return without(draft, _blackout(draft, quote, kind))


def without(draft: Draft, blackout: Blackout) -> Draft:
    """The draft after a blackout; the same object where its words do not stand in it."""
    made = with_texts(draft, blackout.apply, DRAFT_TEXTS)
    if made == draft:
        return draft
    texts = {answer.key: answer.text for answer in draft.answers}
    flags = spans_moved(made.flags, blackout, texts)
    unasked = (replace(each, flags=spans_moved(each.flags, blackout, texts)) for each in made.unasked)
    flags = tuple(  # one whose words are gone has no place that could move
        waits if judging.quote_gone(draft, flag) else moved
        for flag, waits, moved in zip(draft.flags, made.flags, flags, strict=True)
    )
    return replace(
        made,
        flags=flags,
        begun_flag=_moved(draft, made.begun_flag, flags, blackout),
        unasked=tuple(unasked),
        redactions=added(draft.redactions, counted(blackout, _parts(draft))),
        kept=tuple(blackout.apply(other) for other in draft.kept if other != blackout.quote),
        blacked_out=True,
        supersedes=draft.supersedes and replace(draft.supersedes, record=_without(draft.supersedes.record, blackout)),
        basis=draft.basis and replace(draft.basis, record=_without(draft.basis.record, blackout)),
    )


def keep(draft: Draft, quote: str, *, kept: bool = True) -> Draft:
    """Decide that these words may stay, or take that back."""
    others = tuple(other for other in draft.kept if other != quote)
    return replace(draft, kept=(*others, quote) if kept else others)


def blackouts(draft: Draft, spot: Spot) -> tuple[tuple[int, int, RedactedKind], ...]:
    """Where the placeholders of what was blacked out stand in a text, in code points."""
    part = _part_of(spot)
    kinds = [each.kind for each in draft.redactions if (each.part, each.candidate) == part]
    boxes = ((kind, Blackout(PLACEHOLDERS[kind], kind, alone=False).places(spot.text)) for kind in kinds)
    return tuple(sorted((start, end, kind) for kind, places in boxes for start, end in places))


def blacked_out(draft: Draft) -> tuple[tuple[RedactedKind, int], ...]:
    """How many placeholders of each kind stand in the draft."""
    standing = {spot.text: blackouts(draft, spot) for spot in spots(draft)}
    counts: dict[RedactedKind, int] = {}
    for places in standing.values():
        for _start, _end, kind in places:
            counts[kind] = counts.get(kind, 0) + 1
    return tuple(counts.items())


def count_blacked_out(draft: Draft) -> int:
    """How many placeholders stand in the draft."""
    return sum(count for _kind, count in blacked_out(draft))


def blacked_out_text(count: int) -> str:
    """How many places are blacked out, in words."""
    return ngettext("{} place blacked out", "{} places blacked out", count).format(count_text(count))


def gone_text(kind: RedactedKind, count: int) -> str:
    """What was blacked out just now, and in how many places, as a sentence."""
    text = ngettext("Blacked out in {count} place: {kind}.", "Blacked out in {count} places: {kind}.", count)
    return text.format(count=count_text(count), kind=kind_name(kind))


def kept_text(kind: RedactedKind) -> str:
    """That found words stay in the record, as a sentence."""
    return _("It stays in the record: {kind}.").format(kind=kind_name(kind))


def guessed_kind(quote: str) -> RedactedKind:
    """What words that somebody marked most likely are: with digits a date of birth, else a name."""
    return "date_of_birth" if any(character.isdigit() for character in quote) else "name"


# Words


def kind_name(kind: RedactedKind) -> str:
    """The kind as a list names it."""
    return {
        "email": _("E-mail"),
        "phone": _("Phone"),
        "card": _("Card"),
        "iban": _("Account"),
        "ip": _("IP address"),
        "key": _("Secret key"),
        "name": _("Name"),
        "date_of_birth": _("Date of birth"),
        "address": _("Home address"),
        "other": _("Something else"),
    }[kind]


def counted_text(kinds: Iterable[RedactedKind]) -> str:
    """How many places of each kind, without their words: "1 phone number, 2 e-mail addresses"."""
    return ", ".join(_counted(kind, count) for kind, count in Counter(kinds).items())


def _counted(kind: RedactedKind, count: int) -> str:
    words = {
        "email": ngettext("{} e-mail address", "{} e-mail addresses", count),
        "phone": ngettext("{} phone number", "{} phone numbers", count),
        "card": ngettext("{} card number", "{} card numbers", count),
        "iban": ngettext("{} account number", "{} account numbers", count),
        "ip": ngettext("{} IP address", "{} IP addresses", count),
        "key": ngettext("{} secret key", "{} secret keys", count),
    }
    other = ngettext("{} other place", "{} other places", count)
    return words.get(kind, other).format(count_text(count))


def box_name(kind: RedactedKind) -> str:
    """The kind as it stands on the black box in a text."""
    return {
        "email": _("e-mail"),
        "phone": _("phone"),
        "card": _("card"),
        "iban": _("account"),
        "ip": _("IP address"),
        "key": _("secret key"),
        "name": _("name"),
        "date_of_birth": _("date of birth"),
        "address": _("address"),
        "other": _("personal"),
    }[kind]


def where_text(draft: Draft, place: Place) -> str:
    """Where words stand, as short as a list has room for: "Prompt, A, B"."""
    names = {
        "prompt": _("Prompt"),
        "system": _("System prompt"),
        "earlier": _("Earlier turns"),
        "revision": _("Your version"),
        "why": _("Why"),
        "note": _("Note"),
    }
    said = (names.get(spot.area) or letter(draft.position(spot.key or "")) for spot in place.spots)
    return ", ".join(dict.fromkeys(said))


def warning(draft: Draft, places: Iterable[Place]) -> str:
    """What is to be decided, as a sentence; "" where nothing is."""
    open_ones = [place for place in places if not place.kept]
    if not open_ones:
        return ""
    if len(open_ones) > 1:
        text = ngettext(
            "{} number or address is found. Black it out, or keep it.",
            "{} numbers and addresses are found. Black them out, or keep them.",
            len(open_ones),
        )
        return text.format(len(open_ones))
    place = open_ones[0]
    what = {
        "email": _("An e-mail address"),
        "phone": _("A phone number"),
        "card": _("A card number"),
        "iban": _("An account number"),
        "ip": _("An IP address"),
        "key": _("A secret key"),
    }[place.kind]
    words = _("{what} stands {where}. Black it out, or keep it.")
    return words.format(what=what, where=_stands(draft, place.spots[0]))


def undecided_text(count: int) -> str:
    """How many places wait for a decision, as a button has room for it."""
    return ngettext("{} number to decide", "{} numbers to decide", count).format(count_text(count))


def _stands(draft: Draft, spot: Spot) -> str:
    if spot.key is not None and spot.area in ("answer", "reasoning"):
        words = _("in answer {letter}") if spot.area == "answer" else _("in the thoughts before answer {letter}")
        return words.format(letter=letter(draft.position(spot.key)))
    return {
        "system": _("in the system prompt"),
        "earlier": _("in an earlier turn"),
        "revision": _("in your version"),
        "why": _("in Why"),
        "note": _("in a flag's note"),
    }.get(spot.area, _("in the prompt"))


# Inside


def _blackout(draft: Draft, quote: str, kind: RedactedKind) -> Blackout:
    blackout = Blackout(quote, kind)
    alone = any(blackout.places(text) for text in texts_of(draft, DRAFT_TEXTS))
    return blackout if alone else Blackout(quote, kind, alone=False)


def _parts(draft: Draft) -> dict[Where, list[str]]:
    """The draft's texts by the parts that redactions name."""
    found: dict[Where, list[str]] = {}
    for spot in spots(replace(draft, prompt=draft.asked or draft.prompt)):
        found.setdefault(_part_of(spot), []).append(spot.text)
    return found


def _part_of(spot: Spot) -> Where:
    if spot.area in ("answer", "reasoning"):
        return "answer", spot.key
    return ("prompt" if spot.area in ("prompt", "system", "earlier") else "judgement"), None


def _moved(draft: Draft, made: BegunFlag | None, flags: tuple[Flag, ...], blackout: Blackout) -> BegunFlag | None:
    """A flag that was begun, where its words lie after a blackout."""
    if made is None or draft.begun_flag is None:
        return made
    made = followed(replace(made, at=draft.begun_flag.at), draft.flags, flags)
    text, span = draft.answer(draft.begun_flag.candidate).text, draft.begun_flag.span
    if made is None or span is None or not stands(span, text):
        return made
    return replace(made, span=span_at(blackout.apply(text), *blackout.moved(text, span.start, span.end)))


def _without(record: bytes, blackout: Blackout) -> bytes:
    """A record's bytes without the words: what it says beside them is carried over when the draft is saved."""
    found = records.decode(record)
    return records.encode(redacted(found, blackout)) if isinstance(found, Judgement) else record
