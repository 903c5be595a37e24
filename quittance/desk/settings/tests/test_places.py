from __future__ import annotations

import pytest

from quittance.audit.models import AuditEntry
from quittance.businesses.iban import clean_iban, spaced_iban
from quittance.businesses.models import Location, Role, RoleAssignment, User
from quittance.desk.tests.conftest import sign_in
from quittance.desk.tests.counter import Counter, words
from tests.support.salon import Salon

COMPANY = "/settings/company"
PLACES = "/settings/locations"
IBAN = "DE89 3704 0044 0532 0130 00"
TYPED = {
    "name": "Am See", "country": "CH", "time_zone": "Europe/Zurich", "currency": "CHF", "language": "de",
    "opens": "09:00", "closes": "00:00", "prices_include_tax": "on",
}  # fmt: skip


@pytest.mark.row("A5")
def test_the_page_says_what_is_missing_and_why(at_noon: Salon, counter: Counter):
    text = words(counter.client.get(COMPANY))
    assert "Still missing before clients can pay in advance" in text
    assert "Money that is paid in advance by bank transfer needs an account to arrive on." in text
    typed = {
        "name": "Ana's Salon", "legal_name": "Ana Ruiz GmbH", "legal_address": "Musterstraße 12, Berlin",
        "tax_number": "DE1", "bank_holder": "Ana Ruiz", "iban": IBAN.lower(),
    }  # fmt: skip
    answer = counter.client.post(COMPANY, typed, follow=True)
    assert "Still missing" not in words(answer)
    assert IBAN in answer.content.decode()
    entry = AuditEntry.objects.get(action="company.changed")
    assert "iban" in entry.detail["fields"]
    assert "3704" not in str(entry.detail)


@pytest.mark.row("A5")
def test_an_iban_with_a_typing_mistake_is_refused(at_noon: Salon, counter: Counter):
    answer = counter.client.post(COMPANY, {"name": "Ana", "iban": IBAN.replace("89", "98")})
    assert answer.status_code == 422
    assert "its check digits do not fit" in words(answer)
    assert not AuditEntry.objects.exists()


@pytest.mark.row("A5")
def test_another_bank_account_asks_for_the_password(at_noon: Salon, counter: Counter):
    counter.client.post(COMPANY, {"name": "Ana", "iban": IBAN})
    other = {"name": "Ana", "iban": "GB82 WEST 1234 5698 7654 32"}
    assert "/accounts/reauthenticate/" in counter.client.post(COMPANY, other).headers["Location"]
    at_noon.business.refresh_from_db()
    assert at_noon.business.iban == clean_iban(IBAN)
    counter.client.post(COMPANY, {**other, "your_password": "a long password"})
    at_noon.business.refresh_from_db()
    assert spaced_iban(at_noon.business.iban) == other["iban"]


@pytest.mark.row("K3")
def test_a_location_is_added_and_stands_in_the_switch(at_noon: Salon, counter: Counter):
    answer = counter.client.post(f"{PLACES}/new", TYPED, follow=True)
    assert "Added. It is in the location switch now." in words(answer)
    place = Location.objects.get(name="Am See")
    assert (place.currency, place.time_zone, place.opens_minute, place.closes_minute) == (
        "CHF", "Europe/Zurich", 540, 1440,
    )  # fmt: skip
    counter.client.post("/location", {"location": place.pk, "next": "/calendar"})
    assert "Am See" in words(counter.client.get("/calendar"))


@pytest.mark.row("K3")
def test_a_currency_stays_once_there_are_bills_or_prices(at_noon: Salon, counter: Counter):
    here = f"{PLACES}/{at_noon.location.pk}"
    at_noon.visit()
    assert "so it stays" in words(counter.client.get(here))
    assert counter.client.post(here, TYPED).status_code == 422
    assert counter.client.post(here, {**TYPED, "currency": "EUR"}).status_code == 302
    at_noon.location.refresh_from_db()
    assert (at_noon.location.currency, at_noon.location.name) == ("EUR", "Am See")


def test_what_cannot_be_is_marked_where_it_stands(at_noon: Salon, counter: Counter):
    for wrong in ({"opens": "18:00", "closes": "09:00"}, {"time_zone": "Mars/Base"}, {"name": " "}, {"opens": "noon"}):
        assert counter.client.post(f"{PLACES}/new", TYPED | wrong).status_code == 422, wrong
    assert Location.objects.count() == 1


@pytest.mark.row("K3")
def test_a_location_is_archived_and_used_again_but_not_the_last_nor_one_with_bookings(at_noon: Salon, counter: Counter):
    here = at_noon.location.pk
    assert "A business needs a location." in words(counter.client.post(f"{PLACES}/{here}/archive"))
    counter.client.post(f"{PLACES}/new", TYPED)
    other = Location.objects.get(name="Am See").pk
    visit = at_noon.visit()
    type(visit).objects.filter(pk=visit.pk).update(starts_at=at_noon.wait(days=1))
    at_noon.wait(days=-1)
    assert "Clients are booked here" in words(counter.client.post(f"{PLACES}/{here}/archive"))
    counter.client.post(f"{PLACES}/{other}/archive")
    assert Location.objects.get(pk=other).archived_at is not None
    counter.client.post(f"{PLACES}/{other}/restore")
    assert Location.objects.get(pk=other).archived_at is None
    names = list(AuditEntry.objects.order_by("id").values_list("action", flat=True))
    assert names == ["location.added", "location.archived", "location.restored"]


@pytest.mark.row("K1", "K3")
def test_who_decides_at_one_location_changes_that_location_only(at_noon: Salon, counter: Counter):
    counter.client.post(f"{PLACES}/new", TYPED)
    other = Location.objects.get(name="Am See")
    lead = Role.objects.create(
        business=at_noon.business, slug="lead", name="Lead", rights=["see_calendar", "edit_settings"]
    )
    eva = User.objects.create_user("eva@salon.example", "a long password", name="Eva")
    RoleAssignment.objects.create(business=at_noon.business, user=eva, role=lead, location=at_noon.location)
    hers = sign_in(at_noon, "specialist", "other@salon.example")
    hers.force_login(eva)
    typed = {**TYPED, "currency": "EUR"}
    assert hers.post(f"{PLACES}/{at_noon.location.pk}", typed).status_code == 302
    assert hers.post(f"{PLACES}/{other.pk}", typed).status_code == 403
    assert hers.post(f"{PLACES}/{other.pk}/archive").status_code == 403
    assert hers.post(f"{PLACES}/new", typed).status_code == 403
    assert hers.post(COMPANY, {"name": "Mine"}).status_code == 403


def test_a_number_of_an_account_is_checked():
    assert clean_iban("gb82 west 1234 5698 7654 32") == "GB82WEST12345698765432"
    for wrong in ("", "DE89", "DE89 3704 0044 0532 0130 01", "12", "DE89-3704"):
        with pytest.raises(ValueError, match="IBAN"):
            clean_iban(wrong)
