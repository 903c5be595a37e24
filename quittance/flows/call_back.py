"""Online payment is down: a client asks to be told when it works again.

One message that is due, looked at every minute: it leaves once the account has answered anybody since, and its reason
is read anew then, so whoever paid meanwhile hears nothing.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from quittance.audit import actions as audit
from quittance.calendar import bill_key
from quittance.calendar.queries_pay import PayPage, pay_page
from quittance.core.actor import Actor
from quittance.flows._asking_for import client_language
from quittance.flows._client_way import masked, way_to
from quittance.messages import actions as messages
from quittance.messages import queries
from quittance.messages.actions import NewMessage
from quittance.messages.types import PAYMENT_LINK
from quittance.payments.queries import method_setting
from quittance.rows.locking import in_one_transaction

FIRST_LOOK: Final = timedelta(minutes=1)
# WhatsApp has to approve each text; these two always have one.
_CHANNELS: Final = ("email", "sms")


def can_call_back(*, page: PayPage) -> str:
    """The masked address that would be written to; empty where nobody can be."""
    way = way_to(page, channels=_CHANNELS)
    return masked(way.address) if way is not None and page.state == "payable" else ""


def ask(*, token: str, ip: str, now: datetime) -> bool:
    """True when a message waits, from this pressing or an earlier one."""
    page = pay_page(token=token, now=now)
    if page is None or page.state != "payable":
        return False
    way = way_to(page, channels=_CHANNELS)
    setting = method_setting(business_id=page.business.pk)
    if way is None or setting is None or setting.account is None:
        return False
    if queries.waits_for(business_id=page.business.pk, link_id=page.link.pk, prefix=queries.CALL_BACK):
        return True
    number = queries.count_of_link(business_id=page.business.pk, link_id=page.link.pk)
    new = NewMessage(
        type=PAYMENT_LINK,
        channel=way.channel,
        account_id=way.account_id or 0,
        address=way.address,
        language=client_language(page.bill),
        # Two pressings at once count the same number, and the second finds the first one's row.
        purpose_key=f"{queries.CALL_BACK}{page.link.pk}:{number}",
        client_id=page.bill.client_id,
        visit_id=bill_key.visit_id_of_bill(business_id=page.business.pk, bill_id=page.bill.pk),
        bill_id=page.bill.pk,
        link_id=page.link.pk,
    )

    def write() -> None:
        _message, is_new = messages.queue(
            business_id=page.business.pk, new=new, due_at=now + FIRST_LOOK, created_by_id=None, now=now
        )
        if is_new:
            audit.record(
                actor=Actor.client(page.business.pk, ip=ip),
                location_id=page.bill.location_id,
                action="link.call_back",
                subject=("link", page.link.pk),
                now=now,
                detail={"channel": way.channel},
            )

    in_one_transaction(write)
    return True
