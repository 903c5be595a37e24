"""The demo's data: in every state, made by the real flows on the sandbox, once."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import ClassVar

import pytest
from django.db import connection
from django.db.models import Sum
from django.test import TestCase, override_settings
from django.test.utils import CaptureQueriesContext

from quittance.bills.models import Bill, Receipt, Tender
from quittance.businesses.models import Business, Location, StaffMember, User
from quittance.businesses.queries import actor_for
from quittance.calendar import queries
from quittance.calendar.models import Appointment, Visit
from quittance.calendar.queries_link_numbers import link_days
from quittance.catalog.models import Product, Service, StockMovement
from quittance.cli import demo_seed_tables as tables
from quittance.cli.demo_seed import seed_demo
from quittance.cli.demo_seed_sandbox import tell
from quittance.cli.sentences import SentenceError
from quittance.clients.models import Client
from quittance.drawers.queries import open_day
from quittance.flows.audit_books import assert_books
from quittance.messages.models import ChannelAccount, Message, Suppression
from quittance.messages.queries import channel_choices
from quittance.payments.models import Payment, PaymentLink
from quittance.payments.queries import payment_states
from quittance.payments.status import VisitStatus
from quittance.sandbox.clock import MovableClock
from quittance.sandbox.house import Sandbox
from quittance.wallets.models import Wallet

# A Thursday, 12:40 at the salon in Berlin.
NOW = datetime(2026, 11, 26, 11, 40, tzinfo=UTC)


def sandbox_settings(house: Sandbox) -> dict[str, object]:
    return {
        "QUITTANCE_STRIPE_API_URL": house.stripe_url,
        "QUITTANCE_TWILIO_API_URL": house.twilio_url,
        "QUITTANCE_WHATSAPP_API_URL": house.whatsapp_url,
        "QUITTANCE_SANDBOX_URL": house.url,
        "EMAIL_HOST": house.smtp_host,
        "EMAIL_PORT": house.smtp_port,
    }


def statuses(business: Business) -> set[VisitStatus]:
    bill_ids = Visit.objects.filter(business=business).values_list("bill_id", flat=True)
    return {state.status for state in payment_states(business_id=business.pk, bill_ids=bill_ids, now=NOW).values()}


class DemoTest(TestCase):
    """Seeding takes seconds, so the tests share one, undone at its end."""

    sandbox: ClassVar[Sandbox]
    text: ClassVar[str]
    salon: Business

    @classmethod
    def setUpClass(cls):
        cls.sandbox = Sandbox(clock=MovableClock(NOW), seed=1, deliver=lambda _url, _headers, _body: 200).start()
        cls.addClassCleanup(cls.sandbox.stop)
        cls.enterClassContext(override_settings(**sandbox_settings(cls.sandbox)))
        super().setUpClass()

    @classmethod
    def setUpTestData(cls):
        cls.text = seed_demo(now=NOW)
        cls.salon = Business.objects.get(name=tables.SALON)

    @pytest.mark.row("M1")
    def test_visits_links_and_payments_stand_in_every_state(self):
        assert statuses(self.salon) == set(VisitStatus)
        assert set(PaymentLink.objects.values_list("closed_reason", flat=True)) == {"", "paid", "cancelled", "replaced"}
        live = PaymentLink.objects.filter(closed_at__isnull=True)
        assert live.filter(expires_at__lte=NOW).exists()
        assert live.filter(accessed_at__isnull=False).exists()
        assert set(Payment.objects.values_list("state", flat=True)) == {"open", "processing", "paid"}
        assert Payment.objects.filter(state="open").exclude(decline_reason="").exists()
        assert set(Appointment.objects.values_list("state", flat=True)) == {
            "booked", "waiting", "arrived", "done", "no_show", "cancelled",
        }  # fmt: skip
        assert Bill.objects.filter(price_open=True).exists()

    def test_the_books_of_the_demo_balance(self):
        assert_books(now=NOW)

    def test_the_log_ins_are_told_by_role(self):
        assert all(log_in.email in self.text and log_in.role in self.text for log_in in tables.LOG_INS)
        assert tables.PASSWORD in self.text

    def test_two_and_twenty_staff_sell_forty_services_and_products_in_two_currencies_and_zones(self):
        assert StaffMember.objects.filter(business=self.salon).count() == 22
        assert (
            Service.objects.filter(business=self.salon).count() + Product.objects.filter(business=self.salon).count()
            == 40
        )
        assert set(Location.objects.values_list("business__name", "currency", "time_zone", "prices_include_tax")) == {
            ("Salon Ana", "EUR", "Europe/Berlin", True),
            ("Salon Ana", "USD", "America/New_York", False),
            ("Lakeside Clinic", "CHF", "Europe/Zurich", True),
        }

    def test_today_is_full_and_the_days_around_are_not_empty(self):
        berlin = Location.objects.get(name=tables.BERLIN.name)
        for step in range(-6, 8):
            day = NOW.date() + timedelta(days=step)
            found = queries.day(business_id=self.salon.pk, location_id=berlin.pk, day=day, now=NOW)
            assert len(found.appointments) >= (280 if step == 0 else 40), day
        assert len(found.columns) == 20

    def test_the_chart_of_links_has_more_than_today_to_show(self):
        berlin = Location.objects.get(business=self.salon, name=tables.BERLIN.name)
        days = link_days(business_id=self.salon.pk, location_ids=[berlin.pk], time_zone=berlin.time_zone, now=NOW)

        assert sum(day.sent >= 2 for day in days) >= 5
        assert 0 < sum(day.accessed for day in days) < sum(day.sent for day in days)
        assert 0 < sum(day.paid for day in days) < sum(day.sent for day in days)

    def test_nobody_has_two_appointments_at_once(self):
        last: dict[int, datetime] = {}
        for staff_id, starts_at, ends_at in Appointment.objects.order_by("starts_at").values_list(
            "staff_id", "starts_at", "ends_at"
        ):
            assert starts_at >= last.get(staff_id, starts_at)
            last[staff_id] = ends_at

    @pytest.mark.row("G1", "B15")
    def test_clients_hold_gift_cards_memberships_points_and_cashback_and_some_were_spent(self):
        held = Wallet.objects.filter(business=self.salon)
        assert set(held.values_list("kind", flat=True)) == {"gift_card", "membership", "points", "cashback"}
        spent = Tender.objects.filter(business=self.salon, wallet__isnull=False).values_list("kind", flat=True)
        assert {"gift_card", "membership", "points"} <= set(spent)

    def test_products_are_counted_and_sold_off_the_shelf(self):
        counted = Product.objects.filter(business=self.salon, counts_stock=True)
        assert counted.count() == 10
        assert StockMovement.objects.filter(product__in=counted, kind="sale").exists()

    def test_a_series_lies_ahead_and_its_first_day_is_filled_when_it_comes_into_view(self):
        client = Client.objects.get(name="Chloe Martin")
        ahead = Visit.objects.filter(client=client, starts_at__gt=NOW + timedelta(days=8)).order_by("starts_at")
        first = ahead[0].starts_at
        assert ahead.count() == 6 and first is not None
        day = first.date()
        seed_demo(now=NOW + timedelta(days=3))
        assert Appointment.objects.filter(starts_at__date=day).count() > 40

    def test_papers_are_numbered_in_the_sequence_of_time(self):
        berlin = Receipt.objects.filter(location__name=tables.BERLIN.name, refund_id__isnull=True).order_by("number")
        at = [one.issued_at for one in berlin if one.issued_at < NOW - timedelta(minutes=30)]
        assert len(at) > 300
        assert at == sorted(at)

    def test_the_drawer_of_today_holds_the_cash_of_today(self):
        place = Location.objects.get(business=self.salon, name=tables.BERLIN.name)
        midnight = datetime(2026, 11, 25, 23, 0, tzinfo=UTC)
        taken = Tender.objects.filter(
            business=self.salon, bill__location=place, kind="cash", taken_at__gte=midnight, voided_at__isnull=True
        ).aggregate(sum=Sum("amount_minor"))
        assert open_day(location=place, now=NOW).taken.minor == taken["sum"]

    def test_clients_come_with_and_without_phone_and_email_and_some_opted_out(self):
        kinds = Counter(
            tuple(sorted(client.contact_points.values_list("kind", flat=True)))
            for client in Client.objects.filter(business=self.salon)
        )
        assert {("email", "phone"), ("email",), ("phone",), ()} <= set(kinds)
        assert set(Suppression.objects.filter(business=self.salon).values_list("channel", flat=True)) == {
            "sms",
            "email",
        }

    def test_email_sms_and_whatsapp_are_connected(self):
        accounts = ChannelAccount.objects.filter(business=self.salon, enabled=True, retired_at__isnull=True)
        assert set(accounts.values_list("channel", flat=True)) == {"email", "sms", "whatsapp"}
        choices = channel_choices(business_id=self.salon.pk, client_id=None)
        assert {choice.reason for choice in choices} == {"No client is chosen for this visit."}

    def test_messages_have_left_by_both_channels(self):
        assert Message.objects.filter(state__in=("sent", "delivered"), channel="email").exists()
        assert Message.objects.filter(state__in=("sent", "delivered"), channel="sms").exists()
        assert not Message.objects.filter(state__in=("queued", "calling")).exists()
        assert self.sandbox.inboxes.all()

    @pytest.mark.row("K1", "K3")
    def test_everybody_logs_in_with_the_printed_password_and_sees_their_own_business_only(self):
        for log_in in tables.LOG_INS:
            user = User.objects.get(email=log_in.email)
            assert user.check_password(tables.PASSWORD)
            assert (actor_for(user=user, business_id=self.salon.pk) is not None) == (log_in.business == tables.SALON)

    def test_a_second_start_keeps_the_data_and_is_quick(self):
        before = (Visit.objects.count(), Payment.objects.count(), Message.objects.count())
        with CaptureQueriesContext(connection) as asked:
            seed_demo(now=NOW + timedelta(hours=1))
        assert len(asked) < 150
        assert (Visit.objects.count(), Payment.objects.count(), Message.objects.count()) == before

    def test_a_start_some_days_later_fills_the_new_days(self):
        later = NOW + timedelta(days=3)
        before = Visit.objects.count()
        seed_demo(now=later)
        assert Visit.objects.count() > before
        assert_books(now=later)

    def test_a_seeding_that_broke_off_says_how_to_begin_anew(self):
        Business.objects.filter(pk=self.salon.pk).update(name="Another salon")
        Business.objects.filter(name=tables.CLINIC).update(name="Another clinic")
        Business.objects.create(name=tables.SALON, slug="salon-ana-half-made")
        with pytest.raises(SentenceError, match="demo-reset"):
            seed_demo(now=NOW)


def test_without_the_sandbox_the_demo_says_how_it_is_started(settings):
    settings.QUITTANCE_SANDBOX_URL = ""
    with pytest.raises(SentenceError, match="make demo"):
        tell("endpoint", {})
