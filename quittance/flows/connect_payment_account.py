"""Connect a business's account at a payment system, give it new keys, or retire it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext as _

from quittance.audit import actions as audit
from quittance.bills import cases
from quittance.core.actor import Actor, Right, require
from quittance.flows.errors import FlowError, GoneError
from quittance.payment_systems import registry
from quittance.payment_systems.port import (
    AccountReport,
    MisconfiguredError,
    PaymentSystemError,
    SystemListing,
)
from quittance.payments import queries, settings_actions
from quittance.payments.models import PaymentAccount
from quittance.payments.settings_actions import NewKeys
from quittance.rows.locking import in_one_transaction

_LONGEST_FIELD = 2_000


class KeysError(FlowError):
    """Fields of the form that cannot be right: a sentence for each, nothing was saved."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__(_("Check the keys:") + " " + " ".join(problems.values()))
        self.problems = dict(problems)


def connect(
    *,
    actor: Actor,
    system: str,
    fields: Mapping[str, str],
    label: str = "",
    account_id: int | None = None,
    now: datetime,
) -> PaymentAccount:
    """Check the keys with the payment system itself, then keep them.

    With `account_id` the keys of that account are replaced: a secret left blank keeps the stored one, and
    the new keys must name the same account, live or test as before. The signing secret may come later: it
    exists only after the webhook address was pasted.
    """
    require(actor, Right.EDIT_PAYMENT_SETTINGS, None)
    listing = _listing(system)
    former = _former(actor, account_id)
    typed = _typed(listing, fields, former)
    report = _checked(system, typed)
    if former is not None and (former.their_account_id, former.live) != (report.their_account_id, report.live):
        raise KeysError({"secret_key": _another_account(former, report)})
    name = label.strip() or (former.label if former else report.name or listing.name)
    keys = NewKeys(system=system, label=name, report=report, credentials=typed)

    def work() -> PaymentAccount:
        account = settings_actions.save_account(business_id=actor.business_id, keys=keys, now=now)
        settings_actions.start_sweep(account=account, now=now)
        cases.close_account_case(
            business_id=actor.business_id, account_id=account.pk, resolution="its keys were accepted", now=now
        )
        detail = {"system": system, "live": report.live}
        audit.record(
            actor=actor,
            location_id=None,
            action="payment_account.connected",
            subject=("payment_account", account.pk),
            now=now,
            detail=detail,
        )
        return account

    return in_one_transaction(work)


def retire(*, actor: Actor, account_id: int, now: datetime) -> None:
    """Take an account out of use; payments under way are still settled with its keys."""
    require(actor, Right.EDIT_PAYMENT_SETTINGS, None)
    account = _former(actor, account_id)

    def work() -> None:
        settings_actions.retire_account(business_id=actor.business_id, account_id=account_id, now=now)
        cases.close_account_case(
            business_id=actor.business_id, account_id=account_id, resolution="the account was retired", now=now
        )
        audit.record(
            actor=actor,
            location_id=None,
            action="payment_account.retired",
            subject=("payment_account", account.pk if account else None),
            now=now,
        )

    in_one_transaction(work)


def webhook_address(account: PaymentAccount) -> str:
    """What to paste at the payment system; every account has its own."""
    base = settings.QUITTANCE_BASE_URL.rstrip("/")
    return f"{base}/inbound/{account.system}/{account.address_token}"


def missing_setup(account: PaymentAccount) -> str:
    """What the account still lacks, in words; empty when it is complete."""
    held = _held(account)
    if not held.get("signing_secrets"):
        return _("The signing secret is missing. Paste the webhook address at the payment system, then enter it.")
    return account.trouble


def listings() -> tuple[SystemListing, ...]:
    """The payment systems that can be connected, with the fields of their forms."""
    return registry.systems()


def _listing(system: str) -> SystemListing:
    for listing in registry.systems():
        if listing.slug == system:
            return listing
    raise GoneError(_("This payment system is not known here."))


def _former(actor: Actor, account_id: int | None) -> PaymentAccount | None:
    if account_id is None:
        return None
    try:
        return queries.account_by_id(business_id=actor.business_id, account_id=account_id)
    except PaymentAccount.DoesNotExist:
        raise GoneError(_("This payment account does not exist.")) from None


def _held(account: PaymentAccount | None) -> dict[str, str | list[str]]:
    if account is None:
        return {}
    return dict(json.loads(account.credentials.reveal() or "{}"))


def _typed(
    listing: SystemListing, fields: Mapping[str, str], former: PaymentAccount | None
) -> dict[str, str | list[str]]:
    """The fields of the form; blank ones keep what is stored."""
    held = _held(former)
    result: dict[str, str | list[str]] = {}
    for field in listing.fields:
        text = fields.get(field.name, "")[:_LONGEST_FIELD].strip()
        if field.several:
            lines = [line for line in text.split() if line]
            result[field.name] = lines or held.get(field.name, [])
        else:
            result[field.name] = text or held.get(field.name, "")
    problems = registry.credential_problems(listing.slug, result)
    several = {field.name for field in listing.fields if field.several}
    problems = {name: text for name, text in problems.items() if not (name in several and not result.get(name))}
    if problems:
        raise KeysError(problems)
    return result


def _checked(system: str, typed: Mapping[str, str | list[str]]) -> AccountReport:
    base_url = getattr(settings, f"QUITTANCE_{system.upper()}_API_URL", "") or None
    try:
        return registry.open_account(system, typed, base_url).check_credentials()
    except MisconfiguredError as error:
        raise KeysError({"secret_key": _(str(error))}) from None
    except PaymentSystemError:
        raise FlowError(_("The payment system does not answer, so the keys could not be checked. Try again.")) from None


def _another_account(former: PaymentAccount, report: AccountReport) -> str:
    if former.live != report.live:
        if former.live:
            return _("These are test keys; this account is a live account. Connect them as an account of their own.")
        return _("These are live keys; this account is a test account. Connect them as an account of their own.")
    return _("These keys belong to another account. Connect it as an account of its own.")
