"""Keys by place: what a key means depends on the part of the bench that has the focus.

For the status line and the list of all keys. Keys of commands are those of the keymap, which a trainer may change; the
others belong to their place. Single keys never fire in a text field: fields are places of their own. Must not know Qt.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from desktop.flow import keymap
from desktop.flow.place_names import Place, titles
from desktop.flow.wording import gettext as _
from desktop.flow.wording import once_per_language

_ROOMS = ("models", "records", "outbox", "inbox", "settings")
Asks = Literal["scale", "yes_no", "one", "several"]
MOST_LETTERS = 8  # of flags that the status line shows


@dataclass(frozen=True)
class KeyHelp:
    """Keys as they are shown, and what they do at their place; `command` names one whose key can be changed."""

    keys: tuple[str, ...]
    text: str
    always_shown: bool = True
    command: str = ""


@dataclass(frozen=True)
class FlagKeys:
    """A rubric's letters of flags, the digit of the worst severity; how many answers stand, and what ranks them.

    `rates` are the keys that give a value in the line of the ratings that is current, and `asks` says what it asks.
    """

    letters: tuple[str, ...]
    worst: int
    rates: str = "0…9"
    answers: int = 4
    asks: Asks = "scale"
    ranked: bool = True
    judged: bool = True  # whether anything is rated or asked of an answer by itself

    @property
    def shown(self) -> tuple[str, ...]:
        """The letters, as many as a line has room for."""
        more = ("…",) if len(self.letters) > MOST_LETTERS else ()
        return (*self.letters[:MOST_LETTERS], *more)


GENERAL = FlagKeys(("F", "B", "U", "S", "I", "W", "P"), 3)  # of the set that most rubrics have


def keys_of(place: Place, flags: FlagKeys = GENERAL) -> tuple[KeyHelp, ...]:
    """The keys of a place, in the order in which the status line shows them; those of flags are the rubric's."""
    asked, known = (place, flags, tuple(keymap.current().changed.items())), _known()
    if asked not in known:
        known[asked] = _keys_in(_table(flags), place)
    return known[asked]


@once_per_language
def _known() -> dict[tuple[Place, FlagKeys, tuple[tuple[str, str], ...]], tuple[KeyHelp, ...]]:
    """What was asked for before: the keyboard goes from part to part all day long, and the table is long."""
    return {}


def everywhere() -> tuple[KeyHelp, ...]:
    """Keys that mean the same wherever the focus is."""
    found = [_of(each.id, each.text) for each in keymap.commands() if each.place == "everywhere"]
    return _named((*found, KeyHelp(("Esc",), _("One step out"))))


def all_keys() -> tuple[tuple[str, tuple[KeyHelp, ...]], ...]:
    """Every key: those for everywhere, then by place. Whole names of commands stand among them, so all begin alike."""
    table = _table(GENERAL)
    places = ((title, _begun(_with_all(_keys_in(table, place)))) for place, title in titles().items())
    return ((_("Everywhere"), _begun(_with_all(everywhere()))), *places)


def _begun(keys: Iterable[KeyHelp]) -> tuple[KeyHelp, ...]:
    """With a capital letter, as a line of a list begins."""
    return tuple(replace(each, text=each.text[:1].upper() + each.text[1:]) for each in keys)


def _keys_in(table: Mapping[Place, tuple[KeyHelp, ...]], place: Place) -> tuple[KeyHelp, ...]:
    return _named(_with_rest(place, table[place]))


def _with_all(keys: Iterable[KeyHelp]) -> tuple[KeyHelp, ...]:
    """With the second keys too, for which a line has no room; a command may have one beside that of its place."""
    now = keymap.current()
    named = ((each, map(keymap.shown, now.keys(each.command)) if each.command else ()) for each in keys)
    return tuple(replace(each, keys=tuple(dict.fromkeys((*each.keys, *more)))) for each, more in named)


def _named(keys: Iterable[KeyHelp]) -> tuple[KeyHelp, ...]:
    """With the names that the keys have on the trainer's keyboard."""
    return tuple(replace(each, keys=tuple(keymap.shown(key) for key in each.keys)) for each in keys)


def _of(command: str, text: str, *, always_shown: bool = True) -> KeyHelp:
    """A command's key as it is now."""
    key = keymap.current().shown(command)
    return KeyHelp((key,) if key else (), text, always_shown, command)


