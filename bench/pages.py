"""How long the pages take, as ratios to a plain page of the same run, and what they weigh.

    python -m bench.pages [--json] [--exporters 1000] [--buyers 500]

Both servers run at the same time, one process of four threads each; one client on a kept
connection asks them in turn, so that whatever else the machine does falls on both.
"""

from __future__ import annotations

import argparse
import json
import re
import statistics
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urljoin

import sqlalchemy as sa

from bench.instance import cookie_of, environment, fill, in_own_context, quiet_app, server
from matchmaker.companies.models import Company
from matchmaker.db.base import db
from matchmaker.engines.matching.exposure import Limits
from matchmaker.engines.matching.score import Weights
from matchmaker.events.models import Event
from matchmaker.matches.models import Suggestion
from matchmaker.matches.services.runs import Settled, run_event

WARM_UP, ROUNDS = 15, 80
MOST_BYTES = 150_000
PER_BUYER, PER_EXPORTER = 10, 12
STATIC = re.compile(r"""(?:<link[^>]*rel="stylesheet"[^>]*href|<script[^>]*src)="([^"]+)\"""")
LOADED_BY_SCRIPT = re.compile(r"""(?:\bfrom|\bimport)\s*\(?["'](\.[^"']+)["']""")


@dataclass(frozen=True, slots=True)
class Page:
    """A page to be measured."""

    name: str
    path: str
    cookie: str
    most: float
    """Target: times the plain page's median."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What came out of one page."""

    name: str
    median_ms: float
    ratio: float
    target_ratio: float
    kilobytes: float
    target_kilobytes: float

    @property
    def good(self) -> bool:
        return self.ratio <= self.target_ratio and self.kilobytes <= self.target_kilobytes


class Browser:
    """One client on one kept connection."""

    def __init__(self, port: int) -> None:
        self.connection = HTTPConnection("127.0.0.1", port, timeout=60)

    def get(self, path: str, cookie: str = "") -> bytes:
        """Return the body as it came over the line."""
        headers = {"Accept-Encoding": "identity", "Accept-Language": "en"}
        self.connection.request(
            "GET", path, headers=headers | ({"Cookie": cookie} if cookie else {})
        )
        answer = self.connection.getresponse()
        body = answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{path} answered {answer.status}")
        return body

    def seconds(self, path: str, cookie: str = "") -> float:
        """Return how long one answer takes."""
        begin = time.perf_counter()
        self.get(path, cookie)
        return time.perf_counter() - begin

    def weight(self, path: str, cookie: str) -> int:
        """Return the bytes of a page with its styles and scripts, each once, uncompressed."""
        page = self.get(path, cookie)
        waiting = [urljoin(path, href) for href in STATIC.findall(page.decode())]
        sizes: dict[str, int] = {}
        while waiting:
            file = waiting.pop()
            if file.split("?")[0] in sizes:
                continue
            body = self.get(file)
            sizes[file.split("?")[0]] = len(body)
            if file.split("?")[0].endswith(".js"):
                waiting += [urljoin(file, x) for x in LOADED_BY_SCRIPT.findall(body.decode())]
        return len(page) + sum(sizes.values())


def prepare(folder: Path, *, exporters: int, buyers: int) -> tuple[list[Page], int]:
    """Fill the instance, run the matching, and return the pages and the number of suggestions."""
    with quiet_app(folder) as app:
        made = fill(app, exporters=exporters, buyers=buyers)
        event = db.session.get_one(Event, made.event_id)
        settled = Settled(Weights(), Limits(per_exporter=PER_EXPORTER, per_buyer=PER_BUYER))
        run_event(event, settled, report=lambda *_: None)
        suggestions = db.session.scalar(sa.select(sa.func.count()).select_from(Suggestion)) or 0
        one = db.session.scalars(
            sa.select(Suggestion.public_id).order_by(Suggestion.score.desc()).limit(1)
        ).one()
        event_at = f"/events/{db.session.get_one(Event, made.event_id).public_id}"
        exporter = db.session.get_one(Company, made.exporter_id).public_id
        officer, owner = cookie_of(app, made.officer_id), cookie_of(app, made.owner_id)
    return [
        Page("public event page", event_at, "", 2.5),
        Page("profile page", f"/companies/{exporter}", owner, 6),
        Page("review queue, 50 rows and a pair",
             f"{event_at}/suggestions?size=50&open={one}", officer, 10),
    ], suggestions  # fmt: skip


def measure(pages: list[Page], service: Browser, plain: Browser) -> tuple[list[Measured], float]:
    """Ask both servers in turn; return what each page took, and the plain page's median in ms."""
    yardstick: list[float] = []
    taken: dict[str, list[float]] = {page.name: [] for page in pages}
    for number in range(WARM_UP + ROUNDS):
        for page in pages:
            seconds = service.seconds(page.path, page.cookie)
            beside = plain.seconds("/notes/1")
            if number >= WARM_UP:
                taken[page.name].append(seconds)
                yardstick.append(beside)
    plain_ms = statistics.median(yardstick) * 1000
    measured = []
    for page in pages:
        median = statistics.median(taken[page.name]) * 1000
        kilobytes = service.weight(page.path, page.cookie) / 1000
        measured.append(
            Measured(page.name, round(median, 2), round(median / plain_ms, 2), page.most,
                     round(kilobytes, 1), MOST_BYTES / 1000)
        )  # fmt: skip
    return measured, round(plain_ms, 2)


def main() -> None:
    """Measure and print; the exit status only says whether it could be measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--exporters", type=int, default=1000)
    parser.add_argument("--buyers", type=int, default=500)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        pages, suggestions = in_own_context(
            prepare, Path(folder), exporters=asked.exporters, buyers=asked.buyers
        )
        plain_database = {"PLAIN_DATABASE": f"sqlite:///{folder}/plain.db"}
        with (
            server("wsgi:app", environment(Path(folder))) as port,
            server("bench.plain:app", plain_database) as beside,
        ):
            measured, plain_ms = measure(pages, Browser(port), Browser(beside))
    if asked.json:
        rows = [{**asdict(one), "good": one.good} for one in measured]
        json.dump({"plain_ms": plain_ms, "suggestions": suggestions, "pages": rows}, sys.stdout)
        print()
        return
    print(f"{suggestions} suggestions; plain page {plain_ms} ms")
    print(f"{'page':34} {'ms':>8} {'ratio':>7} {'target':>7} {'kB':>7} {'target':>7}")
    for one in measured:
        print(
            f"{one.name:34} {one.median_ms:8} {one.ratio:7} {one.target_ratio:7} "
            f"{one.kilobytes:7} {one.target_kilobytes:7} {'' if one.good else ' above'}"
        )


if __name__ == "__main__":
    main()
