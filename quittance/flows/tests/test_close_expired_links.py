"""Links that the clock has ended are closed when nothing can come by them any more."""

from __future__ import annotations

from datetime import timedelta

import pytest

from quittance.due.actions import claim
from quittance.due.models import Chore
from quittance.flows import close_expired_links
from quittance.payments.models import PaymentLink
from tests.support.salon import Salon

pytestmark = [pytest.mark.django_db, pytest.mark.row("C2")]


def work(salon: Salon) -> None:
    row, _ = Chore.objects.get_or_create(name=close_expired_links.CHORE)
    Chore.objects.exclude(pk=row.pk).delete()
    Chore.objects.filter(pk=row.pk).update(next_attempt_at=salon.now)
    for claimed in claim(Chore, limit=1, lease_seconds=60, now=salon.now):
        close_expired_links.work(row_id=claimed.id, lease_token=claimed.lease_token, now=salon.now)


def test_only_what_ran_out_a_while_ago_is_closed(salon: Salon):
    salon.link(salon.visit(), expires_at=salon.now + timedelta(hours=1))
    salon.link(salon.visit(), expires_at=salon.now + timedelta(hours=9))
    salon.link(salon.visit())
    work(salon)
    assert not PaymentLink.objects.exclude(closed_reason="").exists()
    salon.wait(hours=3)
    work(salon)
    assert [link.closed_reason for link in PaymentLink.objects.order_by("pk")] == ["expired", "", ""]
    assert Chore.objects.get().next_attempt_at == salon.now + timedelta(minutes=5)


def test_a_link_by_which_money_is_on_its_way_waits_for_it(salon: Salon):
    visit = salon.visit()
    salon.link(visit, expires_at=salon.now + timedelta(minutes=30))
    salon.bank.delay(salon.open_page(visit))
    salon.settle(visit)
    salon.wait(hours=5)
    work(salon)
    assert PaymentLink.objects.get().closed_at is None
    assert salon.payment(visit).state == "processing"


def test_another_lease_is_left_alone(salon: Salon):
    row, _ = Chore.objects.get_or_create(name=close_expired_links.CHORE)
    salon.link(salon.visit(), expires_at=salon.now + timedelta(hours=1))
    close_expired_links.work(row_id=row.pk, lease_token="somebody else", now=salon.now + timedelta(days=1))
    assert PaymentLink.objects.get().closed_at is None
