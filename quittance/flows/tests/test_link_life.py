"""Extend and Expire now: what a link's end does to its page, and to money that comes after it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from quittance.audit.models import AuditEntry
from quittance.core.actor import NotAllowedError, Right
from quittance.flows import expire_link, extend_link
from quittance.flows._link_life import UNTIL_PAID, end_word
from quittance.flows.change_due import Decision
from quittance.flows.errors import ChangedMeanwhileError, ClientIsPayingError, GoneError, RefusedError
from quittance.payment_systems.fake import PageClosedError
from quittance.payments import actions as payments
from quittance.payments.models import PaymentLink
from tests.support.salon import Salon

pytestmark = [pytest.mark.django_db, pytest.mark.row("C2")]
STOP = Decision(stop_payment=True)


def link() -> PaymentLink:
    return PaymentLink.objects.latest("pk")


def extend(salon: Salon, **more):
    given = {"actor": salon.actor, "link_id": link().pk, "now": salon.now, **more}
    return extend_link.extend(**given)


def expire(salon: Salon, **more) -> bool:
    return expire_link.expire(**{"actor": salon.actor, "link_id": link().pk, "now": salon.now, **more})


class TestExtend:
    def test_a_live_link_gets_a_later_end_an_earlier_one_or_none(self, salon: Salon):
        token = salon.link(salon.visit(), expires_at=salon.now + timedelta(hours=1))
        extend(salon, expires_at=salon.now + timedelta(hours=24))
        salon.wait(hours=2)
        assert salon.press_pay(token).outcome == "redirect"
        extend(salon, expires_at=UNTIL_PAID)
        assert link().expires_at is None
        extend(salon, expires_at=salon.now + timedelta(minutes=5))
        trail = AuditEntry.objects.filter(action="link.extended", subject_kind="link", subject_id=link().pk)
        assert [entry.detail["to"] for entry in trail.order_by("pk")][1:] == ["-", end_word(link().expires_at)]

    def test_what_has_run_out_or_ended_never_comes_back(self, salon: Salon):
        token = salon.link(salon.visit(), expires_at=salon.now + timedelta(hours=1))
        salon.wait(hours=1)
        with pytest.raises(RefusedError, match="Send a new one"):
            extend(salon, expires_at=salon.now + timedelta(hours=1))
        payments.close_link(link=link(), reason="expired", now=salon.now)
        with pytest.raises(RefusedError, match="Send a new one"):
            extend(salon, expires_at=UNTIL_PAID)
        assert salon.press_pay(token).outcome == "closed"

    def test_an_end_in_the_past_is_refused(self, salon: Salon):
        salon.link(salon.visit())
        with pytest.raises(RefusedError, match="in the future"):
            extend(salon, expires_at=salon.now)
        assert link().expires_at is None

    def test_of_two_desks_the_second_is_told(self, salon: Salon):
        salon.link(salon.visit())
        seen = end_word(None)
        extend(salon, expires_at=salon.now + timedelta(hours=3), seen=seen)
        with pytest.raises(ChangedMeanwhileError):
            extend(salon, expires_at=salon.now + timedelta(hours=9), seen=seen)
        assert link().expires_at == salon.now + timedelta(hours=3)

    def test_one_pressing_that_arrives_twice_is_one(self, salon: Salon):
        salon.link(salon.visit())
        ana = replace(salon.actor, request_id="pressed-once-0001")
        for _ in range(2):
            extend(salon, actor=ana, expires_at=salon.now + timedelta(hours=3), seen=end_word(None))
        assert AuditEntry.objects.filter(action="link.extended").count() == 1

    def test_an_open_page_stays_open(self, salon: Salon):
        visit = salon.visit()
        page = salon.open_page(visit)
        extend(salon, expires_at=salon.now + timedelta(hours=3))
        salon.bank.pay(page)
        salon.settle(visit)
        assert salon.status(visit) == "paid"

    def test_it_needs_the_right_and_a_link_of_the_business(self, salon: Salon):
        salon.link(salon.visit())
        ben = replace(salon.actor, rights={salon.location.pk: frozenset({Right.SEE_CALENDAR})})
        dan = replace(salon.actor, business_id=salon.business.pk + 1)
        for call in (expire, lambda s, **k: extend(s, expires_at=UNTIL_PAID, **k)):
            with pytest.raises(NotAllowedError):
                call(salon, actor=ben)
            with pytest.raises(GoneError):
                call(salon, actor=dan)
        assert link().closed_at is None


class TestExpire:
    def test_an_ended_link_has_expired_from_now_on(self, salon: Salon):
        visit = salon.visit()
        token = salon.link(visit, expires_at=salon.now + timedelta(hours=9))
        assert expire(salon) is True
        assert (link().closed_reason, link().expires_at) == ("expired", salon.now)
        assert salon.press_pay(token).outcome == "closed"
        assert expire(salon) is False
        assert salon.link(visit) != token

    def test_one_that_the_clock_ended_keeps_its_hour(self, salon: Salon):
        salon.link(salon.visit(), expires_at=salon.now + timedelta(hours=1))
        ended = link().expires_at
        salon.wait(hours=5)
        assert expire(salon) is True
        assert link().expires_at == ended

    def test_its_open_page_is_ended_first_and_not_without_asking(self, salon: Salon):
        visit = salon.visit()
        page = salon.open_page(visit)
        with pytest.raises(ClientIsPayingError):
            expire(salon)
        assert link().closed_at is None
        assert expire(salon, decision=STOP) is True
        with pytest.raises(PageClosedError):
            salon.bank.pay(page)

    def test_a_payment_that_wins_the_race_is_kept(self, salon: Salon):
        visit = salon.visit()
        salon.bank.pay(salon.open_page(visit))
        salon.wait(minutes=16)
        with pytest.raises(Exception, match="paid online"):
            expire(salon)
        assert (salon.status(visit), link().closed_reason) == ("paid", "paid")

    def test_the_form_says_which_end_it_saw(self, salon: Salon):
        salon.link(salon.visit())
        extend(salon, expires_at=salon.now + timedelta(hours=3))
        with pytest.raises(ChangedMeanwhileError):
            expire(salon, seen=end_word(None))
        assert link().closed_at is None


def test_a_page_that_was_opened_before_the_end_may_be_finished_after_it(salon: Salon):
    """The clock ends nothing at the payment system: whoever had begun to pay finishes within the page's hour."""
    visit = salon.visit()
    salon.link(visit, expires_at=salon.now + timedelta(minutes=10))
    page = salon.open_page(visit)
    salon.wait(minutes=20)
    salon.bank.pay(page)
    salon.settle(visit)
    assert (salon.status(visit), link().closed_reason) == ("paid", "paid")
