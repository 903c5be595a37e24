"""What was paid by hand at the end of many visits, or not: tenders with their journal, papers and trail, at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from django.db.models import F

from quittance.audit.models import AuditEntry
from quittance.bills.amounts import LineAmounts, tax_split
from quittance.bills.credits import document_language
from quittance.bills.models import Bill, BillLine, JournalEntry, NumberSeries, Receipt, Tender
from quittance.bills.tender_accounts import tender_movements
from quittance.calendar.models import Appointment, Visit
from quittance.calendar.times import local_date
from quittance.cli.demo_seed_bulk import DemoVisit, entry
from quittance.core.locale_format import format_date, format_time
from quittance.documents.receipt import ReceiptDocument, ReceiptLine, TaxRow

Fate = Literal["cash", "card_terminal", "part", "unpaid", "no_show"]
_LABELS = {"cash": {"de": "Barzahlung"}, "card_terminal": {"de": "Kartenterminal"}}
_WORDS = {"cash": "Cash", "card_terminal": "Card terminal"}


@dataclass(frozen=True, slots=True)
class Ended:
    """A visit that is over, and how it was paid: `part` is half of it in cash."""

    visit: DemoVisit
    fate: Fate


def end_all(ended: Sequence[Ended]) -> None:
    """In the sequence given, which is that of time: receipts are numbered so. All are of one place."""
    if not ended:
        return
    place = ended[0].visit.place
    ids = {one.visit.visit_id: one for one in ended}
    for state in ("done", "no_show"):
        of_state = [pk for pk, one in ids.items() if (one.fate == "no_show") == (state == "no_show")]
        Appointment.objects.filter(visit_id__in=of_state).update(state=state)
    Visit.objects.filter(pk__in=ids).update(version=F("version") + 1)
    rows = Visit.objects.select_related("bill__location", "bill__business", "bill__client").in_bulk(list(ids))
    tenders = [_tender(rows[one.visit.visit_id].bill, one) for one in ended if one.fate not in ("unpaid", "no_show")]
    Tender.objects.bulk_create(tenders)
    Bill.objects.bulk_update([tender.bill for tender in tenders], ["settled_minor", "version"])
    JournalEntry.objects.bulk_create(_journal(tender) for tender in tenders)
    _papers(tenders)
    AuditEntry.objects.bulk_create(
        entry(place.desk, place, f"tender.{tender.kind}", ("bill", tender.bill_id), tender.taken_at,
              {"tender": tender.pk, "amount_minor": tender.amount_minor, "from_version": tender.bill.version - 1,
               "to_version": tender.bill.version})
        for tender in tenders
    )  # fmt: skip
    AuditEntry.objects.bulk_create(
        entry(place.desk, place, "visit.status_set", ("visit", pk), one.visit.ends_at, {}) for pk, one in ids.items()
    )


def _tender(bill: Bill, one: Ended) -> Tender:
    amount = bill.total_minor // 2 if one.fate == "part" else bill.total_minor
    bill.settled_minor += amount
    bill.version += 1
    return Tender(
        business_id=bill.business_id,
        bill=bill,
        kind="card_terminal" if one.fate == "card_terminal" else "cash",
        amount_minor=amount,
        currency=bill.currency,
        taken_at=one.visit.ends_at,
        taken_by_id=one.visit.place.desk.user_id,
    )


def _journal(tender: Tender) -> JournalEntry:
    movement = next(tender_movements(tender, ""))
    return JournalEntry(
        business_id=tender.business_id,
        bill_id=tender.bill_id,
        tender_id=tender.pk,
        kind=movement.kind,
        from_account=movement.from_account,
        to_account=movement.to_account,
        amount_minor=movement.amount_minor,
        currency=tender.currency,
        actor_kind="staff",
        actor_id=tender.taken_by_id,
        at=tender.taken_at,
    )


def _papers(tenders: Sequence[Tender]) -> None:
    if not tenders:
        return
    bill = tenders[0].bill
    series, _is_new = NumberSeries.objects.get_or_create(
        location_id=bill.location_id, name="receipt", suffix="", defaults={"business_id": bill.business_id}
    )
    lines: dict[int, list[BillLine]] = {}
    for line in BillLine.objects.filter(bill__in=[tender.bill for tender in tenders], removed_at__isnull=True):
        lines.setdefault(line.bill_id, []).append(line)
    Receipt.objects.bulk_create(
        _receipt(tender, series.last_number + number, lines[tender.bill_id])
        for number, tender in enumerate(tenders, start=1)
    )
    series.last_number += len(tenders)
    series.save(update_fields=["last_number"])


def _receipt(tender: Tender, number: int, lines: list[BillLine]) -> Receipt:
    bill = tender.bill
    on = local_date(tender.taken_at, time_zone=bill.location.time_zone)
    return Receipt(
        business_id=bill.business_id,
        location_id=bill.location_id,
        bill=bill,
        tender=tender,
        number=number,
        issued_at=tender.taken_at,
        local_date=on,
        snapshot=_paper(tender, number, lines, format_date(on, document_language(bill))).as_json(),
    )


def _paper(tender: Tender, number: int, lines: list[BillLine], date_text: str) -> ReceiptDocument:
    bill = tender.bill
    location, business, language = bill.location, bill.business, document_language(bill)
    return ReceiptDocument(
        number=f"{number:06d}",
        date_text=date_text,
        time_text=format_time(tender.taken_at, language, location.time_zone),
        currency=bill.currency,
        business_name=business.name,
        location_name=location.name,
        total_minor=bill.total_minor,
        amount_minor=tender.amount_minor,
        tender_label=_LABELS[tender.kind].get(language, _WORDS[tender.kind]),
        lines=tuple(
            ReceiptLine(name=one.name, quantity=one.quantity, gross_minor=one.gross_minor, tax_name=one.tax_name)
            for one in lines
        ),
        tax_rows=_tax_rows(lines),
        remaining_minor=bill.total_minor - bill.settled_minor,
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
