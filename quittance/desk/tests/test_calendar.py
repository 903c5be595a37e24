from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from quittance.bills.actions import add_line
from quittance.bills.lines import NewLine
from quittance.businesses.models import StaffMember
from quittance.calendar.models import Appointment, Visit, WorkingHours
from quittance.clients.models import Client, ContactPoint
from quittance.desk.tests.conftest import sign_in
from quittance.desk.tests.counter import Counter, words
from quittance.payments.models import PaymentLink
from quittance.rows.locking import in_one_transaction
from tests.support.salon import Salon


@pytest.mark.row("B1")
def test_the_day_has_a_column_per_staff_member_with_closed_hours_shaded(at_noon: Salon, counter: Counter) -> None:
    StaffMember.objects.create(business=at_noon.business, location=at_noon.location, name="Eva", position=1)
    WorkingHours.objects.create(
        business=at_noon.business, staff=at_noon.ben, weekday=3, starts_minute=540, ends_minute=1020
    )
    at_noon.visit()
    setup = _setup(counter)
    assert [column["title"] for column in setup["staff"]] == ["Ben", "Eva"]
    closed = [event for event in setup["events"] if event.get("display") == "background"]
    assert {
        (event["start"][11:16], event["end"][11:16]) for event in closed if event["resourceId"] == at_noon.ben.pk
    } == {
        ("08:00", "09:00"),
        ("17:00", "20:00"),
    }
    card = next(event for event in setup["events"] if event.get("display") != "background")
    assert card["start"] == "2026-11-26T14:00:00" and card["title"] == "Chloe"
    assert (card["extendedProps"]["tone"], card["extendedProps"]["icon"]) == ("waiting", "circle-dashed")
    assert setup["offset"] == "+01:00"


@pytest.mark.row("B1")
def test_the_card_shows_the_payment_state_in_word_colour_and_icon(at_noon: Salon, counter: Counter) -> None:
    visit = at_noon.visit()
    at_noon.cash(visit, 10000)
    card = _cards(counter)[0]["extendedProps"]
    assert (card["status"], card["tone"], card["icon"]) == ("paid", "paid", "circle-check")


def test_the_list_shows_the_same_day_without_scripts(at_noon: Salon, counter: Counter) -> None:
    at_noon.visit()
    text = words(counter.client.get("/calendar?date=2026-11-26&view=list"))
    for part in ("14:00 – 15:00", "Chloe", "Cut and colour", "Ben", "unpaid", "€100.00"):
        assert part.replace(" – ", "–") in text, part
    assert "No appointments on this day" in words(counter.client.get("/calendar?date=2026-11-27&view=list"))


@pytest.mark.parametrize("date", ["", "tomorrow", "2026-13-45", "0001-01-01", "9999-12-31"])
def test_a_date_that_is_none_shows_today(at_noon: Salon, counter: Counter, date: str) -> None:
    assert "Thu 26 Nov" in words(counter.client.get(f"/calendar?date={date}"))


def test_the_feed_answers_204_until_the_day_changes(at_noon: Salon, counter: Counter) -> None:
    visit = at_noon.visit()
    setup = _setup(counter)
    feed = f"{setup['feed_url']}&version={setup['version']}"
    assert counter.client.get(feed).status_code == 204
    at_noon.link(visit)
    at_noon.cash(visit, 10000)
    assert counter.client.get(feed).status_code == 200


@pytest.mark.row("B1")
@pytest.mark.row("B16")
def test_dragging_moves_and_undo_moves_back(at_noon: Salon, counter: Counter) -> None:
    visit = at_noon.visit()
    eva = StaffMember.objects.create(business=at_noon.business, location=at_noon.location, name="Eva", position=1)
    row = visit.appointments.get()
    typed = {"appointment": row.pk, "staff": eva.pk, "start": "2026-11-26T16:30", "version": visit.version}
    answer = counter.client.post("/calendar/move", {**typed, "request_id": "moved-0001"})
    assert answer.status_code == 200
    told = answer.json()
    assert told["notice"] == "Moved to Thu 26 Nov, 16:30 with Eva."
    row.refresh_from_db()
    assert (row.staff_id, row.starts_at.isoformat()) == (eva.pk, "2026-11-26T15:30:00+00:00")
    assert "with Ben" in words(counter.press(told["undo_url"])) or row.pk
    row.refresh_from_db()
    assert (row.staff_id, row.starts_at) == (at_noon.ben.pk, at_noon.now)


