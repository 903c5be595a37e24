"""One payment account: connect it, watch it, give it new keys, retire it."""

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
from quittance.desk.finance.sections import finance_context
from quittance.desk.said import said
from quittance.desk.settings.keys_form import PASSWORD_FIELD, KeysForm, Listing
from quittance.desk.sign_in.again import must_show_again, problem_with
from quittance.flows import connect_payment_account, set_payment_method
from quittance.flows.connect_payment_account import KeysError
from quittance.flows.errors import FlowError, GoneError
from quittance.payments import queries
from quittance.payments.models import PaymentAccount

_SIGNING = "signing_secrets"


@require_GET
@desk_view(Right.EDIT_PAYMENT_SETTINGS)
def choose_system(request: HttpRequest, desk: Desk) -> HttpResponse:
    """With one payment system there is nothing to choose."""
    systems = connect_payment_account.listings()
    if len(systems) == 1:
        return HttpResponseRedirect(reverse("desk:connect_system", kwargs={"system": systems[0].slug}))
    return render(request, "desk/finance/systems.html", {**_context(request, desk), "systems": systems})


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
@desk_view(Right.EDIT_PAYMENT_SETTINGS)
def connect(request: HttpRequest, desk: Desk, system: str) -> HttpResponse:
    """A new account; the first one is chosen for payment links at once."""
    listing = _listing(system)
    form = _form(request, listing)
    if request.method == "POST":
        account = _save(request, desk, system, form)
        if account is not None:
            _choose_first(desk, account)
            return HttpResponseRedirect(done_url("account_connected", _url(account)))
    context = {**_context(request, desk), "listing": listing, "form": form, "action": request.path}
    return render(request, "desk/finance/connect.html", context, status=_status(form))


@require_GET
@desk_view(Right.EDIT_PAYMENT_SETTINGS)
def account(request: HttpRequest, desk: Desk, account_id: int) -> HttpResponse:
    """Where the webhook goes, how the account does, and its last four signs."""
    return _account_page(request, desk, _account(desk, account_id))


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
@desk_view(Right.EDIT_PAYMENT_SETTINGS)
def keys(request: HttpRequest, desk: Desk, account_id: int) -> HttpResponse:
    """New keys for the same account; what is left empty stays. The signing secret alone comes from its own box."""
    shown = _account(desk, account_id)
    listing = _listing(shown.system)
    only = (_SIGNING,) if "signing_only" in request.POST else ()
    form = _form(request, listing, shown, only=only)
    if request.method == "POST":
        saved = _save(request, desk, shown.system, form, account=shown, only=only)
        if saved is not None:
            return HttpResponseRedirect(done_url("keys_saved", _url(saved)))
        if only:
            return _account_page(request, desk, shown, form=form)
    context = {
        **_context(request, desk),
        "listing": listing,
        "form": form,
        "account": shown,
        "action": request.path,
    }
    return render(request, "desk/finance/connect.html", context, status=_status(form))


@require_POST
@desk_view(Right.EDIT_PAYMENT_SETTINGS)
def retire(_request: HttpRequest, desk: Desk, account_id: int) -> HttpResponse:
    shown = _account(desk, account_id)
    connect_payment_account.retire(actor=desk.actor, account_id=shown.pk, now=desk.now)
    return HttpResponseRedirect(done_url("account_retired", reverse("desk:online_payments")))


def _account_page(
    request: HttpRequest, desk: Desk, shown: PaymentAccount, *, form: KeysForm | None = None
) -> HttpResponse:
    listing = _listing(shown.system)
    setting = queries.method_setting(business_id=desk.business.pk)
    context = {
        **_context(request, desk),
        "account": shown,
        "listing": listing,
        "trouble": said(shown.trouble),
        "webhook_address": connect_payment_account.webhook_address(shown),
        "needs_secret": _lacks_secret(shown),
        "signing_form": form or _form(request, listing, shown, only=(_SIGNING,)),
        "is_chosen": setting is not None and setting.account_id == shown.pk,
        "links_on": setting is not None and setting.enabled,
        "notice": done_words(request),
    }
    return render(request, "desk/finance/account.html", context, status=_status(form))


