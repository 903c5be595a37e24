"""Receipts: numbers without gaps, and a snapshot of what was printed."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction
from django.utils.translation import gettext, override

from quittance.bills.amounts import LineAmounts, tax_split
from quittance.bills.models import Bill, BillLine, NumberSeries, Receipt, Tender
from quittance.core.locale_format import format_date, format_time
from quittance.documents.receipt import ReceiptDocument, ReceiptLine, TaxRow

SERIES = "receipt"


def issue_receipt(*, bill: Bill, tender: Tender, now: datetime) -> Receipt:
    """The receipt of a tender. Its number is drawn here, so call it last among the locked rows."""
    return _issue(bill=bill, tender=tender, now=now, cancels=None)


def issue_cancellation(*, bill: Bill, tender: Tender, now: datetime) -> Receipt:
    """The receipt that takes back the one of a voided tender, with a number of its own."""
    original = Receipt.objects.get(tender=tender, cancels__isnull=True)
    return _issue(bill=bill, tender=tender, now=now, cancels=original)


def number_text(receipt: Receipt) -> str:
    """What stands on paper: the number, after the series where there is one."""
    return f"{receipt.series}-{receipt.number:06d}" if receipt.series else f"{receipt.number:06d}"


def tender_label(tender: Tender) -> str:
    """How the money came, in the active language; the payment system's own words for online money."""
    labels = {"cash": gettext("Cash"), "card_terminal": gettext("Card terminal")}
    return labels.get(tender.kind) or tender.method_label or gettext("Online")


def _issue(*, bill: Bill, tender: Tender, now: datetime, cancels: Receipt | None) -> Receipt:
    number = _draw_number(bill)
    row = Receipt(
        business_id=bill.business_id,
        location_id=bill.location_id,
        bill=bill,
        tender=tender,
        cancels=cancels,
        series="",
        number=number,
        issued_at=now,
        local_date=now.astimezone(ZoneInfo(bill.location.time_zone)).date(),
    )
    row.snapshot = _document(bill, tender, row, cancels).as_json()
    row.save(force_insert=True)
    return row


def _draw_number(bill: Bill) -> int:
    """The next number of the location. The row lock keeps others out until this one is committed."""
    series = NumberSeries.objects.select_for_update(no_key=True, of=("self",)).filter(
        location_id=bill.location_id, name=SERIES, suffix=""
    )
    row = series.first()
    if row is None:
        try:
            with transaction.atomic():
                NumberSeries.objects.create(business_id=bill.business_id, location_id=bill.location_id, name=SERIES)
        except IntegrityError:
            pass  # another payment of this location drew its first number at the same moment
        row = series.get()
    row.last_number += 1
    row.save(update_fields=["last_number"])
    return int(row.last_number)


def _document(bill: Bill, tender: Tender, receipt: Receipt, cancels: Receipt | None) -> ReceiptDocument:
    location, business = bill.location, bill.business
    language = (bill.client.language if bill.client else "") or location.language
    lines = list(BillLine.objects.filter(bill=bill, removed_at__isnull=True).order_by("position"))
    with override(language):
        label = tender_label(tender)
    return ReceiptDocument(
        number=number_text(receipt),
        date_text=format_date(receipt.local_date, language),
        time_text=format_time(receipt.issued_at, language, location.time_zone),
        currency=bill.currency,
        business_name=business.name,
        location_name=location.name,
        total_minor=bill.total_minor,
        amount_minor=tender.amount_minor,
        tender_label=label,
        lines=tuple(
            ReceiptLine(
                name=line.name,
                quantity=line.quantity,
                gross_minor=line.gross_minor,
                tax_name=line.tax_name,
            )
            for line in lines
        ),
        tax_rows=_tax_rows(lines),
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
        remaining_minor=max(0, bill.total_minor - bill.settled_minor),
        given_minor=tender.given_minor,
        cancels_number=number_text(cancels) if cancels else "",
    )


def _tax_rows(lines: list[BillLine]) -> tuple[TaxRow, ...]:
    amounts = [
        (line.tax_name, line.tax_ppm, LineAmounts(line.gross_minor, line.net_minor, line.tax_minor))
        for line in lines
        if line.tax_ppm
    ]
    return tuple(
        TaxRow(name=row.name, net_minor=row.net_minor, tax_minor=row.tax_minor, gross_minor=row.gross_minor)
        for row in tax_split(amounts)
    )
