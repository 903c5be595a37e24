"""The next movement of a refund or a dispute: its number, whose it is, who caused it."""

from __future__ import annotations

from datetime import datetime

from quittance.bills.models import Tender
from quittance.bills.returns import Movement
from quittance.bills.tender_accounts import account_of, wallet_account
from quittance.core.actor import Actor
from quittance.payments import refund_actions
from quittance.payments.models import Dispute, Refund


def of_refund(refund: Refund, actor: Actor, now: datetime) -> Movement:
    return Movement(
        source_account=_account_of(refund),
        actor=actor,
        at=now,
        serial=refund_actions.next_move(refund),
        refund_id=refund.pk,
        tender_id=refund.tender_id,
        payment_id=refund.payment_id,
    )


def _account_of(refund: Refund) -> str:
    """Where the money or the value goes."""
    if refund.wallet_id is not None:
        return wallet_account(refund.wallet_id)
    if refund.payment_id is None and refund.tender is not None:
        return account_of(refund.tender)
    return f"online:{refund.account_id}"


def of_dispute(dispute: Dispute, tender: Tender, actor: Actor, now: datetime) -> Movement:
    return Movement(
        source_account=f"online:{dispute.account_id}",
        actor=actor,
        at=now,
        serial=refund_actions.next_move(dispute),
        dispute_id=dispute.pk,
        tender_id=tender.pk,
        payment_id=dispute.payment_id,
    )
