"""What companies save, and the jobs that follow it."""

from __future__ import annotations

from datetime import timedelta

from matchmaker.companies import goods_queries
from matchmaker.companies.models import Company
from matchmaker.companies.queries import company_with_members
from matchmaker.companies.services import goods
from matchmaker.companies.services.following import FOLLOW_JOB
from matchmaker.companies.services.goods_terms import ProductIdentity
from matchmaker.db.base import db, random_id
from matchmaker.db.clock import utcnow
from matchmaker.db.transaction import unit_of_work
from matchmaker.events.models import Event
from matchmaker.jobs.enums import JobState
from matchmaker.jobs.models import Job
from matchmaker.jobs.services import Progress
from matchmaker.matches.enums import SuggestionState
from matchmaker.matches.renewal_jobs import follow_company
from tests.build import make_exporter, make_officer, make_participant
from tests.matches.fairs import suggestions_of

SCISSORS = ProductIdentity(
    "سرجیکل قینچی", "سٹین لیس سٹیل کی قینچیاں اور چمٹیاں", "ur", "901890", "MEDI-SURG"
)
TOWELS = ProductIdentity("Terry towels", "Bath towels of cotton", "en", "630260", "TEXT-TOWEL")


def newcomer(event: Event) -> Company:
    """An exporter that takes part and has not said yet what it offers."""
    company = make_exporter()
    make_participant(event, company)
    return company


def loaded(company_id: int) -> Company:
    return company_with_members(db.session.get_one(Company, company_id).public_id)


def offer(company_id: int, identity: ProductIdentity = SCISSORS) -> str:
    """Save a product as the form does; its public id."""
    with unit_of_work():
        company = loaded(company_id)
        officer = make_officer()
        product = goods.add_product(
            company, identity, public_id=random_id(), actor=officer, now=utcnow()
        )
        return product.public_id


def change(public_id: str, identity: ProductIdentity) -> None:
    with unit_of_work():
        product = goods_queries.product_in_any_state(public_id)
        goods.change_product(
            product,
            identity,
            seen_version=product.version,
            actor=make_officer(),
            now=utcnow(),
        )


def withdraw(public_id: str) -> None:
    with unit_of_work():
        product = goods_queries.product_in_any_state(public_id)
        goods.withdraw_product(product, actor=make_officer(), now=utcnow())


def jobs() -> list[Job]:
    db.session.rollback()
    return db.session.query(Job).filter_by(kind=FOLLOW_JOB).order_by(Job.id).all()


def scores(event_id: int) -> dict[tuple[int, int], float]:
    db.session.rollback()
    return {
        (one.product_id, one.need_id): round(one.score, 6)
        for one in suggestions_of(event_id)
        if one.state is SuggestionState.PENDING
    }


def begun(job: Job):
    """Let a worker take a job and look, but not write yet."""
    with unit_of_work():
        taken = db.session.get_one(Job, job.id)
        taken.state, taken.attempts = JobState.RUNNING, 1
        taken.lease_until = utcnow() - timedelta(minutes=1)
    return follow_company(taken.arguments, Progress(taken.id))
