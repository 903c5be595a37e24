"""Changes of payment accounts and of the ways to be paid online."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime

from quittance.core.ids import new_key
from quittance.payment_systems.port import AccountReport
from quittance.payments.models import EventSweep, PaymentAccount, PaymentMethodSetting


@dataclass(frozen=True, slots=True)
class NewKeys:
    """What was typed and checked; `report` is who the keys belong to."""

    system: str
    label: str
    report: AccountReport
    credentials: dict[str, str | list[str]] = field(repr=False)


def save_account(*, business_id: int, keys: NewKeys, now: datetime) -> PaymentAccount:
    """The account of these keys: new, or the one that is known with its keys replaced and in use again."""
    report, credentials = keys.report, keys.credentials
    account, _ = PaymentAccount.objects.update_or_create(
        business_id=business_id,
        system=keys.system,
        their_account_id=report.their_account_id,
        live=report.live,
        defaults={
            "label": keys.label[:80],
            "country": report.country[:2],
            "credentials": json.dumps(credentials, sort_keys=True),
            "key_last4": _last4(credentials.get("publishable_key", "")),
            "secret_last4": _last4(credentials.get("secret_key", "")),
            "trouble": "",
            "retired_at": None,
        },
        create_defaults={
            "label": keys.label[:80],
            "country": report.country[:2],
            "credentials": json.dumps(credentials, sort_keys=True),
            "key_last4": _last4(credentials.get("publishable_key", "")),
            "secret_last4": _last4(credentials.get("secret_key", "")),
            "address_token": new_key(),
            "created_at": now,
        },
    )
    return account


def start_sweep(*, account: PaymentAccount, now: datetime) -> None:
    """Read its event list from now on; where it was read before, it goes on from there."""
    EventSweep.objects.get_or_create(account=account, defaults={"business_id": account.business_id})
    # Whoever reads it at this moment ends with a time of their own, which yields to this wish.
    EventSweep.objects.filter(account=account).update(next_attempt_at=now)


def save_place(*, sweep_id: int, lease_token: str, cursor: str, now: datetime) -> bool:
    """Where reading goes on; False when the lease went to somebody else, whose place counts."""
    rows = EventSweep.objects.filter(pk=sweep_id, lease_token=lease_token)
    return bool(lease_token) and rows.update(cursor=cursor, swept_at=now) == 1


def retire_account(*, business_id: int, account_id: int, now: datetime) -> bool:
    """No new payments by it; its keys stay for what is under way. False when it was retired before."""
    PaymentMethodSetting.objects.filter(business_id=business_id, account_id=account_id).update(
        account=None, enabled=False
    )
    return bool(
        PaymentAccount.objects.filter(business_id=business_id, pk=account_id, retired_at__isnull=True).update(
            retired_at=now
        )
    )


def set_method(
    *, business_id: int, method: str, enabled: bool | None = None, account_id: int | None = None
) -> PaymentMethodSetting:
    """Switch a way to be paid on or off, or choose its account; None leaves a value as it is."""
    setting, _ = PaymentMethodSetting.objects.get_or_create(business_id=business_id, method=method)
    if enabled is not None:
        setting.enabled = enabled
    if account_id is not None:
        setting.account_id = account_id
    setting.save(update_fields=["enabled", "account"])
    return setting


def _last4(value: str | list[str]) -> str:
    return value[-4:] if isinstance(value, str) else ""
