"""Receipts and credit notes: numbers without gaps, and a snapshot of what was printed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction
from django.utils.translation import gettext, override

from quittance.bills.amounts import LineAmounts, tax_split
from quittance.bills.credits import document_language
from quittance.bills.models import Bill, BillLine, NumberSeries, Receipt, Tender
from quittance.bills.neutral import name_for_clients
from quittance.bills.queries import credits_of, facts, lines_and_credits_of, receipt_of_tender
from quittance.core.locale_format import format_date, format_time
from quittance.core.money import Money
from quittance.documents.receipt import ReceiptDocument, ReceiptLine, TaxRow


@dataclass(frozen=True, slots=True)
class _Series:
    """A row of number series, and what stands before its numbers on paper."""

    name: str
    prefix: str


_RECEIPTS: Final = _Series("receipt", "")
_CREDIT_NOTES: Final = _Series("credit_note", "CN")


def issue_receipt(*, bill: Bill, tender: Tender, now: datetime) -> Receipt:
    """The receipt of a tender. Its number is drawn here, so call it last among the locked rows."""
    return _issue(bill=bill, tender=tender, now=now, cancels=None)


def issue_cancellation(*, bill: Bill, tender: Tender, now: datetime) -> Receipt:
    """The receipt that takes back the one of a voided tender, with a number of its own."""
    original = Receipt.objects.get(tender=tender, cancels__isnull=True, refund_id__isnull=True)
    return _issue(bill=bill, tender=tender, now=now, cancels=original)


def issue_credit_note(  # noqa: PLR0913 - one paper, in full
    *,
    bill: Bill,
    refund_id: int,
    tender: Tender | None,
    amount: Money,
    price_minor: int,
    excess_minor: int,
    method_label: str,
    now: datetime,
    as_credit: bool = False,
) -> Receipt:
    """The paper of a refund that has succeeded. `price_minor` of it stands on the bill as credit lines.

    Its number is drawn here, so call it last among the locked rows.
    """
    row = _row(bill, _CREDIT_NOTES, now, tender=tender, refund_id=refund_id)
    credited_lines = _credits_of_refund(bill, refund_id, price_minor)
    credited = -sum(line.gross_minor for line in credited_lines)
    original = receipt_of_tender(business_id=bill.business_id, tender_id=tender.pk) if tender is not None else None
    language = document_language(bill)
    with override(language):
        label = tender_label(tender) if tender is not None and tender.kind != "online" else method_label
        label = gettext("Credit") if as_credit else label
    row.snapshot = replace(
        _frame(bill, row),
        kind="credit_note",
        to_wallet=as_credit or (tender is not None and tender.wallet_id is not None),
        currency=amount.currency,
        total_minor=amount.minor,
        amount_minor=amount.minor,
        tender_label=label,
        lines=tuple(_printed(line, bill, sign=-1) for line in credited_lines),
        tax_rows=_tax_rows(credited_lines, sign=-1),
        refers_to_number=number_text(original) if original is not None else "",
        excess_minor=excess_minor,
        unused_minor=max(0, amount.minor - credited - excess_minor),
    ).as_json()
    row.save(force_insert=True)
    return row


def issue_credit_note_cancellation(*, bill: Bill, refund_id: int, now: datetime) -> Receipt:
    """Takes back the credit note of a refund that failed after it had succeeded, with a number of its own."""
    original = (
        Receipt.objects.filter(business_id=bill.business_id, bill=bill, refund_id=refund_id)
        .filter(cancels__isnull=True, cancelled_by__isnull=True)
        .latest("pk")
    )
    row = _row(bill, _CREDIT_NOTES, now, tender=original.tender, refund_id=refund_id, cancels=original)
    # It says what the other one says, and whose it is.
    row.client_id = original.client_id
    language = document_language(bill)
    row.snapshot = replace(
        ReceiptDocument.from_json(original.snapshot),
        number=number_text(row),
        date_text=format_date(row.local_date, language),
        time_text=format_time(now, language, bill.location.time_zone),
        language=language,
        cancels_number=number_text(original),
    ).as_json()
    row.save(force_insert=True)
    return row


def number_text(receipt: Receipt) -> str:
    """What stands on paper: the number, after the series where there is one."""
    return f"{receipt.series}-{receipt.number:06d}" if receipt.series else f"{receipt.number:06d}"


def tender_label(tender: Tender) -> str:
    """How the money came, in the active language; the payment system's own words for online money."""
    labels = {
        "cash": gettext("Cash"),
        "card_terminal": gettext("Card terminal"),
        "bank_transfer": gettext("Bank transfer"),
        "gift_card": gettext("Gift card"),
        "membership": gettext("Membership"),
        "points": gettext("Points"),
        "cashback": gettext("Cashback"),
        "credit": gettext("Credit"),
    }
    label = labels.get(tender.kind)
    if label and tender.wallet_id is not None and tender.method_label:
        return f"{label} {tender.method_label}"
    return label or tender.method_label or gettext("Online")


