"""What the keys that mean something else in each room do in the one that is shown; nothing changes in another."""

from __future__ import annotations

from desktop.rooms import ProjectRooms


def main_action(rooms: ProjectRooms, shown: str) -> None:
    """Ctrl+Return: what the one filled button of the place does."""
    if shown == "outbox":
        rooms.outbox.ask_to_send()
    elif shown == "inbox":
        rooms.inbox.judge_current()
    elif shown == "bench" and rooms.bench.rewriting:
        rooms.bench.revision.keep()
    elif shown == "bench":
        rooms.bench.generate()


def save(rooms: ProjectRooms, shown: str) -> None:
    """Ctrl+S: save the judgement; never one that is not seen."""
    if shown == "bench":
        rooms.bench.save()


def turn_blind(rooms: ProjectRooms, shown: str) -> None:
    """Ctrl+B: blind, or with the models' names."""
    if shown == "bench":
        rooms.bench.show_blind(not rooms.session.draft.prompt.blind)


def compare_models(rooms: ProjectRooms, shown: str) -> None:
    """Ctrl+Shift+C: which models answer, side by side."""
    if shown == "bench" and not rooms.bench.rewriting:
        rooms.bench.compare_models()


def undo(rooms: ProjectRooms, shown: str) -> None:
    """Ctrl+Z: undo what was done last there."""
    if shown == "bench":
        rooms.bench.says.undo()
    elif shown == "models":
        rooms.models.undo()
    elif shown == "records":
        rooms.records_changing.undo()
    elif shown == "outbox":
        rooms.releasing.undo()
    elif shown == "inbox":
        rooms.inbox.undo()


def drop(rooms: ProjectRooms, shown: str) -> None:
    """What stands on the bench goes, without a judgement; undo brings it back."""
    if shown == "bench":
        rooms.bench.says.drop()


def redo(rooms: ProjectRooms, shown: str) -> None:
    """Ctrl+Y: what was undone stands again."""
    if shown == "bench":
        rooms.bench.says.redo()


def mark_personal(rooms: ProjectRooms, shown: str) -> None:
    """Ctrl+D: black out what is selected, or go through what was found."""
    if shown == "outbox":
        rooms.outbox.mark_personal()
    else:
        rooms.bench.personal.begin()


def idle(rooms: ProjectRooms, shown: str) -> frozenset[str]:
    """The commands for everywhere that would do nothing in this room just now."""
    means: dict[str, bool] = {
        "main": shown in ("bench", "outbox", "inbox"),
        "save": shown == "bench",
        "undo": shown in ("bench", "models", "records", "outbox", "inbox"),
        "redo": shown == "bench",
        "drop": shown == "bench" and not rooms.session.draft.empty,
        "blind": shown == "bench",
        "several_models": shown == "bench" and not rooms.bench.rewriting,
        "personal": shown in ("bench", "outbox"),
        "stop": rooms.session.writing,
    }
    return frozenset(name for name, does in means.items() if not does)
