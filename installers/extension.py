"""The Chrome extension as one file for a store: `just extension`. The same source gives the same bytes.

What goes in is found from the manifest alone: the files that it names, what those import, link or run, and the texts.
A file in the folder that nothing needs ends the build, and so does one that is needed and not there. With `--draw` the
icons and the panel's colours are made anew first, from the window's own; they are kept in the folder, so that the
extension can be loaded unpacked from a checkout.
"""

from __future__ import annotations

import json
import re
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "desktop" / "browser" / "extension"
THEME = ROOT / "desktop" / "theme"
SIZES = (16, 32, 48, 128)
EPOCH = (1980, 1, 1, 0, 0, 0)  # a zip's first moment: when a file was changed says nothing

_IMPORTS = re.compile(r"""(?:^|\s)(?:import|from)\s+"(\.[^"]+)\"""", re.MULTILINE)
_LINKS = re.compile(r"""(?:src|href)="([^"]+)\"""")  # other files of the extension's: it links nowhere else
_NAMED = re.compile(r'"((?:page/\w+\.js|rules\.json))"')  # what the worker runs in a page, or reads


class NotWhole(Exception):  # noqa: N818  - the build's one outcome that is none
    """The folder holds something else than what the manifest needs."""


def needed(folder: Path = FOLDER) -> set[str]:
    """Every file that the extension needs, by its path in the folder. Raises NotWhole where one is missing."""
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    waiting, found = ["manifest.json", *_of_manifest(manifest, folder)], set[str]()
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        if not (folder / name).is_file():
            raise NotWhole(f"{name} is needed and is not there")
        found.add(name)
        waiting += _named_in(folder, name)
    return found


def whole(folder: Path = FOLDER) -> list[str]:
    """The files of the extension in their order. Raises NotWhole where the folder holds one that nothing needs."""
    names = needed(folder)
    there = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    if left := there - names:
        raise NotWhole(f"nothing needs {', '.join(sorted(left))}")
    return sorted(names)


def build(target: Path, folder: Path = FOLDER) -> None:
    """Write the extension's file for a store."""
    names = whole(folder)
    target.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as made:
        for name in names:
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            entry.create_system = 3
            whole_file = (folder / name).read_bytes()
            made.writestr(entry, for_a_store(whole_file) if name == "manifest.json" else whole_file)


def for_a_store(manifest: bytes) -> bytes:
    """A manifest without its public key, which stores refuse: they give an item a key, and an id with it."""
    kept = {name: value for name, value in json.loads(manifest).items() if name != "key"}
    return (json.dumps(kept, ensure_ascii=False, indent=2) + "\n").encode()


def tokens_css() -> str:
    """The window's colours as custom properties: light, dark, and high contrast where the system asks for it."""
    colours: dict[str, dict[str, str]] = json.loads((THEME / "tokens.json").read_text(encoding="utf-8"))["colour"]

    def block(theme: str, indent: str) -> str:
        return "".join(f"{indent}  --{role}: {value.lower()};\n" for role, value in colours[theme].items())

    return (
        "/* Made from desktop/theme/tokens.json by installers/extension.py --draw; change it there. */\n\n"
        f":root {{\n{block('light', '')}}}\n\n"
        f"@media (prefers-color-scheme: dark) {{\n  :root {{\n{block('dark', '  ')}  }}\n}}\n\n"
        f"@media (prefers-contrast: more) {{\n  :root {{\n{block('high-contrast', '  ')}  }}\n}}\n"
    )


def draw() -> None:
    """Make icons and colours anew from the window's own."""
    from PySide6.QtCore import QByteArray, QRectF, Qt
    from PySide6.QtGui import QColor, QGuiApplication, QImage, QPainter
    from PySide6.QtSvg import QSvgRenderer

    application = QGuiApplication.instance() or QGuiApplication([])
    assert application is not None
    light = json.loads((THEME / "tokens.json").read_text(encoding="utf-8"))["colour"]["light"]
    svg = (THEME / "icons" / "scale.svg").read_text(encoding="utf-8").replace("currentColor", light["on-accent"])
    for size in SIZES:
        image = QImage(size, size, QImage.Format.Format_ARGB32_Premultiplied)
        image.fill(Qt.GlobalColor.transparent)
        painter = QPainter(image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(QColor(light["accent"]))
        painter.setPen(Qt.PenStyle.NoPen)
        edge = 0 if size < 128 else 16  # a store wants room around its large one
        square = QRectF(edge, edge, size - 2 * edge, size - 2 * edge)
        painter.drawRoundedRect(square, square.width() / 5, square.width() / 5)
        inset = square.width() * (0.1 if size == 16 else 0.17)
        QSvgRenderer(QByteArray(svg.encode())).render(painter, square.adjusted(inset, inset, -inset, -inset))
        painter.end()
        (FOLDER / "icons").mkdir(exist_ok=True)
        image.save(str(FOLDER / "icons" / f"{size}.png"))
    (FOLDER / "panel" / "tokens.css").write_text(tokens_css(), encoding="utf-8")


def _of_manifest(manifest: dict[str, Any], folder: Path) -> Iterator[str]:
    yield manifest["background"]["service_worker"]
    yield manifest["side_panel"]["default_path"]
    yield manifest["options_ui"]["page"]
    yield from manifest["icons"].values()
    yield from manifest["action"]["default_icon"].values()
    yield from (str(path.relative_to(folder)) for path in sorted(folder.glob("_locales/*/messages.json")))


def _named_in(folder: Path, name: str) -> list[str]:
    path = folder / name
    if path.suffix not in {".js", ".html"}:
        return []
    text = path.read_text(encoding="utf-8")
    beside = _IMPORTS.findall(text) if path.suffix == ".js" else _LINKS.findall(text)
    resolved = [str((path.parent / each).resolve().relative_to(folder.resolve())) for each in beside]
    return resolved + (_NAMED.findall(text) if path.suffix == ".js" else [])


def main(arguments: list[str]) -> int:
    if "--draw" in arguments:
        draw()
    version = json.loads((FOLDER / "manifest.json").read_text(encoding="utf-8"))["version"]
    target = ROOT / "dist" / f"preceptor-extension-{version}.zip"
    try:
        build(target)
    except NotWhole as error:
        print(f"Not built: {error}.", file=sys.stderr)
        return 1
    print(f"{target.relative_to(ROOT)}: {len(whole())} files, {target.stat().st_size:,} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
