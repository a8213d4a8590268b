"""A text model of few names and a small encoder, in place of those of the installation."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from matchmaker.engines.matching.data import Concept, Vocabulary
from matchmaker.engines.matching.encoder import Encoder
from matchmaker.matches import encoders, text_files
from matchmaker.matches.encoders import EncoderState, Equipment
from matchmaker.matches.services import text_models

NAMES = Vocabulary(
    tuple(
        Concept(f"{10 + place}01", "hs", en, ja, ur)
        for place, (en, ja, ur) in enumerate(
            [
                ("Surgical instruments", "手術器具", "جراحی کے آلات"),
                ("Towels", "タオル", "تولیے"),
                ("Rice", "米", "چاول"),
                ("Mangoes", "マンゴー", "آم"),
                ("Footballs", "サッカーボール", "فٹ بال"),
                ("Carpets", "じゅうたん", "قالین"),
            ]
        )
    )
)
"""Fitting all names takes many seconds."""
MORE_NAMES = Vocabulary((*NAMES.concepts, Concept("9901", "hs", "Kites", "凧", "پتنگ")))


def install(app: Flask, encoder: Encoder, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the settings ask for a folder, and an encoder come from it."""
    folder = f"/models/{encoder.name}"
    settings = replace(app.extensions["settings"], encoder=folder)
    monkeypatch.setitem(app.extensions, "settings", settings)
    monkeypatch.setitem(encoders._loaded, folder, ((), Equipment(EncoderState.READY, encoder)))


def forget_files(monkeypatch: pytest.MonkeyPatch) -> None:
    """Be another process, which has no model in memory."""
    monkeypatch.setattr(text_files, "_known", {})


def use_few_names(app: Flask, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Fit on few names, without a dictionary, and keep the files in a folder of the test."""
    bare = replace(app.extensions["settings"], dictionary_path=folder / "edict")
    monkeypatch.setitem(app.extensions, "settings", bare)
    monkeypatch.setattr(text_files, "folder", lambda: folder)
    monkeypatch.setattr(text_models, "vocabulary", lambda: NAMES)
    forget_files(monkeypatch)
