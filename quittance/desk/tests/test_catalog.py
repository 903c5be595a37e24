"""The catalog at the desk: cards, order, stock, and what stands in visits of it."""

from __future__ import annotations

import pytest

from quittance.businesses.models import StaffMember
from quittance.calendar.models import Visit
from quittance.catalog.models import Category, Product, Service, ServiceStaff, StockMovement
from quittance.clients.models import Client
from quittance.desk.tests.conftest import sign_in
from quittance.desk.tests.counter import Counter, words
from quittance.messages.models import Message
from quittance.payments.models import PaymentLink

pytestmark = pytest.mark.django_db


def save(counter: Counter, path: str, **typed: object) -> int:
    values = {"name": "Cut", "price": "45.00", "minutes": "45", "deposit_kind": "none", **typed}
    return int(counter.press(path, values).status_code)


def of_card(row: Service | Product, **typed: object) -> dict[str, object]:
    return {"version": row.version, **typed}


@pytest.mark.row("L3")
def test_a_service_is_made_with_its_category_deposit_and_people(counter: Counter) -> None:
    salon = counter.salon
    typed = {
        "category": "Hair", "price_max": "60", "deposit_kind": "percent", "deposit_percent": "20 %",
        "deposit_from": "40", "deposit_new_only": "on", "taxation_system": "General",
        f"does-{salon.ben.pk}": "on", f"price-{salon.ben.pk}": "55", f"minutes-{salon.ben.pk}": "60",
    }  # fmt: skip
    assert save(counter, "/catalog/services/new", **typed) == 303
    row = Service.objects.get(name="Cut")
    assert (row.price_minor, row.price_max_minor, row.duration_minutes) == (4500, 6000, 45)
    assert (row.deposit_ppm, row.deposit_from_minor, row.deposit_new_clients_only) == (200_000, 4000, True)
    own = ServiceStaff.objects.get(service=row)
    assert (own.staff_id, own.price_minor, own.duration_minutes) == (salon.ben.pk, 5500, 60)
    page = words(counter.client.get("/catalog/services"))
    for text in ("Hair", "Cut", "45 min", "deposit 20 %", "Ben", "General"):
        assert text in page, text


def test_a_card_that_was_changed_meanwhile_is_not_overwritten(counter: Counter) -> None:
    row = counter.service()
    assert save(counter, f"/catalog/services/{row.pk}", **of_card(row, price="50")) == 303
    answer = counter.press(
        f"/catalog/services/{row.pk}",
        {"name": "Cut", "price": "40", "minutes": "45", "deposit_kind": "none", "version": row.version},
    )
    assert answer.status_code == 409
    assert "Ana Fischer changed this at 14:00" in words(answer)
    assert "Price, or the lowest of a range 50.00 40" in words(answer)
    assert Service.objects.get(pk=row.pk).price_minor == 5000


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"name": ""}, "Type a name."),
        ({"price": "x"}, "amount"),
        ({"minutes": "0"}, "Type minutes between 5 and 1440"),
        ({"price_max": "10"}, "The highest price must be above the lowest."),
        ({"deposit_kind": "fixed"}, "Type the amount of the deposit."),
        ({"deposit_kind": "percent"}, "Type the percentage"),
    ],
)
def test_a_card_that_cannot_be_says_what_to_type(counter: Counter, typed: dict[str, str], sentence: str) -> None:
    values = {"name": "Cut", "price": "45", "minutes": "45", "deposit_kind": "none", **typed}
    answer = counter.press("/catalog/services/new", values)
    assert answer.status_code == 422
    assert sentence in words(answer)
    assert not Service.objects.exists()


def test_an_archived_service_leaves_the_lists_and_comes_back(counter: Counter) -> None:
    row = counter.service()
    counter.press(f"/catalog/services/{row.pk}/archive", {"archived": "1"})
    assert "Cut" not in words(counter.client.get("/catalog/services"))
    assert "Cut" in words(counter.client.get("/catalog/services?archived=1"))
    assert Service.objects.filter(pk=row.pk).exists()
    counter.press(f"/catalog/services/{row.pk}/archive", {"archived": "0"})
    assert "Cut" in words(counter.client.get("/catalog/services"))


