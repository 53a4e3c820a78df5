"""The German catalogue says all that the source says, and nothing else; `just translations` keeps it so."""

from __future__ import annotations

import ast
import re
import string
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import read_mo
from command_line import preceptor
from pseudo_locale import CLOSE, LONGER, OPEN, pseudo, speaking_pseudo

from desktop.flow import wording
from desktop.flow.wording import gettext, gloss, glossed, named, ngettext, sentence
from feedback_store import records, rubrics, trouble
from feedback_store.errors import BatchError, CanonicalError, RecordError, StoreError
from feedback_store.record_parts import Rating
from feedback_store.refusals import convert
from local_models.errors import EngineError, Phrase, RequestError
from local_models.events import Failed
from local_models.failures import error_of, failed
from local_models.wire import read_event, to_line

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "installers"))

import translations  # noqa: E402  (the set-up's modules lie side by side in installers/)

CATALOGUES = {path.parts[-3]: translations.read(path) for path in translations.catalogues()}
MESSAGES = [(message, code) for code, catalogue in CATALOGUES.items() for message in catalogue if message.id]

# Texts that are the same in German, by the reason.
SAME = {
    "only what others say stands in it": {
        "{file}: {reason}",
        "{file}, {field}: {reason}",
        "{judgements}, {withdrawals}",
    },
    "the word is German too": {
        "App",
        "Blind",
        "Browser",
        "Code",
        "Code: {code}",
        "Format",
        "Name",
        "Normal",
        "Original",
        "Original {}",
        "{judgements} in {deliveries}",
        "Server",
        "System",
        "Threads",
        "Passphrase",
        "Prompt",
        "Religion",
    },
    "a name": {"SHA-256", "Preceptor {version}"},
    "the month is called so in German": {"April", "August", "September", "November"},
    "units and values only": {
        "{count} h",
        "{count} s",
        "{count} min",
        "{count} ms",
        "{day}, {clock}",
        "{percent} %",
        "In {seconds} s.",
        "{count} × {reason}",
        "{first}, {second}",
        "{first}; {second}",
        "{project} ({team})",
        "{why} (in {folder})",
    },
}

# What stands for itself and is typed, pressed or set: it stays as it is.
KEPT = re.compile(
    r"`[^`]+`|(?<![\w}-])--?[a-z][a-z0-9-]*|preceptor [a-z]+(?: [a-z]+)*|pip install \S+|https?://\S+|\*\.\w+|\.gguf"
    r"|PRECEPTOR_\w+|(?<![\w{])[A-Z]+(?:/[A-Z]+)+|(?<!\w)(?:ADDRESS|FILE|FOLDER|NAME|ID)(?!\w)|\w+\.(?:md|py)"
    r"|(?:Ctrl|Strg|Alt|Shift|Umschalt)(?:\+\S)?|Esc\b|Enter\b|Eingabetaste\b|Tab\b|↵|\t"
)
# Keys have the names of a German keyboard.
GERMAN_KEYS = {"Ctrl": "Strg", "Shift": "Umschalt", "Enter": "Eingabetaste"}
ENDS = ("…", ":", "?", ".", " ", "\n")


def originals(message: Message) -> list[str]:
    return [message.id] if isinstance(message.id, str) else list(message.id)


def pairs(message: Message) -> list[tuple[str, str]]:
    """Every form with its original."""
    given = [message.string] if isinstance(message.string, str) else list(message.string)
    return list(zip(originals(message), given, strict=True))


def fields(text: str) -> list[tuple[str, str, str]]:
    """The placeholders of a text: name, conversion, format."""
    found = string.Formatter().parse(text)
    return sorted((name, form or "", how or "") for _, name, form, how in found if name is not None)


def on_a_german_keyboard(kept: str) -> str:
    key, plus, other = kept.partition("+")
    return GERMAN_KEYS.get(key, key) + plus + other


def ids(catalogue: Catalog) -> set[str | tuple[str, ...]]:
    return {message.id if isinstance(message.id, str) else tuple(message.id) for message in catalogue if message.id}


def said(catalogue: Catalog) -> dict[str, str]:
    """Every form by its original, for plurals joined."""
    return {"\n".join(originals(m)): "\n".join(form for _, form in pairs(m)) for m in catalogue if m.id}


