"""The job that renews all answers: whoever edits while it works has the last word."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from matchmaker.companies.models import Product
from matchmaker.compliance.catalogue_queries import requirements_by_code, state
from matchmaker.compliance.enums import PaperState
from matchmaker.compliance.jobs import renew
from matchmaker.compliance.models import HeldPaper, ProductReadiness
from matchmaker.compliance.readiness_queries import Occasion
from matchmaker.compliance.services.ground import RENEW_JOB, ground_changed
from matchmaker.compliance.services.readiness import (
    compute_all,
    forget_occasion,
    keep_computed,
    renew_company,
    renew_products,
)
from matchmaker.db.base import db
from matchmaker.db.clock import utcnow
from matchmaker.db.transaction import unit_of_work
from matchmaker.jobs.enums import JobState
from matchmaker.jobs.models import Job
from matchmaker.jobs.services import CancelledError, Progress, carry_out, start_job
from tests.build import NOON, make_exporter, make_product
from tests.compliance.papers import make_mangoes, make_paper

pytestmark = pytest.mark.usefixtures("pack")
FAIR = Occasion("osakafair2222222", date(2027, 5, 20), in_market=True)
TREATMENT = "REQ-VHT-MANGO"


def quiet(_done, _total, _stage):
    """Report to nobody."""


def levels():
    """Return the level of each stored answer by product and occasion."""
    db.session.rollback()
    rows = sa.select(
        ProductReadiness.product_id, ProductReadiness.occasion, ProductReadiness.shipment_level
    )
    return {(product, occasion): level for product, occasion, level in db.session.execute(rows)}


def revisions_of_rows():
    return set(db.session.scalars(sa.select(ProductReadiness.revision)))


@pytest.fixture
def mangoes():
    """Mangoes that lack the acceptance of the treatment plant, and are to be shown at a fair."""
    product = make_mangoes(without="C-VHT-FAC")
    renew_products([product.id], now=NOON, occasion=FAIR)
    db.session.commit()
    return product


@pytest.fixture
def computed(mangoes):
    """What the job has computed and not written yet."""
    return compute_all(now=NOON, report=quiet)


@contextmanager
def meanwhile(app, action):
    """Let another process be in the middle of an action, which it commits while the block runs."""
    done = threading.Event()

    def do():
        with app.app_context():
            with unit_of_work():
                action()
                done.set()
                time.sleep(0.3)
            db.session.remove()

    other = threading.Thread(target=do)
    other.start()
    assert done.wait(10)
    yield
    other.join()


def finish(computed, *, now=NOON):
    with unit_of_work():
        return keep_computed(computed, now=now)


def test_job_renews_the_answers_of_every_product_on_offer(mangoes, work):
    other, gone = make_product(), make_product(withdrawn_at=NOON)
    ground_changed(actor_id=None, now=utcnow())
    numbers = mangoes.id, other.id, gone.id
    db.session.commit()

    work()

    job = db.session.scalars(sa.select(Job)).one()
    assert (job.kind, job.state, job.result) == (
        RENEW_JOB,
        JobState.DONE,
        {"written": 3, "changed": 0},
    )
    assert (job.done, job.total, job.stage) == (2, 2, "readiness")
    assert set(levels()) == {(numbers[0], ""), (numbers[0], FAIR.key), (numbers[1], "")}
    assert revisions_of_rows() == {2}


def test_requirement_edited_while_the_job_works_has_the_last_word(mangoes, computed):
    with unit_of_work():
        requirements_by_code()[TREATMENT].kind = "buyer-expected"
        ground_changed(actor_id=None, now=NOON)

    assert finish(computed) == {"written": 2, "changed": 1}

    assert set(levels().values()) == {"READY"}
    assert revisions_of_rows() == {2} == {state().revision}


def test_paper_verified_while_the_job_works_has_the_last_word(mangoes, computed):
    with unit_of_work():
        company_id = db.session.scalar(sa.select(Product.company_id))
        paper = make_paper_of(company_id)
        renew_company(company_id, now=NOON)

    assert finish(computed) == {"written": 2, "changed": 1}

    assert set(levels().values()) == {"READY"}
    papers = db.session.scalars(sa.select(ProductReadiness.papers)).all()
    assert all(paper in kept for kept in papers)


def make_paper_of(company_id):
    """Verify the acceptance of a company's treatment plant; return its public id."""
    paper = HeldPaper(
        company_id=company_id,
        scheme_code="C-VHT-FAC",
        issued_on=date(2026, 5, 20),
        state=PaperState.VERIFIED,
        created_at=NOON,
        updated_at=NOON,
        products=[],
    )
    db.session.add(paper)
    db.session.flush()
    return paper.public_id


