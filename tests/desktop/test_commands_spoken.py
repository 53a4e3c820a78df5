"""Help, usage and argument errors speak the trainer's language: of the profile, else of the environment."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from command_line import preceptor

from desktop.commands.program import COMMANDS, program
from desktop.commands.reference import every_command
from desktop.commands.spoken import of_click
from desktop.flow import languages, wording
from feedback_store.glance import setting
from feedback_store.records import App
from feedback_store.store import Store

EVERY_COMMAND = dict(every_command(program, click.Context(program)))
# What only a programmer meets, or a command that none of ours is: an editor, a flag's mistake, a shell's completion.
NOT_MET = {
    "d", "{editor}: Editing failed", "{editor}: Editing failed: {e}", "Windows error: {error}", "deprecated",
    "Value must be an iterable.", "DeprecationWarning: The command {name!r} is deprecated.{extra_message}",
    "DeprecationWarning: The {param_type} {name!r} is deprecated.{extra_message}", "Name '{name}' defined twice",
    "Could not determine name for option with declarations {decls!r}", "Confirm the action without prompting.",
    "No options defined but a name was passed ({name}). Did you mean to declare an argument instead? Did you mean to "
    "pass '--{name}'?", "Arguments take exactly one parameter declaration, got {length}: {decls}.",
    "Boolean option {decl!r} cannot use the same flag for true/false.", "Do you want to continue?",
    "Invalid start character for option ({option})", "Press any key to continue...", "Unknown color {colour!r}",
    "Couldn't detect Bash version, shell completion is not supported.", "Choice({choices})",
    "Shell completion is not supported for Bash versions older than 4.4.", "Unknown standard stream '{name}'",
    "{value!r} does not match the format {format}.", "{value!r} is not a valid UUID.",
}  # fmt: skip


@pytest.fixture
def german(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    monkeypatch.setenv("LANGUAGE", "de")
    monkeypatch.setenv("PRECEPTOR_HOME", str(tmp_path))
    yield
    wording.use_language("en")


def speak(folder: Path, language: str) -> None:
    store = Store.open(folder, app=App("preceptor", "test"))
    store.settings.set(languages.SETTING, language).result()
    store.close()


def test_every_text_of_click_that_can_be_met_is_in_the_catalogue() -> None:
    said = set()
    for path in Path(click.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_bytes())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("_", "ngettext"):
                said |= {each.value for each in node.args[:1] if isinstance(each, ast.Constant)}
    assert said - NOT_MET == set(of_click())


@pytest.mark.parametrize("path", [(), *sorted(EVERY_COMMAND)], ids=" ".join)
def test_the_help_of_every_command_is_german(german: None, path: tuple[str, ...]) -> None:
    shown = CliRunner().invoke(program, [*path, "--help"], prog_name="preceptor").output
    assert shown.startswith("Aufruf: ")
    told = " ".join(shown.split())
    command = EVERY_COMMAND[path] if path else program
    english = [command.help or "", *(each.help or "" for each in command.params if isinstance(each, click.Option))]
    english += ["Show this message and exit.", "Options:", "default:"]
    if isinstance(command, click.Group):
        english += [each.short_help or "" for name, each in EVERY_COMMAND.items() if name[:-1] == path]
    left = [each for each in english if each and " ".join(each.split()) in told]
    assert left == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("records", "show"), "Fehler: Es fehlt die Angabe 'ID'."),
        (("records", "list", "--nix"), "Fehler: Es gibt keine Option '--nix'."),
        (("quatsch",), "Fehler: Es gibt keinen Befehl 'quatsch'."),
        (("models", "bench", "-k", "99"), "99 liegt nicht im Bereich 1<=x<=16."),
        (("keys", "show", "--project"), "Fehler: Die Option '--project' braucht einen Wert."),
    ],
)
def test_wrong_usage_is_said_in_german(german: None, words: tuple[str, ...], said: str) -> None:
    done = CliRunner().invoke(program, list(words), prog_name="preceptor")
    assert done.exit_code == 2
    assert said in done.stderr
    assert not [word for word in ("Error", "Usage", "Try ") if word in done.stderr]


def test_help_speaks_the_profiles_language_before_the_systems(tmp_path: Path) -> None:
    asked = ("--profile", tmp_path, "records", "--help")
    speak(tmp_path, "de")
    for arguments in (asked, (f"--profile={tmp_path}", "records", "--help"), ("records", "--help")):
        assert preceptor(*arguments, profile=tmp_path).out.startswith("Aufruf: ")
    speak(tmp_path, "en")
    assert preceptor(*asked, profile=tmp_path, env={"LANGUAGE": "de"}).out.startswith("Usage: ")
    speak(tmp_path, "system")
    assert preceptor(*asked, profile=tmp_path, env={"LANGUAGE": "de"}).out.startswith("Aufruf: ")


def test_a_glance_at_a_profile_makes_nothing_and_never_fails(tmp_path: Path) -> None:
    assert setting(tmp_path / "none", "language") is None
    assert not (tmp_path / "none").exists()
    (tmp_path / "preceptor.sqlite3").write_bytes(b"no database")
    assert setting(tmp_path, "language") is None
    (tmp_path / "preceptor.sqlite3").unlink()
    speak(tmp_path, "de")
    assert setting(tmp_path, "language") == "de"
    assert setting(tmp_path, "no such thing") is None


@pytest.mark.long
def test_what_programs_read_is_english(tmp_path: Path) -> None:
    german = {"LANGUAGE": "de"}
    file = tmp_path / "lines.jsonl"
    file.write_text('{"prompt": "Why?"}\n', encoding="utf-8")
    done = preceptor("records", "import", file, "--trainer", "me", "--json", profile=tmp_path / "p", env=german)
    assert json.loads(done.out)["refused"][0]["error"] == "$.candidates: A judgement needs candidates."
    assert "lines.jsonl, Zeile 1, candidates: Ein Urteil braucht Antworten" in done.err
    found = json.loads(preceptor("doctor", "--json", profile=tmp_path / "p", env=german, timeout=240).out)
    assert any(each["text"].startswith("The database is whole") for each in found)


def test_the_table_of_commands_is_german_too(german: None) -> None:
    shown = CliRunner().invoke(program, ["--help"], prog_name="preceptor").output
    assert not [about for _module, about in COMMANDS.values() if about in shown]
