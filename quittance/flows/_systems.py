"""Open a business's payment account at its payment system: the one place where its keys are decrypted."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.translation import gettext_noop

from quittance.core.secret import UndecipherableError
from quittance.payment_systems import registry
from quittance.payment_systems.port import MisconfiguredError

if TYPE_CHECKING:
    from quittance.payment_systems.port import PaymentSystem
    from quittance.payments.models import PaymentAccount


# Kept with the account and with what it could not do, so it is said in the language of whoever reads it.
_UNREADABLE = gettext_noop("The stored keys of this account cannot be read; enter them again.")


def open_system(account: PaymentAccount) -> PaymentSystem:
    """The payment system as this account sees it. MisconfiguredError when its keys cannot be read."""
    return registry.open_account(account.system, _credentials(account), _base_url(account.system))


def _credentials(account: PaymentAccount) -> dict[str, str | list[str]]:
    """Field name → what the business typed; a field with several values (signing secrets) holds a list."""
    try:
        text = account.credentials.reveal()
        held = json.loads(text) if text else {}
    except (UndecipherableError, ValueError) as error:
        raise MisconfiguredError(_UNREADABLE) from error
    if not isinstance(held, dict):
        raise MisconfiguredError(_UNREADABLE)
    return {
        str(name): [str(one) for one in value] if isinstance(value, list) else str(value)
        for name, value in held.items()
    }


def _base_url(system: str) -> str | None:
    """Another address than the system's own: only the sandbox's, which production refuses to start with."""
    return getattr(settings, f"QUITTANCE_{system.upper()}_API_URL", "") or None
