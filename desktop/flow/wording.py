"""The only place where errors become sentences, and where strings become the trainer's language.

`gettext` and `ngettext` translate; `sentence` words any error of the lower packages for window and command line
alike. Must not know who shows the sentence.
"""

from __future__ import annotations

import errno
import gettext as _gettext
import os
import re
import string
from collections.abc import Callable, Mapping
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

from desktop.flow import languages
from desktop.flow.typed_commands import Typed, with_options
from feedback_store.errors import Phrase as StorePhrase
from feedback_store.errors import PlacedError, StoreError
from local_models.errors import EngineError
from local_models.errors import Phrase as EnginePhrase

# Between thousands, and before decimals, by language.
SIGNS: Mapping[str, tuple[str, str]] = {"en": (",", "."), "de": (".", ",")}

GLOSS = "gloss"  # the catalogue's context of what stands beside published names, and never in their place

Made = TypeVar("Made")

TRANSLATIONS = Path(__file__).resolve().parent.parent / "translations"


class _Language:
    """The language in use and its catalogue, and what its commands are typed with; set before anything is shown."""

    def __init__(self) -> None:
        self.code = "en"
        self.catalogue: _gettext.NullTranslations = _gettext.NullTranslations()
        self.typed = Typed()


_language = _Language()


def use_language(chosen: str = languages.SYSTEM) -> str:
    """Speak the language of this code ("de") from now on, or the one that the system asks for; the code that it is now.

    What was built before keeps its words. English is the language of the source, and spoken where no other one is.
    """
    code = languages.spoken(languages.system_languages() if chosen == languages.SYSTEM else (chosen,))
    _language.code = code
    _language.catalogue = _gettext.translation("preceptor", localedir=TRANSLATIONS, languages=[code], fallback=True)
    return code


def language() -> str:
    """The code of the language that is spoken now."""
    return _language.code


def use_options(typed: Typed) -> None:
    """Have each command that a sentence offers named with these options from now on."""
    _language.typed = typed


def gettext(text: str) -> str:
    """`text` in the trainer's language."""
    return typeable(_language.catalogue.gettext(text))


def ngettext(one: str, many: str, count: int) -> str:
    """`one` or `many` for `count`, in the trainer's language; `{}` is left for the caller."""
    return typeable(_language.catalogue.ngettext(one, many, count))


def typeable(text: str) -> str:
    """`text` with the commands in it as they can be typed, after what was typed before."""
    return with_options(text, _language.typed) if _language.typed else text


def once_per_language(make: Callable[[], Made]) -> Callable[[], Made]:
    """`make` without its work: what it makes of translated texts is kept until another language is spoken."""
    kept: list[tuple[_gettext.NullTranslations, Made]] = []

    @wraps(make)
    def made() -> Made:
        spoken = _language.catalogue
        if not kept or kept[0][0] is not spoken:
            kept[:] = [(spoken, make())]
        return kept[0][1]

    return made


def ours(text: str) -> str:
    """A text out of data, a rubric's or a format's: translated where it is one of our own, else as it stands."""
    return gettext(text) if text else ""  # the empty text is the catalogue's own head


def gloss(published: str) -> str:
    """What a published name or question means, in the trainer's language; "" where it needs no words beside it."""
    said = _language.catalogue.pgettext(GLOSS, published) if published else ""
    return "" if said == published else said


def glossed(published: str) -> str:
    """A published name with what it means beside it: "Safer (sicherer)"."""
    said = gloss(published)
    return f"{published} ({said})" if said else published


def named(text: str) -> str:
    """A name that flags have: translated where it is one of our own, else as published, with its gloss."""
    own = ours(text)
    return own if own != text else glossed(text)


def quoted(text: str) -> str:
    """Somebody's words within ours, between the language's quotation marks."""
    return gettext("“{text}”").format(text=text)


def sentence(error: BaseException) -> str:
    """One sentence that says what is wrong and what to do; never a traceback, never a class name."""
    if isinstance(error, StoreError | EngineError):
        place = error.place if isinstance(error, PlacedError) else ""
        try:
            return place + _filled(error.template, error.values)
        except (LookupError, ValueError):  # what a worker tells need not fit together
            return str(error)
    if isinstance(error, OSError):
        return _of_the_system(error)
    return str(error) or gettext("Something went wrong.")


def cancelled(error: BaseException) -> bool:
    """Whether somebody has stopped it, or left the question that it waited for: that is told, and is no error."""
    return isinstance(error, StoreError | EngineError) and error.code in ("cancelled", "passphrase_withheld")


