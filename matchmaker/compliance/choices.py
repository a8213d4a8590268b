"""What officers choose from by name: sectors, kinds of certificate, requirements."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from matchmaker.companies.models import Company, Product
from matchmaker.compliance import border_queries, scheme_search
from matchmaker.compliance.catalogue_queries import requirements_by_code, scheme_rows
from matchmaker.compliance.forms.pick import Picked
from matchmaker.compliance.models import Requirement
from matchmaker.compliance.text_search import has_words
from matchmaker.reference import queries as reference
from matchmaker.reference.models import Sector
from matchmaker.web.i18n import best_text, language

MOST = 20
"""Rows offered for one typed text."""


def _sector(row: Sector, names: Mapping[str, Mapping[str, str]]) -> Picked:
    above = names.get(row.parent_code or "")
    return Picked(
        row.code, best_text(row.names)[0], "", best_text(dict(above))[0] if above else ""
    )


def find_sectors(query: str) -> Sequence[Picked]:
    """Return the sectors and sub-sectors that a text may mean."""
    rows = reference.sectors()
    names = {row.code: row.names for row in rows}
    found = [
        _sector(row, names)
        for row in rows
        if query.strip() and has_words(query, (row.code, *row.names.values()))
    ]
    return found[:MOST]


def sectors_named(codes: Sequence[str]) -> Sequence[Picked]:
    """Return the sectors of codes that exist, in the order of the codes."""
    if not codes:
        return []
    rows = {row.code: row for row in reference.sectors()}
    names = {code: row.names for code, row in rows.items()}
    return [_sector(rows[code], names) for code in codes if code in rows]


def find_schemes(query: str) -> Sequence[Picked]:
    """Return the kinds of certificate that a text may mean."""
    found = scheme_search.search(reference.certificate_schemes(), query)
    return [Picked(row.code, row.name, "", row.issuer) for row in map(scheme_search.as_row, found)]


def schemes_named(codes: Sequence[str]) -> Sequence[Picked]:
    """Return the kinds of certificate of codes that exist, in the order of the codes."""
    rows = scheme_rows(codes) if codes else {}
    return [Picked(code, best_text(rows[code].names)[0]) for code in codes if code in rows]


def _requirement(row: Requirement) -> Picked:
    return Picked(row.code, best_text(row.titles)[0], "", row.authority)


def find_requirements(query: str) -> Sequence[Picked]:
    """Return the requirements that a text may mean, retired ones left out."""
    found = [
        _requirement(row)
        for row in requirements_by_code().values()
        if row.retired_at is None
        and query.strip()
        and has_words(query, (row.code, *row.titles.values()))
    ]
    return found[:MOST]


def requirements_named(codes: Sequence[str]) -> Sequence[Picked]:
    """Return the requirements of codes that exist, in the order of the codes."""
    rows = requirements_by_code(codes) if codes else {}
    return [_requirement(rows[code]) for code in codes if code in rows]


def find_hs(query: str) -> Sequence[Picked]:
    """Return the HS codes that a text may mean; one alone where it can mean nothing else."""
    found = reference.look_up_hs(query, language=language())
    if found.code is not None:
        return hs_named([found.code])
    return [Picked(row.code, row.name, row.display, row.path) for row in found.rows]


def hs_named(codes: Sequence[str]) -> Sequence[Picked]:
    """Return the HS codes that exist, as they are shown."""
    rows = reference.hs_rows(codes, language=language()).values()
    return [Picked(row.code, row.name, row.display, row.path) for row in rows]


def _company(row: Company) -> Picked:
    return Picked(row.public_id, row.name, "", row.city or "")


def exporters_found(query: str) -> Sequence[Picked]:
    """Return the exporters that a text may mean."""
    return [_company(row) for row in border_queries.exporters_like(query.strip())]


def exporters_named(public_ids: Sequence[str]) -> Sequence[Picked]:
    """Return exporters by their public ids."""
    return [_company(row) for row in border_queries.exporters_named(public_ids)]


def _product(row: Product) -> Picked:
    return Picked(row.public_id, row.name, "", row.company.name)


def products_found(query: str) -> Sequence[Picked]:
    """Return the products that a text may mean."""
    return [_product(row) for row in border_queries.products_like(query.strip())]


def products_named(public_ids: Sequence[str]) -> Sequence[Picked]:
    """Return products by their public ids."""
    return [_product(row) for row in border_queries.products_named(public_ids)]