def names(counter: Counter) -> list[str]:
    rows = Service.objects.filter(business=counter.salon.business)
    return list(rows.order_by("category__position", "position", "pk").values_list("name", flat=True))


def test_rows_are_put_in_order_by_button_and_by_drop(counter: Counter) -> None:
    one, two, three = (counter.service(name=name, position=at) for at, name in enumerate(("One", "Two", "Three")))
    counter.press("/catalog/arrange", {"kind": "service", "row": three.pk, "direction": "up"})
    assert names(counter) == ["One", "Three", "Two"]
    counter.press("/catalog/arrange", {"kind": "service", "row": one.pk, "before": ""})
    assert names(counter) == ["Three", "Two", "One"]
    counter.press("/catalog/arrange", {"kind": "service", "row": two.pk, "before": three.pk})
    assert names(counter) == ["Two", "Three", "One"]
    counter.press("/catalog/arrange", {"kind": "service", "row": two.pk, "direction": "up"})
    assert names(counter) == ["Two", "Three", "One"]


def test_categories_are_added_renamed_and_never_doubled(counter: Counter) -> None:
    counter.press("/catalog/services/categories", {"name": "Hair"})
    counter.press("/catalog/services/categories", {"name": "Nails"})
    nails = Category.objects.get(name="Nails")
    assert counter.press("/catalog/services/categories", {"name": "hair", "category": nails.pk}).status_code == 422
    counter.press("/catalog/services/categories", {"name": "Hands", "category": nails.pk})
    counter.press("/catalog/arrange", {"kind": "category", "row": nails.pk, "direction": "up"})
    assert list(Category.objects.order_by("position").values_list("name", flat=True)) == ["Hands", "Hair"]


@pytest.mark.row("B2")
def test_selling_a_product_takes_it_off_the_shelf_once_and_removing_brings_it_back(counter: Counter) -> None:
    visit, row = counter.salon.visit(), counter.product(counts_stock=True)
    counter.press(f"/catalog/products/{row.pk}/count", {"counted": "3", "note": "Delivery"})
    request_id = counter.new_id()
    for _twice in range(2):
        typed = {**counter.of_bill(visit, item=f"product:{row.pk}"), "request_id": request_id}
        counter.press(f"/visits/{visit.pk}/lines", typed)
    assert Product.objects.get(pk=row.pk).stock_count == 2
    line = counter.bill(visit).lines.get(product=row)
    counter.press(f"/visits/{visit.pk}/lines/{line.pk}", counter.of_bill(visit, quantity="4", price="19.00"))
    assert Product.objects.get(pk=row.pk).stock_count == -1  # shown, never refused
    assert "-1" in words(counter.client.get("/catalog/products"))
    counter.press(f"/visits/{visit.pk}/lines/{line.pk}/remove", counter.of_bill(visit))
    assert Product.objects.get(pk=row.pk).stock_count == 3
    assert [one.quantity for one in StockMovement.objects.order_by("pk")] == [3, -1, -3, 4]


def test_a_cancelled_visit_brings_back_what_it_sold(counter: Counter) -> None:
    visit, row = counter.salon.visit(), counter.product(counts_stock=True)
    counter.press(f"/visits/{visit.pk}/lines", counter.of_bill(visit, item=f"product:{row.pk}"))
    assert Product.objects.get(pk=row.pk).stock_count == -1
    counter.press(f"/visits/{visit.pk}/cancel", counter.of_bill(visit))
    assert Product.objects.get(pk=row.pk).stock_count == 0


def test_who_may_not_change_settings_sees_no_catalog(counter: Counter) -> None:
    browser = sign_in(counter.salon, "receptionist", "eva@salon.example")
    assert browser.get("/catalog/services").status_code == 403
    assert "/catalog/" not in browser.get("/calendar").content.decode()


