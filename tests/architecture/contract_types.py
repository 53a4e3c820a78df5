"""Two kinds of import-linter contract that .importlinter uses beside the built-in ones.

The built-in kinds see a library as one name, so they cannot tell PySide6.QtWidgets from PySide6.QtCore, and they refuse
names of modules that are not written yet. Neither kind here imports the code that it judges.
"""

from __future__ import annotations

import ast
import importlib.util
import sys
from functools import cache
from pathlib import Path

import grimp
from importlinter import Contract, ContractCheck, fields, output


def _inside(module: str, package: str) -> bool:
    return module == package or module.startswith(package + ".")


def _report(check: ContractCheck) -> None:
    for importer, imported in check.metadata["found"]:
        output.print_error(f"- {importer} -> {imported}", bold=False)
    output.new_line()


def _check(found: set[tuple[str, str]]) -> ContractCheck:
    return ContractCheck(kept=not found, metadata={"found": sorted(found)})


def _source(module: str) -> Path:
    """The file of `module`. Only its root package is looked up, which runs nothing of ours."""
    spec = importlib.util.find_spec(module.partition(".")[0])
    assert spec is not None
    assert spec.origin is not None
    path = Path(spec.origin).parent.joinpath(*module.split(".")[1:])
    module_file = path.with_suffix(".py")
    return module_file if module_file.exists() else path / "__init__.py"  # a folder of data may bear the same name


@cache
def _names_imported(source: bytes) -> tuple[str, ...]:
    """Every dotted name that an import statement of this source could mean, `from a import b` as `a.b` too.

    Read once for all contracts, and for all offences that leave it as it is.
    """
    found: list[str] = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found += (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found += (f"{node.module}.{alias.name}" for alias in node.names)
    return tuple(found)


class Exclusive(Contract):
    """Only `importers`, and what lies in them, import `module` (a module of ours, a library, or a part of one)."""

    type_name = "exclusive"

    module = fields.StringField()
    importers = fields.ListField(subfield=fields.StringField())

    def check(self, graph: grimp.ImportGraph, verbose: bool) -> ContractCheck:
        wanted = str(self.module)
        allowed = [*map(str, self.importers), wanted]  # type: ignore[call-overload]
        roots = self.session_options["root_packages"]
        library = wanted.split(".")[0] not in roots
        known = wanted.split(".")[0] if library else wanted  # the graph knows a library by its first name
        if known not in graph.modules:
            return _check(set())
        found = {
            (importer, wanted)
            for importer in graph.find_modules_that_directly_import(known, as_package=not library)
            if not any(_inside(importer, package) for package in allowed)
        }
        if library and known != wanted:
            found = {
                (importer, wanted)
                for importer, _ in found
                if any(_inside(name, wanted) for name in _names_imported(_source(importer).read_bytes()))
            }
        return _check(found)

    def render_broken_contract(self, check: ContractCheck) -> None:
        _report(check)


class NothingBut(Contract):
    """What lies in `modules` imports nothing of ours but `allowed`; nothing of others' either, if that is said."""

    type_name = "nothing_but"

    modules = fields.ListField(subfield=fields.StringField())
    allowed = fields.ListField(subfield=fields.StringField())
    standard_library_only = fields.BooleanField(required=False, default=False)

    def check(self, graph: grimp.ImportGraph, verbose: bool) -> ContractCheck:
        found: set[tuple[str, str]] = set()
        for package in map(str, self.modules):  # type: ignore[call-overload]
            allowed = [*map(str, self.allowed), package]  # type: ignore[call-overload]
            for module in graph.modules:
                if not _inside(module, package):
                    continue
                for imported in graph.find_modules_directly_imported_by(module):
                    if not self._is_fine(imported, allowed):
                        found.add((module, imported))
        return _check(found)

    def _is_fine(self, imported: str, allowed: list[str]) -> bool:
        root = imported.split(".")[0]
        if root in self.session_options["root_packages"]:
            return any(_inside(imported, package) for package in allowed)
        return not self.standard_library_only or root in sys.stdlib_module_names

    def render_broken_contract(self, check: ContractCheck) -> None:
        _report(check)
