"""Where the goods of an event fall short: by requirement and sector, and one by one."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from matchmaker.compliance.readiness_queries import StoredStatus
from matchmaker.engines.readiness.data import Stage
from matchmaker.engines.readiness.score import Level
from matchmaker.engines.readiness.status import SETTLED, Status
from matchmaker.participation.readiness_queries import ShownGoods

FEW = 1 / 3
"""Below this share of products that meet a requirement, its cell is marked as bad."""
WORST_FIRST = (
    Status.BLOCKED,
    Status.MISSING,
    Status.EXPIRED,
    Status.PARTLY,
    Status.EXPIRING,
)


@dataclass(frozen=True, slots=True)
class Cell:
    """How many products of a sector a requirement touches, and how many meet it."""

    met: int
    total: int

    @property
    def share(self) -> float:
        return self.met / self.total

    @property
    def gaps(self) -> int:
        return self.total - self.met

    @property
    def tone(self) -> str:
        """The kind of tag that shows it; the number says the same."""
        if self.met == self.total:
            return "good"
        return "bad" if self.share < FEW else "warn"


@dataclass(frozen=True, slots=True)
class Line:
    """One requirement across the sectors."""

    requirement: str
    is_mandatory: bool
    cells: Mapping[str, Cell]
    """By sector; sectors it does not touch are not there."""
    whole: Cell


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which goods the officer wants to see."""

    stage: Stage = Stage.SHIPMENT
    sector: str = ""
    level: Level | None = None
    requirement: str = ""
    near: bool = False
    """Only those that one mandatory requirement keeps from being ready to ship."""

    def takes(self, goods: ShownGoods) -> bool:
        """Say whether goods are among them."""
        return (
            (not self.sector or goods.sector == self.sector)
            and (self.level is None or goods.levels[self.stage] is self.level)
            and (not self.near or goods.gaps == 1)
            and (not self.requirement or _counts(goods.status_of(self.stage, self.requirement)))
        )


def is_gap(status: StoredStatus) -> bool:
    """Say whether the exporter has something left to do."""
    return Status(status.status) not in SETTLED


def _counts(status: StoredStatus | None) -> bool:
    return status is not None and status.status != Status.IMPORTER_DUTY


def heat_map(goods: Iterable[ShownGoods], stage: Stage) -> list[Line]:
    """Return the requirements of goods at one stage, those with the most gaps first."""
    met: dict[str, Counter[str]] = defaultdict(Counter)
    total: dict[str, Counter[str]] = defaultdict(Counter)
    mandatory: set[str] = set()
    for one in goods:
        for status in one.statuses.get(stage, ()):
            if not _counts(status):
                continue
            total[status.requirement][one.sector] += 1
            met[status.requirement][one.sector] += not is_gap(status)
            if status.kind == "M":
                mandatory.add(status.requirement)
    lines = [
        Line(
            requirement=code,
            is_mandatory=code in mandatory,
            cells={sector: Cell(met[code][sector], n) for sector, n in sectors.items()},
            whole=Cell(met[code].total(), sectors.total()),
        )
        for code, sectors in total.items()
    ]
    return sorted(lines, key=lambda line: (-line.whole.gaps, line.requirement))


def levels_of(goods: Sequence[ShownGoods], stage: Stage) -> dict[Level, int]:
    """Count goods by their level at a stage."""
    found = Counter(one.levels[stage] for one in goods)
    return {level: found[level] for level in Level}


def hindrances(goods: ShownGoods, stage: Stage) -> list[StoredStatus]:
    """Return the mandatory requirements that goods fall short of, the worst first."""
    found = [row for row in goods.statuses.get(stage, ()) if row.kind == "M" and is_gap(row)]
    return sorted(found, key=lambda row: (WORST_FIRST.index(Status(row.status)), row.requirement))


def point_of(goods: ShownGoods, asked: Asked) -> StoredStatus | None:
    """Return the requirement to speak of: the one asked for, else the first that hinders."""
    if asked.requirement:
        return goods.status_of(asked.stage, asked.requirement)
    return next(iter(hindrances(goods, asked.stage)), None)


def badness(goods: ShownGoods, asked: Asked) -> int:
    """Return what goods are sorted by where one requirement is asked for: gaps come first."""
    status = goods.status_of(asked.stage, asked.requirement)
    if status is None or not is_gap(status):
        return len(WORST_FIRST)
    return WORST_FIRST.index(Status(status.status))
