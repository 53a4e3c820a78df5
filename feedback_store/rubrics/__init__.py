"""Rubrics as data: named axes with scales, questions and flag categories; each file is one version of one rubric.

The newest version's file bears the id alone, an earlier one its number too. A rubric in use never changes; a change is
a new version. Names and scales of the presets are the published ones, the help texts are ours. Must not know records;
whether a judgement keeps to its rubric is asked in rubric_check.py.
"""

from feedback_store.rubrics.parts import (
    Axis,
    Category,
    Choice,
    FlagSet,
    Question,
    Rubric,
    Severity,
    Step,
    VerdictAxis,
)
from feedback_store.rubrics.reading import (
    DEFAULT,
    FLAG_SETS,
    MAX_BYTES,
    at_hand,
    available,
    check_own,
    encode,
    file_of,
    flag_set,
    load,
    newest,
    parse,
    read,
    remember,
)

__all__ = [
    "DEFAULT",
    "FLAG_SETS",
    "MAX_BYTES",
    "Axis",
    "Category",
    "Choice",
    "FlagSet",
    "Question",
    "Rubric",
    "Severity",
    "Step",
    "VerdictAxis",
    "at_hand",
    "available",
    "check_own",
    "encode",
    "file_of",
    "flag_set",
    "load",
    "newest",
    "parse",
    "read",
    "remember",
]
