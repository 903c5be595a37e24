from __future__ import annotations

import pytest

from quittance.flows import record_access
from quittance.outbox.models import Event
from quittance.payments import queries
from quittance.payments.models import PaymentLink

pytestmark = pytest.mark.django_db


def accesses():
    return Event.objects.filter(name="link.accessed")


def test_the_first_look_is_recorded_and_told_later_ones_are_not(salon):
    visit = salon.visit()
    token = salon.link(visit)
    first_at = salon.now
    assert record_access.record(token=token, now=first_at) is True
    salon.wait(minutes=1)
    assert record_access.record(token=token, now=salon.now) is False
    link = PaymentLink.objects.get()
    assert (link.accessed_at, accesses().get().subject) == (first_at, {"link": link.pk, "bill": visit.bill_id})


def test_a_token_that_is_not_ours_records_nothing(salon):
    salon.link(salon.visit())
    assert record_access.record(token="A" * 22, now=salon.now) is False
    assert (PaymentLink.objects.get().accessed_at, accesses().count()) == (None, 0)


def test_two_tabs_that_look_at_the_same_time_are_one_access(salon, monkeypatch):
    token = salon.link(salon.visit())
    link = queries.link_by_token(token)
    assert record_access.record(token=token, now=salon.now) is True
    # The other tab had read the link before the first one wrote.
    monkeypatch.setattr(queries, "link_by_token", lambda _token: link)
    assert record_access.record(token=token, now=salon.wait(seconds=1)) is False
    assert accesses().count() == 1
