"""Cancel a visit. Where money was taken, the person says first what happens with it."""

from __future__ import annotations

from dataclasses import replace

from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from quittance.calendar.queries_refunds import offer_of_window
from quittance.core.actor import Right
from quittance.core.money import Money
from quittance.desk.access import Desk, desk_view
from quittance.desk.settings.keys_form import PASSWORD_FIELD
from quittance.desk.sign_in.again import must_show_again, problem_with
from quittance.desk.visits.asking import ask_keeping_part
from quittance.desk.visits.cancel_panel import CREDIT, PART, CancelForm
from quittance.desk.visits.changes import again, attempt, version_of
from quittance.desk.visits.refund_words import money_words, portions_words
from quittance.desk.visits.telling import is_to_be_told
from quittance.desk.visits.window import WindowPage, page_of, show
from quittance.flows import cancel_visit
from quittance.flows.change_due import Decision
from quittance.payments.models import Refund

AGREED = "as_said"


@sensitive_post_parameters(PASSWORD_FIELD)
@require_POST
@desk_view(Right.EDIT_VISITS)
def cancel(request: HttpRequest, desk: Desk, visit_id: int) -> HttpResponse:
    page = page_of(request, desk, visit_id)
    if not offer_of_window(page.window).refundable.is_positive or page.window.bill.ended_at is not None:
        return _attempt(request, page, keep=None, back=None, named=None)
    return _with_money(request, replace(page, tab="details", edit="cancel"))


def _with_money(request: HttpRequest, page: WindowPage) -> HttpResponse:
    offer = offer_of_window(page.window)
    form = CancelForm(
        request.POST,
        offer=offer,
        asks_password=must_show_again(request, grace=PASSWORD_FIELD not in request.POST),
    )
    named: tuple[str, Form] = ("cancel", form)
    if not form.is_valid():
        problem = " ".join(str(one) for one in form.errors["money"]) if "money" in form.errors else ""
        return again(request, page, form=named, problem=problem)
    back = form.back()
    if back.is_positive:
        page.desk.require(Right.REFUND)
        if PASSWORD_FIELD in form.fields and (wrong := problem_with(request, form.cleaned_data[PASSWORD_FIELD])):
            form.add_error(PASSWORD_FIELD, wrong)
            return again(request, page, form=named)
    keep = form.keep()
    if form.cleaned_data["money"] == PART and keep is not None and AGREED not in request.POST.getlist("decision"):
        ask = ask_keeping_part(
            typed=request.POST,
            url=request.path,
            amounts=(money_words(back), money_words(keep)),
            to=portions_words(offer.portions(back)),
            agreed=AGREED,
        )
        return show(request, replace(page, ask=ask), status=409)
    as_credit = form.cleaned_data["money"] == CREDIT
    return _attempt(request, page, keep=keep, back=back, named=named, as_credit=as_credit)


def _attempt(
    request: HttpRequest,
    page: WindowPage,
    *,
    keep: Money | None,
    back: Money | None,
    named: tuple[str, Form] | None,
    as_credit: bool = False,
) -> HttpResponse:
    def work(decision: Decision) -> str:
        answer = cancel_visit.cancel(
            actor=page.desk.actor,
            visit_id=page.window.visit.pk,
            expected_version=version_of(request),
            decision=decision,
            keep=keep,
            as_credit=as_credit,
            tell_client=is_to_be_told(request.POST),
            now=page.desk.now,
        )
        if as_credit and back is not None:
            words = {"amount": money_words(back)}
            return _("The visit was cancelled. %(amount)s is the client's: as credit, or back on what paid.") % words
        return _told(page, answer.get("refunds", []), back)

    return attempt(request, page, work=work, form=named, field="kept", then=replace(page, edit=""))


def _told(page: WindowPage, refund_ids: list[int], back: Money | None) -> str:
    if back is None or not back.is_positive:
        return _("The visit was cancelled. Its payment link takes nothing any more.")
    own = {"business_id": page.desk.business.pk, "pk__in": refund_ids}
    if Refund.objects.filter(**own, state="failed").exists():
        return _("The visit was cancelled, but a refund failed. It stands under Finance › Money cases.")
    return _("The visit was cancelled. %(amount)s goes back; how far it is stands under Checkout.") % {
        "amount": money_words(back)
    }
