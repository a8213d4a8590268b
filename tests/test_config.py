"""Settings come from the environment, and bad ones do not start a service."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from matchmaker.cli import commands
from matchmaker.config import Mode, SettingsError, load_settings

SECRET = "f3a9c1d27be84f60a5d2c4e19b7f8036"


def test_production_does_not_start_without_a_secret_of_its_own(tmp_path):
    with pytest.raises(SettingsError, match="MATCHMAKER_SECRET_KEY"):
        load_settings({"MATCHMAKER_INSTANCE_PATH": str(tmp_path)})


@pytest.mark.parametrize("secret", ["secret", "changeme", "a" * 31])
def test_production_does_not_start_with_a_weak_secret(tmp_path, secret):
    with pytest.raises(SettingsError, match="32 characters"):
        load_settings({"MATCHMAKER_INSTANCE_PATH": str(tmp_path), "MATCHMAKER_SECRET_KEY": secret})


def test_example_mode_makes_a_secret_and_keeps_it(tmp_path):
    environ = {"MATCHMAKER_MODE": "example", "MATCHMAKER_INSTANCE_PATH": str(tmp_path)}

    first, second = load_settings(environ), load_settings(environ)

    assert first.secret_key == second.secret_key
    assert len(first.secret_key) == 64
    assert (tmp_path / "secret_key").stat().st_mode & 0o077 == 0


def test_the_address_of_mails_follows_host_and_port_unless_it_is_given(tmp_path):
    environ = {
        "MATCHMAKER_MODE": "example",
        "MATCHMAKER_INSTANCE_PATH": str(tmp_path),
        "PORT": "8123",
    }

    assert load_settings(environ).public_url == "http://127.0.0.1:8123"
    given = environ | {"MATCHMAKER_PUBLIC_URL": "https://fair.example"}
    assert load_settings(given).public_url == "https://fair.example"
    assert load_settings(given).on_tls


@pytest.mark.parametrize(
    ("name", "value"),
    [("PORT", "eighty"), ("MAIL_TLS", "perhaps"), ("MODE", "debug"), ("LOG_FORMAT", "xml")],
)
def test_a_value_that_cannot_be_read_is_named(tmp_path, name, value):
    environ = {
        "MATCHMAKER_INSTANCE_PATH": str(tmp_path),
        "MATCHMAKER_SECRET_KEY": SECRET,
        f"MATCHMAKER_{name}": value,
    }

    with pytest.raises(SettingsError, match=f"MATCHMAKER_{name}"):
        load_settings(environ)


def test_production_is_the_mode_where_none_is_named(tmp_path):
    environ = {"MATCHMAKER_INSTANCE_PATH": str(tmp_path), "MATCHMAKER_SECRET_KEY": SECRET}

    assert load_settings(environ).mode is Mode.PRODUCTION


def test_a_command_that_needs_no_service_asks_for_no_settings(monkeypatch, tmp_path):
    for name in ("MATCHMAKER_MODE", "MATCHMAKER_SECRET_KEY"):
        monkeypatch.delenv(name, raising=False)
    file = tmp_path / "case.json"
    file.write_text('{"as_of": "2026-01-15", "shipment": "2026-07-05", "sector": "AGRI-MANGO"}')

    answer = CliRunner().invoke(commands, ["readiness", "check", str(file), "--json"])

    assert answer.exit_code == 0, answer.output
    assert json.loads(answer.stdout)["shipment"]["level"] == "NOT_READY"
