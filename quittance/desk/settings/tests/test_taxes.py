"""Settings › Taxes: rates and taxation systems are added, changed and archived, and nothing that was sold changes."""

from __future__ import annotations

import pytest

from quittance.bills.models import BillLine
from quittance.businesses.models import Business, Location
from quittance.catalog.models import Service, TaxationSystem, TaxRate
from quittance.desk.tests.conftest import sign_in
from quittance.desk.tests.counter import Counter, words
from tests.support.salon import Salon

VAT = {"name": "VAT 19 %", "ppm": "19 %"}


def add(counter: Counter, **typed: str) -> TaxRate:
    assert counter.client.post("/settings/taxes/rates/new", {**VAT, **typed}).status_code == 303
    return TaxRate.objects.latest("pk")


@pytest.mark.row("B7")
def test_a_rate_is_added_and_every_way_of_typing_a_percentage_is_understood(at_noon: Salon, counter: Counter) -> None:
    for number, (typed, ppm) in enumerate([("19 %", 190_000), ("8,875", 88_750), ("0", 0), ("100%", 1_000_000)]):
        assert add(counter, name=f"Rate {number}", ppm=typed).ppm == ppm
    for wrong in ("", "nineteen", "101", "-3", "1e2"):
        assert counter.client.post("/settings/taxes/rates/new", {"name": "Bad", "ppm": wrong}).status_code == 422
    assert not TaxRate.objects.filter(name="Bad").exists()
    answer = counter.client.post("/settings/taxes/rates/new", {"name": "rate 1", "ppm": "5"})
    assert answer.status_code == 422 and "There is a tax rate of this name already" in words(answer)


@pytest.mark.row("B7")
def test_a_new_rate_holds_for_what_is_sold_from_now_on_only(at_noon: Salon, counter: Counter) -> None:
    rate = add(counter)
    service = counter.service(tax_rate=rate)
    visit = at_noon.visit()
    before = list(BillLine.objects.order_by("pk").values_list("tax_ppm", "tax_minor"))
    assert (
        counter.press(f"/visits/{visit.pk}/lines", counter.of_bill(visit, item=f"service:{service.pk}")).status_code
        < 400
    )
    sold = BillLine.objects.latest("pk")
    assert (sold.tax_name, sold.tax_ppm) == ("VAT 19 %", 190_000)
    changed = {"name": "VAT 20 %", "ppm": "20", "version": "1"}
    page = words(counter.client.get(f"/settings/taxes/rates/{rate.pk}"))
    assert "keep the rate they were made with" in page
    assert counter.client.post(f"/settings/taxes/rates/{rate.pk}", changed).status_code == 303
    sold.refresh_from_db()
    assert (sold.tax_name, sold.tax_ppm) == ("VAT 19 %", 190_000)
    assert list(BillLine.objects.exclude(pk=sold.pk).order_by("pk").values_list("tax_ppm", "tax_minor")) == before
    rate.refresh_from_db()
    assert (rate.name, rate.ppm, rate.version) == ("VAT 20 %", 200_000, 2)


def test_two_owners_do_not_overwrite_each_other(at_noon: Salon, counter: Counter) -> None:
    rate = add(counter)
    url = f"/settings/taxes/rates/{rate.pk}"
    assert counter.client.post(url, {"name": "First", "ppm": "20", "version": "1"}).status_code == 303
    late = counter.client.post(url, {"name": "Second", "ppm": "21", "version": "1"})
    assert late.status_code == 422 and "Somebody changed this" in words(late)
    assert counter.client.post(url, {"name": "Third", "ppm": "21"}).status_code == 422
    rate.refresh_from_db()
    assert (rate.name, rate.ppm) == ("First", 200_000)


def test_something_new_begins_with_the_chosen_rate_and_there_is_one_at_most(at_noon: Salon, counter: Counter) -> None:
    first, second = add(counter, name="A", is_default="on"), add(counter, name="B", is_default="on")
    first.refresh_from_db()
    assert (first.is_default, second.is_default) == (False, True)
    page = counter.client.get("/catalog/services/new").content.decode()
    assert f'<option value="{second.pk}" selected>' in page
    assert counter.client.post(f"/settings/taxes/rates/{second.pk}/archive", {"archived": "1"}).status_code == 303
    second.refresh_from_db()
    assert (second.is_default, second.archived_at is not None) == (False, True)
    assert f'<option value="{second.pk}"' not in counter.client.get("/catalog/services/new").content.decode()