@pytest.mark.row("B1")
def test_resizing_changes_the_length(at_noon: Salon, counter: Counter) -> None:
    visit = at_noon.visit()
    row = visit.appointments.get()
    typed = {
        "appointment": row.pk,
        "staff": row.staff_id,
        "version": visit.version,
        "start": "2026-11-26T14:00",
        "end": "2026-11-26T15:45",
    }
    answer = counter.client.post("/calendar/move", typed)
    assert answer.json()["notice"] == "Now 105 minutes long."
    assert "end" in parse_qs(urlsplit(answer.json()["undo_url"]).query)
    row.refresh_from_db()
    assert row.ends_at - row.starts_at == timedelta(minutes=105)


@pytest.mark.row("B1")
def test_a_conflict_is_told_in_a_sentence_and_nothing_moves(at_noon: Salon, counter: Counter) -> None:
    visit = at_noon.visit()
    at_noon.wait(hours=2)
    other = at_noon.visit(name="Beard")
    row = other.appointments.get()
    typed = {"appointment": row.pk, "staff": row.staff_id, "start": "2026-11-26T14:30", "version": other.version}
    answer = counter.client.post("/calendar/move", typed)
    assert answer.status_code == 409
    assert "Ben is booked on Thu 26 Nov, 14:00 to 15:00 (Chloe)" in answer.json()["error"]
    assert visit.pk != other.pk
    for broken in ({}, {"appointment": "x"}, {**typed, "start": "soon"}, {**typed, "staff": "-1"}):
        assert counter.client.post("/calendar/move", broken).status_code in {422, 404}, broken


@pytest.mark.row("B1")
def test_move_by_keyboard_through_the_dialog(at_noon: Salon, counter: Counter) -> None:
    visit = at_noon.visit()
    row = visit.appointments.get()
    dialog = counter.get(f"/appointments/{row.pk}/move").content.decode()
    assert 'value="2026-11-26"' in dialog and 'value="14:00"' in dialog and 'value="60"' in dialog
    path = f"/appointments/{row.pk}/move"
    bad = counter.press(path, {"date": "", "time": "soon", "minutes": "60", "staff": row.staff_id})
    assert bad.status_code == 422 and "Choose a day." in words(bad) and "Type the time" in words(bad)
    typed = {"date": "2026-11-28", "time": "10:15", "minutes": "45", "staff": row.staff_id, "visit_version": 1}
    assert counter.press(path, typed).status_code == 204
    row.refresh_from_db()
    assert row.starts_at.isoformat() == "2026-11-28T09:15:00+00:00"


@pytest.mark.row("B6")
def test_a_new_appointment_is_saved_and_its_link_copied(at_noon: Salon, counter: Counter) -> None:
    service = counter.service()
    dialog = counter.get(f"/visits/new?start=2026-11-27T10:00&staff={at_noon.ben.pk}")
    page = dialog.content.decode()
    assert "Save and copy payment link" in words(dialog)
    assert 'value="2026-11-27"' in page and 'value="10:00"' in page
    found = counter.get("/clients/find?client_name=chl")
    assert "Chloe" in words(found) and "New client “chl”" in words(found)
    typed = {
        "client": at_noon.chloe.pk,
        "client_name": "Chloe",
        "service": service.pk,
        "staff": at_noon.ben.pk,
        "date": "2026-11-27",
        "time": "10:00",
        "note": "",
        "copy_link": "1",
    }
    answer = counter.press("/visits/new", typed)
    assert answer.status_code == 204
    events = json.loads(answer["HX-Trigger"])
    visit = Visit.objects.get()
    assert "/p/" in events["copy-text"]["text"]
    assert events["visit-booked"]["url"] == f"/visits/{visit.pk}?tab=checkout&pay=link"
    assert PaymentLink.objects.get().bill_id == visit.bill_id


@pytest.mark.row("B6")
def test_save_alone_makes_no_link_and_a_second_press_no_second_visit(at_noon: Salon, counter: Counter) -> None:
    service = counter.service()
    typed = {
        "client": "new",
        "client_name": "Zoë Ångström",
        "phone": "0151 76543210",
        "email": "zoe@x.example",
        "service": service.pk,
        "staff": at_noon.ben.pk,
        "date": "2026-11-27",
        "time": "10:00",
        "request_id": "booked-0001",
    }
    for _ in range(2):
        assert counter.press("/visits/new", typed).status_code == 204
    assert Visit.objects.count() == 1 and not PaymentLink.objects.exists()
    zoe = Client.objects.get(name="Zoë Ångström")
    assert set(ContactPoint.objects.filter(client=zoe).values_list("value", flat=True)) == {
        "+4915176543210",
        "zoe@x.example",
    }


