"""Reading companies and their goods from a CSV file, row by row."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from email_validator import EmailNotValidError, validate_email

from matchmaker.companies.enums import Currency, Period, Side, Unit
from matchmaker.companies.names import language_of, tidy_name
from matchmaker.companies.register_numbers import RegisterNumberError, normal_register_number
from matchmaker.reference.queries import country_of_side

REQUIRED = ("kind", "name", "country")
COLUMNS: dict[str, str] = {
    "kind": "exporter or buyer",
    "name": "of the company; rows of one name and country are one company with several goods",
    "country": "ISO 3166-1 alpha-2: PK for exporters, JP for buyers",
    "city": "up to 80 characters",
    "register_number": "NTN as 1234567-8, or the 13 digits of the corporate number",
    "contact_email": "to whom partners write",
    "product_name": "of an exporter's product, or what a buyer looks for",
    "product_description": "up to 4,000 characters",
    "product_language": "en, ja or ur; empty: as the script of the name says",
    "hs_code": "2, 4 or 6 digits, with or without dot",
    "sector": "code of a sector or sub-sector, as in TEXT-TOWEL; empty: by the HS code",
    "capacity": "units a period; for a buyer the volume it needs",
    "unit": "piece, pair, set, dozen, carton, kg, tonne, litre, metre, square_metre or hour",
    "period": "month (when empty) or year",
    "min_order": "units; exporters only",
    "price_min": "a unit",
    "price_max": "a unit",
    "currency": "USD, JPY, PKR or EUR",
    "lead_time_days": "whole days",
    "certificates": "codes of certificate schemes, separated by semicolons",
    "consent": "yes or no: the answer to all three purposes, as given on paper; empty: not asked",
}
"""Every column with what stands in it."""
GOODS_COLUMNS = tuple(list(COLUMNS)[list(COLUMNS).index("product_name") : -1])


class CellError(ValueError):
    """A cell that cannot be read; the text says why."""


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """What is wrong in one line of the file."""

    line: int
    """As an editor counts them; the header is line 1."""
    column: str
    """Empty where it is the line as a whole."""
    message: str


@dataclass(frozen=True, slots=True)
class GoodsRow:
    """An exporter's product, or a buyer's need."""

    line: int
    name: str
    description: str
    language: str
    hs_code: str | None
    sector: str | None
    quantity: Decimal | None
    unit: Unit | None
    period: Period | None
    min_order: Decimal | None
    price_min: Decimal | None
    price_max: Decimal | None
    currency: Currency | None
    lead_time_days: int | None
    certificates: list[str]


@dataclass(slots=True)
class CompanyRows:
    """A company with the goods of all its rows."""

    line: int
    """Of its first row."""
    side: Side
    name: str
    country: str
    city: str | None
    register_number: str | None
    contact_email: str | None
    consent: bool | None
    goods: list[GoodsRow] = field(default_factory=list)


def _text(most: int) -> Callable[[str], str]:
    def read(cell: str) -> str:
        if len(cell) > most:
            raise CellError(f"longer than {most} characters")
        if any(c == "\x00" or 0xD800 <= ord(c) <= 0xDFFF for c in cell):
            raise CellError("holds a sign that cannot be stored")
        return cell

    return read


def _one_of(kind: type[Any]) -> Callable[[str], Any]:
    def read(cell: str) -> Any:
        values = [member.value for member in kind]
        if cell not in values:
            raise CellError(f"{cell!r} is none of {', '.join(values)}")
        return kind(cell)

    return read


def _amount(*, zero: bool) -> Callable[[str], Decimal]:
    def read(cell: str) -> Decimal:
        try:
            number = Decimal(cell.replace(",", "")) if len(cell) <= 40 else Decimal("NaN")
        except InvalidOperation:
            raise CellError(f"{cell!r} is not a number") from None
        if not number.is_finite() or number > 10**12 or number != round(number, 4):
            raise CellError(f"{cell!r} is not a number with at most 12 and 4 digits")
        if number < 0 or (number == 0 and not zero):
            raise CellError("must not be negative" if zero else "must be above zero")
        return number

    return read


def _days(cell: str) -> int:
    if not (cell.isascii() and cell.isdecimal() and 1 <= len(cell) <= 4 and int(cell) > 0):
        raise CellError(f"{cell!r} is not a number of days from 1 to 9999")
    return int(cell)


def _email(cell: str) -> str:
    try:
        found = validate_email(cell, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        raise CellError(f"{cell!r} is not an e-mail address") from None
    return found.normalized.lower()


def _hs(cell: str) -> str:
    digits = cell.replace(".", "").replace(" ", "")
    if not (digits.isascii() and digits.isdecimal() and len(digits) in {2, 4, 6}):
        raise CellError(f"{cell!r} is not an HS code of 2, 4 or 6 digits")
    return digits


def _yes_no(cell: str) -> bool:
    if cell.lower() not in {"yes", "no"}:
        raise CellError(f"{cell!r} is neither yes nor no")
    return cell.lower() == "yes"


def _language(cell: str) -> str:
    if cell not in {"en", "ja", "ur"}:
        raise CellError(f"{cell!r} is none of en, ja, ur")
    return cell


def _codes(cell: str) -> list[str]:
    return [part.strip() for part in cell.split(";") if part.strip()]


READERS: dict[str, Callable[[str], Any]] = {
    "kind": _one_of(Side),
    "name": _text(200),
    "country": _text(2),
    "city": _text(80),
    "register_number": _text(60),
    "contact_email": _email,
    "product_name": _text(200),
    "product_description": _text(4000),
    "product_language": _language,
    "hs_code": _hs,
    "sector": _text(16),
    "capacity": _amount(zero=False),
    "unit": _one_of(Unit),
    "period": _one_of(Period),
    "min_order": _amount(zero=False),
    "price_min": _amount(zero=True),
    "price_max": _amount(zero=True),
    "currency": _one_of(Currency),
    "lead_time_days": _days,
    "certificates": _codes,
    "consent": _yes_no,
}


class Table:
    """The companies of a file and its faults, gathered line by line."""

    def __init__(self) -> None:
        self.companies: dict[tuple[str, str], CompanyRows] = {}
        self.faults: list[Fault] = []

    def _fault(self, line: int, column: str, message: str) -> None:
        self.faults.append(Fault(line, column, message))

    def header_is_right(self, header: list[str]) -> bool:
        """Note what is wrong with the names of the columns."""
        for column in REQUIRED:
            if column not in header:
                self._fault(1, column, "this column is missing")
        for column in header:
            if column not in COLUMNS:
                self._fault(1, column, "there is no such column")
        if len(set(header)) < len(header):
            self._fault(1, "", "a column occurs twice")
        return not self.faults

    def add(self, line: int, cells: dict[str, str]) -> None:
        """Read one row."""
        read: dict[str, Any] = dict.fromkeys(COLUMNS)
        before = len(self.faults)
        for column, cell in cells.items():
            if not cell:
                continue
            try:
                read[column] = READERS[column](cell)
            except CellError as error:
                self._fault(line, column, str(error))
        for column in REQUIRED:
            if not cells.get(column):
                self._fault(line, column, "is empty")
        if len(self.faults) > before:
            return
        self._check_row(line, read)
        if len(self.faults) == before:
            self._join(line, read)

    def _check_row(self, line: int, read: dict[str, Any]) -> None:
        home = country_of_side(read["kind"])
        if read["country"] != home:
            self._fault(line, "country", f"{read['kind']}s are of {home}")
        if read["register_number"]:
            try:
                number = normal_register_number(read["country"], read["register_number"])
                read["register_number"] = number
            except RegisterNumberError as error:
                self._fault(line, "register_number", str(error))
        if read["kind"] is Side.BUYER and read["min_order"] is not None:
            self._fault(line, "min_order", "a buyer has no minimum order: leave it empty")
        if not read["product_name"]:
            for column in GOODS_COLUMNS:
                if read[column]:
                    self._fault(line, column, "belongs to goods, but product_name is empty")
            return
        self._check_figures(line, read)

    def _check_figures(self, line: int, read: dict[str, Any]) -> None:
        low, high = read["price_min"], read["price_max"]
        if (low is None) != (high is None):
            self._fault(line, "price_min", "give price_min and price_max, or neither")
        elif low is not None and low > high:
            self._fault(line, "price_min", "is above price_max")
        if low is not None and read["currency"] is None:
            self._fault(line, "currency", "is empty, but there is a price")
        if read["capacity"] and read["min_order"] and read["min_order"] > read["capacity"]:
            self._fault(line, "min_order", "is above capacity")
        amounts = [read[c] for c in ("capacity", "min_order", "price_min") if read[c] is not None]
        if amounts and read["unit"] is None:
            self._fault(line, "unit", "is empty, but there is a quantity or a price")

    def _join(self, line: int, read: dict[str, Any]) -> None:
        name = tidy_name(read["name"])
        key = (read["country"], name.casefold())
        company = self.companies.get(key)
        if company is None:
            company = self.companies[key] = CompanyRows(
                line=line,
                side=read["kind"],
                name=name,
                country=read["country"],
                city=read["city"],
                register_number=read["register_number"],
                contact_email=read["contact_email"],
                consent=read["consent"],
            )
        for column, present in (
            ("kind", company.side),
            ("city", company.city),
            ("register_number", company.register_number),
            ("contact_email", company.contact_email),
            ("consent", company.consent),
        ):
            if read[column] is not None and read[column] != present:
                told = f"differs from line {company.line} of the same company"
                self._fault(line, column, told)
        if read["product_name"]:
            company.goods.append(_goods(line, read))


def _goods(line: int, read: dict[str, Any]) -> GoodsRow:
    quantity = read["capacity"]
    period = read["period"] or Period.MONTH if quantity is not None else None
    return GoodsRow(
        line=line,
        name=read["product_name"],
        description=read["product_description"] or "",
        language=read["product_language"] or language_of(read["product_name"]),
        hs_code=read["hs_code"],
        sector=read["sector"],
        quantity=quantity,
        unit=read["unit"],
        period=period,
        min_order=read["min_order"],
        price_min=read["price_min"],
        price_max=read["price_max"],
        currency=read["currency"],
        lead_time_days=read["lead_time_days"],
        certificates=read["certificates"] or [],
    )


def _rows(reader: Any, header: list[str], table: Table) -> Iterator[tuple[int, dict[str, str]]]:
    for row in reader:
        if not any(cell.strip() for cell in row):
            continue
        if len(row) > len(header):
            message = f"has {len(row)} cells, but there are {len(header)} columns"
            table.faults.append(Fault(reader.line_num, "", message))
            continue
        padded = [*row, *[""] * (len(header) - len(row))]
        yield reader.line_num, dict(zip(header, (c.strip() for c in padded), strict=True))


def read_table(content: bytes, *, watch: Callable[[Iterable[Any]], Iterable[Any]] = iter) -> Table:
    """Read a file of companies; every fault is gathered, none stops the reading.

    `watch` is wrapped around the rows to show progress.
    """
    table = Table()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        table.faults.append(Fault(line, "", "is not UTF-8: save the file as UTF-8"))
        return table
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = [cell.strip().lower() for cell in next(reader, [])]
        if table.header_is_right(header):
            for line, cells in watch(list(_rows(reader, header, table))):
                table.add(line, cells)
    except csv.Error as error:
        table.faults.append(Fault(reader.line_num, "", f"is not CSV: {error}"))
    return table
