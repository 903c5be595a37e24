from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from quittance.bills import actions as bills
from quittance.bills.lines import NewLine
from quittance.calendar.models import Appointment, Visit
from quittance.clients.models import ContactPoint
from quittance.desk.tests.counter import Counter, words
from quittance.flows.tests.post_office import PostOffice
from quittance.payments.models import PaymentLink
from quittance.rows.locking import in_one_transaction
from tests.support.salon import Salon

TABS = ("details", "status", "checkout")


@pytest.mark.row("B2")
def test_the_window_has_three_tabs_and_copy_payment_link_on_each(at_noon: Salon, counter: Counter) -> None:
    visit = at_noon.visit()
    for tab in TABS:
        page = words(counter.get(f"/visits/{visit.pk}?tab={tab}"))
        for text in ("Appointment details", "Status", "Checkout", "Copy payment link", "Send link", "Chloe", "unpaid"):
            assert text in page, (tab, text)


@pytest.mark.row("B2")
def test_the_address_alone_shows_the_calendar_with_the_window_open(at_noon: Salon, counter: Counter) -> None:
    visit = at_noon.visit()
    page = counter.client.get(f"/visits/{visit.pk}?tab=checkout").content.decode()
    assert 'id="calendar"' in page and 'id="visit"' in page
    assert 'data-return-url="/calendar?date=2026-11-26"' in page
    assert "undrawn" not in page and 'aria-busy="true"' not in page


@pytest.mark.parametrize("tab", TABS)
def test_the_window_takes_at_most_twelve_queries_and_one_for_what_the_client_holds(
    at_noon: Salon, counter: Counter, office: PostOffice, tab: str
) -> None:
    visit = at_noon.visit()
    office.send(visit, "sms", "email")
    at_noon.cash(visit, 2000)
    counter.get("/calendar")
    with CaptureQueriesContext(connection) as queries:
        assert counter.get(f"/visits/{visit.pk}?tab={tab}").status_code == 200
    assert len(queries) <= 12 + (tab == "checkout"), [query["sql"][:90] for query in queries]


def test_looking_makes_no_link_and_writes_nothing(at_noon: Salon, counter: Counter) -> None:
    visit = at_noon.visit()
    counter.client.get("/calendar")
    with CaptureQueriesContext(connection) as queries:
        for path in ("?tab=checkout&pay=link", "/link", "/qr", "/live", "/find?q=x"):
            assert counter.get(f"/visits/{visit.pk}{path}").status_code == 200, path
    writing = [query["sql"] for query in queries if query["sql"].split()[0] in {"INSERT", "UPDATE", "DELETE"}]
    assert writing == []
    assert not PaymentLink.objects.exists()


@pytest.mark.row("B10")
def test_the_poll_answers_204_until_something_changes(at_noon: Salon, counter: Counter) -> None:
    visit = at_noon.visit()
    live = _live_address(counter, visit)
    assert counter.get(live).status_code == 204
    at_noon.open_page(visit)
    answer = counter.get(live)
    assert answer.status_code == 200
    assert "Chloe is paying" in words(answer)
    assert "visit-changed" in json.loads(answer["HX-Trigger"])


@pytest.mark.row("B10")
def test_the_window_turns_paid_by_itself_with_method_time_and_receipt(at_noon: Salon, counter: Counter) -> None:
    visit = at_noon.visit()
    page = at_noon.open_page(visit)
    live = _live_address(counter, visit)
    at_noon.bank.pay(page)
    at_noon.settle(visit)
    answer = counter.get(live)
    text = words(answer)
    assert "Paid €100.00 by Visa ·4242 at 14:00" in text
    assert "Receipt" in text
    assert f"/visits/{visit.pk}/receipts/" in answer.content.decode()


def test_the_minutes_of_a_payment_pass_in_an_open_window(at_noon: Salon, counter: Counter) -> None:
    visit = at_noon.visit()
    at_noon.open_page(visit)
    live = _live_address(counter, visit)
    assert counter.get(live).status_code == 204
    at_noon.wait(minutes=15)
    assert "is open until 15:00" in words(counter.get(live))


@pytest.mark.row("B9")
def test_the_banner_says_who_pays_what_since_when_and_until_when(at_noon: Salon, counter: Counter) -> None:
    visit = at_noon.visit()
    at_noon.open_page(visit)
    page = words(counter.get(f"/visits/{visit.pk}"))
    assert "Chloe is paying €100.00 since 14:00" in page
    assert "You can change the visit from 14:15, or stop the payment now." in page
    assert "being paid" in page