@pytest.mark.row("B7")
def test_an_archived_rate_stays_with_what_has_it_and_comes_back(at_noon: Salon, counter: Counter) -> None:
    rate = add(counter)
    service = counter.service(tax_rate=rate)
    assert "19 % · 1 service" in words(counter.client.get("/settings/taxes"))
    assert counter.client.post(f"/settings/taxes/rates/{rate.pk}/archive", {"archived": "1"}).status_code == 303
    card = counter.client.get(f"/catalog/services/{service.pk}").content.decode()
    assert f'<option value="{rate.pk}" selected>VAT 19 % (archived)</option>' in card
    form = {"name": "Cut", "price": "45.00", "minutes": "45", "deposit_kind": "none", "version": "1"}
    saved = counter.client.post(f"/catalog/services/{service.pk}", form | {"tax_rate": str(rate.pk)})
    assert saved.status_code == 303
    assert Service.objects.get(pk=service.pk).tax_rate_id == rate.pk
    add(counter)
    refused = counter.client.post(f"/settings/taxes/rates/{rate.pk}/archive", {"archived": "0"})
    assert refused.status_code == 422 and "There is a tax rate of this name already" in words(refused)
    TaxRate.objects.exclude(pk=rate.pk).delete()
    assert counter.client.post(f"/settings/taxes/rates/{rate.pk}/archive", {"archived": "0"}).status_code == 303
    rate.refresh_from_db()
    assert rate.archived_at is None


@pytest.mark.row("B7")
def test_a_taxation_system_is_renamed_on_every_card_and_on_no_bill(at_noon: Salon, counter: Counter) -> None:
    assert counter.client.post("/settings/taxes/systems/new", {"name": "Standard"}).status_code == 303
    system = TaxationSystem.objects.get()
    service = counter.service(taxation_system="Standard")
    visit = at_noon.visit()
    counter.press(f"/visits/{visit.pk}/lines", counter.of_bill(visit, item=f"service:{service.pk}"))
    url = f"/settings/taxes/systems/{system.pk}"
    assert counter.client.post(url, {"name": "General", "version": "1"}).status_code == 303
    assert Service.objects.get(pk=service.pk).taxation_system == "General"
    assert BillLine.objects.latest("pk").taxation_system == "Standard"
    assert counter.client.post(url, {"name": "Third", "version": "1"}).status_code == 422
    assert counter.client.post("/settings/taxes/systems/new", {"name": "general"}).status_code == 422


@pytest.mark.row("B7")
def test_an_archived_taxation_system_is_refused_for_something_new(at_noon: Salon, counter: Counter) -> None:
    form = {"name": "Cut", "price": "45.00", "minutes": "45", "deposit_kind": "none", "taxation_system": "Medical"}
    assert counter.client.post("/catalog/services/new", form).status_code == 303
    system = TaxationSystem.objects.get()
    assert system.name == "Medical"
    assert counter.client.post(f"/settings/taxes/systems/{system.pk}/archive", {"archived": "1"}).status_code == 303
    refused = counter.client.post("/catalog/services/new", form | {"name": "Colour"})
    assert refused.status_code == 422 and "Medical is archived" in words(refused)
    first = Service.objects.get(name="Cut")
    assert counter.client.post(f"/catalog/services/{first.pk}", form | {"version": "1"}).status_code == 303
    assert counter.client.post(f"/settings/taxes/systems/{system.pk}/archive", {"archived": "0"}).status_code == 303
    again = form | {"name": "Colour", "taxation_system": "medical"}
    assert counter.client.post("/catalog/services/new", again).status_code == 303
    assert Service.objects.get(name="Colour").taxation_system == "Medical"


def test_a_receptionist_sees_no_taxes_and_nobody_those_of_dan(at_noon: Salon, counter: Counter) -> None:
    assert sign_in(at_noon, "receptionist", "eva@salon.example").get("/settings/taxes").status_code == 403
    clinic = Business.objects.create(name="Clinic Dan", slug="clinic-dan")
    place = {
        "business": clinic,
        "location": Location.objects.create(
            business=clinic, name="Clinic", currency="EUR", time_zone="Europe/Berlin", country="DE"
        ),
    }
    rate = TaxRate.objects.create(**place, name="Dan's tax", ppm=1)
    system = TaxationSystem.objects.create(**place, name="Dan's system")
    for part, row in (("rates", rate), ("systems", system)):
        for end in ("", "/archive"):
            answer = counter.client.post(f"/settings/taxes/{part}/{row.pk}{end}", {**VAT, "version": "1"})
            assert answer.status_code == 404
    rate.refresh_from_db()
    assert (rate.name, rate.archived_at) == ("Dan's tax", None)
    assert "Dan's" not in words(counter.client.get("/settings/taxes"))
