"""Products of exporters and needs of buyers, described in steps that save as one goes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from matchmaker.companies import goods_queries, permissions, queries
from matchmaker.companies.forms.goods import (
    CertificatesForm,
    GoodsForm,
    NeedIdentityForm,
    NeedTermsForm,
    ProductIdentityForm,
    ProductTermsForm,
)
from matchmaker.companies.models import Company, Need, Product
from matchmaker.companies.services import goods as services
from matchmaker.companies.services.goods_terms import faults
from matchmaker.companies.wording_of_goods import PERIODS, UNITS
from matchmaker.db.base import random_id
from matchmaker.db.clock import utcnow
from matchmaker.reference import queries as reference
from matchmaker.reference.day_queries import office_day
from matchmaker.web.access import requires
from matchmaker.web.i18n import language

bp = Blueprint("goods", __name__)
_l = lazy_gettext
Goods = Product | Need


@dataclass(frozen=True, slots=True)
class Kind:
    """How the pages of products differ from those of needs."""

    name: str
    add_title: Any
    list_title: Any
    steps: tuple[tuple[Any, Any], ...]
    """Label and form of each."""
    add: Callable[..., Any]
    change: Callable[..., None]
    saved: Any

    def list_url(self, company: Company, **more: Any) -> str:
        return url_for(f"goods.{self.name}s", public_id=company.public_id, **more)

    def add_url(self, company: Company) -> str:
        return url_for(f"goods.add_{self.name}", public_id=company.public_id)

    def restore_url(self, goods: Goods) -> str:
        return url_for(f"goods.restore_{self.name}", public_id=goods.public_id)

    def edit_url(self, goods: Goods, step: int) -> str:
        return url_for(f"goods.edit_{self.name}", public_id=goods.public_id, step=step)


PRODUCT = Kind(
    name="product",
    add_title=_l("Add a product"),
    list_title=_l("Products"),
    steps=(
        (_l("What it is"), ProductIdentityForm),
        (_l("Quantity and price"), ProductTermsForm),
        (_l("Certificates"), CertificatesForm),
    ),
    add=services.add_product,
    change=services.change_product,
    saved=_l("The product is saved."),
)
NEED = Kind(
    name="need",
    add_title=_l("Add a need"),
    list_title=_l("Needs"),
    steps=(
        (_l("What you look for"), NeedIdentityForm),
        (_l("Quantity, price and time"), NeedTermsForm),
        (_l("Certificates"), CertificatesForm),
    ),
    add=services.add_need,
    change=services.change_need,
    saved=_l("The need is saved."),
)


def _asked_step(kind: Kind) -> int:
    return min(max(1, request.args.get("step", 1, type=int)), len(kind.steps))


def _draw_new(kind: Kind, company: Company, form: GoodsForm, status: int) -> ResponseReturnValue:
    page = render_template(
        "goods/edit.html", kind=kind, company=company, goods=None, form=form, step=1, stands=()
    )
    return page, status


def _draw(
    kind: Kind, goods: Goods, form: GoodsForm, step: int, *, status: int = 200, stands: Any = ()
) -> ResponseReturnValue:
    page = render_template(
        "goods/edit.html",
        kind=kind,
        company=goods.company,
        goods=goods,
        form=form,
        step=step,
        stands=stands,
    )
    return page, status


def _draw_stale(kind: Kind, goods: Goods, form: GoodsForm, step: int) -> ResponseReturnValue:
    """Keep what was typed, say what stands now, and let it be sent again."""
    stands = form.present(type(form).values(goods))
    form.renew(goods.version)
    return _draw(kind, goods, form, step, status=409, stands=stands or None)


def _good(form: GoodsForm) -> bool:
    if not form.validate():
        return False
    return not form.refuse(faults(form.part(g.user.language), today=office_day(utcnow())))


def _take_new(kind: Kind, company: Company) -> ResponseReturnValue:
    form = kind.steps[0][1](request.form)
    if not _good(form):
        return _draw_new(kind, company, form, 422)
    part = form.part(g.user.language)
    goods = kind.add(company, part, public_id=form.public_id, actor=g.user, now=utcnow())
    if services.differs(goods, part):
        return _draw_stale(kind, goods, form, 1)
    return _go_on(kind, goods, company, 2)


def _take(kind: Kind, goods: Goods) -> ResponseReturnValue:
    step = _asked_step(kind)
    form = kind.steps[step - 1][1](request.form)
    form.former_codes = goods_queries.codes_of(goods)
    if form.version.data != goods.version:
        return _draw_stale(kind, goods, form, step)
    if not _good(form):
        return _draw(kind, goods, form, step, status=422)
    part = form.part(g.user.language)
    kind.change(goods, part, seen_version=form.version.data, actor=g.user, now=utcnow())
    return _go_on(kind, goods, goods.company, step + 1)


def _go_on(kind: Kind, goods: Goods, company: Company, step: int) -> ResponseReturnValue:
    """Lead to the next step, or to the list after the last and for those who leave."""
    if step <= len(kind.steps) and "leave" not in request.form:
        return redirect(kind.edit_url(goods, step), 303)
    flash(str(kind.saved), "success")
    return redirect(kind.list_url(company), 303)


def _edit(kind: Kind, goods: Goods) -> ResponseReturnValue:
    step = _asked_step(kind)
    form_of = kind.steps[step - 1][1]
    return _draw(
        kind, goods, form_of(data={"version": goods.version, **form_of.values(goods)}), step
    )


def _list(
    kind: Kind, company: Company, rows: list[tuple[Any, Any]], codes: Any, **more: Any
) -> str:
    model = Product if kind is PRODUCT else Need
    withdrawn = request.args.get("withdrawn")
    return render_template(
        f"goods/{kind.name}s.html",
        kind=kind,
        company=company,
        rows=rows,
        hs=reference.hs_rows(codes, language=language()),
        withdrawn=withdrawn and goods_queries.withdrawn_of(model, company, withdrawn),
        may_edit=permissions.can_edit(g.user, company),
        **more,
    )


@bp.get("/companies/<public_id>/products")
@requires(permissions.can_see_inside, on=goods_queries.exporter_with_members)
def products(company: Company) -> ResponseReturnValue:
    """List what a company offers, with what is missing and why it matters."""
    found = goods_queries.products_of(company)
    rows = [(product, goods_queries.product_gaps(product)) for product in found]
    codes = [row.hs_code for row in found if row.hs_code]
    return _list(PRODUCT, company, rows, codes, pictures=goods_queries.picture_counts(found))


@bp.get("/companies/<public_id>/needs")
@requires(permissions.can_see_inside, on=goods_queries.demander_with_members)
def needs(company: Company) -> ResponseReturnValue:
    """List what a company looks for, with what is missing and why it matters."""
    found = goods_queries.needs_of(company)
    today = office_day(utcnow())
    rows = [(need, goods_queries.need_gaps(need, today=today)) for need in found]
    return _list(NEED, company, rows, [code.hs_code for row in found for code in row.hs_codes])


@bp.get("/companies/<public_id>/products/new")
@requires(permissions.can_edit, on=goods_queries.exporter_with_members)
def add_product(company: Company) -> ResponseReturnValue:
    """Show the first step of a new product."""
    return _draw_new(PRODUCT, company, ProductIdentityForm(data={"new_id": random_id()}), 200)


@bp.post("/companies/<public_id>/products/new")
@requires(permissions.can_edit, on=goods_queries.exporter_with_members)
def save_new_product(company: Company) -> ResponseReturnValue:
    """Add the product, and go on to quantity and price."""
    return _take_new(PRODUCT, company)


@bp.get("/companies/<public_id>/needs/new")
@requires(permissions.can_edit, on=goods_queries.demander_with_members)
def add_need(company: Company) -> ResponseReturnValue:
    """Show the first step of a new need."""
    return _draw_new(NEED, company, NeedIdentityForm(data={"new_id": random_id()}), 200)


@bp.post("/companies/<public_id>/needs/new")
@requires(permissions.can_edit, on=goods_queries.demander_with_members)
def save_new_need(company: Company) -> ResponseReturnValue:
    """Add the need, and go on to quantity, price and time."""
    return _take_new(NEED, company)


@bp.get("/products/<public_id>/edit")
@requires(permissions.can_edit_its, on=queries.product_to_edit)
def edit_product(product: Product) -> ResponseReturnValue:
    """Show one step of a product."""
    return _edit(PRODUCT, product)


@bp.post("/products/<public_id>/edit")
@requires(permissions.can_edit_its, on=queries.product_to_edit)
def save_product(product: Product) -> ResponseReturnValue:
    """Save one step of a product, and go on to the next."""
    return _take(PRODUCT, product)


@bp.get("/needs/<public_id>/edit")
@requires(permissions.can_edit_its, on=queries.need_to_edit)
def edit_need(need: Need) -> ResponseReturnValue:
    """Show one step of a need."""
    return _edit(NEED, need)


@bp.post("/needs/<public_id>/edit")
@requires(permissions.can_edit_its, on=queries.need_to_edit)
def save_need(need: Need) -> ResponseReturnValue:
    """Save one step of a need, and go on to the next."""
    return _take(NEED, need)


@bp.post("/products/<public_id>/withdraw")
@requires(permissions.can_edit_its, on=goods_queries.product_in_any_state)
def withdraw_product(product: Product) -> ResponseReturnValue:
    """Withdraw a product; the list offers to undo it."""
    services.withdraw_product(product, actor=g.user, now=utcnow())
    return redirect(PRODUCT.list_url(product.company, withdrawn=product.public_id), 303)


@bp.post("/products/<public_id>/restore")
@requires(permissions.can_edit_its, on=goods_queries.product_in_any_state)
def restore_product(product: Product) -> ResponseReturnValue:
    """Bring a withdrawn product back."""
    services.restore_product(product, actor=g.user, now=utcnow())
    flash(_("The product is back in your list."), "success")
    return redirect(PRODUCT.list_url(product.company), 303)


@bp.post("/needs/<public_id>/withdraw")
@requires(permissions.can_edit_its, on=goods_queries.need_in_any_state)
def withdraw_need(need: Need) -> ResponseReturnValue:
    """Withdraw a need; the list offers to undo it."""
    services.withdraw_need(need, actor=g.user, now=utcnow())
    return redirect(NEED.list_url(need.company, withdrawn=need.public_id), 303)


@bp.post("/needs/<public_id>/restore")
@requires(permissions.can_edit_its, on=goods_queries.need_in_any_state)
def restore_need(need: Need) -> ResponseReturnValue:
    """Bring a withdrawn need back."""
    services.restore_need(need, actor=g.user, now=utcnow())
    flash(_("The need is back in your list."), "success")
    return redirect(NEED.list_url(need.company), 303)


bp.add_app_template_filter(lambda unit: UNITS.get(unit, ""), "unit")
bp.add_app_template_filter(lambda period: PERIODS.get(period, ""), "period")