def _with_rest(place: Place, keys: tuple[KeyHelp, ...]) -> tuple[KeyHelp, ...]:
    """With the commands of a room that its line has no room for; the list of all keys and the palette have them."""
    if place not in _ROOMS:
        return keys
    named = {each.command for each in keys}
    rest = (each for each in keymap.commands() if each.place == place and each.id not in named)
    return (*keys[:-1], *(_of(each.id, each.text, always_shown=False) for each in rest), *keys[-1:])


def _ratings(flags: FlagKeys, *, line: tuple[str, str], answer: tuple[str, str]) -> tuple[KeyHelp, ...]:
    """Ratings stand below one another, answers beside them; in the one line of a narrow window the other way round.

    The line shows the keys of what is asked in the current one; the list of all keys has every one.
    """
    yes_no, several, one = (flags.asks == each for each in ("yes_no", "several", "one"))
    digits = flags.rates if flags.asks == "scale" else GENERAL.rates
    choices = flags.rates if several or one else "A…"
    return (
        KeyHelp((digits,), _("rate and go on"), always_shown=flags.asks == "scale"),
        KeyHelp(("Y", "N"), _("yes, no"), always_shown=True)
        if flags.rates == "YN"
        else KeyHelp(("Y", "N", "U"), _("yes, no, unsure"), always_shown=yes_no),
        _of("no_to_rest", _("no to all that is open"), always_shown=yes_no),
        KeyHelp((choices,), _("choose and go on") if one else _("choose, or take out"), always_shown=several or one),
        KeyHelp(("0",), _("none of them, where several may be chosen"), always_shown=several),
        KeyHelp(("-",), _("not applicable"), always_shown=False),
        KeyHelp(("Space",), _("all values")),
        KeyHelp(line, _("line")),
        KeyHelp(answer, _("answer")),
        KeyHelp(("↵",), _("next line"), always_shown=several),
        _of("why", _("say why"), always_shown=False),
        KeyHelp(("⌫",), _("clear")),
        KeyHelp(("Esc",), _("back to the answers")),
        _of("keys", _("all keys")),
    )