def test_a_booking_that_cannot_be_says_why_and_keeps_everything(at_noon: Salon, counter: Counter) -> None:
    service = counter.service()
    at_noon.visit()
    typed = {
        "client": "new",
        "client_name": "Zoë",
        "phone": "12",
        "email": "",
        "note": "Window seat",
        "service": service.pk,
        "staff": at_noon.ben.pk,
        "date": "2026-11-26",
        "time": "20:30",
    }
    bad_phone = counter.press("/visits/new", typed)
    assert bad_phone.status_code == 422 and 'value="12"' in bad_phone.content.decode()
    taken = counter.press("/visits/new", {**typed, "phone": "", "time": "14:30"})
    text, page = words(taken), taken.content.decode()
    assert taken.status_code == 409 and "Ben is booked on Thu 26 Nov, 14:00 to 15:00 (Chloe)" in text
    assert "Window seat" in page and 'value="Zoë"' in page and 'value="14:30"' in page
    empty = counter.press("/visits/new", {"client_name": "Chl"})
    for sentence in ("Choose the client from the list", "Choose a service.", "Choose who does it.", "Choose a day."):
        assert sentence in words(empty), sentence
    assert not Client.objects.filter(name="Zoë").exists()


def test_a_walk_in_needs_no_client(at_noon: Salon, counter: Counter) -> None:
    typed = {"service": counter.service().pk, "staff": at_noon.ben.pk, "date": "2026-11-27", "time": "10:00"}
    assert counter.press("/visits/new", typed).status_code == 204
    assert Visit.objects.get().client is None


def test_who_may_only_look_is_offered_no_changes(at_noon: Salon) -> None:
    visit = at_noon.visit()
    counter = Counter(at_noon, sign_in(at_noon, "bookkeeper", "paula@salon.example"), None)  # type: ignore[arg-type]
    assert "New appointment" not in words(counter.client.get("/calendar"))
    assert _setup(counter)["move_url"] is None
    for path in ("/visits/new", f"/appointments/{visit.appointments.get().pk}/move"):
        assert counter.client.get(path).status_code == 403
    assert counter.client.post("/calendar/move", {}).status_code == 403


def test_a_full_day_of_20_staff_and_300_appointments_takes_at_most_8_queries(at_noon: Salon, counter: Counter) -> None:
    _fill(at_noon)
    counter.client.get("/calendar?date=2026-11-20")
    for path in ("/calendar?date=2026-11-26", "/calendar/feed?date=2026-11-26"):
        with CaptureQueriesContext(connection) as queries:
            response = counter.client.get(path)
        assert response.status_code == 200
        assert len(queries) <= 8, [query["sql"][:90] for query in queries]
    assert len(_cards(counter)) == 300


def _fill(salon: Salon) -> None:
    day = salon.now.replace(hour=7, minute=0)
    staff = [
        salon.ben,
        *(
            StaffMember.objects.create(business=salon.business, location=salon.location, name=f"Staff {n}", position=n)
            for n in range(1, 20)
        ),
    ]
    for member in staff:
        WorkingHours.objects.create(
            business=salon.business, staff=member, weekday=3, starts_minute=480, ends_minute=1200
        )
        for slot in range(15):
            visit = salon.visit()
            starts = day + timedelta(minutes=45 * slot)
            Visit.objects.filter(pk=visit.pk).update(starts_at=starts, ends_at=starts + timedelta(minutes=45))
            Appointment.objects.filter(visit=visit).update(
                staff=member, starts_at=starts, ends_at=starts + timedelta(minutes=45)
            )


def _setup(counter: Counter) -> dict[str, Any]:
    page = counter.client.get("/calendar?date=2026-11-26").content.decode()
    block = page.split('<script id="calendar-setup" type="application/json">')[1].split("</script>")[0]
    setup: dict[str, Any] = json.loads(block)
    return setup


def _cards(counter: Counter) -> list[dict[str, dict[str, str]]]:
    events = counter.client.get("/calendar/feed?date=2026-11-26").json()["events"]
    return [event for event in events if event.get("display") != "background"]


def _block(answer: Any) -> dict[str, Any]:
    text = answer.content.decode()
    start = text.index(">", text.index('id="calendar-setup"')) + 1
    found: dict[str, Any] = json.loads(text[start : text.index("</script>", start)])
    return found


@pytest.mark.row("B1")
def test_the_week_shows_one_person_with_each_days_hours(at_noon: Salon, counter: Counter) -> None:
    eva = StaffMember.objects.create(business=at_noon.business, location=at_noon.location, name="Eva", position=1)
    WorkingHours.objects.create(
        business=at_noon.business, staff=at_noon.ben, weekday=3, starts_minute=540, ends_minute=1020
    )
    at_noon.visit()
    setup = _block(counter.client.get("/calendar?view=week&date=2026-11-26"))
    assert (setup["view"], setup["date"], setup["staff_id"]) == ("week", "2026-11-23", at_noon.ben.pk)
    closed = [event for event in setup["events"] if event.get("display") == "background"]
    thursday = {(one["start"][11:16], one["end"][11:16]) for one in closed if one["start"].startswith("2026-11-26")}
    assert thursday == {("08:00", "09:00"), ("17:00", "20:00")}
    assert len(closed) == 6 + 2
    assert [event["title"] for event in setup["events"] if event not in closed] == ["Chloe"]
    hers = _block(counter.client.get(f"/calendar?view=week&staff={eva.pk}"))
    assert hers["staff_id"] == eva.pk
    assert [event for event in hers["events"] if event.get("display") != "background"] == []


