"""The owner's first hour, and who may do what afterwards."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from quittance.businesses import actions as businesses
from quittance.businesses.models import Role, User
from quittance.payments.models import PaymentAccount
from tests.journeys.ana import ACCOUNT, ANA, EVA, Ana
from tests.journeys.camera import Camera
from tests.journeys.conftest import NewContext, Watch
from tests.journeys.people import Desk, Phone

pytestmark = pytest.mark.journey


@pytest.mark.row("A1", "A2", "A3", "A4")
def test_a_second_account_is_connected_chosen_and_paid_to(
    ana: Ana, new_context: NewContext, new_phone: Callable[..., Phone], camera: Camera, watch: Watch
):
    watch.expect_refusal(422)
    desk = Desk(new_context().new_page(), ana)
    desk.log_in(ANA)
    page = desk.page
    page.goto(ana.house.at("/finance/online-payments"))
    camera.take(page, "70-online-payments")
    page.goto(ana.house.at("/finance/online-payments/connect/stripe"))
    page.get_by_label("Publishable key").fill("pk_test_wrong")
    page.get_by_label("Secret key").fill("not a key")
    page.get_by_role("button", name="Check and save").click()
    expect(page.get_by_role("alert").first).to_be_visible()
    expect(page.get_by_label("Publishable key")).to_have_value("pk_test_wrong")
    camera.take(page, "71-wrong-keys")
    page.get_by_label("Publishable key").fill("pk_test_second")
    page.get_by_label("Secret key").fill("sk_test_second")
    page.get_by_role("button", name="Check and save").click()

    expect(page.get_by_text("Paste the signing secret that you then see")).to_be_visible()
    address = page.locator(".copy-field output").inner_text()
    account = PaymentAccount.objects.latest("pk")
    assert address.endswith(account.address_token) and address.startswith(ana.house.url)
    camera.take(page, "72-webhook")
    secret = ana.house.sandbox.stripe.add_endpoint(address, account="second")
    page.get_by_label("Signing secret").fill(secret)
    page.get_by_role("button", name="Save signing secret").click()
    expect(page.get_by_text("The signing secret is stored")).to_be_visible()
    assert "sk_test_second" not in page.content() and secret not in page.content()

    page.goto(ana.house.at("/finance/online-payments"))
    page.get_by_label("Account for payment links").select_option(str(account.pk))
    page.locator("form").filter(has=page.get_by_label("Account for payment links")).get_by_role("button").click()
    expect(page.get_by_text("Unpaid links use this account from now on").first).to_be_visible()

    visit = ana.visit()
    phone = new_phone()
    phone.open(ana.link(visit))
    phone.press_pay()
    phone.pay_by_card()
    phone.expect_paid()
    assert [charge.account for charge in ana.house.sandbox.books.charges()] == ["second"]
    assert ana.house.sandbox.books.charges(ACCOUNT) == []


@pytest.mark.row("A1", "B5")
def test_links_switched_off_are_not_offered_and_say_why(ana: Ana, new_context: NewContext, desk: Desk):
    owner = Desk(new_context().new_page(), ana)
    owner.log_in(ANA)
    owner.page.goto(ana.house.at("/finance/online-payments"))
    owner.page.get_by_role("switch", name="Payment links").click()
    expect(owner.page.get_by_role("switch", name="Payment links")).to_have_attribute("aria-checked", "false")
    visit = ana.visit()
    desk.open_address(visit, pay="link")
    expect(desk.banners.first).to_contain_text("No payment link can be handed out")


@pytest.mark.row("B11", "K1", "K3")
def test_rights_are_not_drawn_and_not_obeyed(ana: Ana, new_context: NewContext, watch: Watch, camera: Camera):
    watch.expect_refusal(403, 404)
    visit = ana.visit()
    role = Role.objects.get(business=ana.business, slug="specialist")
    Role.objects.filter(pk=role.pk).update(rights=[right for right in role.rights if right != "cashless_payment"])
    ben = businesses.create_user(email="ben@salon.example", name="Ben Hofmann", password="a-long-password")
    businesses.assign_role(user=ben, business=ana.business, role_slug="specialist")
    desk = Desk(new_context().new_page(), ana)
    desk.log_in("ben@salon.example")
    desk.open_address(visit)
    expect(desk.window).to_contain_text("Cut and blow-dry")
    expect(desk.window.get_by_role("button", name=re.compile("[Ll]ink"))).to_have_count(0)
    assert desk.page.request.get(ana.house.at(f"/visits/{visit.pk}/qr")).status == 403
    desk.page.goto(ana.house.at(f"/visits/{visit.pk}/qr"))
    expect(desk.page.get_by_role("heading")).to_have_text("You may not do this here")
    camera.take(desk.page, "73-refused")

    other = businesses.create_business(name="Lakeside Clinic")
    businesses.add_location(
        business=other,
        new=businesses.NewLocation(name="Zürich", currency="CHF", time_zone="Europe/Zurich", country="CH"),
    )
    dan = businesses.create_user(email="dan@clinic.example", name="Dan Keller", password="a-long-password")
    businesses.assign_role(user=dan, business=other, role_slug="owner")
    stranger = new_context().new_page()
    stranger.goto(ana.house.at("/"))
    stranger.get_by_label("Email address").fill("dan@clinic.example")
    stranger.get_by_label("Password").fill("a-long-password")
    stranger.get_by_role("button", name="Log in", exact=True).click()
    expect(stranger.locator(".calendar-date")).to_be_visible()
    stranger.goto(ana.house.at(f"/visits/{visit.pk}"))
    expect(stranger.get_by_role("heading")).to_have_text("There is nothing at this address")


@pytest.mark.row("K1")
def test_a_forgotten_password_is_replaced_by_mail(ana: Ana, new_context: NewContext, camera: Camera):
    page = new_context().new_page()
    page.goto(ana.house.at("/accounts/login/"))
    page.get_by_role("link", name="Forgot your password?").click()
    page.get_by_label("Email address").fill(EVA)
    page.get_by_role("button", name="Send me the link").click()
    expect(page.get_by_role("heading")).to_be_visible()
    page.goto(f"{ana.house.sandbox.url}/phone?to={EVA}")
    page.locator(".mail a[href*='/accounts/password/reset/key/']").first.click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    camera.take(page, "74-new-password")
    for field in page.locator("input[type=password]").all():
        field.fill("quite another password")
    page.locator("main form button").first.click()
    desk = Desk(page, ana)
    desk.log_in(EVA, password="quite another password")
    assert User.objects.get(email=EVA).check_password("quite another password")
