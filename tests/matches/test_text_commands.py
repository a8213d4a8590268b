"""Commands of the text model: what they say and how they end."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from matchmaker.db.base import db
from matchmaker.matches import encoders
from matchmaker.matches.encoders import EncoderState, Equipment
from matchmaker.matches.text_model import version_in_use
from tests.build import make_exporter, make_product
from tests.engines.matching.encoders import GramEncoder
from tests.matches.text_fixtures import NAMES, install, use_few_names


@pytest.fixture
def command(app, monkeypatch, tmp_path):
    use_few_names(app, tmp_path, monkeypatch)
    install(app, GramEncoder(), monkeypatch)

    def call(*arguments):
        db.session.commit()
        return app.test_cli_runner().invoke(args=["match", *arguments])

    return call


def test_vectors_says_how_many_texts_were_embedded_and_how_many_have_one(command):
    make_product(make_exporter(), name="Scalpels")
    command("vectors")
    make_product(make_exporter(), name="Forceps")

    answer = command("vectors")

    assert answer.exit_code == 0
    assert answer.stdout == "grams: 1 texts embedded, 2 have vectors\n"


def test_vectors_answers_as_json_alone(command):
    make_product(make_exporter())

    answer = command("vectors", "--json")

    assert json.loads(answer.stdout) == {
        "encoders": {"grams": {"made": 1, "texts": 1}},
        "state": "ready",
    }


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (Equipment(EncoderState.ABSENT), "is not installed here"),
        (Equipment(EncoderState.DAMAGED), "is damaged: install it again"),
        (Equipment(EncoderState.UNFIT, detail="model.onnx is cut short."), "cut short"),
    ],
)
def test_without_an_encoder_vectors_ends_with_1_and_says_why(
    command, app, monkeypatch, found, said
):
    asked = app.extensions["settings"].encoder
    monkeypatch.setitem(encoders._loaded, asked, ((), found))

    answer = command("vectors")

    assert answer.exit_code == 1
    assert said in answer.stderr


def test_fit_takes_a_version_into_use(command):
    answer = command("fit", "--json")

    data = json.loads(answer.stdout)
    assert answer.exit_code == 0
    assert data["names"] == len(NAMES.concepts)
    assert data["roads"] == ["words", "concepts", "sense"]
    assert version_in_use().version == data["version"]


def test_fit_without_an_encoder_says_so_and_leaves_its_road_out(command, app, monkeypatch):
    none = replace(app.extensions["settings"], encoder="none")
    monkeypatch.setitem(app.extensions, "settings", none)

    answer = command("fit")

    assert answer.exit_code == 0
    assert "no sentence encoder is to be used" in answer.stderr
    assert version_in_use().roads == ["words", "concepts"]