def _issue(*, bill: Bill, tender: Tender, now: datetime, cancels: Receipt | None) -> Receipt:
    row = _row(bill, _RECEIPTS, now, tender=tender, cancels=cancels)
    lines = lines_and_credits_of(bill)
    with override(document_language(bill)):
        label = tender_label(tender)
    row.snapshot = replace(
        _frame(bill, row),
        total_minor=bill.total_minor,
        amount_minor=tender.amount_minor,
        tender_label=label,
        lines=tuple(_printed(line, bill) for line in lines),
        tax_rows=_tax_rows(lines),
        remaining_minor=facts(bill).due.minor,
        given_minor=tender.given_minor,
        cancels_number=number_text(cancels) if cancels else "",
        overpaid_minor=facts(bill).excess.minor if cancels is None else 0,
        came_late=cancels is None and bill.ended_at is not None and tender.taken_at > bill.ended_at,
    ).as_json()
    row.save(force_insert=True)
    return row


def _row(
    bill: Bill,
    series: _Series,
    now: datetime,
    *,
    tender: Tender | None,
    refund_id: int | None = None,
    cancels: Receipt | None = None,
) -> Receipt:
    """A row with its number, not yet saved: the snapshot is still to come."""
    return Receipt(
        business_id=bill.business_id,
        location_id=bill.location_id,
        bill=bill,
        tender=tender,
        refund_id=refund_id,
        cancels=cancels,
        client_id=bill.client_id,
        series=series.prefix,
        number=_draw_number(bill, series),
        issued_at=now,
        local_date=now.astimezone(ZoneInfo(bill.location.time_zone)).date(),
    )


def _draw_number(bill: Bill, series: _Series) -> int:
    """The next number of the location. The row lock keeps others out until this one is committed."""
    rows = NumberSeries.objects.select_for_update(no_key=True, of=("self",)).filter(
        location_id=bill.location_id, name=series.name, suffix=""
    )
    row = rows.first()
    if row is None:
        try:
            with transaction.atomic():
                NumberSeries.objects.create(
                    business_id=bill.business_id, location_id=bill.location_id, name=series.name
                )
        except IntegrityError:
            pass  # another payment of this location drew its first number at the same moment
        row = rows.get()
    row.last_number += 1
    row.save(update_fields=["last_number"])
    return int(row.last_number)


def _frame(bill: Bill, receipt: Receipt) -> ReceiptDocument:
    """Who, when and where: what stands on every paper of the bill. The amounts are the caller's."""
    location, business, language = bill.location, bill.business, document_language(bill)
    return ReceiptDocument(
        number=number_text(receipt),
        date_text=format_date(receipt.local_date, language),
        time_text=format_time(receipt.issued_at, language, location.time_zone),
        currency=bill.currency,
        business_name=business.name,
        location_name=location.name,
        total_minor=0,
        amount_minor=0,
        tender_label="",
        lines=(),
        language=language,
        legal_name=business.legal_name,
        legal_address=business.legal_address,
        tax_number=business.tax_number,
        location_address=location.address,
        location_phone=location.phone,
        location_email=location.email,
        client_name=bill.client.name if bill.client else "",
        visit_text=format_date(bill.service_date, language),
        prices_include_tax=bill.prices_include_tax,
        accent=business.accent,
        logo_key=business.logo_key,
        client_word=location.client_word,
    )


def _credits_of_refund(bill: Bill, refund_id: int, price_minor: int) -> list[BillLine]:
    """The newest ones that make up the price part: a refund that came back to life may have older ones."""
    found: list[BillLine] = []
    missing = price_minor
    for line in reversed(credits_of(bill)):
        if line.refund_id == refund_id and missing >= -line.gross_minor:
            found.append(line)
            missing += line.gross_minor
    return found[::-1]


def _printed(line: BillLine, bill: Bill, *, sign: int = 1) -> ReceiptLine:
    return ReceiptLine(
        name=name_for_clients(line, location=bill.location, language=document_language(bill)),
        quantity=line.quantity,
        gross_minor=sign * line.gross_minor,
        tax_name=line.tax_name,
    )


def _tax_rows(lines: list[BillLine], *, sign: int = 1) -> tuple[TaxRow, ...]:
    amounts = [
        (
            line.tax_name,
            line.tax_ppm,
            LineAmounts(sign * line.gross_minor, sign * line.net_minor, sign * line.tax_minor),
        )
        for line in lines
        if line.tax_ppm
    ]
    return tuple(
        TaxRow(name=row.name, net_minor=row.net_minor, tax_minor=row.tax_minor, gross_minor=row.gross_minor)
        for row in tax_split(amounts)
    )
