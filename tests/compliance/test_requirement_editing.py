"""Requirements as officers edit them: history, reasons, checks, and what readers may do."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from matchmaker.compliance import requirement_queries
from matchmaker.compliance.catalogue_queries import catalogue, requirements_by_code, state
from matchmaker.compliance.forms.requirements import values_of
from matchmaker.compliance.models import ProductReadiness, Requirement, RequirementRevision
from matchmaker.compliance.readiness_queries import readiness_of
from matchmaker.compliance.requirement_queries import RequirementFilter, requirements
from matchmaker.compliance.services import requirements as services
from matchmaker.compliance.services.pack import content_of, load_pack
from matchmaker.db.audit import AuditEntry
from matchmaker.db.base import db
from matchmaker.db.clock import utcnow
from matchmaker.engines.readiness.score import Level
from matchmaker.errors import ChangedMeanwhileError, NotAllowedNowError
from tests.build import NOON, make_exporter, make_officer, make_user
from tests.compliance.papers import make_mangoes

pytestmark = pytest.mark.usefixtures("pack")
LATER = NOON + timedelta(days=3)
CODE = "REQ-MRL"


@pytest.fixture
def officer(app):
    return make_officer(name="Officer Khan")


@pytest.fixture
def office(officer, sign_in):
    return sign_in(officer)


def rule(code=CODE):
    return db.session.get_one(Requirement, code, populate_existing=True)


def saved(code=CODE):
    """Return what another connection committed."""
    db.session.rollback()
    return rule(code)


def change(requirement, officer, *, reason="The notice was read again.", version=None, **columns):
    content = content_of(requirement) | columns
    return services.change_requirement(
        requirement,
        content,
        reason=reason,
        seen_version=version or requirement.version,
        actor=officer,
        now=LATER,
    )


def sent(requirement, **changes):
    """Return the form as the page would send it, untouched but for some fields."""
    values = values_of(requirement) | {"reason": "The law was read again."} | changes
    return {name: v for name, v in values.items() if v is not False and v is not None}


def test_an_edit_adds_a_version_and_moves_the_ground(officer):
    before = state().revision
    row = rule()

    number = change(row, officer, note="A new limit holds.", hs_prefixes=["0804"])

    assert number == 2
    assert (row.note, row.hs_prefixes, row.stated_on) == (
        "A new limit holds.",
        ["0804"],
        LATER.date(),
    )
    assert row.edited_at == LATER
    assert state().revision == before + 1
    latest, first = requirement_queries.history(CODE)
    assert (latest.actor, latest.revision.reason) == (officer, "The notice was read again.")
    assert {c.name for c in latest.changes} == {"note", "hs_prefixes"}
    assert first.is_first
    entry = db.session.scalars(sa.select(AuditEntry)).one()
    assert (entry.action, entry.object_id) == ("requirement.change", CODE)


def test_readiness_follows_an_edit_at_once_and_the_job_renews_what_is_stored(officer, work):
    mangoes = make_mangoes(without="C-TR-RESID")
    asked = {"as_of": NOON.date()}
    assert readiness_of(mangoes, **asked).shipment.level is Level.CONDITIONAL

    change(rule(), officer, kind="buyer-expected")
    db.session.commit()

    assert readiness_of(mangoes, **asked).shipment.level is Level.READY
    work()
    stored = db.session.scalars(sa.select(ProductReadiness)).one()
    assert (stored.shipment_level, stored.revision) == ("READY", state().revision)


def test_the_pack_leaves_an_edited_requirement_alone(officer):
    change(rule(), officer, note="Ours.")
    db.session.commit()

    loaded = load_pack(now=LATER)

    assert loaded["left as officers edited them"] == 1
    assert rule().note == "Ours."


def test_back_to_an_earlier_version_appends(officer):
    row = rule()
    old = content_of(row)
    change(row, officer, note="Wrong.", verified="no")
    first = requirement_queries.requirement_in_version(CODE, "1").revision

    number = services.bring_back(
        row, first, reason="Wrong.", seen_version=row.version, actor=officer, now=LATER
    )

    assert number == 3
    assert content_of(row) == old
    kept = db.session.scalars(
        sa.select(RequirementRevision.number)
        .where(RequirementRevision.requirement_code == CODE)
        .order_by(RequirementRevision.number)
    ).all()
    assert kept == [1, 2, 3]


def test_a_retired_requirement_is_asked_of_nobody_until_it_is_taken_up_again(officer):
    mangoes = make_mangoes(without="C-TR-RESID")
    row = rule()
    given = {"reason": "Repealed.", "actor": officer, "now": LATER}

    services.retire(row, seen_version=row.version, **given)
    assert CODE not in catalogue().requirements
    assert readiness_of(mangoes, as_of=NOON.date()).shipment.level is Level.READY
    with pytest.raises(NotAllowedNowError):
        services.retire(row, seen_version=row.version, **given)

    services.take_up(row, seen_version=row.version, **given)
    assert readiness_of(mangoes, as_of=NOON.date()).shipment.level is Level.CONDITIONAL
    with pytest.raises(NotAllowedNowError):
        services.take_up(row, seen_version=row.version, **given)


def test_two_officers_on_one_page_overwrite_nothing(officer):
    row = rule()
    seen = row.version
    change(row, officer, note="First.")

    with pytest.raises(ChangedMeanwhileError):
        change(row, officer, version=seen, note="Second.")

    assert row.note == "First."


@pytest.mark.parametrize(
    ("column", "value", "field"),
    [
        ("hs_prefixes", ["08.04"], "hs_prefixes"),
        ("hs_prefixes", ["8"], "hs_prefixes"),
        ("hs_prefixes", ["08041234567"], "hs_prefixes"),
        ("hs_prefixes", ["77"], "hs_prefixes"),
        ("hs_prefixes", ["080499"], "hs_prefixes"),
        ("hs_prefixes", ["０８"], "hs_prefixes"),
        ("met_by", ["C-NONE"], "met_by"),
        ("partly_met_by", ["C-TR-RESID"], "partly_met_by"),
        ("prerequisites", ["C-PHYTO"], "prerequisites"),
        ("sector_codes", ["NONE"], "sector_codes"),
        ("condition_key", "is_blue", "condition_key"),
        ("exempt_attribute", "event_in_japan", "exempt_attribute"),
        ("kind", "wished", "kind"),
        ("mra_ease", "maybe", "mra_ease"),
        ("titles", {"en": ""}, "title_en"),
    ],
)
def test_what_cannot_be_so_is_refused_beside_its_field(officer, column, value, field):
    row = rule()

    with pytest.raises(services.WrongContentError) as raised:
        change(row, officer, **{column: value})

    assert list(raised.value.faults) == [field]


def test_a_measure_outside_sps_cannot_be_eased(officer):
    with pytest.raises(services.WrongContentError) as raised:
        change(rule(), officer, measure_type="TBT")

    assert list(raised.value.faults) == ["mra_ease"]


def test_an_edit_without_a_reason_is_refused(officer):
    with pytest.raises(services.WrongContentError) as raised:
        change(rule(), officer, reason="  ")

    assert list(raised.value.faults) == ["reason"]


def test_national_digits_behind_the_sixth_are_taken(officer):
    row = rule()

    change(row, officer, hs_prefixes=["0804501000"])

    assert row.hs_prefixes == ["0804501000"]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"text": "残留農薬"}, {CODE}),
        ({"text": "req-mrl"}, {CODE}),
        ({"hs": "100610", "text": "paddy"}, {"REQ-PADDY-BAN"}),
        ({"retired": "yes"}, set()),
        ({"kind": "nonsense"}, set()),
    ],
)
def test_the_list_finds_by_words_in_any_language_and_by_code(asked, found):
    assert {row.code for row in requirements(RequirementFilter(**asked))} == found


def test_filters_narrow_together():
    rows = requirements(
        RequirementFilter(sector="AGRI-MANGO", measure="SPS", stage="shipment", verified="yes")
    )

    assert CODE in {row.code for row in rows}
    assert all(row.measure_type == "SPS" and row.verified.value == "yes" for row in rows)


def test_everybody_signed_in_reads_and_only_officers_edit(sign_in, client):
    reader = sign_in(make_user())
    assert reader.get("/requirements").status_code == 200
    assert reader.get(f"/requirements/{CODE}").status_code == 200
    for path in ("edit", "retirement", "taking-up", "versions/1"):
        assert reader.submit(f"/requirements/{CODE}/{path}").status_code == 404
    for path in ("/requirements/new", f"/requirements/{CODE}/edit", "/requirements/names?q=a"):
        assert reader.get(path).status_code == 404
    assert client.get("/requirements").status_code == 303


def test_members_do_not_read_the_names_of_officers(officer, sign_in):
    change(rule(), officer)
    owner = make_user()
    make_exporter(owner)
    db.session.commit()

    page = sign_in(owner).get(f"/requirements/{CODE}").text

    assert "The notice was read again." in page
    assert "Officer Khan" not in page


def test_the_list_counts_pages_and_keeps_its_state_in_the_address(office):
    page = office.get("/requirements?size=25&sort=-code&measure=SPS").text

    assert "24 of 91" in page
    assert page.count('class="row-link"') == 24
    assert page.count("remove this filter") == 1
    assert "sort=-code" in page


@pytest.mark.parametrize("added", [1, 3])
def test_the_list_asks_the_same_of_the_database_for_any_number(
    added, office, officer, count_queries
):
    for number in range(added):
        content = content_of(rule())
        services.add_requirement(
            f"REQ-NEW-{number}", content, reason="New.", actor=officer, now=LATER
        )
    db.session.commit()
    office.get("/requirements")

    with count_queries() as statements:
        page = office.get("/requirements?size=100")

    assert page.text.count('class="row-link"') == 91 + added
    assert len(statements) == 5  # the session, sectors, requirements, counts, the pack


def test_the_form_saves_and_a_stale_one_keeps_what_was_typed(office):
    row = saved()
    seen = sent(row)
    answer = office.submit(f"/requirements/{CODE}/edit", seen | {"note": "Mine."})
    assert answer.status_code == 303
    assert saved().note == "Mine."

    stale = office.submit(f"/requirements/{CODE}/edit", seen | {"note": "Typed too late."})

    assert stale.status_code == 409
    assert "Typed too late." in stale.text
    assert saved().note == "Mine."
    version = saved().version
    assert f'value="{version}"' in stale.text


def test_the_form_says_beside_the_field_what_is_wrong(office):
    answer = office.submit(f"/requirements/{CODE}/edit", sent(saved(), hs_prefixes="0804 77"))

    assert answer.status_code == 422
    assert "There is no HS code 77." in answer.text


def test_certificates_can_be_typed_by_name_without_script(office):
    values = sent(saved(), partly_met_by=[], partly_met_by_text="GLOBALG.A.P.")

    answer = office.submit(f"/requirements/{CODE}/edit", values)

    assert answer.status_code == 303
    assert saved().partly_met_by == ["C-GLOBALGAP"]


def test_a_new_requirement_needs_a_free_code(office):
    values = sent(saved(), code="REQ-NEW", version="")
    assert office.submit("/requirements/new", values).status_code == 303
    assert saved("REQ-NEW").titles["en"] == saved().titles["en"]

    again = office.submit("/requirements/new", values)

    assert again.status_code == 409
    assert "There is a requirement with this code already." in again.text


def test_officers_retire_and_bring_back_from_the_page(office):
    given = {"version": saved().version, "reason": "Repealed."}
    assert office.submit(f"/requirements/{CODE}/retirement", given).status_code == 303
    assert saved().retired_at is not None
    assert "Repealed." in office.get(f"/requirements/{CODE}").text

    stale = office.submit(f"/requirements/{CODE}/versions/1", given)
    assert stale.status_code == 409
    given = {"version": saved().version, "reason": "Back."}
    assert office.submit(f"/requirements/{CODE}/versions/1", given).status_code == 303
    assert saved().retired_at is None
    assert office.submit(f"/requirements/{CODE}/versions/99", given).status_code == 404
    assert utcnow() >= saved().edited_at


def test_without_a_reason_nothing_is_retired(office):
    answer = office.submit(f"/requirements/{CODE}/retirement", {"version": saved().version})

    assert answer.status_code == 422
    assert saved().retired_at is None
    assert requirements_by_code([CODE])[CODE].version == 1
