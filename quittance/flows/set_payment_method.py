"""Switch a way to be paid online on or off, and choose the account it uses."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from quittance.audit import actions as audit
from quittance.bills import actions as bills
from quittance.core.actor import Actor, Right, require
from quittance.flows.errors import GoneError, RefusedError
from quittance.payments import actions as payments
from quittance.payments import queries, settings_actions
from quittance.payments.models import PaymentAccount, PaymentLink
from quittance.rows.locking import in_one_transaction

METHODS = ("payment_links",)
_ENDED_AT_ONCE = 500


def choose_account(*, actor: Actor, method: str, account_id: int, now: datetime) -> None:
    """Unpaid links use the account from now on; what is paid or being paid stays with the old one."""
    require(actor, Right.EDIT_PAYMENT_SETTINGS, None)
    _check_method(method)
    try:
        account = queries.account_by_id(business_id=actor.business_id, account_id=account_id)
    except PaymentAccount.DoesNotExist:
        raise GoneError(_("This payment account does not exist.")) from None
    if account.retired_at is not None:
        raise RefusedError(_("This payment account was retired. Connect it again to use it."))

    def work() -> None:
        settings_actions.set_method(business_id=actor.business_id, method=method, account_id=account.pk)
        _audit(actor, "payment_method.account_chosen", account.pk, now)

    in_one_transaction(work)


def switch(*, actor: Actor, method: str, enabled: bool, end_open_links: bool = False, now: datetime) -> int:
    """On or off; off means no new links. Open links stay payable unless they are ended; returns how many were.

    A link whose client is on the payment page right now stays as it is: only the desk stops a payment.
    """
    require(actor, Right.EDIT_PAYMENT_SETTINGS, None)
    _check_method(method)
    setting = queries.method_setting(business_id=actor.business_id, method=method)
    if enabled and (setting is None or setting.account is None):
        raise RefusedError(_("Choose a payment account first."))

    def work() -> None:
        settings_actions.set_method(business_id=actor.business_id, method=method, enabled=enabled)
        action = "payment_method.switched_on" if enabled else "payment_method.switched_off"
        _audit(actor, action, None, now)

    in_one_transaction(work)
    return 0 if enabled or not end_open_links else _end_open_links(actor, now)


def open_link_count(*, business_id: int, now: datetime) -> int:
    """How many links can still be paid."""
    rows = PaymentLink.objects.filter(business_id=business_id, closed_at__isnull=True)
    return rows.exclude(expires_at__lte=now).count()


def _end_open_links(actor: Actor, now: datetime) -> int:
    rows = PaymentLink.objects.filter(business_id=actor.business_id, closed_at__isnull=True)
    ended = 0
    for link_id, bill_id in list(rows.values_list("pk", "bill_id")[:_ENDED_AT_ONCE]):
        ended += in_one_transaction(lambda: _end(actor, link_id, bill_id, now))  # noqa: B023 - run at once
    return ended


def _end(actor: Actor, link_id: int, bill_id: int, now: datetime) -> int:
    bill = bills.lock_bill(business_id=actor.business_id, bill_id=bill_id)
    if queries.payable_payment_of(bill) is not None:
        return 0
    link = queries.link_by_id(business_id=actor.business_id, link_id=link_id)
    return int(payments.close_link(link=link, reason="cancelled", now=now))


def _check_method(method: str) -> None:
    if method not in METHODS:
        raise GoneError(_("This way to be paid does not exist."))


def _audit(actor: Actor, action: str, account_id: int | None, now: datetime) -> None:
    audit.record(actor=actor, location_id=None, action=action, subject=("payment_account", account_id), now=now)
