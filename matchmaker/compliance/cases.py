"""Reading questions about readiness from JSON: each fault and oddity is said with its place."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from matchmaker.compliance.json_fields import Fields, Told, quoted
from matchmaker.compliance.pack import Pack
from matchmaker.engines.readiness.data import (
    PRECISE_HS,
    Agreement,
    Case,
    Holding,
    Product,
    Stage,
)

MOST_FAULTS = 20
HS_LENGTHS = range(4, 11)
KEYS = frozenset(
    (
        "as_of",
        "event_end",
        "shipment",
        "sector",
        "hs",
        "attributes",
        "holdings",
        "agreements",
        "insisted",
    )
)
HOLDING_KEYS = frozenset(
    ("certificate", "issued", "valid_to", "revoked", "hs_prefixes", "sectors")
)
AGREEMENT_KEYS = frozenset(("from", "to", "accepts"))
ACCEPTANCE_KEYS = frozenset(("requirement", "certificate"))


class CaseError(ValueError):
    """A case that cannot be answered; each fault says where and why."""

    def __init__(self, faults: list[str]) -> None:
        more = [f"and {len(faults) - MOST_FAULTS} more"] if len(faults) > MOST_FAULTS else []
        super().__init__("; ".join(faults[:MOST_FAULTS] + more))


@dataclass(frozen=True, slots=True)
class Question:
    """A case, and what is odd about it though it can be answered."""

    case: Case
    notes: tuple[str, ...]


class _CaseReader:
    """Reads one case against the pack."""

    def __init__(self, data: object, pack: Pack) -> None:
        self.told = Told()
        self.pack = pack
        self.catalogue = pack.catalogue
        self.fields = Fields(data, "", self.told, KEYS)

    def read(self) -> Question:
        fields = self.fields
        as_of = fields.day("as_of", needed=True)
        event_end, shipment = fields.day("event_end"), fields.day("shipment")
        product = self._product()
        holdings = tuple(self._holdings(as_of))
        agreements = tuple(self._agreements())
        insisted = self._known(
            fields.texts("insisted"), self.catalogue.requirements, "insisted", "requirement"
        )
        if self.told.faults or as_of is None or product is None:
            raise CaseError(self.told.faults)
        case = Case(product, holdings, as_of, event_end, shipment, agreements, insisted)
        self._note_past_days(case)
        self._note_overlaps(agreements)
        return Question(case, tuple(self.told.notes))

    def _known(self, codes: frozenset[str], known: Any, place: str, what: str) -> frozenset[str]:
        for code in sorted(codes):
            if code not in known:
                self.told.faults.append(f"{place}: there is no {what} {quoted(code)}")
        return codes

    def _product(self) -> Product | None:
        hs, attributes = self._hs(), self.fields.texts("attributes")
        self.told.notes.extend(
            f"attributes: no requirement reads {quoted(name)}"
            for name in sorted(attributes - self.catalogue.attributes)
        )
        by_code = self.catalogue.sector_of(hs) if hs else None
        sector = self.fields.text("sector", needed=by_code is None) or by_code
        if sector is None or hs is None:
            return None
        if sector not in self.catalogue.sectors:
            self.fields.fault("sector", f"there is no sector {quoted(sector)}")
            return None
        self._note_rough_goods(sector, hs, by_code)
        return Product(sector, hs, attributes)

    def _hs(self) -> str | None:
        """Return the HS code, empty where none is given, None where it is wrong."""
        hs = self.fields.text("hs")
        if not hs:
            return hs
        if not (hs.isascii() and hs.isdigit() and len(hs) in HS_LENGTHS):
            self.fields.fault("hs", f"{quoted(hs)} is not 4 to 10 digits without dots")
            return None
        if not self.pack.knows_hs(hs):
            self.fields.fault("hs", f"there is no code {hs} in the Harmonized System 2022")
            return None
        return hs

    def _note_rough_goods(self, sector: str, hs: str, by_code: str | None) -> None:
        if self.catalogue.sectors[sector].parent is None:
            self.told.notes.append(
                f"sector: {sector} is a main sector; what is asked of its sub-sectors only "
                "is left out unless the HS code has it"
            )
        elif by_code not in {None, sector}:
            self.told.notes.append(f"hs: {hs} belongs to the sector {by_code}, not {sector}")
        if hs and len(hs) < PRECISE_HS:
            self.told.notes.append(
                f"hs: {hs} has fewer than {PRECISE_HS} digits, so the sector decides what is "
                "asked, which may be too much"
            )

    def _holdings(self, as_of: date | None) -> Iterator[Holding]:
        seen = set()
        for row, place in self.fields.rows("holdings"):
            holding = self._holding(Fields(row, place, self.told, HOLDING_KEYS), place)
            if holding is None:
                continue
            if holding in seen:
                self.told.notes.append(
                    f"{place}: {holding.certificate} issued on {holding.issued} is there twice "
                    "and counts once"
                )
                continue
            seen.add(holding)
            if as_of is not None and holding.issued > as_of:
                self.told.notes.append(
                    f"{place}: {holding.certificate} is issued after {as_of} and does not count"
                )
            yield holding

    def _holding(self, fields: Fields, place: str) -> Holding | None:
        certificate = self._certificate(fields)
        issued, valid_to = fields.day("issued", needed=True), fields.day("valid_to")
        revoked, prefixes = fields.flag("revoked"), fields.texts("hs_prefixes")
        sectors = self._known(
            fields.texts("sectors"), self.catalogue.sectors, f"{place}.sectors", "sector"
        )
        if certificate is None or issued is None:
            return None
        if valid_to is not None and valid_to < issued:
            fields.fault("valid_to", f"{valid_to} is before {issued}, when it was issued")
            return None
        return Holding(certificate, issued, valid_to, prefixes, sectors, revoked)

    def _certificate(self, fields: Fields) -> str | None:
        return self._code(fields, "certificate", self.catalogue.certificates)

    def _code(self, fields: Fields, key: str, known: Any) -> str | None:
        code = fields.text(key, needed=True)
        if code and code not in known:
            fields.fault(key, f"there is no {key} {quoted(code)}")
        return code if code in known else None

    def _agreements(self) -> Iterator[Agreement]:
        for row, place in self.fields.rows("agreements"):
            fields = Fields(row, place, self.told, AGREEMENT_KEYS)
            starts, ends = fields.day("from", needed=True), fields.day("to")
            accepts = frozenset(self._accepts(fields))
            if starts is None:
                continue
            if ends is not None and ends < starts:
                fields.fault("to", f"{ends} is before {starts}, when it comes into force")
                continue
            yield Agreement(starts, ends, accepts)

    def _accepts(self, fields: Fields) -> Iterator[tuple[str, str]]:
        for row, place in fields.rows("accepts"):
            pair = Fields(row, place, self.told, ACCEPTANCE_KEYS)
            requirement = self._code(pair, "requirement", self.catalogue.requirements)
            certificate = self._certificate(pair)
            if requirement is not None and certificate is not None:
                yield requirement, certificate

    def _note_past_days(self, case: Case) -> None:
        days = {Stage.EVENT: case.event_end, Stage.SHIPMENT: case.shipment}
        self.told.notes.extend(
            f"the {stage.value}, {day}, was over on {case.as_of}"
            for stage, day in days.items()
            if day is not None and day < case.as_of
        )

    def _note_overlaps(self, agreements: tuple[Agreement, ...]) -> None:
        spans = defaultdict(set)
        for number, agreement in enumerate(agreements):
            for requirement, _ in agreement.accepts:
                spans[requirement].add((agreement.starts, agreement.ends or date.max, number))
        self.told.notes.extend(
            f"agreements: several are in force together for {requirement}; what any of them "
            "accepts counts"
            for requirement in sorted(spans)
            if _overlap(spans[requirement])
        )


def _overlap(spans: set[tuple[date, date, int]]) -> bool:
    last = date.min
    for starts, ends, _ in sorted(spans):
        if starts <= last:
            return True
        last = max(last, ends)
    return False


def read_case(data: object, pack: Pack) -> Question:
    """Return a case as the engine takes it.

    Raises
    ------
    CaseError
        If it cannot be answered, with everything that is wrong with it.
    """
    return _CaseReader(data, pack).read()
