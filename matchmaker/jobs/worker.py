"""The worker's side of the queue: each task runs inside the application."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

from flask import Flask
from huey import Huey
from huey.consumer import Consumer

from matchmaker.db.base import db
from matchmaker.db.clock import utcnow
from matchmaker.db.transaction import unit_of_work
from matchmaker.jobs.queue import Tasks, register
from matchmaker.jobs.services import carry_out, give_up_dead_jobs, lost_jobs

log = logging.getLogger(__name__)

WORKER_THREADS = 2
LONGEST_WAIT_S = 0.2
"""Between two looks into a queue that cannot wake the worker by itself: a file."""


class Sweeper(Protocol):
    """Looks every minute for something that is due, and does it; cheap when nothing is."""

    def __call__(self, *, now: datetime) -> object: ...


def sweep_with(sweepers: Sequence[Sweeper]) -> None:
    """Let each sweeper work in a transaction of its own; one that fails keeps none from theirs."""
    for sweeper in sweepers:
        try:
            with unit_of_work():
                sweeper(now=utcnow())
        except Exception:  # the edge of the worker: the next minute tries again
            name = f"{getattr(sweeper, '__module__', '')}.{getattr(sweeper, '__name__', sweeper)}"
            log.exception("sweeper failed", extra={"sweeper": name})


def connect_tasks(
    app: Flask,
    queue: Huey,
    *,
    send_messages: Callable[[], object],
    sweepers: Sequence[Sweeper] = (),
) -> Tasks:
    """Register the tasks with the queue and return what puts them into it."""

    def run_job(job_id: int) -> None:
        with app.app_context():
            carry_out(job_id)

    def send() -> None:
        with app.app_context():
            send_messages()

    def sweep() -> None:
        with app.app_context():
            with unit_of_work():
                give_up_dead_jobs(utcnow())
            lost = lost_jobs(utcnow())
            db.session.rollback()
            for job_id in lost:
                log.warning("job found again", extra={"job": job_id})
                carry_out(job_id)
            sweep_with(sweepers)
            send_messages()

    return register(queue, run_job=run_job, send_messages=send, sweep=sweep)


def work_forever(queue: Huey) -> None:
    """Carry out what the queue brings until the process is told to stop."""
    Consumer(queue, workers=WORKER_THREADS, worker_type="thread", max_delay=LONGEST_WAIT_S).run()
