from __future__ import annotations

import pytest

from quittance.clients.models import Client, ContactPoint
from quittance.flows import erase_client
from quittance.messages import actions, queries
from quittance.messages.models import ChannelAccount, Suppression
from quittance.messages.types import PAYMENT_LINK
from tests.support.salon import Salon

pytestmark = [pytest.mark.django_db, pytest.mark.row("D5")]

ADDRESS = "chloe@client.example"


@pytest.fixture
def erased(salon: Salon) -> Salon:
    """Chloe wanted no mail, and then to be forgotten."""
    ChannelAccount.objects.create(
        business=salon.business,
        channel="email",
        system="smtp",
        sender="salon@ana.example",
        credentials="{}",
        address_token="m" * 32,
        enabled=True,
        created_at=salon.now,
    )
    actions.suppress(business_id=salon.business.pk, channel="email", address=ADDRESS, reason="opted_out", now=salon.now)
    erase_client.erase_client(actor=salon.actor, location_id=salon.location.pk, client_id=salon.chloe.pk, now=salon.now)
    return salon


def why_not(salon: Salon, address: str = ADDRESS) -> str:
    return queries.why_not(business_id=salon.business.pk, channel="email", address=address, type=PAYMENT_LINK)


def test_of_an_erased_client_who_wanted_no_mail_only_a_keyed_hash_is_left(erased: Salon) -> None:
    kept = Suppression.objects.get()
    assert kept.address.startswith("mac:") and "chloe" not in kept.address
    assert why_not(erased) and not why_not(erased, "eve@client.example")


def test_the_same_address_on_a_new_card_is_still_not_written_to_until_its_owner_wants_it(erased: Salon) -> None:
    again = Client.objects.create(business=erased.business, name="C.", created_at=erased.now)
    ContactPoint.objects.create(business=erased.business, client=again, kind="email", value=ADDRESS)
    business_id = erased.business.pk
    choices = queries.channel_choices(business_id=business_id, client_id=again.pk, type=PAYMENT_LINK)
    assert not next(choice for choice in choices if choice.channel == "email").is_usable

    actions.suppress(business_id=business_id, channel="email", address=ADDRESS, reason="refused", now=erased.now)
    assert Suppression.objects.get().reason == "opted_out"
    assert actions.lift_suppression(business_id=business_id, channel="email", address=ADDRESS)
    assert not why_not(erased)
    choices = queries.channel_choices(business_id=business_id, client_id=again.pk, type=PAYMENT_LINK)
    assert next(choice for choice in choices if choice.channel == "email").is_usable
