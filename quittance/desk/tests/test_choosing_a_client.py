"""In the visit window: whose visit it is, said afterwards."""

from __future__ import annotations

import pytest

from quittance.calendar.models import Visit
from quittance.clients.models import Client
from quittance.desk.tests.conftest import sign_in
from quittance.desk.tests.counter import Counter, words
from quittance.flows.open_sale import open_sale
from tests.support.salon import Salon


def sale(salon: Salon) -> Visit:
    return Visit.objects.get(pk=open_sale(actor=salon.actor, location_id=salon.location.pk, now=salon.now).visit_id)


@pytest.mark.row("B15")
def test_a_walk_in_gets_a_card_in_the_window(at_noon: Salon, counter: Counter) -> None:
    visit = sale(at_noon)
    assert "Choose a client" in words(counter.get(f"/visits/{visit.pk}?tab=details"))
    assert "Whose visit is it" in words(counter.get(f"/visits/{visit.pk}?tab=details&edit=choose"))
    typed = {"client_name": "Nora", "client": "new", "phone": "0151 12345679", "visit_version": "1"}
    response = counter.client.post(f"/visits/{visit.pk}/client/choose", typed)
    assert response.status_code == 303
    visit.refresh_from_db()
    assert visit.client is not None
    assert visit.client.name == "Nora"
    page = words(counter.get(f"/visits/{visit.pk}?tab=details"))
    assert "+4915112345679" in page
    assert "Another client" in page.replace("  ", " ")


def test_without_scripts_the_page_itself_finds_who_fits(at_noon: Salon, counter: Counter) -> None:
    visit = sale(at_noon)
    Client.objects.filter(pk=at_noon.chloe.pk).update(search_name="chloe")
    response = counter.client.post(f"/visits/{visit.pk}/client/choose", {"client_name": "chl", "visit_version": "1"})
    assert response.status_code == 422
    assert "Type a name, phone or email, then choose below." in words(response)
    assert f'value="{at_noon.chloe.pk}"' in response.content.decode()
    typed = {"client_name": "chl", "client": str(at_noon.chloe.pk), "visit_version": "1"}
    assert counter.client.post(f"/visits/{visit.pk}/client/choose", typed).status_code == 303
    assert Visit.objects.get(pk=visit.pk).client_id == at_noon.chloe.pk


def test_what_cannot_be_stands_beside_the_box(at_noon: Salon, counter: Counter) -> None:
    visit = sale(at_noon)
    path = f"/visits/{visit.pk}/client/choose"
    for typed, sentence in (
        ({"client": "new", "client_name": ""}, "Type the client's name."),
        ({"client": "x", "client_name": "Nora"}, "Choose the client from the list."),
        ({"client": "new", "client_name": "Nora", "phone": "12"}, "Type the whole phone number"),
    ):
        response = counter.client.post(path, {**typed, "visit_version": "1"})
        assert response.status_code == 422
        assert sentence in words(response).replace("&#x27;", "'")
    late = counter.client.post(path, {"client": str(at_noon.chloe.pk), "visit_version": "9"})
    assert late.status_code == 409
    assert Visit.objects.get(pk=visit.pk).client_id is None


def test_who_may_not_make_cards_chooses_from_those_there_are(at_noon: Salon, counter: Counter) -> None:
    visit = sale(at_noon)
    specialist = sign_in(at_noon, "specialist", "ben@salon.example")
    path = f"/visits/{visit.pk}/client/choose"
    typed = {"client": "new", "client_name": "Nora", "visit_version": "1"}
    assert specialist.post(path, typed).status_code == 403
    assert specialist.post(path, typed | {"client": str(at_noon.chloe.pk)}).status_code == 303
