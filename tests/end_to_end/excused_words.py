"""Words that stay as they are in every language, and those of ours that may be cut, each with its reason."""

from __future__ import annotations

import re
from collections.abc import Iterable, Set
from dataclasses import dataclass
from functools import cache
from html import unescape
from importlib import metadata

import msgspec
from pseudo_locale import CLOSE, OPEN
from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import QAbstractItemView, QWidget
from visit import Words

from feedback_store import rubrics
from feedback_store.database import FILE
from feedback_store.rubrics import Rubric
from local_models.model_files.recommended import recommended

GREEK = Words(
    prompt="Γιατί;",
    answers=("Πρώτο 1.", "Δεύτερο 2.", "Τρίτο 3.", "Τέταρτο 4."),
    domain="Φυσική",
    tag="φως",
    note="Όχι.",
    guideline="# Πώς\n\nΑλήθεια.",
    project="Έργο",
    trouble="Λάθος.",
    colleague="Άννα",
)
SMOLLM2 = """{% for message in messages %}{% if loop.first and messages[0]['role'] != 'system' %}{{ '<|im_start|>system
You are a helpful AI assistant named SmolLM, trained by Hugging Face<|im_end|>' }}{% endif %}{{'<|im_start|>' +
message['role'] + message['content']}}{% endfor %}{% if add_generation_prompt %}{{ assistant }}{% endif %}"""
# What is the same in every language, by the reason; the shipped rubrics' published names are taken from them.
SAME = {
    "names": {
        "Preceptor",
        "smollm2",
        "Smollm2",
        "Mix1",
        "Deutsch",
        "English",
        "SmolLM",
        "SmolLM2",
        "Hugging",
        "Face",
        "Chromium",
        "Vivaldi",
    },
    "the keys of a keyboard": {"Ctrl", "Alt", "Esc", "Shift", "Tab", "PgDn", "PgUp", "Home", "End", "Del", "Space"},
    "what an installed program is made of": {"Lucide"},
    "the chat template of the model that is there": set(re.findall("[A-Za-z0-9]+", SMOLLM2)),
    "the format at the end of a folder's name": {"preference"},
    "what stands in a record in place of personal data": {"phone"},
    "examples of what is typed": {
        "gguf",
        "office",
        "gpu",
        "llama3",
        "https",
        "collector",
        "example",
        "org",
        "instruct",
    },
}
LISTS_PROGRAMS = "settings, about"
# The scenes that show published names: of which rubric, of all of them, and of models.
JUDGED_BY = {
    "bench, two answers and how much better": "helpsteer2",
    "bench, a vote": "arena",
    "bench, questions": "dices_bias",
    "bench, two rankings": "safe_rlhf",
    "bench, hazards": "hazards",
}
ALL_RUBRICS = {"projectDialog", "rubrics"}
OFFERS_MODELS = {"models", "models, adding", "models, a server", "confirmModel"}
# The end of a path, where that is broken into lines.
ENDS_OF_PATHS = {
    LISTS_PROGRAMS: set(FILE.split(".")),
    "settings, backups": {"backups"},
    "models, adding": {"models"},
}
_WORD = re.compile(r"(?<![A-Za-z0-9])[A-Za-z][A-Za-z0-9]+")  # not the letters of 950a6e
_PATH = re.compile(r"\S*/\S+")
_HASH = re.compile(r"(?=.*\d)[0-9a-f]{4,64}")
_GREEK = {ord(a): ord(b) for a, b in zip("abcdefghijklmnopqrstuvwxyz", "αβςδεφγηιξκλμνοπθρστυΩωχψζ", strict=True)}
_GREEK |= {ord(chr(a).upper()): b for a, b in _GREEK.items()}


@dataclass(frozen=True)
class Shortened:
    """Why words of ours may end in dots in a part, and a scene in which they do: one that holds no more is taken out.

    The whole is always in the tooltip of what was cut, for who sees it, and in its name, for who hears it.
    """

    why: str
    scene: str


# Where words of ours may end in dots, by the name of a part that they stand in.
MAY_END_IN_DOTS = {
    "railSettings": Shortened("the room's whole name is in the header too", "settings, about"),
    "flags": Shortened("a category's name shares its row with the words that are flagged", "bench, a vote"),
    "inboxList": Shortened("the note of a capture; it is read in full beside the list", "inbox"),
    "turnPlace": Shortened("the place of a turn is in full in the tree too", "bench, branches"),
    "recordState": Shortened("another trainer's name stands in this line", "records"),
    "paletteList": Shortened("a command's key stands behind its words", "command palette"),
    "personal": Shortened("where it stands gives way to the number that is decided upon", "bench, personal data"),
}


def made_to_end_in_dots(shown: QWidget, box: QRect) -> str:
    """The part of the list above in which something stands; "" for none."""
    at = shown.childAt(box.center())
    while at is not None:
        if at.objectName() in MAY_END_IN_DOTS:
            return at.objectName()
        at = at.parentWidget()
    return ""