def _context(request: HttpRequest, desk: Desk) -> dict[str, Any]:
    return {
        **finance_context(request, desk, current="online_payments"),
        "request_id": new_key(),
    }


def _listing(system: str) -> Listing:
    listing = next((one for one in connect_payment_account.listings() if one.slug == system), None)
    if listing is None:
        raise Http404
    return listing


def _account(desk: Desk, account_id: int) -> PaymentAccount:
    try:
        return queries.account_by_id(business_id=desk.business.pk, account_id=account_id)
    except PaymentAccount.DoesNotExist:
        raise Http404 from None


def _form(
    request: HttpRequest, listing: Listing, account: PaymentAccount | None = None, *, only: tuple[str, ...] = ()
) -> KeysForm:
    posted = request.method == "POST"
    kept = {} if account is None else _kept(account, listing)
    form = KeysForm(
        request.POST if posted else None,
        boxes=listing.fields,
        kept=kept,
        only=only,
        initial={} if account is None else {"label": account.label},
        with_label=not only,
        asks_password=must_show_again(request, grace=posted and PASSWORD_FIELD not in request.POST),
    )
    if account is None and _SIGNING in form.fields:
        # It exists only after the webhook address was pasted, which is known after saving.
        form.fields[_SIGNING].required = False
        form.fields[_SIGNING].help_text = _(
            "%(name)s shows it once the webhook address is added there. You get that address after saving, "
            "so leave this empty for now."
        ) % {"name": listing.name}
    return form


def _kept(account: PaymentAccount, listing: Listing) -> dict[str, str]:
    """How each stored value is shown: the last four signs, where they are kept apart."""
    last4 = {"publishable_key": account.key_last4, "secret_key": account.secret_last4}
    shown = {name: f"···· {signs}" for name, signs in last4.items() if signs}
    has_signing = not _lacks_secret(account) and any(box.name == _SIGNING for box in listing.fields)
    return shown | ({_SIGNING: ""} if has_signing else {})


def _lacks_secret(account: PaymentAccount) -> bool:
    """Apart from its trouble, if it has any."""
    return connect_payment_account.missing_setup(account) not in {"", account.trouble}


def _save(
    request: HttpRequest,
    desk: Desk,
    system: str,
    form: KeysForm,
    *,
    account: PaymentAccount | None = None,
    only: tuple[str, ...] = (),
) -> PaymentAccount | None:
    """None when something has to be mended; the form then says what."""
    if not form.is_valid():
        return None
    if PASSWORD_FIELD in form.fields:
        problem = problem_with(request, str(form.cleaned_data.get(PASSWORD_FIELD) or ""))
        if problem:
            form.add_error(PASSWORD_FIELD, problem)
            return None
    values = form.values()
    if only and not values.get(_SIGNING):
        form.add_error(_SIGNING, _("Copy the signing secret from the payment system. It begins with whsec_."))
        return None
    try:
        return connect_payment_account.connect(
            actor=desk.actor,
            system=system,
            fields=values,
            label=values.get("label", ""),
            account_id=None if account is None else account.pk,
            now=desk.now,
        )
    except KeysError as error:
        form.show_problems({name: said(text) for name, text in error.problems.items()})
    except GoneError:
        raise
    except FlowError as error:
        form.refuse(said(str(error)))
    return None


def _choose_first(desk: Desk, connected: PaymentAccount) -> None:
    setting = queries.method_setting(business_id=desk.business.pk)
    if setting is None or setting.account_id is None:
        set_payment_method.choose_account(
            actor=desk.actor, method=queries.LINKS_METHOD, account_id=connected.pk, now=desk.now
        )


def _url(account: PaymentAccount) -> str:
    return reverse("desk:payment_account", kwargs={"account_id": account.pk})


def _status(form: KeysForm | None) -> int:
    return 422 if form is not None and form.is_bound and form.errors else 200
