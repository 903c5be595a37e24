"""Refunds from the visit window: what will happen is said first, and money moves only as it was said."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from quittance.bills.models import Receipt, Tender
from quittance.calendar.models import Visit
from quittance.desk.tests.conftest import sign_in
from quittance.desk.tests.counter import Counter, words
from quittance.flows.change_due import Decision
from quittance.payment_systems.port import DeclinedError
from quittance.payments.models import Refund
from tests.support.salon import Salon

PASSWORD = "a long password"


def paid_online(salon: Salon, minor: int = 10_000) -> Visit:
    visit = salon.visit(minor=minor)
    salon.bank.pay(salon.open_page(visit))
    salon.settle(visit)
    return visit


def tender_of(visit: Visit, kind: str = "online") -> Tender:
    return Tender.objects.filter(bill_id=visit.bill_id, kind=kind).latest("pk")


def panel(counter: Counter, visit: Visit, tender: Tender, **more: Any) -> Any:
    asked = "".join(f"&{name}={value}" for name, value in more.items())
    return counter.get(f"/visits/{visit.pk}?tab=checkout&refund={tender.pk}{asked}")


def said(response: Any) -> str:
    found = re.search(r'name="said"\s+value="([^"]+)"', response.content.decode())
    assert found is not None
    return found[1]


def typed(counter: Counter, visit: Visit, tender: Tender, amount: str, **more: Any) -> dict[str, Any]:
    path = f"/visits/{visit.pk}/tenders/{tender.pk}/refund/words?amount={amount}"
    values = {"amount": amount, "said": said(counter.get(path)), "refund": tender.pk, "your_password": PASSWORD}
    return values | more


def send(counter: Counter, visit: Visit, tender: Tender, values: dict[str, Any]) -> Any:
    return counter.press(f"/visits/{visit.pk}/tenders/{tender.pk}/refund", values)


@pytest.mark.row("H1")
def test_the_panel_holds_all_that_can_go_back_and_says_what_it_undoes(at_noon: Salon, counter: Counter) -> None:
    visit = paid_online(at_noon)
    tender = tender_of(visit)
    page = words(panel(counter, visit, tender))
    assert "Refund €100.00 to Visa ·4242. Usually 5–10 days." in page
    assert "It lowers the price to €0.00. Nothing becomes due again." in page
    assert 'value="100.00"' in panel(counter, visit, tender).content.decode()


@pytest.mark.row("H1")
def test_the_sentence_and_the_button_follow_what_is_typed(at_noon: Salon, counter: Counter) -> None:
    visit = paid_online(at_noon)
    path = f"/visits/{visit.pk}/tenders/{tender_of(visit).pk}/refund/words"
    counter.get(path)
    with CaptureQueriesContext(connection) as queries:
        page = words(counter.get(f"{path}?amount=12,5"))
    assert "Refund €12.50 to Visa ·4242" in page and "lowers the price to €87.50" in page
    assert len(queries) <= 8, [query["sql"][:120] for query in queries]
    assert "Only €100.00 of this payment can still be refunded." in words(counter.get(f"{path}?amount=100.01"))
    assert "Type an amount" in words(counter.get(f"{path}?amount="))
    assert not Refund.objects.exists()


@pytest.mark.row("H1")
def test_a_part_is_refunded_with_its_credit_note_below_the_payment(at_noon: Salon, counter: Counter) -> None:
    visit = paid_online(at_noon)
    tender = tender_of(visit)
    answer = send(counter, visit, tender, typed(counter, visit, tender, "40", reason="The colour did not hold"))
    assert answer.status_code == 200
    text = words(answer)
    assert "Credit note CN-000001" in text and "−€40.00" in text and "The colour did not hold" in text
    assert "Refunded" in text and "Paid €100.00" in text
    assert "Refunded €40.00 to Visa ·4242" in answer["HX-Trigger"].encode().decode("unicode_escape")
    note = Receipt.objects.get(refund_id=Refund.objects.get().pk)
    pdf = counter.client.get(f"/visits/{visit.pk}/receipts/{note.pk}.pdf")
    assert pdf.status_code == 200 and pdf.content.startswith(b"%PDF")


@pytest.mark.row("H1")
def test_without_scripts_another_amount_is_said_once_more_before_it_moves(at_noon: Salon, counter: Counter) -> None:
    visit = paid_online(at_noon)
    tender = tender_of(visit)
    address = f"/visits/{visit.pk}?tab=checkout&refund={tender.pk}"
    first = counter.client.get(address)
    assert "Refund €100.00 to Visa" in words(first)
    path = f"/visits/{visit.pk}/tenders/{tender.pk}/refund"
    values = {"amount": "40", "said": said(first), "your_password": PASSWORD, "refund": tender.pk}
    again = counter.client.post(path, {**values, "request_id": counter.new_id()})
    assert again.status_code == 409
    assert "Read what will happen, then press the button once more." in words(again)
    assert "Refund €40.00 to Visa" in words(again) and not Refund.objects.exists()
    values |= {"said": said(again), "request_id": counter.new_id()}
    assert counter.client.post(path, values).status_code == 303
    assert Refund.objects.get().amount_minor == 4000


@pytest.mark.row("H1")
def test_what_was_said_for_an_older_visit_is_said_anew(at_noon: Salon, counter: Counter) -> None:
    visit = paid_online(at_noon)
    tender = tender_of(visit)
    values = typed(counter, visit, tender, "40")
    at_noon.cash(visit, 500, decision=Decision(insist=True))
    answer = send(counter, visit, tender, values)
    assert answer.status_code == 409
    assert "€5.00 was too much; €35.00 lowers the price to €65.00." in words(answer)
    assert not Refund.objects.exists()


@pytest.mark.row("H1")
def test_money_leaves_only_for_the_right_password(at_noon: Salon, counter: Counter) -> None:
    visit = paid_online(at_noon)
    tender = tender_of(visit)
    for wrong, sentence in (("", "Type your own password."), ("guess", "This is not your password.")):
        answer = send(counter, visit, tender, typed(counter, visit, tender, "40", your_password=wrong))
        assert answer.status_code == 422 and sentence in words(answer)
        assert "guess" not in answer.content.decode()
    assert not Refund.objects.exists()


@pytest.mark.row("H1")
def test_who_may_not_refund_reads_who_may_and_finds_no_button(at_noon: Salon, counter: Counter) -> None:
    visit = paid_online(at_noon)
    counter.client = sign_in(at_noon, "receptionist", "eva@salon.example")
    page = panel(counter, visit, tender_of(visit))
    assert "ask somebody whose role includes “Refund payments and decide money cases”" in words(page)
    assert "refund-form" not in page.content.decode()
    assert send(counter, visit, tender_of(visit), {"amount": "5"}).status_code == 403
    assert not Refund.objects.exists()


@pytest.mark.row("H1")
def test_a_refusal_of_the_payment_system_is_read_beside_the_amount_and_below_the_payment(
    at_noon: Salon, counter: Counter
) -> None:
    visit = paid_online(at_noon)
    tender = tender_of(visit)
    values = typed(counter, visit, tender, "40")
    at_noon.bank.refuse_next(DeclinedError("Your balance is too low for this refund."), "refund")
    answer = send(counter, visit, tender, values)
    assert answer.status_code == 422
    text = words(answer)
    assert text.count("Your balance is too low for this refund.") >= 2
    assert "The money is still with you." in text


@pytest.mark.row("H1")
@pytest.mark.parametrize(
    ("state", "words_of_state"),
    [("pending", "On its way since"), ("requested", "waiting for the payment system's answer")],
)
def test_what_takes_days_is_told_as_it_is(at_noon: Salon, counter: Counter, state: str, words_of_state: str) -> None:
    visit = paid_online(at_noon)
    tender = tender_of(visit)
    at_noon.bank.refunds_stay_pending = True
    send(counter, visit, tender, typed(counter, visit, tender, "100"))
    Refund.objects.update(state=state)
    text = words(counter.get(f"/visits/{visit.pk}?tab=checkout"))
    assert "€100.00 is going back to Visa ·4242" in text and words_of_state in text
    assert "Credit note" not in text and "Going back −€100.00" in text


@pytest.mark.row("H1")
def test_cash_is_handed_back_in_words_of_cash_and_cannot_be_voided_afterwards(at_noon: Salon, counter: Counter) -> None:
    visit = at_noon.visit(minor=6000)
    at_noon.cash(visit, 6000)
    tender = tender_of(visit, "cash")
    assert "Hand back €60.00 in cash." in words(panel(counter, visit, tender))
    answer = send(counter, visit, tender, typed(counter, visit, tender, "12,50"))
    text = words(answer)
    assert answer.status_code == 200 and "−€12.50" in text and "Void" not in text
    assert Refund.objects.get().state == "succeeded"


@pytest.mark.row("B14")
def test_an_overpaid_visit_offers_the_refund_of_just_what_was_too_much(at_noon: Salon, counter: Counter) -> None:
    visit = paid_online(at_noon, 6000)
    at_noon.cash(visit, 2000, decision=Decision(insist=True))
    page = counter.get(f"/visits/{visit.pk}?tab=checkout")
    assert "Overpaid by €20.00" in words(page) and "Refund €20.00 …" in words(page) and "Open case" in words(page)
    tender = tender_of(visit)
    open_panel = panel(counter, visit, tender, of="excess")
    assert 'value="20.00"' in open_panel.content.decode()
    assert "€20.00 was too much; the price stays." in words(open_panel)


@pytest.mark.row("H2")
def test_cancelling_a_paid_visit_names_what_goes_back_to_where(at_noon: Salon, counter: Counter) -> None:
    visit = at_noon.visit(minor=8000)
    at_noon.bank.pay(at_noon.open_page(visit, ask="amount", amount=at_noon.eur(6000)))
    at_noon.settle(visit)
    at_noon.cash(visit, 2000)
    assert "Cancel visit …" in words(counter.get(f"/visits/{visit.pk}?tab=details"))
    page = words(counter.get(f"/visits/{visit.pk}?tab=details&edit=cancel"))
    assert "€60.00 to Visa ·4242 · hand back €20.00 in cash." in page
    assert "Cancel and refund €80.00" in page and "Cancel and keep €80.00" in page
    values = counter.of_bill(visit, money="refund", your_password=PASSWORD)
    answer = counter.press(f"/visits/{visit.pk}/cancel", values)
    assert answer.status_code == 200
    assert sorted(Refund.objects.values_list("amount_minor", "tender__kind")) == [(2000, "cash"), (6000, "online")]
    assert "This visit was cancelled" in words(answer)


@pytest.mark.row("H2")
def test_keeping_a_part_asks_once_more_with_the_amounts(at_noon: Salon, counter: Counter) -> None:
    visit = paid_online(at_noon, 8000)
    values = counter.of_bill(visit, money="part", kept="30", your_password=PASSWORD)
    asked = counter.press(f"/visits/{visit.pk}/cancel", values)
    assert asked.status_code == 409 and not Refund.objects.exists()
    assert "Cancel, refund €50.00 and keep €30.00?" in words(asked)
    assert PASSWORD not in asked.content.decode()
    # The password was shown a moment ago and is not asked for again.
    again = {**values, "decision": "as_said"}
    assert counter.press(f"/visits/{visit.pk}/cancel", again).status_code == 200
    assert Refund.objects.get().amount_minor == 5000
    assert counter.bill(visit).total_minor == 3000


@pytest.mark.row("H2")
def test_who_may_not_refund_can_keep_or_leave_the_decision_to_others(at_noon: Salon, counter: Counter) -> None:
    visit = paid_online(at_noon, 8000)
    counter.client = sign_in(at_noon, "receptionist", "eva@salon.example")
    page = words(counter.get(f"/visits/{visit.pk}?tab=details&edit=cancel"))
    assert "Cancel and keep €80.00" in page and "Cancel and decide later" in page and "Cancel and refund" not in page
    refused = counter.press(f"/visits/{visit.pk}/cancel", counter.of_bill(visit, money="refund"))
    assert refused.status_code == 403 and counter.bill(visit).ended_at is None
    answer = counter.press(f"/visits/{visit.pk}/cancel", counter.of_bill(visit, money="later"))
    assert "€80.00 waits for a decision" in words(answer)
    assert not Refund.objects.exists()
