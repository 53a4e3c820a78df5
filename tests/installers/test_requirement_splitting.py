"""The pinned files are taken apart without losing an entry or a hash."""

from __future__ import annotations

import pytest
import requirement_files

LOCK = """\
# a comment
anyio==4.16.0 \\
    --hash=sha256:aa \\
    --hash=sha256:bb
Llama_CPP.python==0.3.36 \\
    --hash=sha256:cc
numpy==2.4.6 ; python_full_version < '3.12' \\
    --hash=sha256:dd
numpy==2.5.5 ; python_full_version >= '3.12' \\
    --hash=sha256:ee
"""


def test_an_entry_keeps_its_marker_and_all_its_hashes() -> None:
    assert requirement_files.entries(LOCK) == [
        "anyio==4.16.0 \\\n    --hash=sha256:aa \\\n    --hash=sha256:bb",
        "Llama_CPP.python==0.3.36 \\\n    --hash=sha256:cc",
        "numpy==2.4.6 ; python_full_version < '3.12' \\\n    --hash=sha256:dd",
        "numpy==2.5.5 ; python_full_version >= '3.12' \\\n    --hash=sha256:ee",
    ]


def test_the_compiled_package_stands_alone_however_its_name_is_written() -> None:
    plain, compiled = requirement_files.split([LOCK])
    assert compiled == "Llama_CPP.python==0.3.36 \\\n    --hash=sha256:cc\n"
    assert "llama" not in plain.lower()
    assert requirement_files.version_of(compiled) == "0.3.36"


def test_an_entry_of_two_files_is_installed_once() -> None:
    plain, compiled = requirement_files.split([LOCK, LOCK])
    assert requirement_files.split([LOCK]) == (plain, compiled)


@pytest.mark.parametrize("purpose", requirement_files.SETS)
def test_the_real_files_come_apart_whole(purpose: str) -> None:
    names = (*requirement_files.SETS[purpose], requirement_files.BUILD)
    texts = [(requirement_files.FOLDER / name).read_text(encoding="utf-8") for name in names]
    plain, compiled = requirement_files.split(texts)
    assert len(requirement_files.entries(compiled)) == 1
    wanted = {entry for text in texts for entry in requirement_files.entries(text)}
    assert set(requirement_files.entries(plain)) | set(requirement_files.entries(compiled)) == wanted
    assert all("--hash=sha256:" in entry for entry in wanted)
