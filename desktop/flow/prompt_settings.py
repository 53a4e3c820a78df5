"""Which settings a prompt has that takes another one's place: the trainer's own, never those of an opened record."""

from __future__ import annotations

import msgspec

from desktop.flow.draft import Draft, PromptDraft


def asked_of(draft: Draft, wish: PromptDraft) -> Draft:
    """The draft with the model and settings of `wish` where it has none of its own, as an opened record has none."""
    if draft.prompt.model:
        return draft
    names = ("model", "beside", "preset", "max_tokens", "blind", *(("answers",) if wish.beside else ()))
    settings = {name: getattr(wish, name) for name in names}
    return msgspec.structs.replace(draft, prompt=msgspec.structs.replace(draft.prompt, **settings))


def next_settings(draft: Draft) -> PromptDraft:
    """An empty prompt after this draft: the trainer's settings, not those of a record that was opened meanwhile.

    Models and how they write are never a record's: those chosen last stay.
    """
    prompt = draft.prompt
    if draft.settings is not None:
        chosen = {name: getattr(prompt, name) for name in ("model", "beside", "preset", "max_tokens")}
        prompt = msgspec.structs.replace(draft.settings, **chosen)
    return msgspec.structs.replace(prompt, text="", turns=())


def with_settings_of(draft: Draft, before: Draft) -> Draft:
    """A draft that takes the place of `before`, with the settings to go back to after it where it is of a record."""
    of_record = draft.supersedes is not None or draft.basis is not None
    settings = draft.settings or before.settings or (next_settings(before) if of_record else None)
    return msgspec.structs.replace(draft, settings=settings)


def changed_field(before: PromptDraft, after: PromptDraft) -> str:
    """The fields of a prompt in which two differ, as the name of a step of undo."""
    fields = PromptDraft.__struct_fields__
    return "ask " + " ".join(name for name in fields if getattr(before, name) != getattr(after, name))