def every(wrong: str, found: list[object]) -> None:
    assert found == [], f"{wrong}; edit the .po file, then: just translations"


@pytest.fixture
def german() -> Iterator[None]:
    wording.use_language("de")
    yield
    wording.use_language("en")


@pytest.mark.parametrize(("name", "table"), translations.TABLES.items())
def test_a_table_of_sentences_is_where_it_is_looked_for(name: str, table: str) -> None:
    assert [*translations.table_texts(ast.parse((translations.ROOT / name).read_bytes()), table)]


def test_there_is_german() -> None:
    assert "de" in CATALOGUES


@pytest.mark.parametrize("code", CATALOGUES)
def test_the_catalogue_holds_the_texts_of_the_source_and_no_others(code: str) -> None:
    known, found = ids(CATALOGUES[code]), ids(translations.collected())
    assert (found - known, known - found) == (set(), set()), "run: just translations"
    assert not CATALOGUES[code].obsolete


def test_every_text_is_written_out_where_it_is_translated() -> None:
    """What is put together first is in no catalogue. Only wording.py passes texts on."""
    loose = []
    for path in sorted((ROOT / "desktop").rglob("*.py")):
        for call in translations.text_calls(ast.parse(path.read_bytes())):
            texts = call.args[: translations.TAKES[ast.unparse(call.func)]]
            if not all(isinstance(text, ast.Constant) for text in texts) and path.name != "wording.py":
                loose.append(f"{path.relative_to(ROOT)}:{call.lineno}: {ast.unparse(call)}")
    assert loose == []


@pytest.mark.parametrize("code", CATALOGUES)
def test_everything_is_translated_and_nothing_is_to_be_read_again(code: str) -> None:
    every("not translated, or fuzzy", [message.id for message in translations.untranslated(CATALOGUES[code])])


@pytest.mark.parametrize("code", CATALOGUES)
def test_a_text_with_a_number_has_a_form_for_one_and_one_for_many(code: str) -> None:
    plural = [message for message in CATALOGUES[code] if message.pluralizable]
    assert plural
    every(
        "a form is missing",
        [m.id for m in plural if len(m.string) != CATALOGUES[code].num_plurals or not all(m.string)],
    )


def test_the_placeholders_of_the_original_stand_in_the_translation_and_no_others() -> None:
    each = [pair for message, _ in MESSAGES for pair in pairs(message)]
    every("other placeholders", [pair for pair in each if fields(pair[0]) != fields(pair[1])])


def test_what_is_typed_or_pressed_stays_as_it_is() -> None:
    each = [pair for message, _ in MESSAGES for pair in pairs(message)]
    every(
        "a key, a command or an option is missing",
        [p for p in each if sorted(map(on_a_german_keyboard, KEPT.findall(p[0]))) != sorted(KEPT.findall(p[1]))],
    )


def test_a_translation_begins_and_ends_as_its_original() -> None:
    each = [pair for message, _ in MESSAGES for pair in pairs(message)]
    every(
        "another end", [p for p in each if [p[0].endswith(end) for end in ENDS] != [p[1].endswith(end) for end in ENDS]]
    )
    every("another beginning", [p for p in each if (p[0][0] in " ,") != (p[1][0] in " ,")])


def test_a_translation_differs_from_its_original_unless_there_is_a_reason() -> None:
    allowed = set().union(*SAME.values())
    same = {one for message, _ in MESSAGES for one, other in pairs(message) if one == other}
    assert same - allowed == set(), "translate it, or give the reason in SAME"
    assert allowed - same == set(), "these need no reason any more"


@pytest.mark.parametrize("code", CATALOGUES)
def test_the_compiled_file_says_what_the_catalogue_says(code: str) -> None:
    path = next(path for path in translations.catalogues() if path.parts[-3] == code)
    with path.with_suffix(".mo").open("rb") as file:
        compiled = read_mo(file)
    assert said(compiled) == said(CATALOGUES[code]), "run: just translations"


def test_collecting_again_changes_nothing(tmp_path: Path) -> None:
    for path in translations.catalogues():
        again = tmp_path / path.parts[-3] / path.name
        again.parent.mkdir()
        translations.write(again, translations.merged(translations.read(path), translations.collected()))
        assert again.read_bytes() == path.read_bytes(), "run: just translations"


