"""Model files to the system's trash, all parts of a model or a sentence. Nothing is ever deleted for good here.

Must not know whose files they are; the catalogue asks that first.
"""

from __future__ import annotations

import os
from pathlib import Path

from local_models.errors import ModelFileError, Phrase


def move_to_trash(name: str, parts: tuple[Path, ...]) -> None:
    """Move a model's files to the trash. Raises ModelFileError "no_trash"; what it says was not moved still lies there.

    On Linux the trash is that of the home folder's file system, or one that is made on the file's own.
    """
    named = os.environ.get("XDG_DATA_HOME")
    if named is not None and not Path(named).is_absolute():
        del os.environ["XDG_DATA_HOME"]  # counts for nothing by its specification; Send2Trash would use it
    from send2trash import send2trash  # looks at the environment when it is imported

    for number, path in enumerate(parts):
        try:
            send2trash(os.fspath(path))
        except OSError as error:
            where = Phrase("{number} of its {count} files were moved.", {"number": number, "count": len(parts)})
            raise ModelFileError.worded(
                "{name} cannot be moved to a trash from where it lies ({reason}). {where} Delete {path} yourself if you"
                " do not need it.",
                code="no_trash",
                name=name,
                reason=error.strerror or str(error) or Phrase("there is none"),
                where=where if number else Phrase("Nothing was deleted."),
                path=str(path),
            ) from error
