"""What every answer carries, whatever was asked."""

from __future__ import annotations

import contextvars
import shutil
from http.cookies import SimpleCookie
from pathlib import Path

import pytest
import sqlalchemy as sa

from matchmaker.accounts.services.sessions import start_session
from matchmaker.app import create_app
from matchmaker.db.base import db
from matchmaker.db.clock import utcnow
from matchmaker.jobs.models import OutboxMessage
from tests.build import make_user
from tests.conftest import Client, make_settings
from tests.security.world import OPEN_TO_ALL, address, routes

EVIL = "evil.example"
AT_EVIL = f"http://{EVIL}"
FORGED = {
    "X-Forwarded-Host": EVIL,
    "X-Forwarded-Server": EVIL,
    "X-Original-Host": EVIL,
    "Forwarded": f"host={EVIL}",
}


def test_every_answer_protects_itself(client, people, pages):
    asked = [(browser, path) for browser in (client, *people.values()) for path in pages]
    answers = {
        f"{number} {path}": browser.get(path) for number, (browser, path) in enumerate(asked)
    }
    answers["missing"] = client.get("/no-such-page")
    answers["method"] = client.delete("/events")
    answers["forged"] = client.post("/language", data={"language": "ja"})
    answers["large"] = client.post("/language", data=b"x" * (9 * 2**20))
    answers["static"] = client.get("/static/css/site.css", buffered=True)
    answers["redirect"] = client.submit("/language", {"language": "ja"})

    for name, answer in answers.items():
        headers = answer.headers
        policy = headers["Content-Security-Policy"]
        assert "unsafe" not in policy, name
        assert "http:" not in policy, name
        assert "*" not in policy, name
        assert "frame-ancestors 'none'" in policy, name
        assert headers["X-Content-Type-Options"] == "nosniff", name
        assert headers["X-Frame-Options"] == "DENY", name
        assert headers["Referrer-Policy"] in {"same-origin", "no-referrer"}, name
        assert "Permissions-Policy" in headers, name
        assert "Access-Control-Allow-Origin" not in headers, name


def test_pages_of_somebody_signed_in_are_kept_nowhere(people, pages):
    """A picture may be kept, when the browser asks each time whether it still may show it."""
    kept = {}
    for browser in people.values():
        for path in pages:
            answer = browser.get(path)
            said = answer.headers.get("Cache-Control", "")
            if "no-store" not in said and answer.mimetype != "image/png":
                kept[path] = said
            elif "no-store" not in said:
                assert said == "private, no-cache"
    assert kept == {}


def test_errors_show_no_trace_and_no_version(client, people):
    answers = [
        client.get("/no-such-page"),
        client.post("/language"),
        client.delete("/events"),
        people["officer"].get("/companies/%00"),
        client.post("/language", data=b"x" * (9 * 2**20)),
    ]
    for answer in answers:
        for told in ("Traceback", "site-packages", "Werkzeug", "SELECT ", "sqlalchemy"):
            assert told not in answer.text


def _carry_to_forged_host(browser: Client) -> None:
    """Let the browser send its session under the forged name too."""
    with browser.session_transaction() as session:
        kept = dict(session) or {"csrf_token": "0" * 40}
    with browser.session_transaction(base_url=AT_EVIL) as session:
        session.update(kept)


def test_a_forged_host_changes_no_link_of_a_page(client, people, pages):
    for name, browser in {"visitor": client, **people}.items():
        _carry_to_forged_host(browser)
        for path in pages:
            answer = browser.get(path, base_url=AT_EVIL, headers=FORGED)
            assert EVIL.encode() not in answer.data, path
            assert EVIL not in answer.headers.get("Location", ""), path
        signed_in = "Sign out" in browser.get("/events", base_url=AT_EVIL).text
        assert signed_in is (name != "visitor")


def test_a_forged_host_changes_no_link_of_a_mail(client, world, work):
    token = client.csrf()
    _carry_to_forged_host(client)
    known = world.exporter.email
    client.post(
        "/forgot-password",
        data={"email": known, "csrf_token": token},
        base_url=AT_EVIL,
        headers=FORGED,
    )
    work()

    mails = db.session.scalars(sa.select(OutboxMessage)).all()

    assert [mail.recipient for mail in mails] == [known]
    assert "http://matchmaker.example/reset-password/" in mails[0].text
    for mail in mails:
        assert EVIL not in mail.text + mail.html + mail.message_id


@pytest.mark.parametrize(
    "target",
    [
        "//evil.example",
        "/\\evil.example",
        "/\t/evil.example",
        "https://evil.example",
        "\\\\evil.example",
        "https:evil.example",
        "//x@evil.example",
        "javascript:alert(1)",
    ],
)
def test_no_address_given_leads_out_of_the_site(client, target):
    answer = client.submit("/language", {"language": "ja", "next": target})

    place = answer.headers["Location"]
    assert place.startswith("/")
    assert not place.startswith(("//", "/\\", "/\t"))


def test_cookies_are_for_this_site_and_out_of_reach_of_scripts(app, tmp_path: Path, backend):
    if backend == "sqlite":
        shutil.copy(Path(app.instance_path) / "template.db", tmp_path / "matchmaker.db")
        database = f"sqlite:///{tmp_path / 'matchmaker.db'}"
    else:
        database = app.extensions["settings"].database_url
    settings = make_settings(tmp_path, database, public_url="https://matchmaker.example")
    secure = create_app(settings)
    secure.test_client_class = Client

    def ask() -> list[str]:
        with secure.app_context():
            user = make_user()
            token = start_session(user, device="Test", settings=settings, now=utcnow())
            db.session.commit()
            browser = secure.test_client()
            with browser.session_transaction() as session:
                session["sid"] = token
            answers = [
                browser.get("/events", base_url=settings.public_url),
                browser.submit("/language", {"language": "ur"}, base_url=settings.public_url),
                browser.get("/sign-in", base_url=settings.public_url),
                # A proxy that speaks TLS to the world and plain HTTP to us
                browser.submit("/language", {"language": "ur"}),
            ]
            db.session.remove()
            db.engine.dispose()
        assert all("Strict-Transport-Security" in answer.headers for answer in answers)
        return [cookie for answer in answers for cookie in answer.headers.getlist("Set-Cookie")]

    cookies = contextvars.Context().run(ask)

    assert cookies
    for cookie in cookies:
        (morsel,) = SimpleCookie(cookie).values()
        assert morsel["httponly"], cookie
        assert morsel["samesite"] in {"Lax", "Strict"}, cookie
        assert morsel["secure"], cookie
        assert morsel["domain"] == "", cookie


def test_pages_that_are_open_to_all_show_nothing_of_anybody(app, world, client):
    """A contact, an address or a price on a public page would be everybody's."""
    for rule in routes(app):
        if rule.endpoint in OPEN_TO_ALL and "GET" in rule.methods:
            answer = client.get(address(rule, world.ids))
            for private in (world.exporter.email, world.buyer.email, "@firm.example"):
                assert private not in answer.text, rule.rule
