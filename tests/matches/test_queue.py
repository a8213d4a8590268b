"""The review queue: what it lists, in which order, what the open pair says, what officers send."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from matchmaker.companies.models import ExporterProfile
from matchmaker.db.base import db
from matchmaker.matches.enums import SuggestionState
from matchmaker.matches.models import SectorAssignment
from matchmaker.matches.queries.queue import OwnDecision, QueueFilter, queue
from matchmaker.matches.screen import minutes_left, reasons_of
from tests.build import (
    NOON,
    make_buyer,
    make_event,
    make_exporter,
    make_need,
    make_officer,
    make_product,
    make_suggestion,
)
from tests.matches.fairs import (
    make_fair,
    suggestions_of,
    take_part_with_need,
    take_part_with_product,
)

MARKUP = '<img src=x onerror="alert(1)">'


@pytest.fixture
def officer(app):
    return make_officer()


@pytest.fixture
def client(app, officer, sign_in):
    return sign_in(officer)


def address(event):
    return f"/events/{event.public_id}/suggestions"


def listed(page):
    return re.findall(r'class="row" id="([a-z0-9]{16})"', page.text)


def opened(page):
    return re.search(r'<article class="pair card"[^>]*data-id="([a-z0-9]{16})"', page.text)[1]


@pytest.mark.parametrize("rows", [1, 3])
def test_the_queue_runs_the_same_statements_for_any_number_of_rows(rows, client, count_queries):
    """The session, the event, the list, counts, own decisions, the pair, its history, what
    keeps it apart, names, and who was accepted since the last run.
    """
    event = make_event()
    for _ in range(rows):
        make_suggestion(event)
    make_suggestion()  # of another event, must not show
    url = address(event)
    db.session.commit()

    with count_queries() as statements:
        page = client.get(url)

    assert len(listed(page)) == rows
    assert len(statements) == 10


def test_pending_suggestions_come_first_by_score(client):
    event = make_event()
    low, high, middle = (make_suggestion(event, score=score) for score in (0.2, 0.9, 0.5))
    make_suggestion(event, state=SuggestionState.APPROVED)
    ids = [row.public_id for row in (high, middle, low)]
    db.session.commit()

    page = client.get(address(event))

    assert listed(page) == ids
    assert opened(page) == ids[0]


FILTERS = [
    ("state=approved", {"state": SuggestionState.APPROVED}),
    ("state=all", {"state": SuggestionState.HELD}),
    ("sector=TEXT", {"sector_code": "TEXT"}),
    ("flag=low_data", {"low_data": True}),
    ("min=95", {"score": 0.97}),
]


@pytest.mark.parametrize(("query", "special"), FILTERS, ids=[query for query, _ in FILTERS])
def test_a_filter_in_the_address_narrows_the_list(client, query, special):
    event = make_event()
    wanted = make_suggestion(event, **special).public_id
    other = make_suggestion(event).public_id
    db.session.commit()

    found = listed(client.get(f"{address(event)}?{query}"))

    assert wanted in found
    assert (other in found) is (query == "state=all")


@pytest.mark.parametrize("flag", ["first_time", "women_led"])
def test_flags_of_exporters_narrow_the_list(client, flag):
    event = make_event()
    company = make_exporter()
    wanted = make_suggestion(event, product=make_product(company)).public_id
    make_suggestion(event)
    db.session.execute(
        sa.update(ExporterProfile)
        .where(ExporterProfile.company_id == company.id)
        .values({flag: True})
    )
    db.session.commit()

    assert listed(client.get(f"{address(event)}?flag={flag}")) == [wanted]


def test_the_name_of_either_company_is_searched(client):
    event = make_event()
    ours = make_suggestion(event, product=make_product(make_exporter(name="Ravi Works")))
    theirs = make_suggestion(
        event, need=make_need(make_buyer(name="大阪医療器材", name_latin="Osaka Iryo"))
    )
    make_suggestion(event)
    ids = [ours.public_id, theirs.public_id]
    db.session.commit()

    found = [listed(client.get(f"{address(event)}?q={text}")) for text in ("ravi", "iryo")]

    assert found == [[ids[0]], [ids[1]]]


@pytest.mark.parametrize(("reader", "shown"), [("en", True), ("ur", True), ("ja", False)])
def test_a_name_in_another_script_stands_with_its_latin_letters(client, reader, shown):
    event = make_event()
    buyer = make_buyer(name="大阪医療器材", name_language="ja", name_latin="Osaka Iryo")
    english = {"name": "Ravi Works", "name_language": "en", "name_latin": "Ravi Works"}
    make_suggestion(event, need=make_need(buyer), product=make_product(make_exporter(**english)))
    db.session.commit()

    page = client.get(f"{address(event)}?lang={reader}")

    assert '<bdi class="latin" lang="en">Ravi Works' not in page.text
    assert ('<bdi class="latin" lang="en">Osaka Iryo</bdi>' in page.text) is shown


def test_the_pair_says_how_many_parts_of_the_score_are_known(client, run):
    event = make_fair()
    run(event.code)
    (suggestion,) = suggestions_of(event.id)
    known = sum(part.value is not None for part in reasons_of(suggestion).supply)

    page = client.get(address(event))

    assert 0 < known < 12
    assert f"Based on {known} of 12 facts" in page.text
    assert page.text.count('<i class="on"') == known


def test_other_goods_of_the_two_are_named_without_what_was_withdrawn(client):
    event = make_event()
    seller, buyer = make_exporter(), make_buyer()
    product, need = make_product(seller), make_need(buyer)
    other, gone = make_need(buyer, title="鉗子"), make_need(buyer, title="包帯", withdrawn_at=NOON)
    also = [
        {"product": product.public_id, "need": one.public_id, "score": score}
        for one, score in ((gone, 0.72), (other, 0.71))
    ]
    make_suggestion(event, product=product, need=need, reasons={"also": also})
    db.session.commit()

    said = client.get(address(event)).text.partition("Also fits")[2]

    assert "0.71" in said
    assert "鉗子" in said
    assert "包帯" not in said


def test_the_pair_leads_back_to_its_line_of_the_list(client):
    event = make_event()
    first = make_suggestion(event).public_id
    db.session.commit()

    page = client.get(address(event))

    assert f'href="#{first}"' in page.text
    assert f'&amp;open={first}#pair"' in page.text or f'?open={first}#pair"' in page.text


def test_assigned_to_me_shows_my_sectors_only(client, officer):
    event = make_event()
    mine = make_suggestion(event, sector_code="MEDI").public_id
    make_suggestion(event, sector_code="TEXT")
    for code, who in (("MEDI", officer), ("TEXT", make_officer())):
        db.session.add(SectorAssignment(event_id=event.id, sector_code=code, officer_id=who.id))
    db.session.commit()

    assert listed(client.get(f"{address(event)}?mine=1")) == [mine]


def test_sorting_by_name_and_by_fewest_suggestions(client):
    event = make_event()
    company = make_exporter(name="Zamzam")
    product = make_product(company)
    first = make_suggestion(event, product=product, score=0.9)
    second = make_suggestion(event, score=0.8)
    second.exhibitor_id = first.exhibitor_id
    alone = make_suggestion(event, product=make_product(make_exporter(name="Aab")), score=0.1)
    ids = [first.public_id, second.public_id, alone.public_id]
    db.session.commit()

    by_name = listed(client.get(f"{address(event)}?sort=exporter"))
    by_fewest = listed(client.get(f"{address(event)}?sort=fewest"))

    assert by_name == [ids[2], ids[0], ids[1]]
    assert by_fewest == [ids[2], ids[0], ids[1]]


@pytest.mark.parametrize(
    "query",
    [
        "state=x",
        "sort=;drop",
        "min=abc",
        "min=%F0%9F%98%80",
        "page=0",
        "page=9999",
        "flag=x",
        "open=x",
    ],
)
def test_nonsense_in_the_address_filters_nothing(client, query):
    event = make_event()
    make_suggestion(event)
    db.session.commit()

    page = client.get(f"{address(event)}?{query}")

    assert page.status_code == 200
    assert len(listed(page)) == 1


def test_a_page_past_the_end_shows_the_first(app):
    event = make_event()
    make_suggestion(event)

    assert len(queue(event.id, QueueFilter(number=7)).rows) == 1


def test_markup_in_names_and_texts_comes_out_as_text(client, run):
    event = make_fair(exporters=0, buyers=0)
    exporter = make_exporter(name=f"Ravi {MARKUP}")
    buyer = make_buyer(name=f"Osaka {MARKUP}")
    take_part_with_product(event, company=exporter, name=f"Surgical scissors {MARKUP}")
    take_part_with_need(event, company=buyer, title=f"手術用はさみ {MARKUP}")
    run(event.code)

    page = client.get(address(event))

    assert "<mark>" in page.text
    assert "<img src=x" not in page.text
    assert page.text.count("&lt;img src=x") >= 4


def test_officers_see_prices_and_how_they_agree(client, run):
    event = make_fair()
    run(event.code)

    page = client.get(address(event))

    assert "$2.17" in page.text
    assert "$1.91" in page.text
    assert "Somewhat too high" in page.text


def test_parts_of_the_shown_score_add_up(client, run):
    event = make_fair()
    run(event.code)

    page = client.get(address(event))

    bars = [float(v) for v in re.findall(r'<dd class="num">([\d.]+) of', page.text)]
    sums = [float(v) for v in re.findall(r'<dd class="num sum">([\d.]+) of', page.text)]
    assert sum(bars) == pytest.approx(sum(sums), abs=0.005 * (len(bars) + 2))


def test_a_pair_without_reasons_says_so(client):
    event = make_event()
    make_suggestion(event)
    db.session.commit()

    assert "Too little is known of the two to say why." in client.get(address(event)).text


def test_an_event_without_suggestions_says_what_to_do(client):
    event = make_event()
    db.session.commit()

    assert "No suggestions yet" in client.get(address(event)).text


def test_when_all_are_decided_the_queue_says_so(client):
    event = make_event()
    make_suggestion(event, state=SuggestionState.APPROVED)
    db.session.commit()

    assert "All suggestions are decided" in client.get(address(event)).text


def test_the_fragment_is_the_pair_alone(client):
    event = make_event()
    make_suggestion(event)
    db.session.commit()

    page = client.get(f"{address(event)}?fragment=pair")

    assert "<html" not in page.text
    assert opened(page)


def own(minutes):
    return [
        OwnDecision("x", NOON + timedelta(minutes=m), SuggestionState.HELD, None, "", "", "", "")
        for m in minutes
    ]


@pytest.mark.parametrize(
    ("minutes", "waiting", "left"),
    [
        ([0, 1, 2, 3, 4], 10, 10),
        ([0, 1, 2, 60, 61, 62], 10, 10),  # an hour's pause says nothing of the pace
        ([0, 1], 10, None),
        ([0, 1, 2, 3, 4], 0, None),
    ],
)
def test_the_pace_is_that_of_the_last_decisions(app, minutes, waiting, left):
    assert minutes_left(own(minutes), waiting) == left
