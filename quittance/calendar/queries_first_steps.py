"""How far a business is on the way from nothing to its first paid link: each step is read from what is there."""

from __future__ import annotations

from dataclasses import dataclass

from quittance.businesses.models import Business, Location
from quittance.catalog.models import Service
from quittance.messages.models import ChannelAccount
from quittance.payments.models import Payment, PaymentMethodSetting


@dataclass(frozen=True, slots=True)
class FirstSteps:
    place: bool
    service: bool
    account: bool
    channel: bool
    payment: bool

    @property
    def done(self) -> int:
        return sum((self.place, self.service, self.account, self.channel, self.payment))


def first_steps(*, business: Business) -> FirstSteps:
    """A test payment counts as well as a client's: both show that the whole way works."""
    here = {"business_id": business.pk}
    located = Location.objects.filter(**here, archived_at__isnull=True).exclude(address="")
    accounts = PaymentMethodSetting.objects.filter(**here, enabled=True, account__isnull=False)
    channels = ChannelAccount.objects.filter(**here, enabled=True, retired_at__isnull=True)
    return FirstSteps(
        place=bool(business.legal_name and business.legal_address) and located.exists(),
        service=Service.objects.filter(**here, archived_at__isnull=True).exists(),
        account=accounts.exists(),
        channel=channels.exists(),
        payment=Payment.objects.filter(**here, state="paid").exists(),
    )
