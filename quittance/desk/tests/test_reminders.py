from __future__ import annotations

import re

import pytest

from quittance.audit.models import AuditEntry
from quittance.desk.tests.counter import Counter, words
from quittance.flows.tests.post_office import PostOffice
from quittance.flows.tests.reminding import AFTER_A_DAY, Reminding
from quittance.reminders.queries import policy_of
from quittance.reminders.rules import AFTER_SENDING, BEFORE_VISIT, DAYS, HOURS, Rule
from tests.support.salon import Salon

PAGE = "/settings/notifications/reminders"
TYPED = {
    "payment_0": "24",
    "payment_0_when": "hours after_sending",
    "payment_2": "2",
    "payment_2_when": "days before_visit",
    "visit_0": "1",
    "visit_0_when": "days before_visit",
    "expiring": "6",
    "quiet_from": "20:30",
    "quiet_to": "09:00",
}


def seen_in(page: str) -> str:
    found = re.search(r'name="seen" value="([0-9]+)"', page)
    assert found is not None
    return found.group(1)


@pytest.mark.row("D6", "D1")
def test_the_owner_sets_when_this_location_reminds(at_noon: Salon, counter: Counter) -> None:
    drawn = counter.client.get(PAGE)
    assert "21:00" in drawn.content.decode() and "08:00" in drawn.content.decode()
    saved = counter.client.post(PAGE, {**TYPED, "seen": seen_in(drawn.content.decode())})
    assert saved.status_code == 302
    policy = policy_of(business_id=at_noon.business.pk, location_id=at_noon.location.pk)
    assert policy.payment == (Rule(AFTER_SENDING, 24, HOURS), Rule(BEFORE_VISIT, 2, DAYS))
    assert policy.visit == (Rule(BEFORE_VISIT, 1, DAYS),)
    assert (policy.expiring_hours, policy.quiet_starts_minute, policy.quiet_ends_minute) == (6, 20 * 60 + 30, 9 * 60)
    assert AuditEntry.objects.filter(action="reminders.set").count() == 1
    # What Ana saved is not overwritten by whoever opened the page before.
    late = counter.client.post(PAGE, {**TYPED, "payment_0": "12", "seen": seen_in(drawn.content.decode())})
    assert late.status_code == 409 and "changed this at" in words(late)


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"payment_0": "0"}, "Type 1 or more"),
        ({"payment_0": "soon"}, "Type a whole number"),
        ({"expiring": "1000"}, "This is too long before or after."),
        ({"payment_0_when": "years before_visit"}, "Choose one from the list."),
        ({"payment_2": "24", "payment_2_when": "hours after_sending"}, "would leave at the same time"),
        ({"visit_0": "61"}, "between 1 and 60 days"),
        ({"quiet_from": "late"}, "Type a time"),
    ],
)
def test_what_cannot_be_is_told_and_nothing_is_saved(at_noon: Salon, counter: Counter, typed, told) -> None:
    answer = counter.client.post(PAGE, TYPED | typed)
    assert answer.status_code == 422 and told in words(answer)
    assert policy_of(business_id=at_noon.business.pk, location_id=at_noon.location.pk).is_empty


@pytest.mark.row("D6")
def test_the_panel_says_when_the_next_one_leaves_and_stops_it(
    at_noon: Salon, counter: Counter, office: PostOffice
) -> None:
    reminding = Reminding(office)
    reminding.rules(AFTER_A_DAY)
    visit = reminding.visit()
    reminding.sent(visit)
    panel = f"/visits/{visit.pk}/link"
    assert "Next reminder Fri 27 Nov, 14:00" in words(counter.get(panel))
    stopped = counter.press(f"/visits/{visit.pk}/reminders/stop")
    assert stopped.status_code == 200 and "Reminders are stopped" in words(stopped)
    reminding.work()
    started = counter.press(f"/visits/{visit.pk}/reminders/start")
    assert "Reminders are stopped" not in words(started)
    reminding.work()
    assert "Next reminder Fri 27 Nov, 14:00" in words(counter.get(panel))
    reminding.wait(days=1)
    assert "1 reminder has gone out, none is to come" in words(counter.get(panel))
    actions = AuditEntry.objects.filter(action__startswith="reminders.st").values_list("action", flat=True)
    assert list(actions.order_by("pk")) == ["reminders.stopped", "reminders.started"]


def test_a_visit_without_a_link_has_nothing_to_stop(at_noon: Salon, counter: Counter, office: PostOffice) -> None:
    visit = at_noon.visit()
    answer = counter.press(f"/visits/{visit.pk}/reminders/stop")
    assert answer.status_code == 422 and "no open link" in words(answer)
