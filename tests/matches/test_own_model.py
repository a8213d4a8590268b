"""A sentence encoder of the office's own in the service: MATCHMAKER_ENCODER names its folder."""

from __future__ import annotations

from dataclasses import replace

import pytest

from matchmaker.engines.matching.encoder import EncodingBook
from matchmaker.engines.matching.text import fit_text_model
from matchmaker.matches.encoders import EncoderState, encoder_named, equipment
from tests.engines.matching.onnx_models import WEIGHTS, cut_short, write_model, write_tokenizer
from tests.matches.text_fixtures import NAMES


@pytest.fixture
def own(app, tmp_path, monkeypatch):
    """The folder that the settings name."""
    write_model(tmp_path / "model.onnx")
    write_tokenizer(tmp_path)
    settings = replace(app.extensions["settings"], encoder=str(tmp_path))
    monkeypatch.setitem(app.extensions, "settings", settings)
    return tmp_path


def test_the_service_reads_the_model_that_the_settings_name(own):
    found = equipment()

    assert found.state is EncoderState.READY
    assert encoder_named(found.encoder.name) is found.encoder
    assert equipment().encoder is found.encoder


def test_a_model_put_in_its_place_is_another_encoder(own):
    before = equipment().encoder
    write_model(own / "model.onnx", weights=WEIGHTS[:, ::-1].copy()[:, :4])

    after = equipment().encoder

    assert after.name != before.name
    assert (before.dimensions, after.dimensions) == (6, 4)


def test_a_model_cut_short_says_so_and_stops_nothing(own):
    cut_short(own / "model.onnx")

    found = equipment()

    assert (found.state, found.encoder) == (EncoderState.UNFIT, None)
    assert "model.onnx cannot be loaded" in found.detail


def test_the_text_model_is_fitted_with_it(own):
    encoder = equipment().encoder

    model = fit_text_model(NAMES, book=EncodingBook(encoder))

    assert model.encoder_name_ == encoder.name
    assert model.version_ != fit_text_model(NAMES).version_