def test_day_that_begins_while_the_job_works_is_the_day_of_the_answers(computed):
    tomorrow = NOON + timedelta(days=1)

    finish(computed, now=tomorrow)

    days = db.session.scalars(sa.select(ProductReadiness.as_of)).all()
    assert set(days) == {tomorrow.date()}


def test_product_changed_or_withdrawn_while_the_job_works_is_not_answered_as_it_was(app):
    changed, withdrawn, same = make_mangoes(), make_product(), make_product()
    db.session.commit()
    numbers = changed.id, withdrawn.id, same.id
    computed = compute_all(now=NOON, report=quiet)
    with unit_of_work():
        db.session.get_one(Product, numbers[0]).hs_code = "080510"
        db.session.get_one(Product, numbers[1]).withdrawn_at = NOON

    assert finish(computed) == {"written": 2, "changed": 1}

    assert set(levels()) == {(numbers[0], ""), (numbers[2], "")}
    row = db.session.get_one(ProductReadiness, (numbers[0], ""))
    assert row.product_version == 2
    assert "REQ-VHT-MANGO" not in str(row.detail)


def test_fair_left_or_joined_while_the_job_works_is_left_or_joined(mangoes, computed):
    number, other = mangoes.id, Occasion("tokyofair2222222", date(2027, 9, 1), in_market=True)
    with unit_of_work():
        forget_occasion(FAIR.key, product_ids=[number])
        renew_products([number], now=NOON, occasion=other)

    finish(computed)

    assert set(levels()) == {(number, ""), (number, other.key)}


def test_job_cancelled_while_it_computes_leaves_the_answers_alone(mangoes):
    before = levels()
    job = start_job(RENEW_JOB, {}, actor_id=None, now=utcnow())
    job.cancel_requested_at = utcnow()  # as if the worker had taken it a moment before
    number = job.id
    db.session.commit()

    carry_out(number)

    assert db.session.get_one(Job, number).state is JobState.CANCELLED
    assert levels() == before
    assert set(db.session.scalars(sa.select(ProductReadiness.as_of))) == {NOON.date()}


def test_job_cancelled_at_the_last_moment_leaves_the_answers_alone(mangoes):
    number = start_job(RENEW_JOB, {}, actor_id=None, now=utcnow()).id
    db.session.commit()
    write = renew({}, Progress(number))
    with unit_of_work():
        db.session.get_one(Job, number).cancel_requested_at = utcnow()

    with pytest.raises(CancelledError), unit_of_work():
        write()

    assert set(db.session.scalars(sa.select(ProductReadiness.as_of))) == {NOON.date()}


def test_many_edits_wait_for_one_job(app):
    for _ in range(3):
        ground_changed(actor_id=None, now=NOON)

    assert db.session.scalars(sa.select(Job.kind)).all() == [RENEW_JOB]
    assert state().revision == 4


def test_two_papers_verified_at_once_both_count(app):
    company = make_exporter()
    product = make_mangoes(company, without="C-VHT-FAC")
    (residues,) = (
        paper
        for paper in db.session.scalars(sa.select(HeldPaper))
        if paper.scheme_code == "C-TR-RESID"
    )
    residues.state = PaperState.SUBMITTED
    plant = make_paper(company, "C-VHT-FAC", state=PaperState.SUBMITTED)
    numbers, company_id, product_id = (residues.id, plant.id), company.id, product.id
    renew_company(company_id, now=NOON)
    db.session.commit()

    def verify(number):
        db.session.get_one(HeldPaper, number).state = PaperState.VERIFIED
        renew_company(company_id, now=NOON)

    with meanwhile(app, lambda: verify(numbers[0])), unit_of_work():
        verify(numbers[1])

    assert levels() == {(product_id, ""): "READY"}


def test_job_waits_for_who_is_just_verifying_a_paper(app, computed):
    company_id = db.session.scalar(sa.select(Product.company_id))
    db.session.rollback()

    def verify():
        make_paper_of(company_id)
        renew_company(company_id, now=NOON)

    with meanwhile(app, verify):
        written = finish(computed)

    assert written == {"written": 2, "changed": 1}
    assert set(levels().values()) == {"READY"}
