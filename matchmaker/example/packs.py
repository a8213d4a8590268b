"""The example data as it comes with the service."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "data"
PICTURES = DATA / "pictures"


def pack(name: str) -> Any:
    """Return the content of one JSON file of the pack."""
    return json.loads((DATA / f"{name}.json").read_text(encoding="utf-8"))
