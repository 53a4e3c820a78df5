"""Makes tiny real packages: wheels, and a source package that has to be built, with the hashes that pip asks for."""

from __future__ import annotations

import base64
import hashlib
import io
import tarfile
import zipfile
from pathlib import Path

# Builds the source package and the editable project, as hatchling and scikit-build-core do for the real ones.
BACKEND = """
import base64, hashlib, sys, zipfile

def _wheel(folder, name, version, files):
    files[f"{name}-{version}.dist-info/METADATA"] = f"Metadata-Version: 2.1\\nName: {name}\\nVersion: {version}\\n"
    files[f"{name}-{version}.dist-info/WHEEL"] = "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n"
    record = "".join(
        f"{path},sha256={base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).decode().rstrip('=')},{len(text.encode())}\\n"
        for path, text in files.items()
    )
    files[f"{name}-{version}.dist-info/RECORD"] = record + f"{name}-{version}.dist-info/RECORD,,\\n"
    file = f"{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(f"{folder}/{file}", "w") as wheel:
        for path, text in files.items():
            wheel.writestr(path, text)
    return file

def build_wheel(folder, config_settings=None, metadata_directory=None):
    import builder_part  # only there when the build's own requirements were installed first
    print("[ 50%] Building", flush=True)
    return _wheel(folder, "llama_cpp_python", "1.0", {"llama_cpp/__init__.py": "BUILT = True\\n"})

def build_editable(folder, config_settings=None, metadata_directory=None):
    import os
    return _wheel(folder, "preceptor", "1.0", {"preceptor_editable.pth": os.getcwd() + "\\n"})
"""


def wheel(folder: Path, name: str, module_text: str = "", version: str = "1.0", **programs: str) -> str:
    """Write a wheel of one module, and of `programs` by their names, into `folder`; returns its pinned entry."""
    files = {
        f"{name}.py": module_text.encode(),
        f"{name}-{version}.dist-info/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n".encode(),
        f"{name}-{version}.dist-info/WHEEL": b"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    for program, text in programs.items():
        files[f"{name}-{version}.data/scripts/{program}"] = text.encode()
    record = "".join(f"{path},sha256={_urlsafe(data)},{len(data)}\n" for path, data in files.items())
    files[f"{name}-{version}.dist-info/RECORD"] = f"{record}{name}-{version}.dist-info/RECORD,,\n".encode()
    path = folder / f"{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for inside, data in files.items():
            member = zipfile.ZipInfo(inside)
            member.external_attr = (0o100755 if "/scripts/" in inside else 0o100644) << 16
            archive.writestr(member, data)
    return entry(name, version, path)


def source_package(folder: Path) -> str:
    """Write the source package that stands for llama-cpp-python into `folder`; returns its pinned entry."""
    path = folder / "llama_cpp_python-1.0.tar.gz"
    with tarfile.open(path, "w:gz") as archive:
        for name, text in {
            "pyproject.toml": '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n',
            "backend.py": BACKEND,
            "PKG-INFO": "Metadata-Version: 2.1\nName: llama-cpp-python\nVersion: 1.0\n",
        }.items():
            member = tarfile.TarInfo(f"llama_cpp_python-1.0/{name}")
            member.size = len(text.encode())
            archive.addfile(member, io.BytesIO(text.encode()))
    return entry("llama-cpp-python", "1.0", path)


def project(folder: Path) -> None:
    """Write a project that installs itself as an editable one, as Preceptor does."""
    (folder / "pyproject.toml").write_text(
        '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'
        '[project]\nname = "preceptor"\nversion = "1.0"\n'
    )
    (folder / "backend.py").write_text(BACKEND)


def entry(name: str, version: str, path: Path) -> str:
    return f"{name}=={version} \\\n    --hash=sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}\n"


def _urlsafe(data: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(data).digest()).decode().rstrip("=")