def test_an_empty_catalog_teaches(counter: Counter) -> None:
    assert "No services yet" in words(counter.client.get("/catalog/services"))
    assert "No products yet" in words(counter.client.get("/catalog/products"))
    assert "Nothing found" in words(counter.client.get("/catalog/products?q=zz"))


def book(counter: Counter, service: Service, **typed: object) -> Visit:
    values = {
        "client": counter.salon.chloe.pk, "client_name": "Chloe", "service": service.pk,
        "staff": counter.salon.ben.pk, "date": "2026-11-27", "time": "10:00", **typed,
    }  # fmt: skip
    assert counter.press("/visits/new", values).status_code == 204
    return Visit.objects.latest("pk")


def test_an_own_price_and_duration_hold_in_the_booking_and_its_line(counter: Counter) -> None:
    row = counter.service(price_max_minor=6000)
    ServiceStaff.objects.create(
        business=counter.salon.business, service=row, staff=counter.salon.ben, price_minor=7000, duration_minutes=90
    )
    visit = book(counter, row)
    line = counter.bill(visit).lines.get()
    assert (line.unit_minor, line.unit_max_minor, line.price_open) == (7000, None, False)
    appointment = visit.appointments.get()
    assert (appointment.ends_at - appointment.starts_at).seconds == 90 * 60


def test_somebody_who_does_not_perform_a_service_is_not_booked_for_it(counter: Counter) -> None:
    row = counter.service()
    eva = StaffMember.objects.create(business=counter.salon.business, location=counter.salon.location, name="Eva")
    ServiceStaff.objects.create(business=counter.salon.business, service=row, staff=eva)
    typed = {
        "client": "", "service": row.pk, "staff": counter.salon.ben.pk, "date": "2026-11-27", "time": "10:00",
    }  # fmt: skip
    answer = counter.press("/visits/new", typed)
    assert answer.status_code == 422
    assert "does not perform this service" in words(answer)
    told = words(counter.get(f"/visits/new/deposit?service={row.pk}&staff={counter.salon.ben.pk}"))
    assert "does not perform Cut" in told


@pytest.mark.row("B12")
def test_a_deposit_is_told_at_booking_and_asked_by_link(counter: Counter, office: object) -> None:
    row = counter.service(minor=10_000, deposit_kind="percent", deposit_ppm=300_000)
    told = words(counter.get(f"/visits/new/deposit?service={row.pk}&staff={counter.salon.ben.pk}"))
    assert "Deposit due €30.00" in told and "Save and send payment link for the deposit" in told
    visit = book(counter, row, send_deposit="1")
    link = PaymentLink.objects.get(bill_id=visit.bill_id)
    assert (link.ask, link.ask_minor) == ("deposit", 3000)
    assert Message.objects.filter(link_id=link.pk, type="payment_link").exists()
    window = words(counter.get(f"/visits/{visit.pk}?tab=checkout"))
    assert "Deposit due: €30.00" in window
    assert "The deposit (€30.00)" in words(counter.get(f"/visits/{visit.pk}/link"))
    counter.salon.cash(visit, 3000)
    assert "Deposit due" not in words(counter.get(f"/visits/{visit.pk}?tab=checkout"))


@pytest.mark.row("B12")
def test_the_window_sends_the_link_for_the_deposit(counter: Counter, office: object) -> None:
    visit = book(counter, counter.service(minor=10_000, deposit_kind="fixed", deposit_minor=2500))
    assert "Deposit due: €25.00" in words(counter.get(f"/visits/{visit.pk}"))
    counter.press(f"/visits/{visit.pk}/link/send", {"quick": "1", "ask": "deposit"})
    assert PaymentLink.objects.get(bill_id=visit.bill_id).ask_minor == 2500


