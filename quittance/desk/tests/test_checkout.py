from __future__ import annotations

import pytest

from quittance.bills.models import Tender
from quittance.desk.tests.conftest import sign_in
from quittance.desk.tests.counter import Counter, words
from tests.support.salon import Salon


@pytest.mark.row("B3")
def test_lines_are_added_by_name_sku_and_barcode_and_changed_in_place(at_noon: Salon, counter: Counter) -> None:
    visit = at_noon.visit(minor=6000)
    counter.product("Shampoo", 1900, sku="SH-1", barcode="4001234567890")
    counter.product("Comb", 500, sku="CO-9")
    scanned = counter.press(f"/visits/{visit.pk}/lines", counter.of_bill(visit, q="4001234567890", tab="checkout"))
    assert scanned.status_code == 200 and "Shampoo" in words(scanned)
    by_sku = counter.press(f"/visits/{visit.pk}/lines", counter.of_bill(visit, q="co-9", tab="checkout"))
    assert "Comb" in words(by_sku)
    found = words(counter.get(f"/visits/{visit.pk}/find?q=sham"))
    assert "Shampoo" in found and "€19.00" in found
    line = at_noon.bill(visit).lines.get(name="Shampoo")
    changed = counter.press(
        f"/visits/{visit.pk}/lines/{line.pk}", counter.of_bill(visit, quantity="2", price="19,00", discount="10 %")
    )
    text = words(changed)
    assert changed.status_code == 200
    assert "2 × €19.00" in text and "€34.20" in text and "€99.20 due" in text


@pytest.mark.row("B3")
def test_a_discount_is_a_percentage_or_an_amount(at_noon: Salon, counter: Counter) -> None:
    visit = at_noon.visit(minor=6000)
    line = at_noon.bill(visit).lines.get()
    path = f"/visits/{visit.pk}/lines/{line.pk}"
    assert "€55.00 due" in words(counter.press(path, counter.of_bill(visit, quantity="1", price="60", discount="5")))
    assert "€45.00 due" in words(counter.press(path, counter.of_bill(visit, quantity="1", price="60", discount="25%")))
    assert "€60.00 due" in words(counter.press(path, counter.of_bill(visit, quantity="1", price="60", discount="")))


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"quantity": "0", "price": "60", "discount": ""}, "greater than or equal to 1"),
        ({"quantity": "two", "price": "60", "discount": ""}, "Type a whole number, for example 2."),
        ({"quantity": "1", "price": "sixty", "discount": ""}, "Type the amount in digits, for example 12.50."),
        ({"quantity": "1", "price": "-5", "discount": ""}, "Type an amount above zero."),
        ({"quantity": "1", "price": "60", "discount": "120 %"}, "A discount is at most 100 %."),
        ({"quantity": "1", "price": "60", "discount": "much"}, "Type the discount as 10 % or as an amount"),
        ({"quantity": "1", "price": "60", "discount": "70"}, "The discount cannot be larger than the price."),
        ({"quantity": "1", "price": "9" * 25, "discount": ""}, "Type the amount in digits"),
        ({"quantity": "99999999999999999999", "price": "60", "discount": ""}, "less than or equal to 10000"),
    ],
)
def test_what_cannot_be_gets_a_sentence_and_stays_typed(
    at_noon: Salon, counter: Counter, typed: dict[str, str], sentence: str
) -> None:
    visit = at_noon.visit(minor=6000)
    line = at_noon.bill(visit).lines.get()
    answer = counter.press(f"/visits/{visit.pk}/lines/{line.pk}", counter.of_bill(visit, **typed))
    assert answer.status_code == 422
    assert sentence in words(answer)
    page = answer.content.decode()
    assert all(f'value="{value}"' in page for value in typed.values() if value)


@pytest.mark.row("B3")
def test_without_the_right_to_change_prices_the_fields_are_not_drawn(at_noon: Salon) -> None:
    visit = at_noon.visit(minor=6000)
    line = at_noon.bill(visit).lines.get()
    client = sign_in(at_noon, "specialist", "ben@salon.example")
    counter = Counter(at_noon, client, None)  # type: ignore[arg-type]
    page = counter.window(visit)
    assert f'id="line-{line.pk}-quantity"' in page and f'id="line-{line.pk}-price"' not in page
    answer = counter.press(f"/visits/{visit.pk}/lines/{line.pk}", counter.of_bill(visit, quantity="3", price="1"))
    assert answer.status_code == 200 and "€180.00 due" in words(answer)


