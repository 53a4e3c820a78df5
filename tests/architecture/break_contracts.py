"""Breaks one import rule after the other in a copy of the source, and writes down which contracts turned red.

    python tests/architecture/break_contracts.py RESULT.json        (in the copy's root)

A process of its own, because import-linter looks our packages up by name and must find the copy, not the original.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

COPY = Path.cwd()
sys.path.insert(0, str(COPY))  # before import-linter is asked for any package

from importlinter import configuration  # noqa: E402  (it, too, has to find the copy)
from importlinter.application import use_cases  # noqa: E402
from offences import OFFENCES, Offence  # noqa: E402


def red() -> list[str]:
    """The ids of the contracts that the copy breaks now."""
    options = use_cases.read_user_options(".importlinter")
    report = use_cases.create_report(options, cache_dir=str(COPY / "imports kept"))  # by each file's time of change
    ids = {entry["name"]: entry["id"] for entry in options.contracts_options}
    if report.invalid_contract_options:
        return [f"invalid: {name}" for name in report.invalid_contract_options]
    return sorted(ids[contract.name] for contract, check in report.get_contracts_and_checks() if not check.kept)


def red_with(offence: Offence) -> list[str]:
    """The same with one offence committed; the copy is put back."""
    before: list[tuple[Path, bytes | None]] = []
    for where, statement in ((offence.where, offence.statement), *offence.beside):
        path = COPY / where
        for folder in reversed(path.relative_to(COPY).parents[:-1]):
            if (package := COPY / folder).is_dir() and (package / "__init__.py").exists():
                continue
            package.mkdir(exist_ok=True)
            (package / "__init__.py").touch()
        old = path.read_bytes() if path.exists() else None
        before.append((path, old))
        path.write_bytes((old or b"") + b"\n" + statement.encode() + b"\n")
    found = red()
    for path, old in reversed(before):
        if old is None:
            path.unlink()
        else:
            path.write_bytes(old)
    return found


if __name__ == "__main__":
    configuration.configure()
    use_cases._register_built_in_contract_types()  # lint-imports does; there is no public name for it
    results = {"": red(), **{offence.rule: red_with(offence) for offence in OFFENCES}}
    Path(sys.argv[1]).write_text(json.dumps(results))
