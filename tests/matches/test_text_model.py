"""The kept text model: found again, and not read when somebody else wrote it."""

from __future__ import annotations

import logging

import pytest

from matchmaker.engines.matching.data import Concept, Vocabulary
from matchmaker.matches import text_model as store

NAMES = Vocabulary(
    tuple(
        Concept(f"{10 + place}01", "hs", en, ja, ur)
        for place, (en, ja, ur) in enumerate(
            [
                ("Scissors", "はさみ", "قینچی"),
                ("Towels", "タオル", "تولیے"),
                ("Rice", "米", "چاول"),
                ("Mangoes", "マンゴー", "آم"),
                ("Footballs", "サッカーボール", "فٹ بال"),
                ("Carpets", "じゅうたん", "قالین"),
            ]
        )
    )
)


@pytest.fixture
def folder(app, monkeypatch, tmp_path):
    monkeypatch.setattr(store, "_known", {})
    monkeypatch.setattr(store, "_folder", lambda: tmp_path)
    return tmp_path


def test_a_model_is_fitted_once_and_found_by_other_processes(folder, monkeypatch):
    fitted = store.text_model(NAMES)
    assert store.text_model(NAMES) is fitted
    monkeypatch.setattr(store, "_known", {})  # another process

    found = store.text_model_at_hand(NAMES)

    assert found is not None
    assert found.version_ == fitted.version_
    assert store.text_model_of_version(fitted.version_).version_ == fitted.version_


def test_before_it_is_fitted_none_is_at_hand(folder):
    assert store.text_model_at_hand(NAMES) is None
    assert store.text_model_of_version("1:words:0") is None


def test_a_file_that_somebody_else_wrote_is_not_read(folder, monkeypatch, caplog):
    store.text_model(NAMES)
    (kept,) = folder.glob("*.model")
    kept.write_bytes(b"\0" * 32 + kept.read_bytes()[32:])
    monkeypatch.setattr(store, "_known", {})

    with caplog.at_level(logging.WARNING):
        assert store.text_model_at_hand(NAMES) is None
    assert "foreign seal" in caplog.text


def test_the_vocabulary_holds_the_names_of_codes_and_sectors(app):
    found = {concept.code: concept for concept in store.vocabulary().concepts}

    assert found["0306"].ja
    assert found["TEXT-TOWEL"].kind == "sector"
    assert found["0101"].search_en[0] == "horse"