@pytest.mark.row("B4")
def test_cash_with_change_then_the_card_terminal_for_the_rest(at_noon: Salon, counter: Counter) -> None:
    visit = at_noon.visit(minor=6000)
    cash = counter.press(f"/visits/{visit.pk}/tenders", counter.of_bill(visit, kind="cash", amount="12,5", given="20"))
    assert cash.status_code == 200
    assert "Give back \\u20ac7.50" in cash["HX-Trigger"]
    assert "part paid" in words(cash) and "€47.50 due" in words(cash) and "change €7.50" in words(cash)
    card = counter.press(f"/visits/{visit.pk}/tenders", counter.of_bill(visit, kind="card_terminal", amount="47.50"))
    assert "Paid €47.50 by Card terminal at 14:00" in words(card)


@pytest.mark.row("B4")
def test_a_wrong_entry_is_voided_with_a_reason_and_stays(at_noon: Salon, counter: Counter) -> None:
    visit = at_noon.visit(minor=6000)
    at_noon.cash(visit, 6000)
    tender = Tender.objects.get()
    silent = counter.press(f"/visits/{visit.pk}/tenders/{tender.pk}/void", counter.of_bill(visit, reason="  "))
    assert silent.status_code == 422 and "Say why this entry is wrong." in words(silent)
    answer = counter.press(
        f"/visits/{visit.pk}/tenders/{tender.pk}/void", counter.of_bill(visit, reason="It was a card")
    )
    assert answer.status_code == 200
    assert "voided: It was a card" in words(answer) and "€60.00 due" in words(answer)


def test_pressing_twice_takes_money_once(at_noon: Salon, counter: Counter) -> None:
    visit = at_noon.visit(minor=6000)
    typed = counter.of_bill(visit, kind="cash", amount="60", request_id="twice-0001")
    first = counter.press(f"/visits/{visit.pk}/tenders", typed)
    again = counter.press(f"/visits/{visit.pk}/tenders", {**typed, "decision": "insist"})
    assert (first.status_code, again.status_code) == (200, 200)
    assert Tender.objects.count() == 1


def test_more_than_is_due_asks_and_says_what_happens(at_noon: Salon, counter: Counter) -> None:
    visit = at_noon.visit(minor=6000)
    typed = counter.of_bill(visit, kind="cash", amount="70", request_id="more-00001")
    answer = counter.press(f"/visits/{visit.pk}/tenders", typed)
    assert answer.status_code == 409
    assert "€70.00 is more than is due" in words(answer) and "Take it anyway" in words(answer)
    assert 'value="70"' in answer.content.decode()
    taken = counter.press(f"/visits/{visit.pk}/tenders", {**typed, "decision": "insist"})
    text = words(taken)
    assert "Overpaid by €10.00" in text and "a person decides" in text
    assert "Refund €10.00 …" in text and "Open case" in text


@pytest.mark.row("B14")
@pytest.mark.row("B9")
def test_cash_while_the_client_pays_stops_the_payment_first(at_noon: Salon, counter: Counter) -> None:
    visit = at_noon.visit(minor=6000)
    at_noon.open_page(visit)
    typed = counter.of_bill(visit, kind="cash", amount="60", given="100", request_id="cash-00001")
    asked = counter.press(f"/visits/{visit.pk}/tenders", typed)
    page = asked.content.decode()
    assert asked.status_code == 409
    assert "Chloe is paying €60.00 since 14:00" in words(asked)
    assert "Stop payment and continue" in words(asked)
    # Nothing typed is lost: the question carries it, under the same request id.
    assert 'name="given" value="100"' in page and 'name="request_id" value="cash-00001"' in page
    taken = counter.press(f"/visits/{visit.pk}/tenders", {**typed, "decision": "stop_payment"})
    assert taken.status_code == 200
    assert "Paid €60.00 by Cash at 14:00" in words(taken)


@pytest.mark.row("B14")
def test_too_late_the_online_money_is_kept_and_cash_only_on_insisting(at_noon: Salon, counter: Counter) -> None:
    visit = at_noon.visit(minor=6000)
    page = at_noon.open_page(visit)
    typed = counter.of_bill(visit, kind="cash", amount="60", request_id="late-00001")
    at_noon.bank.pay(page)
    asked = counter.press(f"/visits/{visit.pk}/tenders", {**typed, "decision": "stop_payment"})
    assert asked.status_code == 409
    assert "Chloe paid €60.00 online just now" in words(asked)
    assert "Paid €60.00 by Visa ·4242" in words(asked)
    assert Tender.objects.filter(kind="cash").count() == 0
    ask = dict(_hidden(asked.content.decode()))
    taken = counter.press(
        f"/visits/{visit.pk}/tenders",
        {**typed, "version": ask["version"], "decision": ["stop_payment", "insist"]},
    )
    assert taken.status_code == 200
    assert "Overpaid by €60.00" in words(taken)


