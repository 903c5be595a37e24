from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from quittance.desk.tests.conftest import sign_in
from quittance.desk.tests.counter import Counter, words
from quittance.desk.tests.test_refunding import paid_online, send, tender_of, typed
from tests.support.salon import Salon


@pytest.mark.row("H1")
def test_one_payment_with_its_ids_its_refunds_and_the_way_to_refund(at_noon: Salon, counter: Counter) -> None:
    visit = paid_online(at_noon)
    tender = tender_of(visit)
    payment = at_noon.payment(visit)
    assert f'href="/finance/payments/{payment.pk}"' in counter.client.get("/finance/links").content.decode()
    page = counter.client.get(f"/finance/payments/{payment.pk}")
    text = words(page)
    assert "Payment of €100.00" in text and "Visa ·4242" in text and "Still with you €100.00" in text
    assert payment.references.get(kind="checkout").value in text
    assert f"/visits/{visit.pk}?tab=checkout&amp;refund={tender.pk}" in page.content.decode()
    send(counter, visit, tender, typed(counter, visit, tender, "40"))
    after = words(counter.client.get(f"/finance/payments/{payment.pk}"))
    assert "Credit note CN-000001" in after and "Still with you €60.00" in after
    assert "Refund of €40.00 asked for by Ana Fischer" in after


@pytest.mark.row("H3")
def test_a_dispute_and_its_case_stand_on_the_payments_page(at_noon: Salon, counter: Counter) -> None:
    visit = paid_online(at_noon)
    payment = at_noon.payment(visit)
    at_noon.bank.open_dispute(at_noon.bank.book(payment.references.get(kind="checkout").value).checkout)
    at_noon.settle(visit)
    text = words(counter.client.get(f"/finance/payments/{payment.pk}"))
    assert "A money case waits" in text and "€100.00 disputed by the client's bank" in text
    window = words(counter.get(f"/visits/{visit.pk}?tab=checkout"))
    assert "The bank of Chloe has taken back €100.00 until it has decided a dispute." in window
    assert "disputed" in window and "€100.00 due" not in window


def test_a_payment_that_waits_is_told_and_cannot_be_refunded(at_noon: Salon, counter: Counter) -> None:
    visit = at_noon.visit()
    at_noon.open_page(visit)
    page = counter.client.get(f"/finance/payments/{at_noon.payment(visit).pk}")
    assert "page open" in words(page) and "refund=" not in page.content.decode()


@pytest.mark.row("K1")
def test_the_bookkeeper_sees_it_and_reads_who_may_refund(at_noon: Salon, counter: Counter) -> None:
    visit = paid_online(at_noon)
    path = f"/finance/payments/{at_noon.payment(visit).pk}"
    counter.client = sign_in(at_noon, "bookkeeper", "bo@salon.example")
    page = counter.client.get(path)
    assert "To refund, ask somebody" in words(page) and "refund=" not in page.content.decode()
    counter.client = sign_in(at_noon, "receptionist", "eva@salon.example")
    assert counter.client.get(path).status_code == 403
    assert counter.client.get("/finance/payments/999999").status_code == 403


def test_the_page_costs_at_most_fourteen_queries(at_noon: Salon, counter: Counter) -> None:
    visit = paid_online(at_noon)
    path = f"/finance/payments/{at_noon.payment(visit).pk}"
    counter.client.get(path)
    with CaptureQueriesContext(connection) as queries:
        assert counter.client.get(path).status_code == 200
    assert len(queries) <= 14, [query["sql"][:90] for query in queries]
