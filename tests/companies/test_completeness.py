"""What is missing in a profile, and when it has grown old."""

from __future__ import annotations

from datetime import timedelta

from matchmaker.companies.completeness import STALE_AFTER, gaps, is_stale
from matchmaker.companies.enums import Step
from matchmaker.companies.queries import profile_gaps
from tests.build import make_exporter
from tests.companies.reading import read


def test_what_is_missing_is_said_with_the_reason(owner, exporter):
    page = owner.get(f"/companies/{exporter.public_id}/profile")

    assert page.status_code == 200
    assert "The register number" in page.text
    assert "Without it the trade office cannot check that the company exists." in page.text


def test_gaps_close_as_the_profile_is_filled_in(owner, exporter):
    before = {str(gap.what) for gap in profile_gaps(exporter)}
    form = {"version": "1", "name": "Ravi", "register_number": "12345678"}
    owner.submit(f"/companies/{exporter.public_id}/profile/identity", form)

    after = {str(gap.what) for gap in gaps(read(exporter))}
    assert before - after == {"The register number"}
    assert before > after


def test_first_time_exporter_needs_no_history(owner, exporter):
    owner.submit(
        f"/companies/{exporter.public_id}/profile/size", {"version": "1", "first_time": "yes"}
    )

    assert Step.HISTORY not in {gap.step for gap in gaps(read(exporter))}


def test_profile_is_stale_after_a_year(app):
    company = make_exporter()

    assert not is_stale(company, now=company.updated_at + STALE_AFTER)
    assert is_stale(company, now=company.updated_at + STALE_AFTER + timedelta(seconds=1))
