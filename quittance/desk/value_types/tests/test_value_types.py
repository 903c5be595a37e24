from __future__ import annotations

import pytest

from quittance.catalog.models import EarningRule, GiftCardType, MembershipService, MembershipType
from quittance.desk.tests.conftest import at_noon, counter, sign_in
from quittance.desk.tests.counter import Counter, words
from tests.support.cards import gift_card_type, membership_type, service
from tests.support.salon import Salon, open_salon

__all__ = ["at_noon", "counter"]


@pytest.mark.row("G1")
def test_a_gift_card_is_set_up_changed_and_stopped(at_noon: Salon, counter: Counter) -> None:
    assert "Nothing yet." in words(counter.get("/catalog/value"))
    typed = {"name": "For you 50", "price": "45", "nominal": "50", "valid_months": "36"}
    done = counter.client.post("/catalog/gift-cards/new", typed, follow=True)
    page = words(done)
    assert "For you 50" in page and "worth €50.00 · valid for 36 months" in page and "€45.00" in page
    row = GiftCardType.objects.get()
    changed = {**typed, "valid_months": "", "price": "50"}
    assert "never ends" in words(counter.client.post(f"/catalog/gift-cards/{row.pk}", changed, follow=True))
    stopped = counter.client.post(f"/catalog/gift-cards/{row.pk}/archive", follow=True)
    assert "not sold any more" in words(stopped)
    visit = at_noon.visit()
    assert "For you 50" not in words(counter.get(f"/visits/{visit.pk}/find?q=for+you"))
    counter.client.post(f"/catalog/gift-cards/{row.pk}/archive", {"back": "1"})
    assert "For you 50" in words(counter.get(f"/visits/{visit.pk}/find?q=for+you"))


@pytest.mark.row("G1")
def test_a_membership_names_its_services_and_loses_one(at_noon: Salon, counter: Counter) -> None:
    massage, cut = service(at_noon), service(at_noon, name="Cut")
    typed = {"name": "Ten", "price": "500", "visits": "10", "valid_months": "12"}
    counter.client.post("/catalog/memberships/new", {**typed, "services": [str(massage.pk), str(cut.pk)]})
    row = MembershipType.objects.get()
    assert MembershipService.objects.filter(removed_at__isnull=True).count() == 2
    counter.client.post(f"/catalog/memberships/{row.pk}", {**typed, "services": [str(cut.pk)]})
    left = MembershipService.objects.filter(removed_at__isnull=True)
    assert list(left.values_list("service_id", flat=True)) == [cut.pk]
    assert "10 visits · valid for 12 months" in words(counter.get("/catalog/value"))


@pytest.mark.row("G3")
def test_points_and_cashback_have_one_rule_for_each_location(at_noon: Salon, counter: Counter) -> None:
    assert "Clients earn nothing yet." in words(counter.get("/catalog/value"))
    typed = {"points_per_unit": "2", "point_value": "0.05", "cashback": "2.5"}
    page = words(counter.client.post("/catalog/value/earning", typed, follow=True))
    assert "2 points for each whole EUR · a point pays €0.05 · 2.5 % cashback" in page
    counter.client.post("/catalog/value/earning", {**typed, "cashback": "0"})
    rule = EarningRule.objects.get()
    assert (rule.points_per_unit, rule.point_value_minor, rule.cashback_ppm) == (2, 5, 0)


@pytest.mark.parametrize(
    ("path", "typed", "sentence"),
    [
        ("gift-cards/new", {"name": "", "price": "5", "nominal": "5"}, "Type a name."),
        ("gift-cards/new", {"name": "A", "price": "five", "nominal": "5"}, "Type the amount in digits"),
        ("gift-cards/new", {"name": "A", "price": "5", "nominal": "0"}, "Type an amount above zero."),
        (
            "gift-cards/new",
            {"name": "A", "price": "5", "nominal": "5", "valid_months": "0"},
            "greater than or equal to 1",
        ),
        ("memberships/new", {"name": "A", "price": "5"}, "say after how many months it ends"),
        ("memberships/new", {"name": "A", "price": "5", "visits": "0"}, "greater than or equal to 1"),
        (
            "memberships/new",
            {"name": "A", "price": "5", "visits": "5", "services": "999"},
            "Choose services from the list.",
        ),
        ("value/earning", {"points_per_unit": "-1", "point_value": "0", "cashback": "0"}, "greater than or equal to 0"),
        ("value/earning", {"points_per_unit": "1", "point_value": "0", "cashback": "101"}, "less than or equal to 100"),
    ],
)
def test_what_cannot_be_stays_typed_with_a_sentence(
    counter: Counter, path: str, typed: dict[str, str], sentence: str
) -> None:
    answer = counter.client.post(f"/catalog/{path}", typed)
    assert answer.status_code == 422 and sentence in words(answer), words(answer)
    assert not GiftCardType.objects.exists() and not MembershipType.objects.exists()


def test_a_receptionist_sets_nothing_up_and_dan_sees_nothing_of_ana(at_noon: Salon, counter: Counter) -> None:
    card, ten = gift_card_type(at_noon), membership_type(at_noon)
    receptionist = sign_in(at_noon, "receptionist", "ben@salon.example")
    assert receptionist.get("/catalog/value").status_code == 403
    dan = open_salon(at_noon.bank, owner="Dan")
    stranger = sign_in(dan, "owner", "dan@salon.example")
    for path in (f"gift-cards/{card.pk}", f"memberships/{ten.pk}"):
        assert stranger.get(f"/catalog/{path}").status_code == 404
        assert stranger.post(f"/catalog/{path}/archive").status_code == 404
    assert "Gift card 50" not in words(stranger.get("/catalog/value"))
    card.refresh_from_db()
    assert card.archived_at is None
