"""The command line as a whole: instant help, documented commands, one sentence an error."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from desktop import VERSION
from desktop.commands.asking import Caller
from desktop.commands.endings import write_report
from desktop.commands.program import COMMANDS, program
from desktop.commands.reference import every_command, markdown
from desktop.commands.refusal import Refused
from desktop.flow.start_wish import NOTHING, StartWish

ROOT = Path(__file__).resolve().parents[2]
HEAVY = ("PySide6", "numpy", "sqlite_utils", "llama_cpp", "httpx", "cryptography", "msgspec")


EVERY_COMMAND = dict(every_command(program, click.Context(program)))
GROUPS = {path[0] for path in EVERY_COMMAND if len(path) > 1}


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys; sys.argv = ['preceptor', '--help']\n"
        "from desktop.__main__ import main\n"
        "try: main()\n"
        "finally: print(*sorted(sys.modules), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert "generate" in done.stdout
    loaded = set(done.stderr.split())
    assert not [name for name in loaded if name.split(".")[0] in HEAVY]


def test_the_table_says_what_each_command_says_of_itself() -> None:
    for name, (_, text) in COMMANDS.items():
        assert EVERY_COMMAND[(name,)].get_short_help_str(100) == text


def test_version_is_that_of_the_project_file() -> None:
    assert tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"] == VERSION
    assert CliRunner().invoke(program, ["--version"]).output == f"preceptor, version {VERSION}\n"


@pytest.mark.parametrize("path", sorted(EVERY_COMMAND), ids=" ".join)
def test_every_command_and_option_explains_itself(path: tuple[str, ...]) -> None:
    command = EVERY_COMMAND[path]
    assert command.help
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            assert parameter.help, f"{' '.join(path)} {parameter.opts[0]}"
    shown = CliRunner().invoke(program, [*path, "--help"])
    assert shown.exit_code == 0
    assert shown.output.startswith("Usage: ")


def test_every_command_and_option_is_documented() -> None:
    written = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    assert written == markdown(), "make it anew: python -m desktop.commands.reference > docs/commands.md"


def commands_in(file: Path) -> set[tuple[str, ...]]:
    """The commands that a file's texts name: `preceptor` and one word, or two after the name of a group."""
    texts = [
        node.value
        for node in ast.walk(ast.parse(file.read_bytes()))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    found = re.findall(r"\bpreceptor ([a-z]+)(?: ([a-z]+))?", "\n".join(texts))
    return {(first, second) if first in GROUPS and second else (first,) for first, second in found}


def test_every_command_that_a_sentence_offers_exists() -> None:
    """The way out of a damaged key was once a command that there was not."""
    offered = {
        (file.name, command)
        for package in ("desktop", "feedback_store", "local_models")
        for file in (ROOT / package).rglob("*.py")
        for command in commands_in(file)
    }
    assert len(offered) > 20
    assert [each for each in sorted(offered) if each[1] not in EVERY_COMMAND] == []


def test_wrong_usage_ends_with_2() -> None:
    for arguments in (["nix"], ["generate"], ["generate", "-n", "0", "x"], ["--nix"]):
        done = CliRunner().invoke(program, arguments)
        assert done.exit_code == 2
        assert "Traceback" not in done.output


def raising(error: BaseException, monkeypatch: pytest.MonkeyPatch) -> None:
    @click.command()
    def broken() -> None:
        raise error

    monkeypatch.setattr("desktop.commands.rubrics.rubrics", broken)


@pytest.mark.parametrize(
    ("error", "status", "said"),
    [
        (Refused("No."), 1, "preceptor: No.\n"),
        (OSError(28, "No space left on device"), 1, "preceptor: The disk is full."),
        (PermissionError(13, "Permission denied", "/x"), 1, "preceptor: This may not be read or written (/x)."),
        (MemoryError(), 1, "preceptor: There is not enough memory"),
        (KeyboardInterrupt(), 130, ""),
        (BrokenPipeError(), 141, ""),
    ],
)
def test_errors_end_in_one_sentence(
    error: BaseException, status: int, said: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    raising(error, monkeypatch)
    done = CliRunner().invoke(program, ["--profile", str(tmp_path), "rubrics"])
    assert done.exit_code == status
    assert done.stderr.startswith(said)
    assert done.stderr.count("\n") == (1 if said else 0)
    assert done.stdout == ""


def test_a_bug_of_ours_is_written_down_without_a_word_of_the_trainers(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    raising(KeyError("the trainer's private words"), monkeypatch)
    done = CliRunner().invoke(program, ["--profile", str(tmp_path), "rubrics"])
    (report,) = (tmp_path / "logs").iterdir()
    assert done.exit_code == 1
    assert str(report) in done.stderr
    assert "Traceback" not in done.output
    text = report.read_text(encoding="utf-8")
    assert "builtins.KeyError" in text
    assert "test_commands_program.py" in text
    assert "private" not in text


def test_a_report_names_what_caused_an_error(tmp_path: Path) -> None:
    try:
        try:
            raise ValueError("inner")
        except ValueError as inner:
            raise RuntimeError("outer") from inner
    except RuntimeError as error:
        text = write_report(error, tmp_path, "x").read_text(encoding="utf-8")
    assert text.index("builtins.RuntimeError") < text.index("builtins.ValueError")


def test_without_a_command_the_window_opens_on_the_profile(tmp_path: Path) -> None:
    assert opened_by(["--profile", str(tmp_path)]) == [(tmp_path, NOTHING)]


def opened_by(words: list[str]) -> list[tuple[Path, StartWish]]:
    """With what the window is opened; nothing where the words are refused."""
    opened: list[tuple[Path, StartWish]] = []

    def open_window(folder: Path, wish: StartWish) -> int:
        opened.append((folder, wish))
        return 0

    done = CliRunner().invoke(program, words, obj=Caller(open_window=open_window))
    assert (done.exit_code == 0) == bool(opened), done.output
    return opened


def test_a_start_says_which_file_project_and_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("Model.GGUF", "ada.preceptor", "x.receipts", "notes.txt"):
        (tmp_path / name).write_bytes(b"")
    (tmp_path / "blob").write_bytes(b"")
    (tmp_path / "linked.gguf").symlink_to("blob")
    profile, given = ["--profile", "there"], Path("there")
    assert opened_by([*profile, "open", "--project", "Night shift", "--room", "records"]) == [
        (given, StartWish("Night shift", "records"))
    ]
    for name in ("Model.GGUF", "ada.preceptor", "x.receipts", "linked.gguf"):
        wish = StartWish(file=tmp_path / name)
        assert opened_by([*profile, "open", name]) == opened_by([*profile, name]) == [(given, wish)]
    for refused in (
        ["open", "notes.txt"],
        ["notes.txt"],
        ["open", "gone.gguf"],
        ["gone.gguf"],
        ["open", "--room", "x"],
    ):
        assert opened_by([*profile, *refused]) == []
    assert opened_by([*profile, "open", "--project", "x" * 201]) == []


def test_the_profile_is_named_before_or_after_the_command_or_by_the_environment(tmp_path: Path) -> None:
    seen: list[Path] = []
    for arguments in (["--profile", str(tmp_path), "models", "list"], ["models", "list", "--profile", str(tmp_path)]):
        caller = Caller()
        assert CliRunner().invoke(program, arguments, obj=caller).exit_code == 0
        seen.append(caller.folder)
    caller = Caller()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PRECEPTOR_HOME", str(tmp_path))
        seen.append(caller.folder)
    assert seen == [tmp_path] * 3


def test_a_terminal_that_lacks_characters_gets_question_marks_and_programs_get_utf8(tmp_path: Path) -> None:
    def shown(*more: str) -> bytes:
        command = [sys.executable, "-m", "desktop", "rubrics", "show", "helpsteer2", *more]
        environment = {**os.environ, "PYTHONIOENCODING": "latin-1", "PRECEPTOR_HOME": str(tmp_path)}
        return subprocess.run(command, capture_output=True, check=True, env=environment).stdout

    assert b"(0?4)" in shown()
    assert json.loads(shown("--json").decode("utf-8"))["id"] == "helpsteer2"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows closes no stream that way")
@pytest.mark.parametrize("end", [">&-", ">/dev/full", "<&- >&- 2>&-"])
@pytest.mark.parametrize(
    "words",
    ["--help", "--version", "export --list", "records --help", "records list", "project list --json", "rubrics list"],
)
def test_where_nothing_can_be_printed_a_command_ends_with_1_and_a_sentence(
    words: str, end: str, tmp_path: Path
) -> None:
    """A closed output was told as a bug of ours, and --help onto a full disk ended in a traceback."""
    CliRunner().invoke(program, ["--profile", str(tmp_path), "project", "new", "Some"], obj=Caller())
    done = subprocess.run(
        f'"{sys.executable}" -m desktop {words} {end}',
        shell=True,
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PRECEPTOR_HOME": str(tmp_path), "LANGUAGE": "en"},
    )
    assert done.returncode == 1
    assert done.stdout == ""
    said = {">&-": "the output is closed", ">/dev/full": "The disk is full"}.get(end)
    assert done.stderr.startswith("preceptor: ") and said in done.stderr if said else done.stderr == ""
    assert done.stderr.count("\n") == (1 if said else 0)
    assert not (tmp_path / "logs").exists()


def test_a_file_of_judgements_in_place_of_a_command_is_told_how_it_is_taken_in() -> None:
    done = CliRunner().invoke(program, ["judged.jsonl"], obj=Caller(), prog_name="preceptor")
    assert done.exit_code == 2 and "preceptor records import judged.jsonl" in done.output


def test_who_asks_for_dpo_is_told_what_the_formats_are_called() -> None:
    done = CliRunner().invoke(program, ["export", "--as", "DPO", "--out", "x"], obj=Caller(), prog_name="preceptor")
    assert done.exit_code == 2 and "--as preference" in done.output
