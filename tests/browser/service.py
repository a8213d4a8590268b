"""A running service: web server and worker on a free port, in an empty folder."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from matchmaker.config import ROOT

STARTS_WITHIN_S = 300


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Service:
    """The processes of `matchmaker demo up`, and where they listen."""

    def __init__(self, instance: Path, port: int) -> None:
        self.instance = instance
        self.url = f"http://127.0.0.1:{port}"
        self.environ = {
            **os.environ,
            "MATCHMAKER_MODE": "example",
            "MATCHMAKER_INSTANCE_PATH": str(instance),
            "MATCHMAKER_LOG_FORMAT": "text",
            "HOST": "127.0.0.1",
            "PORT": str(port),
        }
        self.log = instance / "service.log"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "matchmaker", "demo", "up"],
                cwd=ROOT,
                env=self.environ,
                stdout=log,
                stderr=log,
            )
        until = time.monotonic() + STARTS_WITHIN_S
        while time.monotonic() < until:
            if self.process.poll() is not None:
                break
            try:
                with urllib.request.urlopen(f"{self.url}/readyz", timeout=2):
                    return
            except (urllib.error.URLError, OSError):
                time.sleep(0.2)
        raise RuntimeError(f"the service did not start:\n{self.log.read_text()[-4000:]}")

    def stop(self) -> int:
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(30)


@contextmanager
def running_service(folder: Path) -> Iterator[Service]:
    folder.mkdir(parents=True, exist_ok=True)
    service = Service(folder, free_port())
    service.start()
    try:
        yield service
    finally:
        service.stop()
