"""The two processes under one parent."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time

import pytest

from matchmaker.serve import AddressTakenError, Supervisor, check_address_is_free


def test_a_taken_address_is_found_out_before_anything_starts():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()

        with pytest.raises(AddressTakenError):
            check_address_is_free("127.0.0.1", other.getsockname()[1])


def test_a_free_address_may_be_listened_on():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        port = other.getsockname()[1]

    check_address_is_free("127.0.0.1", port)


PARENT = """
import sys
from matchmaker.serve import Supervisor
sleeper = [sys.executable, "-c", "import os, time; print(os.getpid(), flush=True); time.sleep(60)"]
Supervisor({"web": sleeper}).run()
"""


def test_a_process_that_dies_is_started_again_and_all_stop_with_the_parent():
    parent = subprocess.Popen([sys.executable, "-c", PARENT], stdout=subprocess.PIPE, text=True)
    first = int(parent.stdout.readline())
    os.kill(first, signal.SIGKILL)
    second = int(parent.stdout.readline())

    parent.send_signal(signal.SIGTERM)

    assert parent.wait(15) == 0
    parent.stdout.close()
    assert second != first
    with pytest.raises(ProcessLookupError):
        os.kill(second, 0)


def test_whatever_ignores_the_request_to_stop_is_killed(monkeypatch):
    stubborn = "import signal, time; signal.signal(15, signal.SIG_IGN); time.sleep(60)"
    supervisor = Supervisor({"web": [sys.executable, "-c", stubborn]})
    supervisor.start("web")
    time.sleep(0.5)
    monkeypatch.setattr("matchmaker.serve.STOP_WITHIN_S", 0.5)

    supervisor._stop_all()

    assert supervisor.running["web"].wait(5) == -signal.SIGKILL
