"""Commands of the window as one table: words, keys, and where they mean it; and what a trainer made of the keys.

Status line, list of keys, palette and key handling all read this table. Keys are in Qt's portable spelling ("Ctrl+S",
"B", "F6"). A row of digits is one command: "Ctrl+1…9" are the rooms, and what is held with a digit can be changed.
Digits by themselves, arrows, Enter, Esc and Tab belong to their places and cannot be a command's, nor can what moves
in a text. Must not know Qt.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from desktop.flow.wording import gettext as _
from desktop.flow.wording import once_per_language

CommandPlace = Literal[
    "everywhere",
    "answers",
    "ratings",
    "personal",
    "revision",
    "models",
    "records",
    "beside",
    "outbox",
    "inbox",
    "settings",
    "rubrics",
    "rubric",
]
TYPED_AT: tuple[CommandPlace, ...] = ("everywhere", "ratings", "revision", "rubric")  # where a letter is text or value
SETTING = "keys"  # a profile keeps there the keys that a trainer changed, by command
ROW = "1…9"  # the end of a key that stands for a digit and all the others
_DIGITS = "123456789"

_BELONG_TO_PLACES = {
    *"0123456789", "Up", "Down", "Left", "Right", "Return", "Enter", "Esc", "Tab", "Shift+Tab", "Space",
    "Backspace", "Del", "Home", "End", "PgUp", "PgDown", "Ctrl+C", "Ctrl+V", "Ctrl+X", "Ctrl+A",
}  # fmt: skip
_IN_TEXT = {  # with Ctrl or Shift these move, mark and delete by words and lines
    *(f"{held}{key}" for held in ("Ctrl+", "Shift+", "Ctrl+Shift+")
      for key in ("Up", "Down", "Left", "Right", "Home", "End", "Backspace", "Del", "Ins", "PgUp", "PgDown")),
}  # fmt: skip
_SHOWN = {"Return": "↵", "Enter": "↵", "Backspace": "⌫", "Up": "↑", "Down": "↓", "Left": "←", "Right": "→"}
_SOME_MODIFIER = ("Ctrl+", "Alt+", "Meta+")
_ROWS = {f"{held}{ROW}" for held in ("Ctrl+", "Alt+", "Ctrl+Alt+", "Meta+")}  # with Shift a digit is another character


@dataclass(frozen=True)
class Command:
    """Something that a key does: `keys` are the usual ones, none where few need it; `place` is where they mean it."""

    id: str
    text: str
    keys: tuple[str, ...]
    place: CommandPlace = "everywhere"

    @property
    def is_row(self) -> bool:
        """Whether it is a row of digits; which of them is pressed says what it is to be done with."""
        return self.keys[:1] != () and self.keys[0].endswith(ROW)


@once_per_language
def commands() -> tuple[Command, ...]:
    """All commands, in the order in which lists show them."""
    return (
        Command("main", _("Generate; or what the filled button of the room does"), ("Ctrl+Return",)),
        Command("save", _("Save and next"), ("Ctrl+S",)),
        Command("undo", _("Undo the last step"), ("Ctrl+Z",)),
        Command("redo", _("Redo"), ("Ctrl+Y", "Ctrl+Shift+Z")),
        Command("stop", _("Stop writing"), ("Ctrl+.",)),
        Command("palette", _("Find any command"), ("Ctrl+K",)),
        Command("notice_way", _("The first way out of the notice that is shown"), ("Ctrl+O",)),
        Command("room", _("Room"), (f"Ctrl+{ROW}",)),
        Command("project", _("Project"), ("Ctrl+P",)),
        Command("rubric", _("Rubric: what is judged by"), ("Ctrl+R",)),
        Command("guideline", _("Guideline: its versions, and writing the next"), ("Ctrl+G",)),
        Command("search", _("Search the records"), ("Ctrl+F",)),
        Command("next_part", _("Next part"), ("F6",)),
        Command("previous_part", _("Previous part"), ("Shift+F6",)),
        Command("several_models", _("Compare several models"), ("Ctrl+Shift+C",)),
        Command("blind", _("Blind, or with the models' names"), ("Ctrl+B",)),
        Command("tree", _("All turns of the conversation, with their branches"), ("Ctrl+T",)),
        Command("continue_saved", _("Go on with the conversation that was saved last"), ("Ctrl+Shift+M",)),
        Command("personal", _("Personal data: black out the selection, or go through what was found"), ("Ctrl+D",)),
        Command("larger", _("Larger text"), ("Ctrl++", "Ctrl+=")),
        Command("smaller", _("Smaller text"), ("Ctrl+-",)),
        Command("usual_size", _("Text in its usual size"), ("Ctrl+0",)),
        Command("theme_dark", _("Dark theme"), ()),
        Command("theme_light", _("Light theme"), ()),
        Command("theme_high_contrast", _("High-contrast theme"), ()),
        Command("theme_system", _("Theme that follows the system"), ()),
        Command("theme", _("Next theme: as the system, light, dark, high contrast"), ("Ctrl+Shift+L",)),
        Command("density", _("Next density: compact, normal, spacious"), ("Ctrl+Shift+D",)),
        Command("settings", _("Settings"), ("Ctrl+,",)),
        Command("practise", _("Practise the keys on scripted answers"), ("Ctrl+Shift+P",)),
        Command("keys", _("All keys"), ("F1", "?")),
        Command("quit", _("Quit Preceptor; everything is kept"), ("Ctrl+Q",)),
        Command("best", _("Best"), ("B",), "answers"),
        Command("rank", _("Ranking"), ("V",), "answers"),
        Command("flag", _("Flag"), ("F",), "answers"),
        Command("rewrite", _("Rewrite"), ("E",), "answers"),
        Command("continue", _("Go on with the conversation from this answer"), ("M",), "answers"),
        Command(
            "continue_original",
            _("Go on from this answer as it was written, not as it was rewritten"),
            ("Alt+M",),
            "answers",
        ),
        Command("branch", _("Ask this turn otherwise, as a branch"), ("T",), "answers"),
        Command("rendered", _("Laid out, or as it was written"), ("Ctrl+M",), "answers"),
        Command("write_own", _("Write my own"), ("W",), "answers"),
        Command("remove_own", _("Remove my own answer"), ("D",), "answers"),
        Command("again", _("Write this one again"), ("R",), "answers"),
        Command(
            "more_answers",
            _("One more answer of each model; or those of a model chosen since"),
            ("A",),
            "answers",
        ),
        Command("show_now", _("Show the answers now that wait for one another"), ("U",), "answers"),
        Command("leave_out", _("Leave out an answer in which nothing was written"), ("L",), "answers"),
        Command("go_on", _("Go on where it was cut off"), ("C",), "answers"),
        Command("mark_personal", _("Black out the selection as personal data"), ("P",), "answers"),
        Command("judge_newest", _("Judge an opened judgement by the project's rubric"), ("J",), "answers"),
        Command("all_good", _("All good"), ("G",), "answers"),
        Command("all_bad", _("All bad; in an arena vote: both are bad"), ("X",), "answers"),
        Command("not_rankable", _("Not rankable"), ("N",), "answers"),
        Command("sure", _("How sure you are"), ("S",), "answers"),
        Command("why", _("Say why"), ("Q",), "answers"),
        Command("stop_answer", _("Stop writing this one"), (".",), "answers"),
        Command("open_page", _("Open the page of the answer again"), ("I",), "answers"),
        Command("copy_answer", _("Copy the answer's text"), ("Y",), "answers"),
        Command("no_to_rest", _("No to each question about the answer that is open"), ("Shift+N",), "ratings"),
        Command("black_out", _("Black out the words of the row"), ("R",), "personal"),
        Command("keep_found", _("Keep the words of the row, or ask again"), ("K",), "personal"),
        Command("model_rewrite", _("Let a model rewrite the answer"), ("Alt+M",), "revision"),
        Command("new_point", _("Add a point that should change"), ("Alt+N",), "revision"),
        Command("put_back", _("Put the original wording back"), ("Alt+R",), "revision"),
        Command("next_change", _("The next change"), ("Alt+Down",), "revision"),
        Command("previous_change", _("The change before"), ("Alt+Up",), "revision"),
        Command("tick_point", _("Tick a point, as done"), (f"Alt+{ROW}",), "revision"),
        Command("changes", _("The list of changes"), ("Alt+L",), "revision"),
        Command("question", _("Open or fold the question"), ("Alt+Q",), "revision"),
        Command("add_models", _("Add models"), ("A",), "models"),
        Command("measure", _("Measure the model"), ("M",), "models"),
        Command("test_server", _("Test the server"), ("T",), "models"),
        Command("digest", _("Compute the model's SHA-256"), ("H",), "models"),
        Command("use_model", _("Use the model on the bench"), ("U",), "models"),
        Command("remove_model", _("Remove the model, or stop its download"), (), "models"),
        Command("trash_model", _("Move the model's file to the trash"), (), "models"),
        Command("add_model_file", _("Add a model from a file"), (), "models"),
        Command("add_model_folder", _("Add a folder of models"), (), "models"),
        Command("add_server", _("Add a server"), (), "models"),
        Command("filter_records", _("Filter the records"), ("Ctrl+Shift+F",), "records"),
        Command("clear_filters", _("Search without filters"), ("Ctrl+L",), "records"),
        Command("open_record", _("Open the judgement on the bench"), ("O",), "records"),
        Command("withdraw_record", _("Withdraw the marked judgements"), ("W",), "records"),
        Command("reinstate_record", _("Let the marked judgements stand again that were withdrawn"), ("S",), "records"),
        Command("record_beside", _("Beside another judgement of the same answers"), ("B",), "records"),
        Command("record_changes", _("What changed since the version before"), ("C",), "records"),
        Command("record_guideline", _("The guideline that the judgement names, in its version"), ("G",), "records"),
        Command("record_tags", _("Tags of the marked judgements"), ("T",), "records"),
        Command("record_black_out", _("Black out personal data in the judgement"), ("P",), "records"),
        Command("record_page", _("Open the page of the judgement again"), ("I",), "records"),
        Command("erase_record", _("Erase the judgement for good"), ("E",), "records"),
        Command("export_records", _("Export training data"), ("X",), "records"),
        Command("read_shared", _("Read a colleague's judgements from a file, for comparing"), ("R",), "records"),
        Command("next_difference", _("The next line in which two judgements differ"), ("N",), "beside"),
        Command("only_differences", _("Only what differs, or everything"), ("D",), "beside"),
        Command("judge_anew", _("Judge the answers anew, naming both judgements"), ("J",), "beside"),
        Command("release_record", _("Release the record, or take it back"), (), "outbox"),
        Command("hold", _("Hold the record back, or no longer"), ("H",), "outbox"),
        Command("next_undecided", _("Next record with places to look at"), ("N",), "outbox"),
        Command("release_clean", _("Release all records in which nothing is to be decided"), ("A",), "outbox"),
        Command("read_terms", _("Read the project's terms"), (), "outbox"),
        Command("sign_and_send", _("Sign and send what is released"), (), "outbox"),
        Command("send_again", _("Send again what was in a stopped delivery"), (), "outbox"),
        Command("look_there", _("Ask whether the collector still has what arrived"), (), "outbox"),
        Command("save_deliveries", _("Save the deliveries as one file"), (), "outbox"),
        Command("show_receipt", _("Show the receipt of a delivery"), (), "outbox"),
        Command("read_receipts", _("Read the receipts that came back as a file"), (), "outbox"),
        Command("work_statement", _("State what was delivered, with its receipts"), (), "outbox"),
        Command("join_project", _("Join a team's project"), ()),
        Command("new_project", _("New project"), ()),
        Command("drop", _("Drop this comparison: discard it, and begin with a new prompt"), ()),
        Command("accept_captures", _("All answers that are shown onto the bench"), ("A",), "inbox"),
        Command("edit_capture", _("Edit the turns of the answer, before judging it"), ("E",), "inbox"),
        Command("join_captures", _("Join two marked parts of one conversation"), ("J",), "inbox"),
        Command("open_capture", _("Open the page of the answer again"), ("I",), "inbox"),
        Command("discard_capture", _("Discard the answer, without judging it"), ("D",), "inbox"),
        Command("make_backup", _("Make a backup now"), (), "settings"),
        Command("restore_backup", _("Put a backup back"), (), "settings"),
        Command("open_backups", _("Open the folder of the backups"), (), "settings"),
        Command("read_guideline", _("Read the guideline on the bench"), (), "settings"),
        Command("write_guideline", _("Write the guideline"), (), "settings"),
        Command("change_signing_key", _("Sign with a new key"), (), "settings"),
        Command("move_collector", _("Give the new address of a collector that has moved"), (), "settings"),
        Command("my_devices", _("My devices in this project"), (), "settings"),
        Command("change_key", _("Change the key of a command"), (), "settings"),
        Command("usual_key", _("Give a command its usual key back"), (), "settings"),
        Command("start_anew", _("Start the window anew, in another language"), (), "settings"),
        Command("connect_browser", _("Connect a browser"), (), "settings"),
        Command("disconnect_browser", _("Disconnect a browser"), (), "settings"),
        Command("rename_browser", _("Rename a browser"), ("F2",), "settings"),
        Command("repair_browsers", _("Let a browser find Preceptor"), (), "settings"),
        Command("look_for_browsers", _("Look again which browsers are on this computer"), (), "settings"),
        Command("check_profile", _("Check the profile"), (), "settings"),
        Command("open_profile", _("Open the folder of the profile"), (), "settings"),
        Command("copy_rubric", _("Copy the rubric and edit it"), ("C",), "rubrics"),
        Command("judge_by", _("Judge by the rubric"), ("J",), "rubrics"),
        Command("add_part", _("Add a part to the rubric"), ("+",), "rubric"),
        Command("part_up", _("Move the part, or the line of a form, up"), ("Alt+Up",), "rubric"),
        Command("part_down", _("Move the part, or the line of a form, down"), ("Alt+Down",), "rubric"),
    )


def command(name: str) -> Command:
    """The command with this id; KeyError if there is none."""
    return _by_id()[name]


@once_per_language
def _by_id() -> dict[str, Command]:
    return {each.id: each for each in commands()}


@dataclass(frozen=True)
class Keymap:
    """The keys that hold now: the usual ones, but for those commands that a trainer gave a key of their own."""

    changed: Mapping[str, str]

    @classmethod
    def of(cls, kept: object) -> Keymap:
        """From what a profile keeps; what cannot be understood, or no command has, is left out.

        So is a key that is some place's own by now.
        """
        known = _by_id()
        values = kept.items() if isinstance(kept, dict) else ()
        found = {name: key for name, key in values if name in known and isinstance(key, str) and key}
        fit = {name: key for name, key in found.items() if known[name].is_row == (key in _ROWS)}
        now = cls({name: key for name, key in fit.items() if not _owner(known[name].place, key)})
        return cls({name: key for name, key in now.changed.items() if now.taker(name, key) is None})

    def keys(self, name: str) -> tuple[str, ...]:
        """The keys of a command."""
        return self.keys_of(command(name))

    def keys_of(self, known: Command) -> tuple[str, ...]:
        """The keys of a command that is at hand."""
        own = self.changed.get(known.id)
        return (own,) if own else known.keys

    def shown(self, name: str) -> str:
        """The first key of a command as people read it: "Ctrl+↵"; "" where it has none."""
        return next(map(shown, self.keys(name)), "")

    def at(self, place: CommandPlace, key: str) -> str | None:
        """The command that `key` means at a place; None for none."""
        asked = _pressed((key,))
        return next((each.id for each in commands() if each.place == place and asked <= self._pressed_for(each)), None)

    def taker(self, name: str, key: str) -> Command | None:
        """The other command that means something by this key where this one would; None for none."""
        asked, place = _pressed((key,)), command(name).place
        for other in commands():
            meets = other.place == place or "everywhere" in (other.place, place)
            if other.id != name and meets and not asked.isdisjoint(self._pressed_for(other)):
                return other
        return None

    def _pressed_for(self, known: Command) -> frozenset[str]:
        return _pressed(self.keys_of(known))

    def digit(self, name: str, key: str) -> int | None:
        """Which digit of a command's row a key is; None for another key."""
        held = [row.removesuffix(ROW) for row in self.keys(name)]
        return int(key[-1]) if key[-1:] in tuple(_DIGITS) and key[:-1] in held else None

    def in_row(self, name: str, digit: int) -> str:
        """One key of a command's row, as people read it: "Ctrl+2"."""
        return shown(f"{self.keys(name)[0].removesuffix(ROW)}{digit}")

    def problem(self, name: str, key: str) -> str:
        """Why a command cannot have this key, as a sentence; "" where it can."""
        mine, key = command(name), as_key(name, key)
        if mine.is_row and key not in _ROWS:
            return _("Press a digit with Ctrl or Alt, or with both. The other digits go with it.")
        if key in _BELONG_TO_PLACES:
            return _("{key} has its own meaning in most places. Choose another.").format(key=shown(key))
        owner = _owner(mine.place, key)
        if owner:
            words = _("{key} has its own meaning in one place: {place}. Choose another.")
            return words.format(key=shown(key), place=owner)
        plain = not key.startswith(_SOME_MODIFIER) and not _is_function(key)
        plain = plain and not (mine.place == "ratings" and key.startswith("Shift+"))
        if mine.place in TYPED_AT and plain and key not in mine.keys:
            return _("Where text is typed a command needs Ctrl, Alt or an F key, so that it is not typed by mistake.")
        other = self.taker(name, key)
        return _("{key} is taken by: {command}.").format(key=shown(key), command=other.text) if other else ""

    def with_key(self, name: str, key: str) -> Keymap:
        """The same with another key for a command; its usual key, or "", takes the change back."""
        kept = {other: own for other, own in self.changed.items() if other != name}
        key = as_key(name, key)
        usual = not key or key in command(name).keys[:1]
        return Keymap(kept if usual else {**kept, name: key})


