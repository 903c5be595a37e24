"""What a business sends to itself to see that a channel works."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext as _

from quittance.businesses.queries import business_by_id, locations_of
from quittance.core.ids import new_key
from quittance.flows._template_message import approved_text
from quittance.flows.errors import RefusedError
from quittance.message_channels.port import OutgoingMessage
from quittance.messages.models import ChannelAccount
from quittance.messages.texts import MessageFacts, render
from quittance.messages.texts.kinds import KINDS
from quittance.messages.texts.sample import sample_facts


def test_message(*, account: ChannelAccount, address: str, now: datetime) -> OutgoingMessage:
    """WhatsApp takes approved templates only, so there it is the payment link's with an invented visit."""
    business = business_by_id(account.business_id)
    text = None
    template = None
    if account.channel == "whatsapp":
        said = approved_text(
            business_id=business.pk, kind="payment_link", language="en", facts=_sample(account, business.name, now)
        )
        if said is None:
            raise RefusedError(_("Enter the template that WhatsApp has approved for the payment link first."))
        text, template = said
    else:
        facts = MessageFacts(business_name=business.name, link_address=settings.QUITTANCE_BASE_URL)
        text = render(type="test", channel=account.channel, language="en", facts=facts)
    return OutgoingMessage(
        key=new_key(),
        sender=account.sender,
        sender_name=business.name,
        address=address,
        subject=text.subject,
        text=text.text,
        html=text.html,
        status_url="",
        at=now,
        template=template,
    )


test_message.__test__ = False  # type: ignore[attr-defined]  # its name is the product's word, not the test runner's


def _sample(account: ChannelAccount, name: str, now: datetime) -> MessageFacts:
    location = locations_of(business_id=account.business_id)[0]
    return sample_facts(
        kind=KINDS["payment_link"],
        business_name=name,
        phone=location.phone,
        place=location.address,
        currency=location.currency,
        time_zone=location.time_zone,
        # Leads to the page that says that there is no such link.
        link_address=f"{settings.QUITTANCE_BASE_URL.rstrip('/')}/p/test",
        now=now,
    )
