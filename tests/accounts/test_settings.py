"""The page of one's own settings, and the sessions on it."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from matchmaker.accounts.models import UserSession
from matchmaker.accounts.time_zones import time_zones
from matchmaker.accounts.views.devices import device_name
from matchmaker.db.base import db
from matchmaker.db.clock import utcnow
from tests.accounts.people import again, make_person, rows

GIVEN = {"name": "Sana", "language": "ur", "time_zone": "Asia/Tokyo"}


def test_name_language_and_time_zone_are_kept(sign_in):
    person = make_person()
    inside = sign_in(person)

    assert inside.submit("/account", GIVEN).status_code == 303

    kept = again(person)
    assert (kept.name, kept.language, kept.time_zone) == ("Sana", "ur", "Asia/Tokyo")
    assert '<html lang="ur" dir="rtl">' in inside.get("/account").text


@pytest.mark.parametrize(
    "change",
    [{"name": ""}, {"name": "x" * 121}, {"name": "Sana\r\nBcc: x@y.example"}, {"language": "xx"},
     {"time_zone": "Mars/Olympus"}, {"time_zone": "../../etc/passwd"}],
)  # fmt: skip
def test_what_cannot_be_is_refused_and_stays_in_the_form(sign_in, change):
    person = make_person(name="Before")

    answer = sign_in(person).submit("/account", GIVEN | change)

    assert answer.status_code == 422
    assert again(person).name == "Before"


def test_a_field_the_form_does_not_have_changes_nothing(sign_in):
    person = make_person()
    extra = {"role": "administrator", "email": "x@y.example", "disabled_at": "", "id": "1"}

    sign_in(person).submit("/account", GIVEN | extra)

    kept = again(person)
    assert (kept.role.value, kept.email) == ("member", person.email)


def test_a_time_zone_that_is_not_offered_stays_if_it_was_kept(sign_in):
    person = make_person(time_zone="Etc/UTC")

    answer = sign_in(person).submit("/account", GIVEN | {"time_zone": "Etc/UTC"})

    assert answer.status_code == 303


@pytest.mark.parametrize("language", ["en", "ja", "ur"])
def test_the_time_zones_begin_with_the_corridor_and_come_once(language):
    groups = time_zones(language)
    names = [name for _group, zones in groups for name, _called in zones]

    assert set(names[:2]) == {"Asia/Karachi", "Asia/Tokyo"}
    assert len(names) == len(set(names))
    assert "Europe/London" in names


def test_the_page_lists_the_living_sessions_only(sign_in):
    person = make_person()
    inside = sign_in(person)
    sign_in(person)
    sign_in(make_person())
    db.session.execute(
        sa.update(UserSession).where(UserSession.id == 2).values(revoked_at=utcnow())
    )
    db.session.commit()

    page = inside.get("/account").text

    assert page.count("Last seen") == 1
    assert "This device" in page


def test_one_device_is_signed_out(sign_in):
    person = make_person()
    here, elsewhere = sign_in(person), sign_in(person)
    [other] = rows(sa.select(UserSession.public_id).where(UserSession.id == 2))

    assert here.submit(f"/account/sessions/{other}/end").status_code == 303

    assert elsewhere.get("/account").status_code == 303
    assert here.get("/account").status_code == 200


def test_nobody_ends_the_session_of_somebody_else(sign_in):
    victim, attacker = sign_in(make_person()), sign_in(make_person())
    [session] = rows(sa.select(UserSession.public_id).where(UserSession.id == 1))

    assert attacker.submit(f"/account/sessions/{session}/end").status_code == 404
    assert attacker.submit("/account/sessions/nothing/end").status_code == 404
    assert victim.get("/account").status_code == 200


def test_signing_out_everywhere_ends_every_session_of_the_person(sign_in):
    person = make_person()
    here, elsewhere, stranger = sign_in(person), sign_in(person), sign_in(make_person())

    assert here.submit("/account/sessions/end").location == "/sign-in"

    assert here.get("/account").status_code == 303
    assert elsewhere.get("/account").status_code == 303
    assert stranger.get("/account").status_code == 200


@pytest.mark.parametrize("ending", ["idle", "old", "disabled"])
def test_a_session_ends_by_itself(sign_in, ending):
    person = make_person()
    inside = sign_in(person)
    now = utcnow()
    session = {
        "idle": {"last_seen_at": now - timedelta(minutes=121)},
        "old": {"expires_at": now - timedelta(seconds=1)},
    }
    if ending == "disabled":
        again(person).disabled_at = now
    else:
        db.session.execute(sa.update(UserSession).values(**session[ending]))
    db.session.commit()

    assert inside.get("/account").location == "/sign-in?next=/account"


def test_a_form_sent_after_the_session_ended_leads_to_signing_in(sign_in):
    inside = sign_in(make_person())
    db.session.execute(sa.update(UserSession).values(revoked_at=utcnow()))
    db.session.commit()

    answer = inside.submit("/account", GIVEN)

    assert (answer.status_code, answer.location) == (303, "/sign-in")


@pytest.mark.parametrize("sessions", [1, 3])
def test_the_page_asks_the_same_for_any_number_of_sessions(sign_in, count_queries, sessions):
    person = make_person()
    clients = [sign_in(person) for _ in range(sessions)]

    with count_queries() as statements:
        page = clients[0].get("/account").text

    assert page.count("Last seen") == sessions
    assert len(statements) == 2  # the session with its person, the sessions


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Safari/604.1", "Safari · iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/140.0 Safari/537.36 Edg/140.0", "Edge · Windows"),
        ("Mozilla/5.0 (Linux; Android 15) Chrome/140.0 Mobile Safari/537.36", "Chrome · Android"),
        ("curl/8.0", ""),
    ],
)  # fmt: skip
def test_a_device_is_named_by_browser_and_system(agent, name):
    assert device_name(agent) == name
