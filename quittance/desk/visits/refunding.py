"""`Refund` beside a payment: what it will do is said first, and money moves only as it was said."""

from __future__ import annotations

from dataclasses import replace

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from quittance.calendar.queries_refunds import offer_of_window, refund_offer
from quittance.core.actor import Right
from quittance.core.money import Money
from quittance.desk.access import Desk, desk_view
from quittance.desk.settings.keys_form import PASSWORD_FIELD
from quittance.desk.sign_in.again import must_show_again, problem_with
from quittance.desk.visits.changes import again, attempt
from quittance.desk.visits.refund_panel import RefundForm, leave_url
from quittance.desk.visits.refund_words import RefundWords, done_words, said_of, words_of
from quittance.desk.visits.window import changed, page_of, show
from quittance.flows import refund as refund_flow
from quittance.flows.answered import was_answered
from quittance.flows.change_due import Decision


@require_safe
@desk_view(Right.REFUND)
def words(request: HttpRequest, desk: Desk, visit_id: int, tender_id: int) -> HttpResponse:
    """The sentence and the button for the amount that is being typed."""
    offer = refund_offer(business_id=desk.business.pk, visit_id=visit_id)
    tender = offer.of(tender_id) if offer is not None else None
    if offer is None or tender is None:
        raise Http404
    desk.at(offer.location_id).require(Right.REFUND)
    form = RefundForm(request.GET, visit_id=visit_id, tender=tender, first=tender.refundable, asks_password=False)
    context: dict[str, RefundWords | str]
    if form.is_valid():
        context = {"words": words_of(offer, tender, form.cleaned_data["amount"])}
    else:
        context = {"problem": " ".join(str(one) for one in form.errors["amount"])}
    context["leave_url"] = leave_url(visit_id)
    return render(request, "desk/visits/refund_words.html", context)


@sensitive_post_parameters(PASSWORD_FIELD)
@require_POST
@desk_view(Right.REFUND)
def refund(request: HttpRequest, desk: Desk, visit_id: int, tender_id: int) -> HttpResponse:
    page = replace(page_of(request, desk, visit_id), tab="checkout", refund=tender_id)
    page.desk.require(Right.REFUND)
    if was_answered(actor=page.desk.actor):
        told = _("This refund was asked for before. Nothing more is paid back.")
        return changed(request, replace(page, refund=0), told)
    offer = offer_of_window(page.window)
    tender = offer.of(tender_id)
    if tender is None or not tender.refundable.is_positive:
        gone = _("Nothing of this payment can be refunded.")
        return again(request, replace(page, refund=0), form=None, problem=gone)
    form = RefundForm(
        request.POST,
        visit_id=visit_id,
        tender=tender,
        first=tender.refundable,
        asks_password=must_show_again(request, grace=PASSWORD_FIELD not in request.POST),
    )
    named: tuple[str, forms.Form] = ("refund", form)
    if not form.is_valid():
        return again(request, page, form=named)
    amount: Money = form.cleaned_data["amount"]
    said = said_of(offer, amount)
    if request.POST.get("said") != said:
        told = _("Read what will happen, then press the button once more.")
        return show(request, replace(page, forms={"refund": form}, problem=told), status=409)
    if PASSWORD_FIELD in form.fields and (wrong := problem_with(request, form.cleaned_data[PASSWORD_FIELD])):
        form.add_error(PASSWORD_FIELD, wrong)
        return again(request, page, form=named)

    def work(_decision: Decision) -> str:
        answer = refund_flow.refund(
            actor=page.desk.actor,
            visit_id=visit_id,
            tender_id=tender_id,
            amount=amount,
            reason=form.cleaned_data["reason"],
            expected_version=offer.version,
            now=desk.now,
        )
        return done_words(answer.state, tender, amount)

    return attempt(request, page, work=work, form=named, field="amount", then=replace(page, refund=0))
