"""Beside the buttons that change when a client comes stands whether the client is told, and a way not to."""

from __future__ import annotations

import pytest

from quittance.desk.tests.counter import Counter, words
from quittance.flows.tests.post_office import PostOffice
from quittance.messages.models import Message, NotificationSetting
from quittance.outbox.models import Event
from tests.support.salon import Salon

BOX = "Chloe gets an email"


@pytest.fixture
def visit(at_noon: Salon, office: PostOffice):
    for type_ in ("visit_booked", "visit_moved", "visit_cancelled"):
        NotificationSetting.objects.create(business=at_noon.business, type=type_, channels=["email"])
    at_noon.wait(days=1)
    made = at_noon.visit()
    at_noon.wait(days=-1)
    return made


def told() -> bool:
    return bool(Event.objects.latest("pk").subject["tell"])


@pytest.mark.row("D1", "B16")
@pytest.mark.parametrize("ticked", [True, False])
def test_a_move_says_who_is_told_and_how_not_to(counter: Counter, office: PostOffice, visit, ticked: bool):
    row = visit.appointments.get()
    assert BOX in words(counter.get(f"/appointments/{row.pk}/move"))
    typed = {"date": "2026-11-29", "time": "10:00", "minutes": "60", "staff": row.staff_id, "visit_version": 1}
    typed |= {"tell_asked": "1", **({"tell": "1"} if ticked else {})}
    assert counter.press(f"/appointments/{row.pk}/move", typed).status_code == 204
    assert told() is ticked
    office.dispatch()
    assert Message.objects.count() == int(ticked)


@pytest.mark.row("D1")
@pytest.mark.parametrize("ticked", [True, False])
def test_cancelling_says_who_is_told_and_how_not_to(counter: Counter, visit, ticked: bool):
    assert BOX in words(counter.get(f"/visits/{visit.pk}"))
    typed = counter.of_bill(visit, tell_asked="1", **({"tell": "1"} if ticked else {}))
    counter.press(f"/visits/{visit.pk}/cancel", typed)
    assert told() is ticked


@pytest.mark.row("D1")
def test_dragging_tells_the_desk_that_the_client_hears_of_it(counter: Counter, visit):
    row = visit.appointments.get()
    typed = {"appointment": row.pk, "staff": row.staff_id, "start": "2026-11-29T10:00", "version": 1}
    assert "Chloe gets an email." in counter.client.post("/calendar/move", typed).json()["notice"]


@pytest.mark.row("D1")
def test_where_nothing_would_be_sent_nothing_is_asked(counter: Counter, visit):
    NotificationSetting.objects.update(enabled=False)
    assert BOX not in words(counter.get(f"/visits/{visit.pk}"))
    assert BOX not in words(counter.get(f"/appointments/{visit.appointments.get().pk}/move"))


@pytest.mark.row("D1")
def test_the_new_appointment_offers_it_for_the_chosen_client(counter: Counter, at_noon: Salon, visit):
    asked = f"client={at_noon.chloe.pk}&client_name=Chloe"
    assert BOX in words(counter.get(f"/visits/new/deposit?{asked}"))
    kept = counter.get(f"/visits/new/deposit?{asked}&tell_asked=1").content.decode()
    assert "checked" not in kept
    assert "The client gets a confirmation" in words(counter.get("/visits/new/deposit?client=new&client_name=Zoe"))
    for none in ("client=&client_name=", f"{asked}&repeat=1"):
        assert "gets" not in words(counter.get(f"/visits/new/deposit?{none}"))
