"""The catalogues of desktop/translations: collected anew from the source, merged and compiled. `just translations`.

What is collected stands in the source as it is shown: the texts of `_`, `gettext` and `ngettext` in desktop, what its
commands say of themselves, the words of our own in the shipped rubrics and the export formats, and the sentences of the
lower packages, with their values by name (`worded`, `Phrase`); those meet gettext in `desktop.flow.wording`. A new text
has no translation yet; one that resembles an earlier text has that one's and is marked fuzzy, to be read again. Neither
is in the compiled file until somebody has translated it. Needs Babel, so nothing of the set-up may import this.
Python's own grammar finds the calls: Babel's scanner passes over those inside f-strings, and takes the ends of joined
f-strings for texts.
"""

from __future__ import annotations

import ast
import json
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "desktop" / "translations"
NAME = "preceptor"

TAKES = {"_": 1, "gettext": 1, "ngettext": 2}  # by function: how many of its arguments are texts
# Sentences of the lower packages that reach an error by a name.
TABLES = {
    "feedback_store/trouble.py": "_SENTENCES",
    "feedback_store/delivery/joining_questions.py": "_REFUSALS",
    "feedback_store/pair_parts.py": "REASONS",
    "feedback_store/datasets/rows.py": "REASONS",
    "local_models/errors.py": "OUT_OF_MEMORY",
    "local_models/endpoints/refusals.py": "_SLOW",
    "local_models/model_files/header_refusals.py": "_OTHER_KINDS",
}
LOWER = ("feedback_store", "local_models")

# In the rubrics: the helps are ours, and all that our own set of flags says. Published names stay as they are, glossed.
RUBRICS = "feedback_store/rubrics"
OUR_FLAGS = "general.json"
GLOSSED = ("axes", "verdicts", "questions", "choices", "categories", "kinds", "severities", "target_groups")
GLOSS = "gloss"  # the context of what published names mean; it stands beside them, and they stay as they are
FORMATS = "feedback_store/datasets"
COMMANDS = "desktop/commands"

Text = str | tuple[str, str]


def collected() -> Catalog:
    """Every text that the source holds, with the files it stands in."""
    found = Catalog(project="Preceptor", charset="utf-8")
    for path, text in _texts():
        found.add(text, locations=[(path.relative_to(ROOT).as_posix(), 0)])
    for path, text in _published():
        found.add(text, locations=[(path.relative_to(ROOT).as_posix(), 0)], context=GLOSS)
    return found


def merged(known: Catalog, found: Catalog) -> Catalog:
    """`known` with the texts of `found`: what is translated stays, what the source lacks goes."""
    known.update(found, update_header_comment=False, update_creation_date=False)
    known.obsolete.clear()
    for message in known:
        message.previous_id = []
        message.flags -= {"python-format", "python-brace-format"}  # per cent signs here are per cent signs
    return known


def catalogues() -> list[Path]:
    """The .po files of all languages."""
    return sorted(FOLDER.glob(f"*/LC_MESSAGES/{NAME}.po"))


def read(path: Path) -> Catalog:
    """A .po file; its folder names the language."""
    with path.open("rb") as file:
        return read_po(file, locale=path.parts[-3], domain=NAME, abort_invalid=True)


def write(path: Path, catalogue: Catalog) -> None:
    """The .po file, and the .mo file beside it."""
    with path.open("wb") as file:
        write_po(file, catalogue, width=120, sort_by_file=True, include_lineno=False)
    with path.with_suffix(".mo").open("wb") as file:
        write_mo(file, catalogue)


def untranslated(catalogue: Catalog) -> list[Message]:
    """The texts that nobody has translated yet, or whose translation is to be read again."""
    return [message for message in catalogue if message.id and (message.fuzzy or not _whole(message.string))]


