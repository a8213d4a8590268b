"""Buyers that sell the same goods themselves are not proposed to their competitors."""

from __future__ import annotations

from matchmaker.db.clock import utcnow
from matchmaker.matches.fair import read_fair
from matchmaker.matches.words import terms
from tests.build import NOON, make_buyer, make_event, make_exporter, make_product
from tests.matches.fairs import (
    company_of,
    suggestions_of,
    take_part_with_need,
    take_part_with_product,
)

TODAY = NOON.date()


def sold_at(event):
    fair = read_fair(event.id, today=TODAY).fair
    return {buyer.id: buyer.sells for buyer in fair.buyers}


def test_a_buyer_with_products_of_its_own_is_not_proposed_to_who_sells_the_same(run):
    event = make_event()
    product = take_part_with_product(event)
    rival = make_buyer(is_exporter=False)
    take_part_with_need(event, company=rival)
    make_product(rival, hs_code=product.hs_code)
    other = take_part_with_need(event)

    finished = run(event.code)

    (suggestion,) = suggestions_of(event.id)
    assert suggestion.need_id == other.id
    assert finished.summary["gates"]["competitor"] == 1
    why = {one["company"]: one["reason"] for one in finished.summary["unmatched"]}
    assert why == {rival.public_id: "competitor"}
    assert "compete" in str(terms.UNMATCHED["competitor"])


def test_what_a_buyer_sells_is_read_wherever_it_takes_part(app):
    event = make_event()
    take_part_with_product(event)
    rival, plain = make_buyer(), take_part_with_need(event)
    take_part_with_need(event, company=rival)
    make_product(rival, hs_code="901890", sector_code="MEDI")
    make_product(rival, hs_code="901890", sector_code="MEDI", name="The same again")
    make_product(rival, hs_code=None, sector_code="TEXT")
    make_product(rival, hs_code="820713", sector_code="MEDI", withdrawn_at=utcnow())
    make_product(make_exporter(), hs_code="630260", sector_code="TEXT")

    assert sold_at(event) == {
        rival.public_id: (("901890", "MEDI"),),
        company_of(plain).public_id: (),
    }
