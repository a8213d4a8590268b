"""What JSON columns take, and give back."""

from __future__ import annotations

from typing import NamedTuple

import orjson
import pytest
import sqlalchemy as sa

from matchmaker.db.base import db
from matchmaker.db.clock import utcnow
from matchmaker.db.types import json_text
from matchmaker.engines.matching.reasons import PartReason
from matchmaker.jobs.models import Job


class Place(NamedTuple):
    town: str
    market: str


def test_a_named_tuple_is_written_as_a_list():
    assert json_text({"why": [PartReason("text", 0.5, None, 0.0)]}) == (
        '{"why":[["text",0.5,null,0.0]]}'
    )
    assert orjson.loads(json_text(Place("大阪", "سیالکوٹ"))) == ["大阪", "سیالکوٹ"]


def test_half_a_character_and_a_huge_number_are_kept_as_they_are():
    assert json_text({"text": "\ud800"}) == '{"text": "\\ud800"}'
    assert json_text([10**30]) == f"[{10**30}]"


def test_what_json_does_not_know_is_refused():
    with pytest.raises(TypeError):
        json_text({"on": {1, 2}})
    with pytest.raises(TypeError):
        json_text(object())


def test_the_database_gives_back_what_was_written(app):
    kept = {"name": "ラウィ・サージカル", "urdu": "راوی", "numbers": [1, 0.1, None, True], "3": {}}
    db.session.add(Job(kind="mail", arguments=kept, created_at=utcnow()))
    db.session.commit()
    db.session.expunge_all()

    assert db.session.scalars(sa.select(Job.arguments)).one() == kept
