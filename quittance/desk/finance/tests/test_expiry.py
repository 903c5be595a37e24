from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from quittance.desk.finance.expiry import expiry_of
from quittance.payments.models import PaymentLink

# 14:00 in Berlin.
NOON = datetime(2026, 11, 26, 13, 0, tzinfo=UTC)


def link(expires_at: datetime | None, *, closed: bool = False) -> PaymentLink:
    return PaymentLink(
        expires_at=expires_at, closed_at=NOON if closed else None, closed_reason="paid" if closed else ""
    )


@pytest.mark.row("E1")
@pytest.mark.parametrize(
    ("left", "words", "urgent"),
    [
        (timedelta(seconds=20), "in 1 min", True),
        (timedelta(minutes=25), "in 25 min", True),
        (timedelta(hours=3), "in 3 h", True),
        (timedelta(hours=3, minutes=1), "in 3 h", False),
        (timedelta(hours=11), "in 11 h", False),
        (timedelta(hours=22), "tomorrow", False),
        (timedelta(days=2), "in 2 days", False),
        (timedelta(days=14), "in 14 days", False),
        (timedelta(days=30), "Sat 26 Dec", False),
    ],
)
def test_the_end_of_a_link_is_told_in_words_of_urgency(left, words, urgent):
    expiry = expiry_of(link(NOON + left), time_zone="Europe/Berlin", now=NOON)
    assert expiry is not None
    assert (expiry.text, expiry.is_urgent) == (words, urgent)


def test_today_is_the_locations_day():
    early = NOON.replace(hour=1)
    late = early + timedelta(hours=20)
    berlin = expiry_of(link(late), time_zone="Europe/Berlin", now=early)
    auckland = expiry_of(link(late), time_zone="Pacific/Auckland", now=early)
    assert berlin is not None and auckland is not None
    assert (berlin.text, berlin.exact) == ("today", "Thu 26 Nov, 22:00")
    assert (auckland.text, auckland.exact) == ("tomorrow", "Fri 27 Nov, 10:00")


def test_a_link_without_an_end_lives_until_paid_and_an_ended_one_has_no_words():
    forever = expiry_of(link(None), time_zone="UTC", now=NOON)
    assert forever is not None
    assert (forever.text, forever.exact, forever.is_urgent) == ("until paid", "", False)
    assert expiry_of(link(None, closed=True), time_zone="UTC", now=NOON) is None
    assert expiry_of(link(NOON), time_zone="UTC", now=NOON) is None
