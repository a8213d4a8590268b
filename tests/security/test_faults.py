"""Killed without warning in the middle of writing, the service loses nothing it acknowledged."""

from __future__ import annotations

import contextvars
import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import urlencode

import pytest
import sqlalchemy as sa
from aiosmtpd.controller import Controller
from flask import Flask

from matchmaker.accounts.services.sessions import start_session
from matchmaker.app import create_app
from matchmaker.config import ROOT, Settings
from matchmaker.db.base import db
from matchmaker.db.clock import utcnow
from matchmaker.db.transaction import unit_of_work
from matchmaker.jobs.models import OutboxMessage
from matchmaker.mail.services import send_waiting
from tests.build import make_exporter, make_user
from tests.conftest import SECRET, Client, make_settings

KILLS = 3
WRITING_S = 0.5
START_WITHIN_S = 60
pytestmark = pytest.mark.skipif(
    os.environ.get("DATABASE") == "postgresql", reason="the embedded database is the one at risk"
)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Postbox:
    """A mail server that takes its time, so that a kill meets a mail under way."""

    def __init__(self) -> None:
        self.got: list[tuple[str, str]] = []

    async def handle_DATA(self, _server, _session, envelope) -> str:  # noqa: N802  (aiosmtpd's)
        head = envelope.content.decode("utf-8", "replace")
        message_id = re.search(r"^Message-ID: (\S+)", head, re.M | re.I)
        assert message_id
        self.got.append((message_id[1], envelope.rcpt_tos[0]))
        time.sleep(0.05)
        return "250 OK"


@pytest.fixture
def postbox() -> Iterator[tuple[Postbox, int]]:
    box, port = Postbox(), _free_port()
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    yield box, port
    controller.stop()


class Processes:
    """The web server and the worker of a scratch instance, killed and started at will."""

    def __init__(self, settings: Settings) -> None:
        self.port = settings.port
        self.environ = {
            **os.environ,
            "MATCHMAKER_MODE": settings.mode.value,
            "MATCHMAKER_SECRET_KEY": SECRET,
            "MATCHMAKER_INSTANCE_PATH": str(settings.instance_path),
            "MATCHMAKER_MAIL_SERVER": settings.mail_server,
            "MATCHMAKER_MAIL_PORT": str(settings.mail_port),
            "MATCHMAKER_PUBLIC_URL": settings.public_url,
        }
        self.running: list[subprocess.Popen[bytes]] = []

    def start(self) -> None:
        web = [sys.executable, "-m", "gunicorn", "wsgi:app", "--bind", f"127.0.0.1:{self.port}",
               "--worker-class", "gthread", "--threads", "4", "--log-level", "critical",
               "--no-control-socket"]  # fmt: skip
        worker = [sys.executable, "-m", "matchmaker", "worker"]
        self.running = [
            subprocess.Popen(
                command, cwd=ROOT, env=self.environ, start_new_session=True,
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            )
            for command in (web, worker)
        ]  # fmt: skip
        until = time.monotonic() + START_WITHIN_S
        while time.monotonic() < until:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.1)
        raise AssertionError("the service did not start")

    def kill(self) -> None:
        for process in self.running:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        self.running = []


class Writer(threading.Thread):
    """Invites colleague after colleague, and remembers which invitations were acknowledged."""

    def __init__(self, port: int, path: str, cookie: str, token: str) -> None:
        super().__init__()
        self.port, self.path, self.cookie, self.token = port, path, cookie, token
        self.acknowledged: set[str] = set()
        self.answers: Counter[int] = Counter()
        self.stopping = False
        self.number = 0

    def run(self) -> None:
        while not self.stopping:
            self.number += 1
            try:
                self._invite(f"colleague{self.number}-{self.ident}@firm.example")
            except (OSError, HTTPException):
                time.sleep(0.05)

    def _invite(self, email: str) -> None:
        body = urlencode({"email": email, "role": "editor", "csrf_token": self.token})
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=20)) as connection:
            headers = {
                "Cookie": self.cookie,
                "Content-Type": "application/x-www-form-urlencoded",
            }
            connection.request("POST", self.path, body, headers)
            status = connection.getresponse().status
        self.answers[status] += 1
        if status == 303:
            self.acknowledged.add(email)


def _owner(app: Flask, settings: Settings) -> tuple[str, str, str]:
    """Return the address of a company's members, its owner's cookie, and a token of its forms."""
    with app.app_context():
        owner = make_user()
        company = make_exporter(owner=owner)
        token = start_session(owner, device="Test", settings=settings, now=utcnow())
        path = f"/companies/{company.public_id}/members"
        db.session.commit()
        browser = app.test_client()
        assert isinstance(browser, Client)
        with browser.session_transaction() as session:
            session["sid"] = token
        form_token = browser.csrf()
        cookie = browser.get_cookie("session")
        assert cookie is not None
        db.session.remove()
        db.engine.dispose()
    return path, f"session={cookie.value}", form_token


def _send_the_rest(app: Flask) -> None:
    with app.app_context():
        with unit_of_work():
            later = datetime(2000, 1, 1, tzinfo=UTC)
            db.session.execute(sa.update(OutboxMessage).values(next_attempt_at=later))
        send_waiting()
        db.session.remove()
        db.engine.dispose()


def _rows(path: Path, question: str) -> list[tuple[str, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(question).fetchall()


def _alone(action: Callable[..., object], *arguments: object) -> object:
    return contextvars.Context().run(action, *arguments)


def test_killed_in_a_write_loop_it_keeps_every_acknowledged_write_and_sends_every_mail(
    application, tmp_path, postbox
):
    box, mail_port = postbox
    database = tmp_path / "matchmaker.db"
    shutil.copy(Path(application.instance_path) / "template.db", database)
    settings = make_settings(
        tmp_path, f"sqlite:///{database}", port=_free_port(),
        mail_server="127.0.0.1", mail_port=mail_port,
    )  # fmt: skip
    app = create_app(settings)
    app.test_client_class = Client
    known = _alone(_owner, app, settings)
    processes = Processes(settings)
    writers = [Writer(settings.port, *known) for _ in range(2)]
    processes.start()
    try:
        for writer in writers:
            writer.start()
        for _ in range(KILLS):
            before = sum(len(writer.acknowledged) for writer in writers)
            until = time.monotonic() + START_WITHIN_S
            while sum(len(w.acknowledged) for w in writers) < before + 10:
                assert time.monotonic() < until, [dict(w.answers) for w in writers]
                time.sleep(0.05)
            time.sleep(WRITING_S)
            processes.kill()
            processes.start()
    finally:
        for writer in writers:
            writer.stopping = True
        for writer in writers:
            writer.join()
        processes.kill()

    acknowledged = set().union(*(writer.acknowledged for writer in writers))
    invited = {email for (email,) in _rows(database, "SELECT email FROM member_invitation")}
    assert len(acknowledged) >= 10 * KILLS
    assert acknowledged - invited == set()
    assert _rows(database, "PRAGMA integrity_check") == [("ok",)]
    assert _rows(database, "PRAGMA foreign_key_check") == []

    _alone(_send_the_rest, app)
    mails = _rows(database, "SELECT message_id, recipient, state FROM outbox_message")
    assert {recipient for _id, recipient, _state in mails} == invited
    assert {state for _id, _recipient, state in mails} == {"sent"}
    assert set(box.got) == {(message_id, recipient) for message_id, recipient, _ in mails}
