"""What a client can keep: the receipt as a PDF and the visit as a calendar file."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from quittance.bills.receipts import number_text
from quittance.businesses.look import logo_png
from quittance.calendar.queries_gift_card import card_document, cards_sold
from quittance.calendar.queries_pay import PayPage
from quittance.documents.calendar_file import CalendarFile, calendar_file
from quittance.documents.gift_card_pdf import gift_card_pdf
from quittance.documents.receipt import ReceiptDocument
from quittance.documents.receipt_pdf import receipt_pdf
from quittance.pay.screens import staff_names
from quittance.rows.fields import key_ring


def receipt_response(page: PayPage, *, number: str) -> HttpResponse | None:
    """The receipt or credit note with that number, the newest receipt without one; None where there is none."""
    wanted = [row for row in page.papers if number_text(row) == number] if number else page.receipts
    if not wanted:
        return None
    paper = wanted[-1]
    document = ReceiptDocument.from_json(paper.snapshot)
    body = receipt_pdf(document, logo=logo_png(business_id=paper.business_id, key=document.logo_key))
    kind = "receipt" if paper.refund_id is None else "credit-note"
    return _file(body, kind="application/pdf", name=f"{kind}-{number_text(paper)}.pdf", inline=True)


def gift_card_response(page: PayPage, *, last4: str) -> HttpResponse | None:
    """A gift card that this link's bill sold, while it stands; None where there is none."""
    found = next((card for card in cards_sold(bill=page.bill, lines=page.lines) if card.last4 == last4), None)
    if found is None:
        return None
    body = gift_card_pdf(card_document(bill=page.bill, card=found))
    return _file(body, kind="application/pdf", name="gift-card.pdf", inline=True)


def visit_file_response(page: PayPage, *, token: str, now: datetime) -> HttpResponse | None:
    """A stable id and a growing number, so that a phone moves its entry when the visit moves."""
    if page.starts_at is None:
        return None
    names = staff_names(page)
    visit = page.appointments[0].visit
    body = calendar_file(
        CalendarFile(
            uid=f"{key_ring().mac(f'visit file {visit.pk}')[:32]}@quittance",
            sequence=visit.version,
            title=_("Visit at %(business)s") % {"business": page.business.name},
            starts_at=page.starts_at,
            ends_at=max(appointment.ends_at for appointment in page.appointments),
            written_at=now,
            place=", ".join(part for part in (page.location.name, page.location.address) if part),
            note=_("With %(names)s") % {"names": names} if names else "",
            address=str(settings.QUITTANCE_BASE_URL).rstrip("/") + reverse("pay_page", kwargs={"token": token}),
            cancelled=page.bill.ended_at is not None,
        )
    )
    return _file(body, kind="text/calendar; charset=utf-8", name="visit.ics", inline=False)


def _file(body: bytes, *, kind: str, name: str, inline: bool) -> HttpResponse:
    response = HttpResponse(body, content_type=kind)
    response["Content-Disposition"] = f'{"inline" if inline else "attachment"}; filename="{name}"'
    return response