@pytest.mark.row("B1")
def test_a_visit_of_two_appointments_is_one_visit(at_noon: Salon, counter: Counter) -> None:
    visit = at_noon.visit()
    starts = at_noon.now + timedelta(hours=1)
    Appointment.objects.create(
        business=at_noon.business,
        location=at_noon.location,
        visit=visit,
        staff=at_noon.ben,
        service_name="Blow-dry",
        starts_at=starts,
        ends_at=starts + timedelta(minutes=30),
    )
    events = counter.client.get("/calendar/feed?date=2026-11-26").json()["events"]
    cards = [event for event in events if event.get("display") != "background"]
    assert {card["extendedProps"]["url"] for card in cards} == {f"/visits/{visit.pk}"}
    assert all(card["extendedProps"]["of_visit"].endswith("of 2 in this visit") for card in cards)


@pytest.mark.row("B8")
def test_an_open_price_says_so_and_setting_it_makes_the_rest_due(at_noon: Salon, counter: Counter) -> None:
    visit = at_noon.visit()
    service = counter.service("Balayage", 9000, price_max_minor=15000)
    counter.press(f"/visits/{visit.pk}/lines", counter.of_bill(visit, item=f"service:{service.pk}"))
    page = words(counter.get(f"/visits/{visit.pk}?tab=checkout"))
    assert "price open" in page and "from €190.00" in page and "€90.00 to €150.00: set the price" in page
    at_noon.cash(visit, 19000)
    assert "part paid" in words(counter.get(f"/visits/{visit.pk}?tab=checkout"))
    line = at_noon.bill(visit).lines.get(name="Balayage")
    typed = counter.of_bill(visit, quantity="1", price="120", discount="")
    answer = counter.press(f"/visits/{visit.pk}/lines/{line.pk}", typed)
    assert answer.status_code == 200, words(answer)
    assert "€30.00 due" in words(answer) and "price open" not in words(answer)


@pytest.mark.row("B8")
def test_a_price_outside_the_range_is_refused_beside_the_field(at_noon: Salon, counter: Counter) -> None:
    visit = at_noon.visit()
    service = counter.service("Balayage", 9000, price_max_minor=15000)
    counter.press(f"/visits/{visit.pk}/lines", counter.of_bill(visit, item=f"service:{service.pk}"))
    line = at_noon.bill(visit).lines.get(name="Balayage")
    typed = counter.of_bill(visit, quantity="1", price="200", discount="")
    answer = counter.press(f"/visits/{visit.pk}/lines/{line.pk}", typed)
    assert answer.status_code == 422
    assert "lies between €90.00 and €150.00" in words(answer)
    assert 'value="200"' in answer.content.decode()


@pytest.mark.row("B2")
def test_status_waiting_arrived_done_and_no_show(at_noon: Salon, counter: Counter) -> None:
    visit = at_noon.visit()
    for state in ("waiting", "arrived", "done", "no_show", "booked"):
        typed = {"state": state, "visit_version": Visit.objects.get(pk=visit.pk).version}
        assert counter.press(f"/visits/{visit.pk}/state", typed).status_code == 200
        assert visit.appointments.get().state == state
    assert counter.press(f"/visits/{visit.pk}/state", {"state": "flown"}).status_code == 422


def test_status_and_note_stay_free_while_the_client_pays(at_noon: Salon, counter: Counter) -> None:
    visit = at_noon.visit()
    at_noon.open_page(visit)
    version = Visit.objects.get(pk=visit.pk).version
    assert counter.press(f"/visits/{visit.pk}/state", {"state": "arrived", "visit_version": version}).status_code == 200
    version = Visit.objects.get(pk=visit.pk).version
    answer = counter.press(f"/visits/{visit.pk}/note", {"note": "Likes tea", "visit_version": version})
    assert answer.status_code == 200
    assert Visit.objects.get(pk=visit.pk).note == "Likes tea"


def test_a_note_on_an_old_version_is_not_lost(at_noon: Salon, counter: Counter) -> None:
    visit = at_noon.visit()
    answer = counter.press(f"/visits/{visit.pk}/note", {"note": "Likes tea", "visit_version": 77})
    assert answer.status_code == 409
    assert "Somebody changed this visit meanwhile" in words(answer)
    assert "Likes tea" in words(answer)