def test_a_changed_text_keeps_its_translation_to_be_read_again_and_a_removed_one_goes() -> None:
    known = Catalog(locale="de")
    known.add("The answer failed.", "Die Antwort ist fehlgeschlagen.")
    known.add("Something of the past", "Etwas Vergangenes")
    known.add("Close", "Schließen")
    found = Catalog()
    for text in ("This answer failed.", "Close", "Quite another sentence, and new"):
        found.add(text)
    merged = translations.merged(known, found)
    assert ids(merged) == {"This answer failed.", "Close", "Quite another sentence, and new"}
    assert merged["Close"].string == "Schließen" and not merged["Close"].fuzzy
    assert (
        merged["This answer failed."].string == "Die Antwort ist fehlgeschlagen."
        and merged["This answer failed."].fuzzy
    )
    assert {str(message.id) for message in translations.untranslated(merged)} == {
        "This answer failed.",
        "Quite another sentence, and new",
    }


# What passes a sentence on that was written out elsewhere: a helper's own argument, a table that is collected.
PASSED_ON = re.compile(rf"(?:.*\.)?template|(?:{'|'.join(set(translations.TABLES.values()))})(?:\[\w+\])?")


def test_every_sentence_of_the_lower_packages_is_written_out_where_it_is_made() -> None:
    """So it is in the catalogue, or the test of the whole catalogue fails: no error reaches the window untranslated."""
    loose = []
    for path in translations.lower_sources():
        for call, told in translations.sentences(ast.parse(path.read_bytes())):
            written = isinstance(told, ast.Constant) and isinstance(told.value, str)
            if not written and PASSED_ON.fullmatch(ast.unparse(told)) is None:
                loose.append(f"{path.relative_to(ROOT)}:{call.lineno}: {ast.unparse(call)}")
    assert loose == [], "write the sentence out, with its values by name: worded(…)"


def test_no_sentence_of_the_lower_packages_is_made_without_its_values() -> None:
    """Braces stand for values, so an error with values is `worded`."""
    bare = []
    for path in translations.lower_sources():
        for call, told in translations.sentences(ast.parse(path.read_bytes())):
            makes = ast.unparse(call.func).endswith(("Error", "Trouble"))
            if makes and isinstance(told, ast.Constant) and set("{}") & set(told.value):
                bare.append(f"{path.relative_to(ROOT)}:{call.lineno}: {ast.unparse(call)}")
    assert bare == []


@pytest.mark.parametrize("kind", [StoreError, EngineError])
def test_an_error_says_its_template_with_its_values(kind: type[StoreError | EngineError]) -> None:
    error = kind.worded("{name!r} has {count:,} parts.", code="x", name="it", count=1234)
    assert (str(error), error.template) == ("'it' has 1,234 parts.", "{name!r} has {count:,} parts.")
    assert sentence(error) == "'it' has 1,234 parts."
    plain = kind("No {value} in {these} braces.", code="x")
    assert sentence(plain) == str(plain) == "No {value} in {these} braces."


def test_phrases_errors_and_numbers_inside_a_sentence_are_german_too(german: None) -> None:
    with pytest.raises(CanonicalError) as refused:
        records.decode(b'{"v": 1')
    assert sentence(refused.value) == "Das ist kein JSON: Ein Komma oder die schließende Klammer fehlt (Zeichen 8)."
    inside = BatchError.worded("Record {id} is refused: {why}", code="record", id="r", why=refused.value)
    assert sentence(inside) == f"Eintrag r wird abgelehnt: {sentence(refused.value)}"
    most = BatchError.worded("The batch has more than {most:,} bytes.", code="body_too_large", most=33554432)
    assert sentence(most) == "Das Paket hat mehr als 33.554.432 Bytes."
    with pytest.raises(RecordError) as misfit:
        convert(RecordError, {"value": "often"}, Rating)
    assert "'often' steht, wo " in sentence(misfit.value)


def test_a_workers_failure_is_german_on_this_side_of_the_process(german: None) -> None:
    error = RequestError.worded(
        "The model's chat template refused this conversation: {reason}. Leave out the system prompt, or try"
        " another file"
        " of this model.",
        code="template_refused",
        reason=Phrase("it makes a prompt of {count:,} characters", {"count": 1_000_001}),
    )
    event = read_event(to_line(failed("1", error)))
    assert isinstance(event, Failed)
    assert "ein Prompt von 1.000.001 Zeichen" in sentence(error_of(event))


