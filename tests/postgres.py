"""A PostgreSQL server of the tests' own, on a socket in a temporary folder.

`initdb` and the server refuse root, so they run as another user then.
"""

from __future__ import annotations

import atexit
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import psycopg

UNPRIVILEGED = "postgres"
PORT = 54329


def _binary(name: str) -> str:
    for folder in sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True):
        if (folder / name).exists():
            return str(folder / name)
    found = shutil.which(name)
    if found is None:
        raise RuntimeError(
            "PostgreSQL is not installed: install the package postgresql, "
            "or leave its tests out with POSTGRES=no make test"
        )
    return found


def _run(*command: str) -> None:
    as_other = ["runuser", "-u", UNPRIVILEGED, "--"] if os.geteuid() == 0 else []
    subprocess.run([*as_other, *command], check=True, capture_output=True, cwd="/")


def start_server(folder: Path) -> None:
    """Make a cluster in `folder` and start it there, without a network port."""
    if os.geteuid() == 0:
        shutil.chown(folder, UNPRIVILEGED)
    data = folder / "data"
    _run(_binary("initdb"), "-D", str(data), "-U", "postgres", "-A", "trust", "-E", "UTF8",
         "--locale=C.UTF-8", "--no-sync")  # fmt: skip
    options = f"-c listen_addresses='' -k {folder} -p {PORT} -c fsync=off -c max_connections=60"
    _run(
        _binary("pg_ctl"), "-D", str(data), "-o", options, "-l", str(folder / "log"), "-w", "start"
    )


def stop_server(folder: Path) -> None:
    """Stop the cluster in `folder` and remove it."""
    _run(_binary("pg_ctl"), "-D", str(folder / "data"), "-m", "immediate", "stop")
    shutil.rmtree(folder, ignore_errors=True)


def server_folder() -> Path:
    """Return the folder of the running server; the runner starts one and names it, else we do."""
    given = os.environ.get("POSTGRES_FOLDER")
    if given:
        return Path(given)
    folder = Path(tempfile.mkdtemp(prefix="matchmaker-pg-"))
    folder.chmod(0o755)
    start_server(folder)
    os.environ["POSTGRES_FOLDER"] = str(folder)
    atexit.register(stop_server, folder)
    return folder


def fresh_database(name: str) -> str:
    """Make an empty database on the tests' server and return its URL."""
    folder = server_folder()
    admin = psycopg.connect(host=str(folder), port=PORT, user="postgres", autocommit=True)
    with admin:
        admin.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        admin.execute(f'CREATE DATABASE "{name}"')
    return f"postgresql+psycopg://postgres@/{name}?host={folder}&port={PORT}"
