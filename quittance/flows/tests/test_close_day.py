"""B17: cash counted against expected, differences noted, by person."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from quittance.bills.models import JournalEntry, Tender
from quittance.businesses.models import Location
from quittance.core.actor import NotAllowedError, Right
from quittance.core.money import Money
from quittance.drawers import queries
from quittance.drawers.models import CashMove, ClosedEntry, Closing, ClosingPart, Drawer
from quittance.flows import refund, take_tender
from quittance.flows.audit_books import audit_books
from quittance.flows.close_day import ClosedMeanwhileError, Count, MovedMeanwhileError, close_day
from quittance.flows.errors import FieldError, GoneError, RefusedError
from quittance.flows.move_cash import move_cash, take_back
from tests.support.crashes import CrashPoints
from tests.support.salon import Salon

ANA, BEN = 7, 8


def by(salon: Salon, user_id: int, request_id: str = "") -> Salon:
    """The same salon with somebody else at the desk."""
    return replace(salon, actor=replace(salon.actor, user_id=user_id, request_id=request_id))


def count_of(salon: Salon, counted: int, *, kept: int = 0, **more: object) -> Count:
    """What somebody types who counts so much, looking at the page as it is now."""
    day = queries.open_day(location=salon.location, now=salon.now)
    typed: dict[str, object] = {
        "serial": day.serial,
        "seen": day.seen,
        "business_date": queries.business_day(location=salon.location, now=salon.now, previous=day.previous),
        "opening": salon.eur(0) if day.opening is None else None,
        "loose": salon.eur(counted),
        "kept": salon.eur(kept),
    }
    return Count(**{**typed, **more})  # type: ignore[arg-type]


def close(salon: Salon, counted: int, **more: object) -> Closing:
    count = count_of(salon, counted, **more)  # type: ignore[arg-type]
    closing_id = close_day(actor=salon.actor, location_id=salon.location.pk, count=count, now=salon.now)
    return Closing.objects.get(pk=closing_id)


def terminal(salon: Salon, minor: int) -> None:
    visit = salon.visit()
    take_tender.take(
        actor=salon.actor, visit_id=visit.pk, kind="card_terminal", amount=salon.eur(minor), expected_version=None,
        now=salon.now,
    )  # fmt: skip


@pytest.mark.row("B17")
def test_what_should_be_there_is_the_float_and_all_cash_since_by_who_took_it(salon: Salon) -> None:
    ben = by(salon, BEN)
    visit = salon.visit()
    ben.cash(visit, 3_000)
    salon.cash(salon.visit(), 2_000)
    tender = Tender.objects.get(bill_id=visit.bill_id)
    refund.refund(
        actor=salon.actor, visit_id=visit.pk, tender_id=tender.pk, amount=salon.eur(500), expected_version=None,
        now=salon.now,
    )  # fmt: skip
    here: dict[str, Any] = {"actor": ben.actor, "location_id": salon.location.pk, "now": salon.now}
    move_cash(kind="petty_cash", amount=salon.eur(700), reason="Milk", **here)
    move_cash(kind="change", amount=salon.eur(1_000), reason="", **here)
    closing = close(salon, 14_800, opening=salon.eur(10_000), kept=10_000)
    assert (closing.opening_minor, closing.taken_minor, closing.handed_back_minor) == (10_000, 5_000, 500)
    assert (closing.put_in_minor, closing.taken_out_minor, closing.expected_minor) == (1_000, 700, 14_800)
    assert closing.note == ""
    parts = {part.person_id: part for part in ClosingPart.objects.all()}
    assert (parts[BEN].taken_minor, parts[BEN].handed_back_minor, parts[BEN].by_hand_minor) == (3_000, 0, 300)
    assert (parts[ANA].taken_minor, parts[ANA].handed_back_minor, parts[ANA].by_hand_minor) == (2_000, 500, 0)


@pytest.mark.row("B17")
def test_a_difference_needs_a_note_and_the_next_day_opens_with_what_was_kept(salon: Salon) -> None:
    salon.cash(salon.visit(), 5_000)
    with pytest.raises(FieldError, match="differs from what is expected") as refused:
        close(salon, 4_900, kept=1_000)
    assert refused.value.field == "note"
    assert not Closing.objects.exists()
    first = close(salon, 4_900, kept=1_000, note="A coin fell behind the desk")
    assert first.counted_minor - first.expected_minor == -100
    salon.wait(days=1)
    salon.cash(salon.visit(), 2_000)
    second = close(salon, 3_000, kept=1_000)
    assert (second.serial, second.opening_minor, second.expected_minor) == (2, 1_000, 3_000)


@pytest.mark.row("B17")
def test_what_is_voided_or_refunded_after_the_closing_stands_in_the_next_one(salon: Salon) -> None:
    ben = by(salon, BEN)
    visit, other = salon.visit(), salon.visit()
    ben.cash(visit, 3_000)
    ben.cash(other, 1_000)
    first = close(salon, 4_000, kept=4_000)
    tender = Tender.objects.get(bill_id=visit.bill_id)
    take_tender.void(
        actor=salon.actor, visit_id=visit.pk, tender_id=tender.pk, reason="typed twice", expected_version=None,
        now=salon.now,
    )  # fmt: skip
    refund.refund(
        actor=salon.actor, visit_id=other.pk, tender_id=Tender.objects.get(bill_id=other.bill_id).pk,
        amount=salon.eur(400), expected_version=None, now=salon.now,
    )  # fmt: skip
    second = close(salon, 600)
    first.refresh_from_db()
    assert (first.taken_minor, first.handed_back_minor) == (4_000, 0)
    assert (second.taken_minor, second.handed_back_minor, second.expected_minor) == (0, 3_400, 600)
    parts = {part.person_id: part.handed_back_minor for part in second.parts.all()}
    assert parts == {BEN: 3_000, ANA: 400}, "a void takes back what its taker had taken"


@pytest.mark.row("B17")
def test_the_terminal_is_compared_with_its_own_report(salon: Salon) -> None:
    terminal(salon, 6_000)
    with pytest.raises(FieldError, match="card terminal"):
        close(salon, 0, terminal=salon.eur(5_900))
    closing = close(salon, 0, terminal=salon.eur(5_900), note="One slip is missing")
    assert (closing.terminal_expected_minor, closing.terminal_reported_minor) == (6_000, 5_900)
    assert close(salon, 0).terminal_expected_minor == 0


@pytest.mark.row("B17")
def test_what_each_person_hands_in_is_counted_apart_and_a_difference_is_noted(salon: Salon) -> None:
    by(salon, BEN).cash(salon.visit(), 3_000)
    salon.cash(salon.visit(), 2_000)
    handed_in = {BEN: salon.eur(2_950), ANA: salon.eur(2_000)}
    with pytest.raises(FieldError) as refused:
        close(salon, 4_950, note="Ben is short", by_person=handed_in)
    assert refused.value.field == f"why_{BEN}"
    closing = close(
        salon, 4_950, note="Ben is short", by_person=handed_in, person_notes={BEN: "Gave wrong change", ANA: ""}
    )
    found = {part.person_id: (part.counted_minor, part.note) for part in closing.parts.all()}
    assert found == {ANA: (2_000, ""), BEN: (2_950, "Gave wrong change")}


@pytest.mark.row("B17")
def test_two_who_close_one_day_make_one_closing(salon: Salon) -> None:
    salon.cash(salon.visit(), 1_000)
    late = count_of(salon, 1_000)
    close(salon, 1_000)
    with pytest.raises(ClosedMeanwhileError) as refused:
        close_day(actor=by(salon, BEN).actor, location_id=salon.location.pk, count=late, now=salon.now)
    assert refused.value.closing.serial == 1
    assert Closing.objects.count() == 1


@pytest.mark.row("B17")
def test_one_pressing_that_arrives_twice_makes_one_closing(salon: Salon) -> None:
    salon.cash(salon.visit(), 1_000)
    ana = by(salon, ANA, "pressed-once")
    count = count_of(salon, 1_000)
    here: dict[str, Any] = {"actor": ana.actor, "location_id": salon.location.pk, "count": count, "now": salon.now}
    assert close_day(**here) == close_day(**here)
    assert Closing.objects.count() == 1


@pytest.mark.row("B17")
def test_nothing_is_closed_that_its_person_has_not_seen(salon: Salon) -> None:
    drawn = count_of(salon, 0)
    salon.cash(salon.visit(), 1_000)
    with pytest.raises(MovedMeanwhileError):
        close_day(actor=salon.actor, location_id=salon.location.pk, count=drawn, now=salon.now)
    assert not Closing.objects.exists()


@pytest.mark.row("B17")
def test_a_closing_after_midnight_belongs_to_the_day_it_says(salon: Salon) -> None:
    salon.cash(salon.visit(), 1_000)  # Thu 26 Nov, 14:00 in Berlin
    salon.wait(hours=10, minutes=30)
    assert queries.business_day(location=salon.location, now=salon.now) == date(2026, 11, 26)
    first = close(salon, 1_000)
    assert (first.business_date, first.expected_minor) == (date(2026, 11, 26), 1_000)
    with pytest.raises(FieldError, match="not come yet"):
        close(salon, 0, business_date=date(2026, 11, 28))
    with pytest.raises(FieldError, match="later day was closed"):
        close(salon, 0, business_date=date(2026, 11, 25))
    assert close(salon, 0, business_date=date(2026, 11, 27)).business_date == date(2026, 11, 27)
    assert queries.business_day(location=salon.location, now=salon.now, previous=None) == date(2026, 11, 26)


def test_the_first_closing_begins_with_the_morning_and_asks_for_the_float(salon: Salon) -> None:
    salon.cash(salon.visit(), 9_000)
    salon.wait(days=3)
    salon.cash(salon.visit(), 1_000)
    with pytest.raises(FieldError, match="when the day began"):
        close(salon, 3_000, opening=None)
    assert close(salon, 3_000, opening=salon.eur(2_000)).expected_minor == 3_000


def test_a_place_counts_its_own_drawer_only(salon: Salon) -> None:
    salon.cash(salon.visit(), 1_000)
    second = Location.objects.create(
        business=salon.business, name="Lake", currency="EUR", time_zone="Europe/Berlin", country="DE"
    )
    lake = replace(
        salon, location=second, actor=replace(salon.actor, rights={second.pk: frozenset(Right)}, request_id="")
    )
    lake.cash(lake.visit(), 700)
    assert close(lake, 700).expected_minor == 700
    assert close(salon, 1_000).expected_minor == 1_000
    with pytest.raises(NotAllowedError):
        close_day(actor=lake.actor, location_id=salon.location.pk, count=count_of(salon, 0), now=salon.now)


def test_cash_is_counted_as_the_coins_that_were_handed_over(salon: Salon) -> None:
    Location.objects.filter(pk=salon.location.pk).update(currency="CHF")
    salon.location.refresh_from_db()
    visit = salon.visit(minor=9_997)
    salon.cash(visit, 9_997)
    assert close(salon, 9_995, kept=0).expected_minor == 9_995


def test_whoever_lacks_the_right_closes_and_moves_nothing(salon: Salon) -> None:
    rights = frozenset(Right) - {Right.CLOSE_DAY}
    actor = replace(salon.actor, rights={salon.location.pk: rights})
    here: dict[str, Any] = {"actor": actor, "location_id": salon.location.pk, "now": salon.now}
    with pytest.raises(NotAllowedError):
        close_day(count=count_of(salon, 0), **here)
    with pytest.raises(NotAllowedError):
        move_cash(kind="bank", amount=salon.eur(100), reason="", **here)
    assert not Drawer.objects.exists()


def test_cash_by_hand_says_what_for_and_is_taken_back_once(salon: Salon) -> None:
    here: dict[str, Any] = {"actor": salon.actor, "location_id": salon.location.pk, "now": salon.now}
    for kind, amount, reason, box in (
        ("petty_cash", 500, " ", "reason"), ("gift", 500, "x", "kind"), ("bank", 0, "", "amount"),
    ):  # fmt: skip
        with pytest.raises(FieldError) as refused:
            move_cash(kind=kind, amount=salon.eur(amount), reason=reason, **here)
        assert refused.value.field == box
    move_id = move_cash(kind="bank", amount=salon.eur(500), reason="", **here)
    take_back(actor=salon.actor, move_id=move_id, now=salon.now)
    with pytest.raises(RefusedError):
        take_back(actor=salon.actor, move_id=move_id, now=salon.now)
    assert [move.change_minor for move in CashMove.objects.order_by("id")] == [-500, 500]
    with pytest.raises(GoneError):
        take_back(actor=replace(salon.actor, business_id=salon.business.pk + 1), move_id=move_id, now=salon.now)


def test_no_closing_is_ever_changed(salon: Salon) -> None:
    salon.cash(salon.visit(), 1_000)
    closing = close(salon, 1_000)
    for rows in (Closing.objects.filter(pk=closing.pk), ClosedEntry.objects.all(), ClosingPart.objects.all()):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            rows.update(business_id=salon.business.pk)
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            rows._raw_delete(rows.db)


def test_more_than_was_counted_cannot_stay_and_no_piece_is_unknown(salon: Salon) -> None:
    with pytest.raises(FieldError) as refused:
        close(salon, 100, kept=200)
    assert refused.value.field == "kept"
    with pytest.raises(FieldError) as refused:
        close(salon, 0, pieces={3: 1})
    assert refused.value.field == "piece_3"
    closing = close(salon, 50, pieces={1_000: 2, 5: 0}, note="First count", kept=2_050)
    assert (closing.counted_minor, closing.pieces, closing.loose_minor) == (2_050, {"1000": 2}, 50)
    with pytest.raises(FieldError):
        close(salon, 0, loose=Money(5, "USD"))


def test_killed_at_any_point_a_closing_is_there_or_it_is_not(salon: Salon, crashes: CrashPoints) -> None:
    for point in range(10):
        salon.cash(salon.visit(), 1_000)
        before = Closing.objects.count()
        day = queries.open_day(location=salon.location, now=salon.now)
        expected = day.expected(day.opening or salon.eur(0)).minor
        ana = by(salon, ANA, f"pressing-{point}")
        count = count_of(salon, expected, kept=expected)

        def work(actor=ana.actor, count=count) -> int:
            return close_day(actor=actor, location_id=salon.location.pk, count=count, now=salon.now)

        killed = crashes.run(point, work)
        assert audit_books(now=salon.now) == []
        assert work()
        assert Closing.objects.count() == before + 1
        salon.wait(minutes=1)
        if not killed:
            return
    raise AssertionError("a flow with more points than a closing can have")


def test_the_audit_finds_an_entry_that_no_closing_will_ever_count(salon: Salon) -> None:
    salon.cash(salon.visit(), 1_000)
    close(salon, 1_000)
    salon.cash(salon.visit(), 2_000)
    lost = JournalEntry.objects.latest("pk")
    Drawer.objects.update(floor_entry_id=lost.pk)
    assert [str(one) for one in audit_books(now=salon.now)] == [
        f"D1 journal {lost.pk}: was counted by no closing, and none will"
    ]
    Drawer.objects.update(last_serial=5, floor_entry_id=0)
    assert "last number 5" in str(audit_books(now=salon.now)[0])
    Drawer.objects.update(last_serial=1)


def test_what_came_in_otherwise_stands_beside(salon: Salon) -> None:
    visit = salon.visit()
    take_tender.take(
        actor=salon.actor, visit_id=visit.pk, kind="bank_transfer", amount=salon.eur(1_500), expected_version=None,
        now=salon.now,
    )  # fmt: skip
    paying = salon.visit(minor=2_500)
    salon.bank.pay(salon.open_page(paying))
    salon.settle(paying)
    assert close(salon, 0).beside == {"bank_transfer": 1_500, "online": 2_500, "value": 0}
    salon.wait(minutes=1)
    assert close(salon, 0).beside == {"bank_transfer": 0, "online": 0, "value": 0}


def test_long_after_its_writing_an_entry_is_still_counted_once(salon: Salon) -> None:
    close(salon, 0)
    salon.cash(salon.visit(), 1_000)
    salon.wait(days=20)
    salon.cash(salon.visit(), 500)
    assert close(salon, 1_500).expected_minor == 1_500
    salon.wait(days=2)
    assert close(salon, 0).expected_minor == 0
    assert Drawer.objects.get().floor_entry_id == JournalEntry.objects.latest("pk").pk
