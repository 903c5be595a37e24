"""Send link, copy link, show QR; stop the client's payment or ask about it again."""

from __future__ import annotations

from dataclasses import replace

from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from quittance.core.actor import Right
from quittance.core.money import Money
from quittance.desk.access import Desk, desk_view
from quittance.desk.answers import is_htmx, with_event, with_notice
from quittance.desk.fields import row_id
from quittance.desk.visits.asking import decision_of
from quittance.desk.visits.changes import again, attempt, undecided
from quittance.desk.visits.forms import LinkForm
from quittance.desk.visits.link_life import LifeForm
from quittance.desk.visits.panel import default_channels
from quittance.desk.visits.window import WindowPage, changed, context_of, load, page_of
from quittance.flows import expire_link, extend_link, make_link, send_link, stop_payment, stop_reminders, undo_send
from quittance.flows.change_due import Decision
from quittance.flows.errors import FlowError, GoneError, RefusedError
from quittance.flows.send_link import UNDO_SECONDS, LinkWish, SendResult
from quittance.messages.types import CHANNEL_LABELS

_MOST_MESSAGES = 20


@require_POST
@desk_view(Right.CASHLESS_PAYMENT)
def send(request: HttpRequest, desk: Desk, visit_id: int) -> HttpResponse:
    """From the header with the client's usual channels (`quick`), from the panel with those that are ticked."""
    page = page_of(request, desk, visit_id)
    quick = "quick" in request.POST
    form = LinkForm(request.POST, currency=page.window.bill.currency)
    life = LifeForm(request.POST, has_link=page.window.live_link is not None)
    panel = replace(page, tab="checkout", pay="link")
    if not quick and not _both_valid(form, life):
        return again(request, panel, form=("link", form))
    channels = default_channels(page.desk, page.window) if quick else request.POST.getlist("channel")
    once_to = "" if quick else form.cleaned_data["once_to"]
    try:
        result = send_link.send(
            actor=page.desk.actor,
            visit_id=visit_id,
            channels=channels,
            once_to=once_to,
            wish=LinkWish(ask=_quick_ask(request)) if quick else _wish(page, form, life, decision_of(request.POST)),
            now=desk.now,
        )
    except GoneError:
        raise
    except RefusedError as error:
        return again(request, panel, form=None if quick else ("link", form), problem=str(error))
    except FlowError as error:
        return undecided(request, panel, error, form=None if quick else ("link", form))
    return _sent(request, page if quick else panel, result)


@require_POST
@desk_view(Right.CASHLESS_PAYMENT)
def undo(request: HttpRequest, desk: Desk, visit_id: int) -> HttpResponse:
    """Take back what was sent a moment ago; the ids stand in the address, where `Undo` posts to."""
    typed = [row_id(one) for one in request.GET.get("messages", "").split(",")[:_MOST_MESSAGES]]
    ids = [one for one in typed if one is not None]
    there, window = load(desk, visit_id, with_messages=False)
    result = undo_send.undo(actor=there.actor, visit_id=visit_id, message_ids=ids, now=desk.now)
    text = _("Taken back. Nothing was sent.")
    if result.too_late:
        text = _("Too late: the message has left already.")
    if not is_htmx(request):
        return HttpResponseRedirect(reverse("desk:visit", kwargs={"visit_id": window.visit.pk}), status=303)
    return with_notice(with_event(HttpResponse(status=204), "visit-changed"), text)


@require_POST
@desk_view(Right.CASHLESS_PAYMENT)
def make(request: HttpRequest, desk: Desk, visit_id: int) -> HttpResponse:
    """The live link, made if there is none: for `Copy payment link` as JSON, for the panel as the window."""
    page = replace(page_of(request, desk, visit_id), tab="checkout", pay="link")
    form = LinkForm(request.POST, currency=page.window.bill.currency)
    life = LifeForm(request.POST, has_link=page.window.live_link is not None)
    named: tuple[str, Form] = ("link", form)
    as_json = "application/json" in request.headers.get("Accept", "")
    if not _both_valid(form, life):
        return again(request, page, form=named)
    wish = _wish(page, form, life, decision_of(request.POST))
    try:
        made = make_link.make(
            actor=page.desk.actor,
            visit_id=visit_id,
            ask=wish.ask,
            amount=wish.amount,
            expires_at=wish.expires_at,
            decision=wish.decision,
            now=desk.now,
        )
    except GoneError:
        raise
    except FlowError as error:
        if as_json:
            return JsonResponse({"error": str(error)}, status=422 if isinstance(error, RefusedError) else 409)
        if isinstance(error, RefusedError):
            return again(request, page, form=named, problem=str(error))
        return undecided(request, page, error, form=named)
    if as_json:
        return JsonResponse({"address": made.address, "notice": _("Payment link copied.")})
    notice = _("New link. The earlier one takes nothing any more.") if _replaced(page, made.link_id) else ""
    return changed(request, page, notice)