@pytest.mark.row("B16")
def test_cancelling_says_what_becomes_of_the_link_and_the_money(at_noon: Salon, counter: Counter) -> None:
    visit = at_noon.visit()
    at_noon.cash(visit, 3000)
    asked = counter.press(f"/visits/{visit.pk}/cancel", counter.of_bill(visit))
    assert asked.status_code == 422
    assert "Say what happens with the money." in words(asked) and "Cancel and keep €30.00" in words(asked)
    answer = counter.press(f"/visits/{visit.pk}/cancel", counter.of_bill(visit, money="keep"))
    assert answer.status_code == 200
    text = words(answer)
    assert "This visit was cancelled" in text and "€30.00 of what was paid is kept" in text
    assert "Send link" not in text


@pytest.mark.row("B16")
def test_cancelling_while_the_client_pays_asks_first(at_noon: Salon, counter: Counter) -> None:
    visit = at_noon.visit()
    at_noon.open_page(visit)
    typed = counter.of_bill(visit, request_id="cancel-0001")
    answer = counter.press(f"/visits/{visit.pk}/cancel", typed)
    assert answer.status_code == 409
    assert "Stop payment and continue" in words(answer)
    answer = counter.press(f"/visits/{visit.pk}/cancel", {**typed, "decision": "stop_payment"})
    assert "This visit was cancelled" in words(answer)


def test_the_client_card_is_mended_in_the_window(at_noon: Salon, counter: Counter) -> None:
    visit = at_noon.visit()
    page = counter.get(f"/visits/{visit.pk}?tab=details&edit=client").content.decode()
    assert 'value="+4915112345678"' in page
    bad = counter.press(f"/visits/{visit.pk}/client", {"name": "Chloe Martin", "phone": "12", "email": "c@x.example"})
    assert bad.status_code == 422
    assert 'value="Chloe Martin"' in bad.content.decode()
    good = counter.press(
        f"/visits/{visit.pk}/client", {"name": "Chloe Martin", "phone": "0151 76543210", "email": "c@x.example"}
    )
    assert good.status_code == 200 and "Chloe Martin" in words(good)
    assert set(ContactPoint.objects.values_list("value", flat=True)) == {"+4915176543210", "c@x.example"}


@pytest.mark.row("I1")
def test_the_receipt_opens_as_a_pdf(at_noon: Salon, counter: Counter) -> None:
    visit = at_noon.visit()
    at_noon.cash(visit, 10000)
    page = counter.window(visit)
    path = page.split("/receipts/")[1].split('"')[0]
    answer = counter.client.get(f"/visits/{visit.pk}/receipts/{path}")
    assert answer["Content-Type"] == "application/pdf" and answer.content.startswith(b"%PDF")
    other = at_noon.visit()
    assert counter.client.get(f"/visits/{other.pk}/receipts/{path}").status_code == 404


def test_a_visit_without_a_client_is_a_walk_in(at_noon: Salon, counter: Counter) -> None:
    visit = at_noon.visit()
    Visit.objects.filter(pk=visit.pk).update(client=None)
    for tab in TABS:
        assert "No client" in words(counter.get(f"/visits/{visit.pk}?tab={tab}"))


def test_hostile_names_are_only_text(at_noon: Salon, counter: Counter) -> None:
    visit = at_noon.visit(name="<script>alert(1)</script>")
    at_noon.chloe.name = '"><img src=x onerror=alert(1)>'
    at_noon.chloe.save()
    pages = [counter.client.get(f"/visits/{visit.pk}?tab={tab}").content.decode() for tab in TABS]
    pages.append(counter.client.get("/calendar?view=list").content.decode())
    for page in pages:
        assert "<script>alert(1)" not in page and "<img src=x" not in page


def _live_address(counter: Counter, visit: Visit) -> str:
    page = counter.client.get(f"/visits/{visit.pk}?tab=checkout").content.decode()
    return page.split('id="visit-live"')[1].split('hx-get="')[1].split('"')[0].replace("&amp;", "&")


def test_an_appointment_added_to_the_bill_by_another_desk_shows_in_the_poll(at_noon: Salon, counter: Counter) -> None:
    visit = at_noon.visit()
    live = _live_address(counter, visit)
    bill = at_noon.bill(visit)
    line = NewLine(kind="custom", name="Tea", unit_minor=300)
    in_one_transaction(lambda: bills.add_line(bill=bill, line=line, now=at_noon.now))
    assert counter.get(live).status_code == 200
