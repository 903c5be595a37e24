"""The exact request that opens a page, kept as text so that it can be repeated to the letter."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime
from typing import Any

from quittance.core.money import Money
from quittance.payment_systems.port import CheckoutLine, NewPayment


def encode(new: NewPayment) -> str:
    """JSON with sorted keys: the same request is always the same text."""
    plain = asdict(new) | {"expires_at": new.expires_at.isoformat(), "metadata": dict(new.metadata)}
    return json.dumps(plain, sort_keys=True, ensure_ascii=False)


def decode(text: str) -> NewPayment:
    """The request that `encode` kept, equal to the original."""
    plain: dict[str, Any] = json.loads(text)
    lines = tuple(CheckoutLine(**line | {"amount": Money(**line["amount"])}) for line in plain["lines"])
    return NewPayment(
        **plain
        | {
            "amount": Money(**plain["amount"]),
            "lines": lines,
            "expires_at": datetime.fromisoformat(plain["expires_at"]),
        }
    )
