"""A look at the header of a file that is still coming. Must not know where it comes from but for a sentence."""

from __future__ import annotations

import io

from local_models.downloads.part_file import PartFile
from local_models.errors import DownloadError, ModelFileError
from local_models.model_files.gguf import size_by_header

MAX_FILE = 1 << 40
FIRST_LOOK = 4096  # bytes after which the header is looked at; then after twice as many, and so on
PADDING = 65_536  # that may follow a model's last tensor


class Look:
    """Looks at the header of a file that is coming, so that a wrong one is known early; `needed` once it is read."""

    def __init__(self, part: PartFile, *, whole_model: bool, host: str) -> None:
        self.needed: int | None = None
        self._part = part
        self._whole_model = whole_model
        self._host = host
        self._next = FIRST_LOOK

    def most(self, total: int | None) -> int:
        """How many bytes may come."""
        if total is not None:
            return total
        return MAX_FILE if self.needed is None else self.needed + PADDING

    def at(self, total: int | None, *, last: bool = False) -> None:
        """Look if enough has come since the last time. A file that is proved wrong is thrown away."""
        if self.needed is not None or (self._part.size < self._next and not last):
            return
        self._next = 2 * self._part.size
        try:
            with Beginning(self._part.path) as file:
                self.needed = size_by_header(file, self._part.target, total or MAX_FILE, whole_model=self._whole_model)
        except EOFError:
            return
        except ModelFileError as error:
            if error.code == "truncated":
                raise DownloadError.worded(
                    "{host} offers less than the file needs by its own header. Look for another address of it.",
                    code="too_short",
                    host=self._host,
                ) from error
            self._part.discard()
            raise


class Beginning(io.FileIO):
    """A file that raises EOFError where it ends."""

    def read(self, size: int | None = -1, /) -> bytes:
        data = super().read(-1 if size is None else size)
        if not data:
            raise EOFError
        return data
