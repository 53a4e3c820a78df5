"""The only place where errors become sentences, and where strings become the trainer's language.

`gettext` and `ngettext` translate; `sentence` words any error of the lower packages for window and command line
alike. Must not know who shows the sentence.
"""

from __future__ import annotations

import errno
import gettext as _gettext
import os
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import TypeVar

from desktop.flow import languages
from feedback_store.errors import RubricError, StoreError
from local_models.errors import EngineError

Made = TypeVar("Made")

TRANSLATIONS = Path(__file__).resolve().parent.parent / "translations"


class _Language:
    """The language in use and its catalogue; set before anything is shown."""

    def __init__(self) -> None:
        self.code = "en"
        self.catalogue: _gettext.NullTranslations = _gettext.NullTranslations()


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


def gettext(text: str) -> str:
    """`text` in the trainer's language."""
    return _language.catalogue.gettext(text)


def ngettext(one: str, many: str, count: int) -> str:
    """`one` or `many` for `count`, in the trainer's language; `{}` is left for the caller."""
    return _language.catalogue.ngettext(one, many, count)


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


def sentence(error: BaseException) -> str:
    """One sentence that says what is wrong and what to do; never a traceback, never a class name."""
    if isinstance(error, StoreError | EngineError) and error.template:
        place = f"{error.values['path']}: " if isinstance(error, RubricError) and "path" in error.values else ""
        return place + gettext(error.template).format(**error.values)
    if isinstance(error, StoreError | EngineError):
        return gettext(str(error))
    if isinstance(error, OSError):
        return _of_the_system(error)
    return str(error) or gettext("Something went wrong.")


def at_its_place(error: StoreError) -> str:
    """The sentence of an error with a template, without the path of the place: for where the place is in sight."""
    return gettext(error.template).format(**error.values)


def _of_the_system(error: OSError) -> str:
    where = f" ({os.fspath(error.filename)})" if isinstance(error.filename, str | os.PathLike) else ""
    if error.errno in (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)):  # Windows has no quota error
        from feedback_store.trouble import named  # brings SQLite, which --help does not need

        return sentence(named("disk_full", Path(os.fspath(error.filename or "."))))
    if error.errno == errno.EBADF:
        return gettext("Nothing can be printed here: the output is closed. Send it to a terminal or to a file.")
    if isinstance(error, FileNotFoundError):
        return gettext("There is no such file{where}.").format(where=where)
    if isinstance(error, PermissionError):
        return gettext("This may not be read or written{where}. Check its permissions.").format(where=where)
    return gettext("The system refused: {reason}{where}.").format(reason=error.strerror or error, where=where)
