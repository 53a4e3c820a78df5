"""The set-up's modules lie side by side in installers/, as bootstrap.py finds them; tests find them there as well."""

from __future__ import annotations

import sys
from pathlib import Path

INSTALLERS = Path(__file__).resolve().parents[2] / "installers"
sys.path.insert(0, str(INSTALLERS))
