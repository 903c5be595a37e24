"""Beside a button that changes when a client comes: whether the client is told, and a way not to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from quittance.messages.queries import channel_accounts, notification
from quittance.messages.queries_telling import best_way

# The box is drawn ticked; this hidden field tells an unticked box from one that was not drawn.
ASKED, TELL = "tell_asked", "tell"
_WORDS: Final[dict[str, str | Promise]] = {
    "email": lazy("%(client)s gets an email"),
    "sms": lazy("%(client)s gets an SMS"),
    "whatsapp": lazy("%(client)s gets a WhatsApp message"),
}


@dataclass(frozen=True, slots=True)
class Telling:
    words: str
    ticked: bool = True


def is_to_be_told(typed: QueryDict) -> bool:
    """What the form says; where no box was drawn, the setting decides alone."""
    return ASKED not in typed or TELL in typed


def telling_of(
    *,
    business_id: int,
    client_id: int | None,
    client_name: str,
    type: str,  # noqa: A002 - the column's name
    typed: QueryDict | None = None,
) -> Telling | None:
    """None where nothing would be sent: then there is nothing to decide. One query while the type is off."""
    if client_id is None or not notification(business_id=business_id, type=type).enabled:
        return None
    way = best_way(business_id=business_id, client_id=client_id, type=type)
    if way is None:
        return None
    words = str(_WORDS[way.channel]) % {"client": client_name or _("The client")}
    return Telling(words, ticked=typed is None or is_to_be_told(typed))


def telling_of_new_client(
    *,
    business_id: int,
    type: str,  # noqa: A002 - the column's name
    typed: QueryDict,
) -> Telling | None:
    """Whose card is only being typed: by which channel is seen when it is saved."""
    setting = notification(business_id=business_id, type=type)
    accounts = channel_accounts(business_id=business_id) if setting.enabled else {}
    if not any(one in accounts and accounts[one].enabled for one in setting.channels):
        return None
    return Telling(_("The client gets a confirmation"), ticked=is_to_be_told(typed))


def is_ahead(starts_at: datetime | None, now: datetime) -> bool:
    """Of what has begun, nobody is told."""
    return starts_at is not None and starts_at > now