def veiled(error: EngineError) -> str:
    """The sentence of a model's failure, with every word of it covered that could name the model: its file, its server,
    what that server said. Numbers and the system's own words stay."""
    try:
        return _Veiled().vformat(ours(error.template), (), error.values)
    except (LookupError, ValueError):
        return gettext("This answer failed.")


def at_its_place(error: StoreError) -> str:
    """The sentence of an error without the path of its place: for where the place is in sight."""
    return _filled(error.template, error.values)


def field_of(error: BaseException) -> str:
    """The field that a sentence is about, as somebody who wrote it names it: `axes[0].steps`; "" for the whole."""
    path = str(error.values.get("path", "")) if isinstance(error, PlacedError) else ""
    return path.removeprefix("$").removeprefix(".")


def said(phrase: StorePhrase | EnginePhrase) -> str:
    """A phrase of the lower packages."""
    return _filled(phrase.template, phrase.values)


def swapped(number: str) -> str:
    """A number that Python wrote in English, with the signs of the language that is spoken."""
    thousands, point = SIGNS[_language.code]
    return number.translate({ord(","): thousands, ord("."): point})


class _Form(string.Formatter):
    """Fills values in: phrases and errors are worded in their turn, numbers with a form have the language's signs."""

    def get_field(self, field_name: str, args: Any, kwargs: Any) -> Any:
        return kwargs[field_name], field_name  # plain names only: a worker's template reaches into nothing

    def format_field(self, value: Any, format_spec: str) -> str:
        if isinstance(value, StorePhrase | EnginePhrase):
            return said(value)
        if isinstance(value, StoreError | EngineError):
            return sentence(value)
        text = format(value, format_spec)
        if isinstance(value, int | float) and format_spec:
            return swapped(text)
        return _of_the_computer(text) if isinstance(value, str) else text


def _names_nothing(text: str) -> bool:
    """Whether a word is a signal, a size, or the system's own."""
    return bool(re.fullmatch(r"SIG[A-Z0-9]+|signal \d+|[\d.,]+( ?[kMGT]i?B)?|", text)) or text in _usual_words()


class _Veiled(_Form):
    """Fills a cover in for each word that comes from a model, its file or its server."""

    def format_field(self, value: Any, format_spec: str) -> str:
        if isinstance(value, EngineError):
            return veiled(value)
        if isinstance(value, EnginePhrase):
            return self.vformat(ours(value.template), (), value.values)
        tells = not isinstance(value, int | float | StorePhrase) and not _names_nothing(str(value))
        return f"[{gettext('name hidden')}]" if tells else super().format_field(value, format_spec)


def _filled(template: str, values: Mapping[str, object]) -> str:
    return _Form().vformat(ours(template), (), values)


def _of_the_computer(text: str) -> str:
    """What the operating system says of a refusal, where it is one of its usual words; any other text as it is."""
    return _usual_words().get(text, text)


def _usual_words() -> dict[str, str]:
    """What the operating system says, and what we say for it."""
    usual = {
        errno.EACCES: gettext("Permission denied"),
        errno.EPERM: gettext("Operation not permitted"),
        errno.ENOENT: gettext("No such file or directory"),
        errno.EEXIST: gettext("File exists"),
        errno.EISDIR: gettext("Is a directory"),
        errno.ENOTDIR: gettext("Not a directory"),
        errno.ENOSPC: gettext("No space left on device"),
        errno.EROFS: gettext("Read-only file system"),
        errno.EIO: gettext("Input/output error"),
        errno.ENAMETOOLONG: gettext("File name too long"),
        errno.EMFILE: gettext("Too many open files"),
        errno.EBUSY: gettext("Device or resource busy"),
    }
    return {os.strerror(number): words for number, words in usual.items()}


def _of_the_system(error: OSError) -> str:
    where = f" ({os.fspath(error.filename)})" if isinstance(error.filename, str | os.PathLike) else ""
    if error.errno in (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)):  # Windows has no quota error
        from feedback_store.trouble import named  # brings SQLite, which --help does not need

        return sentence(named("disk_full", Path(os.fspath(error.filename or "."))))
    if error.errno == errno.EBADF:
        return gettext("Nothing can be printed here: the output is closed. Send it to a terminal or to a file.")
    if isinstance(error, FileNotFoundError):
        return gettext("There is no such file{where}. Check its name.").format(where=where)
    if isinstance(error, IsADirectoryError):
        return gettext("This is a folder{where}. Name a file.").format(where=where)
    if isinstance(error, PermissionError):
        return gettext("This may not be read or written{where}. Check its permissions.").format(where=where)
    return gettext("The system refused: {reason}{where}.").format(
        reason=_of_the_computer(error.strerror or str(error)), where=where
    )
