"""llama.cpp's own programs, compiled from the source that our pinned llama-cpp-python carries, with our build's flags.

Built once, outside of the repository: in the folder that PRECEPTOR_BENCH names, by default the user's cache.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tarfile
from pathlib import Path

import platformdirs

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "installers"))
import machine  # noqa: E402 (of the set-up: the same flags as it compiles with)

TARGETS = ("llama-batched-bench", "llama-server", "llama-quantize")


def cache() -> Path:
    """Where programs and models are kept between runs."""
    named = os.environ.get("PRECEPTOR_BENCH")
    return Path(named) if named else Path(platformdirs.user_cache_dir("preceptor-bench"))


def pinned_version() -> str:
    """Of llama-cpp-python, as the set-up installs it."""
    pins = (ROOT / "installers" / "requirements" / "core.txt").read_text(encoding="utf-8")
    found = re.search(r"^llama-cpp-python==(\S+)", pins, re.MULTILINE)
    assert found is not None
    return found[1]


def programs() -> Path:
    """The folder of the programs; built now if need be, which takes some ten minutes on two cores."""
    version = pinned_version()
    folder = cache() / version
    binaries = folder / "build" / "bin"
    if all((binaries / name).exists() for name in TARGETS):
        return binaries
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / f"llama_cpp_python-{version}").exists():
        _fetch(folder, version)
    source = folder / f"llama_cpp_python-{version}" / "vendor" / "llama.cpp"
    flags = machine.compiler_flags()
    off = ("LLAMA_BUILD_TESTS", "LLAMA_BUILD_EXAMPLES", "LLAMA_BUILD_UI", "LLAMA_USE_PREBUILT_UI", "LLAMA_OPENSSL")
    configure: list[str | Path] = ["cmake", "-S", source, "-B", folder / "build", "-DCMAKE_BUILD_TYPE=Release"]
    configure += [f"-D{name}=OFF" for name in off]
    subprocess.run(configure, check=True, env=os.environ | flags)
    build: list[str | Path] = [
        "cmake",
        "--build",
        folder / "build",
        "-j",
        str(machine.compilers_at_once()),
        "--target",
        *TARGETS,
    ]
    subprocess.run(build, check=True)
    return binaries


def _fetch(folder: Path, version: str) -> None:
    pip = [sys.executable, "-m", "pip", "download", "--no-deps", "--no-binary", ":all:", "--no-build-isolation"]
    subprocess.run([*pip, f"llama-cpp-python=={version}", "-d", folder], check=True)
    with tarfile.open(next(folder.glob("*.tar.gz"))) as archive:
        archive.extractall(folder, filter="data")
