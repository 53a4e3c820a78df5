"""Takes the pictures in docs/images: python docs/screenshots [NAME …] [--platform xcb|offscreen] [--out FOLDER]

The true window on a temporary profile, driven by keys; a scripted engine gives the answers. On X11 by default, in an
Xvfb of its own (with openbox, if that is there), since that is what people see; drawn into memory where there is no
Xvfb. Pictures look best with the font that the design is drawn in (Debian: fonts-inter).
"""

from __future__ import annotations

import argparse
import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import same_place
from a_display import display
from pictures import PICTURES
from profile_made import make_profile

# Nobody's keyring is touched; the key of the pictures' profile lies in a file.
SECRETS = {"PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring", "PRECEPTOR_PASSPHRASE": "antibiotics do not help"}
IMAGES = Path(__file__).resolve().parents[1] / "images"


def main() -> int:
    """Take the pictures that were asked for, or all; the exit status."""
    parser = argparse.ArgumentParser(prog="python docs/screenshots", description="Takes the pictures in docs/images.")
    names = [picture.name for picture in PICTURES]
    parser.add_argument("names", nargs="*", metavar="NAME", help="one of: " + ", ".join(names))
    parser.add_argument(
        "--platform", choices=["xcb", "offscreen"], default="xcb" if shutil.which("Xvfb") else "offscreen"
    )
    parser.add_argument("--out", type=Path, default=IMAGES, help="where the pictures are put")
    parser.add_argument(
        "--home",
        type=Path,
        help="the home folder that is seen in pictures, such as /home/kim; it must not be there yet",
    )
    chosen = parser.parse_args()
    if chosen.home is not None and chosen.home.exists():
        parser.error(f"{chosen.home} is there already")
    if unknown := sorted(set(chosen.names) - set(names)):
        parser.error(f"there is no picture {unknown[0]!r}; there are: {', '.join(names)}")
    chosen.out.mkdir(parents=True, exist_ok=True)
    wanted = [picture for picture in PICTURES if picture.name in (chosen.names or names)]
    os.environ.update(SECRETS)
    with tempfile.TemporaryDirectory(prefix="preceptor-pictures-") as folder, contextlib.ExitStack() as left:
        profile, home = Path(folder, "profile"), (chosen.home or Path(folder, "home")).absolute()
        left.callback(same_place.forget, home)
        variables = left.enter_context(display(chosen.platform))
        make_profile(home, Path(folder, "collector"))
        same_place.keep(home, profile)
        for scale, language in sorted({(picture.scale, picture.language) for picture in wanted}):
            # Qt reads the scale once, when it starts, so each scale is a process of its own; a language too.
            status = subprocess.run(
                [
                    sys.executable,
                    str(Path(__file__).with_name("taking.py")),
                    str(profile),
                    str(home),
                    str(chosen.out.resolve()),
                    *(picture.name for picture in wanted if (picture.scale, picture.language) == (scale, language)),
                ],
                env={
                    **os.environ,
                    **variables,
                    "QT_SCALE_FACTOR": str(scale),
                    "LANGUAGE": language,
                    "HOME": str(home),
                },
                check=False,
            ).returncode
            if status != 0:
                return status
    return 0


if __name__ == "__main__":
    sys.exit(main())
