"""Client cards: stored in one form, found however they are typed, closed to other businesses."""

from datetime import UTC, datetime

import pytest

from quittance.businesses.actions import create_business
from quittance.clients import actions, queries
from quittance.clients.actions import ClientCard
from quittance.clients.contact import ContactError, email_address, phone_number, readable_phone, searchable
from quittance.clients.models import Client, ContactPoint

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)


@pytest.fixture
def salon(db):
    return create_business(name="Salon Ana")


def a_client(business, name="Chloe Martin", **card) -> Client:
    return actions.create_client(business_id=business.pk, card=ClientCard(name=name, **card), country="DE", now=NOW)


def names(found) -> list[str]:
    return [row.name for row in found]


@pytest.mark.parametrize(
    ("typed", "country", "stored"),
    [
        ("0176 12345678", "DE", "+4917612345678"),
        ("+33 6 12 34 56 78", "DE", "+33612345678"),
        ("(212) 555-0100", "US", "+12125550100"),
        ("0049 30 901820", "DE", "+4930901820"),
        ("٠١٧٦ ١٢٣٤٥٦٧٨", "DE", "+4917612345678"),
    ],
)
def test_a_phone_is_stored_in_one_form_however_it_is_typed(typed, country, stored):
    assert phone_number(typed, country=country) == stored


@pytest.mark.parametrize("typed", ["12", "hello", "", "+49", "0176 1234567890123456"])
def test_a_phone_that_cannot_be_is_refused_with_an_example_of_the_country(typed):
    with pytest.raises(ContactError, match="for example 01512 3456789"):
        phone_number(typed, country="DE")


@pytest.mark.parametrize("typed", ["chloe", "chloe@", "a@b\nBcc: c@d.example", "chloe@example.org, eva@example.org"])
def test_an_email_that_cannot_be_is_refused(typed):
    with pytest.raises(ContactError, match="Type an email address"):
        email_address(typed)


def test_an_email_is_stored_in_lower_case():
    assert email_address(" Chloe@Example.ORG ") == "chloe@example.org"


def test_a_phone_is_shown_with_spaces():
    assert readable_phone("+4917612345678") == "+49 176 12345678"
    assert readable_phone("not a number") == "not a number"


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("Élodie Brûlé", "elodie brule"),
        ("Łukasz Groß", "lukasz gross"),
        ("Ελένη", "ελενη"),
        ("ЗОЯ", "зоя"),
        ("مُحَمَّد", "محمد"),
        ("王小明", "王小明"),
        ("김민준", "김민준"),
    ],
)
def test_names_are_searched_without_case_and_accents_in_any_script(name, wanted):
    assert searchable(name) == wanted


def test_a_card_keeps_its_phones_and_emails_in_order_and_once(salon):
    client = a_client(salon, phones=("0176 12345678", "+4917612345678", ""), emails=("Chloe@example.org",))
    assert queries.phones_of(business_id=salon.pk, client_id=client.pk) == ["+4917612345678"]
    assert queries.emails_of(business_id=salon.pk, client_id=client.pk) == ["chloe@example.org"]
    points = queries.contact_points_of(business_id=salon.pk, client_id=client.pk)
    assert [point.kind for point in points] == ["phone", "email"]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("chlo", ["Chloé Martin"]),
        ("MARTIN chloe", ["Chloé Martin"]),
        ("0176 1234", ["Chloé Martin"]),
        ("+49 176", ["Chloé Martin"]),
        ("zoya@", ["Зоя Коваль"]),
        ("зоя", ["Зоя Коваль"]),
        ("王", ["王小明"]),
        ("nobody", []),
        ("", []),
        ("%", []),
        ("_", []),
    ],
)
def test_a_client_is_found_by_name_phone_or_email(salon, typed, found):
    a_client(salon, "Chloé Martin", phones=("0176 12345678",))
    a_client(salon, "Зоя Коваль", emails=("zoya@example.org",))
    a_client(salon, "王小明")
    assert names(queries.search(business_id=salon.pk, text=typed)) == found


def test_a_search_takes_two_queries(salon, django_assert_num_queries):
    for number in range(30):
        a_client(salon, f"Chloe {number}", phones=("0176 12345678",))
    with django_assert_num_queries(2):
        found = queries.search(business_id=salon.pk, text="chloe")
    assert len(found) == 20
    assert found[0].phone == "+4917612345678"


@pytest.mark.row("K3")
def test_dan_of_another_business_finds_nobody(salon):
    clinic = create_business(name="Clinic Dan")
    chloe = a_client(salon, phones=("0176 12345678",))
    assert queries.search(business_id=clinic.pk, text="chloe") == []
    assert queries.search(business_id=clinic.pk, text="0176 12345678") == []
    assert queries.contact_points_of(business_id=clinic.pk, client_id=chloe.pk) == []
    with pytest.raises(Client.DoesNotExist):
        queries.client_by_id(business_id=clinic.pk, client_id=chloe.pk)


def test_pages_hold_every_client_once_also_those_of_the_same_name(salon):
    for number in range(7):
        a_client(salon, "Chloe" if number < 4 else f"Eva {number}")
    seen: list[int] = []
    after = None
    for _ in range(5):
        found = queries.page(business_id=salon.pk, after=after, limit=3)
        seen += [row.id for row in found.rows]
        after = found.after
        if after is None:
            break
    assert len(seen) == len(set(seen)) == 7


def test_changing_a_card_replaces_its_contact_points(salon):
    client = a_client(salon, phones=("0176 12345678",), emails=("old@example.org",))
    actions.update_client(
        client=client, card=ClientCard(name="Chloë", emails=("new@example.org",), note=" likes tea "), country="DE"
    )
    client.refresh_from_db()
    assert (client.name, client.search_name, client.note) == ("Chloë", "chloe", "likes tea")
    assert list(ContactPoint.objects.values_list("value", flat=True)) == ["new@example.org"]


@pytest.mark.parametrize(
    ("card", "field"),
    [
        (ClientCard(name="  "), "name"),
        (ClientCard(name="x" * 201), "name"),
        (ClientCard(name="Chloe", note="x" * 4001), "note"),
        (ClientCard(name="Chloe", phones=("1",)), "phone"),
        (ClientCard(name="Chloe", emails=tuple(f"c{n}@example.org" for n in range(6))), "phone"),
    ],
)
def test_a_card_that_cannot_be_is_refused_and_nothing_is_stored(salon, card, field):
    with pytest.raises(ContactError) as caught:
        actions.create_client(business_id=salon.pk, card=card, country="DE", now=NOW)
    assert caught.value.field == field
    assert not Client.objects.exists()


def test_the_channels_of_the_last_link_are_remembered(salon):
    client = a_client(salon)
    actions.remember_link_channels(business_id=salon.pk, client_id=client.pk, channels=["sms"])
    client.refresh_from_db()
    assert client.link_channels == ["sms"]
