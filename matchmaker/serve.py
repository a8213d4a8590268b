"""Web server and worker as two processes under one parent, which restarts and stops them."""

from __future__ import annotations

import logging
import os
import signal
import socket
import subprocess
import sys
import time
from types import FrameType
from urllib.parse import urlsplit

from matchmaker.config import ROOT, Settings

log = logging.getLogger(__name__)

THREADS = 8
RESTART_PAUSE_S = 2.0
STOP_WITHIN_S = 20.0
HERE_ONLY = frozenset({"", "0.0.0.0", "::", "127.0.0.1", "::1", "localhost"})  # noqa: S104
"""Names that lead another machine nowhere, or to itself."""


class AddressTakenError(Exception):
    """Something else listens on the address."""


def check_address_is_free(host: str, port: int) -> None:
    """Find out before anything starts whether the address can be had.

    Raises
    ------
    AddressTakenError
        If not.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise AddressTakenError(str(error)) from None


def warning_of_links(settings: Settings) -> str | None:
    """Return a sentence where links in mails would lead nobody but this machine to the service."""
    name = urlsplit(settings.public_url).hostname or ""
    if settings.on_loopback or name not in HERE_ONLY:
        return None
    return (
        f"Links in mails start with {settings.public_url}, which opens on this machine only: set "
        "MATCHMAKER_PUBLIC_URL to the address people use."
    )


def web_command(settings: Settings) -> list[str]:
    """Return the command of the web server: one process, so that rate limits are counted once."""
    address = f"[{settings.host}]" if ":" in settings.host else settings.host
    return [
        sys.executable, "-m", "gunicorn", "wsgi:app",
        "--bind", f"{address}:{settings.port}",
        "--worker-class", "matchmaker.listening.GatheringWorker",
        "--workers", "1", "--threads", str(THREADS),
        "--timeout", "60", "--graceful-timeout", "15", "--keep-alive", "15",
        "--limit-request-line", "8190",
        "--log-level", "warning", "--no-control-socket",
    ]  # fmt: skip


def worker_command() -> list[str]:
    """Return the command of the worker."""
    return [sys.executable, "-m", "matchmaker", "worker"]


class Supervisor:
    """Keeps the two processes alive until it is told to stop."""

    def __init__(self, commands: dict[str, list[str]]) -> None:
        self.commands = commands
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        self.stopping = False

    def start(self, name: str) -> None:
        """Start one process, in a group of its own so that Ctrl-C reaches it through us only."""
        self.running[name] = subprocess.Popen(  # noqa: S603  (our own two commands)
            self.commands[name], cwd=ROOT, env=os.environ, start_new_session=True
        )

    def stop(self, _number: int = 0, _frame: FrameType | None = None) -> None:
        """Remember that we are to stop; `run` does the rest."""
        self.stopping = True

    def run(self) -> None:
        """Start all, restart what dies, and at the end stop all cleanly."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self.stop)
        for name in self.commands:
            self.start(name)
        try:
            while not self.stopping:
                time.sleep(0.2)
                for name, process in list(self.running.items()):
                    if process.poll() is not None and not self.stopping:
                        log.error("process died", extra={"which": name})
                        time.sleep(RESTART_PAUSE_S)
                        self.start(name)
        finally:
            self._stop_all()

    def _stop_all(self) -> None:
        for process in self.running.values():
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
        until = time.monotonic() + STOP_WITHIN_S
        for process in self.running.values():
            try:
                process.wait(max(0.1, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)


def serve(settings: Settings) -> None:
    """Serve until told to stop.

    Raises
    ------
    AddressTakenError
        If something else listens on the address.
    """
    check_address_is_free(settings.host, settings.port)
    warning = warning_of_links(settings)
    if warning is not None:
        sys.stderr.write(f"{warning}\n")
    Supervisor({"web": web_command(settings), "worker": worker_command()}).run()