@pytest.mark.parametrize("template", ["{lost}", "{name.__class__}", "{name", "{name:nonsense}", "{0}"])
def test_a_template_that_does_not_fit_its_values_is_said_as_the_worker_said_it(template: str) -> None:
    event = Failed(request="1", code="cancelled", message="It was stopped.", values={"name": "x"}, template=template)
    assert sentence(error_of(event)) == "It was stopped."


def test_errors_of_the_lower_packages_are_german_with_their_values(german: None) -> None:
    assert sentence(trouble.named("corrupt", Path("{x}.sqlite3"))).startswith("{x}.sqlite3 ist beschädigt.")


def test_one_and_many_are_told_apart(german: None) -> None:
    said = [ngettext("{} answer", "{} answers", count).format(count) for count in (0, 1, 2)]
    assert said == ["0 Antworten", "1 Antwort", "2 Antworten"]


def test_a_language_without_a_catalogue_is_english(german: None) -> None:
    wording.use_language("en")
    assert gettext("Save and next") == "Save and next"


def test_a_command_speaks_the_language_of_its_environment(tmp_path: Path) -> None:
    for language in ("de", "de_AT:en"):
        said = preceptor("backup", "list", profile=tmp_path, env={"LANGUAGE": language})
        assert (said.status, said.err) == (0, "")
        assert said.out.startswith("Es gibt noch keine Sicherungen.")
    assert "Ohne Adresse" not in preceptor("backup", "list", profile=tmp_path).out
    help_text = preceptor("models", "add", "--help", profile=tmp_path, env={"LANGUAGE": "de"})
    assert "Wie die heruntergeladene Datei hier heißt." in help_text.out


def test_the_pseudo_locale_is_longer_marked_and_keeps_placeholders() -> None:
    texts = [form for message, _ in MESSAGES for form in originals(message)]
    for text in texts:
        said = pseudo(text)
        assert said.startswith(OPEN) and said.endswith(CLOSE)
        assert fields(said) == fields(text)
        assert re.findall(r"\t|\*\.\w+", said) == re.findall(r"\t|\*\.\w+", text)
        words = re.sub(r"\{[^{}]*\}", "", text)
        assert len(said) >= len(text) + LONGER * len(words) - 1
    with speaking_pseudo():
        assert gettext("Save and next") == pseudo("Save and next") != "Save and next"
        assert ngettext("{} answer", "{} answers", 2) == pseudo("{} answers")
    assert gettext("Save and next") == "Save and next"


def published() -> set[str]:
    """The names and questions of the shipped rubrics, but for those of our own flags."""
    found: set[str] = set()
    for rubric in rubrics.available():
        asked = [choice.name for question in rubric.questions for choice in question.choices]
        found |= {*asked, *(each.text for each in rubric.questions)}
        found |= {each.name for each in (*rubric.axes, *rubric.verdicts)}
        if rubric.flags is not None and rubric.flags.id != "general":
            found |= {name for each in rubric.flags.categories for name in (each.name, *(k.name for k in each.kinds))}
            found |= {each.name for each in rubric.flags.severities}
    return found


def test_every_published_name_has_words_beside_it_and_is_never_replaced_by_them(german: None) -> None:
    shipped = {rubric.id: rubric.sha256 for rubric in rubrics.available()}
    without = [name for name in published() if not gloss(name)]
    assert without == []
    assert glossed("Safer") == "Safer (unbedenklicher)"
    assert named("Hate") == "Hate (Hass)", "a published flag"
    assert named("Wording") == gettext("Wording") != "Wording", "one of our own"
    assert {rubric.id: rubric.sha256 for rubric in rubrics.available()} == shipped
    wording.use_language("en")
    assert [name for name in published() if gloss(name)] == []
    assert glossed("Safer") == "Safer"


def test_what_the_engine_side_says_speaks_of_no_command_since_a_window_shows_it_too() -> None:
    said = [
        message for message, _code in MESSAGES if any(file.startswith("local_models/") for file, _ in message.locations)
    ]
    assert len(said) > 100
    assert [
        message.id for message in said if "same command" in str(message.id) or "denselben Befehl" in str(message.string)
    ] == []
