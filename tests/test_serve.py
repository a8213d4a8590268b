"""The two processes under one parent."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time

import pytest

from matchmaker.app import create_app
from matchmaker.config import Mode
from matchmaker.example.cli import greet
from matchmaker.serve import (
    AddressTakenError,
    Supervisor,
    check_address_is_free,
    warning_of_links,
)
from tests.conftest import make_settings


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


@pytest.mark.parametrize(
    ("host", "public_url", "warns"),
    [
        ("0.0.0.0", "http://0.0.0.0:8000", True),
        ("192.0.2.7", "http://localhost:8000", True),
        ("::", "http://[::]:8000", True),
        ("0.0.0.0", "https://match.tdap.example", False),
        ("127.0.0.1", "http://127.0.0.1:8000", False),
    ],
)
def test_whoever_listens_to_others_is_told_when_links_in_mails_lead_nowhere(
    tmp_path, host, public_url, warns
):
    settings = make_settings(tmp_path, "sqlite://", host=host, public_url=public_url)

    warning = warning_of_links(settings)

    assert (warning is not None and "MATCHMAKER_PUBLIC_URL" in warning) is warns


def test_the_greeting_of_an_open_example_says_where_mails_lie(tmp_path, capsys):
    settings = make_settings(tmp_path, "sqlite://", mode=Mode.EXAMPLE, host="0.0.0.0")

    with create_app(settings).app_context():
        greet(settings)

    assert f"mails: files in {tmp_path / 'mail'}" in capsys.readouterr().out
