"""Take value for money: a gift card, a membership, points, cashback or credit."""

from __future__ import annotations

from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from quittance.calendar.queries_value import visit_value
from quittance.core.actor import Right
from quittance.core.money import Money
from quittance.desk.access import Desk, desk_view
from quittance.desk.visits.changes import again, attempt, version_of
from quittance.desk.visits.refund_words import money_words
from quittance.desk.visits.value_panel import VALUE_PAYS, ValueForm, label_of
from quittance.desk.visits.window import changed, page_of
from quittance.flows import spend_wallet
from quittance.flows.answered import was_answered
from quittance.flows.change_due import Decision
from quittance.flows.spend_wallet import Asked


@require_POST
@desk_view(Right.TAKE_TENDERS)
def spend(request: HttpRequest, desk: Desk, visit_id: int) -> HttpResponse:
    kind = request.POST.get("kind", "")
    page = replace(page_of(request, desk, visit_id), tab="checkout", pay=kind if kind in VALUE_PAYS else "")
    if kind not in VALUE_PAYS:
        return again(request, page, form=None, problem=_("Choose what the client pays with."))
    if was_answered(actor=page.desk.actor):
        return changed(request, replace(page, pay=""), _("This payment was taken before. Nothing more was recorded."))
    value = visit_value(page.window, now=desk.now, with_codes=False)
    form = ValueForm(request.POST, kind=kind, value=value, owed=page.window.state.payable)
    if not form.is_valid():
        return again(request, page, form=("value", form))

    def work(decision: Decision) -> str:
        typed = form.cleaned_data
        answer = spend_wallet.spend(
            actor=page.desk.actor,
            visit_id=visit_id,
            asked=Asked(
                wallet_id=form.wallet_id(),
                code=typed.get("code") or "",
                amount=typed.get("amount"),
                line_id=typed.get("line"),
            ),
            expected_version=version_of(request),
            decision=decision,
            now=desk.now,
        )
        taken = Money(int(answer["amount_minor"]), page.window.bill.currency)
        return _("%(amount)s paid by %(what)s.") % {"amount": money_words(taken), "what": label_of(kind).lower()}

    field = next((name for name in ("code", "line", "amount") if name in form.fields), "")
    return attempt(request, page, work=work, form=("value", form), field=field, then=replace(page, pay=""))