def text_calls(tree: ast.AST) -> Iterator[ast.Call]:
    """Every call of a function that takes a text for people."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in TAKES:
            yield node


def main() -> int:
    """Bring every language up to the source; says what is left to translate, and is 1 if anything is."""
    found, left = collected(), 0
    for path in catalogues():
        catalogue = merged(read(path), found)
        write(path, catalogue)
        todo = untranslated(catalogue)
        left += len(todo)
        print(f"{path.relative_to(ROOT)}: {len(catalogue)} texts, {len(todo)} to translate")
        for message in todo:
            print(f"  {'fuzzy' if message.fuzzy else 'new'}: {message.id!r}")
    return 1 if left else 0


def _whole(string: object) -> bool:
    return all(string) if isinstance(string, list | tuple) else bool(string)


def _texts() -> Iterator[tuple[Path, Text]]:
    for path in _sources("desktop"):
        for call in text_calls(ast.parse(path.read_bytes())):
            texts = [_constant(argument) for argument in call.args[: TAKES[ast.unparse(call.func)]]]
            if len(texts) == 2 and texts[0] and texts[1]:
                yield path, (texts[0], texts[1])
            elif texts and texts[0]:
                yield path, texts[0]
    for path in lower_sources():
        for _call, told in sentences(ast.parse(path.read_bytes())):
            if text := _constant(told):
                yield path, text

    for name, table in TABLES.items():
        yield from ((ROOT / name, text) for text in table_texts(ast.parse((ROOT / name).read_bytes()), table))
    for path in sorted((ROOT / COMMANDS).glob("*.py")):
        yield from ((path, text) for text in _help_texts(ast.parse(path.read_bytes())) if text)
    for path in sorted((ROOT / FORMATS).glob("*.py")):
        for node in ast.walk(ast.parse(path.read_bytes())):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "Format":
                words = (word.value for word in node.keywords if word.arg in ("title", "explain"))
                yield from ((path, text) for word in words if (text := _constant(word)))
    for path in sorted((ROOT / RUBRICS).rglob("*.json")):
        ours = ("help", "name") if path.name == OUR_FLAGS else ("help",)
        yield from ((path, text) for text in _values(json.loads(path.read_bytes()), ours))


def lower_sources() -> list[Path]:
    """The modules of the lower packages whose sentences a trainer reads."""
    return [path for package in LOWER for path in _sources(package)]


def sentences(tree: ast.Module) -> Iterator[tuple[ast.Call, ast.expr]]:
    """What is said by a module of the lower packages: each call that words something, with the text that it is given.

    An error is worded where it is made with a code. So is a Phrase, the description of a type, and whatever a function
    or a row of a table takes under the name `template`.
    """
    takes = {"worded": 0, "Phrase": 0} | dict(_takers(tree))
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = ast.unparse(node.func).rpartition(".")[2]
        words = {word.arg: word.value for word in node.keywords}
        place = 0 if name.endswith(("Error", "Trouble")) and "code" in words else takes.get(name)
        if name == "Meta" and "description" in words:
            yield node, words["description"]
        elif place is not None and place < len(node.args):
            yield node, node.args[place]


def table_texts(tree: ast.Module, table: str) -> Iterator[str]:
    """The texts that are the values of a table of a module, or the one text that has this name."""
    for node in tree.body:
        target = node.targets[0] if isinstance(node, ast.Assign) else getattr(node, "target", None)
        if target is not None and ast.unparse(target) == table:
            held = node.value if isinstance(node, ast.Assign | ast.AnnAssign) else None
            found = held.values if isinstance(held, ast.Dict) else [held]
            yield from filter(None, (_constant(each) for each in found if each is not None))


def _takers(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """The module's functions, and classes of rows, that take a `template`, with its place among the arguments."""
    # import_forms and record_shape have it from refusals, their kind filled in; gguf has the last from header_refusals.
    imported = {"refuse": 1, "_refuse": 1, "refusal": 2}
    if any(isinstance(node, ast.ImportFrom) and "refus" in ast.unparse(node) for node in tree.body):
        yield from imported.items()
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            names = [each.arg for each in (*node.args.posonlyargs, *node.args.args) if each.arg not in ("self", "cls")]
        elif isinstance(node, ast.ClassDef):
            names = [ast.unparse(each.target) for each in node.body if isinstance(each, ast.AnnAssign)]
        else:
            continue
        if "template" in names and node.name not in ("Phrase", "ModelHeader"):
            yield node.name, names.index("template")


def _help_texts(tree: ast.Module) -> Iterator[str]:
    """What commands and options say of themselves: as click prints it, without what stands behind a form feed."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and any(_makes_command(each) for each in node.decorator_list):
            yield (ast.get_docstring(node) or "").partition("\f")[0].rstrip()
        if isinstance(node, ast.Call):
            yield from (_constant(word.value) for word in node.keywords if word.arg in ("help", "short_help"))


def _makes_command(decorator: ast.expr) -> bool:
    return isinstance(decorator, ast.Call) and ast.unparse(decorator.func).endswith((".command", ".group"))


def _published() -> Iterator[tuple[Path, str]]:
    """The names and questions in the shipped rubrics that others have published. A rubric's own name is a name."""
    for path in sorted((ROOT / RUBRICS).rglob("*.json")):
        if path.name != OUR_FLAGS:
            yield from ((path, text) for text in _names_in(json.loads(path.read_bytes())))


def _names_in(part: object) -> Iterator[str]:
    if isinstance(part, dict):
        for name, value in part.items():
            if name in GLOSSED and isinstance(value, list):
                yield from (text for each in value for text in (each.get("name"), each.get("text")) if text)
            yield from _names_in(value)
    elif isinstance(part, list):
        for value in part:
            yield from _names_in(value)


def _values(part: object, names: tuple[str, ...]) -> Iterator[str]:
    """The texts under these names, wherever they stand in a file of JSON."""
    if isinstance(part, dict):
        for name, value in part.items():
            if name in names and isinstance(value, str) and value:
                yield value
            else:
                yield from _values(value, names)
    elif isinstance(part, list):
        for value in part:
            yield from _values(value, names)


def _sources(package: str) -> list[Path]:
    """Its modules; those of the collector, which runs by itself and speaks English, are left out."""
    return [path for path in sorted((ROOT / package).rglob("*.py")) if "collector" not in path.relative_to(ROOT).parts]


def _constant(argument: ast.expr) -> str:
    """A text that is written out; "" for what is put together when the program runs."""
    return argument.value if isinstance(argument, ast.Constant) and isinstance(argument.value, str) else ""


if __name__ == "__main__":
    sys.exit(main())
