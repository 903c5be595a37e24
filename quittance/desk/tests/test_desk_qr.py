"""Desks with a printed QR code: set up and printed under Finance, used from the visit window."""

from __future__ import annotations

import json
import re

import pytest

from quittance.audit.models import AuditEntry
from quittance.desk.tests.counter import Counter, words
from quittance.pay_desks.actions import add_desk, take_push
from quittance.pay_desks.models import PayDesk, Push
from tests.support.salon import Salon

DESKS = "/finance/online-payments/desks"


@pytest.mark.row("J1")
def test_a_desk_is_added_and_its_papers_are_printed(at_noon: Salon, counter: Counter) -> None:
    overview = counter.client.get("/finance/online-payments")
    assert "QR code payment" in words(overview) and DESKS in overview.content.decode()
    assert "There is no desk yet" in words(counter.client.get(DESKS))
    assert "Type a name" in words(counter.client.post(DESKS, {"name": " "}))
    added = counter.client.post(DESKS, {"name": " Front  desk ", "request_id": counter.new_id()})
    desk = PayDesk.objects.get()
    assert desk.name == "Front desk" and added["Location"].startswith(f"{DESKS}/{desk.pk}")
    doubled = counter.client.post(DESKS, {"name": "front desk", "request_id": counter.new_id()})
    assert doubled.status_code == 422 and "Another desk here has this name" in words(doubled)

    page = counter.client.get(f"{DESKS}/{desk.pk}?ink=black").content.decode()
    files = re.findall(r'href="(/finance/online-payments/desks/\d+/[a-z0-9.-]+)"', page)
    assert len(files) == 9 and all("-black." in one for one in files)
    for kind, magic in (("pdf", b"%PDF"), ("png", b"\x89PNG"), ("svg", b"<svg")):
        answer = counter.client.get(f"{DESKS}/{desk.pk}/a6-colour.{kind}")
        assert answer.content.startswith(magic)
        assert f'filename="qr-front-desk-a6.{kind}"' in answer["Content-Disposition"]
    assert counter.client.get(f"{DESKS}/{desk.pk}/a5-colour.png").status_code == 404


@pytest.mark.row("J2")
def test_a_desk_is_renamed_gets_a_new_code_and_is_archived(at_noon: Salon, counter: Counter) -> None:
    desk = add_desk(location=at_noon.location, name="Front desk", now=at_noon.now)
    old = desk.code.reveal()
    counter.client.post(f"{DESKS}/{desk.pk}", {"name": "Till", "request_id": counter.new_id()})
    counter.client.post(f"{DESKS}/{desk.pk}/new-code", {"request_id": counter.new_id()})
    desk.refresh_from_db()
    assert desk.name == "Till" and desk.code.reveal() != old
    counter.client.post(f"{DESKS}/{desk.pk}/archive", {"request_id": counter.new_id()})
    assert counter.client.get(f"{DESKS}/{desk.pk}").status_code == 404
    assert PayDesk.objects.filter(archived_at__isnull=False).count() == 1
    assert [one.action for one in AuditEntry.objects.order_by("id") if one.action.startswith("pay_desk")] == [
        "pay_desk.renamed",
        "pay_desk.new_code",
        "pay_desk.archived",
    ]


@pytest.mark.row("J2")
def test_a_visit_is_shown_at_the_desk_and_the_window_follows(at_noon: Salon, counter: Counter) -> None:
    visit = at_noon.visit()
    assert "Show at the desk QR" not in words(counter.press(f"/visits/{visit.pk}/link/make"))
    desk = add_desk(location=at_noon.location, name="Front desk", now=at_noon.now)
    assert "Show at the desk QR" in words(counter.get(f"/visits/{visit.pk}/link"))

    shown = counter.press(f"/visits/{visit.pk}/desk-qr", {"desk": str(desk.pk)})
    assert json.loads(shown["HX-Trigger"])["notice"]["text"].startswith("Shown at Front desk until")
    assert "Shown at Front desk until" in words(shown)
    take_push(desk=desk, key=Push.objects.get().key, now=at_noon.now)
    assert "Somebody at Front desk said that it is them" in words(counter.get(f"/visits/{visit.pk}/desk-qr/shown"))

    other = at_noon.visit()
    second = counter.press(f"/visits/{other.pk}/desk-qr", {"desk": str(desk.pk)})
    assert "The visit that stood there was taken off." in json.loads(second["HX-Trigger"])["notice"]["text"]
    off = counter.press(f"/visits/{other.pk}/desk-qr/off")
    assert json.loads(off["HX-Trigger"])["notice"]["text"] == "Taken off the desk QR."
    assert not Push.objects.filter(ended_at=None).exists()


@pytest.mark.row("J2")
def test_one_of_several_desks_is_chosen_and_one_that_is_gone_is_refused(at_noon: Salon, counter: Counter) -> None:
    first = add_desk(location=at_noon.location, name="Front desk", now=at_noon.now)
    add_desk(location=at_noon.location, name="Bar", now=at_noon.now)
    visit = at_noon.visit()
    made = counter.press(f"/visits/{visit.pk}/link/make")
    assert re.findall(r'<option value="\d+">([^<]+)', made.content.decode())[-2:] == ["Front desk", "Bar"]
    assert counter.press(f"/visits/{visit.pk}/desk-qr", {"desk": "0"}).status_code == 422
    repeated = {"desk": str(first.pk), "request_id": counter.new_id()}
    for _time in range(2):
        assert counter.press(f"/visits/{visit.pk}/desk-qr", repeated).status_code == 200
    assert Push.objects.count() == 1
