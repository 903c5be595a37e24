"""Client cards at the desk: contact points, consents, doubles, the copy that clients may ask for, forgetting."""

from __future__ import annotations

import json

import pytest
from django.apps import apps

from quittance.bills.models import Receipt
from quittance.clients.models import Client, Consent, ContactPoint
from quittance.desk.tests.conftest import sign_in
from quittance.desk.tests.counter import Counter, words
from quittance.flows.tests.post_office import PostOffice
from quittance.messages.models import Message
from quittance.payments.models import Payment

pytestmark = pytest.mark.django_db


def add(counter: Counter, name: str, *points: str) -> Client:
    client = Client.objects.create(
        business=counter.salon.business, name=name, search_name=name.lower(), created_at=counter.salon.now
    )
    for value in points:
        kind = "email" if "@" in value else "phone"
        ContactPoint.objects.create(business=counter.salon.business, client=client, kind=kind, value=value)
    return client


def test_clients_are_listed_page_by_page_and_found_by_phone(counter: Counter) -> None:
    for number in range(60):
        add(counter, f"Person {number:02d}")
    first = counter.client.get("/clients/")
    assert "Chloe" in words(first) and "Person 48" in words(first) and "Person 49" not in words(first)
    following = counter.client.get("/clients/?after=person+48&id=" + str(Client.objects.get(name="Person 48").pk))
    assert "Person 49" in words(following) and "Person 59" in words(following)
    assert "Chloe" in words(counter.client.get("/clients/?q=0151+123"))
    assert "Nobody found" in words(counter.client.get("/clients/?q=zzz"))


def test_a_card_is_made_and_its_contact_points_are_added_removed_and_put_first(counter: Counter) -> None:
    answer = counter.press("/clients/new", {"name": "Nora", "phone": "0151 12345679", "language": "de"})
    assert answer.status_code == 303
    nora = Client.objects.get(name="Nora")
    assert nora.language == "de"
    url = f"/clients/{nora.pk}"
    counter.press(f"{url}/contact", {"value": "+49 151 12345670"})
    counter.press(f"{url}/contact", {"value": "Nora@Client.example"})
    second = ContactPoint.objects.get(client=nora, value="+4915112345670")
    counter.press(f"{url}/contact", {"main": second.pk})
    phones = ContactPoint.objects.filter(client=nora, kind="phone").order_by("position")
    assert [one.value for one in phones] == ["+4915112345670", "+4915112345679"]
    assert "nora@client.example" in words(counter.client.get(url))
    counter.press(f"{url}/contact", {"remove": second.pk})
    assert list(phones.values_list("value", flat=True)) == ["+4915112345679"]
    wrong = counter.press(f"{url}/contact", {"value": "12"})
    assert wrong.status_code == 422 and "Type the whole phone number" in words(wrong)


def test_a_number_and_an_address_can_be_tapped(counter: Counter) -> None:
    nora = add(counter, "Nora", "+4915112345670", "nora@client.example")
    page = counter.client.get(f"/clients/{nora.pk}").content.decode()
    assert 'href="tel:+4915112345670"' in page
    assert 'href="mailto:nora@client.example"' in page


def test_saving_the_card_keeps_the_contact_points(counter: Counter) -> None:
    chloe = counter.salon.chloe
    counter.press(f"/clients/{chloe.pk}/card", {"name": "Chloe Martin", "note": "Tea", "language": ""})
    chloe.refresh_from_db()
    assert (chloe.name, chloe.note, chloe.contact_points.count()) == ("Chloe Martin", "Tea", 2)


def test_consents_are_rows_with_time_and_who(counter: Counter) -> None:
    url = f"/clients/{counter.salon.chloe.pk}"
    assert "Not asked yet" in words(counter.client.get(url))
    for given in ("1", "1", "0"):
        counter.press(f"{url}/consent", {"kind": "marketing", "given": given})
    assert list(Consent.objects.order_by("pk").values_list("given", flat=True)) == [True, False]
    assert set(Consent.objects.values_list("recorded_by_id", flat=True)) == {counter.user.pk}
    assert "Ana Fischer" in words(counter.client.get(url))


def test_the_card_shows_visits_with_their_money_and_payments(counter: Counter) -> None:
    visit = counter.salon.visit()
    counter.salon.cash(visit, 4000)
    page = words(counter.client.get(f"/clients/{counter.salon.chloe.pk}"))
    assert "Cut and colour" in page and "part paid" in page and "€40.00" in page and "Cash" in page


