"""Delivery channels: connect, try, switch and disconnect email, SMS and WhatsApp."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from quittance.core.actor import Right
from quittance.core.ids import new_key
from quittance.desk.access import Desk, desk_view
from quittance.desk.done import done_url, done_words
from quittance.desk.said import said
from quittance.desk.settings.front import settings_context
from quittance.desk.settings.health import channel_states
from quittance.desk.settings.keys_form import PASSWORD_FIELD, KeysForm, Listing
from quittance.desk.sign_in.again import must_show_again, problem_with
from quittance.flows import connect_channel
from quittance.flows.errors import FieldError, FlowError, GoneError
from quittance.messages.models import ChannelAccount
from quittance.messages.queries import channel_account
from quittance.messages.types import CHANNEL_LABELS


@require_GET
@desk_view(Right.EDIT_SETTINGS)
def overview(request: HttpRequest, desk: Desk) -> HttpResponse:
    return _page(request, desk)


@require_GET
@desk_view(Right.EDIT_SETTINGS)
def ways(request: HttpRequest, desk: Desk, channel: str) -> HttpResponse:
    """By what a channel can send: one's own mail server, or a mail service."""
    listings = [one for one in connect_channel.listings() if one.channel == channel]
    if not listings:
        raise Http404
    account = channel_account(business_id=desk.business.pk, channel=channel)
    context = {
        **settings_context(request, desk),
        "listings": listings,
        "channel_label": _(CHANNEL_LABELS[channel]),
        "system_now": account.system if account is not None else "",
    }
    return render(request, "desk/settings/channel_ways.html", context)


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
@desk_view(Right.EDIT_SETTINGS)
def connect(request: HttpRequest, desk: Desk, system: str) -> HttpResponse:
    """Connect, or change what was typed; the channel itself is asked before anything is kept."""
    listing = next((one for one in connect_channel.listings() if one.slug == system), None)
    if listing is None:
        raise Http404
    account = channel_account(business_id=desk.business.pk, channel=listing.channel)
    same = account if account is not None and account.system == system else None
    form = _form(request, listing, same)
    if request.method == "POST" and _save(request, desk, system, form):
        return HttpResponseRedirect(done_url("channel_connected", reverse("desk:channels")))
    context = {
        **settings_context(request, desk),
        "listing": listing,
        "channel_name": _(listing.name),
        "channel_label": _(CHANNEL_LABELS[listing.channel]),
        "account": same,
        "replaces": account is not None and same is None,
        "form": form,
        "request_id": new_key(),
    }
    return render(request, "desk/settings/connect.html", context, status=422 if form.errors else 200)


@require_POST
@desk_view(Right.EDIT_SETTINGS)
def switch(request: HttpRequest, desk: Desk, channel: str) -> HttpResponse:
    enabled = request.POST.get("enabled") == "1"
    connect_channel.switch(actor=desk.actor, channel=channel, enabled=enabled, now=desk.now)
    return HttpResponseRedirect(done_url("channel_on" if enabled else "channel_off", reverse("desk:channels")))


@require_POST
@desk_view(Right.EDIT_SETTINGS)
def test(request: HttpRequest, desk: Desk, channel: str) -> HttpResponse:
    """Send a test at once; the answer stands beside the button."""
    typed = request.POST.get("address", "")[:254]
    tried = {"channel": channel, "typed": typed, "problem": "", "sent_to": ""}
    try:
        tried["sent_to"] = connect_channel.test_send(
            actor=desk.actor, channel=channel, address=typed, country=desk.location.country, now=desk.now
        )
    except GoneError:
        raise
    except FlowError as error:
        tried["problem"] = said(str(error))
    return _page(request, desk, tried=tried)


@require_POST
@desk_view(Right.EDIT_SETTINGS)
def disconnect(_request: HttpRequest, desk: Desk, channel: str) -> HttpResponse:
    connect_channel.disconnect(actor=desk.actor, channel=channel, now=desk.now)
    return HttpResponseRedirect(done_url("channel_disconnected", reverse("desk:channels")))


def _page(request: HttpRequest, desk: Desk, *, tried: dict[str, str] | None = None) -> HttpResponse:
    states = channel_states(desk)
    context = {
        **settings_context(request, desk),
        "states": states,
        "tried": tried,
        "test_addresses": {"email": desk.user.email},
        "deaf": {
            one.channel
            for one in states
            if one.account and one.webhook_help and not connect_channel.hears_reports(one.account)
        },
        "webhooks": {one.channel: connect_channel.webhook_address(one.account) for one in states if one.account},
        "notice": done_words(request),
        "request_id": new_key(),
    }
    status = 422 if tried and tried["problem"] else 200
    return render(request, "desk/settings/channels.html", context, status=status)


def _form(request: HttpRequest, listing: Listing, account: ChannelAccount | None) -> KeysForm:
    posted = request.method == "POST"
    kept: dict[str, str] = {}
    initial: dict[str, str] = {}
    if account is not None:
        secrets = [box.name for box in listing.fields if box.secret]
        shown = f"···· {account.secret_last4}" if account.secret_last4 else ""
        kept = {name: shown if index == 0 else "" for index, name in enumerate(secrets)}
        initial = connect_channel.shown_fields(account)
    return KeysForm(
        request.POST if posted else None,
        boxes=listing.fields,
        kept=kept,
        initial=initial,
        asks_password=must_show_again(request, grace=posted and PASSWORD_FIELD not in request.POST),
    )


def _save(request: HttpRequest, desk: Desk, system: str, form: KeysForm) -> bool:
    """False when something has to be mended; the form then says what."""
    if not form.is_valid():
        return False
    if PASSWORD_FIELD in form.fields:
        typed: Any = form.cleaned_data.get(PASSWORD_FIELD)
        problem = problem_with(request, str(typed or ""))
        if problem:
            form.add_error(PASSWORD_FIELD, problem)
            return False
    try:
        connect_channel.connect(actor=desk.actor, system=system, fields=form.values(), now=desk.now)
    except FieldError as error:
        form.show_problems({error.field: said(str(error))})
    except GoneError:
        raise
    except FlowError as error:
        form.refuse(said(str(error)) or _("This could not be saved. Try again."))
    else:
        return True
    return False
