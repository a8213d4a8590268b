"""Database gone, locked or full, disk full: the answer says so, and nothing is half-written."""

from __future__ import annotations

import os
import resource
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from io import BytesIO
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from PIL import Image

from matchmaker.app import create_app
from matchmaker.companies.models import StoredFile
from matchmaker.db import transaction
from matchmaker.db.base import db
from tests.accounts.people import again, make_person
from tests.build import make_exporter, make_product, make_user
from tests.conftest import Client, make_settings
from tests.postgres import PORT, start_server, stop_server

PROFILE = {"name": "Sana", "language": "en", "time_zone": "Asia/Tokyo"}
on_sqlite = pytest.mark.skipif(
    os.environ.get("DATABASE") == "postgresql", reason="about the embedded database"
)
on_postgresql = pytest.mark.skipif(
    os.environ.get("DATABASE") != "postgresql", reason="about the server"
)


def assert_unavailable(answer):
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "30"
    assert "The service is not ready" in answer.text
    assert "What you had saved is kept" in answer.text


@contextmanager
def at_most(size: int) -> Iterator[None]:
    """No file grows beyond `size` bytes in this block, as on a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@on_sqlite
def test_a_database_file_that_is_gone_gives_503_until_it_is_back(app, sign_in):
    browser = sign_in(make_person())
    db.session.remove()
    db.engine.dispose()
    place, aside = (Path(app.instance_path) / name for name in ("matchmaker.db", "aside.db"))
    place.rename(aside)
    place.mkdir()
    try:
        assert_unavailable(browser.get("/account"))
        assert_unavailable(browser.submit("/account", PROFILE))
        ready = browser.get("/readyz")
        assert (ready.status_code, ready.json["checks"]["database"]) == (503, False)
        assert browser.get("/healthz").status_code == 200
    finally:
        db.engine.dispose()
        place.rmdir()
        aside.rename(place)

    assert browser.get("/account").status_code == 200
    assert browser.get("/readyz").json["checks"]["migrations"] is True


@on_sqlite
def test_a_database_locked_too_long_gives_503_and_the_next_try_is_taken(app, sign_in, monkeypatch):
    person = make_person(name="Before")
    browser = sign_in(person)
    db.session.remove()
    db.engine.dispose()
    monkeypatch.setattr(transaction, "BUSY_TIMEOUT_MS", 200)
    with closing(sqlite3.connect(Path(app.instance_path) / "matchmaker.db")) as other:
        other.execute("BEGIN IMMEDIATE")

        assert_unavailable(browser.submit("/account", PROFILE))
        assert browser.get("/account").status_code == 200  # readers are not held up
        other.rollback()

    assert browser.submit("/account", PROFILE).status_code == 303
    assert again(person).name == "Sana"
    db.session.remove()
    db.engine.dispose()


@on_sqlite
def test_a_full_disk_under_the_database_gives_503_and_writes_nothing(app, sign_in):
    person = make_person(name="Before")
    browser = sign_in(person)
    token = browser.csrf()
    db.session.remove()

    with at_most(1):
        answer = browser.post("/account", data=PROFILE | {"csrf_token": token})

    assert_unavailable(answer)
    assert again(person).name == "Before"
    assert db.session.scalar(sa.text("PRAGMA integrity_check")) == "ok"
    assert browser.submit("/account", PROFILE).status_code == 303
    assert again(person).name == "Sana"


def test_a_full_disk_under_an_upload_gives_503_and_leaves_nothing(app, sign_in):
    owner = make_user()
    place = f"/products/{make_product(make_exporter(owner)).public_id}/pictures"
    db.session.commit()
    browser = sign_in(owner)
    noise = BytesIO()
    Image.frombytes("RGB", (300, 300), os.urandom(270_000)).save(noise, "PNG")
    form = {"csrf_token": browser.csrf()}
    files = app.extensions["settings"].files_path

    with at_most(100_000):
        given = {"picture": (BytesIO(noise.getvalue()), "noise.png")}
        answer = browser.post(place, data=form | given)

    assert_unavailable(answer)
    assert [path for path in files.rglob("*") if path.is_file()] == []
    db.session.rollback()
    assert db.session.scalars(sa.select(StoredFile)).all() == []
    given = {"picture": (BytesIO(noise.getvalue()), "noise.png")}
    assert browser.post(place, data=form | given).status_code == 303


@pytest.fixture
def server() -> Iterator[Path]:
    """A PostgreSQL server of this test's own; readable by the user it runs as."""
    folder = Path(tempfile.mkdtemp(prefix="matchmaker-pg-"))
    folder.chmod(0o755)
    start_server(folder)
    yield folder
    if folder.exists():
        stop_server(folder)


@on_postgresql
def test_a_server_that_stopped_gives_503(server, tmp_path):
    url = f"postgresql+psycopg://postgres@/postgres?host={server}&port={PORT}"
    app = create_app(make_settings(tmp_path, url))
    app.test_client_class = Client
    with app.app_context():
        command.upgrade(app.extensions["migrate"].migrate.get_config(), "head")
        db.session.remove()
    browser = app.test_client()
    form = {"email": "sana@mills.example", "password": "plum orchard by the river"}
    assert browser.submit("/sign-in", form).status_code == 422
    assert browser.get("/events").status_code == 200

    stop_server(server)

    assert_unavailable(browser.submit("/sign-in", form))
    assert_unavailable(browser.get("/events"))
    ready = browser.get("/readyz")
    assert (ready.status_code, ready.json["checks"]["database"]) == (503, False)
    assert browser.get("/healthz").status_code == 200
    with app.app_context():
        db.engine.dispose()