def wholes(shown: QWidget, box: QRect) -> tuple[str, str]:
    """The tooltip and the name of what stands at a place: of a row in a list, or of the next widget that has them."""
    at = shown.childAt(box.center())
    view = at.parentWidget() if at is not None else None
    if at is not None and isinstance(view, QAbstractItemView) and at is view.viewport():
        index = view.indexAt(at.mapFrom(shown, box.center()))
        told = index.data(Qt.ItemDataRole.AccessibleTextRole) or index.data(Qt.ItemDataRole.DisplayRole)
        return _plain(index.data(Qt.ItemDataRole.ToolTipRole)), _plain(told)
    tips = names = ""
    while at is not None and not (tips and names):
        tips, names = tips or at.toolTip(), names or at.accessibleName()
        at = at.parentWidget()
    return _plain(tips), _plain(names)


def _plain(words: object) -> str:
    """As it is read, where it is written as markup."""
    return unescape(re.sub(r"<[^>]*>", "", str(words or "")))


def own_words_are_cut(text: str) -> bool:
    """Whether a painted text was shortened in words of ours: it lacks the bracket that closes them."""
    said = text.strip()
    return said.endswith("…") and said.count(OPEN) > said.count(CLOSE)


def untranslated(text: str, same: Set[str]) -> list[str]:
    """English words in a painted text, but for those that are the `same` in every language.

    Words of the pseudo-locale have accents.
    """
    if is_asked(text.strip()):
        return []
    words = _WORD.findall(_PATH.sub("", text))
    return [word for word in words if re.search("[aeiouy]", word) and word not in same and not _HASH.fullmatch(word)]


def excused(scene: str) -> Set[str]:
    """The words that a scene may show in plain English.

    Published names stay as they are where a scene shows what they name, and excuse nothing elsewhere: "Save" and "best"
    are words of ours too. Only one scene lists the programs that are installed, and only those of the rubrics say
    where a rubric comes from.
    """
    same = {word for words in SAME.values() for word in words}
    same |= published(*(each.id for each in rubrics.available())) if scene in ALL_RUBRICS else set()
    same |= published(JUDGED_BY[scene]) if scene in JUDGED_BY else set()
    same |= offered() if scene in OFFERS_MODELS else set()
    same |= installed() if scene == LISTS_PROGRAMS else set()
    same |= ENDS_OF_PATHS.get(scene, set())
    return same | sources() if scene.startswith("rubric") else same


def is_asked(text: str) -> bool:
    """Whether it is a question of a shipped rubric, or the ends of one: these stay in their words too.

    What it means may stand behind it.
    """
    asked = [question.text for shipped in rubrics.available() for question in shipped.questions]
    shown = text.partition(f" ({OPEN}")[0].removesuffix("(").rstrip(". ")
    return any(stands_for(shown, each) for each in asked)


def stands_for(text: str, whole: str) -> bool:
    """Whether a text is a whole one, or what is left of it where dots stand for its begin, middle or end."""
    begins, *parts = text.split("…")
    if not parts:
        return begins == whole
    if len("".join((begins, *parts))) < 3 or not (whole.startswith(begins) and whole.endswith(parts[-1])):
        return False
    at = len(begins)
    for part in parts:
        if (found := whole.find(part, at)) < 0:
            return False
        at = found + len(part)
    return True


@cache
def published(*ids: str) -> frozenset[str]:
    """Every word of some shipped rubrics' own names, which stay as their authors published them."""
    names = []
    for shipped in map(rubrics.load, ids):
        flags = shipped.flags.categories if shipped.flags else ()
        names += [shipped.name, *(each.name for each in (*shipped.axes, *shipped.verdicts, *flags))]
        names += [step.name for axis in shipped.axes for step in axis.steps if step.name]
    return _forms(names)


@cache
def offered() -> frozenset[str]:
    """Every word by which the models that are offered are named, and their licences."""
    return _forms(word for model in recommended() for word in (model.name, model.licence))


@cache
def sources() -> frozenset[str]:
    """Every word by which the shipped rubrics say where they come from."""
    return _forms(said for shipped in rubrics.available() for said in (shipped.source, shipped.licence))


@cache
def installed() -> frozenset[str]:
    """Every word by which the installed programs and their licences are named."""
    fields = ("Name", "License", "License-Expression", "Classifier")
    return _forms(
        said for each in metadata.distributions() for field in fields for said in each.metadata.get_all(field) or ()
    )


def _forms(texts: Iterable[str]) -> frozenset[str]:
    words = _WORD.findall(" ".join(texts))
    return frozenset(form for word in words for form in (word, word.lower(), word.capitalize()))


def in_greek(rubric: Rubric) -> Rubric:
    """The same rubric in words that no program of ours says."""

    def turned(value: object, key: str = "") -> object:
        if isinstance(value, dict):
            return {name: turned(each, name) for name, each in value.items()}
        if isinstance(value, list | tuple):
            return [turned(each, key) for each in value]
        return (
            value.translate(_GREEK) if isinstance(value, str) and key in ("name", "help", "text", "source") else value
        )

    body = turned(msgspec.to_builtins(rubric))
    assert isinstance(body, dict)
    return rubrics.parse(msgspec.json.encode({**body, "id": "greek"}))
