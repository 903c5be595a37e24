"""Beside a client's address stands why it is not written to, and how to try again."""

from __future__ import annotations

import pytest

from quittance.audit.models import AuditEntry
from quittance.desk.tests.counter import Counter, words
from quittance.flows.tests.post_office import EMAIL, PHONE
from quittance.messages import actions
from quittance.messages.models import Suppression
from tests.support.salon import Salon


def suppress(salon: Salon, channel: str, address: str, reason: str, detail: str = "") -> None:
    actions.suppress(
        business_id=salon.business.pk, channel=channel, address=address, reason=reason, detail=detail, now=salon.now
    )


@pytest.mark.row("D5")
def test_an_address_that_bounced_says_when_and_why_and_is_tried_again(at_noon: Salon, counter: Counter):
    suppress(at_noon, "email", EMAIL, "refused", "No such address.")
    path = f"/clients/{at_noon.chloe.pk}"
    text = words(counter.client.get(path))
    assert "Email bounced on " in text and ": No such address. Try again" in text
    point = at_noon.chloe.contact_points.get(value=EMAIL)
    counter.press(f"{path}/contact", {"lift": f"{point.pk} email"})
    assert not Suppression.objects.exists()
    assert AuditEntry.objects.get(action="client.refusal_lifted").detail == {"channel": "email"}
    assert "bounced" not in words(counter.client.get(path))


@pytest.mark.row("D5")
@pytest.mark.parametrize(
    ("channel", "address", "reason", "sentence"),
    [
        ("sms", PHONE, "opted_out", "Wants no SMS since"),
        ("email", EMAIL, "complained", "only receipts are sent"),
        ("email", EMAIL, "unsubscribed", "Wants no reminders by email since"),
    ],
)
def test_what_the_client_said_is_shown_and_only_the_client_takes_it_back(
    at_noon: Salon, counter: Counter, channel: str, address: str, reason: str, sentence: str
):
    suppress(at_noon, channel, address, reason)
    path = f"/clients/{at_noon.chloe.pk}"
    text = words(counter.client.get(path))
    assert sentence in text and "Try again" not in text
    point = at_noon.chloe.contact_points.get(value=address)
    counter.press(f"{path}/contact", {"lift": f"{point.pk} {channel}"})
    assert Suppression.objects.count() == 1


@pytest.mark.parametrize("lift", ["", "x", "0 email", "99999999 email", "1 fax"])
def test_odd_wishes_change_nothing(at_noon: Salon, counter: Counter, lift: str):
    suppress(at_noon, "email", EMAIL, "refused")
    assert counter.press(f"/clients/{at_noon.chloe.pk}/contact", {"lift": lift}).status_code in (404, 422)
    assert Suppression.objects.exists()