@require_POST
@desk_view(Right.CASHLESS_PAYMENT)
def extend(request: HttpRequest, desk: Desk, visit_id: int) -> HttpResponse:
    """The live link gets the end that is chosen in the panel."""
    page = replace(page_of(request, desk, visit_id), tab="checkout", pay="link")
    live, location = page.window.live_link, page.window.visit.location
    form = LinkForm(request.POST, currency=page.window.bill.currency)
    life = LifeForm(request.POST, has_link=live is not None)
    form.is_valid()
    if not life.is_valid():
        return again(request, page, form=("link", form))
    expires_at = life.end(location=location, now=desk.now)
    if live is None:
        return again(
            request, page, form=("link", form), problem=_("There is no link that takes money. Make one first.")
        )
    if expires_at is None:
        return again(request, page, form=("link", form), problem=_("Choose until when the link is to be valid."))

    def work(_decision: Decision) -> str:
        extend_link.extend(
            actor=page.desk.actor,
            link_id=live.link.pk,
            expires_at=expires_at,
            seen=request.POST.get("seen_end", "")[:40],
            now=desk.now,
        )
        return _("Saved. The same link holds until its new end.")

    return attempt(request, page, work=work, form=("link", form))


@require_POST
@desk_view(Right.CASHLESS_PAYMENT)
def expire(request: HttpRequest, desk: Desk, visit_id: int) -> HttpResponse:
    """The live link takes nothing from this moment on."""
    page = replace(page_of(request, desk, visit_id), tab="checkout", pay="")
    live = page.window.live_link
    seen = request.POST.get("seen_end", "")[:40] or None

    def work(decision: Decision) -> str:
        if live is None:
            return _("No link takes money now.")
        expire_link.expire(actor=page.desk.actor, link_id=live.link.pk, seen=seen, decision=decision, now=desk.now)
        return _("The link has expired. Whoever opens it is told so.")

    return attempt(request, page, work=work)


@require_POST
@desk_view(Right.CASHLESS_PAYMENT)
def stop_reminding(request: HttpRequest, desk: Desk, visit_id: int) -> HttpResponse:
    """Nobody is reminded of the live link any more; the link itself stays."""
    page = replace(page_of(request, desk, visit_id), tab="checkout", pay="link")

    def work(_decision: Decision) -> str:
        stop_reminders.stop(actor=page.desk.actor, visit_id=visit_id, now=desk.now)
        return _("No reminder of this link leaves any more. The link stays payable.")

    return attempt(request, page, work=work)


@require_POST
@desk_view(Right.CASHLESS_PAYMENT)
def start_reminding(request: HttpRequest, desk: Desk, visit_id: int) -> HttpResponse:
    page = replace(page_of(request, desk, visit_id), tab="checkout", pay="link")

    def work(_decision: Decision) -> str:
        stop_reminders.start_again(actor=page.desk.actor, visit_id=visit_id, now=desk.now)
        return _("Reminders of this link leave again, from now on.")

    return attempt(request, page, work=work)


@require_safe
@desk_view(Right.CASHLESS_PAYMENT)
def panel(request: HttpRequest, desk: Desk, visit_id: int) -> HttpResponse:
    """The panel alone, for a window that was drawn without it."""
    there, window = load(desk, visit_id)
    page = WindowPage(desk=there, window=window, tab="checkout", pay="link")
    return render(request, "desk/visits/panel_part.html", context_of(page))


@require_POST
@desk_view(Right.CASHLESS_PAYMENT)
def stop(request: HttpRequest, desk: Desk, visit_id: int) -> HttpResponse:
    page = page_of(request, desk, visit_id)

    def work(decision: Decision) -> str:
        stop_payment.stop(actor=page.desk.actor, visit_id=visit_id, take_anyway=decision.take_anyway, now=desk.now)
        return _("The payment was stopped. Nothing was charged.")

    return attempt(request, page, work=work)


@require_POST
@desk_view(Right.SEE_CALENDAR)
def check(request: HttpRequest, desk: Desk, visit_id: int) -> HttpResponse:
    """Ask the payment system now."""
    page = page_of(request, desk, visit_id)

    def work(_decision: Decision) -> str:
        asked = stop_payment.check_again(actor=page.desk.actor, visit_id=visit_id, now=desk.now)
        return _("Asked the payment system.") if asked else _("Nothing is open at the payment system.")

    return attempt(request, page, work=work)


def _both_valid(form: LinkForm, life: LifeForm) -> bool:
    """Both are asked, so that all mistakes are shown at once."""
    return all([form.is_valid(), life.is_valid()])


def _wish(page: WindowPage, form: LinkForm, life: LifeForm, decision: Decision) -> LinkWish:
    expires_at = life.end(location=page.window.visit.location, now=page.desk.now)
    ask = form.cleaned_data.get("ask") or None
    amount: Money | None = form.cleaned_data.get("amount") if ask == "amount" else None
    return LinkWish(ask=ask, amount=amount, expires_at=expires_at, decision=decision)


def _quick_ask(request: HttpRequest) -> str | None:
    """Without a word the live link as it is; beside an open deposit, the deposit."""
    return "deposit" if request.POST.get("ask") == "deposit" else None


def _replaced(page: WindowPage, link_id: int) -> bool:
    live = page.window.live_link
    return live is not None and live.link.pk != link_id


def send_words(result: SendResult) -> str:
    """By which ways the link leaves."""
    ways = ", ".join(f"{_(CHANNEL_LABELS[one.channel])} {one.address}" for one in result.messages)
    return _("The link leaves by %(ways)s.") % {"ways": ways}


def _sent(request: HttpRequest, page: WindowPage, result: SendResult) -> HttpResponse:
    text = send_words(result)
    ids = ",".join(str(one.message_id) for one in result.messages)
    undo_url = reverse("desk:undo_send", kwargs={"visit_id": page.window.visit.pk}) + f"?messages={ids}"
    return changed(request, page, text, undo=undo_url, stay_seconds=UNDO_SECONDS)