_now = Keymap({})


def current() -> Keymap:
    """The keys that hold now, for whoever shows or understands one."""
    return _now


def use(keymap: Keymap) -> None:
    """Let these keys hold from now on."""
    global _now
    _now = keymap


def as_key(name: str, key: str) -> str:
    """A key that was pressed as the command would have it: a digit stands for its whole row."""
    row = f"{key[:-1]}{ROW}"
    return row if command(name).is_row and key[-1:] in tuple(_DIGITS) and row in _ROWS else key


def _pressed(keys: Iterable[str]) -> frozenset[str]:
    """The keys that can be pressed: of a row each digit."""
    rows = [(key.removesuffix(ROW), _DIGITS) if key.endswith(ROW) else (key, ("",)) for key in keys]
    return frozenset(f"{held}{last}" for held, lasts in rows for last in lasts)


def shown(key: str) -> str:
    """A key as people read it on their keyboard: "Ctrl+↵", in German "Strg+↵". What is shown already stays as it is."""
    return _renamed(key, _SHOWN | names())


def in_english(key: str) -> str:
    """A key that is shown, by the names of an English keyboard."""
    return _renamed(key, {name: english for english, name in names().items()})


@once_per_language
def names() -> dict[str, str]:
    """What keys are called on the keyboards of the language, by their names in Qt's portable spelling."""
    return {
        "Ctrl": _("Ctrl"),
        "Shift": _("Shift"),
        "Space": _("Space"),
        "Del": _("Del"),
        "Ins": _("Ins"),
        "Home": _("Home"),
        "End": _("End"),
        "PgUp": _("PgUp"),
        "PgDown": _("PgDn"),
    }


def _renamed(key: str, by: Mapping[str, str]) -> str:
    *held, last = key.split("+") if not key.endswith("+") else (*key[:-1].split("+")[:-1], "+")
    return "+".join(by.get(each, each) for each in (*held, last))


def _owner(place: CommandPlace, key: str) -> str:
    """The place that uses a key itself where a command of `place` would take it away; "" for none."""
    if key in _IN_TEXT:
        return _("Text and lists")
    if place in ("everywhere", "answers") and key in (">", "="):
        return _("Ranking")
    return ""


def _is_function(key: str) -> bool:
    last = key.rpartition("+")[2]
    return last.startswith("F") and last[1:].isdigit()
