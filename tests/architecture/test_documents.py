"""What the documents name is there: files, functions, commands with their options, recipes."""

from __future__ import annotations

import ast
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from desktop.commands.program import program

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("desktop", "local_models", "feedback_store", "installers")
# A decision says how things were when it was taken, and the changelog what changed; neither is brought up to date.
DOCUMENTS = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md")),
    *sorted(ROOT.glob("docs/*.md")),
    *sorted(ROOT.glob("docs/guide/*.md")),
]
EVERYWHERE = pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))

# Paths that a document names and that appear only when something was done.
MADE_LATER = {"docs/soak", ".venv", ".venv/bin/preceptor", ".venv/bin", ".venv/bin/just"}


def _code(text: str) -> Iterator[str]:
    """Every piece of code in the text: between backticks, and lines set in by four spaces."""
    prose = re.sub(r"^ {4}.*$", "", text, flags=re.MULTILINE)
    yield from (" ".join(piece.split()) for piece in re.findall(r"`([^`]+)`", prose))
    yield from re.findall(r"^ {4}(\S.*)$", text, flags=re.MULTILINE)


@EVERYWHERE
def test_every_link_leads_somewhere(document: Path) -> None:
    links = re.findall(r"\]\(([^)#\s]+)[^)]*\)", document.read_text(encoding="utf-8"))
    local = [link for link in links if "://" not in link]
    assert [link for link in local if not (document.parent / link).exists()] == []


@EVERYWHERE
def test_every_path_is_there(document: Path) -> None:
    named = [
        code for code in _code(document.read_text(encoding="utf-8")) if re.fullmatch(r"\.?[\w.-]+(/[\w.-]*)+", code)
    ]
    places = (ROOT, document.parent, *(ROOT / package for package in PACKAGES))
    gone = [name for name in named if not any((place / name).exists() for place in places)]
    assert [name for name in gone if name.rstrip("/") not in MADE_LATER] == []


@EVERYWHERE
def test_every_file_of_code_is_there(document: Path) -> None:
    named = {
        code for code in _code(document.read_text(encoding="utf-8")) if re.fullmatch(r"\w+\.(py|in|txt|toml)", code)
    }
    there = {path.name for package in (*PACKAGES, "tests", "docs") for path in (ROOT / package).rglob("*.*")}
    assert named - there - {path.name for path in ROOT.iterdir()} == set()


class _Names:
    """What the code defines: modules, and in modules and classes the functions, methods and assigned names."""

    def __init__(self) -> None:
        self.owned: dict[str, set[str]] = {}
        for package in PACKAGES:
            for path in (ROOT / package).rglob("*.py"):
                module = path.stem if path.stem != "__init__" else path.parent.name
                self._take(module, ast.parse(path.read_bytes()).body)

    def _take(self, owner: str, body: list[ast.stmt]) -> None:
        names = self.owned.setdefault(owner, set())
        for node in body:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                names.add(node.name)
                names.update(_assigned_to_self(node))
            elif isinstance(node, ast.ClassDef):
                names.add(node.name)
                self._take(node.name, node.body)
                for base in node.bases:  # what is inherited can be named too
                    self.owned[node.name] |= self.owned.get(ast.unparse(base), set())
            elif isinstance(node, ast.AnnAssign | ast.Assign):
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                names.update(target.id for target in targets if isinstance(target, ast.Name))

    def know(self, name: str) -> bool:
        owner, _, part = name.rpartition(".")
        if not owner:
            return name in self.owned or any(name in names for names in self.owned.values())
        return part in self.owned.get(owner.rpartition(".")[2], set())


def _assigned_to_self(function: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[str]:
    for node in ast.walk(function):
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            yield node.attr


def test_every_name_of_the_architecture_stands_in_the_code() -> None:
    names = _Names()
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    named = {code for code in _code(text) if re.fullmatch(r"[A-Za-z_]\w*(\.\w+)*", code)}
    libraries = {"llama_memory_seq_cp", "preceptor"}
    assert sorted(name for name in named - libraries if not names.know(name)) == []


def _commands(text: str) -> Iterator[list[str]]:
    """The words of every `preceptor …` in the text, without what the shell takes from them."""
    for code in _code(text):
        for part in re.split(r"\s(?:\||&&|>)\s", code):
            if part.startswith("preceptor ") and "…" not in part:
                yield shlex.split(part)[1:]


def _resolved(words: list[str]) -> tuple[click.Command, list[str]]:
    """The command that the words lead to, and those that are left."""
    command: click.Command = program
    while words and isinstance(command, click.Group):
        found = command.get_command(click.Context(command), words[0])
        if found is None:
            break
        command, words = found, words[1:]
    return command, words


def _options(command: click.Command) -> set[str]:
    return {option for each in command.params for option in (*each.opts, *each.secondary_opts)} | {"--help", "-h"}


@EVERYWHERE
def test_every_command_and_option_is_there(document: Path) -> None:
    unknown = []
    for words in _commands(document.read_text(encoding="utf-8")):
        command, rest = _resolved(words)
        options = {word.partition("=")[0] for word in rest if len(word) > 1 and word.startswith("-")}
        no_command = isinstance(command, click.Group) and bool(rest) and rest[0][0].islower()
        if no_command or options - _options(command) - _options(program):
            unknown.append(words)
    assert unknown == []


@EVERYWHERE
def test_every_recipe_is_there(document: Path) -> None:
    recipes = set(
        re.findall(r"^([\w-]+)(?: \*ARGS)?:", (ROOT / "justfile").read_text(encoding="utf-8"), flags=re.MULTILINE)
    )
    named = [re.match(r"just ([\w-]+)", code) for code in _code(document.read_text(encoding="utf-8"))]
    assert {found[1] for found in named if found} - recipes == set()


def test_how_long_the_trial_takes_is_told_in_one_way() -> None:
    """Half a minute was announced for what takes four seconds on a quiet machine, and forty on a busy one."""
    told = " ".join((program.get_command(click.Context(program), "try").help or "").split())  # type: ignore[union-attr]
    assert "some seconds, up to a minute where the machine is slow or busy" in told
    assert "some seconds, up to a minute on a slow or busy machine" in (ROOT / "README.md").read_text(encoding="utf-8")


THREATS = re.findall(
    r"^\| (T\d+) \|[^|]*\|([^|]*)\|$", (ROOT / "docs/threats.md").read_text(encoding="utf-8"), re.MULTILINE
)


@pytest.mark.parametrize(("number", "files"), THREATS, ids=[number for number, _files in THREATS])
def test_each_threat_is_named_by_the_tests_that_are_about_it(number: str, files: str) -> None:
    named = re.findall(r"`(\w+\.py)`", files)
    assert named
    for name in named:
        (path,) = (ROOT / "tests").rglob(name)
        assert re.search(rf"\b{number}\b|_{number.lower()}_", path.read_text(encoding="utf-8")), name


def test_no_threat_is_left_out() -> None:
    assert [number for number, _files in THREATS] == [f"T{number}" for number in range(1, 26)]
