"""The ground every feature stands on."""

from __future__ import annotations

import threading

import pytest
import sqlalchemy as sa

from matchmaker.accounts.models import User
from matchmaker.db.base import db
from matchmaker.db.transaction import unit_of_work
from tests.build import make_user


def test_the_process_says_that_it_lives(client):
    answer = client.get("/healthz")

    assert answer.status_code == 200
    assert answer.json == {"status": "ok"}


def test_a_migrated_database_is_ready(client):
    assert client.get("/readyz").json["checks"]["migrations"] is True


def test_every_answer_carries_the_headers_that_protect_it(client):
    headers = client.get("/healthz").headers

    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"


def test_writers_at_the_same_time_lose_no_update(app):
    user_id = make_user(failed_count=0).id
    db.session.commit()

    def add_twenty() -> None:
        with app.app_context():
            for _ in range(20):
                with unit_of_work():
                    user = db.session.scalars(
                        sa.select(User).where(User.id == user_id).with_for_update()
                    ).one()
                    user.failed_count += 1

    threads = [threading.Thread(target=add_twenty) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    db.session.rollback()
    assert db.session.get_one(User, user_id).failed_count == 80


@pytest.mark.parametrize("address", ["/hs/search?q=%00", "/events?q=rice%00", "/events/abc%00"])
def test_an_address_with_a_nul_is_refused(client, address):
    assert client.get(address).status_code == 400


def test_an_error_page_without_a_message_says_no_none(client):
    page = client.get("/nowhere")

    assert page.status_code == 404
    assert "None" not in page.text
