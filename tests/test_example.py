"""Example mode on this machine: the mailbox is at hand."""

from __future__ import annotations

import logging

import pytest

from matchmaker.app import create_app
from matchmaker.config import Mode
from tests.conftest import Client, make_settings


def browser(settings):
    app = create_app(settings)
    app.test_client_class = Client
    return app.test_client()


@pytest.mark.parametrize("path", ["/mail-sent", "/sign-up/check-mail"])
def test_pages_that_speak_of_a_mail_lead_to_the_mailbox(tmp_path, path):
    here = browser(make_settings(tmp_path, "sqlite://", mode=Mode.EXAMPLE))

    assert 'href="/example/mailbox"' in here.get(path).text


@pytest.mark.parametrize("path", ["/mail-sent", "/sign-up/check-mail"])
def test_outside_the_example_no_page_speaks_of_a_mailbox(client, path):
    assert "/example/" not in client.get(path).text


def test_another_machine_is_not_shown_the_mailbox(tmp_path):
    here = browser(make_settings(tmp_path, "sqlite://", mode=Mode.EXAMPLE))

    page = here.get("/mail-sent", environ_base={"REMOTE_ADDR": "192.0.2.7"})

    assert "/example/mailbox" not in page.text


def test_asking_whether_it_is_ready_writes_no_log(client, caplog):
    with caplog.at_level(logging.DEBUG, logger="alembic"):
        assert client.get("/readyz").json["checks"]["migrations"] is True

    assert caplog.records == []
