"""Whose visit it is, said afterwards."""

from __future__ import annotations

from dataclasses import replace

import pytest

from quittance.audit.models import AuditEntry
from quittance.businesses.models import Business
from quittance.calendar.models import Visit
from quittance.catalog.models import EarningRule
from quittance.clients.actions import ClientCard
from quittance.clients.models import Client, ContactPoint
from quittance.core.actor import NotAllowedError, Right
from quittance.flows import change_lines, choose_client
from quittance.flows.errors import (
    ChangedMeanwhileError,
    ClientIsPayingError,
    FieldError,
    GoneError,
    RefusedError,
)
from quittance.flows.open_sale import open_sale
from quittance.flows.tests.post_office import open_post_office
from quittance.payments.models import PaymentLink
from quittance.wallets.models import Wallet
from tests.support.cards import form, pay_with, sell_membership, service, without_lines
from tests.support.salon import Salon


def walk_in(salon: Salon, minor: int = 1_000) -> Visit:
    visit = salon.visit(minor=minor)
    Visit.objects.filter(pk=visit.pk).update(client=None)
    type(visit.bill).objects.filter(pk=visit.bill_id).update(client=None)
    return Visit.objects.get(pk=visit.pk)


def somebody(salon: Salon, name: str = "Eva") -> Client:
    return Client.objects.create(business=salon.business, name=name, search_name=name.lower(), created_at=salon.now)


def choose(salon: Salon, visit: Visit, client: int | ClientCard, **more: object) -> int:
    typed = {"actor": salon.actor, "visit_id": visit.pk, "client": client, "expected_version": None, "now": salon.now}
    return choose_client.choose(**{**typed, **more})  # type: ignore[arg-type]


@pytest.mark.row("B15", "B5")
def test_a_walk_in_gets_a_new_card_and_the_link_by_sms(salon: Salon) -> None:
    sale = open_sale(actor=salon.actor, location_id=salon.location.pk, now=salon.now)
    visit = Visit.objects.get(pk=sale.visit_id)
    card = ClientCard(name="Nora", phones=("0151 12345679",), emails=())
    client_id = choose(salon, visit, card)
    visit.refresh_from_db()
    assert (visit.client_id, visit.bill.client_id, visit.version) == (client_id, client_id, 2)
    assert ContactPoint.objects.get(client_id=client_id).value == "+4915112345679"
    assert AuditEntry.objects.filter(action="visit.client_chosen").count() == 1
    with open_post_office(salon) as office:
        paid = walk_in(salon)
        choose(salon, paid, client_id)
        office.send(paid, "sms")
        office.deliver()
        assert office.sms.accepted[0].address == "+4915112345679"


def test_a_walk_in_who_is_paying_goes_on_paying_on_the_same_link(salon: Salon) -> None:
    visit = walk_in(salon)
    page = salon.open_page(visit)
    choose(salon, visit, salon.chloe.pk)
    assert PaymentLink.objects.get().closed_at is None
    salon.bank.pay(page)
    salon.settle(visit)
    assert salon.settled(visit) == 1_000


def test_the_link_of_the_former_client_ends_and_its_message_does_not_leave(salon: Salon) -> None:
    eva, visit = somebody(salon), salon.visit()
    with open_post_office(salon) as office:
        office.send(visit, "sms")
        choose(salon, visit, eva.pk)
        assert office.deliver() == ["dropped"]
        assert office.sms.accepted == []
    assert PaymentLink.objects.get().closed_reason == "cancelled"
    assert salon.bill(visit).client_id == eva.pk


def test_while_the_former_client_pays_the_desk_is_asked_first(salon: Salon) -> None:
    eva, visit = somebody(salon), salon.visit()
    salon.open_page(visit)
    with pytest.raises(ClientIsPayingError):
        choose(salon, visit, eva.pk)
    assert salon.bill(visit).client_id == salon.chloe.pk


