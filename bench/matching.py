"""How long the matching engine takes at any size; see `bench.matching_sizes`.

python bench/matching.py [--exporters 500] [--buyers 1000] [--json]
"""

from __future__ import annotations

import runpy
import sys
from pathlib import Path

if __name__ == "__main__":
    # Started as a file, it is not among the modules of the folder above.
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    runpy.run_module("bench.matching_sizes", run_name="__main__", alter_sys=True)
