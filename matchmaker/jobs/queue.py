"""The queue: it wakes the worker and carries only a job's number; the row is the truth."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from huey import Huey, MemoryHuey, PostgresHuey, RedisHuey, SqliteHuey, crontab
from huey.serializer import SignedSerializer

from matchmaker.config import Settings

NAME = "matchmaker"


def make_queue(settings: Settings) -> Huey:
    """Return the queue that `queue_url` names; messages are signed.

    Raises
    ------
    ValueError
        If the URL's scheme is none of sqlite, postgresql, redis, memory.
    """
    serializer = SignedSerializer(secret=settings.secret_key, salt="queue")
    scheme = urlsplit(settings.queue_url).scheme.split("+")[0]
    if scheme == "sqlite":
        path = settings.queue_url.removeprefix("sqlite:///")
        return SqliteHuey(NAME, filename=path, serializer=serializer, results=False, fsync=True)
    if scheme == "postgresql":
        dsn = settings.queue_url.replace("+psycopg", "")
        return PostgresHuey(NAME, dsn=dsn, serializer=serializer, results=False)
    if scheme in {"redis", "rediss"}:
        return RedisHuey(NAME, url=settings.queue_url, serializer=serializer, results=False)
    if scheme == "memory":
        return MemoryHuey(NAME, serializer=serializer, results=False)
    raise ValueError(f"unknown kind of queue: {scheme!r}")


@dataclass(frozen=True, slots=True)
class Tasks:
    """What can be put into the queue: call one and the worker does it soon."""

    run_job: Callable[[int], object]
    send_messages: Callable[[], object]


def register(
    queue: Huey,
    *,
    run_job: Callable[[int], None],
    send_messages: Callable[[], None],
    sweep: Callable[[], None],
) -> Tasks:
    """Tell the queue its tasks; the sweeper finds every minute what a crash left behind."""
    queue.periodic_task(crontab(minute="*"), name="sweep")(sweep)
    return Tasks(
        run_job=queue.task(name="run_job")(run_job),
        send_messages=queue.task(name="send_messages")(send_messages),
    )
