"""Which messages clients get: switched on in the settings, offered beside the move, taken back by the client."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from quittance.flows.unsubscribe import unsubscribe_token
from quittance.messages import actions
from quittance.messages.models import Message, NotificationSetting, Suppression
from tests.journeys.ana import ANA, CHLOE_EMAIL, Ana
from tests.journeys.camera import Camera
from tests.journeys.conftest import NewContext
from tests.journeys.people import Desk

pytestmark = pytest.mark.journey


@pytest.mark.row("D1", "D5")
def test_ana_switches_moved_visits_on_and_chloe_hears_of_one(ana: Ana, new_context: NewContext, camera: Camera):
    desk = Desk(new_context().new_page(), ana)
    desk.log_in(ANA)
    page = desk.page
    page.goto(ana.house.at("/settings/notifications"))
    camera.take(page, "80-notification-table")
    page.get_by_label("Visit moved").check()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    assert NotificationSetting.objects.get().type == "visit_moved"
    visit = ana.visit(at="17:00")
    page.goto(ana.house.at(f"/appointments/{visit.appointments.get().pk}/move"))
    expect(page.get_by_label("Chloe Martin gets an email")).to_be_checked()
    camera.take(page, "81-move")
    page.get_by_label("Time").fill("19:00")
    page.get_by_role("button", name="Move", exact=True).click()
    ana.until(lambda: Message.objects.filter(type="visit_moved").exists())
    message = Message.objects.get()
    for reason, detail in (("refused", "The mail server refused the address. (reply 550)"), ("unsubscribed", "")):
        actions.suppress(
            business_id=visit.business_id,
            channel="email",
            address=CHLOE_EMAIL,
            reason=reason,
            detail=detail,
            now=ana.now,
        )
    page.goto(ana.house.at(f"/clients/{visit.client_id}"))
    camera.take(page, "82-refusals")
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_text("Wants no reminders by email")).to_be_visible()
    Suppression.objects.all().delete()
    phone = new_context().new_page()
    phone.goto(ana.house.at(f"/u/{unsubscribe_token(message)}"))
    camera.take(phone, "83-unsubscribe")
    phone.get_by_role("button", name="Send me no more reminders").click()
    expect(phone.get_by_role("heading", name="You get no more reminders by email")).to_be_visible()
    camera.take(phone, "84-unsubscribed")
    assert Suppression.objects.get().reason == "unsubscribed"
