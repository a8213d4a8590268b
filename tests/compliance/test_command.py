"""`matchmaker readiness check`: no application, no database."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from matchmaker.compliance import cli
from tests.compliance.asking import EXAMPLES, MANGO, answer, changed, check, error


@pytest.mark.parametrize("name", EXAMPLES)
def test_worked_example_is_answered(name):
    answered = answer(EXAMPLES[name]["given"])

    for stage, expected in EXAMPLES[name]["expected"].items():
        keys = ("requirement", "kind", "status", "by", "eased", "programmes")
        rows = [[row[key] for key in keys] for row in answered[stage]["requirements"]]
        assert rows == expected["requirements"]
        scores = {key: value for key, value in expected.items() if key != "requirements"}
        assert scores.pop("level") == answered[stage]["level"]
        assert {key: answered[stage][key] for key in scores} == pytest.approx(scores, abs=0.0005)


def test_stage_without_a_day_is_null_with_a_reason():
    answered = answer(changed(event_end=None, shipment=None))

    assert answered == {
        "event": None,
        "shipment": None,
        "reason": {"event": "no date", "shipment": "no date"},
    }


def test_stage_that_nothing_touches_is_null_with_a_reason():
    answered = answer(changed(sector="RENW-CARBON", hs="", attributes=[]))

    assert (answered["event"], answered["reason"]) == (None, {"event": "no requirement applies"})
    assert answered["shipment"]["level"] == "NOT_READY"


def test_shipment_without_a_day_is_looked_at_on_the_last_day_of_the_event():
    answered = answer(changed(shipment=None))

    assert answered["shipment"]["date"] == "2026-03-13"
    assert "reason" not in answered


def test_what_is_left_out_is_empty():
    short = {"as_of": "2026-01-15", "shipment": "2026-07-05", "sector": "AGRI-MANGO"}
    empty = {"hs": None, "attributes": [], "holdings": None, "agreements": [], "event_end": None}

    assert answer(short) == answer(short | empty)


def test_sector_may_be_left_to_the_code():
    assert answer(changed(sector=None)) == answer(MANGO)


def test_gap_names_what_to_do():
    rows = {r["requirement"]: r for r in answer(MANGO)["shipment"]["requirements"]}

    assert rows["REQ-VHT-MANGO"]["waits_for"] == [
        {"certificate": "C-VHT-FAC", "validity": "EXPIRED", "valid_to": "2025-08-31"}
    ]
    assert rows["REQ-VHT-MANGO"]["remedies"] == [
        {"certificate": "C-VHT-LOT", "act": "obtain", "valid_to": None}
    ]
    assert rows["REQ-MRL"]["remedies"] == [
        {"certificate": "C-TR-RESID", "act": "renew", "valid_to": "2026-06-30"}
    ]
    assert rows["REQ-MRL"]["partial"] == ["C-GLOBALGAP"]
    assert rows["REQ-MRL"]["days_left"] == -5
    assert rows["REQ-MRL"]["desks"] == []


def test_gap_without_a_programme_names_the_desks():
    rows = answer(EXAMPLES["2c"]["given"])["shipment"]["requirements"]
    ban = next(row for row in rows if row["requirement"] == "REQ-PADDY-BAN")

    assert (ban["programmes"], ban["desks"]) == ([], ["TDAP", "JETRO"])


def test_agreement_to_come_is_shown_and_one_in_force_says_its_effect():
    later = answer(EXAMPLES["1f"]["given"])["shipment"]["requirements"]
    now = answer(EXAMPLES["1e"]["given"])["shipment"]["requirements"]

    assert {r["requirement"] for r in later if r["would_ease_from"] == "2026-08-01"} == {
        "REQ-MRL",
        "REQ-PLANT-PHYTO",
        "REQ-VHT-MANGO",
    }
    assert [r["effect"] for r in now if r["requirement"] == "REQ-MRL"] == [
        "Export-side test results could be recognised; the limits do not change."
    ]


def test_buyer_may_insist():
    given = EXAMPLES["4d"]["given"] | {"insisted": ["REQ-SOCIAL"]}

    shipment = answer(given)["shipment"]

    assert (shipment["level"], shipment["buyer"]) == ("CONDITIONAL", 1.0)


def test_list_is_answered_as_a_list_and_one_bad_case_leaves_the_others():
    result = check([MANGO, {"as_of": "2026-01-15"}, 5, MANGO], "--json")

    answers = json.loads(result.stdout)
    assert result.exit_code == 1
    assert answers[0] == answers[3] == answer(MANGO)
    assert answers[1:3] == [
        {"error": "sector: is missing"},
        {"error": "the case must be an object, not a number"},
    ]


def test_json_lines_are_answered_as_a_list():
    line = json.dumps(MANGO)
    result = check(f"\ufeff{line}\n\n{{broken\r\n{line}\n", "--json")

    answers = json.loads(result.stdout)
    assert result.exit_code == 1
    assert [sorted(row) for row in answers] == [
        ["event", "shipment"],
        ["error"],
        ["event", "shipment"],
    ]
    assert answers[1]["error"].startswith("line 3 is not JSON: ")


def test_empty_list_has_no_answers():
    assert answer([]) == []


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("", "the file is empty"),
        (" \n", "the file is empty"),
        ("as_of", "the file is not JSON: Expecting value at line 1, column 1"),
        (json.dumps(MANGO, indent=1)[:-3], "the file is not JSON: "),
        (json.dumps(MANGO, indent=1).replace('"sector"', "sector"), "the file is not JSON: "),
        (b"\xff{}", "the file is not UTF-8: byte 0"),
        ("[" * 100_000, "the file is nested too deeply"),
        ('{"as_of": ' + "9" * 5000 + "}", "the file holds a number that is too long"),
    ],
    ids=["nothing", "blank", "word", "cut off", "no quotes", "bytes", "nested", "number"],
)
def test_file_that_cannot_be_read_is_told(given, message):
    assert error(given).startswith(message)

    result = check(given)
    assert result.exit_code == 1
    assert result.stderr.startswith(f"Error: {message}")


def test_file_that_is_too_long_is_refused():
    assert error(b" " * (cli.LARGEST_INPUT + 1)) == "the file is longer than 64 MiB"


def test_people_get_a_table():
    text = check(EXAMPLES["1d"]["given"]).stdout

    assert text.startswith(
        "AGRI-MANGO, HS 080450, seen on 2026-01-15\n\nEvent: no answer, no date"
    )
    assert (
        "Shipment, 2026-07-05: NOT_READY, not ready: a mandatory paper is missing or has expired\n"
        "  overall 0.7600, mandatory 0.7000, buyer-expected 1.0000\n"
    ) in text
    assert (
        "  M  REQ-VHT-MANGO    EXPIRED          C-VHT-FAC    Mango: vapour heat treatment"
    ) in text
    assert "       needs C-VHT-FAC first (expired, valid to 2025-08-31)\n" in text
    assert "       renew C-TR-RESID (valid to 2026-06-30)\n" in text
    assert "       programmes: P-PHDEC-GAP\n" in text
    assert "       eased by an agreement: Export-side test results" in text


def test_people_are_told_of_gaps_without_programme_notes_and_later_agreements():
    given = changed(
        sector="SEAF-CEPH",
        hs="",
        attributes=["squid"],
        holdings=[],
        agreements=EXAMPLES["1f"]["given"]["agreements"],
    )
    ban = changed(hs="080510", sector="AGRI-CITRUS")
    later = check(EXAMPLES["1f"]["given"]).stdout

    assert "       needs C-CATCHLOG first (missing)\n" in check(given).stdout
    assert "\nNote: attributes: no requirement reads 'squid'\n" in check(given).stdout
    assert "no programme yet: ask TDAP or JETRO\n" in check(ban).stdout
    assert "       would ease from 2026-08-01\n" in later


def test_people_get_several_cases_by_number_and_faults_apart():
    result = check([MANGO, {}])

    assert result.exit_code == 1
    assert result.stdout.startswith("Case 1: AGRI-MANGO")
    assert result.stderr == "Case 2: as_of: is missing; sector: is missing\n"


def test_file_is_read_by_its_name(tmp_path: Path):
    path = tmp_path / "case.json"
    path.write_text(json.dumps(MANGO), "utf-8")

    result = CliRunner().invoke(cli.commands, ["check", str(path), "--json"])

    assert json.loads(result.stdout) == answer(MANGO)


def test_file_that_is_not_there_is_a_misuse():
    assert CliRunner().invoke(cli.commands, ["check", "nowhere.json"]).exit_code == 2