def _table(flags: FlagKeys) -> dict[Place, tuple[KeyHelp, ...]]:
    return {
        "none": (_of("keys", _("all keys")),),
        "aside": (KeyHelp(("Tab",), _("next")), _of("next_part", _("next part"))),
        "dialog": (KeyHelp(("Tab",), _("next")), KeyHelp(("Esc",), _("close"))),
        "setting": (KeyHelp(("Tab",), _("next")), KeyHelp(("Esc",), _("back to the list"))),
        "prompt": (
            _of("main", _("generate")),
            KeyHelp(("Tab",), _("next")),
            _of("next_part", _("next part")),
            _of("keys", _("all keys")),
        ),
        "answers": (
            KeyHelp((f"1…{flags.answers}" if flags.answers > 1 else "1",), _("choose")),
            *((_of("best", _("best")), _of("rank", _("ranking"))) if flags.answers != 1 and flags.ranked else ()),
            *((KeyHelp(("↵",), _("ratings")),) if flags.judged else ()),
            _of("flag", _("flag")),
            _of("rewrite", _("rewrite")),
            _of("continue", _("go on with the conversation from this one"), always_shown=False),
            _of("continue_original", _("go on from it as it was written, not as it was rewritten"), always_shown=False),
            _of("branch", _("ask this turn otherwise, as a branch"), always_shown=False),
            _of("rendered", _("laid out, or as it was written"), always_shown=False),
            _of("write_own", _("write my own"), always_shown=False),
            _of("remove_own", _("remove my own"), always_shown=False),
            _of("again", _("again"), always_shown=False),
            _of("more_answers", _("one more of each model"), always_shown=False),
            _of("show_now", _("show now what waits for the other models"), always_shown=False),
            _of("leave_out", _("leave out one in which nothing was written"), always_shown=False),
            _of("go_on", _("go on where it was cut off"), always_shown=False),
            _of("mark_personal", _("black out the selection"), always_shown=False),
            _of("judge_newest", _("judge what was opened by the project's rubric"), always_shown=False),
            _of("all_good", _("all good"), always_shown=False),
            _of("all_bad", _("all bad"), always_shown=False),
            _of("not_rankable", _("not rankable"), always_shown=False),
            _of("sure", _("how sure you are"), always_shown=False),
            _of("why", _("say why"), always_shown=False),
            _of("stop_answer", _("stop writing this one"), always_shown=False),
            _of("copy_answer", _("copy its text"), always_shown=False),
            _of("open_page", _("open its page again"), always_shown=False),
            KeyHelp(("5…8",), _("choose, where there are so many"), always_shown=False),
            KeyHelp(("PgUp", "PgDown"), _("the other two, where only two fit"), always_shown=False),
            KeyHelp((">", "="), _("to the ranking, with this as its first sign"), always_shown=False),
            KeyHelp(("Shift+↑", "Shift+↓", "Shift+←", "Shift+→"), _("mark words"), always_shown=False),
            _of("keys", _("all keys")),
        ),
        "own": (
            KeyHelp(("Esc",), _("done")),
            KeyHelp(("Tab",), _("next")),
            _of("next_part", _("next part")),
        ),
        "ranking": (
            KeyHelp(("A", "B", "…"), _("answers, best first")),
            KeyHelp((">", "="), _("better, tied")),
            KeyHelp(("↵",), _("accept; on to the next ranking, if there is one")),
            KeyHelp(("Esc",), _("back to the answers")),
        ),
        "ratings": _ratings(flags, line=("↑", "↓"), answer=("←", "→")),
        "strip": _ratings(flags, line=("←", "→"), answer=("↑", "↓")),
        "strength": (
            KeyHelp(("←", "→"), _("how much better A is, or B")),
            KeyHelp(("0",), _("about the same")),
            KeyHelp(("Tab",), _("next")),
            KeyHelp(("Esc",), _("back to the answers")),
        ),
        "sure": (
            KeyHelp(("1…5",), _("how sure")),
            KeyHelp(("←", "→"), _("less, more")),
            KeyHelp(("Tab",), _("next")),
            KeyHelp(("Esc",), _("back to the answers")),
        ),
        "flag": (
            KeyHelp(flags.shown, _("category")),
            KeyHelp((f"0…{flags.worst}",), _("how bad")),
            KeyHelp(("Tab",), _("note, suggestion")),
            KeyHelp(("↵",), _("flag")),
            KeyHelp(("Esc",), _("drop it")),
        ),
        "remark": (KeyHelp(("Tab",), _("next")), KeyHelp(("↵",), _("flag")), KeyHelp(("Esc",), _("drop it"))),
        "flags": (
            KeyHelp(("↵",), _("look at it, change it")),
            KeyHelp((f"0…{flags.worst}",), _("how bad")),
            KeyHelp(("Del",), _("remove")),
        ),
        "personal": (
            KeyHelp(("↵",), _("show the place")),
            _of("black_out", _("black out")),
            _of("keep_found", _("keep")),
            _of("personal", _("black out what is selected in a text")),
            KeyHelp(("Esc",), _("back to the answers")),
        ),
        "guideline": (
            KeyHelp(("↑", "↓"), _("scroll")),
            KeyHelp(("↵", "Shift+↵"), _("next place found, the one before, in the search")),
            _of("guideline", _("versions")),
            _of("next_part", _("next part")),
            KeyHelp(("Esc",), _("clear the search, then back to the answers")),
        ),
        "why": (KeyHelp(("Tab",), _("next")), KeyHelp(("Esc",), _("back to the answers"))),
        "revision": (
            _of("next_change", _("next change")),
            _of("previous_change", _("the change before"), always_shown=False),
            _of("tick_point", _("tick a point")),
            _of("model_rewrite", _("let a model rewrite")),
            _of("put_back", _("put the original wording back")),
            _of("changes", _("list of changes")),
            _of("question", _("open or fold the question"), always_shown=False),
            _of("new_point", _("add a point"), always_shown=False),
            _of("main", _("keep")),
            KeyHelp(("Esc",), _("keep, too")),
        ),
        "points": (
            KeyHelp(("↑", "↓"), _("point")),
            KeyHelp(("Space",), _("tick it, as done")),
            KeyHelp(("↵",), _("change its words")),
            KeyHelp(("Del",), _("remove")),
            KeyHelp(("Esc",), _("back to the text")),
        ),
        "point": (KeyHelp(("↵",), _("keep")), KeyHelp(("Esc",), _("leave it as it was"))),
        "turns": (
            KeyHelp(("↑", "↓"), _("turn")),
            KeyHelp(("←", "→"), _("branch")),
            KeyHelp(("↵",), _("go there")),
            _of("continue", _("go on from it")),
            _of("branch", _("ask it otherwise")),
            _of("again", _("ask it again")),
            KeyHelp(("Esc",), _("back to the answers")),
        ),
        "models": (
            KeyHelp(("↑", "↓"), _("model")),
            KeyHelp(("↵",), _("use on the bench, go on"), command="use_model"),
            _of("add_models", _("add models")),
            _of("measure", _("measure")),
            _of("test_server", _("test a server"), always_shown=False),
            _of("digest", _("compute the SHA-256"), always_shown=False),
            KeyHelp(("Del",), _("remove, stop a download"), command="remove_model"),
            _of("keys", _("all keys")),
        ),
        "adding": (
            KeyHelp(("↵",), _("look up, in the field")),
            KeyHelp(("Tab",), _("next")),
            KeyHelp(("Esc",), _("back to the list")),
        ),
        "finding": (
            KeyHelp(("↓", "↵"), _("to the records found")),
            _of("filter_records", _("filter")),
            _of("clear_filters", _("without filters")),
            _of("keys", _("all keys")),
        ),
        "records": (
            KeyHelp(("↑", "↓"), _("record")),
            _of("search", _("search")),
            KeyHelp(("Shift+↑", "Shift+↓"), _("mark several"), always_shown=False),
            KeyHelp(("↵",), _("open on bench"), command="open_record"),
            KeyHelp(("Del",), _("withdraw"), command="withdraw_record"),
            _of("record_beside", _("beside another")),
            _of("keys", _("all keys")),
        ),
        "withdrawn": (  # a record that was, where the others are
            KeyHelp(("↑", "↓"), _("record")),
            _of("search", _("search")),
            KeyHelp(("↵",), _("open on bench"), command="open_record"),
            _of("reinstate_record", _("let it stand again")),
            _of("keys", _("all keys")),
        ),
        "beside": (
            KeyHelp(("↑", "↓"), _("line")),
            KeyHelp(("1…9",), _("answer")),
            _of("next_difference", _("next difference")),
            _of("only_differences", _("only differences")),
            _of("judge_anew", _("judge anew")),
            KeyHelp(("Esc",), _("close")),
        ),
        "outbox": (
            KeyHelp(("↑", "↓"), _("record")),
            KeyHelp(("↵",), _("look at what was found")),
            KeyHelp(("Space",), _("release, or take it back"), command="release_record"),
            _of("main", _("sign and send")),
            _of("hold", _("hold back")),
            _of("next_undecided", _("next to look at")),
            _of("release_clean", _("release all that are clean, asks first")),
            _of("keys", _("all keys")),
        ),
        "inbox": (
            KeyHelp(("↑", "↓"), _("answer")),
            KeyHelp(("↵",), _("judge it"), command="main"),
            KeyHelp(("Del",), _("discard"), command="discard_capture"),
            _of("edit_capture", _("edit")),
            _of("accept_captures", _("all onto the bench")),
            _of("join_captures", _("join"), always_shown=False),
            _of("undo", _("take it back")),
            _of("keys", _("all keys")),
        ),
        "leaving": (
            KeyHelp(("↑", "↓"), _("place")),
            _of("black_out", _("black out")),
            _of("keep_found", _("keep")),
            _of("personal", _("black out what is selected in the text")),
            _of("undo", _("undo")),
            KeyHelp(("Esc",), _("back to the list")),
        ),
        "welcome": (
            KeyHelp(("Tab",), _("next")),
            KeyHelp(("↵",), _("start")),
            KeyHelp(("Alt+1…3",), _("step")),
            KeyHelp(("Esc",), _("another time")),
        ),
        "settings": (
            KeyHelp(("↑", "↓"), _("page")),
            KeyHelp(("↵",), _("into the page")),
            KeyHelp(("←", "→"), _("choose"), always_shown=False),
            KeyHelp(("Esc",), _("back to the list")),
            _of("keys", _("all keys")),
        ),
        "rubrics": (
            KeyHelp(("↑", "↓"), _("rubric")),
            KeyHelp(("↵",), _("edit, or copy it")),
            _of("copy_rubric", _("copy and edit")),
            _of("judge_by", _("judge by it")),
            KeyHelp(("Esc",), _("close")),
        ),
        "rubric": (
            KeyHelp(("↑", "↓"), _("part")),
            KeyHelp(("↵",), _("its form")),
            _of("add_part", _("add a part")),
            KeyHelp(("Del",), _("take it out")),
            _of("part_up", _("move it up; in a form, a line")),
            _of("part_down", _("move it down"), always_shown=False),
            _of("save", _("keep as the next version")),
            KeyHelp(("Esc",), _("to the parts; from there to all rubrics")),
        ),
        "form": (
            KeyHelp(("Tab",), _("next")),
            _of("part_up", _("move it up; in a form, a line")),
            _of("save", _("keep as the next version")),
            KeyHelp(("Esc",), _("to the parts; from there to all rubrics")),
        ),
    }
