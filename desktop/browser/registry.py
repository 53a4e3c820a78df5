"""The registry's values that tell browsers on Windows where a native host's manifest is. Not run here: no Windows."""

from __future__ import annotations

from typing import Any


def read(key: str) -> str | None:
    """The path that a key under HKCU names; None where there is none."""
    registry = _registry()
    try:
        with registry.OpenKey(registry.HKEY_CURRENT_USER, key) as opened:
            return str(registry.QueryValueEx(opened, "")[0])
    except OSError:
        return None


def put(key: str, manifest: str) -> bool:
    """Have a key name this manifest; whether it named another before."""
    if read(key) == manifest:
        return False
    registry = _registry()
    with registry.CreateKey(registry.HKEY_CURRENT_USER, key) as made:
        registry.SetValueEx(made, "", 0, registry.REG_SZ, manifest)
    return True


def remove(key: str, manifest: str) -> bool:
    """Take a key away that names this manifest; whether there was one."""
    if read(key) != manifest:
        return False
    registry = _registry()
    registry.DeleteKey(registry.HKEY_CURRENT_USER, key)
    return True


def _registry() -> Any:
    import winreg

    return winreg
