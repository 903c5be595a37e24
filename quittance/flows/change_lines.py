"""What a visit sells: add, change and remove the lines of its bill."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from quittance.bills import actions as bills
from quittance.bills.amounts import LineError
from quittance.bills.lines import LineChange, NewLine
from quittance.bills.models import Bill, BillLine, Tender
from quittance.bills.queries import CREDIT
from quittance.catalog.models import GiftCardType, MembershipType, Product, Service
from quittance.catalog.queries import terms_of
from quittance.core.actor import Actor, Right, require
from quittance.flows._stock import follow_stock
from quittance.flows._taxation import refuse_mixed
from quittance.flows._value import VALUE_LINES, is_handed_out, lock_value, sync_value
from quittance.flows._visits import bill_of_visit
from quittance.flows.change_due import Change, Decision, change_due
from quittance.flows.errors import RefusedError


@dataclass(frozen=True, slots=True)
class LinesForm:
    """What every change of lines carries: who, which visit, as of which version, what was agreed."""

    actor: Actor
    visit_id: int
    expected_version: int | None
    decision: Decision = Decision()


def add_service(*, form: LinesForm, service_id: int, staff_id: int | None = None, now: datetime) -> dict[str, Any]:
    """Add a service of the visit's own location; returns {"line": id, "version": n}."""

    def work(bill: Bill) -> dict[str, int]:
        service = (
            Service.objects.filter(
                business_id=bill.business_id,
                location_id=bill.location_id,
                pk=service_id,
                archived_at__isnull=True,
            )
            .select_related("tax_rate")
            .first()
        )
        if service is None:
            raise RefusedError(_("This service is not offered here any more."))
        terms = terms_of(business_id=bill.business_id, service_id=service.pk, staff_id=staff_id)
        line = bills.add_line(bill=bill, line=NewLine.of_service(service, staff_id=staff_id, terms=terms), now=now)
        return {"line": line.pk}

    return _change(form, "line.added", now, work)


def add_product(*, form: LinesForm, product_id: int, quantity: int = 1, now: datetime) -> dict[str, Any]:
    """Add a product of the visit's own location; returns {"line": id, "version": n}."""

    def work(bill: Bill) -> dict[str, int]:
        product = (
            Product.objects.filter(
                business_id=bill.business_id,
                location_id=bill.location_id,
                pk=product_id,
                archived_at__isnull=True,
            )
            .select_related("tax_rate")
            .first()
        )
        if product is None:
            raise RefusedError(_("This product is not sold here any more."))
        line = bills.add_line(bill=bill, line=NewLine.of_product(product, quantity=quantity), now=now)
        return {"line": line.pk}

    return _change(form, "line.added", now, work)


def add_membership(*, form: LinesForm, membership_type_id: int, now: datetime) -> dict[str, Any]:
    """Sell a membership; it is handed out when the bill is paid. It belongs to somebody, so the visit has a client."""

    def work(bill: Bill) -> dict[str, int]:
        own = {"business_id": bill.business_id, "location_id": bill.location_id, "archived_at__isnull": True}
        type_ = MembershipType.objects.filter(**own, pk=membership_type_id).first()
        if type_ is None:
            raise RefusedError(_("This membership is not sold here any more."))
        if bill.client_id is None:
            raise RefusedError(_("A membership belongs to somebody. Give the visit a client first."))
        return {"line": bills.add_line(bill=bill, line=NewLine.of_membership(type_), now=now).pk}

    return _change(form, "line.added", now, work)


def add_gift_card(*, form: LinesForm, gift_card_type_id: int, now: datetime) -> dict[str, Any]:
    """Sell a gift card; it gets its code when the bill is paid."""

    def work(bill: Bill) -> dict[str, int]:
        own = {"business_id": bill.business_id, "location_id": bill.location_id, "archived_at__isnull": True}
        type_ = GiftCardType.objects.filter(**own, pk=gift_card_type_id).first()
        if type_ is None:
            raise RefusedError(_("This gift card is not sold here any more."))
        return {"line": bills.add_line(bill=bill, line=NewLine.of_gift_card(type_), now=now).pk}

    return _change(form, "line.added", now, work)


def change(*, form: LinesForm, line_id: int, line_change: LineChange, now: datetime) -> dict[str, Any]:
    """Change quantity, price or discount of a line. Another price or a discount needs its own right."""
    bill = bill_of_visit(business_id=form.actor.business_id, visit_id=form.visit_id)
    touches_price = (
        line_change.unit_minor is not None
        or line_change.discount_ppm is not None
        or line_change.discount_minor is not None
    )
    if touches_price:
        require(form.actor, Right.EDIT_PRICES, bill.location_id)

    def work(locked: Bill) -> dict[str, int]:
        line = _line(locked, line_id)
        if line.kind in VALUE_LINES and line_change.quantity not in (None, 1):
            raise RefusedError(_("Add another line for a second one: each has its own balance."))
        if line.kind in VALUE_LINES and is_handed_out(line):
            raise RefusedError(_("This was handed out already. Remove the line, or refund what paid for it."))
        _refuse_covered(line)
        bills.change_line(bill=locked, line=line, change=line_change, now=now)
        return {"line": line.pk}

    return _change(form, "line.changed", now, work)


def remove(*, form: LinesForm, line_id: int, now: datetime) -> dict[str, Any]:
    def work(bill: Bill) -> dict[str, int]:
        line = _line(bill, line_id)
        _refuse_covered(line)
        bills.remove_line(bill=bill, line=line, now=now)
        return {"line": line.pk}

    return _change(form, "line.removed", now, work)


def _line(bill: Bill, line_id: int) -> BillLine:
    line = (
        BillLine.objects.filter(business_id=bill.business_id, bill_id=bill.pk, pk=line_id, removed_at__isnull=True)
        .exclude(kind=CREDIT)
        .select_related("service", "bill")
        .first()
    )
    if line is None:
        raise RefusedError(_("This line was removed before."))
    return line


def _refuse_covered(line: BillLine) -> None:
    paid = Tender.objects.filter(
        business_id=line.business_id, covers_line=line, voided_at__isnull=True, returned_minor=0
    )
    if paid.exists():
        raise RefusedError(_("A membership has paid for this line. Void or refund that payment first."))


def _change(form: LinesForm, action: str, now: datetime, work: Callable[[Bill], dict[str, int]]) -> dict[str, Any]:
    bill = bill_of_visit(business_id=form.actor.business_id, visit_id=form.visit_id)
    require(form.actor, Right.EDIT_VISITS, bill.location_id)

    def guarded(locked: Bill) -> dict[str, int]:
        if locked.ended_at is not None:
            raise RefusedError(_("This visit was cancelled and cannot be changed."))
        lock_value(locked)
        try:
            result = work(locked)
        except LineError as error:
            raise RefusedError(str(error)) from error
        refuse_mixed(bill=locked, now=now)
        sync_value(bill=locked, actor=form.actor, now=now, strict=True)
        follow_stock(actor=form.actor, bill=locked, line_id=result["line"], now=now)
        return result

    change = Change(form.actor, bill.pk, form.expected_version, action, form.decision)
    return change_due(change=change, now=now, work=guarded)