def test_what_was_paid_from_a_balance_of_one_client_is_never_another_ones(salon: Salon) -> None:
    eva, massage = somebody(salon), service(salon)
    _, membership = sell_membership(salon, massage)
    visit = salon.visit()
    of_visit = form(salon, without_lines(salon, visit))
    line = change_lines.add_service(form=of_visit, service_id=massage.pk, now=salon.now)
    pay_with(salon, visit, membership, line_id=line["line"])
    with pytest.raises(RefusedError, match="paid from a balance of Chloe"):
        choose(salon, visit, eva.pk)
    assert salon.bill(visit).client_id == salon.chloe.pk


def test_what_was_sold_to_one_client_stays_with_them(salon: Salon) -> None:
    visit, membership = sell_membership(salon, service(salon))
    with pytest.raises(RefusedError, match="with Chloe already"):
        choose(salon, visit, somebody(salon).pk)
    membership.refresh_from_db()
    assert membership.client_id == salon.chloe.pk


def test_a_walk_in_who_gets_a_card_earns_what_the_visit_earns_and_keeps_it(salon: Salon) -> None:
    EarningRule.objects.create(
        business=salon.business, location=salon.location, points_per_unit=1, point_value_minor=1, cashback_ppm=0
    )
    visit = walk_in(salon)
    salon.cash(visit, 1_000)
    assert not Wallet.objects.exists()
    choose(salon, visit, salon.chloe.pk)
    assert Wallet.objects.get(kind="points").balance == 10
    with pytest.raises(RefusedError, match="Chloe earned points or cashback"):
        choose(salon, visit, somebody(salon).pk)


def test_the_same_client_again_changes_nothing(salon: Salon) -> None:
    visit = salon.visit()
    salon.link(visit)
    before = Visit.objects.get(pk=visit.pk).version
    assert choose(salon, visit, salon.chloe.pk) == salon.chloe.pk
    assert Visit.objects.get(pk=visit.pk).version == before
    assert PaymentLink.objects.get().closed_at is None


def test_two_desks_that_choose_at_once_are_told(salon: Salon) -> None:
    visit = walk_in(salon)
    version = visit.version
    choose(salon, visit, salon.chloe.pk, expected_version=version)
    with pytest.raises(ChangedMeanwhileError):
        choose(salon, visit, somebody(salon).pk, expected_version=version)


def test_one_pressing_makes_one_card(salon: Salon) -> None:
    visit = walk_in(salon)
    actor = replace(salon.actor, request_id="pressed-once")
    card = ClientCard(name="Nora", phones=(), emails=())
    assert choose(salon, visit, card, actor=actor) == choose(salon, visit, card, actor=actor)
    assert Client.objects.filter(name="Nora").count() == 1


def test_what_cannot_be_is_refused_with_a_sentence(salon: Salon) -> None:
    visit = walk_in(salon)
    with pytest.raises(FieldError):
        choose(salon, visit, ClientCard(name=" ", phones=(), emails=()))
    with pytest.raises(GoneError):
        choose(salon, visit, 10**9)
    dan = Business.objects.create(name="Dan's", slug="dan", installation_epoch="d" * 32)
    his = Client.objects.create(business=dan, name="His", created_at=salon.now)
    with pytest.raises(GoneError):
        choose(salon, visit, his.pk)
    without = replace(salon.actor, rights={salon.location.pk: frozenset(Right) - {Right.EDIT_CLIENTS}})
    with pytest.raises(NotAllowedError):
        choose(salon, visit, ClientCard(name="Nora", phones=(), emails=()), actor=without)
    type(visit.bill).objects.filter(pk=visit.bill_id).update(ended_at=salon.now, ended_reason="cancelled")
    with pytest.raises(RefusedError):
        choose(salon, visit, salon.chloe.pk)
    type(visit.bill).objects.filter(pk=visit.bill_id).update(ended_at=None, ended_reason="")
