"""Where the money or the value of a tender comes from, and goes back to: its movements in the journal."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from quittance.bills.models import Tender
from quittance.bills.queries import BILL_ACCOUNT

ROUNDING: Final = "rounding"
_UNDONE: Final = {"tender": "void", "rounding": "void_rounding"}


@dataclass(frozen=True, slots=True)
class TenderMovement:
    kind: str
    from_account: str
    to_account: str
    amount_minor: int

    def undone(self) -> TenderMovement:
        """The same, back the way it came."""
        return replace(self, kind=_UNDONE[self.kind], from_account=self.to_account, to_account=self.from_account)


def wallet_account(wallet_id: int) -> str:
    return f"wallet:{wallet_id}"


def account_of(tender: Tender) -> str:
    """Of a tender that was taken by hand: its kind, or the wallet that paid."""
    return wallet_account(tender.wallet_id) if tender.wallet_id is not None else tender.kind


def tender_movements(tender: Tender, source_account: str) -> Iterator[TenderMovement]:
    """Cash that was rounded down settles the rest from the account `rounding`; rounded up, the rest goes there."""
    source = source_account or account_of(tender)
    rounding = tender.rounding_minor
    from_source = tender.amount_minor + min(0, rounding)
    if from_source:
        yield TenderMovement("tender", source, BILL_ACCOUNT, from_source)
    if rounding < 0:
        yield TenderMovement("rounding", ROUNDING, BILL_ACCOUNT, -rounding)
    elif rounding > 0:
        yield TenderMovement("rounding", source, ROUNDING, rounding)
