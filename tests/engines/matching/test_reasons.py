"""Reasons as data: what is kept can be read again, also what older runs kept."""

import json

from matchmaker.engines.matching.reasons import (
    ClosePassages,
    Gap,
    MatchedWord,
    PartReason,
    Raise,
    Reasons,
    SharedCode,
    SharedConcept,
)

WHY = Reasons(
    factor=0.5,
    supply=(PartReason("hs", 0.2, 1.0, 0.1), PartReason("price", 0.1, None, 0.0)),
    demand=(PartReason("hs", 0.5, 1.0, 0.5),),
    unknown=("price",),
    code=SharedCode("901890", "901849", "9018", 4),
    words=(MatchedWord("exporter", "title", 0, 6, "shears", "鋏", "9018"),),
    concepts=(SharedConcept("9018", 1.0),),
    gaps=(Gap("volume", offered=10.0, wanted=20.0, unit="piece"),),
    raises=(Raise("price", "state", ("exporter", "buyer"), 0.1),),
    passages=(ClosePassages(("title", 0, 12), ("text", 3, 20), 0.75),),
)


def test_reasons_are_the_same_after_a_passage_through_json():
    assert Reasons.from_json(json.loads(json.dumps(WHY.to_json()))) == WHY


def test_reasons_kept_before_there_were_passages_are_still_read():
    kept = json.loads(json.dumps(WHY.to_json()))
    del kept["passages"]

    read = Reasons.from_json(kept)

    assert read.passages == ()
    assert read.words == WHY.words
