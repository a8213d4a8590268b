"""Reading the data pack from its files: what is wrong is named with file and line."""

from __future__ import annotations

import shutil

import pytest

from matchmaker.compliance.pack import FILES, PackError, read_pack, standard_pack
from matchmaker.engines.readiness.data import CheckStage, Duty, Ease, Evidence, Kind


@pytest.fixture
def files(tmp_path):
    """The pack's files, copied so that a test can change them."""
    return {name: shutil.copy(path, tmp_path / path.name) for name, path in FILES.items()}


def faults(files, name, old, new):
    path = files[name]
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(PackError) as caught:
        read_pack(files)
    return list(caught.value.faults)


def test_tables_become_the_catalogue():
    pack = standard_pack()
    catalogue = pack.catalogue
    rule = catalogue.requirements["REQ-VHT-MANGO"]

    assert [
        len(rows)
        for rows in (
            catalogue.requirements,
            catalogue.certificates,
            catalogue.programmes,
            catalogue.sectors,
        )
    ] == [91, 115, 37, 100]
    assert (rule.kind, rule.duty, rule.stage, rule.evidence, rule.ease) == (
        Kind.MANDATORY,
        Duty.EXPORTER,
        CheckStage.SHIPMENT,
        Evidence.CONSIGNMENT,
        Ease.PARTLY,
    )
    assert (rule.sectors, rule.hs_prefixes) == ({"AGRI-MANGO"}, {"080450"})
    assert (rule.met_by, rule.partly_met_by, rule.prerequisites) == (
        ("C-VHT-LOT",),
        ("C-VHT-FAC",),
        ("C-VHT-FAC",),
    )
    assert (rule.condition, rule.exemption) == (None, "dried_fruit")
    assert catalogue.requirements["REQ-HOST-BAN"].prohibition
    assert catalogue.certificates["C-TR-AFLA"].validity_months == 6
    assert catalogue.certificates["C-PHYTO"].per_consignment
    assert catalogue.sectors["AGRI-MANGO"].parent == "AGRI"


def test_pack_says_what_it_is():
    pack = standard_pack()

    assert pack.version
    assert pack.desks == ("TDAP", "JETRO")
    assert pack.sources
    assert "legal advice" in pack.verification
    assert pack.title("REQ-MRL") == "Pesticide residue limits (positive list)"


@pytest.mark.parametrize(
    ("code", "known"),
    [("0804", True), ("080450", True), ("0804501100", True), ("08045", True), ("080499", False)],
)
def test_pack_knows_codes_by_what_all_countries_share(code, known):
    assert standard_pack().knows_hs(code) is known


@pytest.mark.parametrize(
    ("name", "old", "new", "fault"),
    [
        (
            "requirements",
            ",mandatory,SPS,AGRI-MANGO;",
            ",needed,SPS,AGRI-MANGO;",
            "requirements.csv, line 2: kind is 'needed', not one of mandatory, buyer-expected",
        ),
        (
            "requirements",
            ",AGRI-MANGO;AGRI-CITRUS;",
            ",AGRI-MANG0;AGRI-CITRUS;",
            "requirements.csv, line 2: unknown code 'AGRI-MANG0' in sector_codes",
        ),
        (
            "requirements",
            ",02;03;0401;",
            ",02;3;0401;",
            "requirements.csv, line 2: '3' in hs_prefixes is no HS prefix, 2 to 10 digits",
        ),
        (
            "requirements",
            "consignment,C-VHT-FAC,no",
            "consignment,C-VHT-FAC,not yet",
            "requirements.csv, line 13: prohibition is 'not yet', not yes or no",
        ),
        (
            "requirements",
            "consignment,C-VHT-FAC,no",
            "consignment,C-VHT,no",
            "requirements.csv, line 13: unknown code 'C-VHT' in prerequisite_certificates",
        ),
        (
            "requirements",
            "\nREQ-VETDRUG,",
            "\nREQ-MRL,",
            "requirements.csv, line 4: the code 'REQ-MRL' is there twice",
        ),
        (
            "requirements",
            "\nREQ-MFD-EXP,",
            "\n,",
            "requirements.csv, line 22: there is no code",
        ),
        (
            "certificates",
            "\nC-VHT-FAC,",
            "\nC-VHT-FAC,spare,",
            "certificates.csv, line 3: 15 cells under 14 columns",
        ),
        (
            "certificates",
            ",yes,REQ-PLANT-PHYTO,",
            ",yes,REQ-PLANT,",
            "certificates.csv, line 2: unknown code 'REQ-PLANT' in satisfies_full",
        ),
        (
            "certificates",
            ",12,checked again each season",
            ",12 months,checked again each season",
            (
                "certificates.csv, line 3: typical_validity_months is '12 months', "
                "not a number of months"
            ),
        ),
        (
            "programmes",
            ",hybrid,proposed,",
            ",hybrid,planned,",
            (
                "programmes.csv, line 2: status is 'planned', "
                "not one of running, typical, proposed, closed"
            ),
        ),
        (
            "sectors",
            "AGRI-MANGO,AGRI,",
            "AGRI-MANGO,AGRO,",
            "sectors.csv, line 3: unknown code 'AGRO' in parent_code",
        ),
        (
            "sectors",
            ",0805,goods",
            ",0805;080450,goods",
            "sectors.csv, line 4: the HS prefix 080450 belongs to AGRI-MANGO already",
        ),
        (
            "about",
            "dated = 2026",
            'dated = "soon" # 2026',
            "pack.toml: dated is 'soon', not of type date",
        ),
        ("about", "version", "edition", "pack.toml: version is 'nothing', not of type str"),
    ],
)
def test_fault_is_named_with_file_and_line(files, name, old, new, fault):
    assert fault in faults(files, name, old, new)


def test_missing_column_is_named(files):
    assert faults(files, "requirements", "mra_ease", "mra")[0] == (
        "requirements.csv, line 1: there is no column 'mra_ease'"
    )


def test_about_that_is_no_toml_is_named(files):
    assert faults(files, "about", "version = ", "version ")[0].startswith("pack.toml: ")


def test_many_faults_are_counted(files):
    told = faults(files, "requirements", "code,title_en", "kode,title_en")

    assert len(told) > 20
    assert str(PackError(told)).endswith(f"\nand {len(told) - 20} more")
    assert str(PackError(told[:2])) == "\n".join(told[:2])


def test_line_breaks_in_a_cell_are_counted(files):
    told = faults(files, "programmes", ",hybrid,proposed,", ',"hy\nbrid",planned,')

    assert told[0].startswith("programmes.csv, line 3: status is 'planned'")