@pytest.mark.row("B12")
def test_a_deposit_may_hold_from_a_price_on_and_for_new_clients_only(counter: Counter) -> None:
    rule = {"deposit_kind": "fixed", "deposit_minor": 2000, "deposit_new_clients_only": True}
    cheap = counter.service(name="Fringe", minor=2000, deposit_from_minor=5000, **rule)
    dear = counter.service(name="Balayage", minor=15_000, deposit_from_minor=5000, **rule)
    new = Client.objects.create(business=counter.salon.business, name="Nora", created_at=counter.salon.now)
    ask = f"/visits/new/deposit?staff={counter.salon.ben.pk}&client={new.pk}&service="
    assert "Deposit" not in words(counter.get(f"{ask}{cheap.pk}"))
    assert "Deposit due €20.00" in words(counter.get(f"{ask}{dear.pk}"))
    first = book(counter, dear, client=new.pk, client_name="Nora")
    second = book(counter, dear, client=new.pk, client_name="Nora", time="15:00")
    assert "Deposit due" in words(counter.get(f"/visits/{first.pk}"))
    assert "Deposit due" not in words(counter.get(f"/visits/{second.pk}"))


@pytest.mark.row("B7")
def test_lines_of_two_taxation_systems_are_refused_by_link_and_named(counter: Counter) -> None:
    one = counter.service(name="Cut", taxation_system="General")
    two = counter.product(name="Shampoo", taxation_system="Small trader")
    visit = book(counter, one)
    counter.press(f"/visits/{visit.pk}/lines", counter.of_bill(visit, item=f"product:{two.pk}"))
    panel = words(counter.get(f"/visits/{visit.pk}/link"))
    assert "Cut (General); Shampoo (Small trader)" in panel
    assert "Send link" not in panel
    answer = counter.press(f"/visits/{visit.pk}/link/make", {"ask": "all"})
    assert answer.status_code == 422 and "Cut (General); Shampoo (Small trader)" in words(answer)
    assert not PaymentLink.objects.exists()
    # At the desk the visit is paid as ever.
    counter.salon.cash(visit, 6400)
    assert counter.salon.settled(visit) == 6400


@pytest.mark.row("B7")
def test_a_line_of_another_taxation_system_does_not_come_beside_a_live_link(counter: Counter) -> None:
    visit = book(counter, counter.service(taxation_system="General"))
    counter.salon.link(visit)
    two = counter.product(taxation_system="Small trader", counts_stock=True)
    answer = counter.press(f"/visits/{visit.pk}/lines", counter.of_bill(visit, item=f"product:{two.pk}"))
    assert "end it first" in words(answer)
    assert counter.bill(visit).lines.count() == 1
    assert Product.objects.get(pk=two.pk).stock_count == 0


@pytest.mark.parametrize(
    ("path", "typed", "status"),
    [
        ("/catalog/services/categories", {"name": "\0"}, 422),
        ("/catalog/services/categories", {"name": "A\0B", "category": "9" * 18}, 404),
        ("/catalog/services/categories", {"name": "x" * 9000}, 303),
        ("/catalog/arrange", {"kind": "service", "row": "9" * 18, "direction": "up"}, 404),
        ("/catalog/arrange", {"kind": "bill", "row": "1"}, 404),
        ("/catalog/services/new", {"name": "A\0", "price": "1", "minutes": "5", "deposit_kind": "x"}, 422),
        ("/clients/import", {"go": "1", "text": "Name\nA\0B"}, 422),
    ],
)
def test_odd_input_is_answered_and_never_fails(counter: Counter, path: str, typed: dict[str, str], status: int) -> None:
    assert counter.press(path, typed).status_code == status


def test_odd_addresses_show_a_list(counter: Counter) -> None:
    odd = counter.press(f"/clients/{counter.salon.chloe.pk}/contact", {"value": "a\0@b.example"})
    assert odd.status_code == 422
    for address in ("/clients/?after=%00&id=1", "/clients/?q=%00%25_", "/clients/?id=x", "/catalog/products?q=%00'"):
        assert counter.client.get(address).status_code == 200
