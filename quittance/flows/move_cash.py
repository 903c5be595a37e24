"""Cash that is put into a drawer or taken out of it by hand: change from the bank, petty cash, a trip to the bank."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from quittance.audit import actions as audit
from quittance.businesses.models import Location
from quittance.core.actor import Actor, Right, require
from quittance.core.money import Money
from quittance.drawers import actions as drawers
from quittance.drawers.models import CashMove
from quittance.flows._once import once
from quittance.flows.errors import FieldError, GoneError, RefusedError

KINDS = (*CashMove.OUT, *CashMove.IN)
# What these are for is said by their name; the others need words.
_PLAIN = ("bank", "change")


def move_cash(*, actor: Actor, location_id: int, kind: str, amount: Money, reason: str, now: datetime) -> int:
    """The move's id. `amount` is above zero; the kind says whether it comes or goes."""
    require(actor, Right.CLOSE_DAY, location_id)
    location = Location.objects.filter(business_id=actor.business_id, pk=location_id, archived_at__isnull=True).first()
    if location is None:
        raise GoneError(_("This location does not exist."))
    said = " ".join(reason.split())[:200]
    if kind not in KINDS:
        raise FieldError("kind", _("Choose what the cash is for."))
    if not amount.is_positive or amount.currency != location.currency:
        raise FieldError("amount", _("Type an amount above zero, in %(currency)s.") % {"currency": location.currency})
    if kind not in _PLAIN and not said:
        raise FieldError("reason", _("Write down what it is for."))

    def work() -> dict[str, Any]:
        drawer = drawers.lock_drawer(location=location, now=now)
        change = amount if kind in CashMove.IN else -amount
        move = drawers.move_cash(drawer=drawer, kind=kind, change=change, reason=said, actor=actor, now=now)
        _note(actor, move, "cash.moved", now)
        return {"move": move.pk}

    return int(once(actor=actor, action="cash.move", now=now, work=work)["move"])


def take_back(*, actor: Actor, move_id: int, now: datetime) -> int:
    """A move that was entered wrongly: the opposite one, once. Both stay visible."""
    move = CashMove.objects.filter(business_id=actor.business_id, pk=move_id).select_related("location").first()
    if move is None:
        raise GoneError(_("This entry does not exist."))
    require(actor, Right.CLOSE_DAY, move.location_id)

    def work() -> dict[str, Any]:
        drawer = drawers.lock_drawer(location=move.location, now=now)
        if move.undoes_id is not None or CashMove.objects.filter(undoes=move).exists():
            raise RefusedError(_("This entry was taken back before."))
        change = Money(-move.change_minor, move.currency)
        back = drawers.move_cash(
            drawer=drawer, kind=move.kind, change=change, reason=move.reason, actor=actor, now=now, undoes=move
        )
        _note(actor, back, "cash.taken_back", now)
        return {"move": back.pk}

    return int(once(actor=actor, action="cash.take_back", now=now, work=work)["move"])


def _note(actor: Actor, move: CashMove, action: str, now: datetime) -> None:
    audit.record(
        actor=actor, location_id=move.location_id, action=action, subject=("cash_move", move.pk), now=now,
        detail={"kind": move.kind, "amount_minor": move.change_minor, "currency": move.currency},
    )  # fmt: skip
