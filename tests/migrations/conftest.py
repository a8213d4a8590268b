"""An application whose database no migration has touched yet."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.config import Config
from flask import Flask

from matchmaker.app import create_app
from matchmaker.db.base import db
from tests.conftest import make_settings
from tests.postgres import fresh_database


@pytest.fixture
def empty(backend: str, tmp_path: Path, worker_id: str) -> Iterator[Flask]:
    """An application on an empty database of the kind this run is on."""
    if backend == "postgresql":
        database = fresh_database(f"migrations_{worker_id}")
    else:
        database = f"sqlite:///{tmp_path / 'matchmaker.db'}"
    app = create_app(make_settings(tmp_path, database))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def migrations(empty: Flask) -> Config:
    """The configuration that Alembic's commands take."""
    config: Config = empty.extensions["migrate"].migrate.get_config()
    return config