def test_two_cards_of_one_person_become_one(counter: Counter, office: PostOffice) -> None:
    salon = counter.salon
    double = add(counter, "Chloe M.", "chloe@client.example", "+4915199999999")
    visit = salon.visit()
    office.send(visit, "email")
    token = salon.link(visit)
    page = words(counter.client.get(f"/clients/{double.pk}"))
    assert "Chloe may be the same person" in page
    url = f"/clients/{double.pk}/merge/{salon.chloe.pk}"
    said = words(counter.client.get(url))
    assert "1 visit with its bill" in said and "1 message" in said and "+4915112345678" in said
    assert counter.press(url).status_code == 303
    salon.chloe.refresh_from_db()
    assert salon.chloe.merged_into_id == double.pk and salon.chloe.archived_at is not None
    assert "Open that card" in words(counter.client.get(f"/clients/{salon.chloe.pk}"))
    assert double.visits.get() == visit and double.bills.get().pk == visit.bill_id
    assert Message.objects.get().client_id == double.pk
    values = set(double.contact_points.values_list("value", flat=True))
    assert values == {"chloe@client.example", "+4915199999999", "+4915112345678"}
    # The link goes on: it hangs on the bill.
    assert salon.press_pay(token).outcome == "redirect"
    assert "Chloe M." in words(counter.client.get(f"/visits/{visit.pk}"))


def test_every_table_that_names_a_client_is_merged() -> None:
    """A new one must be added to `flows/merge_clients.py` or to `clients.actions.empty_into`, and here."""
    naming = {
        model._meta.label
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if field.is_relation and field.related_model is Client
    }
    # An erased card is merged with none.
    card = {"clients.Client", "clients.ContactPoint", "clients.Consent", "clients.Erasure"}
    assert naming == card | {"bills.Bill", "calendar.Visit", "messages.Message", "wallets.Wallet"}


def test_the_copy_holds_all_that_is_known(counter: Counter, office: PostOffice) -> None:
    visit = counter.salon.visit()
    office.send(visit, "email")
    counter.salon.cash(visit, 4000)
    url = f"/clients/{counter.salon.chloe.pk}/export"
    answer = counter.client.post(url, {"form": "json"})
    held = json.loads(answer.content)
    assert held["card"]["name"] == "Chloe"
    assert {one["value"] for one in held["contact_points"]} == {"chloe@client.example", "+4915112345678"}
    assert held["visits"][0]["lines"][0]["name"] == "Cut and colour"
    assert held["visits"][0]["payments"][0]["kind"] == "cash"
    assert held["messages"][0]["address"] == "chloe@client.example"
    assert len(held["receipts"]) == 1
    assert "attachment" in answer["Content-Disposition"]
    text = counter.client.post(url, {"form": "text"}).content.decode()
    assert "name: Chloe" in text and "Cut and colour" in text


def test_an_erased_client_is_found_nowhere_and_the_money_stays(counter: Counter, office: PostOffice) -> None:
    salon = counter.salon
    visit = salon.visit()
    office.send(visit, "email")
    address = salon.open_page(visit)
    salon.bank.pay(address)
    salon.settle(visit)
    counter.press(f"/clients/{salon.chloe.pk}/erase", {"number": str(salon.chloe.pk)})
    salon.chloe.refresh_from_db()
    assert salon.chloe.erased_at is None  # the visit is still to come
    salon.wait(days=3)
    wrong = counter.press(f"/clients/{salon.chloe.pk}/erase", {"number": "0"})
    assert wrong.status_code == 422 and "Nothing was erased" in words(wrong)
    assert counter.press(f"/clients/{salon.chloe.pk}/erase", {"number": str(salon.chloe.pk)}).status_code == 303
    salon.chloe.refresh_from_db()
    assert (salon.chloe.name, salon.chloe.note) == ("Erased client", "")
    assert not ContactPoint.objects.filter(client=salon.chloe).exists()
    assert all(one.address == "" and one.body.reveal() == "" for one in Message.objects.all())
    assert "chloe@" not in Payment.objects.get().request.reveal()
    assert salon.settled(visit) == 10_000
    assert Receipt.objects.count() == 1
    assert "Chloe" not in words(counter.client.get("/clients/"))


def test_the_desk_without_settings_neither_exports_nor_erases(counter: Counter) -> None:
    browser = sign_in(counter.salon, "receptionist", "eva@salon.example")
    chloe = counter.salon.chloe.pk
    assert browser.get(f"/clients/{chloe}").status_code == 200
    assert browser.post(f"/clients/{chloe}/export").status_code == 403
    assert browser.post(f"/clients/{chloe}/erase", {"number": chloe}).status_code == 403
    assert Client.objects.get(pk=chloe).erased_at is None