def test_a_page_that_cannot_be_closed_offers_to_take_it_anyway(at_noon: Salon, counter: Counter) -> None:
    visit = at_noon.visit(minor=6000)
    at_noon.open_page(visit)
    typed = counter.of_bill(visit, kind="cash", amount="60", request_id="anyway-001", decision=["stop_payment"])
    at_noon.bank.down = True
    asked = counter.press(f"/visits/{visit.pk}/tenders", typed)
    assert asked.status_code == 409
    assert "The payment page could not be closed" in words(asked) and "Take it anyway" in words(asked)
    taken = counter.press(f"/visits/{visit.pk}/tenders", {**typed, "decision": ["stop_payment", "take_anyway"]})
    assert "An earlier payment page may still be open until 15:00" in words(taken)
    at_noon.bank.down = False


def test_a_debit_on_its_way_is_told_and_needs_insisting(at_noon: Salon, counter: Counter) -> None:
    visit = at_noon.visit(minor=6000)
    page = at_noon.open_page(visit)
    at_noon.bank.delay(page)
    typed = counter.of_bill(visit, kind="cash", amount="60", request_id="debit-0001", decision=["stop_payment"])
    asked = counter.press(f"/visits/{visit.pk}/tenders", typed)
    assert asked.status_code == 409
    assert "the money takes some days" in words(asked)
    assert "€60.00 is on its way" in words(asked)


@pytest.mark.row("B9")
def test_stop_payment_and_check_again(at_noon: Salon, counter: Counter) -> None:
    visit = at_noon.visit(minor=6000)
    page = at_noon.open_page(visit)
    checked = counter.press(f"/visits/{visit.pk}/payment/check")
    assert checked.status_code == 200 and "Chloe is paying" in words(checked)
    stopped = counter.press(f"/visits/{visit.pk}/payment/stop")
    assert "Chloe is paying" not in words(stopped)
    assert "Nothing was charged" in stopped["HX-Trigger"]
    again = at_noon.open_page(visit)
    assert again != page
    at_noon.bank.pay(again)
    found = counter.press(f"/visits/{visit.pk}/payment/check", {"tab": "checkout"})
    assert "Paid €60.00 by Visa ·4242" in words(found)


def test_an_old_form_is_answered_with_the_visit_as_it_is(at_noon: Salon, counter: Counter) -> None:
    visit = at_noon.visit(minor=6000)
    typed = counter.of_bill(visit, kind="cash", amount="60")
    at_noon.cash(visit, 1000)
    answer = counter.press(f"/visits/{visit.pk}/tenders", typed)
    # 60 is more than the 50 that are due by now, so the question comes first; for 50 the old version is told.
    assert answer.status_code == 409
    answer = counter.press(f"/visits/{visit.pk}/tenders", {**typed, "amount": "50"})
    assert answer.status_code == 409
    assert "Somebody changed this visit meanwhile" in words(answer)


@pytest.mark.parametrize(
    ("typed", "status"),
    [
        ({}, 422),
        ({"kind": "gold"}, 422),
        ({"kind": "cash"}, 422),
        ({"kind": "cash", "amount": "x"}, 422),
        ({"kind": "cash", "amount": "60"}, 409),
        ({"kind": "cash", "amount": "60", "version": "9" * 30}, 409),
        ({"kind": "cash", "amount": "30", "given": "20"}, 422),
        ({"kind": "cash", "amount": "0"}, 422),
    ],
)
def test_half_filled_forms_are_told(at_noon: Salon, counter: Counter, typed: dict[str, str], status: int) -> None:
    visit = at_noon.visit(minor=6000)
    assert counter.press(f"/visits/{visit.pk}/tenders", typed).status_code == status
    assert not Tender.objects.exists()


def test_without_scripts_a_form_leads_back_to_the_window(at_noon: Salon, counter: Counter) -> None:
    visit = at_noon.visit(minor=6000)
    answer = counter.client.post(f"/visits/{visit.pk}/tenders", counter.of_bill(visit, kind="cash", amount="60"))
    assert answer.status_code == 303
    assert answer["Location"] == f"/visits/{visit.pk}?tab=checkout"
    page = counter.client.get(answer["Location"])
    assert "Paid €60.00 by Cash" in words(page)


def _hidden(page: str) -> list[tuple[str, str]]:
    """The hidden fields of the question."""
    ask = page.split("visit-ask", 1)[1].split("</form>", 1)[0]
    parts = ask.split('<input type="hidden" name="')[1:]
    return [(part.split('"')[0], part.split('value="')[1].split('"')[0]) for part in parts]
