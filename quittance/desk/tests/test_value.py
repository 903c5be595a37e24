from __future__ import annotations

import pytest

from quittance.bills.models import Tender
from quittance.catalog.models import EarningRule
from quittance.desk.tests.counter import Counter, words
from quittance.wallets.models import Wallet
from quittance.wallets.queries import shown_code
from tests.support.cards import (
    gift_card_type,
    membership_type,
    sell_card,
    sell_membership,
    service,
    without_lines,
)
from tests.support.salon import Salon


def press(counter: Counter, visit, path: str, **typed: str):
    return counter.press(f"/visits/{visit.pk}/{path}", counter.of_bill(visit, tab="checkout", **typed))


@pytest.mark.row("B3", "G1")
def test_cards_and_memberships_are_found_and_added_like_products(at_noon: Salon, counter: Counter) -> None:
    visit = at_noon.visit(minor=6_000)
    card, ten = gift_card_type(at_noon), membership_type(at_noon)
    found = words(counter.get(f"/visits/{visit.pk}/find?q=gift"))
    assert "Gift card 50" in found and "€50.00" in found
    assert "Ten massages" in words(counter.get(f"/visits/{visit.pk}/find?q=ten"))
    added = press(counter, visit, "lines", item=f"gift_card:{card.pk}")
    assert added.status_code == 200 and "€110.00 due" in words(added)
    assert press(counter, visit, "lines", item=f"membership:{ten.pk}").status_code == 200
    assert at_noon.bill(visit).total_minor == 61_000
    refused = press(counter, visit, "lines", item="gift_card:999999")
    assert refused.status_code == 422 and "not sold here any more" in words(refused)


@pytest.mark.row("G1")
def test_a_paid_card_shows_its_code_to_whoever_hands_it_out(at_noon: Salon, counter: Counter) -> None:
    visit, card = sell_card(at_noon)
    page = words(counter.get(f"/visits/{visit.pk}?tab=checkout"))
    assert shown_code(card) in page and "€50.00 on it" in page


@pytest.mark.row("B4", "G3")
def test_a_card_pays_by_its_code_as_much_as_is_due_and_the_balance_is_shown(at_noon: Salon, counter: Counter) -> None:
    _, card = sell_card(at_noon)
    visit = at_noon.visit(minor=3_000)
    panel = words(counter.get(f"/visits/{visit.pk}?tab=checkout&pay=gift_card"))
    assert "Code on the card" in panel and f"·{card.last4}" in panel
    paid = press(counter, visit, "value", kind="gift_card", code=shown_code(card).lower(), amount="")
    assert paid.status_code == 200 and f"Gift card ·{card.last4}" in words(paid)
    card.refresh_from_db()
    assert card.balance == 2_000
    tender = Tender.objects.get(bill_id=visit.bill_id)
    voided = press(counter, visit, f"tenders/{tender.pk}/void", reason="Wrong visit")
    assert voided.status_code == 200
    card.refresh_from_db()
    assert card.balance == 5_000


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"kind": "gift_card", "code": ""}, "Type the code of the card"),
        ({"kind": "gift_card", "code": "nonsense"}, "No gift card has this code"),
        ({"kind": "gift_card", "code": "{code}", "amount": "50.01"}, "Only €50.00 is left on it"),
        ({"kind": "gift_card", "code": "{code}", "amount": "ten"}, "Type the amount in digits"),
        ({"kind": "credit"}, "no such balance"),
        ({"kind": "membership"}, "Choose a service"),
        ({"kind": "gold"}, "Choose what the client pays with"),
    ],
)
def test_what_cannot_be_taken_gets_a_sentence_and_takes_nothing(
    at_noon: Salon, counter: Counter, typed: dict[str, str], sentence: str
) -> None:
    _, card = sell_card(at_noon)
    visit = at_noon.visit()
    filled = {name: text.format(code=shown_code(card)) for name, text in typed.items()}
    answer = press(counter, visit, "value", **filled)
    assert answer.status_code == 422 and sentence in words(answer), words(answer)
    assert at_noon.settled(visit) == 0


@pytest.mark.row("B4")
def test_a_membership_is_offered_where_it_fits_and_pays_its_line(at_noon: Salon, counter: Counter) -> None:
    massage = service(at_noon)
    sell_membership(at_noon, massage)
    plain = at_noon.visit()
    assert "Membership" not in words(counter.get(f"/visits/{plain.pk}?tab=checkout"))
    visit = without_lines(at_noon, at_noon.visit())
    press(counter, visit, "lines", item=f"service:{massage.pk}")
    page = words(counter.get(f"/visits/{visit.pk}?tab=checkout&pay=membership"))
    assert "10 visits left" in page and "Ten massages" in page
    line = at_noon.bill(visit).lines.get(removed_at__isnull=True)
    paid = press(counter, visit, "value", kind="membership", line=str(line.pk))
    assert paid.status_code == 200, words(paid)
    assert Wallet.objects.get().balance == 9


@pytest.mark.row("G3", "B4")
def test_points_and_cashback_pay_where_the_client_has_some(at_noon: Salon, counter: Counter) -> None:
    EarningRule.objects.create(
        business=at_noon.business,
        location=at_noon.location,
        points_per_unit=1,
        point_value_minor=2,
        cashback_ppm=10_000,
    )
    at_noon.cash(at_noon.visit(), 10_000)
    visit = at_noon.visit()
    page = words(counter.get(f"/visits/{visit.pk}?tab=checkout&pay=points"))
    assert "100 points, €2.00" in page and "€1.00" in page
    assert press(counter, visit, "value", kind="points", amount="").status_code == 200
    assert press(counter, visit, "value", kind="cashback", amount="0.40").status_code == 200
    assert at_noon.settled(visit) == 240


@pytest.mark.row("H2")
def test_cancelling_a_paid_visit_offers_credit_and_credits(at_noon: Salon, counter: Counter) -> None:
    visit = at_noon.visit()
    at_noon.cash(visit, 4_000)
    panel = words(counter.get(f"/visits/{visit.pk}?tab=details&edit=cancel"))
    assert "Cancel and credit €40.00 to the client" in panel
    done = counter.press(
        f"/visits/{visit.pk}/cancel", counter.of_bill(visit, money="credit", your_password="a long password")
    )
    assert done.status_code == 200, words(done)
    assert Wallet.objects.get(kind="credit").balance == 4_000
    other = at_noon.visit(minor=5_000)
    assert "Credit €40.00" in words(counter.get(f"/visits/{other.pk}?tab=checkout"))


@pytest.mark.row("B4")
def test_a_bank_transfer_is_taken_at_checkout(at_noon: Salon, counter: Counter) -> None:
    visit = at_noon.visit()
    assert "Received by bank transfer" in words(counter.get(f"/visits/{visit.pk}?tab=checkout&pay=bank_transfer"))
    taken = press(counter, visit, "tenders", kind="bank_transfer", amount="100")
    assert taken.status_code == 200 and "Bank transfer" in words(taken)
    assert at_noon.settled(visit) == 10_000


def test_a_line_of_a_card_is_not_doubled(at_noon: Salon, counter: Counter) -> None:
    visit = at_noon.visit()
    type_ = gift_card_type(at_noon)
    press(counter, visit, "lines", item=f"gift_card:{type_.pk}")
    line = at_noon.bill(visit).lines.get(kind="gift_card")
    answer = press(counter, visit, f"lines/{line.pk}", quantity="2", price="50.00", discount="")
    assert answer.status_code == 422 and "Add another line" in words(answer)