@pytest.mark.row("B1")
def test_the_feed_of_a_week_answers_204_until_a_card_or_the_hours_change(at_noon: Salon, counter: Counter) -> None:
    visit = at_noon.visit()
    setup = _block(counter.client.get("/calendar?view=week"))
    feed = f"{setup['feed_url']}&version={setup['version']}"
    assert counter.client.get(feed).status_code == 204
    hours = {"starts_minute": 540, "ends_minute": 1020}
    WorkingHours.objects.create(business=at_noon.business, staff=at_noon.ben, weekday=1, **hours)
    news = counter.client.get(feed).json()
    feed = f"{setup['feed_url']}&version={news['version']}"
    assert counter.client.get(feed).status_code == 204
    at_noon.cash(visit, 10000)
    assert counter.client.get(feed).status_code == 200
    assert counter.client.get(f"{setup['feed_url'].split('&staff')[0]}&staff=999999").status_code == 404


@pytest.mark.row("B1")
def test_hours_and_columns_that_change_reach_the_other_desks(at_noon: Salon, counter: Counter) -> None:
    setup = _setup(counter)
    feed = f"{setup['feed_url']}&version={setup['version']}"
    assert counter.client.get(feed).status_code == 204
    StaffMember.objects.create(business=at_noon.business, location=at_noon.location, name="Eva", position=1)
    assert [one["title"] for one in counter.client.get(feed).json()["staff"]] == ["Ben", "Eva"]


@pytest.mark.row("B1")
@pytest.mark.parametrize("date", ["2027-03-28", "2027-10-31"])
def test_days_on_which_the_clocks_change_are_drawn_by_the_wall_clock(
    at_noon: Salon, counter: Counter, date: str
) -> None:
    WorkingHours.objects.create(
        business=at_noon.business, staff=at_noon.ben, weekday=6, starts_minute=60, ends_minute=600
    )
    for view in ("day", "week"):
        setup = _block(counter.client.get(f"/calendar?date={date}&view={view}"))
        assert (setup["slot_min"], setup["slot_max"]) == ("01:00", "20:00")
        closed = {
            (one["start"], one["end"])
            for one in setup["events"]
            if one.get("display") == "background" and one["start"].startswith(date)
        }
        assert closed == {(f"{date}T10:00:00", f"{date}T20:00:00")}


@pytest.mark.row("B1")
def test_a_week_takes_as_many_queries_full_as_empty(at_noon: Salon, counter: Counter) -> None:
    counter.client.get("/calendar?view=week")
    with CaptureQueriesContext(connection) as empty:
        counter.client.get("/calendar?view=week")
    for _ in range(12):
        at_noon.visit()
    with CaptureQueriesContext(connection) as full:
        counter.client.get("/calendar?view=week")
    of_calendar = [one["sql"] for one in full if "session" not in one["sql"]]
    assert len(full) <= len(empty) + 3
    assert len(of_calendar) <= 14


def test_the_day_on_paper_leaves_out_who_is_off_and_nobody_comes(at_noon: Salon, counter: Counter) -> None:
    StaffMember.objects.create(business=at_noon.business, location=at_noon.location, name="Eva", position=1)
    at_noon.visit()
    text = words(counter.client.get("/calendar/print?date=2026-11-26"))
    for part in ("14:00", "Chloe", "Cut and colour", "€100.00", "unpaid", "1 appointment"):
        assert part in text, part
    assert "Eva" not in text
    assert "Nobody works on this day" in words(counter.client.get("/calendar/print?date=2026-11-29"))


@pytest.mark.row("B15")
def test_the_list_names_the_sales_of_the_day(at_noon: Salon, counter: Counter) -> None:
    at = counter.client.post("/visits/sale").headers["Location"].split("?")[0]
    assert "Sales without an appointment" not in words(counter.client.get("/calendar?view=list"))
    visit = Visit.objects.get()
    line = NewLine(kind="product", name="Shampoo", unit_minor=1900)
    in_one_transaction(lambda: add_line(bill=at_noon.bill(visit), line=line, now=at_noon.now))
    text = words(counter.client.get("/calendar?view=list"))
    assert "Sales without an appointment" in text and "Shampoo" in text and at == f"/visits/{visit.pk}"
