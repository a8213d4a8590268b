"""A fitted text model, kept between runs of the tests as long as the engine's code is the same."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from matchmaker.config import ROOT
from matchmaker.db.base import db
from matchmaker.matches.models import MatchRun
from matchmaker.matches.queries.runs import run_by_number
from matchmaker.matches.services.runs import run_now


def _kept_models() -> Path:
    """Fitting takes many seconds; the folder is named by the code that fits."""
    sources = sorted((ROOT / "matchmaker" / "engines" / "matching").glob("*.py"))
    code = hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()[:16]
    folder = Path(tempfile.gettempdir()) / f"matchmaker-test-models-{code}"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture
def fitted(app: Flask) -> None:
    """Let the service find the text model that an earlier test has fitted."""
    place = Path(app.instance_path) / "text-models"
    if not place.exists():
        place.symlink_to(_kept_models(), target_is_directory=True)


@pytest.fixture
def run(fitted: None) -> Callable[[str], MatchRun]:
    """Commit what was built, run a match of an event and return the run."""

    def make(event_code: str) -> MatchRun:
        db.session.commit()
        run_now(event_code)
        newest = db.session.query(MatchRun.id).order_by(MatchRun.id.desc()).first()
        assert newest is not None
        return run_by_number(newest[0])

    return make
