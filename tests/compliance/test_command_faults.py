"""What `matchmaker readiness check` says of cases that are wrong or odd."""

from __future__ import annotations

import json

import pytest

from tests.compliance.asking import MANGO, PAPER, answer, changed, error


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"sector": "AGRI-MANGOO"}, "sector: there is no sector 'AGRI-MANGOO'"),
        ({"sector": None, "hs": ""}, "sector: is missing"),
        ({"sector": "  ", "hs": "999999"}, "hs: there is no code 999999"),
        ({"sector": 7}, "sector: must be a text, not a number"),
        ({"hs": "0804.50"}, "hs: '0804.50' is not 4 to 10 digits without dots"),
        ({"hs": "080"}, "hs: '080' is not 4 to 10 digits"),
        ({"hs": "08045000000"}, "hs: '08045000000' is not 4 to 10 digits"),
        ({"hs": "٠٨٠٤٥٠"}, "is not 4 to 10 digits"),
        ({"hs": "080499"}, "hs: there is no code 080499 in the Harmonized System 2022"),
        ({"hs": 80450}, "hs: must be a text, not a number"),
        ({"as_of": None}, "as_of: is missing"),
        ({"as_of": "15 January"}, "as_of: '15 January' is not a day, as in 2026-03-13"),
        ({"as_of": "20260115"}, "as_of: '20260115' is not a day"),
        ({"shipment": "2026-02-30"}, "shipment: '2026-02-30' is not a day"),
        ({"attributes": "event_in_japan"}, "attributes: must be a list, not a text"),
        ({"attributes": [1]}, "attributes[0] must be a text, not a number"),
        ({"holdings": {}}, "holdings: must be a list, not an object"),
        ({"holdings": [PAPER, 3]}, "holdings[1] must be an object, not a number"),
        ({"holdings": [PAPER | {"certificate": "C-MADE"}]}, "there is no certificate 'C-MADE'"),
        ({"holdings": [PAPER | {"certificate": ""}]}, "holdings[0].certificate: is missing"),
        ({"holdings": [PAPER | {"issued": None}]}, "holdings[0].issued: is missing"),
        (
            {"holdings": [PAPER | {"valid_to": "2025-05-31"}]},
            "holdings[0].valid_to: 2025-05-31 is before 2025-06-01, when it was issued",
        ),
        ({"holdings": [PAPER | {"revoked": "no"}]}, "holdings[0].revoked: must be true or false"),
        (
            {"holdings": [PAPER | {"sectors": ["X"]}]},
            "holdings[0].sectors: there is no sector 'X'",
        ),
        ({"holdings": [PAPER] * 2001}, "holdings: has 2001 members; at most 2000 are read"),
        ({"insisted": ["REQ-NO"]}, "insisted: there is no requirement 'REQ-NO'"),
        ({"agreements": [{"to": None}]}, "agreements[0].from: is missing"),
        (
            {"agreements": [{"from": "2026-06-01", "to": "2026-05-31"}]},
            "agreements[0].to: 2026-05-31 is before 2026-06-01",
        ),
        (
            {
                "agreements": [
                    {
                        "from": "2026-06-01",
                        "accepts": [{"requirement": "REQ-NO", "certificate": "C-PHYTO"}],
                    }
                ]
            },
            "agreements[0].accepts[0].requirement: there is no requirement 'REQ-NO'",
        ),
        (
            {"agreements": [{"from": "2026-06-01", "accepts": [{"requirement": "REQ-MRL"}]}]},
            "agreements[0].accepts[0].certificate: is missing",
        ),
        ({"sector": "x" * 500}, "sector: there is no sector '" + "x" * 40 + "…'"),
        ({"sector": "\ud800\x00"}, "there is no sector '\\ud800\\x00'"),
    ],
)
def test_fault_is_named_with_its_place(changes, message):
    assert message in error(changed(**changes))


def test_every_fault_of_a_case_is_named():
    told = error(changed(as_of="soon", hs="1", holdings=[{}]))

    assert told == (
        "as_of: 'soon' is not a day, as in 2026-03-13; "
        "hs: '1' is not 4 to 10 digits without dots; "
        "holdings[0].certificate: is missing; holdings[0].issued: is missing"
    )


def test_more_faults_than_one_can_read_are_counted():
    assert error(changed(holdings=[{}] * 20)).endswith("; and 20 more")


@pytest.mark.parametrize(
    ("changes", "note"),
    [
        (
            {"holdings": [PAPER, dict(PAPER)]},
            "holdings[1]: C-GLOBALGAP issued on 2025-06-01 is there twice and counts once",
        ),
        (
            {"holdings": [PAPER | {"issued": "2026-01-16"}]},
            "holdings[0]: C-GLOBALGAP is issued after 2026-01-15 and does not count",
        ),
        ({"attributes": ["retail_pack"]}, "attributes: no requirement reads 'retail_pack'"),
        ({"holding": []}, "not read: 'holding'"),
        ({"holdings": [PAPER | {"no": 1}]}, "not read in holdings[0]: 'no'"),
        ({"hs": "0804"}, "hs: 0804 has fewer than 6 digits, so the sector decides"),
        ({"hs": "630260"}, "hs: 630260 belongs to the sector TEXT-TOWEL, not AGRI-MANGO"),
        ({"sector": "AGRI"}, "sector: AGRI is a main sector"),
        ({"event_end": "2026-01-14"}, "the event, 2026-01-14, was over on 2026-01-15"),
        ({"shipment": "2025-07-05"}, "the shipment, 2025-07-05, was over on 2026-01-15"),
    ],
)
def test_oddity_is_noted_and_answered(changes, note):
    notes = answer(changed(**changes))["notes"]

    assert [text for text in notes if text.startswith(note)]


def test_nothing_odd_gives_no_notes():
    assert "notes" not in answer(MANGO)


def _agreement(certificate, starts, ends=None):
    accepts = [{"requirement": "REQ-MEAT-HACCP", "certificate": certificate}]
    return {"from": starts, "to": ends, "accepts": accepts}


@pytest.mark.parametrize("turned", [False, True])
def test_overlapping_agreements_are_noted_and_their_order_changes_nothing(turned):
    agreements = [
        _agreement("C-ISO22000", "2026-01-01", "2026-12-31"),
        _agreement("C-HACCP", "2026-07-05"),
    ]
    given = changed(
        sector="LIVE-CASING",
        hs="020120",
        holdings=[PAPER | {"certificate": "C-HACCP"}],
        agreements=agreements[::-1] if turned else agreements,
    )

    answered = answer(given)
    row = next(
        row
        for row in answered["shipment"]["requirements"]
        if row["requirement"] == "REQ-MEAT-HACCP"
    )

    assert (row["status"], row["by"], row["eased"]) == ("WAIVED_MRA", "C-HACCP", True)
    assert (
        "agreements: several are in force together for REQ-MEAT-HACCP; what any of them accepts "
        "counts"
    ) in answered["notes"]


def test_agreements_that_follow_each_other_do_not_overlap():
    agreements = [
        _agreement("C-HACCP", "2026-07-01"),
        _agreement("C-HACCP", "2026-01-01", "2026-06-30"),
    ]

    assert "notes" not in answer(changed(agreements=agreements))


@pytest.mark.parametrize("depth", [200, 900])
def test_nested_values_in_a_case_are_told_and_not_repeated(depth):
    given = json.dumps(MANGO)[:-1] + ', "holdings": [' + "[" * depth + "]" * depth + "]}"

    assert error(given) == "holdings[0] must be an object, not a list"
