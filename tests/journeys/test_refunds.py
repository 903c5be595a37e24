"""Money that goes back: by the desk, by a case, by cancelling, and by the payment system's own dashboard."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from quittance.bills.models import MoneyCase, Tender
from quittance.calendar.models import Visit
from quittance.core.money import Money
from quittance.flows import take_payment, take_tender
from quittance.flows.change_due import Decision
from quittance.payments.models import PaymentReference, Refund
from tests.journeys.ana import ANA, Ana
from tests.journeys.camera import Camera
from tests.journeys.conftest import NewContext, Watch
from tests.journeys.people import Desk, Phone
from tests.journeys.test_every_page import Inspector

pytestmark = pytest.mark.journey


@pytest.fixture
def owner(ana: Ana, new_context: NewContext) -> Desk:
    """Ana herself: she may refund."""
    desk = Desk(new_context().new_page(), ana)
    desk.log_in(ANA)
    return desk


def pay(ana: Ana, phone: Phone, visit: Visit) -> None:
    phone.open(ana.link(visit))
    phone.press_pay()
    phone.pay_by_card()
    phone.expect_paid()


def intent_of(visit: Visit) -> str:
    return PaymentReference.objects.get(payment__bill_id=visit.bill_id, kind="intent").value


@pytest.mark.row("H1")
def test_a_part_is_refunded_from_the_visit_window(ana: Ana, owner: Desk, phone: Phone, camera: Camera):
    visit = ana.visit()
    pay(ana, phone, visit)
    owner.open_address(visit)
    owner.press(owner.window.get_by_role("link", name="Refund"))
    form = owner.window.locator("#refund-form")
    expect(form).to_contain_text("Refund €60.00 to Visa ·4242. Usually 5–10 days.")
    form.get_by_label("Amount").fill("12,5")
    expect(form).to_contain_text("It lowers the price to €47.50.")
    form.get_by_label("Reason").fill("The colour did not hold")
    camera.take(owner.page, "70-refund-panel")
    owner.press(form.get_by_role("button", name="Refund €12.50"))
    rows = owner.window.locator(".refund-row")
    expect(rows).to_contain_text("refunded")
    expect(rows.get_by_role("link", name="Credit note")).to_be_visible()
    expect(form).to_have_count(0)
    camera.take(owner.page, "71-refunded")
    owner.assert_never_reloaded()
    assert ana.settled(visit) == 4750
    assert [row["amount"] for row in ana.house.sandbox.books.refunds()] == [1250]


@pytest.mark.row("H1")
def test_after_a_while_the_password_is_asked_for_before_money_leaves(
    ana: Ana, owner: Desk, phone: Phone, watch: Watch, camera: Camera, monkeypatch: pytest.MonkeyPatch
):
    watch.expect_refusal(422)
    visit = ana.visit()
    pay(ana, phone, visit)
    monkeypatch.setattr("quittance.desk.visits.window.must_show_again", lambda _request: True)
    monkeypatch.setattr("quittance.desk.visits.refunding.must_show_again", lambda _request, **_more: True)
    owner.open_address(visit)
    owner.press(owner.window.get_by_role("link", name="Refund"))
    form = owner.window.locator("#refund-form")
    form.get_by_label("Your password").fill("guess")
    owner.press(form.get_by_role("button", name="Refund €60.00"))
    expect(form).to_contain_text("This is not your password.")
    camera.take(owner.page, "72-password")
    assert not Refund.objects.exists()
    form.get_by_label("Your password").fill("a-long-password")
    owner.press(form.get_by_role("button", name="Refund €60.00"))
    expect(owner.badge).to_have_text("refunded")
    camera.take(owner.page, "73-all-refunded")


@pytest.mark.row("H2", "B16")
def test_cancelling_a_paid_visit_asks_and_refunds(ana: Ana, owner: Desk, phone: Phone, camera: Camera, watch: Watch):
    watch.expect_refusal(409)
    visit = ana.visit()
    pay(ana, phone, visit)
    owner.open_address(visit, tab="details")
    owner.press(owner.window.get_by_role("link", name="Cancel visit"))
    form = owner.window.locator("#cancel-form")
    expect(form).to_contain_text("€60.00 to Visa ·4242.")
    camera.take(owner.page, "74-cancel-panel")
    form.get_by_label("Keep", exact=True).fill("20")
    owner.press(form.get_by_role("button", name="Cancel and keep a part"))
    expect(owner.question).to_contain_text("Cancel, refund €40.00 and keep €20.00?")
    camera.take(owner.page, "75-cancel-question")
    owner.press(owner.question.get_by_role("button", name="Cancel and refund €40.00"))
    expect(owner.banners.first).to_contain_text("This visit was cancelled")
    owner.tab("Checkout")
    expect(owner.window.locator(".refund-row")).to_contain_text("−€40.00")
    camera.take(owner.page, "76-cancelled")
    assert [row["amount"] for row in ana.house.sandbox.books.refunds()] == [4000]
    assert ana.settled(visit) == 2000


@pytest.mark.row("B14", "H4")
def test_cash_beside_a_payment_is_refunded_from_the_case_by_one_press(
    ana: Ana, owner: Desk, phone: Phone, camera: Camera, watch: Watch
):
    watch.expect_refusal(409)
    visit = ana.visit()
    owner.open_address(visit)
    phone.open(ana.link(visit))
    phone.press_pay()
    expect(owner.badge).to_have_text("being paid")
    ana.house.sandbox.stripe.webhooks.set_on(on=False)
    ana.house.sandbox.stripe.pay(ana.house.sandbox.books.sessions()[0]["id"])
    owner.pay_by_hand("Cash")
    owner.press(owner.question.get_by_role("button", name="Stop payment and continue"))
    owner.press(owner.question.get_by_role("button", name="Do it anyway"))
    expect(owner.badge).to_have_text("overpaid")
    expect(owner.banners.first).to_contain_text("Overpaid by €60.00")
    camera.take(owner.page, "77-overpaid")

    # The rail says it on every page, and Finance begins with it.
    expect(owner.page.locator("#rail-count-finance")).to_contain_text("1")
    owner.page.goto(ana.house.at("/finance/"))
    expect(owner.page.locator(".case-row")).to_contain_text("Chloe Martin paid €60.00 more than the visit costs.")
    camera.take(owner.page, "78-cases")
    owner.page.get_by_role("link", name="Overpaid").click()
    expect(owner.page.locator(".case-then")).to_contain_text("a person decides")
    camera.take(owner.page, "79-case")
    owner.press(owner.page.get_by_role("button", name="Refund €60.00"))
    expect(owner.page.locator("main")).to_contain_text("Nothing is too much any more.")
    expect(owner.page.locator("#rail-count-finance")).to_have_text("")
    camera.take(owner.page, "80-case-done")
    owner.page.get_by_role("link", name="Open visit").click()
    expect(owner.badge).to_have_text("paid")
    assert ana.settled(visit) == 6000
    assert [row["amount"] for row in ana.house.sandbox.books.refunds()] == [6000]


@pytest.mark.row("H3")
def test_a_refund_made_at_the_payment_system_appears_by_itself(ana: Ana, owner: Desk, phone: Phone, camera: Camera):
    visit = ana.visit()
    pay(ana, phone, visit)
    owner.open_address(visit)
    expect(owner.badge).to_have_text("paid")
    ana.house.sandbox.stripe.refund_in_dashboard(intent_of(visit), amount=1500)
    rows = owner.window.locator(".refund-row")
    expect(rows).to_contain_text("made at the payment system")
    expect(rows).to_contain_text("−€15.00")
    ana.house.sandbox.stripe.refund_in_dashboard(intent_of(visit), amount=4500)
    expect(owner.badge).to_have_text("refunded")
    expect(rows).to_have_count(2)
    owner.assert_never_reloaded()
    owner.page.goto(ana.house.at("/finance/links"))
    owner.page.get_by_role("link", name="Payment", exact=True).click()
    expect(owner.page.locator(".refund-row")).to_have_count(2)
    camera.take(owner.page, "81-payment")


@pytest.mark.row("H3", "H4")
def test_a_dispute_shows_by_itself_and_its_loss_waits_for_a_decision(
    ana: Ana, owner: Desk, phone: Phone, camera: Camera
):
    visit = ana.visit()
    pay(ana, phone, visit)
    owner.open_address(visit)
    dispute = ana.house.sandbox.stripe.open_dispute(intent_of(visit))
    expect(owner.badge).to_have_text("disputed")
    expect(owner.banners.first).to_contain_text("until it has decided a dispute")
    camera.take(owner.page, "82-disputed")
    ana.house.sandbox.stripe.close_dispute(dispute["id"], won=False)
    expect(owner.banners.first).to_contain_text("The bank decided for Chloe Martin: €60.00 is gone.")
    owner.press(owner.banners.first.get_by_role("link", name="Open case"))
    camera.take(owner.page, "83-dispute-lost")
    owner.press(owner.page.get_by_role("button", name="Write off €60.00"))
    expect(owner.page.locator("main")).to_contain_text("Written off")
    assert not MoneyCase.objects.filter(resolved_at__isnull=True).exists()


@pytest.mark.row("H4")
def test_an_empty_queue_and_the_rules_of_the_place(ana: Ana, owner: Desk, camera: Camera):
    owner.page.goto(ana.house.at("/finance/cases"))
    expect(owner.page.locator(".empty")).to_contain_text("Nothing waits for you")
    camera.take(owner.page, "84-no-cases")
    owner.page.get_by_role("link", name="What goes back by itself").click()
    owner.page.get_by_label("A visit was paid twice online").select_option("48")
    camera.take(owner.page, "85-rules")
    owner.page.get_by_role("button", name="Save").click()
    expect(owner.page.locator("#toasts")).to_contain_text("Saved.")
    ana.location.refresh_from_db()
    assert ana.location.doubled_refund_hours == 48


@pytest.mark.timeout(300)
@pytest.mark.row("H1", "H2", "H4")
def test_every_page_of_refunds_and_cases_is_readable_by_all(ana: Ana, owner: Desk):
    visit = ana.visit("Fringe trim")
    take_tender.take(
        actor=ana.owner,
        visit_id=visit.pk,
        kind="cash",
        amount=Money(1700, "EUR"),
        expected_version=None,
        decision=Decision(insist=True),
        now=ana.now,
    )
    paying = ana.visit("Fringe trim", at="16:00")
    take_payment.start(token=ana.link(paying).rsplit("/", 1)[-1], now=ana.now)
    tender = Tender.objects.get(bill_id=visit.bill_id).pk
    inspector = Inspector(owner.page, ana)
    for address in (
        "/finance/cases",
        "/finance/cases?tab=done",
        "/finance/cases/rules",
        f"/finance/cases/{MoneyCase.objects.get().pk}",
        f"/finance/payments/{ana.payments(paying)[0].pk}",
    ):
        inspector.look(address)
    for address in (f"?tab=checkout&refund={tender}", "?tab=details&edit=cancel"):
        inspector.look(f"/visits/{visit.pk}{address}", within="#drawer")
    assert inspector.wrong == {}
