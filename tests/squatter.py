"""A program of another user that listens in the place of one of ours, prints what it hears, and answers it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

_PROGRAM = """
import os, socket, sys
listening = socket.socket(socket.AF_UNIX)
os.umask(0)
listening.bind(sys.argv[1])
os.setresuid(65534, 65534, 65534)
listening.listen()
print(flush=True)
while True:
    connected, _ = listening.accept()
    print(connected.recv(65536), flush=True)
    try:
        connected.sendall(os.fsencode(sys.argv[2]))
    except OSError:
        pass
"""


def squat(place: Path, answer: str = "") -> subprocess.Popen[bytes]:
    """Have it listen at `place`; only root can start it."""
    started = subprocess.Popen([sys.executable, "-c", _PROGRAM, str(place), answer], stdout=subprocess.PIPE)
    assert started.stdout is not None
    assert started.stdout.readline() == b"\n", "a program of another user is started by root only"
    return started
