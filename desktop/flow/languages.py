"""Which languages Preceptor speaks, and which one the system asks for; Windows and macOS say so in their own way.

Must not know what is said: wording.py takes the catalogue.
"""

from __future__ import annotations

import locale
import os
import re
import subprocess
import sys
from collections.abc import Iterable, Mapping

SETTING = "language"  # a setting of the profile: "system", or one of SPOKEN
SYSTEM = "system"
SPOKEN: Mapping[str, str] = {"en": "English", "de": "Deutsch"}  # each by its own name, the language of the source first
SOURCE = "en"
_VARIABLES = ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")  # in the order in which gettext asks them


def chosen(kept: object) -> str:
    """What a profile keeps under SETTING, as one of SPOKEN or SYSTEM; what is not known is the system's."""
    return kept if isinstance(kept, str) and kept in SPOKEN else SYSTEM


def spoken(wished: Iterable[str]) -> str:
    """The first of the wished languages that is spoken, the source's where none is.

    English ends the search although it has no catalogue: who asks for "en:de" gets no German.
    """
    for each in wished:
        code = re.split(r"[-_.@]", each, maxsplit=1)[0].lower()
        if code in SPOKEN:
            return code
    return SOURCE


def system_languages(environment: Mapping[str, str] = os.environ) -> tuple[str, ...]:
    """The languages that the system asks for, the dearest first: its environment's words, else what its settings say.

    A program started from a menu of Windows or macOS has no such variable.
    """
    named = next((environment[name] for name in _VARIABLES if environment.get(name)), "")
    if named:
        return tuple(each for each in named.split(":") if each)
    if sys.platform == "win32":
        import ctypes

        number = ctypes.windll.kernel32.GetUserDefaultUILanguage()
        return (locale.windows_locale.get(number, ""),)
    if sys.platform == "darwin":
        asked = ("/usr/bin/defaults", "read", "-g", "AppleLanguages")
        return listed(subprocess.run(asked, capture_output=True, text=True, check=False).stdout)
    return ()


def listed(printed: str) -> tuple[str, ...]:
    """The languages in the list that macOS prints: one a line, in quotes where the name has a hyphen."""
    return tuple(re.findall(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]+)*", printed))
