"""The application: the one module that imports everything and wires it together."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

import orjson
from flask import Flask, g, request
from flask_mailman import Mail
from flask_migrate import Migrate
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from matchmaker.accounts import cli as accounts_cli
from matchmaker.accounts import jobs as accounts_jobs
from matchmaker.accounts import views as accounts_views
from matchmaker.accounts.identity import init_identity
from matchmaker.accounts.services.sign_up import MAIL_JOB
from matchmaker.companies import cli as companies_cli
from matchmaker.companies.services.following import FOLLOW_JOB
from matchmaker.companies.views import companies as companies_views
from matchmaker.companies.views import files as files_views
from matchmaker.companies.views import goods as goods_views
from matchmaker.compliance import cli as compliance_cli
from matchmaker.compliance import jobs as compliance_jobs
from matchmaker.compliance import models as compliance_models
from matchmaker.compliance.services.ground import RENEW_JOB
from matchmaker.compliance.services.lapsing import warn_of_lapsing
from matchmaker.compliance.services.readiness import renew_due
from matchmaker.compliance.services.what_if import WHAT_IF_JOB
from matchmaker.compliance.views import border as border_views
from matchmaker.compliance.views import paper_queue as papers_views
from matchmaker.compliance.views import product as compliance_views
from matchmaker.compliance.views import requirements as requirements_views
from matchmaker.compliance.views import what_if as agreements_views
from matchmaker.config import ROOT, Mode, Settings, load_settings
from matchmaker.db import audit
from matchmaker.db.base import db
from matchmaker.db.clock import utcnow
from matchmaker.db.transaction import configure_sqlite
from matchmaker.db.types import json_text
from matchmaker.events import cli as events_cli
from matchmaker.events import views as events_views
from matchmaker.example import cli as example_cli
from matchmaker.example import views as example_views
from matchmaker.example.way_in import shown_ways_in
from matchmaker.home import views as home_views
from matchmaker.jobs.queue import make_queue
from matchmaker.jobs.services import Work
from matchmaker.jobs.worker import connect_tasks
from matchmaker.mail.services import send_waiting
from matchmaker.matches import cli as matches_cli
from matchmaker.matches import evaluation_jobs, learning_jobs, renewal_jobs
from matchmaker.matches import jobs as matches_jobs
from matchmaker.matches import models as matches_models
from matchmaker.matches import views as matches_views
from matchmaker.matches.services.evaluations import JOB_KIND as EVALUATE_JOB
from matchmaker.matches.services.learning import JOB_KIND as LEARN_JOB
from matchmaker.matches.services.learning import learn_when_due
from matchmaker.matches.services.renewal import be_ready
from matchmaker.matches.services.runs import JOB_KIND as MATCH_RUN_JOB
from matchmaker.matches.services.text_models import follow_model
from matchmaker.matches.services.vectors import follow_texts
from matchmaker.matches.text_model import FIT_JOB
from matchmaker.matches.vectors import EMBED_JOB
from matchmaker.participation import models as participation_models
from matchmaker.participation import views as participation_views
from matchmaker.participation.readiness_services import follow_events
from matchmaker.reference import cli as reference_cli
from matchmaker.reference import views as reference_views
from matchmaker.web import health
from matchmaker.web.errors import init_errors
from matchmaker.web.formats import init_formats
from matchmaker.web.headers import init_headers, static_url
from matchmaker.web.i18n import init_i18n
from matchmaker.web.limits import limiter
from matchmaker.web.logs import init_logs
from matchmaker.web.transaction import init_transaction

ONE_YEAR_S = 31_536_000


def _configure(app: Flask, settings: Settings) -> None:
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        # Parameters are personal data, and errors are logged.
        SQLALCHEMY_ENGINE_OPTIONS={
            "hide_parameters": True,
            "json_serializer": json_text,
            "json_deserializer": orjson.loads,
        },
        SESSION_COOKIE_NAME="session",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.on_tls,
        MAX_CONTENT_LENGTH=settings.max_body_bytes,
        MAX_FORM_MEMORY_SIZE=500_000,
        MAX_FORM_PARTS=500,
        SEND_FILE_MAX_AGE_DEFAULT=ONE_YEAR_S,
        WTF_CSRF_TIME_LIMIT=None,
        RATELIMIT_STORAGE_URI=settings.limits_url,
        RATELIMIT_ENABLED=settings.mode is not Mode.TEST,
        MAIL_SERVER=settings.mail_server or "localhost",
        MAIL_PORT=settings.mail_port,
        MAIL_USERNAME=settings.mail_username or None,
        MAIL_PASSWORD=settings.mail_password or None,
        MAIL_USE_TLS=settings.mail_tls,
        MAIL_TIMEOUT=20,
        MAIL_BACKEND="smtp" if settings.mail_server else "file",
        MAIL_FILE_PATH=str(settings.instance_path / "mail"),
    )
    app.jinja_env.add_extension("jinja2.ext.do")
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True


def _init_database(app: Flask) -> None:
    db.init_app(app)
    Migrate(app, db, directory=str(health.MIGRATIONS), render_as_batch=True)
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            configure_sqlite(db.engine)


def _init_templates(app: Flask, settings: Settings) -> None:
    """Tell every template what belongs to the installation."""

    @app.context_processor
    def common() -> dict[str, Any]:
        return {
            "static_url": static_url,
            "office_name": settings.office_name,
            "example_mode": settings.is_example,
            "now": utcnow(),
            "user": g.get("user"),
            "here": request.full_path.rstrip("?") if request else "/",
        }


WORK: Mapping[str, Work] = {
    EMBED_JOB: matches_jobs.embed,
    FIT_JOB: matches_jobs.fit_text_model,
    MAIL_JOB: accounts_jobs.write_mail,
    FOLLOW_JOB: renewal_jobs.follow_company,
    EVALUATE_JOB: evaluation_jobs.evaluate,
    LEARN_JOB: learning_jobs.learn_weights,
    MATCH_RUN_JOB: matches_jobs.match_run,
    RENEW_JOB: compliance_jobs.renew,
    WHAT_IF_JOB: compliance_jobs.what_if,
}
"""What the worker can do, by the kind of job."""
SWEEPERS = (
    be_ready,
    follow_events,
    follow_model,
    follow_texts,
    learn_when_due,
    renew_due,
    warn_of_lapsing,
)
"""What the worker does every minute where something is due."""
BLUEPRINTS = (
    health.bp,
    accounts_views.bp,
    agreements_views.bp,
    border_views.bp,
    companies_views.bp,
    compliance_views.bp,
    events_views.bp,
    files_views.bp,
    goods_views.bp,
    home_views.bp,
    matches_views.bp,
    papers_views.bp,
    participation_views.bp,
    reference_views.bp,
    requirements_views.bp,
)
COMMANDS = (
    example_cli.commands,
    accounts_cli.commands,
    companies_cli.commands,
    compliance_cli.commands,
    compliance_cli.pack_commands,
    events_cli.commands,
    matches_cli.commands,
    reference_cli.commands,
)
MODELS = (audit, compliance_models, matches_models, participation_models)
"""Imported for Alembic and the mappers; they bring those below them."""


def create_app(settings: Settings | None = None) -> Flask:
    """Build the service from its settings, or from the environment."""
    settings = settings or load_settings(os.environ)
    settings.instance_path.mkdir(parents=True, exist_ok=True)
    init_logs(settings.log_format)
    app = Flask(
        "matchmaker",
        template_folder=str(ROOT / "templates"),
        static_folder=str(ROOT / "static"),
        instance_path=str(settings.instance_path),
    )
    app.extensions["settings"] = settings
    app.extensions["work"] = WORK
    _configure(app, settings)
    _init_database(app)
    init_headers(app, on_tls=settings.on_tls)
    init_transaction(app)
    init_identity(app)
    CSRFProtect(app)
    limiter.init_app(app)
    Mail(app)
    init_i18n(app)
    init_formats(app)
    init_errors(app)
    _init_templates(app, settings)
    app.extensions["queue"] = make_queue(settings)
    app.extensions["tasks"] = connect_tasks(
        app, app.extensions["queue"], send_messages=send_waiting, sweepers=SWEEPERS
    )
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    if settings.shows_secrets:
        app.register_blueprint(example_views.bp)
        app.extensions["example_way_in"] = shown_ways_in
    for command in COMMANDS:
        app.cli.add_command(command)
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops)  # type: ignore[method-assign]
    return app
