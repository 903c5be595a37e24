"""The visit window's addresses that only look: the window, its live updates, the second screen, receipts."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from quittance.bills.models import Receipt
from quittance.bills.queries import receipt_by_id
from quittance.bills.receipts import number_text
from quittance.businesses.look import logo_png
from quittance.calendar import visit_fingerprint
from quittance.calendar.queries_gift_card import card_document, cards_sold
from quittance.calendar.queries_visit import VisitWindow
from quittance.core.actor import Right
from quittance.desk.access import Desk, desk_view
from quittance.desk.answers import wants_part, with_event
from quittance.desk.shell import page_context
from quittance.desk.visits.banner import money_text
from quittance.desk.visits.window import load, page_of, poll_seconds, show
from quittance.documents.gift_card_pdf import gift_card_pdf
from quittance.documents.receipt import ReceiptDocument
from quittance.documents.receipt_pdf import receipt_pdf
from quittance.flows import make_link
from quittance.flows.errors import FlowError
from quittance.payments.status import VisitStatus


@require_safe
@desk_view(Right.SEE_CALENDAR)
def visit(request: HttpRequest, desk: Desk, visit_id: int) -> HttpResponse:
    """The drawer without its link panel, which follows by itself; the whole page with everything at once."""
    return show(request, page_of(request, desk, visit_id, with_panel=not wants_part(request)))


@require_safe
@desk_view(Right.SEE_CALENDAR)
def live(request: HttpRequest, desk: Desk, visit_id: int) -> HttpResponse:
    """204 while nothing changed, else the window as it is now."""
    found = visit_fingerprint.current(business_id=desk.business.pk, visit_id=visit_id, now=desk.now)
    if found is None:
        raise Http404
    if visit_fingerprint.is_same(request.GET.get("v", ""), found):
        return HttpResponse(status=204)
    return with_event(show(request, page_of(request, desk, visit_id)), "visit-changed")


@require_http_methods(["GET", "HEAD", "POST"])
@desk_view(Right.CASHLESS_PAYMENT)
def second_screen(request: HttpRequest, desk: Desk, visit_id: int) -> HttpResponse:
    """The QR code for a tablet turned to the client. Looking makes no link: pressing the button does."""
    problem = ""
    there, window = load(desk, visit_id, with_messages=False)
    if request.method == "POST":
        try:
            make_link.make(actor=there.actor, visit_id=visit_id, now=desk.now)
            return HttpResponseRedirect(reverse("desk:second_screen", kwargs={"visit_id": visit_id}), status=303)
        except FlowError as error:
            problem = str(error)
    context = {
        **page_context(request, there, section="calendar"),
        **_screen(there, window),
        "problem": problem,
    }
    part = wants_part(request)
    template = "desk/visits/screen_part.html" if part else "desk/visits/screen.html"
    if part and request.GET.get("v") == context["version"]:
        return HttpResponse(status=204)
    return render(request, template, context, status=422 if problem else 200)


@require_safe
@desk_view(Right.SEE_CALENDAR)
def receipt(_request: HttpRequest, desk: Desk, visit_id: int, receipt_id: int) -> HttpResponse:
    """The receipt as a PDF, opened in the browser."""
    _there, window = load(desk, visit_id, with_messages=False)
    try:
        row = receipt_by_id(business_id=desk.business.pk, receipt_id=receipt_id)
    except Receipt.DoesNotExist:
        raise Http404 from None
    if row.bill_id != window.bill.pk:
        raise Http404
    document = ReceiptDocument.from_json(row.snapshot)
    logo = logo_png(business_id=desk.business.pk, key=document.logo_key)
    response = HttpResponse(receipt_pdf(document, logo=logo), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="receipt-{number_text(row)}.pdf"'
    response["Cache-Control"] = "private, no-store"
    return response


@require_safe
@desk_view(Right.TAKE_TENDERS)
def gift_card(_request: HttpRequest, desk: Desk, visit_id: int, wallet_id: int) -> HttpResponse:
    """A gift card that this visit sold, as a PDF with its code: for whoever may hand it out."""
    there, window = load(desk, visit_id, with_messages=False)
    card = next((one for one in cards_sold(bill=window.bill, lines=window.lines) if one.pk == wallet_id), None)
    if card is None or not there.may(Right.TAKE_TENDERS):
        raise Http404
    body = gift_card_pdf(card_document(bill=window.bill, card=card))
    response = HttpResponse(body, content_type="application/pdf")
    response["Content-Disposition"] = 'inline; filename="gift-card.pdf"'
    response["Cache-Control"] = "private, no-store"
    return response


def _paid_by_link(window: VisitWindow) -> bool:
    """The last link asked for a part, and the part came."""
    last = window.last_link
    return last is not None and last.link.closed_reason == "paid"


def _screen(desk: Desk, window: VisitWindow) -> dict[str, object]:
    """What stands on the second screen, and a version that changes with it."""
    live_link = window.live_link if window.state.payable.is_positive else None
    state = "qr" if live_link else "nothing"
    if window.bill.ended_at is not None:
        state = "cancelled"
    elif window.state.status in {VisitStatus.PAID, VisitStatus.OVERPAID} or _paid_by_link(window):
        state = "paid"
    elif window.state.processing.is_positive:
        state = "confirming"
    elif live_link is not None and window.state.status is VisitStatus.BEING_PAID:
        state = "paying"
    address = make_link.address_of(live_link.link) if live_link else ""
    amount = live_link.ask if live_link else window.state.facts.settled
    return {
        "window": window,
        "visit": window.visit,
        "state": state,
        "address": address,
        "amount": money_text(amount),
        "version": f"{state}-{live_link.link.pk if live_link else 0}-{amount.minor}",
        "poll_seconds": min(2, poll_seconds(window, desk.now)),
    }
