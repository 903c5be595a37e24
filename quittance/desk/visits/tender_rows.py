"""The payments of a visit, each with what can still be done with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.forms import Form
from django.urls import reverse

from quittance.bills.models import Receipt, Tender
from quittance.calendar.queries_refunds import TenderOffer
from quittance.calendar.queries_visit import VisitWindow
from quittance.core.actor import Right
from quittance.core.money import Money
from quittance.desk.access import Desk
from quittance.desk.visits.forms import VoidForm
from quittance.desk.visits.refund_words import RefundLine, refund_lines
from quittance.desk.visits.value_panel import VALUE_PAYS, icon_of

_ICONS: Final = {"cash": "banknote", "card_terminal": "credit-card", "bank_transfer": "landmark"}


@dataclass(frozen=True, slots=True)
class TenderRow:
    """`handed` is what changed hands where coins could not make the amount; `covers` what a membership paid for."""

    tender: Tender
    icon: str
    label: str
    amount: Money
    change: Money | None
    handed: Money | None
    covers: str
    receipt: Receipt | None
    void_form: VoidForm | None
    is_open: bool
    offer: TenderOffer
    refunds: list[RefundLine]
    refund_url: str


def tender_row(desk: Desk, window: VisitWindow, offer: TenderOffer, *, forms: Mapping[str, Form]) -> TenderRow:
    tender = offer.tender
    untouched = tender.voided_at is None and not tender.returned_minor
    may_void = tender.kind != "online" and untouched and desk.may(Right.VOID_TENDERS)
    bound = forms.get(f"void-{tender.pk}")
    form = bound if isinstance(bound, VoidForm) else VoidForm(tender_id=tender.pk) if may_void else None
    given = None if tender.given_minor is None else Money(tender.given_minor, tender.currency)
    handed = offer.amount + Money(tender.rounding_minor, tender.currency)
    url = ""
    if desk.may(Right.REFUND) and offer.refundable.is_positive:
        url = f"{reverse('desk:visit', kwargs={'visit_id': window.visit.pk})}?tab=checkout&refund={tender.pk}"
    return TenderRow(
        tender=tender,
        icon=icon_of(tender.kind) if tender.kind in VALUE_PAYS else _ICONS.get(tender.kind, "smartphone"),
        label=offer.label,
        amount=offer.amount,
        change=given - handed if given is not None and given > handed else None,
        handed=handed if tender.rounding_minor else None,
        covers=next((line.name for line in window.lines if line.pk == tender.covers_line_id), ""),
        receipt=window.receipts.get(tender.pk),
        void_form=form,
        is_open=isinstance(bound, VoidForm),
        offer=offer,
        refunds=refund_lines(offer.refunds, window),
        refund_url=url,
    )
