"""A way to be paid is switched on and off; the rest is in tests/money/test_payment_accounts.py."""

from __future__ import annotations

from datetime import timedelta

import pytest

from quittance.audit.models import AuditEntry
from quittance.flows import set_payment_method
from quittance.flows.errors import GoneError, RefusedError
from quittance.payments.models import PaymentLink, PaymentMethodSetting

pytestmark = pytest.mark.django_db


def switch(salon, *, enabled, **more):
    return set_payment_method.switch(
        **{"actor": salon.actor, "method": "payment_links", "enabled": enabled, "now": salon.now, **more}
    )


def actions():
    return list(AuditEntry.objects.filter(action__startswith="payment_method").values_list("action", flat=True))


def test_off_and_on_again(salon):
    assert (switch(salon, enabled=False), PaymentMethodSetting.objects.get().enabled) == (0, False)
    assert (switch(salon, enabled=True), PaymentMethodSetting.objects.get().enabled) == (0, True)
    assert actions() == ["payment_method.switched_off", "payment_method.switched_on"]


def test_switching_on_never_ends_a_link(salon):
    salon.link(salon.visit())
    assert switch(salon, enabled=True, end_open_links=True) == 0
    assert PaymentLink.objects.get().closed_at is None


def test_before_an_account_is_chosen_nothing_can_be_switched_on(salon):
    PaymentMethodSetting.objects.all().delete()
    with pytest.raises(RefusedError, match="Choose a payment account first"):
        switch(salon, enabled=True)
    assert (PaymentMethodSetting.objects.count(), actions()) == (0, [])


def test_a_way_to_be_paid_that_does_not_exist_is_told(salon):
    with pytest.raises(GoneError, match="does not exist"):
        switch(salon, enabled=True, method="barter")
    with pytest.raises(GoneError, match="does not exist"):
        set_payment_method.choose_account(
            actor=salon.actor, method="barter", account_id=salon.account.pk, now=salon.now
        )
    assert actions() == []


def test_links_that_can_still_be_paid_are_counted_by_the_clock(salon):
    for minutes in (10, 20):
        salon.link(salon.visit(), expires_at=salon.now + timedelta(minutes=minutes))
    salon.link(salon.visit())
    count = set_payment_method.open_link_count
    here = salon.business.pk
    assert count(business_id=here, now=salon.now) == 3
    assert count(business_id=here, now=salon.now + timedelta(minutes=10)) == 2
    switch(salon, enabled=False, end_open_links=True)
    assert count(business_id=here, now=salon.now) == 0
    assert set(PaymentLink.objects.values_list("closed_reason", flat=True)) == {"cancelled"}


def test_dan_s_links_stay_when_ana_ends_hers(salon):
    salon.link(salon.visit())
    theirs = PaymentLink.objects.get()
    ana_s = salon.link(salon.visit())
    PaymentLink.objects.filter(pk=theirs.pk).update(business_id=_another_business())
    assert switch(salon, enabled=False, end_open_links=True) == 1
    theirs.refresh_from_db()
    assert theirs.closed_at is None
    assert salon.press_pay(ana_s).outcome == "closed"
    PaymentLink.objects.filter(pk=theirs.pk).update(business_id=salon.business.pk)


def _another_business():
    from quittance.businesses.models import Business

    return Business.objects.create(name="Dan's Nails", slug="dans-nails").pk
