"""Money taken by hand at the desk: cash, card terminal, bank transfer; and taking back what was entered wrongly."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from quittance.bills import actions as bills
from quittance.bills.models import Bill, Tender
from quittance.bills.queries import facts
from quittance.core.actor import Actor, Right, require
from quittance.core.money import Money, coin_minor, in_coins
from quittance.flows._value import lock_value, sync_value
from quittance.flows._visits import bill_of_visit
from quittance.flows.change_due import Change, Decision, change_due
from quittance.flows.errors import RefusedError
from quittance.payments.queries import processing_minor
from quittance.rows.amounts import amount_words
from quittance.wallets import actions as wallets
from quittance.wallets.actions import Because


def take(
    *,
    actor: Actor,
    visit_id: int,
    kind: str,
    amount: Money,
    given: Money | None = None,
    expected_version: int | None,
    decision: Decision = Decision(),
    now: datetime,
) -> dict[str, Any]:
    """Record a tender; returns {"tender": id, "version": n}.

    Cash may be `given` as more than the amount: the rest is change. More than is due is refused unless the
    desk insists; the visit is then overpaid and says so. Where small coins do not exist, cash for all that is due is
    rounded, and settles it all.
    """
    bill = bill_of_visit(business_id=actor.business_id, visit_id=visit_id)
    require(actor, Right.TAKE_TENDERS, bill.location_id)
    if kind not in bills.HAND_TENDERS:
        raise RefusedError(_("Choose cash, card terminal or bank transfer."))
    if not amount.is_positive:
        raise RefusedError(_("Type an amount above zero."))
    if given is not None and kind != "cash":
        raise RefusedError(_("The cash given is less than the amount."))

    def work(locked: Bill) -> dict[str, int]:
        if locked.ended_at is not None:
            raise RefusedError(_("This visit was cancelled. Nothing is due."))
        owed = facts(locked).due - Money(processing_minor(locked), locked.currency)
        settles = cash_settles(amount, owed) if kind == "cash" else amount
        handed = in_coins(settles) if kind == "cash" else amount
        if given is not None and given < handed:
            raise RefusedError(_("The cash given is less than the amount."))
        if settles > owed and not decision.insist:
            raise RefusedError(_too_much(owed))
        lock_value(locked)
        tender = bills.take_tender(
            bill=locked,
            kind=kind,
            amount=settles,
            actor=actor,
            now=now,
            given_minor=given.minor if given else None,
            rounding_minor=(handed - settles).minor,
        )
        sync_value(bill=locked, actor=actor, now=now, strict=True)
        return {"tender": tender.pk, "amount_minor": settles.minor}

    change = Change(actor, bill.pk, expected_version, f"tender.{kind}", decision)
    return change_due(change=change, now=now, work=work)


def void(
    *,
    actor: Actor,
    visit_id: int,
    tender_id: int,
    reason: str,
    expected_version: int | None,
    decision: Decision = Decision(),
    now: datetime,
) -> dict[str, Any]:
    """Void a tender that was entered wrongly; it stays visible with the reason."""
    bill = bill_of_visit(business_id=actor.business_id, visit_id=visit_id)
    require(actor, Right.VOID_TENDERS, bill.location_id)
    cleaned = " ".join(reason.split())[:200]
    if not cleaned:
        raise RefusedError(_("Say why this entry is wrong."))

    def work(locked: Bill) -> dict[str, int]:
        tender = Tender.objects.filter(business_id=locked.business_id, bill_id=locked.pk, pk=tender_id).first()
        if tender is None:
            raise RefusedError(_("This payment does not exist."))
        if tender.kind == "online":
            raise RefusedError(_("An online payment cannot be voided. Refund it instead."))
        lock_value(locked)
        moved = wallets.put_on(wallet=tender.wallet, units=tender.units) if tender.wallet is not None else None
        if not bills.void_tender(bill=locked, tender=tender, reason=cleaned, actor=actor, now=now):
            raise RefusedError(_("This payment was voided before."))
        if moved is not None:
            because = Because(why="put_back", bill_id=locked.pk, tender_id=tender.pk)
            wallets.note(moved=moved, because=because, actor=actor, now=now)
        sync_value(bill=locked, actor=actor, now=now, strict=True)
        return {"tender": tender.pk, "amount_minor": -tender.amount_minor}

    change = Change(actor, bill.pk, expected_version, "tender.voided", decision)
    return change_due(change=change, now=now, work=work)


def cash_settles(amount: Money, owed: Money) -> Money:
    """What an amount of cash settles; RefusedError where there are no coins for it."""
    if owed.is_positive and amount in (owed, in_coins(owed)):
        return owed
    if amount != in_coins(amount):
        step = Money(coin_minor(amount.currency), amount.currency)
        raise RefusedError(
            _("Cash comes in steps of %(step)s. Type %(amount)s.")
            % {"step": amount_words(step), "amount": amount_words(in_coins(amount))}
        )
    return amount


def _too_much(owed: Money) -> str:
    if not owed.is_positive:
        return _("Nothing is due. To take money anyway, confirm that the client overpays.")
    return _("Only %(owed)s is due. To take more, confirm that the client overpays.") % {"owed": amount_words(owed)}
