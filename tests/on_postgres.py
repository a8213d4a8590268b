"""Pytest with one PostgreSQL server for all workers: python -m tests.on_postgres ARGUMENTS."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.postgres import start_server, stop_server


def main() -> int:
    folder = Path(tempfile.mkdtemp(prefix="matchmaker-pg-"))
    folder.chmod(0o755)
    start_server(folder)
    try:
        environ = {**os.environ, "DATABASE": "postgresql", "POSTGRES_FOLDER": str(folder)}
        command = [sys.executable, "-m", "pytest", *sys.argv[1:]]
        return subprocess.run(command, check=False, env=environ).returncode
    finally:
        stop_server(folder)


if __name__ == "__main__":
    sys.exit(main())
